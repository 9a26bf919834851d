// A real nginx from docs/operating/nginx.conf, with a certificate of its own. Of the file only that is
// changed what an operator changes, and where nginx keeps what it writes.
import { execFile, spawn } from "node:child_process";
import http from "node:http";
import https from "node:https";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CONFIGURATION = new URL("../../../docs/operating/nginx.conf", import.meta.url);
// Debian keeps nginx where only root looks.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** Ports of the loopback that nobody listens at. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise((ready) => server.listen(0, "127.0.0.1", ready))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** Starts nginx before two nodes (`address:port`), with TLS at `secure` and without at `plain`; resolves
 *  when its workers have started. */
export async function startNginx({ secure, plain, nodes }) {
  const folder = await mkdtemp(join(tmpdir(), "icabinet-nginx-"));
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    const certificate = await selfSigned(folder);
    const text = adapted(await readFile(CONFIGURATION, "utf8"), { folder, secure, plain, nodes, certificate });
    const file = join(folder, "nginx.conf");
    await writeFile(file, text);
    const server = spawn("nginx", ["-e", "stderr", "-c", file, "-g", "daemon off;"], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = new Promise((resolve) => server.on("exit", resolve));
    let said = "";
    await new Promise((resolve, reject) => {
      server.on("error", reject);
      server.stderr.on("data", (bytes) => {
        said += bytes;
        if (said.includes("start worker process ")) resolve();
      });
      ended.then((code) => reject(new Error(`nginx ended with ${code}\n${said}`)));
    });
    return {
      base: `https://localhost:${secure}`,
      log: () => said,
      async stop() {
        server.kill("SIGTERM");
        await ended;
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

async function selfSigned(folder) {
  const chain = join(folder, "icabinet.pem");
  const key = join(folder, "icabinet.key");
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  await run("openssl", ["req", "-x509", ...kind, ...name, "-keyout", key, "-out", chain]);
  return { chain, key };
}

function adapted(text, { folder, secure, plain, nodes, certificate }) {
  const written = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const temporary = written.map((what) => `${what}_temp_path ${folder}/${what};`).join("\n");
  const changes = [
    // Workers of another user could not enter the folder; who isn't root has no other user.
    [/^user www-data;$/gm, process.getuid() === 0 ? "user root;" : ""],
    [/^pid .*;$/gm, `pid ${folder}/nginx.pid;`],
    // Notices say that the workers have started.
    [/^error_log .*;$/gm, "error_log stderr notice;"],
    [/^ +access_log \S+/gm, `access_log ${folder}/access.log`],
    [/^http \{$/gm, `http {\n${temporary}`],
    [/^ +server 10\.0\.0\.11:8080/gm, `server ${nodes[0]}`],
    [/^ +server 10\.0\.0\.12:8080/gm, `server ${nodes[1]}`],
    [/^ +listen \[::\]:.*;$/gm, ""],
    [/^ +listen 80 /gm, `listen 127.0.0.1:${plain} `],
    [/^ +listen 443 /gm, `listen 127.0.0.1:${secure} `],
    [/https:\/\/hop\.example\.vn\$/g, `https://localhost:${secure}$`],
    [/^ +server_name hop\.example\.vn;$/gm, "server_name localhost;"],
    [/^ +ssl_certificate +\S+;$/gm, `ssl_certificate ${certificate.chain};`],
    [/^ +ssl_certificate_key +\S+;$/gm, `ssl_certificate_key ${certificate.key};`],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`docs/operating/nginx.conf has no ${from}`);
    return text.replace(from, () => to);
  }, text);
}

/** Sends a request, from one of the loopback's addresses; whose certificate it is doesn't matter. */
export function send(method, address, { headers = {}, body, from = "127.0.0.1" } = {}) {
  const { request } = address.startsWith("https:") ? https : http;
  const json = body && { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const line = { localAddress: from, agent: false, rejectUnauthorized: false };
    const sent = request(address, { ...line, method, headers: { ...json, ...headers } }, async (answer) => {
      let text = "";
      for await (const part of answer) text += part;
      resolve({ status: answer.statusCode, text });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
