// A secretary brings lists of people in from spreadsheets' own files: what is wrong is said by row, what
// was misunderstood is chosen anew, and who comes in has a way in. Panels begin at their top.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { actor, startDemo, tablet } from "./tools/demo.mjs";

// Written by a spreadsheet library: a date, a name in two fonts, a blank row, a row without a name.
const LIST = new URL("./list.xlsx", import.meta.url);

/** A meeting with an office and nobody else, and its secretary at the page that prepares it. */
async function preparing(hall, browser) {
  const secretary = await actor(request, hall, "hoa");
  const { particulars, profile, people } = await secretary.view();
  const own = Object.values(people).filter(({ office }) => office);
  const command = { create_meeting: { particulars, profile, people: own } };
  const made = await (await secretary.context.post("/api/meetings", { data: { id: randomUUID(), command } })).json();
  const list = async () =>
    Object.values((await (await secretary.context.get(`/api/meetings/${made.meeting}/snapshot`)).json()).meeting.people);
  const { page, context } = await tablet(browser, hall, "hoa", { width: 1440, height: 900 });
  await page.goto(`/meetings/${made.meeting}/prepare`);
  const open = () => page.locator(".check li", { hasText: "Thành phần" }).getByRole("button").click();
  return { page, context, list, open };
}

test("people come in from an Excel file, and a faulty row is named", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const { page, list, open } = await preparing(hall, browser);
    await open();
    await page.getByRole("button", { name: "Nhập danh sách" }).click();
    const sheet = page.locator("dialog[open]");
    await sheet.locator("input[type=file]").setInputFiles({
      name: "danh-sach.xlsx",
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      buffer: await readFile(LIST),
    });
    await expect(sheet).toContainText("Thêm được 2 người");
    await expect(sheet.locator(".faulty")).toHaveCount(1);
    await expect(sheet.locator(".faulty")).toContainText("dòng 5");
    // In the second after the button changed, a press is not taken.
    await expect(async () => {
      await sheet.getByRole("button", { name: "Thêm 2 người" }).click({ timeout: 5_000 });
      await expect(sheet).toContainText("Đã thêm 2 người.", { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await expect(sheet).not.toContainText("Thêm được");
    const names = async () => (await list()).map(({ name }) => name);
    expect(await names()).toEqual(expect.arrayContaining(["Nguyễn Thị Kiểm Một", "Trần Văn Kiểm Hai"]));

    // A picture with another name is no workbook, and nothing is added.
    const before = (await list()).length;
    await sheet.locator("input[type=file]").setInputFiles({
      name: "anh.xlsx",
      mimeType: "application/octet-stream",
      buffer: Buffer.from("\x89PNG\r\n\x1a\n not a workbook"),
    });
    await expect(sheet.getByRole("alert")).toContainText("Không đọc được tệp này");
    expect((await list()).length).toBe(before);
  } finally {
    await browser.close();
    await hall.stop();
  }
});

test("a pasted list of names is enough, its columns can be chosen, and who is on it is invited", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const { page, context, list, open } = await preparing(hall, browser);
    await open();
    await page.getByRole("button", { name: "Nhập danh sách" }).click();
    const sheet = page.locator("dialog[open]");
    await sheet.getByRole("textbox").fill("Đại diện;Việc\nÔng Lê Văn Kiểm;Trưởng ban\nBà Ngô Thị Thử;Ủy viên\n");
    await sheet.getByRole("button", { name: "Xem danh sách đã dán" }).click();
    await expect(sheet.getByRole("alert")).toContainText("Chưa biết cột nào là họ và tên");
    await sheet.getByRole("combobox", { name: "Đại diện" }).selectOption({ label: "Họ và tên" });
    await expect(sheet).toContainText("Thêm được 2 người");
    await expect(sheet).toContainText("Ông Lê Văn Kiểm");
    await sheet.getByRole("combobox", { name: "Việc" }).selectOption({ label: "Chức vụ" });
    await expect(sheet).toContainText("le.van.kiem · Trưởng ban");
    await sheet.getByRole("combobox", { name: "Vai trò khi danh sách không ghi" }).selectOption({ label: "Thành viên" });
    await expect(sheet.locator(".person-row", { hasText: "Kiểm" })).toContainText("Thành viên · chưa có tài khoản");
    // In the second after the button changed, a press is not taken.
    await expect(async () => {
      await sheet.getByRole("button", { name: "Thêm 2 người" }).click({ timeout: 5_000 });
      await expect(sheet).toContainText("Đã thêm 2 người.", { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    const added = (await list()).filter(({ person }) => person === "le.van.kiem");
    expect(added).toMatchObject([{ courtesy: "mr", position: { vi: "Trưởng ban" }, standing: { member: { weight: 1 } } }]);
    await page.keyboard.press("Escape");

    // One more by hand, with his courtesy.
    await page.getByRole("button", { name: "Thêm người chưa có tài khoản" }).click();
    const form = page.locator("dialog[open]");
    await form.getByRole("textbox", { name: "Họ và tên" }).fill("Vũ \"Ba\" Tay");
    await form.getByRole("combobox", { name: "Ông, bà" }).selectOption({ label: "Bà" });
    await form.getByRole("button", { name: "Thêm người" }).click();
    await expect(page.locator("dialog[open]")).toHaveCount(0);
    await expect(page.locator(".panel-form")).toContainText("Bà Vũ \"Ba\" Tay");

    // The chair is first, not where his given name stands.
    await expect(page.locator(".panel-form .people li").first()).toContainText("Đoàn Hữu Thạch");
    // No part is cut.
    const cut = await page.locator(".person-row select").evaluateAll((all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().width < 150).length,
    );
    expect(cut).toBe(0);

    // Who has no account gets a card.
    const cards = context.waitForEvent("page");
    await page.getByRole("button", { name: "In giấy mời" }).click();
    const printed = await cards;
    await expect(printed.locator(".card")).toHaveCount(3);
    await expect(printed.locator("body")).toContainText("Lê Văn Kiểm");
    await expect(printed.locator("body")).toContainText("/join#");
  } finally {
    await browser.close();
    await hall.stop();
  }
});

test("panels begin at their top and with their first field", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const { page, context } = await tablet(browser, hall, "hoa", { width: 1440, height: 700 });
    await page.goto("/meetings/ho-sen-2026-11/prepare");
    const panel = page.locator("main.prep > section:last-child");
    const atTop = async () => {
      await expect.poll(() => panel.evaluate((side) => side.scrollTop)).toBe(0);
      await expect(panel.locator("h2").first()).toBeInViewport();
    };
    await page.locator(".check li", { hasText: "Thành phần" }).getByRole("button").click();
    await expect(panel.locator("h2").first()).toHaveText("Thành phần dự họp");
    await atTop();
    await expect(panel).toBeFocused();
    await panel.evaluate((side) => side.scrollTo(0, side.scrollHeight));
    const items = page.locator(".tree .item .open");
    for (const at of [0, 1]) {
      await items.nth(at).click();
      await expect(panel.locator("textarea").first()).toBeFocused();
      await atTop();
      await panel.evaluate((side) => side.scrollTo(0, side.scrollHeight));
    }
    await context.close();
  } finally {
    await browser.close();
    await hall.stop();
  }
});
