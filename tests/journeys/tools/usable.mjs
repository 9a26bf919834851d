// How long a cold first load takes until the page can be used: 4 times slower CPU, 1.6 Mbit/s, 150 ms.
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "./browser.mjs";

const address = process.argv[2];
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1180, height: 820 }, locale: "vi-VN" });
const session = await page.context().newCDPSession(page);
await session.send("Network.enable");
await session.send("Network.emulateNetworkConditions", {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (0.75 * 1024 * 1024) / 8,
});
await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
const began = performance.now();
await page.goto(`${address}/sign-in`, { waitUntil: "commit" });
await page.locator("input[type=password], button.primary").first().waitFor({ state: "visible", timeout: 60_000 });
const usable = Math.round(performance.now() - began);
console.log(JSON.stringify({ bench: "usable", usable_ms: usable, target_ms: 4000 }));
await browser.close();
