// A person in a chat room, over nothing but the browser's own WebSocket: what the chat page stands on.
//
// Read it from the top. It follows the five steps of every WebSocket: 1 create, 2 open, 3 send, 4 receive, 5 error and
// close. What the frames mean is another file's matter, client_transcript.js: here they are carried, and when a
// connection ends, another one is made. To the panel this is a session like the one with a kernel (session.js).

import { Audience } from "./audience.js";
import { isFarewell, Transcript } from "./client_transcript.js";
import { Journeys } from "./journey.js";
import { OwnMessages } from "./own_messages.js";
import { randomId } from "./random_id.js";
import { FrameType, readFrame } from "./server_frame.js";
import { forget, recall, remember } from "./tab_memory.js";
import { words } from "./words.js";

/**
 * @import { ChatAction } from "./chat_panel.js"
 * @import { Update } from "./client_transcript.js"
 * @import { Unplaced } from "./own_messages.js"
 * @import { Refusal } from "./server_frame.js"
 *
 * What a person does in the panel, or beside it.
 *
 * @typedef {ChatAction | { do: "leave" | "join" }} Deed
 *
 * How the connection stands, as Python's ConnectionStatus has it: away from the server it is CLOSED until the next
 * welcome, and says when the next attempt is made, which is the `attempt`-th since it was lost; 0 where none follows.
 *
 * @typedef {"CONNECTING" | "OPEN" | "CLOSING" | "CLOSED"} ConnectionState
 * @typedef {{ text?: string, code?: number | null, reason?: string }} Why
 * @typedef {Required<Why> & { state: ConnectionState, attempt: number, retry_in: number | null,
 *   retry_at: string | null }} ConnectionStatus
 */

const say = words({
  en: {
    nobody: "No server answers.",
    refused: "The server runs, but refuses this connection: check the room's name and the passcode.",
    waiting: "The room waits for its Redis: what you said is placed when it is back.",
    sandboxed: "This page is in a sandboxed frame, and no server lets such a page in: open it in a tab of its own.",
    farewells: /** @type {Record<string, string>} */ ({}), // the server's own words are English
  },
  zh: {
    nobody: "服务器没有应答。",
    refused: "服务器在运行，但拒绝了这个连接：请检查聊天室名称和口令。",
    waiting: "服务器正在等待它的 Redis。你发的消息会在恢复后送达。",
    sandboxed: "这个页面在沙盒框架中，服务器不会接受它的连接：请在单独的标签页中打开。",
    farewells: {
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
const WELCOME_WITHIN = 10_000; // milliseconds, like the next two
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const LONGEST_PAUSE = 60; // seconds, whatever a server asks for: a browser's timers have a limit, and then fire at once
const TOO_BIG = 1009;
const SECRET = /^[0-9a-f]{32}$/u;

/** One person in one room, over any number of connections: it connects at once, and again until it is told to leave. */
export class ChatClient {
  #page;
  #passcode;
  #transcript;
  #socket;
  /** @type {ConnectionStatus} */
  #connection;
  #isWanted = true;
  #attempt = 0;
  #longestWait = FIRST_WAIT;
  #retryAt = 0;
  #welcomeAt = 0;
  /** Why the server is about to end the connection, in its own words. */
  #farewell = "";
  /** @type {Partial<Record<"welcome" | "retry" | "pause", ReturnType<typeof setTimeout>>>} */
  #timers = {};
  #journeys = new Journeys();
  #audience = new Audience();

  /**
   * @param {{ origin: string, pathname: string }} page where the server's page is, and so the server
   * @param {{ room: string, name: string, passcode: string }} person
   */
  constructor(page, { room, name, passcode }) {
    this.#page = page;
    this.#passcode = passcode;
    const own = new OwnMessages(this.#url(`chat/${encodeURIComponent(room)}`).href);
    this.#transcript = new Transcript(room, { name: recall("name") ?? name, ownIds: own.ids });
    this.#audience.tell("room", this.#transcript.seated);
    this.#takeUp(own.unplaced);
    this.#audience.on(event => own.hear(event));
    this.#connection = this.#status("CONNECTING");
    this.#audience.tell("connection", this.#connection);
    this.#socket = this.#connect();
    addEventListener("online", () => this.#reconnect());
  }

  // Step 1: create. The constructor returns at once, in the state CONNECTING; what follows is told by events.

  #connect() {
    clearTimeout(this.#timers.retry);
    const socket = new WebSocket(this.#address());
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", event => this.#received(event));
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
   * Do what somebody did in the panel. There is no answer but what is told of it, and the text of a message that is
   * taken back.
   *
   * @param {Deed} deed
   */
  send(deed) {
    const answer = this.#act(deed);
    this.#sendWhatIsDue();
    return Promise.resolve(answer);
  }

  /** @param {Deed} deed */
  #act(deed) {
    switch (deed.do) {
      case "say":
        return this.#tell(this.#transcript.say(deed.id, deed.msg, new Date().toISOString()));
      case "resend":
        return this.#tell(this.#transcript.resend(deed.id));
      case "discard":
      case "edit":
        return this.#discard(deed.id);
      case "rename":
        return this.#tell(this.#transcript.rename(deed.name));
      case "typing":
        if (this.#transcript.isWelcome) this.#socket.send(JSON.stringify({ type: FrameType.TYPING }));
        return;
      case "x_ray":
      case "tracing":
        return this.#journeys.act(deed);
      case "invite":
        return invitation(this.#url(""), { room: this.#transcript.seated.room, passcode: this.#passcode });
      case "reconnect":
        return this.#reconnect();
      case "join":
        return this.#join();
      case "leave":
        return this.#leave();
    }
  }

  /** @param {string} id */
  #discard(id) {
    const text = this.#transcript.find(id)?.msg;
    const updates = this.#transcript.discard(id);
    this.#tell(updates);
    return updates.length ? text : null;
  }

  #sendWhatIsDue() {
    while (!this.#timers.pause && this.#transcript.onTheirWay < ON_THEIR_WAY) {
      const frame = this.#transcript.take();
      if (!frame) return;
      this.#socket.send(this.#journeys.send(frame, performance.now()));
    }
  }

  // Step 4: receive. One event is one whole message, here always a JSON object, whose `type` says what it is.

  /** @param {MessageEvent<string>} event */
  #received({ data }) {
    const now = performance.now();
    const frame = this.#read(data);
    if (!frame) return;
    this.#journeys.receive(frame, data, now);
    this.#tell(this.#transcript.receive(frame));
    if (frame.type === FrameType.WELCOME) this.#welcomed();
    if (frame.type === FrameType.ERROR) this.#refused(frame);
    this.#sendWhatIsDue();
  }

  /** @param {string} data */
  #read(data) {
    try {
      return readFrame(data);
    } catch {
      return null; // no frame of this protocol: what comes is another program's affair
    }
  }

  #welcomed() {
    clearTimeout(this.#timers.welcome);
    this.#attempt = 0;
    this.#welcomeAt = performance.now();
    this.#show("OPEN");
  }

  /** @param {Refusal} frame */
  #refused(frame) {
    if (frame.code === "rate-limited") {
      const seconds = Math.min(frame.retry_after || 1, LONGEST_PAUSE);
      this.#timers.pause ??= setTimeout(() => this.#goOn(), 1000 * seconds);
    }
    if (isFarewell(frame)) this.#farewell = say.farewells[frame.code] ?? frame.msg;
    if (frame.code === "seat-taken") {
      this.#isWanted = false; // else two pages would take the seat from each other for ever
      forget("client"); // a copied tab has the copied secret: the next one is our own
    }
  }

  #goOn() {
    this.#timers.pause = undefined;
    this.#sendWhatIsDue();
  }

  // Step 5: error and close. The error event never says what was wrong, so nothing listens for it here. The close
  // event, right behind it, ends the socket: it can never be opened again, and who wants to stay needs another one.

  /** @param {CloseEvent} event */
  #closed({ code, reason }) {
    const wasWelcome = this.#transcript.isWelcome;
    const farewell = this.#farewell;
    this.#farewell = "";
    for (const timer of /** @type {const} */ (["welcome", "pause"])) clearTimeout(this.#timers[timer]);
    this.#timers.pause = undefined;
    this.#tell(this.#transcript.lost({ tooBig: code === TOO_BIG }));
    if (this.#isWanted) this.#retry(wasWelcome);
    else if (!farewell) return this.#show("CLOSED"); // as we wished: there is nothing to say
    this.#show("CLOSED", { code, reason, text: wasWelcome ? farewell : farewell || this.#connection.text });
    if (!wasWelcome && !farewell) this.#explain();
  }

  /**
   * Wait longer each time, and never as long as all the others: no stampede on a server that has just started. Only a
   * success that lasts begins it anew: a connection that is welcome, and ends at once each time, is none.
   *
   * @param {boolean} wasWelcome
   */
  #retry(wasWelcome) {
    const now = performance.now();
    if (wasWelcome && now - this.#welcomeAt >= this.#longestWait) this.#longestWait = FIRST_WAIT;
    const wait = Math.random() * this.#longestWait;
    this.#longestWait = Math.min(LONGEST_WAIT, 2 * this.#longestWait);
    this.#attempt += 1;
    this.#retryAt = now + wait;
    this.#timers.retry = setTimeout(() => this.#reconnect(), wait);
  }

  async #explain() {
    const text = await whyNotLetIn(this.#url("healthz"));
    const { state, code, reason } = this.#connection;
    const isAway = this.#isWanted && state === "CLOSED";
    if (isAway && text !== this.#connection.text) this.#show(state, { code, reason, text });
  }

  #join() {
    this.#isWanted = true;
    if (this.#socket.readyState === WebSocket.CLOSED) this.#show("CONNECTING");
    this.#reconnect();
  }

  #leave() {
    this.#isWanted = false;
    this.#attempt = 0;
    clearTimeout(this.#timers.retry);
    this.#show(this.#socket.readyState === WebSocket.CLOSED ? "CLOSED" : "CLOSING");
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

  /** @param {Update[]} updates */
  #tell(updates) {
    for (const { kind, data } of updates) {
      this.#audience.tell(kind, kind === "trace" ? this.#journeys.of(data.id) : data);
      if (kind === "room" && this.#transcript.isWelcome) remember("name", data.name); // not what is only wished for
    }
  }

  /**
   * @param {ConnectionState} state
   * @param {Why} [why]
   */
  #show(state, why) {
    this.#connection = this.#status(state, why);
    this.#audience.tell("connection", this.#connection);
  }

  /**
   * @param {ConnectionState} state
   * @param {Why} [why]
   * @returns {ConnectionStatus}
   */
  #status(state, { text = "", code = null, reason = "" } = {}) {
    const about = { state, text, code, reason };
    if (state !== "CLOSED" || !this.#isWanted) return { ...about, attempt: 0, retry_in: null, retry_at: null };
    const wait = Math.max(0, this.#retryAt - performance.now());
    const retryAt = new Date(Date.now() + wait).toISOString();
    return { ...about, attempt: this.#attempt, retry_in: wait / 1000, retry_at: retryAt };
  }

  /** Where the room is, for who we are. */
  #address() {
    const url = this.#url(`chat/${encodeURIComponent(this.#transcript.seated.room)}`);
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

  /** @param {Unplaced[]} messages that an earlier page of this tab said, and the room has not placed */
  #takeUp(messages) {
    for (const { id, msg, time, code } of messages) {
      this.#tell(this.#transcript.say(id, msg, time));
      if (code !== null) this.#tell(this.#transcript.fail(id, code));
    }
  }
}

/**
 * Where others find a room: on the same page, by a name of their own.
 *
 * @param {URL} url
 * @param {Record<string, string>} query
 */
function invitation(url, query) {
  for (const [key, value] of Object.entries(query)) if (value) url.searchParams.set(key, value);
  return url.href;
}

/** Only this tab knows its seat's secret, so that a reload or a cut connection comes back as the same person. */
function seat() {
  const known = recall("client") ?? "";
  const secret = SECRET.test(known) ? known : randomId();
  remember("client", secret);
  return secret;
}

/**
 * No close code tells a page "nobody there" from "not you" or "not now"; a plain request does.
 *
 * @param {URL} url of the server's /healthz
 */
async function whyNotLetIn(url) {
  if (globalThis.origin === "null") return say.sandboxed; // such a page does not even see an answer
  const answer = await fetch(url, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return say.nobody;
  const about = await answer.json().catch(() => null);
  return about?.engine_answers === false ? say.waiting : say.refused;
}
