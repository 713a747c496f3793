// The event log: what fires at the Python WebSocket, and at one that this page opens itself, and what each sends.

import { addresses } from "./addresses.js";
import { element, keepRoles, scroller, showEnd, submitOnEnter, tableHead } from "./dom.js";
import { folded } from "./folded.js";
import { listen, liveWidget } from "./session.js";
import { STATES, timeOfDay, words } from "./words.js";

/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    title: "Events",
    time: "Time",
    type: "Type",
    data: "Data",
    state: "readyState",
    none: "No events yet.",
    python: "In Python",
    browser: "In this browser",
    send: "Send from the browser",
    message: "Message",
    late: (/** @type {string} */ name) => `The log began when the connection was ${name}: earlier events are not here.`,
    through: "through the Jupyter server, which passes on no close code",
    gone: "The kernel is gone: this is what was seen.",
    closed: {
      python: "Stopped: the connection in Python is closed.",
      browser: "Stopped: the connection in this browser is closed.",
      both: "Stopped: both connections are closed.",
    },
    again: "Start again",
    own: "a connection of the log's own: yours stays closed",
  },
  zh: {
    title: "事件",
    time: "时间",
    type: "类型",
    data: "数据",
    state: "readyState",
    none: "还没有事件。",
    python: "Python 中",
    browser: "此浏览器中",
    send: "从浏览器发送",
    message: "消息",
    late: name => `日志开始时连接已是 ${name}：更早的事件不在这里。`,
    through: "经由 Jupyter 服务器，它不转发关闭码",
    gone: "内核已不在：这是之前看到的。",
    closed: {
      python: "已停止：Python 中的连接已关闭。",
      browser: "已停止：此浏览器中的连接已关闭。",
      both: "已停止：两个连接都已关闭。",
    },
    again: "重新开始",
    own: "日志自己的连接：你的仍是关闭的",
  },
});

/**
 * @typedef {"python" | "browser"} Side
 * @typedef {{ side: Side, time: number, type: string, detail: string, state: number }} LoggedEvent  or a message sent
 * @typedef {{ do: "answers" } | { do: "start_again" } | ({ do: "event" } & About)} Action
 * @typedef {object} Events
 * @property {{ url: string, browser: boolean, state: number, nowhere?: string }} about  nowhere: why no page gets there
 * @property {LoggedEvent} event
 * @property {{ text: string }} browser_sends
 * @property {{ code: number, reason: string }} browser_closes
 * @property {{ url: string, own: boolean }} again  where both are from now on; own: Python's is a WebSocket of the log
 * @property {KernelState} kernel
 */

const KEPT = 1000;
const SENT_CHARACTERS = 10_000;
const WAITING_KEPT = 100;

/** @type {Record<string, string>} */
const WAYS = { send: "→", message: "←" };

/** The events of one side, and what it sent. */
class Table {
  #none = element("p", { class: "note", text: say.none });
  #heading;
  #note = element("span", { class: "note" });
  #rows = element("tbody");
  #table;
  #holder;

  /**
   * @param {Side} side
   * @param {string} code
   */
  constructor(side, code) {
    this.#heading = element("code", { text: code });
    const heads = [say.time, say.type, say.data, say.state];
    this.#table = keepRoles(element("table", { "aria-label": say[side], hidden: true }, tableHead(heads), this.#rows));
    this.#holder = scroller("rows", say[side], this.#none, this.#table);
    this.element = element(
      "section",
      {},
      element("h4", { text: say[side] }),
      this.#heading,
      " ",
      this.#note,
      this.#holder,
    );
  }

  /**
   * @param {string} code
   * @param {string} [note]
   */
  rename(code, note = "") {
    this.#heading.textContent = code;
    this.#note.textContent = note;
  }

  /** Take the focus. */
  focus() {
    this.#holder.focus();
  }

  /** @param {LoggedEvent} event */
  add({ time, type, detail, state }) {
    this.#none.hidden = true;
    this.#table.hidden = false;
    const way = element("span", { class: "way", "aria-hidden": "true", text: WAYS[type] ?? "" });
    const row = element(
      "tr",
      { "data-type": type },
      element("td", { class: "time", text: timeOfDay(time) }),
      element("td", { class: "type" }, way, element("b", { text: type === "send" ? "send()" : type })),
      element("td", { class: "data" }, folded(detail)),
      element("td", { class: "state", title: STATES[state], text: state }),
    );
    this.#rows.append(keepRoles(row));
    if (this.#rows.childElementCount > KEPT) this.#rows.firstElementChild?.remove();
    showEnd(this.#holder);
  }
}

/**
 * What is told of an event of this page's WebSocket.
 *
 * @typedef {{ time: number, type: string, readyState: number, [more: string]: string | number | boolean }} About
 */

/**
 * This page's WebSocket, at the first of the addresses that leads to the server.
 *
 * That the first one fails may mean that this page is elsewhere (behind a tunnel, say), or that nobody serves: the
 * kernel, asked by `answers`, knows which. To ask the proxy would not do: it opens even where nobody serves behind it.
 */
class OwnSocket {
  #listening = new AbortController();
  #answers;
  #tell;
  #use;

  /**
   * @param {string[]} addresses  one or two
   * @param {() => Promise<unknown> | undefined} answers
   * @param {(about: About) => void} tell
   * @param {(url: string) => void} use  is told the address
   */
  constructor([url = "", elsewhere], answers, tell, use) {
    this.#answers = answers;
    this.#tell = tell;
    this.#use = use;
    this.ws = this.#open(url, elsewhere);
  }

  get isOpen() {
    return this.ws.readyState === WebSocket.OPEN;
  }

  leave() {
    this.#listening.abort();
    this.ws.close(1000);
  }

  /**
   * @param {string} url
   * @param {string} [elsewhere]
   */
  #open(url, elsewhere) {
    const ws = new WebSocket(url);
    /**
     * What happened before it is known whether this is the address.
     *
     * @type {About[] | null}
     */
    let held = elsewhere ? [] : null;
    if (!held) this.#use(url);

    const happened = async (/** @type {Event} */ event) => {
      const about = describe(event, ws);
      if (!held) return this.#tell(about);
      held.push(about);
      if (event.type === "error") return;
      if (event.type === "close" && (await this.#answers()) && !this.#listening.signal.aborted) {
        this.ws = this.#open(elsewhere ?? "");
        return;
      }
      this.#use(url);
      for (const each of held) this.#tell(each);
      held = null;
    };

    ws.binaryType = "arraybuffer";
    const options = { signal: this.#listening.signal };
    for (const type of ["open", "message", "error", "close"]) ws.addEventListener(type, happened, options);
    return ws;
  }
}

/**
 * @param {Event} event
 * @param {WebSocket} ws
 * @returns {About}
 */
function describe(event, { readyState }) {
  const about = { time: Date.now(), type: event.type, readyState };
  if (event instanceof CloseEvent) {
    return { ...about, code: event.code, reason: event.reason, wasClean: event.wasClean };
  }
  if (!(event instanceof MessageEvent)) return about;
  /** @type {unknown} */
  const data = event.data;
  if (typeof data === "string") return { ...about, data: data.slice(0, SENT_CHARACTERS) };
  return data instanceof ArrayBuffer ? { ...about, hex: hex(data) } : about;
}

const hex = (/** @type {ArrayBuffer} */ buffer) =>
  [...new Uint8Array(buffer, 0, Math.min(buffer.byteLength, SENT_CHARACTERS))]
    .map(byte => byte.toString(16).padStart(2, "0"))
    .join("");

/** The browser's side: its events, and a field for what its WebSocket sends. */
class BrowserSide {
  #input = element("input", {
    class: "field",
    "aria-label": say.message,
    placeholder: say.message,
    dir: "auto",
    disabled: true,
    onkeydown: submitOnEnter,
  });
  #button = element("button", { class: "main", text: say.send, disabled: true });
  isClosed = false;
  #session;
  #changed;
  #url = "";
  /** @type {OwnSocket | undefined} */
  #own;
  /**
   * What Python has asked for, and waits for the connection: this one, or the next if it fails.
   *
   * @type {(() => void)[]}
   */
  #waiting = [];

  /**
   * @param {string} url
   * @param {Session<Events, Action>} session
   * @param {() => void} changed  is called when it has been opened or closed
   */
  constructor(url, session, changed) {
    this.#session = session;
    this.#changed = changed;
    this.table = new Table("browser", opening(url));
    if (!session.send) return;
    this.table.element.append(
      element("form", { onsubmit: event => this.#submitted(event) }, this.#input, this.#button),
    );
    this.open(url);
  }

  /**
   * Open a connection there, unless this one leads there and is not closed.
   *
   * @param {string} url
   */
  open(url) {
    if (url === this.#url && !this.isClosed) return;
    this.#own?.leave();
    this.#url = url;
    this.isClosed = false;
    this.disable();
    const use = (/** @type {string} */ used) => this.table.rename(opening(used), used === url ? "" : say.through);
    const answers = () => this.#session.send?.({ do: "answers" });
    this.#own = new OwnSocket(addresses(url), answers, about => this.#tell(about), use);
  }

  send(/** @type {string} */ text) {
    this.#whenOpen(() => this.#send(text));
  }

  close(/** @type {number} */ code, /** @type {string} */ reason) {
    this.#whenOpen(() => this.#own?.ws.close(code, reason || undefined));
  }

  leave() {
    this.#own?.leave();
  }

  /** Nothing is sent any more. */
  disable() {
    this.#input.disabled = true;
    this.#button.disabled = true;
  }

  #tell(/** @type {About} */ about) {
    this.#input.disabled = !this.#own?.isOpen;
    this.#button.disabled = this.#input.disabled;
    this.#session.send?.({ do: "event", ...about });
    if (about.type === "open" || about.type === "close") {
      this.isClosed = about.type === "close";
      if (!this.isClosed) for (const each of this.#waiting.splice(0)) each();
      this.#changed();
    }
  }

  #whenOpen(/** @type {() => void} */ act) {
    if (this.#own?.isOpen) act();
    else if (!this.isClosed && this.#waiting.length < WAITING_KEPT) this.#waiting.push(act);
  }

  #send(/** @type {string} */ text) {
    const ws = this.#own?.ws;
    if (ws?.readyState !== WebSocket.OPEN) return;
    ws.send(text);
    this.#tell({ time: Date.now(), type: "send", readyState: ws.readyState, data: text.slice(0, SENT_CHARACTERS) });
  }

  #submitted(/** @type {Event} */ event) {
    event.preventDefault();
    this.#send(this.#input.value);
    this.#input.value = "";
  }
}

const opening = (/** @type {string} */ url) => `ws = new WebSocket("${url}")`;

/** Both sides, and what is said of them: which connection is closed, and how to start again. */
class EventLog {
  #session;
  #note = element("span", { class: "note", role: "status" });
  #again = element("button", { type: "button", text: say.again, hidden: true, onclick: () => this.#startAgain() });
  #sides = element("div", { class: "sides" });
  /** @type {Partial<Record<Side, Table>>} */
  #tables = {};
  /** @type {BrowserSide | undefined} */
  #browser;
  #late = "";
  #isClosed = false; // in Python
  #isGone = false;
  element;

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    this.element = element(
      "div",
      { class: "chatlib chatlib-events" },
      element("div", { class: "strip" }, element("strong", { text: say.title }), this.#note, this.#again),
      this.#sides,
    );
    this.#draw();
  }

  /** @param {Events["about"]} about */
  begin({ url, browser, state, nowhere }) {
    if (this.#tables.python) return;
    this.#tables.python = new Table("python", `ws = chatlib.WebSocket("${url}")`);
    this.#sides.append(this.#tables.python.element);
    this.#late = state > 0 ? say.late(STATES[state] ?? "") : "";
    this.#isClosed = state === WebSocket.CLOSED;
    if (browser) {
      this.#browser = new BrowserSide(url, this.#session, () => this.#draw());
      this.#tables.browser = this.#browser.table;
      this.#sides.append(this.#browser.table.element);
    }
    if (nowhere) {
      this.#sides.append(element("section", {}, element("h4", { text: say.browser }), element("p", { text: nowhere })));
    }
    this.#draw();
  }

  /** @param {LoggedEvent} event */
  add(event) {
    this.#tables[event.side]?.add(event);
    if (event.side === "python" && (event.type === "open" || event.type === "close")) {
      this.#isClosed = event.type === "close";
      this.#draw();
    }
  }

  /**
   * Both are connected again; what is open stays so.
   *
   * @param {Events["again"]} again
   */
  restart({ url, own }) {
    this.#late = "";
    this.#isClosed = false;
    if (own) this.#tables.python?.rename(`chatlib.WebSocket("${url}")`, say.own);
    if (this.#session.send) this.#browser?.open(url);
    this.#draw();
  }

  send(/** @type {string} */ text) {
    this.#browser?.send(text);
  }

  close(/** @type {number} */ code, /** @type {string} */ reason) {
    this.#browser?.close(code, reason);
  }

  kernelIsGone() {
    this.#isGone = true;
    this.#browser?.disable();
    this.#draw();
  }

  leave() {
    this.#browser?.leave();
  }

  async #startAgain() {
    this.#again.disabled = true;
    this.#tables.python?.focus(); // the button will be gone
    await this.#session.send?.({ do: "start_again" });
    this.#again.disabled = false;
  }

  /** What is said of what is closed, if anything. */
  #closed() {
    if (this.#isClosed && this.#browser?.isClosed) return say.closed.both;
    if (this.#isClosed) return say.closed.python;
    return this.#browser?.isClosed ? say.closed.browser : "";
  }

  #draw() {
    const closed = this.#closed();
    this.#note.textContent = this.#isGone ? say.gone : [this.#late, closed].filter(Boolean).join(" ");
    this.#again.hidden = !this.#session.send; // where there is one, it keeps its room
    this.#again.style.visibility = closed ? "visible" : "hidden";
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const log = new EventLog(session);
  el.replaceChildren(log.element);
  listen(session, {
    about: about => log.begin(about),
    event: event => log.add(event),
    again: again => log.restart(again),
    browser_sends: ({ text }) => log.send(text),
    browser_closes: ({ code, reason }) => log.close(code, reason),
    kernel({ state }) {
      if (state === "gone") log.kernelIsGone();
    },
  });
  return () => log.leave();
}

export default liveWidget(mount);
