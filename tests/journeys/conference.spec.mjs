// A conference through its pages: the secretary makes it, brings the delegates' list in, prints the
// cards of one venue; a stranger's program reads a card's picture, and a delegate opens its link on a
// phone, checks in and is counted.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { actor, startDemo, tablet } from "./tools/demo.mjs";

const run = promisify(execFile);
const HEAD = "ma\tho_ten\temail\tdon_vi\tchuc_vu\tvai_tro\tngay_bat_dau";
const DELEGATES = [
  ["DB001", "Nguyễn Văn An", "Phường Hồ Sen"],
  ["DB002", "Nguyễn Văn An", "Phường Hồ Sen"],
  ["DB003", "Trần Thị Bưởi", "Xã Cửa Lân"],
];
const ROWS = DELEGATES.map(([code, name, unit]) => [code, name, "", unit, "Đại biểu", "Thành viên", ""].join("\t"));

const ITEM = {
  title: { vi: "Báo cáo chung" },
  kind: "regular",
  level: "internal",
  presenter: null,
  unit: { vi: "" },
  minutes_planned: 30,
};

test("a delegate comes to a conference by the card that its secretary printed", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const { page, context } = await tablet(browser, hall, "hoa", { width: 1440, height: 900 });
    await page.goto("/meetings/new");
    await page.getByLabel("Tên phiên họp").fill("Hội nghị toàn quốc");
    await page.getByLabel("Cơ quan họp").fill("Ban tổ chức hội nghị");
    await page.getByLabel("Địa điểm").fill("Hội trường A");
    await page.getByLabel("Quy tắc biểu quyết").selectOption("conference");
    await page.locator(".person-row", { hasText: "Đoàn Hữu Thạch" }).locator("select").selectOption("chair");
    await page.getByRole("button", { name: "Tạo phiên họp" }).click();
    await page.waitForURL(/\/prepare$/);
    const meeting = /meetings\/([^/]+)\//.exec(page.url())[1];

    await page.locator(".check li", { hasText: "Thành phần" }).getByRole("button").click();
    await page.getByRole("button", { name: "Nhập danh sách" }).click();
    const sheet = page.locator("dialog[open]");
    await sheet.locator("textarea").fill([HEAD, ...ROWS].join("\n"));
    await sheet.getByRole("button", { name: "Xem danh sách đã dán" }).click();
    // In the second after the button changed, a press is not taken.
    await expect(async () => {
      await sheet.getByRole("button", { name: "Thêm 3 người" }).click({ timeout: 5_000 });
      await expect(sheet).toContainText("Đã thêm 3 người.", { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await sheet.getByRole("button", { name: "Đóng" }).click();

    // Two of the same name are two people; the cards are those of one venue.
    const secretary = await actor(request, hall, "hoa");
    const send = async (id, command) => {
      const answer = await secretary.context.post(`/api/meetings/${meeting}/commands`, { data: { id, command } });
      expect(await answer.json()).toHaveProperty("accepted");
    };
    await send("item", { add_item: { draft: ITEM } });
    await send("convene", { convene: {} });
    await page.locator(".invitations select").selectOption("Phường Hồ Sen");
    const [cards] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("button", { name: "In giấy mời" }).click(),
    ]);
    await expect(cards.locator(".card")).toHaveCount(2);
    await expect(cards.locator(".card svg").first()).toBeVisible();
    const link = await cards.locator(".card .code").first().innerText();
    expect(link).toContain(`${hall.base}/join#`);
    expect(await scanned(cards.locator(".card svg").first())).toBe(link);

    // On his own phone: the link, one press, and he is in the room.
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "vi-VN", baseURL: hall.base });
    const his = await phone.newPage();
    await his.goto(link);
    await his.getByRole("button", { name: "Vào phòng họp" }).click();
    await his.waitForURL(new RegExp(`/meetings/${meeting}$`));
    await his.getByRole("button", { name: "Tôi có mặt" }).click();
    await expect(his.locator(".presence")).toContainText("1 / 4");
    await expect(page.getByText("1 người đã vào")).toBeVisible();

    // The card is used: somebody else's phone is told so, and how to go on.
    const stranger = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "vi-VN", baseURL: hall.base });
    const other = await stranger.newPage();
    await other.goto(link);
    await other.getByRole("button", { name: "Vào phòng họp" }).click();
    await expect(other.getByText("đã được dùng")).toBeVisible();
    expect(new URL(other.url()).hash, "the token is not left in the address").toBe("");
  } finally {
    await browser.close();
    await hall.stop();
  }
});

/** What a scanner makes of the QR code that stands there on the screen. */
async function scanned(code) {
  const folder = await mkdtemp(join(tmpdir(), "icabinet-code-"));
  try {
    const picture = join(folder, "code.png");
    await code.screenshot({ path: picture });
    return (await run("zbarimg", ["--quiet", "--raw", picture])).stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
