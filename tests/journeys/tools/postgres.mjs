// A PostgreSQL cluster of a journey's own: in a temporary folder, on a Unix socket, gone with it.
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const VERSIONS = "/usr/lib/postgresql";

/** Starts a cluster with one empty database; `url` is its address. */
export async function startPostgres() {
  const versions = await readdir(VERSIONS).catch(() => []);
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  const bin = newest ? join(VERSIONS, newest, "bin/") : "";
  const folder = await mkdtemp(join(tmpdir(), "icabinet-pg-"));
  await chmod(folder, 0o777);
  // PostgreSQL refuses to run as root.
  const tool = (name, ...words) =>
    process.getuid() === 0
      ? run("runuser", ["-u", "postgres", "--", `${bin}${name}`, ...words], { cwd: "/" })
      : run(`${bin}${name}`, words, { cwd: "/" });
  const data = join(folder, "data");
  await tool("initdb", "-D", data, "-U", "icabinet", "-A", "trust", "-N");
  const options = `-c listen_addresses='' -c unix_socket_directories=${folder} -c fsync=off`;
  await tool("pg_ctl", "-D", data, "-l", join(folder, "log"), "-w", "-o", options, "start");
  await tool("psql", "-h", folder, "-U", "icabinet", "-d", "postgres", "-qc", "CREATE DATABASE journey");
  return {
    url: `postgres://icabinet@${folder.replaceAll("/", "%2F")}/journey`,
    /** What the database holds: rows a line, columns apart by |. */
    async ask(sql) {
      return (await tool("psql", "-h", folder, "-U", "icabinet", "-d", "journey", "-Atc", sql)).stdout.trim();
    },
    async stop() {
      await tool("pg_ctl", "-D", data, "-m", "immediate", "stop");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
