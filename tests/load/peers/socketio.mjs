// A peer: a broadcast over Socket.IO by two workers, which its own cluster adapter joins. Clients
// come over websockets only, so that no session needs to stick to a worker. `node socketio.mjs PORT`.
import cluster from "node:cluster";
import http from "node:http";
import { createAdapter, setupPrimary } from "@socket.io/cluster-adapter";
import { Server } from "socket.io";

const port = Number(process.argv[2]);

function lead() {
  setupPrimary();
  // As the adapter's documentation says.
  cluster.setupPrimary({ serialization: "advanced" });
  // Half of the clients without a worker is no run.
  cluster.on("exit", () => process.exit(1));
  cluster.fork();
  cluster.fork();
}

function work() {
  const server = http.createServer();
  const sockets = new Server(server, {
    adapter: createAdapter(),
    transports: ["websocket"],
    perMessageDeflate: false,
    httpCompression: false,
    serveClient: false,
  });

  server.on("request", (request, answer) => {
    // Asked before anything is published, so that the line is known to be taken.
    if (request.method !== "POST") return answer.writeHead(204).end();
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      sockets.emit("m", Buffer.concat(parts).toString());
      answer.writeHead(204).end();
    });
  });
  server.listen(port, "127.0.0.1", 4096, () => console.log("worker is up"));
}

if (cluster.isPrimary) lead();
else work();
