// The state theatre: time runs downward, the client's lane on the left, the server's on the right.

import { element, scroller, tableHead } from "./dom.js";
import { listen, liveWidget } from "./session.js";
import { STATES, words } from "./words.js";

/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    title: "Both ends of one connection",
    time: "Time",
    client: "Client",
    server: "Server",
    none: "not there yet",
    connect: "Connect",
    refused: "Connect, refused",
    end: "While it is open",
    send: "Client: send",
    closes: "Client: close",
    serverCloses: "Server: close",
    raises: "Server: raise an exception",
    abort: "Cut the connection",
    code: "Code",
    reason: "Reason",
    event: "event",
    first: "Press Connect, and watch both ends.",
    lanes: "What happened at both ends, from top to bottom",
    said: {
      client: "The client said so first.",
      server: "The server said so first.",
      nobody: "Nobody said so: no Close frame came.",
    },
    clean: "wasClean",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "一条连接的两端",
    time: "时间",
    client: "客户端",
    server: "服务器",
    none: "尚未出现",
    connect: "连接",
    refused: "连接（被拒绝）",
    end: "连接打开时",
    send: "客户端：发送",
    closes: "客户端：关闭",
    serverCloses: "服务器：关闭",
    raises: "服务器：抛出异常",
    abort: "切断连接",
    code: "代码",
    reason: "原因",
    event: "事件",
    first: "按“连接”，观察两端。",
    lanes: "两端发生的事，自上而下",
    said: { client: "客户端先提出。", server: "服务器先提出。", nobody: "没有人提出：没有收到 Close 帧。" },
    clean: "wasClean",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
  },
});

/**
 * @typedef {"client" | "server"} End
 * @typedef {{ end: End, what: "state" | "event" | "call", name: string, detail: string }} Entry
 * @typedef {{ code: number, meaning: string, reason: string, clean: boolean, said_by: End | "nobody" }} Ending
 * @typedef {{ play: unknown, entry: Entry, ended: Ending, kernel: KernelState }} Events
 * @typedef {{ do: "connect", refused: boolean } | { do: "send", text: string }
 *   | { do: "close", code: number | null, reason: string } | { do: "server_closes", code: number, reason: string }
 *   | { do: "server_raises" } | { do: "abort" }} Action
 */

const KEPT = 200;

const numbered = (/** @type {string} */ state) => `${state} (${STATES.indexOf(state)})`;

/** What a person can do to the connection. */
class Controls {
  #session;
  #code = element("input", {
    class: "field",
    type: "number",
    min: 1000,
    max: 4999,
    value: 1000,
    "aria-label": say.code,
  });
  #reason = element("input", { class: "field", value: "bye", "aria-label": say.reason, dir: "auto" });
  #connect = [
    this.#button(say.connect, () => ({ do: "connect", refused: false }), "main"),
    this.#button(say.refused, () => ({ do: "connect", refused: true })),
  ];
  #endings = element(
    "fieldset",
    { "aria-label": say.end },
    this.#button(say.send, () => ({ do: "send", text: "hello" })),
    element("label", {}, say.code, this.#code),
    element("label", {}, say.reason, this.#reason),
    this.#button(say.closes, () => ({ do: "close", code: this.#codeGiven, reason: this.#reason.value })),
    this.#button(say.serverCloses, () => ({
      do: "server_closes",
      code: this.#codeGiven ?? 1000,
      reason: this.#reason.value,
    })),
    this.#button(say.raises, () => ({ do: "server_raises" })),
    this.#button(say.abort, () => ({ do: "abort" })),
  );
  element = element("div", { class: "strip" }, ...this.#connect, this.#endings);

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * @param {boolean} isOver
   * @param {boolean} isOpen
   */
  allow(isOver, isOpen) {
    const isLive = this.#session.send !== null;
    for (const button of this.#connect) button.disabled = !(isLive && isOver);
    this.#endings.disabled = !(isLive && isOpen);
  }

  get #codeGiven() {
    return this.#code.value === "" ? null : this.#code.valueAsNumber;
  }

  /**
   * @param {string} text
   * @param {() => Action} act
   * @param {string} [look]
   */
  #button(text, act, look) {
    return element("button", { type: "button", class: look, text, onclick: () => this.#session.send?.(act()) });
  }
}

/** What happened at both ends: a row for each entry, a lane for each end, coloured by the end's state. */
class Stage {
  #rows = element("tbody");
  #table = element("table", { "aria-label": say.lanes }, tableHead([say.time, say.client, say.server]), this.#rows);
  /** @type {Partial<Record<End, string>>} */
  #states = {};
  #began = 0;
  element = scroller("stage", say.lanes, this.#table);

  constructor() {
    this.element.hidden = true;
  }

  /** @param {number} t */
  begin(t) {
    this.#began = t;
    this.#states = {};
    this.#rows.replaceChildren();
    this.element.hidden = false;
  }

  /**
   * @param {Entry} entry
   * @param {number} t
   */
  add(entry, t) {
    if (entry.what === "state") this.#states[entry.end] = entry.name;
    const lane = (/** @type {End} */ end) =>
      element("td", { "data-state": this.#states[end], class: "lane" }, ...(end === entry.end ? told(entry) : []));
    const time = element("td", { class: "time", text: `${t - this.#began} ms` });
    this.#rows.append(element("tr", {}, time, lane("client"), lane("server")));
    if (this.#rows.childElementCount > KEPT) this.#rows.firstElementChild?.remove();
    this.element.scrollTop = this.element.scrollHeight;
  }

  get isOpen() {
    return this.#states.client === "OPEN";
  }

  /** Both ends' states in words. */
  describe() {
    const parts = [];
    for (const end of /** @type {End[]} */ (["client", "server"])) {
      const state = this.#states[end];
      if (state) parts.push(`${say[end]} ${numbered(state)}`);
    }
    return parts.join(" · ");
  }
}

/** @param {Entry} entry */
function told({ what, name, detail }) {
  const more = detail ? ` ${detail}` : "";
  const about = element("span", { class: "what", text: more });
  if (what === "state") return [element("span", { class: "state", text: numbered(name) }), about];
  if (what === "event") {
    return [element("span", { class: "what", text: `${say.event} ` }), element("b", { text: name }), more];
  }
  return [element("code", { text: name }), about];
}

/** @param {Ending} ending */
const drawEnding = ({ code, meaning, reason, clean, said_by }) => [
  element("strong", { text: code }),
  ` ${meaning}`,
  reason ? element("span", { dir: "auto", text: `, “${reason}”` }) : "",
  ". ",
  `${say.said[said_by]} `,
  element("code", { text: `${say.clean} = ${clean}` }),
];

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const controls = new Controls(session);
  const stage = new Stage();
  const status = element("span", { role: "status" });
  const note = element("span", { class: "what", "aria-live": "polite" });
  const result = element("p", { class: "result", "aria-live": "polite", text: session.send ? say.first : "" });
  let isOver = true;

  function show() {
    controls.allow(isOver, stage.isOpen);
    const text = stage.describe();
    if (text !== status.textContent) status.textContent = text; // else it would be read aloud again
  }

  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-theatre" },
      element("div", { class: "top strip" }, element("strong", { text: say.title }), note, status),
      controls.element,
      stage.element,
      result,
    ),
  );
  show();
  listen(session, {
    play(_, t) {
      isOver = false;
      stage.begin(t);
      result.textContent = "";
      show();
    },
    entry(entry, t) {
      stage.add(entry, t);
      show();
    },
    ended(ending) {
      isOver = true;
      result.replaceChildren(...drawEnding(ending));
      show();
    },
    kernel({ state }) {
      note.textContent = state === "ready" ? "" : say[state];
      show();
    },
  });
}

export default liveWidget(mount);
