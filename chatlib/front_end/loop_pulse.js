// The loop's pulse: a spike for each beat, a flat line while there is none, and what blocked it.

import { element, showEnd, svg, tableHead } from "./dom.js";
import { Playout } from "./playout.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    title: "The pulse of the event loop",
    beating: "It beats.",
    blocked: "No beat: blocked.",
    stopped: "Stopped watching.",
    block: "Block the loop for 2 seconds",
    start: "Start again",
    strip: "The last 8 seconds: a spike for each beat, a flat line while the loop is blocked",
    gaps: "Without a beat",
    tasks: "Tasks",
    name: "Name",
    coroutine: "Coroutine",
    line: "Waits at",
    gap: (/** @type {number} */ seconds) => `${seconds.toFixed(1)} s`,
    at: "at ",
    more: (/** @type {number} */ more, /** @type {number} */ kernel) =>
      `${more ? `${more} more, and ` : ""}${kernel} of the kernel’s own.`,
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "事件循环的脉搏",
    beating: "正在跳动。",
    blocked: "没有跳动：被阻塞。",
    stopped: "已停止观察。",
    block: "阻塞循环 2 秒",
    start: "重新开始",
    strip: "最近 8 秒：每跳一次有一个尖峰，循环被阻塞时是一条平线",
    gaps: "没有跳动的时段",
    tasks: "任务",
    name: "名称",
    coroutine: "协程",
    line: "等待于",
    gap: seconds => `${seconds.toFixed(1)} 秒`,
    at: "位于 ",
    more: (more, kernel) => `${more ? `另有 ${more} 个，以及` : ""}内核自己的 ${kernel} 个。`,
    gone: "内核已不在。请重新运行单元格。",
  },
});

/**
 * @typedef {{ n: number, seconds: number, line: string, over: boolean }} Gap
 * @typedef {{ tasks: { name: string, coroutine: string, line: string }[], more: number, kernel: number }} Tasks
 * @typedef {{ beat: unknown, gap: Gap, tasks: Tasks, stopped: unknown, started: unknown, kernel: KernelState }} Events
 * @typedef {{ do: "block" | "start" }} Action
 */

const SECONDS = 8;
const WIDTH = 1200;
const HEIGHT = 80;
const MIDDLE = HEIGHT * 0.6;
const GAPS_KEPT = 50;
const BEATS_KEPT = 100; // more than there is room for

/** The trace of the last seconds, which runs from right to left. */
class Strip {
  #flat = svg("g");
  #trace = svg("path");
  /** @type {number[]} */
  #beats = [];
  /** @type {Map<number, { from: number, to: number }>} */
  #gaps = new Map();
  /** @type {number | undefined} */
  #began;
  element = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": say.strip,
  });
  #playout = new Playout(this.element, now => this.#draw(now));

  constructor() {
    this.element.append(this.#flat, this.#trace);
  }

  end() {
    this.#playout.end();
  }

  /** @param {number} t */
  beat(t) {
    this.#began ??= t;
    this.#beats.push(t);
    if (this.#beats.length > BEATS_KEPT) this.#beats.shift();
    this.#playout.tell(t);
  }

  /**
   * @param {number} n
   * @param {number} from
   * @param {number} to
   */
  gap(n, from, to) {
    this.#began ??= from;
    this.#gaps.set(n, { from, to });
    if (this.#gaps.size > GAPS_KEPT) this.#gaps.delete(/** @type {number} */ (this.#gaps.keys().next().value));
    this.#playout.tell(to);
  }

  /** Watching begins anew: nothing is known of the time between. */
  restart(/** @type {number} */ t) {
    this.#began = t;
    this.#beats = [];
    this.#gaps.clear();
    this.#playout.tell(t);
  }

  /** @param {number} now */
  #draw(now) {
    const x = (/** @type {number} */ t) => WIDTH - ((now - t) * WIDTH) / SECONDS / 1000;
    const start = Math.max(0, x(this.#began ?? now));
    const spikes = this.#beats
      .map(x)
      .filter(at => at > start + 12 && at < WIDTH + 12)
      .map(at => `H${(at - 10).toFixed(1)}l2,-6 2,-26 3,46 3,-14`);
    this.#trace.setAttribute("d", `M${start},${MIDDLE}${spikes.join("")}H${WIDTH}`);
    const blocks = [...this.#gaps.values()].filter(({ from, to }) => from < now && x(to) > 0);
    const boxes = blocks.map(({ from, to }) =>
      svg("rect", { x: x(from), y: 0, width: x(Math.min(to, now)) - x(from), height: HEIGHT }),
    );
    this.#flat.replaceChildren(...boxes);
  }
}

/** The gaps in words, the newest at the end. */
class Gaps {
  /** @type {Map<number, HTMLElement>} */
  #items = new Map();
  #list = element("ol", { "aria-label": say.gaps, tabindex: "0", hidden: true });
  element = element("section", {}, element("h4", { text: say.gaps }), this.#list);

  /**
   * Show a gap, anew if it grew.
   *
   * @param {Gap} gap
   */
  show({ n, seconds, line }) {
    const item = this.#items.get(n) ?? element("li");
    if (!this.#items.has(n)) this.#list.append(item);
    this.#items.set(n, item);
    const where = line ? [` ${say.at}`, element("code", { text: line })] : [];
    item.replaceChildren(element("b", { text: say.gap(seconds) }), ...where);
    this.#list.hidden = false;
    if (this.#items.size > GAPS_KEPT) this.#dropOldest();
    showEnd(this.#list);
  }

  #dropOldest() {
    const [oldest] = this.#items;
    if (!oldest) return;
    oldest[1].remove();
    this.#items.delete(oldest[0]);
  }
}

/** The tasks of the loop. */
class TaskTable {
  #rows = element("tbody");
  #table = element(
    "table",
    { "aria-label": say.tasks, hidden: true },
    tableHead([say.name, say.coroutine, say.line]),
    this.#rows,
  );
  #note = element("p", { class: "note" });
  element = element("section", {}, element("h4", { text: say.tasks }), this.#table, this.#note);

  /** @param {Tasks} told */
  show({ tasks, more, kernel }) {
    this.#table.hidden = !tasks.length;
    const rows = tasks.map(({ name, coroutine, line }) =>
      element(
        "tr",
        {},
        element("td", {}, element("b", { text: name })),
        element("td", {}, element("code", { text: coroutine })),
        element("td", {}, element("code", { text: line })),
      ),
    );
    this.#rows.replaceChildren(...rows);
    this.#note.textContent = more || kernel ? say.more(more, kernel) : "";
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const strip = new Strip();
  const gaps = new Gaps();
  const tasks = new TaskTable();
  const status = element("span", { role: "status" });
  const act = (/** @type {Action["do"]} */ what) => ({ type: "button", onclick: () => session.send?.({ do: what }) });
  const block = element("button", { ...act("block"), class: "main", text: say.block, disabled: !session.send });
  const start = element("button", { ...act("start"), class: "start away", text: say.start, disabled: true });
  const acts = element("div", { class: "acts" }, block, start);
  const card = element(
    "div",
    { class: "chatlib chatlib-pulse", "data-lm-suppress-shortcuts": true },
    element("div", { class: "top" }, element("strong", { text: say.title }), status, acts),
    strip.element,
    element("div", { class: "about" }, tasks.element, gaps.element),
  );
  el.replaceChildren(card);

  function is(/** @type {"beating" | "blocked" | "stopped"} */ state, text = say[state]) {
    card.dataset.state = state;
    if (status.textContent !== text) status.textContent = text; // else it would be read aloud again
    const isStopped = state === "stopped";
    const hadFocus = [start, block].some(each => each === document.activeElement);
    const isLive = session.send !== null;
    block.disabled = isStopped || !isLive;
    start.disabled = !isStopped || !isLive;
    block.classList.toggle("away", isStopped && isLive); // they stand in one place
    start.classList.toggle("away", !(isStopped && isLive));
    if (hadFocus) (isStopped ? start : block).focus();
  }

  listen(session, {
    beat(_, t) {
      strip.beat(t);
      is("beating");
    },
    gap(gap, t) {
      gaps.show(gap);
      strip.gap(gap.n, t - gap.seconds * 1000, t);
      if (!gap.over) is("blocked");
    },
    tasks: told => tasks.show(told),
    stopped: () => is("stopped"),
    started(_, t) {
      strip.restart(t);
      is("beating");
    },
    kernel({ state }) {
      if (state === "gone") is("stopped", say.gone);
    },
  });
  return () => strip.end();
}

export default liveWidget(mount);
