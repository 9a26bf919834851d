// Serves a bundle that xtask wrote as the server does: brotli where there is some, the strict CSP, and
// index.html for every address that is no file. For looking at widgets without a server.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, normalize } from "node:path";

export const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Resolves to { url, close } once the bundle in `dist` is served on a free loopback port. */
export async function serve(dist) {
  const manifest = JSON.parse(await readFile(join(dist, "manifest.json"), "utf8"));
  const files = new Map(manifest.map((file) => ["/" + file.path, file]));
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = files.get(path) ?? (path.startsWith("/assets/") ? undefined : files.get("/index.html"));
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const br = `${join(dist, file.path)}.br`;
    const packed = (request.headers["accept-encoding"] ?? "").includes("br") && existsSync(br);
    response.writeHead(200, {
      "content-type": file.media,
      "content-security-policy": CSP,
      ...(packed ? { "content-encoding": "br" } : {}),
    });
    response.end(await readFile(packed ? br : join(dist, file.path)));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://localhost:${server.address().port}`;
  return { url, close: () => new Promise((closed) => server.close(closed)) };
}
