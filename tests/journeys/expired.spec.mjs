// A session that ends in the middle of an edit costs a sign-in, and not a word.
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { MEETING, actor, startDemo, tablet } from "./tools/demo.mjs";

const MEMBERS = ["uyen", "dac", "khue", "lam", "nghiem", "thuy", "tuong", "huyen", "hoach"];
const WRITTEN = "Thư ký viết câu này khi phiên đăng nhập đã hết.";

test("minutes that are being written survive the end of the session", async () => {
  const hall = await startDemo();
  const browser = await launch();
  try {
    const chair = await actor(request, hall, "thach");
    for (const login of MEMBERS) await (await actor(request, hall, login)).does({ check_in: { person: null } });
    await chair.does({ check_in: { person: null } });
    await chair.does({ open_session: {} });
    for (const item of (await chair.view()).agenda)
      await chair.does({ conclude_item: { item, conclusion: "carried_over" } });
    await chair.does({ close_session: {} });
    await chair.does({ draft_minutes: {} });
    await chair.does({ write_sentence: { section: "opening", text: "Câu viết thêm." } });

    const { page, context } = await tablet(browser, hall, "hoa", { width: 1440, height: 900 });
    await page.goto(`/meetings/${MEETING}/minutes`);
    const sentence = page.locator(".folio .sentence textarea").first();
    await expect(sentence).toHaveValue("Câu viết thêm.");
    await sentence.fill(WRITTEN);
    // The session ends elsewhere: signed out with the same cookie.
    expect((await context.request.delete("/api/session")).ok()).toBe(true);
    const sheet = page.locator("dialog[open]");
    await expect(sheet).toContainText("đăng nhập");
    await expect(sentence).toHaveValue(WRITTEN);
    await sheet.locator(".person", { hasText: "Hòa" }).click();
    await expect(sheet).toHaveCount(0);
    await expect(sentence).toHaveValue(WRITTEN);
    await sentence.focus();
    await sentence.blur();
    await expect(page.locator(".titlebar .save-mark")).toContainText("máy chủ");
    const written = Object.values((await chair.view()).minutes.draft.sentences).map(({ text }) => text);
    expect(written).toContain(WRITTEN);
  } finally {
    await browser.close();
    await hall.stop();
  }
});
