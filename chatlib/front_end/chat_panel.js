// The chat panel, in a notebook and on the chat page: the room, its connection and its people around the transcript.
//
// Everything that a peer sent reaches the page through textContent alone.

import { say } from "./chat_words.js";
import { Composer } from "./composer.js";
import { element } from "./dom.js";
import { face, toggleBytes } from "./message.js";
import { randomId } from "./random_id.js";
import { liveWidget } from "./session.js";
import { TranscriptView } from "./transcript.js";

/**
 * @import { Message } from "./message.js"
 * @import { KernelState, Session, Told } from "./session.js"
 *
 * What the panel is told, by a kernel (chat_panel.py) or by the page's own client (chat_client.js).
 *
 * @typedef {{ room: string, name: string, url?: string, limits: { message_bytes: number } | null }} Room
 * @typedef {{ state: string, text: string, code: number | null, reason: string, retry_in: number | null }} Connection
 * @typedef {{ key: string, kind: "enter" | "leave" | "rename", user: string, old: string | null, msg: string }} Notice
 * @typedef {object} ChatEvents
 * @property {Room} room
 * @property {Connection} connection
 * @property {{ names: string[] }} people
 * @property {Message} message
 * @property {Notice} notice
 * @property {{ key: string, missed: number | null }} gap
 * @property {{ count: number, keys: string[] }} dropped
 * @property {{ user: string }} typing
 * @property {{ code: string, msg: string, retry_after: number | null }} refused
 * @property {KernelState} kernel
 *
 * @typedef {{ do: "say", id: string, msg: string } | { do: "resend", id: string } | { do: "rename", name: string }
 *   | { do: "typing" } | { do: "bytes", id: string | undefined }} ChatAction
 * @typedef {Session<ChatEvents, ChatAction>} ChatSession
 *
 * Where the panel is: with a kernel behind it, which may be busy or gone, and knows a message's bytes; in a document
 * that has or has not another heading; and what stands beside that.
 *
 * @typedef {{ hasKernel?: boolean, heading?: "strong" | "h1", beside?: HTMLElement }} Options
 */

const WAITED = 5; // seconds that a refusal is shown, if it does not say how long to wait

/**
 * @param {HTMLElement} el
 * @param {ChatSession} session
 * @param {Options} [options]
 */
export function mount(el, session, options = {}) {
  const panel = new Panel(session, options);
  el.replaceChildren(panel.root);
  return () => panel.end();
}

class Panel {
  #session;
  #hasKernel;
  /** @type {Room} */
  #room = { room: "", name: "", limits: null };
  /** @type {string[]} */
  #names = [];
  /** @type {Told<ChatEvents>[]} */
  #queue = [];
  #isComplete;

  #title;
  #connection = new ConnectionLine();
  #count = element("b");
  #people = element("ul", { "aria-label": say.people });
  #transcript;
  #composer;
  root;

  /**
   * @param {ChatSession} session
   * @param {Options} options
   */
  constructor(session, { hasKernel = true, heading = "strong", beside }) {
    const isRecorded = !session.send;
    this.#session = session;
    this.#hasKernel = hasKernel;
    this.#isComplete = isRecorded;
    this.#transcript = new TranscriptView({
      retry: isRecorded ? null : id => this.#retry(id),
      showBytes: isRecorded || !hasKernel ? null : entry => this.#showBytes(entry),
      toField: () => this.#composer.focus(),
    });
    const hint = hasKernel ? say.hint + say.hintBytes : say.hint;
    this.#composer = new Composer(
      {
        speak: msg => this.#speak(msg),
        rename: name => this.#rename(name),
        typing: () => this.#send({ do: "typing" }),
        bytes: () => this.#showLastBytes(),
      },
      { hint, readOnly: isRecorded },
    );
    this.#title = element(heading, { class: "title", dir: "auto" });
    this.root = element(
      "div",
      { class: "chatlib chatlib-chat", role: "group" },
      element("div", { class: "top" }, this.#title, this.#connection.root, this.#connection.countdown, beside ?? ""),
      element(
        "div",
        { class: "middle" },
        this.#transcript.root,
        element("div", { class: "people" }, this.#count, this.#people),
      ),
      this.#composer.root,
    );
    session.on(event => this.#hear(event));
  }

  end() {
    this.#connection.end();
    this.#transcript.end();
    this.#composer.end();
  }

  // What the session tells is drawn once for each frame that the browser draws.

  /** @param {Told<ChatEvents>} event */
  #hear(event) {
    this.#queue.push(event);
    if (this.#queue.length === 1) requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const events = this.#queue;
    this.#queue = [];
    for (const event of events) this.#show(event);
    if (this.#isComplete && !this.#transcript.isLive) this.#transcript.settle();
    this.#transcript.showUnseen();
  }

  /** @param {Told<ChatEvents>} event */
  #show({ kind, data }) {
    switch (kind) {
      case "message":
        this.#composer.typists.hide(data.user);
        return this.#transcript.show(data);
      case "notice":
        return this.#transcript.note(data.key, say[data.kind](data));
      case "gap":
        return this.#transcript.note(data.key, say.gap(data.missed));
      case "dropped":
        return this.#transcript.drop(data.count, data.keys);
      case "people":
        this.#names = data.names;
        return this.#showPeople();
      case "room":
        return this.#showRoom(data);
      case "connection":
        this.#isComplete ||= !this.#hasKernel && data.state !== "CONNECTING";
        if (data.state !== "OPEN") this.#composer.typists.end();
        return this.#connection.show(data);
      case "typing":
        if (data.user !== this.#room.name) this.#composer.typists.show(data.user);
        return;
      case "refused":
        return this.#warn(data);
      case "kernel":
        return this.#kernelIs(data.state);
    }
  }

  /** @param {Room} room */
  #showRoom(room) {
    this.#room = room;
    this.#title.textContent = this.root.ariaLabel = say.room(room.room);
    this.#title.title = room.url ?? "";
    this.#composer.limit(room.limits?.message_bytes ?? 0);
    this.#showPeople();
  }

  #showPeople() {
    this.#count.textContent = `${say.people} (${this.#names.length})`;
    this.#people.replaceChildren(...this.#names.map(name => this.#person(name)));
  }

  /** @param {string} name */
  #person(name) {
    const isMe = name === this.#room.name;
    const text = isMe ? `${name} (${say.you})` : name;
    return element("li", { "aria-current": isMe && "true" }, face(name), element("span", { dir: "auto", text }));
  }

  /** @param {ChatEvents["refused"]} refusal */
  #warn({ code, msg, retry_after }) {
    const seconds = retry_after ?? WAITED;
    this.#composer.warn(code === "rate-limited" ? say.slow(Math.ceil(retry_after ?? 1)) : msg, 1000 * seconds);
  }

  /** @param {"ready" | "busy" | "gone"} state */
  #kernelIs(state) {
    this.#isComplete ||= state !== "busy";
    if (state === "gone") this.#connection.show({ state: "CLOSED", text: "", code: null, reason: "", retry_in: null });
    this.#composer.kernelIs(state);
  }

  // What the person does.

  /** @param {ChatAction} action */
  #send(action) {
    return this.#session.send?.(action) ?? Promise.resolve();
  }

  /** @param {string} msg */
  #speak(msg) {
    const id = randomId();
    const time = new Date().toISOString();
    this.#transcript.show({ id, user: this.#room.name, msg, time, state: "sending", code: null, own: true });
    this.#transcript.toEnd();
    return this.#send({ do: "say", id, msg });
  }

  /** @param {string} name */
  #rename(name) {
    this.#transcript.toEnd();
    this.#send({ do: "rename", name });
  }

  /** @param {string} id */
  #retry(id) {
    this.#send({ do: "resend", id });
    this.#composer.focus();
  }

  /** @param {HTMLElement} entry */
  #showBytes(entry) {
    const ask = async () => /** @type {any} */ ((await this.#send({ do: "bytes", id: entry.dataset.id })) ?? []);
    return toggleBytes(entry, ask);
  }

  #showLastBytes() {
    if (!this.#hasKernel) return say.hiddenBytes;
    const { last } = this.#transcript;
    this.#transcript.toEnd();
    if (last) this.#showBytes(last);
    return undefined;
  }
}

/** The connection's state, what there is to say about it, and when the next attempt is made. */
class ConnectionLine {
  #state = element("span", { class: "state", text: "CONNECTING" });
  #text = element("span");
  root = element("span", { class: "status", role: "status", "data-state": "CONNECTING" }, this.#state, " ", this.#text);
  countdown = element("span", { class: "status" }); // no part of the status, which would be read aloud every second
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #ticking;

  /** @param {Connection} connection */
  show({ state, text, code, reason, retry_in }) {
    this.root.dataset.state = this.#state.textContent = state;
    const words = text || reason || say.closed[code ?? 0] || "";
    this.#text.textContent = code && state === "CLOSED" ? `${words} (${code})` : words;
    this.#countDown(retry_in ?? 0);
  }

  end() {
    clearTimeout(this.#ticking);
  }

  /** @param {number} seconds */
  #countDown(seconds) {
    clearTimeout(this.#ticking);
    this.countdown.textContent = seconds > 0 ? say.retryIn(Math.ceil(seconds)) : "";
    if (seconds > 1) this.#ticking = setTimeout(() => this.#countDown(seconds - 1), 1000);
  }
}

export default liveWidget(mount);
