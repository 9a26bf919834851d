// The office's pages in a meeting of thousands, in a real browser: how long its sheets take to open, and
// for how long a delegate who checks in beside them holds them up. PEOPLE as the first argument; the list
// of them is brought in by the page itself.
import { randomUUID } from "node:crypto";
import { request } from "@playwright/test";
import { launch } from "./browser.mjs";
import { actor, startDemo, tablet } from "./demo.mjs";

const PEOPLE = Number(process.argv[2] ?? 33_000);
const GIVEN = ["An", "Bình", "Cường", "Dung", "Đức", "Giang", "Hạnh", "Hòa", "Khuê", "Lan", "Mai", "Nga", "Uyên", "Yến"];
const say = (what, rest) => console.log(JSON.stringify({ bench: "office", people: PEOPLE, what, ...rest }));

const hall = await startDemo();
const browser = await launch();
try {
  const secretary = await actor(request, hall, "hoa");
  const chair = await actor(request, hall, "thach");
  const { particulars, profile, people, items } = await secretary.view();
  const office = Object.values(people).filter((person) => person.office);
  const create = { create_meeting: { particulars, profile: { ...profile, roll: "counted" }, people: office } };
  const made = await secretary.context.post("/api/meetings", { data: { id: randomUUID(), command: create } });
  const { meeting } = await made.json();
  const does = async (who, command) => {
    const answer = await who.context.post(`/api/meetings/${meeting}/commands`, { data: { id: randomUUID(), command } });
    const body = await answer.json();
    if (!body.accepted) throw new Error(`${Object.keys(command)[0]}: ${JSON.stringify(body)}`);
  };
  /** Opens a page that notes how long it was held up. */
  const opens = async (login, viewport, path) => {
    const { page } = await tablet(browser, hall, login, viewport);
    await page.addInitScript(() => {
      window.held = [];
      const note = (list) => list.getEntries().forEach((entry) => window.held.push(Math.round(entry.duration)));
      new PerformanceObserver(note).observe({ type: "longtask" });
    });
    await page.goto(`/meetings/${meeting}/${path}`);
    return page;
  };
  /** The longest that the page was held up since it was last asked; tasks below 50 ms are none. */
  const longest = (page) => page.evaluate(() => Math.max(0, ...window.held.splice(0)));

  const desk = await opens("hoa", { width: 1440, height: 900 }, "prepare");
  await desk.locator(".check li", { hasText: "Thành phần" }).getByRole("button").click();
  await desk.getByRole("button", { name: "Nhập danh sách" }).click();
  const sheet = desk.locator("dialog[open]");
  const row = (at) => `DB${String(at).padStart(5, "0")},Nguyễn Văn ${GIVEN[at % GIVEN.length]},Xã ${at % 579},khách mời`;
  const list = ["ma,ho_ten,don_vi,vai_tro", ...Array.from({ length: PEOPLE }, (_, at) => row(at))].join("\r\n");
  let began = performance.now();
  const took = () => Math.round(performance.now() - began);
  await sheet.locator("input[type=file]").setInputFiles({ name: "ds.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
  const add = sheet.getByRole("button", { name: `Thêm ${PEOPLE} người` });
  await add.waitFor();
  say("list read", { ms: took() });
  began = performance.now();
  await add.click();
  await sheet.getByText(`Đã thêm ${PEOPLE} người.`).waitFor({ timeout: 600_000 });
  say("list added", { ms: took(), longest_task_ms: await longest(desk) });
  await desk.keyboard.press("Escape");

  const { title } = Object.values(items)[0];
  await does(secretary, { add_item: { draft: { title, kind: "regular", minutes_planned: 5, level: "internal" } } });
  await does(secretary, { convene: {} });
  await does(chair, { check_in: { person: null } });
  const others = office.filter(({ person, standing }) => standing !== "guest" && person !== "m01");
  for (const { person } of others) await does(secretary, { check_in: { person } });
  await does(chair, { open_session: {} });
  let next = 0;
  const comes = () => does(secretary, { check_in: { person: `DB${String(next++).padStart(5, "0")}` } });
  /** Three delegates come, each when the page shows the one before. */
  const beside = async (page) => {
    await longest(page);
    for (let times = 0; times < 3; times += 1) {
      await comes();
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 60_000 })));
    }
    return longest(page);
  };
  say("the list beside check-ins", { longest_task_ms: await beside(desk) });

  const page = await opens("thach", { width: 1180, height: 820 }, "chair");
  await page.getByRole("button", { name: "Điểm danh" }).first().waitFor();
  say("the desk beside check-ins", { longest_task_ms: await beside(page) });
  for (const [what, name] of [["attendance", "Điểm danh"], ["giving the floor", "Mời người chưa đăng ký"]]) {
    began = performance.now();
    await page.getByRole("button", { name }).first().click();
    const open = page.locator("dialog[open]");
    await open.locator("input[type=text]").first().waitFor({ timeout: 120_000 });
    const opened = took();
    const held = await beside(page);
    began = performance.now();
    await open.locator("input[type=text]").first().fill("khue");
    await open.getByText("Nguyễn Văn Khuê").first().waitFor({ state: "attached" });
    say(what, { opens_ms: opened, beside_check_ins_longest_task_ms: held, finds_ms: took() });
    await page.keyboard.press("Escape");
  }
} finally {
  await browser.close();
  await hall.stop();
}
