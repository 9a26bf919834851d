// One meeting from agenda to signed minutes: chair, member and room screen in three browsers side by
// side, the secretary beside the chair, on both databases; then strangers check what came out.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { MEETING, actor, helm, startDemo, tablet } from "./tools/demo.mjs";
import { startPostgres } from "./tools/postgres.mjs";

const run = promisify(execFile);
const SPEECH = new URL("../../server/engines/assets/synthetic-speech/", import.meta.url);
const OTHERS = ["uyen", "dac", "lam", "nghiem", "thuy", "tuong", "huyen", "hoach"];
// The third item, with its paper and its motions.
const SHORE = "ven hồ Sen";
const ANNEX = "Phụ lục khái toán";
const SPOKEN = /khai mạc phiên họp thường kỳ tháng 6|chúng ta họp về kế hoạch đầu tư công|Có mặt 28 đại biểu/;
const WRITTEN = "Thư ký ghi thêm một câu, đã sửa.";
const page_of = (name) => `/meetings/${MEETING}/${name}`;

for (const database of ["the embedded database", "PostgreSQL"]) {
  test(`agenda, paper, vote, signed decision, speech, minutes, public page on ${database}`, async () => {
    const cluster = database === "PostgreSQL" ? await startPostgres() : undefined;
    const hall = await startDemo({ database: cluster?.url });
    const browsers = await Promise.all([
      launch([
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        `--use-file-for-fake-audio-capture=${new URL("meeting_vi.wav", SPEECH).pathname}`,
      ]),
      launch(),
      launch(),
    ]);
    try {
      await wholeMeeting(hall, browsers, cluster?.url);
    } finally {
      await Promise.all(browsers.map((browser) => browser.close()));
      await hall.stop();
      await cluster?.stop();
    }
  });
}

async function wholeMeeting(hall, [chairs, members, walls], database) {
  const chair = (await tablet(chairs, hall, "thach")).page;
  const secretary = (await tablet(chairs, hall, "hoa", { width: 1440, height: 900 })).page;
  const member = (await tablet(members, hall, "khue", { width: 820, height: 1180 })).page;
  const wall = await walls.newPage({ viewport: { width: 1920, height: 1080 }, baseURL: hall.base, locale: "vi-VN" });
  wall.setDefaultTimeout(120_000);
  const errors = [];
  for (const [name, page] of Object.entries({ chair, secretary, member, wall }))
    page.on("pageerror", (error) => errors.push(`${name}: ${error.message}`));
  const seats = new Map();
  for (const login of OTHERS) seats.set(login, await actor(request, hall, login));
  // Looks at what the screens lead to, and does what is not this journey's matter.
  const aide = await actor(request, hall, "thach");

  await test.step("the chair's tablet gets a key", () => keyIsConfirmed(chair, secretary));
  await test.step("a paper is handed in", () => paperIsAdded(aide, secretary, member));
  await test.step("the session opens", () => sessionOpens(chair, member, wall, seats, aide));
  await test.step("the item is read", () => itemIsRead(chair, member, wall));
  await test.step("a speech is recorded", () => speechIsRecorded(chair, member, wall, aide));
  await test.step("a vote is held", () => voteIsHeld(chair, member, wall, seats, aide));
  await test.step("the session closes", () => sessionCloses(chair, aide));
  await test.step("minutes are written", () => minutesAreWritten(secretary, aide));
  await test.step("a decision is prepared", () => decisionIsPrepared(secretary));
  await test.step("the chair signs both", async () => {
    await chairSigns(chair, "decision-1");
    await chairSigns(chair, "minutes");
  });
  await test.step("both are published", () => secretaryPublishes(secretary));
  await test.step("the public reads", () => publicReads(walls, hall));
  await test.step("strangers agree", () => strangersAgree(hall, aide, database));
  expect(errors).toEqual([]);
}

async function keyIsConfirmed(chair, secretary) {
  await chair.goto("/keys");
  await chair.getByRole("button", { name: /Tạo khóa/ }).click();
  await expect(chair.locator(".key-panel .print")).toBeVisible();
  await secretary.goto("/keys");
  await secretary.getByRole("button", { name: /xác nhận/ }).first().click();
  await expect(secretary.locator(".key-row .badge.ok")).toBeVisible();
}

/** The secretary hands in a paper while a member looks, who sees it without doing anything. */
async function paperIsAdded(aide, secretary, member) {
  await member.goto(`/meetings/${MEETING}`);
  await expect(member.locator(".dock")).toBeVisible();
  const { papers } = await aide.view();
  const [paper] = Object.values(papers);
  const pdf = await (await aide.context.get(`/api/meetings/${MEETING}/blobs/${paper.blob}`)).body();
  await secretary.goto(page_of("prepare"));
  const item = secretary.locator(".tree li", { hasText: SHORE }).filter({ has: secretary.locator("input[type=file]") });
  await item.locator("input[type=file]").setInputFiles({ name: `${ANNEX}.pdf`, mimeType: "application/pdf", buffer: pdf });
  await expect(item.locator(".file", { hasText: ANNEX }).locator(".ok")).toBeVisible({ timeout: 240_000 });
}

async function sessionOpens(chair, member, wall, seats, aide) {
  for (const seat of seats.values()) await seat.does({ check_in: { person: null } });
  await chair.goto(page_of("chair"));
  for (const page of [chair, member]) {
    await page.locator(".banner button").first().click();
    await expect(page.locator(".banner")).toHaveCount(0);
  }
  await wall.goto(await aide.screen());
  await expect(wall.locator(".wall header b")).toBeVisible();
  await helm(chair, "Khai mạc phiên họp");
  await expect(member.locator(".screen.live")).toBeVisible();
}

async function itemIsRead(chair, member, wall) {
  await chair.locator(".agenda button.open", { hasText: SHORE }).click();
  await chair.getByRole("button", { name: "Bắt đầu mục này" }).click();
  await expect(chair.locator("dialog[open]")).toHaveCount(0);
  const picture = member.locator(".leaf.here img");
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((img) => img.complete && img.naturalWidth)).toBeGreaterThan(1000);
  await expect(member.getByRole("main")).toContainText(ANNEX);
  await expect(wall.locator(".wall")).toContainText(SHORE);
}

async function speechIsRecorded(chair, member, wall, aide) {
  await member.locator(".dock button").nth(1).click();
  await member.locator(".asking .primary").click();
  await chair.locator(".queue-row, li").getByRole("button", { name: "Mời" }).first().click();
  await expect(wall.locator(".wall")).toContainText("Mạc Đình Khuê");
  await member.keyboard.press("Escape");
  await chair.getByRole("button", { name: "Bắt đầu ghi âm" }).click();
  await expect(chair.locator(".recording .level")).toBeVisible();
  // Two sentences are spoken within twelve seconds; what counts is what the server has on its disk.
  const stored = async () => {
    const [recording] = Object.keys((await aide.view()).recordings);
    const sound = recording && (await aide.context.get(`/api/meetings/${MEETING}/recordings/${recording}/sound.wav`));
    return sound?.ok() ? (await sound.body()).length / 32_000 : 0;
  };
  await expect.poll(stored, { timeout: 240_000 }).toBeGreaterThan(13);
  await chair.getByRole("button", { name: "Dừng ghi âm" }).click();
  await expect(chair.getByRole("button", { name: "Bắt đầu ghi âm" })).toBeVisible();
  await chair.getByRole("button", { name: "Kết thúc lượt" }).click();
}

async function voteIsHeld(chair, member, wall, seats, aide) {
  await helm(chair, "Mở biểu quyết");
  await member.locator(".vote.yes").click();
  await member.locator(".send .primary").click();
  await expect(member.locator(".receipt")).toContainText("TÁN THÀNH");
  await expect(member.locator(".receipt .code")).toBeVisible();
  const [[vote, { terms }]] = Object.entries((await aide.view()).votes);
  for (const [login, seat] of seats) {
    const choice = login === "huyen" ? "no" : "yes";
    await seat.does({ cast_ballot: { vote: Number(vote), choice, text_digest: terms.text_digest } });
  }
  await expect(wall.locator(".wall")).toContainText("9");
  // The chair's own ballot rose over the desk: put away, the desk is there again.
  if (await chair.locator("dialog[open]").count()) await chair.keyboard.press("Escape");
  await expect(chair.locator("dialog[open]")).toHaveCount(0);
  await helm(chair, "Đóng biểu quyết");
  await expect(member.locator(".result .verdict")).toBeVisible();
  await expect(wall.locator(".outcome")).toContainText("THÔNG QUA");
  await expect(chair.locator("dialog[open] .verdict")).toBeVisible();
  await chair.keyboard.press("Escape");
  await expect(chair.locator("dialog[open]")).toHaveCount(0);
}

async function sessionCloses(chair, aide) {
  for (const [motion, { state }] of Object.entries((await aide.view()).motions))
    if (state === "proposed") await aide.does({ withdraw_motion: { motion: Number(motion) } });
  await helm(chair, "Kết thúc mục");
  const { agenda, items } = await aide.view();
  for (const item of agenda)
    if (items[item].state === "waiting") await aide.does({ conclude_item: { item, conclusion: "carried_over" } });
  await helm(chair, "Bế mạc phiên họp");
  await expect(chair.locator(".helm .primary")).toContainText("Mở biên bản");
}

async function minutesAreWritten(secretary, aide) {
  const heard = async () => {
    const { recordings } = await aide.view();
    return Object.values(recordings).every((recording) => recording.transcription?.done);
  };
  await expect.poll(heard, { timeout: 240_000 }).toBe(true);
  await secretary.goto(page_of("minutes"));
  // A busy machine starves the browser's fake microphone, which then swallows a part of a sentence:
  // one of the first three arrives whole.
  await expect(secretary.locator(".turn").first()).toContainText(SPOKEN);
  await expect(secretary.locator(".turn").first()).toContainText("Khuê");
  await secretary.locator(".titlebar .primary").click();
  await expect(secretary.locator(".folio .sentence").first()).toBeVisible();
  // A quote plays its sound on a click.
  await secretary.locator(".turn .play").first().click();
  await expect.poll(() => secretary.locator("audio").evaluate((audio) => audio.currentTime)).toBeGreaterThan(0.3);
  await secretary.locator("audio").evaluate((audio) => audio.pause());
  await secretary.getByRole("button", { name: "Thêm câu" }).first().click();
  await secretary.locator(".folio .field textarea").fill("Thư ký ghi thêm một câu.");
  await secretary.locator(".folio .acts .btn").first().click();
  const sentence = secretary.locator(".folio .sentence textarea").first();
  await sentence.fill(WRITTEN);
  await sentence.blur();
  await expect(secretary.locator(".titlebar .save-mark")).toContainText("máy chủ");
  await secretary.getByRole("button", { name: "Hoàn tất, trình ký" }).click();
  await expect(secretary.getByRole("link", { name: "Xem bản PDF" })).toBeVisible({ timeout: 240_000 });
}

async function decisionIsPrepared(secretary) {
  await secretary.goto(page_of("decisions"));
  await secretary.getByRole("button", { name: "Soạn quyết định" }).first().click();
  await secretary.locator("dialog[open] input").first().fill("31");
  await secretary.getByRole("button", { name: "Tạo bản PDF trình ký" }).click();
  await expect(secretary.getByRole("link", { name: "Xem bản PDF" }).first()).toBeVisible({ timeout: 240_000 });
}

/** The chair looks at every page, then signs with the key that never leaves his tablet. */
async function chairSigns(chair, name) {
  await chair.goto(page_of(`sign/${name}`));
  // The minutes wait for their secretary, who has no key here; the chair may go on without.
  if (name === "minutes") await chair.getByRole("button", { name: "không có chữ ký của thư ký" }).click();
  await expect(chair.locator(".leaf-picture")).toBeVisible({ timeout: 240_000 });
  const sign = chair.getByRole("button", { name: "Ký bằng khóa ký số trên thiết bị này" });
  const pages = Number(/\d+\D+(\d+)/.exec(await chair.locator(".pager span").innerText())[1]);
  for (let page = 1; page < pages; page += 1) {
    await expect.poll(() => chair.locator(".leaf-picture").evaluate((img) => img.complete)).toBe(true);
    await chair.locator(".pager button").last().click();
    await expect(chair.locator(".pager span")).toContainText(`${page + 1}`);
  }
  await expect(chair.getByRole("button", { name: /^Ký/ })).toBeEnabled();
  await sign.click();
  await expect(chair.locator(".receipt")).toBeVisible({ timeout: 240_000 });
}

async function secretaryPublishes(secretary) {
  await secretary.goto(page_of("decisions"));
  await secretary.getByRole("button", { name: "Công bố" }).first().click();
  await secretary.locator("dialog[open] .primary").click();
  await expect(secretary.getByRole("link", { name: "Trang công khai" }).first()).toBeVisible();
  await secretary.goto(page_of("minutes"));
  // It can't be undone: one press asks, the next one acts.
  const publish = secretary.getByRole("button", { name: "Công bố" });
  await publish.click();
  await expect(publish).toContainText("Chạm lần nữa");
  await expect(async () => {
    await publish.click({ timeout: 5_000 });
    await expect(publish).toHaveCount(0, { timeout: 3_000 });
  }).toPass({ timeout: 120_000 });
  await expect(secretary.getByRole("link", { name: "Trang công khai" })).toBeVisible();
}

/** Without script and without signing in. */
async function publicReads(walls, hall) {
  const context = await walls.newContext({ javaScriptEnabled: false, baseURL: hall.base });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto("/public");
  await page.getByRole("link", { name: /Phiên họp/ }).first().click();
  await expect(page.locator("body")).toContainText("31/QĐ-UBND");
  await page.goto(`/public/meetings/${MEETING}/minutes`);
  await expect(page.locator("body")).toContainText(WRITTEN);
  await page.goto(`/public/meetings/${MEETING}/decisions/1`);
  await expect(page.locator("body")).toContainText("4.410 triệu");
  await context.close();
}

/** pyHanko on the decision, `icabinet verify` on the record: neither asks the server. */
async function strangersAgree(hall, aide, database) {
  const file = (name) => join(hall.folder, name);
  const { decisions } = await aide.view();
  const blob = decisions[1].rendition.signed.document;
  const fetched = async (path) => (await aide.context.get(path)).body();
  await writeFile(file("decision.pdf"), await fetched(`/api/meetings/${MEETING}/blobs/${blob}`));
  await writeFile(file("root.pem"), await fetched("/api/trust"));
  const trust = ["--trust", file("root.pem")];
  const said = await run(process.env.PYHANKO, [
    ...["sign", "validate", "--pretty-print", "--no-revocation-check", "--trust-replace", ...trust],
    file("decision.pdf"),
  ]);
  expect(said.stdout).toContain("The signature is judged VALID.");
  const env = { ...process.env, ...(database && { ICABINET_DATABASE: database }) };
  const icabinet = (...words) => run(process.env.ICABINET_BIN, words, { env });
  await writeFile(file("list.crl"), await fetched("/public/revocations.crl"));
  const list = ["--revocations", file("list.crl")];
  await icabinet("verify", ...trust, ...list, file("decision.pdf"));
  await writeFile(file("record.zip"), await fetched(`/api/meetings/${MEETING}/record.zip`));
  await icabinet("verify", ...trust, file("record.zip"));
  const pdf = await readFile(file("decision.pdf"));
  pdf[Math.floor(pdf.length / 3)] ^= 1;
  await writeFile(file("changed.pdf"), pdf);
  await expect(icabinet("verify", ...trust, ...list, file("changed.pdf"))).rejects.toThrow();
}
