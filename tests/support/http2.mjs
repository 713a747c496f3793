/** A server of HTTP/2 whose pages may open WebSockets inside it (RFC 8441): it says what it is asked, and greets. */
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import process from "node:process";

const [key, cert] = process.argv.slice(2).map(file => readFileSync(file));
const HI = Uint8Array.of(0x81, 2, 0x48, 0x69);

const tell = (/** @type {unknown} */ what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const server = createSecureServer({ key, cert, settings: { enableConnectProtocol: true } });
let connections = 0;
server.on("session", () => {
  connections += 1;
});
server.on("stream", (stream, headers) => {
  stream.respond({ ":status": 200, "content-type": "text/html" });
  if (headers[":protocol"] === "websocket") {
    stream.write(HI);
    tell({ headers, connections });
  } else {
    stream.end();
  }
});
server.listen(0, "127.0.0.1", () => tell(server.address()));
