// A member, the chair and the room's screen side by side, on a real server: paper, floor, vote,
// a lost connection, a closed vote.
import { expect, request, test } from "@playwright/test";
import { MEETING, actor, startDemo, tablet } from "./tools/demo.mjs";

const MEMBERS = ["thach", "uyen", "dac", "hoa", "lam", "nghiem", "thuy", "tuong", "huyen", "hoach"];
let hall;

test.beforeEach(async () => {
  hall = await startDemo();
});

test.afterEach(() => hall.stop());

async function inSession(login) {
  const seat = await actor(request, hall, login);
  await seat.does({ check_in: { person: null } });
  return seat;
}

test("a member reads, speaks and votes in two taps while the room screen follows", async ({ browser }) => {
  const { page } = await tablet(browser, hall, "khue");
  await page.locator(".next .primary").click();
  await page.locator(".banner button").first().click();
  await expect(page.locator(".banner")).toHaveCount(0);
  const seats = new Map();
  for (const login of MEMBERS) seats.set(login, await inSession(login));
  const chair = seats.get("thach");
  await chair.does({ open_session: {} });
  await expect(page.locator(".screen.live")).toBeVisible();

  const wall = await browser.newPage({ viewport: { width: 1920, height: 1080 }, baseURL: hall.base, locale: "vi-VN" });
  await wall.goto(await chair.screen());
  await expect(wall.locator(".wall header b")).toBeVisible();
  expect(wall.url()).not.toContain("#");

  await chair.does({ start_item: { item: 3 } });
  const picture = page.locator(".leaf.here img");
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((img) => img.complete && img.naturalWidth)).toBeGreaterThan(1000);
  await expect(wall.locator(".wall")).toContainText("Phương án cải tạo");

  await page.locator(".dock button").nth(1).click();
  await page.locator(".asking .primary").click();
  await expect.poll(async () => Object.keys((await chair.view()).floor.requests).length).toBe(1);
  const [asked] = Object.keys((await chair.view()).floor.requests);
  await chair.does({ grant_floor: { request: Number(asked), seconds: 120 } });
  await expect(wall.locator(".wall")).toContainText("Mạc Đình Khuê");
  await chair.does({ end_floor: {} });
  await page.keyboard.press("Escape");

  const motions = Object.entries((await chair.view()).motions);
  const [motion] = motions.find(([, row]) => row.item === 3 && row.state === "proposed");
  await chair.does({ open_vote: { motion: Number(motion), seconds: null } });
  await page.locator(".vote.yes").click();
  await page.locator(".send .primary").click();
  await expect(page.locator(".receipt .code")).toBeVisible();
  await expect(page.locator(".receipt")).toContainText("TÁN THÀNH");

  const [vote, { terms }] = Object.entries((await chair.view()).votes)[0];
  for (const [login, seat] of seats) {
    const choice = login === "huyen" ? "no" : "yes";
    await seat.does({ cast_ballot: { vote: Number(vote), choice, text_digest: terms.text_digest } });
  }
  await chair.does({ close_vote: { vote: Number(vote) } });
  await expect(page.locator(".result .verdict")).toBeVisible();
  await expect(wall.locator(".outcome")).toContainText("THÔNG QUA");
});

test("a ballot cast without network is sent when it is back, and never after the close", async ({ browser }) => {
  const seats = [];
  for (const login of MEMBERS) seats.push(await inSession(login));
  const [chair] = seats;
  const khue = await inSession("khue");
  await chair.does({ open_session: {} });
  await chair.does({ start_item: { item: 3 } });
  const { context, page } = await tablet(browser, hall, "khue", { width: 820, height: 1180 });
  await page.goto(`/meetings/${MEETING}`);
  const motions = Object.entries((await chair.view()).motions);
  const [first, second] = motions.filter(([, row]) => row.item === 3).map(([id]) => Number(id));

  await chair.does({ open_vote: { motion: first, seconds: null } });
  await expect(page.locator(".vote.no")).toBeVisible();
  await context.setOffline(true);
  await page.locator(".vote.no").click();
  await page.locator(".send .primary").click();
  await expect(page.locator(".receipt.unsent")).toContainText("CHƯA gửi");
  await context.setOffline(false);
  await expect(page.locator(".receipt .code")).toBeVisible({ timeout: 30_000 });
  await chair.does({ close_vote: { vote: 1 } });
  const closed = (await khue.view()).votes[1].state.closed;
  expect(closed.ballots.m05.choice).toBe("no");
  await expect(page.locator(".result .verdict")).toBeVisible();
  await page.keyboard.press("Escape");

  await chair.does({ open_vote: { motion: second, seconds: null } });
  await expect(page.locator(".vote.yes")).toBeVisible();
  await context.setOffline(true);
  await page.locator(".vote.yes").click();
  await page.locator(".send .primary").click();
  await expect(page.locator(".receipt.unsent")).toBeVisible();
  await chair.does({ close_vote: { vote: 2 } });
  await context.setOffline(false);
  await expect(page.locator(".receipt.lost")).toContainText("KHÔNG được ghi nhận", { timeout: 30_000 });
});
