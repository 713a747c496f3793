// The wire view: what passed, in order, and the one that is chosen, taken apart.

import { element, keepRoles, tableHead } from "./dom.js";
import { folded } from "./folded.js";
import { drawFrame, rfc } from "./frame.js";
import { jsonTree } from "./json_tree.js";
import { listen, liveWidget } from "./session.js";
import { isWanted, Sieve } from "./sieve.js";
import { timeOfDay, words } from "./words.js";

/**
 * @import { Frame } from "./frame.js"
 * @import { KernelState, Session } from "./session.js"
 * @import { Direction, Wish } from "./sieve.js"
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
    shown: (/** @type {number} */ n, /** @type {number} */ all) => `${n} of ${all} shown`,
    bytes: (/** @type {number} */ n) => `${n} byte${n === 1 ? "" : "s"}`,
    line: "Line",
    meaning: "Meaning",
    where: "RFC 6455",
    closed: "the connection is closed",
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
    shown: (n, all) => `显示 ${all} 项中的 ${n} 项`,
    bytes: n => `${n} 字节`,
    line: "行",
    meaning: "含义",
    where: "RFC 6455",
    closed: "连接已关闭",
    gone: "内核已不在：这是之前看到的。",
  },
});

/**
 * `time` is in milliseconds since the epoch, null for what was written down; `json` is a text that is JSON.
 *
 * @typedef {{ direction: Direction, time: number | null }} Seen
 * @typedef {{ text: string, meaning: string, section: string }} Line
 * @typedef {object} Events
 * @property {Seen & { lines: Line[] }} handshake
 * @property {Seen & Frame & { n: number, summary: string, opcode: string, json: string | null }} frame
 * @property {Seen & { raw: string, size: number }} rest
 * @property {Record<string, never>} closed
 * @property {KernelState} kernel
 */

/**
 * What passed: `key` tells it from all else, `kind` is its opcode, or what else it is; `text` is what can be found in
 * it, and `draw` takes it apart.
 *
 * @typedef {Seen & { key: string, kind: string, title: string, text: string, size: number, draw: () => Node[] }} Passed
 */

const KEPT = 200; // frames, beside the two halves of the handshake
const TITLE_SHOWN = 60; // characters
const MARGIN = 8; // pixels above and below what is chosen

/** The list of what passed, and the piece that is chosen: the newest, as long as that is followed. */
class WireView {
  #sieve = new Sieve({ change: () => this.#sift(), next: by => this.#step(by), follow: () => this.#chooseNewest() });
  #list = element("ol", { "aria-label": say.list, hidden: true, tabindex: "0" });
  #none = element("p", { class: "none", text: say.none });
  #piece = element("div", { class: "piece", hidden: true });
  /** @type {Map<string, { passed: Passed, button: HTMLElement, title: HTMLElement }>} */
  #all = new Map();
  #chosen = "";
  #frames = 0;
  #isClosed = false;
  #isOver = false;
  status = element("span", { role: "status" });
  parts = [this.#sieve.element, this.#list, this.#none, this.#piece];

  /** @param {Passed} passed */
  add(passed) {
    const { key, direction, time, title, size } = passed;
    if (this.#all.has(key)) return;
    const drawn = element("span", { dir: "auto" });
    const button = element(
      "button",
      {
        type: "button",
        "aria-pressed": "false",
        title: `${say[direction]}: ${title}`,
        onclick: () => this.#pressed(key),
      },
      time === null ? "" : element("time", { text: timeOfDay(time) }),
      element("span", { class: "way", "aria-hidden": "true", text: direction === "sent" ? "→" : "←" }),
      element("span", { class: "unseen", text: `${say[direction]}: ` }),
      drawn,
      " ",
      element("small", { text: say.bytes(size) }),
    );
    this.#all.set(key, { passed, button, title: drawn });
    if (key.startsWith("frame")) this.#frames += 1;
    this.#none.hidden = true;
    this.#list.hidden = this.#piece.hidden = false;
    if (key.startsWith("handshake")) this.#list.classList.add("live"); // more will come: it has its height at once
    this.#sieve.offer(passed);
    this.#list.append(element("li", { class: direction }, button));
    this.#mark(key);
    this.#dropOldest();
    this.#count();
    if (this.#sieve.isFollowing && isWanted(passed, this.#sieve.wish)) this.#choose(key);
  }

  #dropOldest() {
    if (this.#all.size <= KEPT + 2) return;
    const oldest = [...this.#all.keys()].find(key => key.startsWith("frame"));
    if (!oldest) return;
    this.#all.get(oldest)?.button.parentElement?.remove();
    this.#all.delete(oldest);
  }

  /** The keys of what is shown, in order. */
  get #shown() {
    return [...this.#all].filter(([, { passed }]) => isWanted(passed, this.#sieve.wish)).map(([key]) => key);
  }

  #sift() {
    for (const key of this.#all.keys()) this.#mark(key);
    this.#count();
    if (this.#sieve.isFollowing) this.#chooseNewest();
  }

  /** Show an entry if it is wanted, with what was looked for marked in its title. */
  #mark(/** @type {string} */ key) {
    const entry = this.#all.get(key);
    if (!entry) return;
    const { passed, button, title } = entry;
    const { wish } = this.#sieve;
    if (button.parentElement) button.parentElement.hidden = !isWanted(passed, wish);
    title.replaceChildren(...marked(shortened(passed.title), wish));
  }

  /** Nothing more will pass. */
  close() {
    this.#isClosed = true;
    this.#count();
  }

  /** Nothing more will be told. */
  end() {
    this.#isOver = true;
    this.#count();
  }

  #count() {
    const shown = this.#shown.length;
    const hidden = shown < this.#all.size ? [say.shown(shown, this.#all.size)] : [];
    const frames = this.#isClosed ? [say.count(this.#frames), say.closed] : [say.count(this.#frames)];
    this.status.textContent = [...(this.#isOver ? [say.gone] : frames), ...hidden].join(" · ");
  }

  #pressed(/** @type {string} */ key) {
    this.#sieve.isFollowing = false;
    this.#choose(key);
  }

  #chooseNewest() {
    const newest = this.#shown.at(-1);
    if (newest) this.#choose(newest);
  }

  /** Choose the next of what is shown, or the one before; behind the last comes the first. */
  #step(/** @type {1 | -1} */ by) {
    const shown = this.#shown;
    if (!shown.length) return;
    const at = shown.indexOf(this.#chosen);
    const next = at < 0 ? (by > 0 ? 0 : -1) : (at + by) % shown.length;
    this.#pressed(/** @type {string} */ (shown.at(next)));
  }

  #choose(/** @type {string} */ key) {
    const entry = this.#all.get(key);
    if (!entry) return;
    this.#all.get(this.#chosen)?.button.setAttribute("aria-pressed", "false");
    this.#chosen = key;
    const { button, passed } = entry;
    button.setAttribute("aria-pressed", "true");
    const { direction, title } = passed;
    const name = `${say[direction]}: ${shortened(title)}`;
    this.#piece.replaceChildren(element("b", { dir: "auto", text: name }), ...passed.draw());
    const { top, bottom } = button.getBoundingClientRect();
    const room = this.#list.getBoundingClientRect();
    if (bottom > room.bottom - MARGIN) this.#list.scrollTop += bottom - room.bottom + MARGIN;
    else if (top < room.top + MARGIN) this.#list.scrollTop -= room.top - top + MARGIN;
  }
}

const shortened = (/** @type {string} */ title) =>
  title.length > TITLE_SHOWN ? `${title.slice(0, TITLE_SHOWN).toWellFormed()}…` : title;

/**
 * A text, with the first place of what is looked for marked.
 *
 * @param {string} text
 * @param {Wish} wish
 */
function marked(text, { text: wanted }) {
  const at = wanted ? text.toLowerCase().indexOf(wanted) : -1;
  if (at < 0) return [text];
  const end = at + wanted.length;
  return [text.slice(0, at), element("mark", { text: text.slice(at, end) }), text.slice(end)];
}

/** @param {Line[]} lines */
function drawHandshake(lines) {
  const rows = lines.map(({ text, meaning, section }) =>
    element(
      "tr",
      {},
      element("td", { class: "line" }, element("code", {}, folded(text))),
      element("td", { class: "meaning", text: meaning }),
      element("td", { class: "section" }, rfc(section)),
    ),
  );
  const heads = tableHead([say.line, say.meaning, say.where]);
  const table = element("table", { class: "explained" }, heads, element("tbody", {}, ...rows));
  return [element("div", { class: "chatlib-frame" }, keepRoles(table))];
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events>} session
 */
export function mount(el, session) {
  const view = new WireView();
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-wire" },
      element("div", { class: "strip" }, element("strong", { text: say.title }), view.status),
      ...view.parts,
    ),
  );
  listen(session, {
    handshake({ lines, ...seen }) {
      const { direction } = seen;
      const answered = `${say.response} ${lines[0]?.text.split(" ")[1] ?? ""}`;
      const title = direction === "sent" ? say.request : answered;
      const size = lines.reduce((sum, line) => sum + line.text.length + 2, 2);
      const text = lines.map(line => line.text).join("\n");
      const key = `handshake ${direction}`;
      view.add({ ...seen, key, kind: "HTTP", title, text, size, draw: () => drawHandshake(lines) });
    },
    frame(frame) {
      const { direction, time, n, opcode, summary, size, json } = frame;
      const tree = () => (json === null ? [] : [jsonTree(JSON.parse(json))]);
      const draw = () => [drawFrame(frame), ...tree()];
      const text = json ?? summary;
      view.add({ key: `frame ${n}`, kind: opcode, direction, time, title: summary, text, size, draw });
    },
    rest({ raw, size, ...seen }) {
      const text = raw.match(/../gu)?.join(" ") ?? "";
      const draw = () => [element("code", {}, folded(text))];
      view.add({ ...seen, key: `rest ${seen.direction}`, kind: "HTTP", title: say.rest, text, size, draw });
    },
    closed: () => view.close(),
    kernel({ state }) {
      if (state === "gone") view.end();
    },
  });
}

export default liveWidget(mount);
