// A demo server of a test's own: real binary, real database, a data folder that goes with it.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const MEETING = "ho-sen-2026-11";

/** Starts `icabinet demo`, on PostgreSQL if `database` says so; resolves when it says where it listens. */
export async function startDemo({ database } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "icabinet-journey-"));
  const server = spawn(process.env.ICABINET_BIN, ["demo", "--data", folder, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: database ? { ...process.env, ICABINET_DATABASE: database } : process.env,
  });
  let said = "";
  server.stderr.on("data", (bytes) => (said += bytes));
  const base = await new Promise((resolve, reject) => {
    let out = "";
    server.stdout.on("data", (bytes) => {
      out += bytes;
      const found = /i-Cabinet: (http:\S+)/.exec(out);
      if (found) resolve(found[1]);
    });
    server.on("exit", (code) => reject(new Error(`the demo ended with ${code}\n${said}`)));
  });
  const { demo } = await (await fetch(`${base}/api/server`)).json();
  return {
    base,
    demo,
    folder,
    log: () => said,
    async stop() {
      server.removeAllListeners("exit");
      const ended = new Promise((resolve) => server.on("exit", resolve));
      server.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody who acts over the public interface, without a screen. */
export async function actor(request, { base, demo }, login) {
  const context = await request.newContext({ baseURL: base });
  const answer = await context.post("/api/session", { data: { login, password: demo.password } });
  if (!answer.ok()) throw new Error(`${login} can't sign in: ${answer.status()}`);
  return {
    async does(command) {
      const data = { id: randomUUID(), command };
      const answer = await (await context.post(`/api/meetings/${MEETING}/commands`, { data })).json();
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
export async function tablet(browser, { base, demo }, login, viewport = { width: 1180, height: 820 }) {
  const context = await browser.newContext({
    viewport,
    baseURL: base,
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    reducedMotion: "reduce",
    permissions: ["microphone"],
  });
  // A step that can't be taken says so instead of using up the whole journey's time.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await page.goto("/sign-in");
  const { name } = demo.logins.find((row) => row.login === login);
  await page.locator(".person", { hasText: name }).click();
  await page.locator(".home").waitFor();
  return { context, page };
}
