// A person in a chat room, over nothing but the browser's own WebSocket: what the chat page stands on.
//
// Read it from the top. It follows the five steps of every WebSocket: 1 create, 2 open, 3 send, 4 receive, 5 error and
// close. What the frames mean is another file's matter, client_transcript.js: here they are carried, and when a
// connection ends, another one is made. To the panel this is a session like the one with a kernel (session.js).

import { Audience } from "./audience.js";
import { FrameType, isParting, Transcript } from "./client_transcript.js";
import { randomId } from "./random_id.js";
import { forget, recall, remember } from "./tab_memory.js";
import { words } from "./words.js";

/**
 * @import { News, Refusal, ServerFrame } from "./client_transcript.js"
 * @import { ChatAction } from "./chat_panel.js"
 *
 * What a person does in the panel, or beside it.
 *
 * @typedef {ChatAction | { do: "leave" } | { do: "join" }} Deed
 *
 * The connection, as the panel shows it.
 *
 * @typedef {{ state: "CONNECTING" | "OPEN" | "CLOSING" | "CLOSED", text: string, code: number | null,
 *   reason: string }} Connection
 */

const say = words({
  en: {
    nobody: "No server answers.",
    refused: "The server runs, but refuses this connection: check the room's name and the passcode.",
    partings: /** @type {Record<string, string>} */ ({}), // the server's own words are English
  },
  zh: {
    nobody: "服务器没有应答。",
    refused: "服务器在运行，但拒绝了这个连接：请检查聊天室名称和口令。",
    partings: {
      "seat-taken": "另一个页面接替了你的位置。",
      shutdown: "服务器正在关闭。",
      "slow-reader": "这个页面读得太慢，连接被断开。",
      idle: "连接空闲太久，被断开。",
      waiting: "服务器正在等待它的 Redis。你发的消息会在恢复后送达。",
      "connect-again": "这台服务器与聊天室失去了同步，正在重新连接。",
    },
  },
});

const ON_THEIR_WAY = 10; // messages without an answer, at the most
const OWN_IDS = 200; // that a reload remembers: a welcome's history has no more messages
const WELCOME_WITHIN = 10_000; // milliseconds, like the next two
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** One person in one room, over any number of connections: it connects at once, and again until it is told to leave. */
export class ChatClient {
  #page;
  #passcode;
  #transcript;
  #socket;
  /** @type {Connection} */
  #connection = { state: "CONNECTING", text: "", code: null, reason: "" };
  #isWanted = true;
  #failures = 0;
  #retryAt = 0;
  /** Why the server is about to end the connection, in its own words. */
  #parting = "";
  /** @type {Partial<Record<"welcome" | "retry" | "pause", ReturnType<typeof setTimeout>>>} */
  #timers = {};
  /** @type {string[]} */
  #ownIds = JSON.parse(recall("said") ?? "[]");
  #audience = new Audience();

  /**
   * @param {{ origin: string, pathname: string }} page where the server's page is, and so the server
   * @param {{ room: string, name: string, passcode: string }} person
   */
  constructor(page, { room, name, passcode }) {
    this.#page = page;
    this.#passcode = passcode;
    this.#transcript = new Transcript(room, recall("name") ?? name, { ownIds: this.#ownIds });
    this.#audience.tell("room", this.#transcript.room);
    this.#socket = this.#connect();
    addEventListener("online", () => this.#reconnect());
  }

  // Step 1: create. The constructor returns at once, in the state CONNECTING; what follows is told by events.

  #connect() {
    clearTimeout(this.#timers.retry);
    this.#show({ state: "CONNECTING", code: null, reason: "" });
    const socket = new WebSocket(this.#address());
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", event => this.#received(event));
    socket.addEventListener("error", () => this.#failed());
    socket.addEventListener("close", event => this.#closed(event));
    return socket;
  }

  #reconnect() {
    if (this.#isWanted && this.#socket.readyState === WebSocket.CLOSED) this.#socket = this.#connect();
  }

  // Step 2: open. There is a line. Whether the room lets us in, only its WELCOME tells: a proxy on the way opens in any
  // case, whatever the server behind it does.

  #opened() {
    this.#timers.welcome = setTimeout(() => this.#socket.close(), WELCOME_WITHIN);
  }

  // Step 3: send. send() returning means "handed over", not "arrived": the transcript keeps a message until its id
  // comes back, and has it go again with the next connection if it does not.

  /**
   * Do what somebody did in the panel; there is no answer but the news of it.
   *
   * @param {Deed} deed
   */
  send(deed) {
    this.#act(deed);
    this.#sendWhatWaits();
    return Promise.resolve();
  }

  /** @param {Deed} deed */
  #act(deed) {
    switch (deed.do) {
      case "say":
        this.#rememberOwn(deed.id);
        this.#tell(this.#transcript.say(deed.id, deed.msg, new Date().toISOString()));
        break;
      case "resend":
        this.#tell(this.#transcript.resend(deed.id));
        break;
      case "rename":
        this.#transcript.rename(deed.name);
        break;
      case "typing":
        if (this.#transcript.isIn) this.#socket.send(JSON.stringify({ type: FrameType.TYPING }));
        break;
      case "join":
        this.#isWanted = true;
        this.#reconnect();
        break;
      case "leave":
        this.#leave();
    }
  }

  #sendWhatWaits() {
    if (this.#timers.pause) return;
    const { frames, news } = this.#transcript.goingOut(ON_THEIR_WAY);
    for (const frame of frames) this.#socket.send(JSON.stringify(frame));
    this.#tell(news);
  }

  // Step 4: receive. One event is one whole message, here always a JSON object, whose `type` says what it is.

  /** @param {MessageEvent<string>} event */
  #received({ data }) {
    /** @type {ServerFrame} */
    let frame;
    try {
      frame = JSON.parse(data);
      this.#tell(this.#transcript.receive(frame));
    } catch {
      return; // no frame of this protocol: what comes is another program's affair
    }
    if (frame.type === FrameType.WELCOME) this.#welcomed();
    if (frame.type === FrameType.ERROR) this.#refused(frame);
    this.#sendWhatWaits();
  }

  #welcomed() {
    clearTimeout(this.#timers.welcome);
    this.#failures = 0;
    this.#show({ state: "OPEN", text: "" });
  }

  /** @param {Refusal} frame */
  #refused(frame) {
    if (frame.code === "rate-limited") {
      this.#timers.pause ??= setTimeout(() => this.#goOn(), 1000 * (frame.retry_after ?? 1));
    }
    if (isParting(frame)) this.#parting = say.partings[frame.code] ?? frame.msg;
    if (frame.code === "seat-taken") {
      this.#isWanted = false; // else two pages would take the seat from each other for ever
      forget("client"); // a copied tab has the copied secret: the next one is our own
    }
  }

  #goOn() {
    this.#timers.pause = undefined;
    this.#sendWhatWaits();
  }

  // Step 5: error and close. The error event never says what was wrong. The close event, right behind it, ends the
  // socket: it can never be opened again, and who wants to stay needs another one.

  #failed() {
    this.#show({ state: "CLOSED" });
  }

  /** @param {CloseEvent} event */
  #closed({ code, reason }) {
    const wasIn = this.#transcript.isIn;
    const parting = this.#parting;
    this.#parting = "";
    this.#transcript.lost();
    clearTimeout(this.#timers.welcome);
    clearTimeout(this.#timers.pause);
    this.#timers.pause = undefined;
    if (this.#isWanted) this.#retry();
    else if (!parting) return this.#show({ state: "CLOSED", text: "" }); // as we wished: there is nothing to say
    this.#show({ state: "CLOSED", code, reason, text: wasIn ? parting : parting || this.#connection.text });
    if (!wasIn && !parting) this.#explain();
  }

  /** Wait longer each time, and never as long as all the others: no stampede on a server that has just started. */
  #retry() {
    const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    this.#retryAt = performance.now() + wait;
    this.#timers.retry = setTimeout(() => this.#reconnect(), wait);
  }

  /** No close code tells a page "nobody there" from "not you"; a plain request does. */
  async #explain() {
    const answer = await fetch(this.#url("healthz"), { cache: "no-store" }).catch(() => null);
    if (this.#isWanted && !this.#transcript.isIn) this.#show({ text: answer?.ok ? say.refused : say.nobody });
  }

  #leave() {
    this.#isWanted = false;
    const isOver = this.#socket.readyState === WebSocket.CLOSED;
    this.#show(isOver ? { state: "CLOSED", text: "", code: null, reason: "" } : { state: "CLOSING" });
    this.#socket.close(1000);
  }

  // That is all of the WebSocket. From here on: what is told, where the room is, and what this tab remembers.

  /**
   * Have a listener told everything so far, and then what is new.
   *
   * @param {(event: any) => void} listener
   */
  on(listener) {
    this.#audience.on(listener);
  }

  /** @param {News[]} news */
  #tell(news) {
    for (const { kind, data } of news) {
      this.#audience.tell(kind, data);
      if (kind === "room") remember("name", data.name);
    }
  }

  /** @param {Partial<Connection>} change */
  #show(change) {
    this.#connection = { ...this.#connection, ...change };
    const wait = Math.max(0, this.#retryAt - performance.now()) / 1000;
    const isWaiting = this.#isWanted && this.#connection.state === "CLOSED";
    this.#audience.tell("connection", { ...this.#connection, retry_in: isWaiting ? wait : null });
  }

  /** Where the room is, for who we are. */
  #address() {
    const url = this.#url(`chat/${encodeURIComponent(this.#transcript.room.room)}`);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const { wanted, since } = this.#transcript;
    for (const [key, value] of Object.entries({ name: wanted, since, client: seat(), passcode: this.#passcode })) {
      if (value) url.searchParams.set(key, value);
    }
    return url;
  }

  /**
   * Behind a proxy the page may be at /user/ada/proxy/3000, with or without a last slash: keep whatever stands there.
   *
   * @param {string} path
   */
  #url(path) {
    const url = new URL(this.#page.origin);
    url.pathname = this.#page.pathname.replace(/\/*$/u, "/") + path;
    return url;
  }

  /** @param {string} id */
  #rememberOwn(id) {
    this.#ownIds = [...this.#ownIds, id].slice(-OWN_IDS);
    remember("said", JSON.stringify(this.#ownIds));
  }
}

/** Only this tab knows its seat's secret, so that a reload or a cut connection comes back as the same person. */
function seat() {
  const secret = recall("client") ?? randomId();
  remember("client", secret);
  return secret;
}
