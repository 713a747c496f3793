// A chat server on Node's ws, with the loop over server.clients that its documentation has.
"use strict";
const { WebSocket, WebSocketServer } = require("ws");
const TYPE_MSG = 2;

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () => console.log(server.address().port));
server.on("connection", connection => {
  connection.on("message", msg => {
    const text = JSON.stringify({ type: TYPE_MSG, msg: msg.toString(), time: new Date().toISOString() });
    for (const each of server.clients) {
      if (each.readyState === WebSocket.OPEN) each.send(text);
    }
  });
  connection.on("error", () => {});
});
