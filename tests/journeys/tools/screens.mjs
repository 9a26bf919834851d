// Every screen of the product, on tablet, laptop and phone, Vietnamese light and English dark: a sheet
// of pictures for each, to be looked at, and what axe finds. `scripts/build` comes first.
//   tests/journeys/run screens [FOLDER] [NAME…]
import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { request } from "@playwright/test";
import { launch } from "./browser.mjs";
import { MEETING, actor, startDemo, tablet } from "./demo.mjs";

const [folder = "pictures", ...wanted] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
const SIZES = [
  { width: 1180, height: 820 },
  { width: 820, height: 1180 },
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const LOOKS = [
  { language: "vi", scheme: "light", locale: "vi-VN" },
  { language: "en", scheme: "dark", locale: "en-GB" },
];
const MEMBERS = ["thach", "uyen", "dac", "hoa", "khue", "lam", "nghiem", "thuy", "tuong", "huyen", "hoach"];
const room = `/meetings/${MEETING}`;
let problems = 0;
const complain = (words) => {
  problems += 1;
  console.log(words);
};
const hall = await startDemo();
const browser = await launch();
const states = new Map();
const seats = new Map();
for (const login of MEMBERS) seats.set(login, await actor(request, hall, login));
const [chair, secretary] = [seats.get("thach"), seats.get("hoa")];
await mkdir(folder, { recursive: true });

/** Cookies of somebody who signed in once. */
async function signedIn(login) {
  if (!states.has(login)) states.set(login, await seats.get(login).context.storageState());
  return states.get(login);
}

const asked = (name) => !wanted.length || wanted.some((part) => name.includes(part));
const placeOf = (name, { width, height }, { language, scheme }) => `${name} ${width}x${height} ${language} ${scheme}`;

/** A picture of what `page` shows at `path`, complaining of what is wrong with it. */
async function shoot(page, place, path, ready, act) {
  try {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    await act(page);
    await page.evaluate(() => document.fonts.ready);
    const shot = await page.screenshot();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) complain(`${place}: ${wide} px wider than the screen`);
    await page.evaluate(axe);
    const found = await page.evaluate((runOnly) => axe.run(document, { runOnly }), RULES);
    for (const rule of found.violations) {
      // What lies under a bar at the bottom is whole once the page is scrolled.
      const nodes = rule.nodes.filter((node) => !/partially obscured/.test(node.failureSummary));
      if (nodes.length) complain(`${place}: axe ${rule.id}: ${nodes.map((node) => node.target).join(", ")}`);
    }
    return shot.toString("base64");
  } catch (error) {
    complain(`${place}: ${error.message.split("\n")[0]}`);
    return (await page.screenshot()).toString("base64");
  }
}

/** One screen in every size and look. `ready` waits until it is whole; `act` presses what opens it. */
async function screen(name, login, path, ready, act = async () => {}) {
  if (!asked(name)) return;
  const shots = [];
  for (const look of LOOKS)
    for (const viewport of SIZES) {
      const context = await browser.newContext({
        viewport,
        baseURL: hall.base,
        locale: look.locale,
        timezoneId: "Asia/Ho_Chi_Minh",
        colorScheme: look.scheme,
        reducedMotion: "reduce",
        ...(login && { storageState: await signedIn(login) }),
      });
      context.setDefaultTimeout(15_000);
      await context.addInitScript((tag) => localStorage.setItem("icabinet.language", tag), look.language);
      const page = await context.newPage();
      const place = placeOf(name, viewport, look);
      page.on("pageerror", (error) => complain(`${place}: ${error.message}`));
      page.on("console", (message) => {
        // Who is not signed in is told so once: that is how the page learns it.
        const asking = login === undefined && message.text().includes("401");
        if (message.type() === "error" && !asking) complain(`${place}: ${message.text()}`);
      });
      // Public pages are the server's: the address names their language.
      const address = path.startsWith("/public") ? `${path}?lang=${look.language}` : path;
      shots.push(await shoot(page, place, address, ready, act));
      await context.close();
    }
  await sheet(name, shots);
}

/** As `screen`, on one tablet that keeps its key: a key can't be carried to another. */
async function screenOf(name, page, path, ready, act = async () => {}) {
  if (!asked(name)) return;
  const shots = [];
  for (const look of LOOKS)
    for (const viewport of SIZES) {
      await page.evaluate((tag) => localStorage.setItem("icabinet.language", tag), look.language);
      await page.emulateMedia({ colorScheme: look.scheme });
      await page.setViewportSize(viewport);
      shots.push(await shoot(page, placeOf(name, viewport, look), path, ready, act));
    }
  await page.evaluate(() => localStorage.removeItem("icabinet.language"));
  await sheet(name, shots);
}

/** The pictures of one screen side by side. */
async function sheet(name, shots) {
  const page = await browser.newPage({ viewport: { width: 1800, height: 600 } });
  const row = (list) => `<div>${list.map((shot) => `<img src="data:image/png;base64,${shot}">`).join("")}</div>`;
  await page.setContent(
    `<style>body{margin:8px;background:#888}div{display:flex;gap:8px;margin-bottom:8px;align-items:flex-start}img{height:440px}</style>
     ${row(shots.slice(0, 4))}${row(shots.slice(4))}`,
  );
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.close();
}

/** The screen in the room, at its own size. */
async function wall(name) {
  if (!asked(name)) return;
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, baseURL: hall.base, locale: "vi-VN" });
  await page.goto(await chair.screen());
  await page.locator(".wall header b").first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}

await screen("sign-in", undefined, "/sign-in", ".person");
await screen("home-official", "khue", "/", ".home .btn");
await screen("home-office", "hoa", "/", ".home .btn");
await screen("settings", "khue", "/settings", ".settings h1");
await screen("account", "khue", "/account", ".keys-page form");
await screen("new-meeting", "hoa", "/meetings/new", "select >> nth=2");
await screen("keys", "thach", "/keys", "main .lead, main .key-row");
await screen("prepare", "hoa", `${room}/prepare`, ".tree li");
await screen("room-convened", "khue", room, ".overview");
await wall("wall-convened");

for (const seat of seats.values()) await seat.does({ check_in: { person: null } });
await chair.does({ open_session: {} });
await chair.does({ start_item: { item: 3 } });
const { people, motions } = await chair.view();
const khue = Object.values(people).find((person) => person.name.includes("Khuê")).person;
await chair.does({ start_recording: { language: "vi" } });
await chair.does({ give_floor: { person: khue, seconds: 300 } });
await seats.get("lam").does({ ask_to_speak: { kind: "speak" } });
await screen("room-reading", "uyen", room, ".leaf.here img");
await screen("room-floor", "uyen", room, ".dock", (page) => page.locator(".dock button").nth(1).click());
await screen("chair-speaking", "thach", `${room}/chair`, ".helm .primary");
await wall("wall-speech");
await chair.does({ end_floor: {} });
await seats.get("khue").does({ ask_to_speak: { kind: "speak" } });
const waiting = Object.entries((await chair.view()).floor.requests).find(([, row]) => row.person === khue);
await chair.does({ grant_floor: { request: Number(waiting[0]), seconds: 300 } });
await screen("room-speaker", "khue", room, ".speaking");
await chair.does({ end_floor: {} });

const [motion] = Object.entries(motions).find(([, row]) => row.item === 3);
await chair.does({ open_vote: { motion: Number(motion), seconds: null } });
await screen("room-vote", "lam", room, ".vote.yes");
await screen("chair-vote", "thach", `${room}/chair`, ".helm .primary");
await wall("wall-vote");
const [[vote, { terms }]] = Object.entries((await chair.view()).votes);
for (const [login, seat] of seats) {
  const choice = login === "huyen" ? "no" : login === "lam" ? "abstain" : "yes";
  await seat.does({ cast_ballot: { vote: Number(vote), choice, text_digest: terms.text_digest } });
}
await screen("room-receipt", "khue", room, ".dock", (page) => page.locator(".dock button").nth(2).click());
await chair.does({ close_vote: { vote: Number(vote) } });
await screen("room-result", "khue", room, ".dock", (page) => page.locator(".dock button").nth(2).click());
await screen("chair-result", "thach", `${room}/chair`, ".helm .primary");
await wall("wall-result");

for (const [id, row] of Object.entries((await chair.view()).motions))
  if (row.state === "proposed") await chair.does({ withdraw_motion: { motion: Number(id) } });
await chair.does({ conclude_item: { item: 3, conclusion: "decided" } });
for (const item of (await chair.view()).agenda)
  if ((await chair.view()).items[item].state === "waiting")
    await chair.does({ conclude_item: { item, conclusion: "carried_over" } });
await chair.does({ close_session: {} });
await wall("wall-closed");
await secretary.does({ draft_minutes: {} });
await screen("room-closed", "khue", room, ".overview");
await screen("chair-closed", "thach", `${room}/chair`, ".helm .primary");
await screen("minutes", "hoa", `${room}/minutes`, ".folio .sentence");
await screen("decisions", "hoa", `${room}/decisions`, ".documents li, main .lead");
await chair.does({ approve_minutes: {} });
const rendition = async () => (await chair.view()).minutes.approved?.rendition;
const until = async (state) => {
  while (!(await rendition())?.[state]) await new Promise((resolve) => setTimeout(resolve, 200));
};
await until("typeset");
const { page: desk } = await tablet(browser, hall, "thach");
// The secretary signs the minutes first; who presides may do without.
const without = (ready) => async (page) => {
  await page.locator("main .acts button").click();
  await page.locator(ready).first().waitFor();
};
await screenOf("sign-minutes-waits", desk, `${room}/sign/minutes`, "main .acts button");
await screenOf("sign-minutes-no-key", desk, `${room}/sign/minutes`, "main .acts button", without(".key-panel button"));
await desk.goto("/keys");
await desk.getByRole("button", { name: /Tạo khóa/ }).click();
await desk.locator(".key-panel .print").waitFor();
await screen("keys-waiting", "hoa", "/keys", ".key-row");
const [{ key }] = (await (await secretary.context.get("/api/keys")).json()).filter((row) => row.state === "waiting");
await secretary.context.post(`/api/keys/${key}/confirm`);
await screenOf("sign-minutes", desk, `${room}/sign/minutes`, "main .acts button", without(".leaf-picture"));
await desk.setViewportSize(SIZES[0]);
await sign(desk);
await until("signed");
await secretary.does({ publish: { instrument: "minutes" } });
await screen("minutes-published", "hoa", `${room}/minutes`, ".folio .sentence");
const conference = await conferenceOf(40);
const showPeople = (page) => page.locator(".check li").nth(1).getByRole("button").click();
await screen("conference-people", "hoa", `${conference}/prepare`, ".check li", async (page) => {
  await showPeople(page);
  await page.locator(".invitations").waitFor();
  await page.locator(".invitations").scrollIntoViewIfNeeded();
});
await screen("conference-cards", "hoa", `${conference}/prepare`, ".check li", async (page) => {
  await showPeople(page);
  await page.locator(".invitations").evaluate((form) => (form.target = "_self"));
  await page.locator(".invitations button").first().click();
  await page.locator(".card").first().waitFor();
});
await screen("conference-chair", "thach", `${conference}/chair`, ".helm .primary");
await screen("join-without", undefined, "/join", ".calm h1:visible");
await screen("public", undefined, "/public", "h1");
await screen("public-meeting", undefined, `/public/meetings/${MEETING}`, "h1");
await screen("public-minutes", undefined, `/public/meetings/${MEETING}/minutes`, "h1");
await screen("public-checking", undefined, "/public/checking", "h1");

/** A convened conference with so many delegates in three venues; the path of its room. */
async function conferenceOf(count) {
  const { particulars, profile, people } = await secretary.view();
  const office = Object.values(people).filter((row) => row.office);
  const delegates = Array.from({ length: count }, (_, n) => ({
    ...office[0],
    person: `dai-bieu-${n}`,
    name: ["Nguyễn Văn An", "Trần Thị Bưởi", "Lê Minh Châu"][n % 3],
    office: null,
    venue: ["Phường Hồ Sen", "Xã Cửa Lân", "Xã Đông Thượng"][n % 3],
  }));
  const command = {
    create_meeting: {
      particulars: { ...particulars, title: { vi: "Hội nghị toàn quốc về họp không giấy", en: "National conference" } },
      profile: { ...profile, name: "conference", roll: "counted" },
      people: [...office, ...delegates],
    },
  };
  const send = async (path, data) => (await secretary.context.post(path, { data })).json();
  const { meeting } = await send("/api/meetings", { id: randomUUID(), command });
  const draft = {
    title: { vi: "Báo cáo chung", en: "General report" },
    kind: "regular",
    level: "internal",
    presenter: null,
    unit: { vi: "" },
    minutes_planned: 30,
  };
  await send(`/api/meetings/${meeting}/commands`, { id: "item", command: { add_item: { draft } } });
  await send(`/api/meetings/${meeting}/commands`, { id: "convene", command: { convene: {} } });
  for (const { person } of delegates.slice(0, 25))
    await send(`/api/meetings/${meeting}/commands`, { id: `in-${person}`, command: { check_in: { person } } });
  return `/meetings/${meeting}`;
}

/** Every page is looked at, then it is signed. */
async function sign(page) {
  await page.goto(`${room}/sign/minutes`);
  await without(".leaf-picture")(page);
  const pages = Number(/\d+\D+(\d+)/.exec(await page.locator(".pager span").innerText())[1]);
  for (let at = 1; at < pages; at += 1) {
    await page.waitForFunction(() => document.querySelector(".leaf-picture").complete);
    await page.locator(".pager button").last().click();
    await page.locator(".pager span", { hasText: `${at + 1}` }).waitFor();
  }
  await page.getByRole("button", { name: "Ký bằng khóa ký số trên thiết bị này" }).click();
  await page.locator(".receipt").waitFor();
}

await browser.close();
await hall.stop();
console.log(`${problems} problems; pictures in ${folder}`);
process.exitCode = problems ? 1 : 0;
