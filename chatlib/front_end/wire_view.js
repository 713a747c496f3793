// The wire view: what passed, in order, and the one that is chosen, taken apart.

import { element, tableHead } from "./dom.js";
import { drawFrame, rfc } from "./frame.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/**
 * @import { Frame } from "./frame.js"
 * @import { KernelState, Session } from "./session.js"
 */

const say = words({
  en: {
    title: "On the wire",
    list: "What passed",
    sent: "client → server",
    received: "server → client",
    request: "opening request",
    response: "answer",
    rest: "not a frame",
    none: "Nothing has passed yet.",
    count: (/** @type {number} */ n) => `${n} frame${n === 1 ? "" : "s"}`,
    bytes: (/** @type {number} */ n) => `${n} byte${n === 1 ? "" : "s"}`,
    line: "Line",
    meaning: "Meaning",
    where: "RFC 6455",
    gone: "The kernel is gone: this is what was seen.",
  },
  zh: {
    title: "线路上",
    list: "传输的内容",
    sent: "客户端 → 服务器",
    received: "服务器 → 客户端",
    request: "握手请求",
    response: "握手应答",
    rest: "不是帧",
    none: "还没有任何内容。",
    count: n => `${n} 帧`,
    bytes: n => `${n} 字节`,
    line: "行",
    meaning: "含义",
    where: "RFC 6455",
    gone: "内核已不在：这是之前看到的。",
  },
});

/**
 * @typedef {"sent" | "received"} Direction
 * @typedef {{ text: string, meaning: string, section: string }} Line
 * @typedef {object} Events
 * @property {{ direction: Direction, lines: Line[] }} handshake
 * @property {Frame & { direction: Direction, n: number, summary: string }} frame
 * @property {{ direction: Direction, raw: string, size: number }} rest
 * @property {KernelState} kernel
 */

/**
 * What passed: `key` tells it from all else, `draw` takes it apart.
 *
 * @typedef {{ key: string, direction: Direction, title: string, size: number, draw: () => Node }} Passed
 */

const KEPT = 200; // frames, beside the two halves of the handshake
const TITLE_SHOWN = 60; // characters

/** The list of what passed, and the piece that is chosen: the newest, until the reader chooses one. */
class WireView {
  #list = element("ol", { "aria-label": say.list, hidden: true, tabindex: "0" });
  #piece = element("div", { class: "piece", text: say.none });
  /** @type {Map<string, HTMLElement>} */
  #buttons = new Map();
  /** @type {HTMLElement | null} */
  #chosen = null;
  #isFollowed = true;
  parts = [this.#list, this.#piece];

  /** @param {Passed} passed */
  add({ key, direction, title, size, draw }) {
    if (this.#buttons.has(key)) return;
    const name = `${say[direction]}: ${title}`;
    const onclick = () => {
      this.#isFollowed = false;
      this.#choose(button, name, draw);
    };
    const button = element(
      "button",
      { type: "button", "aria-pressed": "false", title: name, onclick },
      element("span", { "aria-hidden": "true", text: direction === "sent" ? "→ " : "← " }),
      element("span", { class: "unseen", text: `${say[direction]}: ` }),
      element("span", { dir: "auto", text: title.length > TITLE_SHOWN ? `${title.slice(0, TITLE_SHOWN)}…` : title }),
      " ",
      element("small", { text: say.bytes(size) }),
    );
    this.#buttons.set(key, button);
    this.#list.hidden = false;
    this.#list.append(element("li", { class: direction }, button));
    this.#dropOldest();
    if (!this.#isFollowed) return;
    this.#choose(button, name, draw);
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  #dropOldest() {
    if (this.#list.childElementCount <= KEPT + 2) return;
    const oldest = [...this.#buttons.keys()].find(key => key.startsWith("frame"));
    if (!oldest) return;
    this.#buttons.get(oldest)?.parentElement?.remove();
    this.#buttons.delete(oldest);
  }

  #choose(/** @type {HTMLElement} */ button, /** @type {string} */ title, /** @type {() => Node} */ draw) {
    this.#chosen?.setAttribute("aria-pressed", "false");
    this.#chosen = button;
    button.setAttribute("aria-pressed", "true");
    this.#piece.replaceChildren(element("b", { dir: "auto", text: title }), draw());
  }
}

/** @param {Line[]} lines */
function drawHandshake(lines) {
  const rows = lines.map(({ text, meaning, section }) =>
    element(
      "tr",
      {},
      element("td", {}, element("code", { text })),
      element("td", { text: meaning }),
      element("td", {}, rfc(section)),
    ),
  );
  const table = element("table", {}, tableHead([say.line, say.meaning, say.where]), element("tbody", {}, ...rows));
  return element("div", { class: "chatlib-frame" }, table);
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events>} session
 */
export function mount(el, session) {
  const view = new WireView();
  const status = element("span", { role: "status" });
  let frames = 0;
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-wire" },
      element("div", { class: "strip" }, element("strong", { text: say.title }), status),
      ...view.parts,
    ),
  );
  listen(session, {
    handshake({ direction, lines }) {
      const answered = `${say.response} ${lines[0]?.text.split(" ")[1] ?? ""}`;
      const title = direction === "sent" ? say.request : answered;
      const size = lines.reduce((sum, line) => sum + line.text.length + 2, 2);
      view.add({ key: `handshake ${direction}`, direction, title, size, draw: () => drawHandshake(lines) });
    },
    frame(frame) {
      frames += 1;
      status.textContent = say.count(frames);
      const { n, direction, summary, size } = frame;
      view.add({ key: `frame ${n}`, direction, title: summary, size, draw: () => drawFrame(frame) });
    },
    rest({ direction, raw, size }) {
      const draw = () => element("code", { text: raw.match(/../gu)?.join(" ") });
      view.add({ key: `rest ${direction}`, direction, title: say.rest, size, draw });
    },
    kernel({ state }) {
      if (state === "gone") status.textContent = say.gone;
    },
  });
}

export default liveWidget(mount);
