// The chat page's client over a WebSocket that is played: what it sends, and what it tells the panel.

import "../support/page.mjs";
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { afterEach, beforeEach, mock, test } from "node:test";

import { ChatClient } from "../../chatlib/front_end/chat_client.js";
import { forget, remember } from "../../chatlib/front_end/tab_memory.js";
import { Clock } from "../support/clock.mjs";

globalThis.crypto ??= webcrypto; // not there in Node 18

const TIME = "2026-01-01T00:00:00.000Z";
const LIMITS = { rate: 20, burst: 40, message_bytes: 8192 };
const WELCOME = {
  type: 3,
  user: "Ada",
  room: "lobby",
  users: ["Ada"],
  online: 1,
  history: [],
  missed: 0,
  limits: LIMITS,
  time: TIME,
  msg: "Welcome",
};
const NOT_AWAY = { attempt: 0, retry_in: null, retry_at: null };

/** Plays the browser's WebSocket: the test says what happens to it. */
class FakeSocket extends EventTarget {
  static CLOSED = 3;
  static all = [];
  readyState = 0;
  sent = [];

  constructor(url) {
    super();
    this.url = new URL(url);
    FakeSocket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    if (this.readyState < 2) this.readyState = 2;
    this.closedWith = code;
  }

  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  hear(frame) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(frame) }));
  }

  welcome(changes = {}) {
    this.open();
    this.hear({ ...WELCOME, ...changes });
  }

  end(code = 1006) {
    this.readyState = 3;
    if (code === 1006) this.dispatchEvent(new Event("error"));
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason: "" }));
  }
}

let clock;
let client;
let told; // by it
let online; // what hears that the network is back
let asked; // of the server, by fetch
let healthz; // its answer

const socket = () => FakeSocket.all.at(-1);
const last = kind => told.findLast(event => event.kind === kind)?.data;
const said = () =>
  socket()
    .sent.filter(frame => frame.type === 2)
    .map(frame => frame.msg);
const settled = () => new Promise(setImmediate);

/** A person's page, at `path`; what it tells is in `told`. */
function visit(path = "/", { room = "lobby", name = "", passcode = "" } = {}) {
  told = [];
  client = new ChatClient(new URL(path, "https://hub.example"), { room, name, passcode });
  client.on(event => told.push(event));
}

beforeEach(() => {
  clock = new Clock();
  mock.method(performance, "now", () => clock.now);
  mock.method(Math, "random", () => 1);
  FakeSocket.all = [];
  asked = [];
  healthz = () => Promise.reject(new TypeError("Failed to fetch"));
  globalThis.WebSocket = /** @type {any} */ (FakeSocket);
  globalThis.fetch = (/** @type {any} */ url) => {
    asked.push(url.href);
    return healthz();
  };
  globalThis.addEventListener = (_type, listener) => {
    online = listener;
  };
  for (const key of ["client", "name", "said"]) forget(key);
  visit();
});

afterEach(() => mock.restoreAll());

test("it asks for a room, as somebody, behind whatever proxy the page is", () => {
  visit("/user/ada/proxy/3000", { room: "café %?聊", name: "Ada", passcode: "sesame & co" });
  assert.equal(socket().url.protocol, "wss:");
  assert.equal(decodeURIComponent(socket().url.pathname), "/user/ada/proxy/3000/chat/café %?聊");
  const { client: secret, ...query } = Object.fromEntries(socket().url.searchParams);
  assert.match(secret, /^[0-9a-f]{32}$/u);
  assert.deepEqual(query, { name: "Ada", passcode: "sesame & co" });
});

test("it is OPEN when the room has said welcome, and not when the socket is open", () => {
  socket().open();
  assert.equal(last("connection").state, "CONNECTING");
  socket().hear(WELCOME);
  assert.deepEqual(last("connection"), { state: "OPEN", text: "", code: null, reason: "", ...NOT_AWAY });
  assert.deepEqual(last("room"), { room: "lobby", name: "Ada", limits: LIMITS });
  clock.pass(10_000);
  assert.equal(socket().readyState, 1);
});

test("a room that does not say welcome within ten seconds is not waited for", () => {
  socket().open();
  clock.pass(9999);
  assert.equal(socket().readyState, 1);
  clock.pass(1);
  assert.equal(socket().readyState, 2);
});

test("what is said before the welcome goes with it, and again with the next connection until its id comes back", () => {
  client.send({ do: "say", id: "a1", msg: "one" });
  client.send({ do: "say", id: "a2", msg: "two" });
  assert.equal(last("message").state, "sending");
  socket().welcome();
  assert.deepEqual(said(), ["one", "two"]);
  socket().hear({ type: 2, id: "a1", user: "Ada", msg: "one", time: TIME, seq: "e-1" });
  assert.equal(last("message").state, "delivered");
  socket().end();
  client.send({ do: "say", id: "a3", msg: "three" });
  assert.deepEqual(said(), ["one", "two"]);
  clock.pass(500);
  assert.equal(socket().url.searchParams.get("since"), "e-1");
  socket().welcome();
  assert.deepEqual(said(), ["two", "three"]);
});

test("ten messages at the most are on their way without an answer", () => {
  socket().welcome();
  for (let n = 1; n <= 12; n++) client.send({ do: "say", id: `a${n}`, msg: `${n}` });
  assert.equal(said().length, 10);
  socket().hear({ type: 2, id: "a1", user: "Ada", msg: "1", time: TIME, seq: "e-1" });
  assert.deepEqual(said().slice(10), ["11"]);
  socket().end();
  clock.pass(500);
  socket().welcome();
  assert.deepEqual(said(), ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
});

test("a server that asks to wait is waited for, and then all goes again in order", () => {
  socket().welcome();
  client.send({ do: "say", id: "a1", msg: "one" });
  client.send({ do: "say", id: "a2", msg: "two" });
  for (const id of ["a1", "a2"]) {
    socket().hear({ type: 4, code: "rate-limited", msg: "slower", time: TIME, id, retry_after: 0.2 });
  }
  client.send({ do: "say", id: "a3", msg: "three" });
  assert.equal(last("refused").retry_after, 0.2);
  assert.deepEqual(said(), ["one", "two"]);
  clock.pass(200);
  assert.deepEqual(said(), ["one", "two", "one", "two", "three"]);
});

test("a message that the server refuses fails, and can be tried again", () => {
  socket().welcome();
  client.send({ do: "say", id: "a1", msg: "one" });
  socket().hear({ type: 4, code: "id-taken", msg: "no", time: TIME, id: "a1" });
  assert.deepEqual([last("message").state, last("message").code], ["failed", "id-taken"]);
  client.send({ do: "resend", id: "a1" });
  assert.deepEqual(said(), ["one", "one"]);
});

test("a name and typing are told to the room, a name also when it was away", () => {
  client.send({ do: "typing" });
  client.send({ do: "rename", name: "Grace" });
  socket().welcome();
  client.send({ do: "typing" });
  client.send({ do: "rename", name: "Lin" });
  assert.deepEqual(socket().sent, [{ type: 6, msg: "Grace" }, { type: 5 }, { type: 6, msg: "Lin" }]);
});

test("after a cut it waits longer each time, up to ten seconds, until a welcome has lasted for as long as that", () => {
  const waits = [];
  for (let attempt = 0; attempt < 7; attempt++) {
    socket().end();
    waits.push(last("connection").retry_in);
    clock.pass(10_000);
  }
  assert.deepEqual(waits, [0.5, 1, 2, 4, 8, 10, 10]);
  socket().welcome();
  clock.pass(9999);
  socket().end();
  assert.equal(last("connection").retry_in, 10);
  clock.pass(10_000);
  socket().welcome();
  clock.pass(10_000);
  socket().end();
  assert.equal(last("connection").retry_in, 0.5);
});

test("away from the server it tells when it was lost, each attempt that failed, and when it is back", async () => {
  socket().welcome();
  told = [];
  for (const wait of [500, 1000]) {
    socket().end();
    await settled();
    clock.pass(wait);
  }
  socket().welcome();
  const statuses = told.filter(({ kind }) => kind === "connection").map(({ data }) => data);
  const [lost, failed, explained, back] = statuses;
  assert.equal(statuses.length, 4);
  assert.deepEqual([lost.state, lost.attempt, lost.retry_in, lost.text], ["CLOSED", 1, 0.5, ""]);
  assert.deepEqual([failed.state, failed.attempt, failed.retry_in], ["CLOSED", 2, 1]);
  assert.deepEqual([explained.attempt, explained.retry_in, explained.text], [2, 1, "No server answers."]);
  assert.match(lost.retry_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
  assert.equal(back.state, "OPEN");
});

test("who does not want to wait makes the next attempt now", () => {
  client.send({ do: "reconnect" });
  assert.equal(FakeSocket.all.length, 1);
  socket().end();
  client.send({ do: "reconnect" });
  assert.equal(FakeSocket.all.length, 2);
  clock.pass(10_000);
  assert.equal(FakeSocket.all.length, 2);
  socket().welcome();
  client.send({ do: "leave" });
  socket().end(1000);
  client.send({ do: "reconnect" });
  assert.equal(FakeSocket.all.length, 2);
});

test("after Close 1009 the longest message has failed, and the others go on", () => {
  socket().welcome({ limits: { rate: 0, burst: 0, message_bytes: 0 } });
  const long = "x".repeat(70_000);
  for (const [id, msg] of Object.entries({ a1: "one", a2: long, a3: "three" })) client.send({ do: "say", id, msg });
  socket().end(1009);
  const { id, state, code, retryable } = last("message");
  assert.deepEqual([id, state, code, retryable], ["a2", "failed", "too-long", false]);
  clock.pass(500);
  socket().welcome();
  assert.deepEqual(said(), ["one", "three"]);
});

test("a failed message can be taken back, and its text is handed out", async () => {
  socket().welcome();
  client.send({ do: "say", id: "a1", msg: " " });
  client.send({ do: "say", id: "a2", msg: "\n" });
  client.send({ do: "say", id: "a3", msg: "good" });
  assert.equal(await client.send({ do: "edit", id: "a1" }), " ");
  assert.equal(await client.send({ do: "discard", id: "a2" }), "\n");
  assert.equal(await client.send({ do: "edit", id: "a3" }), null);
  assert.equal(await client.send({ do: "edit", id: "nobody's" }), null);
  const gone = told.filter(({ kind }) => kind === "discarded").map(({ data }) => data.id);
  assert.deepEqual(gone, ["a1", "a2"]);
  const late = [];
  client.on(({ kind, data }) => late.push(data.id ?? kind));
  assert.deepEqual(
    late.filter(id => /^a\d|discarded/u.test(id)),
    ["a3"],
  );
});

test("a name that was asked for over a cut connection, or too fast, is asked for again", () => {
  const names = () =>
    socket()
      .sent.filter(frame => frame.type === 6)
      .map(frame => frame.msg);
  socket().welcome();
  client.send({ do: "rename", name: "Grace" });
  socket().end();
  clock.pass(500);
  assert.equal(socket().url.searchParams.get("name"), "Grace");
  socket().welcome();
  assert.deepEqual(names(), ["Grace"]);
  socket().hear({ type: 4, code: "rate-limited", msg: "slower", time: TIME, retry_after: 0.2 });
  clock.pass(200);
  assert.deepEqual(names(), ["Grace", "Grace"]);
  socket().hear({ type: 6, user: "Grace", old: "Ada", msg: "", time: TIME, seq: "e-1" });
  socket().end();
  clock.pass(1000);
  socket().welcome({ user: "Grace" });
  assert.deepEqual(names(), []);
});

test("a server that asks to wait for ever, or not at all, does not set off a storm", () => {
  socket().welcome();
  client.send({ do: "say", id: "a1", msg: "one" });
  for (const [seconds, wait] of [
    [9e15, 60_000],
    [0, 1000],
  ]) {
    const before = said().length;
    socket().hear({ type: 4, code: "rate-limited", msg: "", time: TIME, id: "a1", retry_after: seconds });
    clock.pass(wait - 1);
    assert.equal(said().length, before);
    clock.pass(1);
    assert.equal(said().length, before + 1);
  }
});

test("a page in a sandboxed frame says so, and not that there is no server", async () => {
  Object.defineProperty(globalThis, "origin", { value: "null", configurable: true });
  socket().end();
  await settled();
  Reflect.deleteProperty(globalThis, "origin");
  assert.match(last("connection").text, /sandboxed frame/u);
});

test("what another program left in this tab's storage is no trouble", () => {
  for (const said of ["{", "7", "[1, null]", '{"length": 1}']) {
    remember("said", said);
    remember("client", "short");
    visit();
    assert.match(socket().url.searchParams.get("client"), /^[0-9a-f]{32}$/u);
  }
});

test("back on the network it does not wait", () => {
  socket().end();
  online();
  assert.equal(FakeSocket.all.length, 2);
  clock.pass(10_000);
  online();
  assert.equal(FakeSocket.all.length, 2);
});

test("while a server waits for its Redis, nobody is told to check the room's name", async () => {
  socket().welcome();
  socket().hear({ type: 4, code: "waiting", msg: "the room waits", time: TIME });
  socket().end(1013);
  assert.equal(last("connection").text, "the room waits");
  clock.pass(500);
  for (const [about, text] of [
    [{ engine_answers: false }, /waits for its Redis/u],
    [null, /refuses this connection/u],
  ]) {
    healthz = () => Promise.resolve({ ok: true, json: () => Promise.resolve(about) });
    socket().end();
    await settled();
    assert.match(last("connection").text, text);
    clock.pass(10_000);
  }
  healthz = () => Promise.resolve({ ok: true, json: () => Promise.reject(new SyntaxError("no JSON")) });
  socket().end();
  await settled();
  assert.match(last("connection").text, /refuses this connection/u);
});

test("why it was not let in, a plain request tells; why a connection ended, its code", async () => {
  socket().end();
  await settled();
  assert.equal(last("connection").text, "No server answers.");
  assert.deepEqual(asked, ["https://hub.example/healthz"]);
  clock.pass(500);
  assert.equal(last("connection").text, "No server answers.");
  healthz = () => Promise.resolve({ ok: true, json: () => Promise.resolve({ engine_answers: true }) });
  socket().end();
  assert.equal(last("connection").text, "No server answers.");
  await settled();
  assert.match(last("connection").text, /refuses this connection/u);
  clock.pass(1000);
  socket().welcome();
  assert.equal(last("connection").text, "");
  socket().end(1001);
  await settled();
  assert.deepEqual([last("connection").text, last("connection").code], ["", 1001]);
  assert.equal(asked.length, 2);
});

test("who leaves stays away until they join again, also between two attempts", () => {
  socket().welcome();
  client.send({ do: "leave" });
  assert.equal(last("connection").state, "CLOSING");
  assert.equal(socket().closedWith, 1000);
  socket().end(1000);
  assert.deepEqual(last("connection"), { state: "CLOSED", text: "", code: null, reason: "", ...NOT_AWAY });
  clock.pass(60_000);
  online();
  assert.equal(FakeSocket.all.length, 1);
  client.send({ do: "join" });
  assert.equal(FakeSocket.all.length, 2);
  socket().end();
  client.send({ do: "leave" });
  assert.equal(last("connection").retry_in, null);
  clock.pass(60_000);
  assert.equal(FakeSocket.all.length, 2);
});

test("a seat that was taken is not fought for, and the next one is another", () => {
  socket().welcome();
  const secret = socket().url.searchParams.get("client");
  socket().hear({ type: 4, code: "seat-taken", msg: "this seat was taken", time: TIME });
  socket().end(1008);
  assert.deepEqual([last("connection").text, last("connection").retry_in], ["this seat was taken", null]);
  clock.pass(60_000);
  assert.equal(FakeSocket.all.length, 1);
  client.send({ do: "join" });
  assert.notEqual(socket().url.searchParams.get("client"), secret);
});

test("a page that is loaded again is the same person, and knows what they said", () => {
  socket().welcome();
  client.send({ do: "say", id: "a1", msg: "mine" });
  const secret = socket().url.searchParams.get("client");
  visit("/", { name: "somebody else" });
  assert.equal(socket().url.searchParams.get("client"), secret);
  assert.equal(socket().url.searchParams.get("name"), "Ada");
  socket().welcome({ history: [{ type: 2, id: "a1", user: "Ada", msg: "mine", time: TIME, seq: "e-1" }] });
  assert.equal(last("message").own, true);
});

test("a name that the room never gave is not remembered", () => {
  visit("/", { name: "Cy" });
  client.send({ do: "rename", name: "Cyan" });
  assert.equal(last("room").name, "Cyan");
  visit("/", { name: "Dee" });
  assert.equal(socket().url.searchParams.get("name"), "Dee");
});

test("who listens late is told everything so far, each thing as it is now", () => {
  socket().welcome();
  client.send({ do: "say", id: "room", msg: "one" });
  socket().hear({ type: 0, user: "Bo", msg: "Bo entered the room", time: TIME, seq: "e-1", online: 2 });
  socket().hear({ type: 5, user: "Bo", msg: "", time: TIME });
  socket().hear({ type: 2, id: "room", user: "Ada", msg: "one", time: TIME, seq: "e-2" });
  const late = [];
  client.on(event => late.push(event));
  const kinds = late.map(({ kind, data }) => `${kind} ${data.state ?? data.name ?? data.user ?? data.names}`);
  assert.deepEqual(kinds, ["room Ada", "connection OPEN", "notice Bo", "people Ada,Bo", "message delivered"]);
});
