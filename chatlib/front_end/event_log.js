// The event log: what fires at the Python WebSocket, and at one that this page opens itself.

import { addresses } from "./addresses.js";
import { element, scroller, submitOnEnter, tableHead } from "./dom.js";
import { listen, liveWidget } from "./session.js";
import { STATES, words } from "./words.js";

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
    through: "through the Jupyter server",
    gone: "The kernel is gone: this is what was seen.",
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
    through: "经由 Jupyter 服务器",
    gone: "内核已不在：这是之前看到的。",
  },
});

/**
 * @typedef {"python" | "browser"} Side
 * @typedef {{ side: Side, time: number, type: string, detail: string, state: number }} LoggedEvent
 * @typedef {{ do: "answers" } | ({ do: "event" } & About)} Action
 * @typedef {object} Events
 * @property {{ url: string, browser: boolean, state: number }} about
 * @property {LoggedEvent} event
 * @property {{ text: string }} browser_sends
 * @property {{ code: number, reason: string }} browser_closes
 * @property {KernelState} kernel
 */

const KEPT = 1000;
const SENT_CHARACTERS = 10_000;

const stamp = (/** @type {number} */ ms) => new Date(ms).toISOString().slice(11, 23);

/** The events of one side. */
class Table {
  #none = element("p", { class: "note", text: say.none });
  #heading;
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
    this.#table = element("table", { "aria-label": say[side], hidden: true }, tableHead(heads), this.#rows);
    this.#holder = scroller("rows", say[side], this.#none, this.#table);
    this.element = element("section", {}, element("h4", { text: say[side] }), this.#heading, this.#holder);
  }

  /**
   * @param {string} code
   * @param {string} note
   */
  rename(code, note) {
    this.#heading.textContent = code;
    if (note) this.#heading.after(element("span", { class: "note", text: ` ${note}` }));
  }

  /** @param {LoggedEvent} event */
  add({ time, type, detail, state }) {
    this.#none.hidden = true;
    this.#table.hidden = false;
    this.#rows.append(
      element(
        "tr",
        { "data-type": type },
        element("td", { class: "time", text: stamp(time) }),
        element("td", { class: "type" }, element("b", { text: type })),
        element("td", { class: "data" }, element("span", { dir: "auto", title: detail, text: detail })),
        element("td", { class: "state", title: STATES[state], text: state }),
      ),
    );
    if (this.#rows.childElementCount > KEPT) this.#rows.firstElementChild?.remove();
    this.#holder.scrollTop = this.#holder.scrollHeight;
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
  /** @type {OwnSocket | undefined} */
  #own;

  /**
   * @param {string} url
   * @param {Session<Events, Action>} session
   */
  constructor(url, session) {
    this.table = new Table("browser", opening(url));
    if (!session.send) return;
    this.table.element.append(
      element("form", { onsubmit: event => this.#submitted(event) }, this.#input, this.#button),
    );
    const tell = (/** @type {About} */ about) => {
      this.#input.disabled = !this.#own?.isOpen;
      this.#button.disabled = this.#input.disabled;
      session.send?.({ do: "event", ...about });
    };
    const use = (/** @type {string} */ used) => this.table.rename(opening(used), used === url ? "" : say.through);
    this.#own = new OwnSocket(addresses(url), () => session.send?.({ do: "answers" }), tell, use);
  }

  send(/** @type {string} */ text) {
    if (this.#own?.isOpen) this.#own.ws.send(text);
  }

  close(/** @type {number} */ code, /** @type {string} */ reason) {
    this.#own?.ws.close(code, reason || undefined);
  }

  leave() {
    this.#own?.leave();
  }

  #submitted(/** @type {Event} */ event) {
    event.preventDefault();
    this.#own?.ws.send(this.#input.value);
    this.#input.value = "";
  }
}

const opening = (/** @type {string} */ url) => `ws = new WebSocket("${url}")`;

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const note = element("span", { class: "note", role: "status" });
  const sides = element("div", { class: "sides" });
  /** @type {Partial<Record<Side, Table>>} */
  const tables = {};
  /** @type {BrowserSide | undefined} */
  let browser;
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-events" },
      element("div", { class: "strip" }, element("strong", { text: say.title }), note),
      sides,
    ),
  );

  listen(session, {
    about(about) {
      if (tables.python) return;
      tables.python = new Table("python", `ws = chatlib.WebSocket("${about.url}")`);
      sides.append(tables.python.element);
      if (about.state > 0) note.textContent = say.late(STATES[about.state] ?? "");
      if (!about.browser) return;
      browser = new BrowserSide(about.url, session);
      tables.browser = browser.table;
      sides.append(browser.table.element);
    },
    event: event => tables[event.side]?.add(event),
    browser_sends: ({ text }) => browser?.send(text),
    browser_closes: ({ code, reason }) => browser?.close(code, reason),
    kernel({ state }) {
      if (state === "gone") note.textContent = say.gone;
    },
  });
  return () => browser?.leave();
}

export default liveWidget(mount);
