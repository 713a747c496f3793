// The seed's kind of server: every message goes to every connection with nodejs-websocket's send().
"use strict";
const websocket = require("nodejs-websocket");
const TYPE_MSG = 2;

const server = websocket.createServer(connection => {
  connection.on("text", msg => {
    const text = JSON.stringify({ type: TYPE_MSG, msg, time: new Date().toISOString() });
    server.connections.forEach(each => each.send(text));
  });
  connection.on("error", () => {});
});
server.listen(0, "127.0.0.1", () => console.log(server.socket.address().port));
