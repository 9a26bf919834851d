// What runs after its page is gone does no harm, and when the program stops all the same, nothing stands
// over the way back.
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { MEETING, actor, startDemo, tablet } from "./tools/demo.mjs";

const MEMBERS = ["uyen", "dac", "hoa", "lam", "nghiem", "thuy", "tuong", "huyen", "hoach"];

/** As a tab in the background does: frames are asked for, and drawn much later. */
function holdFrames() {
  const [ask, cancel] = [window.requestAnimationFrame.bind(window), window.cancelAnimationFrame.bind(window)];
  const held = new Map();
  let next = 1e6;
  window.holding = false;
  window.requestAnimationFrame = (act) => {
    if (!window.holding) return ask(act);
    held.set((next += 1), act);
    return next;
  };
  window.cancelAnimationFrame = (frame) => (held.delete(frame) ? undefined : cancel(frame));
  window.runHeld = () => {
    window.holding = false;
    const acts = [...held.values()];
    held.clear();
    acts.forEach((act) => act(performance.now()));
    return acts.length;
  };
}

test("a frame that is drawn after its sheet is gone stops nobody, and a stop can be left", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const chair = await actor(request, hall, "thach");
    for (const login of [...MEMBERS, "khue"]) await (await actor(request, hall, login)).does({ check_in: { person: null } });
    await chair.does({ check_in: { person: null } });
    await chair.does({ open_session: {} });
    await chair.does({ start_item: { item: 3 } });
    const { page } = await tablet(browser, hall, "khue", { width: 1180, height: 820 });
    await page.addInitScript(holdFrames);
    await page.goto(`/meetings/${MEETING}`);
    await expect(page.locator(".screen.live")).toBeVisible();

    const motions = Object.entries((await chair.view()).motions).filter(([, row]) => row.item === 3);
    const [first, second] = motions.map(([id]) => Number(id));
    await page.evaluate(() => (window.holding = true));
    await chair.does({ open_vote: { motion: first, seconds: null } });
    await expect(page.locator(".vote.yes")).toBeVisible();
    await chair.does({ close_vote: { vote: 1 } });
    await expect(page.locator(".result .verdict")).toBeVisible();
    await page.evaluate(() => window.runHeld());
    await expect(page.locator("#crash")).toBeHidden();
    await page.keyboard.press("Escape");
    await page.locator(".dock button").first().click();
    await expect(page.locator(".program")).toBeVisible();
    // Going back leads to the paper, not out of the meeting.
    await page.goBack();
    await expect(page.locator(".reading")).toBeVisible();
    expect(new URL(page.url()).pathname).toBe(`/meetings/${MEETING}`);

    await chair.does({ open_vote: { motion: second, seconds: null } });
    await expect(page.locator(".vote.yes")).toBeVisible();
    await page.evaluate(() => setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); }));
    await expect(page.getByRole("heading", { name: "Màn hình này dừng đột ngột" })).toBeVisible();
    await expect(page.locator("dialog")).toHaveCount(0);
    await page.getByRole("link", { name: "Mở lại" }).click();
    await expect(page.locator(".vote.yes")).toBeVisible();
    await expect(page.locator("#crash")).toBeHidden();
  } finally {
    await browser.close();
    await hall.stop();
  }
});
