// A demo server of a test's own: real binary, real database, a data folder that goes with it.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";

export const MEETING = "ho-sen-2026-11";

/** Starts `icabinet demo`, on PostgreSQL if `database` says so; resolves when it says where it listens.
 *  Behind a proxy people come to `publicAddress`, and `listen` says where the server itself is. */
export async function startDemo({ database, listen = "127.0.0.1:0", publicAddress, flags = [] } = {}) {
  const address = publicAddress ? ["--public-address", publicAddress] : [];
  const words = ["demo", "--listen", listen, ...address, ...flags];
  const { found: base, ...server } = await start(words, database, /i-Cabinet: (https?:\S+)/);
  const answer = await fetch(`${publicAddress ? `http://${listen}` : base}/api/server`);
  return { base, demo: (await answer.json()).demo, ...server };
}

/** Starts one more node over the demo's database and files. */
export function startNode({ database, files, listen, publicAddress, flags = [] }) {
  const words = ["serve", "--listen", listen, "--files", files, "--public-address", publicAddress, ...flags];
  return start(words, database, /(http:\S+)/);
}

/** Starts the program in a data folder of its own; resolves when it has said what `says` looks for. */
async function start(words, database, says) {
  const folder = await mkdtemp(join(tmpdir(), "icabinet-journey-"));
  const server = spawn(process.env.ICABINET_BIN, [...words, "--data", folder], {
    stdio: ["ignore", "pipe", "pipe"],
    env: database ? { ...process.env, ICABINET_DATABASE: database } : process.env,
  });
  let said = "";
  server.stderr.on("data", (bytes) => (said += bytes));
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const found = await new Promise((resolve, reject) => {
    let out = "";
    server.stdout.on("data", (bytes) => {
      out += bytes;
      const found = says.exec(out);
      if (found) resolve(found[1]);
    });
    ended.then((code) => reject(new Error(`icabinet ${words[0]} ended with ${code}\n${said}`)));
  }).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    found,
    folder,
    log: () => said,
    /** Ends it as a power cut does. */
    async kill() {
      server.kill("SIGKILL");
      await ended;
    },
    async stop() {
      server.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody who acts over the public interface, without a screen. */
export async function actor(request, { base, demo }, login) {
  const context = await request.newContext({ baseURL: base, ignoreHTTPSErrors: true });
  const answer = await context.post("/api/session", { data: { login, password: demo.password } });
  if (!answer.ok()) throw new Error(`${login} can't sign in: ${answer.status()}`);
  return {
    async does(command) {
      const data = { id: randomUUID(), command };
      // A proxy closes lines that were idle; a command that is sent again under its name is one command.
      const options = { data, maxRetries: 2 };
      const answer = await (await context.post(`/api/meetings/${MEETING}/commands`, options)).json();
      if (!answer.accepted) throw new Error(`${login}: ${JSON.stringify(command)}: ${JSON.stringify(answer)}`);
      return answer.accepted;
    },
    async view() {
      return (await (await context.get(`/api/meetings/${MEETING}/snapshot`)).json()).meeting;
    },
    async screen() {
      return (await (await context.post(`/api/meetings/${MEETING}/screens`, { data: {} })).json()).address;
    },
    context,
  };
}

/** Somebody at a tablet: signed in through the page. */
export async function tablet(browser, { base, demo }, login, viewport) {
  const { context, page } = await device(browser, base, viewport);
  await page.goto("/sign-in");
  const { name } = demo.logins.find((row) => row.login === login);
  await page.locator(".person", { hasText: name }).click();
  await page.locator(".home").waitFor();
  return { context, page };
}

/** A tablet that nobody has signed in at. */
export async function device(browser, base, viewport = { width: 1180, height: 820 }) {
  const context = await browser.newContext({
    viewport,
    baseURL: base,
    // Behind a proxy: the certificate is the journey's own.
    ignoreHTTPSErrors: true,
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    reducedMotion: "reduce",
    permissions: ["microphone"],
  });
  // A step that can't be taken says so instead of using up the whole journey's time.
  context.setDefaultTimeout(120_000);
  return { context, page: await context.newPage() };
}

/** Presses the chair's one primary button: in the second after it changed, a press is not taken. */
export async function helm(chair, words) {
  const saying = chair.locator(".helm .primary", { hasText: words });
  await expect(saying).not.toHaveAttribute("aria-disabled", "true");
  await expect(async () => {
    await saying.click({ timeout: 5_000 });
    await expect(saying).toHaveCount(0, { timeout: 3_000 });
  }).toPass({ timeout: 120_000 });
}
