// Pictures of the page /kit in both themes, to be laid beside the drawn components:
//   cargo run --release -p xtask -- bundle --kit && node tests/journeys/tools/kit.mjs [FOLDER]
// Fails when the page logs an error (a violated CSP is one) or when axe finds something.
import { readFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const cache = process.env.ICABINET_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "icabinet");
const out = process.argv[2] ?? join(cache, "pictures");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

await mkdir(out, { recursive: true });
const site = await serve(join(cache, "dist-kit"));
const browser = await launch();
const problems = [];
for (const [name, scheme, path, size] of [
  ["kit", "light", "/kit", { width: 1180, height: 820 }],
  ["kit-dark", "dark", "/kit", { width: 1180, height: 820 }],
  ["settings", "light", "/settings", { width: 1180, height: 820 }],
  ["settings-phone", "dark", "/settings", { width: 390, height: 844 }],
  ["not-found", "light", "/nothing/here", { width: 820, height: 1180 }],
]) {
  const page = await browser.newPage({ viewport: size, colorScheme: scheme, reducedMotion: "reduce" });
  page.on("console", (message) => message.type() === "error" && problems.push(`${name}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${name}: ${error}`));
  await page.goto(site.url + path);
  await page.locator("body > :not([hidden]) h1").first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  // Through the debugger, as a person's tools would: the page's own CSP forbids foreign scripts.
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
  for (const rule of found.violations) {
    problems.push(`${name}: axe ${rule.id}: ${rule.help}: ${rule.nodes.map((node) => node.target).join(", ")}`);
  }
  await page.close();
}
await browser.close();
await site.close();
console.log(problems.length ? problems.join("\n") : `no problems; pictures in ${out}`);
process.exitCode = problems.length ? 1 : 0;
