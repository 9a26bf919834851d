// As docs/operating.md has it: two nodes over PostgreSQL behind nginx with TLS. One of them is killed
// while a vote is open, and the tablets it served go on at the other.
import { expect, request, test } from "@playwright/test";
import { launch } from "./tools/browser.mjs";
import { MEETING, actor, device, helm, startDemo, startNode } from "./tools/demo.mjs";
import { freePorts, send, startNginx } from "./tools/nginx.mjs";
import { startPostgres } from "./tools/postgres.mjs";

// Vice chairs are counted among the staff: the two at tablets are not.
const OTHERS = ["uyen", "dac", "lam", "thuy", "tuong", "huyen", "hoach"];
const ITEM = 3;
// Somebody who is not at the proxy's own address, and one that he writes into the header himself.
const STRANGER = "127.0.0.9";
const INVENTED = { "x-forwarded-for": "203.0.113.7" };
// What docs/operating.md promises.
const GOES_ON_WITHIN = 10_000;

test("behind nginx with TLS, on two nodes over PostgreSQL, tablets go on when their node is killed", async () => {
  const running = [];
  const started = async (starting) => {
    running.push(await starting);
    return running.at(-1);
  };
  try {
    const cluster = await started(startPostgres());
    const [secure, plain, ...ports] = await freePorts(6);
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    const [listens, measures] = [addresses.slice(0, 2), addresses.slice(2)];
    const base = `https://localhost:${secure}`;
    const place = (index) => ({
      database: cluster.url,
      publicAddress: base,
      listen: listens[index],
      flags: ["--proxies", "127.0.0.1", "--metrics", measures[index]],
    });
    const hall = await started(startDemo(place(0)));
    const second = await started(startNode({ ...place(1), files: hall.folder }));
    await started(startNginx({ secure, plain, nodes: listens }));
    const browser = await launch();
    running.push({ stop: () => browser.close() });
    const nodes = [hall, second].map(({ kill }, index) => ({ kill, members: () => members(measures[index]) }));
    const proxy = `https://127.0.0.1:${secure}`;

    await test.step("what is asked in the clear is sent to TLS", async () => {
      const answer = await fetch(`http://localhost:${plain}/meetings/${MEETING}?a=b`, { redirect: "manual" });
      expect(answer.status).toBe(301);
      expect(answer.headers.get("location")).toBe(`${base}/meetings/${MEETING}?a=b`);
    });
    await test.step("a node is ready", async () => {
      expect(await send("GET", `${proxy}/readyz`)).toEqual({ status: 200, text: "ready\n" });
    });
    await test.step("a foreign page changes nothing", () => foreignersAreRefused(proxy, base));
    await test.step("the address of a sign-in is the person's", () => addressesAreBelieved(proxy, listens, cluster));
    await test.step("what is larger than other requests may be goes through", () => paperIsUploaded(hall));
    await test.step("a node is killed while a vote is open", () => nodeIsKilled(browser, hall, nodes));
  } finally {
    for (const one of running.reverse()) await one.stop();
  }
});

const signIn = (login) => JSON.stringify({ login, password: "not the password" });

async function foreignersAreRefused(proxy, own) {
  const from = (origin) => send("POST", `${proxy}/api/session`, { headers: { origin }, body: signIn("foreigner") });
  const { status, text } = await from("https://hop.example.org");
  expect(status).toBe(403);
  expect(JSON.parse(text).error.code).toBe("foreign_origin");
  // From a page of its own the same gets as far as the password.
  expect((await from(own)).status).toBe(401);
}

/** What the proxy appended is believed; what anybody else wrote is not, before it or past it. */
async function addressesAreBelieved(proxy, nodes, cluster) {
  // People who are there: of a login that nobody has only the address is kept.
  const ways = { thach: proxy, hoa: `http://${nodes[0]}`, khue: `http://${nodes[1]}` };
  for (const [login, way] of Object.entries(ways)) {
    const sent = { headers: INVENTED, body: signIn(login), from: STRANGER };
    expect((await send("POST", `${way}/api/session`, sent)).status).toBe(401);
    // Failures are written within a second.
    const from = () => cluster.ask(`SELECT address FROM sign_ins WHERE login = '${login}'`);
    await expect.poll(from).toBe(STRANGER);
  }
}

async function paperIsUploaded(hall) {
  const secretary = await actor(request, hall, "hoa");
  const data = Buffer.alloc(20 << 20, "%PDF-1.7\n");
  const answer = await secretary.context.post(`/api/meetings/${MEETING}/uploads`, {
    data,
    headers: { "content-type": "application/pdf" },
  });
  expect(await answer.json()).toMatchObject({ bytes: data.length });
}

async function nodeIsKilled(browser, hall, nodes) {
  const seats = [];
  for (const login of [...OTHERS, "khue", "nghiem", "thach"]) {
    seats.push(await actor(request, hall, login));
    await seats.at(-1).does({ check_in: { person: null } });
  }
  const aide = seats.pop();
  await aide.does({ open_session: {} });
  await aide.does({ start_item: { item: ITEM } });
  const chair = await signedIn(browser, hall, "thach");
  await chair.page.goto(`/meetings/${MEETING}/chair`);
  const voter = await signedIn(browser, hall, "khue");
  await voter.page.goto(`/meetings/${MEETING}`);
  const counts = () => Promise.all(nodes.map((node) => node.members()));
  await expect.poll(async () => (await counts()).toSorted()).toEqual([0, 1]);
  const at = (await counts()).indexOf(1);
  const [his, others] = [nodes[at], nodes[1 - at]];
  // Another member comes until he is at the other node: nothing sends a tablet to a certain one.
  const member = await signedIn(browser, hall, "nghiem");
  await expect(async () => {
    await member.page.goto(`/meetings/${MEETING}`);
    await expect.poll(async () => (await counts()).reduce((sum, count) => sum + count)).toBe(2);
    expect(await counts()).toEqual([1, 1]);
  }).toPass({ timeout: 120_000 });

  await helm(chair.page, "Mở biểu quyết");
  await voter.page.locator(".vote.yes").click();
  await voter.page.locator(".send .primary").click();
  const code = voter.page.locator(".receipt .code");
  await expect(code).toBeVisible();
  const receipt = await code.innerText();
  const before = [chair, voter, member].map((tablet) => ({ ...tablet, loads: tablet.seen.loads }));

  await his.kill();
  await expect.poll(others.members, { timeout: GOES_ON_WITHIN }).toBe(2);
  await expect(code).toHaveText(receipt);
  await expect(voter.page.locator(".receipt")).toContainText("TÁN THÀNH");
  // The others vote at the node that is left.
  await member.page.locator(".vote.no").click();
  await member.page.locator(".send .primary").click();
  await expect(member.page.locator(".receipt .code")).toBeVisible();
  const [[vote, { terms }]] = Object.entries((await aide.view()).votes);
  const ballot = { vote: Number(vote), choice: "yes", text_digest: terms.text_digest };
  for (const seat of seats.slice(0, OTHERS.length)) await seat.does({ cast_ballot: ballot });
  // The chair's own ballot rose over the desk.
  await chair.page.keyboard.press("Escape");
  await helm(chair.page, "Đóng biểu quyết");
  for (const { page } of [voter, member]) await expect(page.locator(".result .verdict")).toBeVisible();

  for (const { page, seen, loads } of before) {
    expect(seen.errors).toEqual([]);
    expect(seen.gaps).toEqual([]);
    expect(seen.loads, "the page was not loaded again").toBe(loads);
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page.locator(".banner")).toHaveCount(0);
  }
  // Each socket went on from where the one before it ended.
  const { sockets } = voter.seen;
  expect(sockets.length).toBeGreaterThan(1);
  expect(sockets.slice(1).map(({ after }) => after)).toEqual(sockets.slice(0, -1).map(({ to }) => to));
}

/** Somebody at a tablet who signs in with his password; what his pages and sockets went through. */
async function signedIn(browser, { base, demo }, login) {
  const { context, page } = await device(browser, base);
  const seen = { errors: [], loads: 0, sockets: [], gaps: [] };
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("load", () => (seen.loads += 1));
  page.on("websocket", (socket) => follow(socket, seen));
  // The node that is no demo shows the form, the other one behind a press.
  const [answer] = await Promise.all([page.waitForResponse("**/api/server"), page.goto("/sign-in")]);
  if ((await answer.json()).demo) await page.locator("details summary").click();
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill(demo.password);
  await page.locator("form .primary").click();
  await page.locator(".home").waitFor();
  const cookies = await context.cookies();
  // The session's, and the device's.
  const kept = { path: "/", secure: true, httpOnly: true, sameSite: "Strict" };
  const names = ["__Host-icabinet", "__Host-icabinet-device"];
  expect(cookies).toMatchObject(names.map((name) => ({ name, ...kept })));
  return { page, seen };
}

/** Whether what a socket brings joins what the page had. */
function follow(socket, seen) {
  const url = new URL(socket.url());
  if (!url.pathname.endsWith("/live")) return;
  const after = Number(url.searchParams.get("after"));
  const line = { after, to: after };
  seen.sockets.push(line);
  socket.on("framereceived", ({ payload }) => {
    const { events } = JSON.parse(payload);
    if (!events) return;
    if (events.after > line.to) seen.gaps.push(`${line.to} … ${events.after}`);
    line.to = events.to;
  });
}

/** How many sockets of members a node has. */
async function members(metrics) {
  const text = await (await fetch(`http://${metrics}/metrics`)).text();
  return Number(/^icabinet_connections\{class="member"\} (\d+)$/m.exec(text)[1]);
}
