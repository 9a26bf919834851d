// How the widgets behave under a finger, a keyboard and a clock, on the page /kit of the bundle that
// `cargo run --release -p xtask -- bundle --kit` wrote. No server takes part.
import { expect, test } from "@playwright/test";
import { homedir } from "node:os";
import { join } from "node:path";
import { serve } from "./tools/serve.mjs";

const cache = process.env.ICABINET_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "icabinet");
let site;

test.beforeAll(async () => {
  site = await serve(join(cache, "dist-kit"));
});

test.afterAll(() => site.close());

test("a vote is cast by keyboard alone", async ({ page }) => {
  await page.goto(`${site.url}/kit`);
  await page.getByRole("button", { name: "Mở tờ biểu quyết" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toHaveAccessibleName("Biểu quyết chủ trương cải tạo chợ Bạch Liên");
  const choice = (name) => sheet.getByRole("radio", { name, exact: false });
  await choice(/^TÁN THÀNH/).focus();
  await page.keyboard.press("Space");
  await expect(choice(/^TÁN THÀNH/)).toBeChecked();
  await page.keyboard.press("ArrowDown");
  await expect(choice(/^KHÔNG TÁN THÀNH/)).toBeChecked();
  await expect(choice(/^KHÔNG TÁN THÀNH/)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(choice(/^TÁN THÀNH/)).toBeChecked();
  await expect(sheet.getByRole("radio", { checked: true })).toHaveCount(1);
});

test("Escape asks the sheet to close, and the page behind is reachable again", async ({ page }) => {
  await page.goto(`${site.url}/kit`);
  const opener = page.getByRole("button", { name: "Mở tờ biểu quyết" });
  await opener.click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(opener).toBeFocused();
});

test("the primary button is deaf for a second after its meaning changed", async ({ page }) => {
  await page.clock.install({ time: "2026-11-26T14:02:00+07:00" });
  await page.goto(`${site.url}/kit`);
  const primary = page.locator("main.kit button.primary").first();
  await expect(primary).toHaveText("Mở biểu quyết");
  await page.clock.pauseAt("2026-11-26T14:03:00+07:00");
  await primary.click();
  await expect(primary).toHaveText("Đã nhấn 1 lần");
  await primary.click();
  await expect(primary).toHaveText("Đã nhấn 1 lần");
  await page.clock.runFor(1_001);
  await primary.click();
  await expect(primary).toHaveText("Đã nhấn 2 lần");
});

test("a countdown runs by the clock and says when time is nearly over and over", async ({ page }) => {
  await page.clock.install();
  await page.goto(`${site.url}/kit`);
  const running = page.getByRole("timer").nth(4);
  await expect(running).toContainText("còn lại");
  await page.clock.runFor(170_000);
  await expect(running).toContainText("sắp hết");
  await page.clock.runFor(30_000);
  await expect(running).toContainText("quá giờ");
});

test("language, background and text size hold after the page is opened again", async ({ page }) => {
  await page.goto(`${site.url}/settings`);
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Dark", exact: true }).click();
  await page.getByRole("button", { name: "A++", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings of this device");
  await page.reload();
  const root = page.locator("html");
  await expect(root).toHaveAttribute("lang", "en");
  await expect(root).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: "A++", exact: true })).toHaveAttribute("aria-pressed", "true");
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe("23.4px");
});

test("a vote button is at least 72 px high and every button at least 48", async ({ page }) => {
  await page.goto(`${site.url}/kit`);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  const low = await page.locator("button:visible, a.row:visible").evaluateAll((buttons) =>
    buttons
      .filter((button) => !button.matches(".chip"))
      .map((button) => [button.textContent, button.getBoundingClientRect().height, button.matches(".vote") ? 72 : 48])
      .filter(([, height, least]) => height < least),
  );
  expect(low).toEqual([]);
});
