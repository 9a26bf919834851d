// A peer: a broadcast over `ws` by two workers. What is posted to one goes to the other by way of
// the primary, and each sends it to its own clients. `node ws.mjs PORT [framed]`: without `framed`
// every client is sent to as the documentation of `ws` shows it; with it the frame is made once for
// all, as Socket.IO does it on the same library.
import cluster from "node:cluster";
import http from "node:http";
import { Sender, WebSocket, WebSocketServer } from "ws";

const port = Number(process.argv[2]);
const framed = process.argv[3] === "framed";

function lead() {
  cluster.on("message", (from, text) => {
    for (const worker of Object.values(cluster.workers)) {
      if (worker.id !== from.id) worker.send(text);
    }
  });
  // Half of the clients without a worker is no run.
  cluster.on("exit", () => process.exit(1));
  cluster.fork();
  cluster.fork();
}

function work() {
  const server = http.createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });

  function toAll(text) {
    const data = Buffer.from(text);
    // The parts of `ws` that its documentation leaves out, and that Socket.IO uses too.
    const options = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true };
    const whole = framed && Buffer.concat(Sender.frame(data, options));
    sockets.clients.forEach((client) => {
      if (client.readyState !== WebSocket.OPEN) return;
      if (whole) client._socket.write(whole);
      else client.send(data, { binary: false });
    });
  }

  server.on("request", (request, answer) => {
    // Asked before anything is published, so that the line is known to be taken.
    if (request.method !== "POST") return answer.writeHead(204).end();
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      // First to the other, so that both work at the same time.
      process.send(text);
      toAll(text);
      answer.writeHead(204).end();
    });
  });
  process.on("message", toAll);
  server.listen(port, "127.0.0.1", 4096, () => console.log("worker is up"));
}

if (cluster.isPrimary) lead();
else work();
