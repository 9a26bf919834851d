// Draws what `scripts/bench live` printed: from a vote's opening and closing to the last tablet, by
// number of delegates, beside the kernel's floor of the same runs. Both axes are logarithmic, so that
// linear growth is a straight line of slope one.
//   node scripts/lib/chart.mjs docs/measurements/live.jsonl > docs/pictures/live.svg
import { readFileSync } from "node:fs";

const lines = readFileSync(process.argv[2], "utf8").trim().split("\n").map((line) => JSON.parse(line));
const series = new Map();
const put = (name, x, y) => {
  if (!series.has(name)) series.set(name, new Map());
  const points = series.get(name);
  if (!points.has(x)) points.set(x, []);
  points.get(x).push(y);
};
for (const line of lines) {
  if (line.what === "floor") put("floor", line.connections, line.best_ms);
  if (line.what !== "vote") continue;
  put("open", line.delegates, line.open_to_clients_ms.last);
  put("result", line.delegates, line.result_to_clients_ms.last);
}
const LOOK = {
  result: ["#8a5a00", "result → last tablet"],
  open: ["#8f1d1d", "vote opens → last tablet"],
  floor: ["#6b6459", "the kernel alone, 160 bytes to each"],
};
const [W, H, L, R, T, B] = [760, 440, 70, 20, 30, 60];
const xs = [1_000, 33_000].map(Math.log10);
const ys = [5, 1_000].map(Math.log10);
const x = (value) => L + ((Math.log10(value) - xs[0]) / (xs[1] - xs[0])) * (W - L - R);
const y = (value) => H - B - ((Math.log10(value) - ys[0]) / (ys[1] - ys[0])) * (H - T - B);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const out = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" font-family="sans-serif" font-size="13">`,
  `<rect width="${W}" height="${H}" fill="#fffdf7"/>`,
];
for (const tick of [10, 30, 100, 300, 600, 1_000])
  out.push(`<path d="M${L} ${y(tick)}H${W - R}" stroke="#e3dccb"/><text x="${L - 8}" y="${y(tick) + 4}" text-anchor="end">${tick} ms</text>`);
for (const tick of [1_000, 4_000, 15_000, 33_000])
  out.push(`<path d="M${x(tick)} ${T}V${H - B}" stroke="#e3dccb"/><text x="${x(tick)}" y="${H - B + 20}" text-anchor="middle">${tick.toLocaleString("en")}</text>`);
out.push(`<text x="${(L + W - R) / 2}" y="${H - 14}" text-anchor="middle">delegates</text>`);
let row = 0;
for (const [name, [colour, label]] of Object.entries(LOOK)) {
  const points = [...(series.get(name) ?? [])].sort((a, b) => a[0] - b[0]);
  const path = points.map(([at, values], index) => `${index ? "L" : "M"}${x(at).toFixed(1)} ${y(median(values)).toFixed(1)}`);
  out.push(`<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="2"/>`);
  for (const [at, values] of points) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    out.push(`<path d="M${x(at)} ${y(low)}V${y(high)}" stroke="${colour}"/><circle cx="${x(at)}" cy="${y(median(values))}" r="4" fill="${colour}"/>`);
  }
  out.push(`<path d="M${L + 16} ${T + 14 + row * 20}h24" stroke="${colour}" stroke-width="2"/><text x="${L + 48}" y="${T + 18 + row * 20}">${label}</text>`);
  row += 1;
}
out.push("</svg>");
console.log(out.join("\n"));
