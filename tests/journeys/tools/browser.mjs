// Debian's Chromium under Playwright, with the flags that closed networks and containers want.
import { chromium } from "@playwright/test";
import { existsSync } from "node:fs";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const CHROMIUM = CANDIDATES.find((path) => existsSync(path));

export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser; `more` are further flags, for a fake microphone, say. */
export function launch(more = []) {
  if (!CHROMIUM) throw new Error("no Chromium: run scripts/setup --test");
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...more] });
}
