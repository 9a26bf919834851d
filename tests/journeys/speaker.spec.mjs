// Who holds the floor records on the own tablet where nothing else records, and everybody can see it.
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { MEETING, actor, startDemo, tablet } from "./tools/demo.mjs";

const MEMBERS = ["uyen", "dac", "khue", "lam", "nghiem", "thuy", "tuong", "huyen", "hoach"];

test("a speaker records on the own tablet, the room sees it, and it ends with the turn", async () => {
  const hall = await startDemo();
  const browser = await launch(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
  try {
    const chair = await actor(request, hall, "thach");
    for (const login of MEMBERS) await (await actor(request, hall, login)).does({ check_in: { person: null } });
    await chair.does({ check_in: { person: null } });
    await chair.does({ open_session: {} });
    const member = (await tablet(browser, hall, "khue", { width: 820, height: 1180 })).page;
    // A second device of the same person looks on: nothing of the recording is on it.
    const phone = (await tablet(browser, hall, "khue", { width: 390, height: 844 })).page;
    const errors = [];
    for (const page of [member, phone]) {
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(`/meetings/${MEETING}`);
      await expect(page.locator(".screen.live")).toBeVisible();
    }
    await expect(member.getByRole("button", { name: "Ghi âm lời tôi phát biểu" })).toHaveCount(0);
    const wall = await browser.newPage({ viewport: { width: 1920, height: 1080 }, baseURL: hall.base });
    await wall.goto(await chair.screen());

    const { people } = await chair.view();
    const khue = Object.values(people).find((person) => person.name.includes("Khuê")).person;
    await chair.does({ give_floor: { person: khue, seconds: 120 } });
    await member.getByRole("button", { name: "Ghi âm lời tôi phát biểu" }).click();
    // The microphone of a test beeps twice a second: wait until one was heard.
    const heard = () => Number(document.querySelector(".recording .level")?.getAttribute("aria-valuenow")) > 0;
    await member.waitForFunction(heard, null, { polling: "raf" });
    for (const page of [member, wall]) await expect(page.getByText("Đang ghi âm", { exact: true })).toBeVisible();

    await chair.does({ end_floor: {} });
    const capture = async () => Object.values((await chair.view()).recordings)[0].capture;
    await expect.poll(capture, { timeout: 60_000 }).toHaveProperty("stored");
    expect((await capture()).stored.samples).toBeGreaterThan(0);
    for (const page of [member, phone]) await expect(page.locator(".recording")).toHaveCount(0);
    for (const page of [member, wall]) await expect(page.getByText("Đang ghi âm", { exact: true })).toHaveCount(0);

    // Where the desk records already, a tablet is not asked to.
    await chair.does({ start_recording: { language: "vi" } });
    await chair.does({ give_floor: { person: khue, seconds: 120 } });
    // No device sends sound for it: sooner or later the words say that too.
    await expect(member.getByText(/^Đang ghi âm/).first()).toBeVisible();
    await expect(member.locator(".recording")).toHaveCount(0);
    for (const page of [member, phone]) await expect(page.locator(".screen.live")).toBeVisible();
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await hall.stop();
  }
});
