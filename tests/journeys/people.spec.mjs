// A secretary brings a list of people in from a spreadsheet's own file; what is wrong is said by row.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { actor, startDemo, tablet } from "./tools/demo.mjs";

// Written by a spreadsheet library: a date, a name in two fonts, a blank row, a row without a name.
const LIST = new URL("../../frontend/tests/list.xlsx", import.meta.url);

test("people come in from an Excel file, and a faulty row is named", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const secretary = await actor(request, hall, "hoa");
    const { particulars, profile, people } = await secretary.view();
    const own = Object.values(people).filter(({ office }) => office);
    const command = { create_meeting: { particulars, profile, people: own } };
    const made = await (await secretary.context.post("/api/meetings", { data: { id: randomUUID(), command } })).json();
    const list = async () =>
      (await (await secretary.context.get(`/api/meetings/${made.meeting}/snapshot`)).json()).meeting.people;

    const { page } = await tablet(browser, hall, "hoa", { width: 1440, height: 900 });
    await page.goto(`/meetings/${made.meeting}/prepare`);
    await page.locator(".check li", { hasText: "Thành phần" }).getByRole("button").click();
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
    await sheet.getByRole("button", { name: "Thêm 2 người" }).click();
    await expect(sheet).toContainText("Đã thêm 2 người.");
    expect(Object.values(await list()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Nguyễn Thị Kiểm Một", "Trần Văn Kiểm Hai"]),
    );

    // A picture with another name is no workbook, and nothing is added.
    const before = Object.keys(await list()).length;
    await sheet.locator("input[type=file]").setInputFiles({
      name: "anh.xlsx",
      mimeType: "application/octet-stream",
      buffer: Buffer.from("\x89PNG\r\n\x1a\n not a workbook"),
    });
    await expect(sheet.getByRole("alert")).toContainText("Không đọc được tệp này");
    expect(Object.keys(await list()).length).toBe(before);
  } finally {
    await browser.close();
    await hall.stop();
  }
});
