// Law 3: the same log gives the same state in wasm as natively. `xtask fold` builds the module; the
// digest beside the log is the one that the native tests hold.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

const { fold } = createRequire(import.meta.url)(process.env.ICABINET_FOLD);
const golden = new URL("../../models/tests/golden/", import.meta.url);
const log = await readFile(new URL("demo-log.jsonl", golden), "utf8");
const digest = (await readFile(new URL("demo-log.digest", golden), "utf8")).trim();

test("a meeting folds to the same state in wasm", () => {
  assert.equal(fold(log), digest);
});

test("a log with one entry changed folds to another state", () => {
  assert.notEqual(fold(log.replace('"minutes_planned":90', '"minutes_planned":91')), digest);
});

test("a log with a gap is refused, and says where", () => {
  const lines = log.split("\n");
  lines.splice(4, 1);
  assert.throws(() => fold(lines.join("\n")), /OutOfOrder \{ line: 5, position: 6 \}/);
});
