// Browser journeys: the system's Chromium, nothing shared between tests, a trace of what failed.
import { defineConfig } from "@playwright/test";
import { CHROMIUM, FLAGS } from "./tools/browser.mjs";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.mjs",
  fullyParallel: false,
  workers: 1,
  // Machines that test are shared: a slow minute is no failure. What is slow is for the benchmarks.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: CHROMIUM, args: FLAGS },
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    trace: "retain-on-failure",
  },
});
