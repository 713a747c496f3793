// The transport race: a row for each transport, a column for each cost, a bar as long as its share of the dearest.

import { element, scroller, tableHead } from "./dom.js";
import { listen, liveWidget } from "./session.js";
import { LOCALE, words } from "./words.js";

/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    title: "One conversation, four transports",
    run: "Run the race",
    rate: "Lines per second, each way",
    transport: "Transport",
    requests: "Requests",
    connections: "Connections",
    messages: "Messages",
    bytes_up: "Bytes up",
    bytes_down: "Bytes down",
    latency_ms: "Latency, median",
    running: "Running…",
    over: "Over.",
    first: "Which one will need the fewest requests?",
    plan: (/** @type {Plan} */ { seconds, poll_every }) => `For ${seconds} s. Polling asks every ${poll_every} s.`,
    counted: "Counted on this machine, HTTP headers included. A browser’s headers are longer.",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "同一段对话，四种传输方式",
    run: "开始比赛",
    rate: "每个方向每秒几行",
    transport: "传输方式",
    requests: "请求数",
    connections: "连接数",
    messages: "消息数",
    bytes_up: "上行字节",
    bytes_down: "下行字节",
    latency_ms: "延迟（中位数）",
    running: "进行中……",
    over: "结束。",
    first: "哪一种需要的请求最少？",
    plan: ({ seconds, poll_every }) => `历时 ${seconds} 秒。轮询每 ${poll_every} 秒询问一次。`,
    counted: "在本机实际计数，包含 HTTP 头部。浏览器的头部更长。",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
  },
});

/**
 * @typedef {"requests" | "connections" | "messages" | "bytes_up" | "bytes_down" | "latency_ms"} Cost
 * @typedef {{ transport: string } & Record<Cost, number | null>} Result
 * @typedef {{ rate: number, seconds: number, poll_every: number }} Plan
 * @typedef {{ do: "run", rate: number }} Action
 * @typedef {object} Events
 * @property {Plan} plan
 * @property {unknown} start
 * @property {{ results: Result[] }} figures
 * @property {{ text: string }} over  a failure's text, or none
 * @property {KernelState} kernel
 */

/** @type {Cost[]} */
const COSTS = ["requests", "connections", "messages", "bytes_up", "bytes_down", "latency_ms"];
const RATES = [0.5, 2, 10, 50];

const whole = new Intl.NumberFormat(LOCALE);

/**
 * A figure as people read it.
 *
 * @param {Cost} cost
 * @param {number | null} value
 */
function shown(cost, value) {
  if (value === null) return "–";
  if (cost !== "latency_ms") return whole.format(value);
  return `${value < 10 ? value.toFixed(1) : whole.format(Math.round(value))} ms`;
}

/** A row for each transport. */
class Figures {
  body = element("tbody");
  /** @type {Map<string, Map<Cost, { text: HTMLElement, bar: HTMLElement }>>} */
  #rows = new Map();

  /** @param {Result[]} results */
  show(results) {
    for (const result of results) {
      for (const [cost, { text, bar }] of this.#row(result.transport)) {
        const most = Math.max(...results.map(other => other[cost] ?? 0));
        text.textContent = shown(cost, result[cost]);
        bar.style.setProperty("--share", String(most ? (result[cost] ?? 0) / most : 0));
      }
    }
  }

  #row(/** @type {string} */ transport) {
    const known = this.#rows.get(transport);
    if (known) return known;
    const cells = new Map(COSTS.map(cost => [cost, { text: element("span"), bar: element("div", { class: "bar" }) }]));
    this.#rows.set(transport, cells);
    const drawn = [...cells.values()].map(({ text, bar }) => element("td", {}, text, bar));
    this.body.append(element("tr", {}, element("th", { scope: "row", text: transport }), ...drawn));
    return cells;
  }
}

class Race {
  #session;
  #figures = new Figures();
  #isRunning = false;
  #status = element("span", { role: "status", class: "note" });
  #plan = element("span", { class: "note" });
  #rate = element("select", { class: "field" });
  #run = element("button", { type: "button", class: "main", text: say.run, onclick: () => this.#start() });
  #last = element("p", { class: "note", text: say.first });
  #stage = scroller(
    "stage",
    say.title,
    element("table", {}, tableHead([say.transport, ...COSTS.map(cost => say[cost])]), this.#figures.body),
  );

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    this.#stage.hidden = true;
    this.#allow();
    this.element = element(
      "div",
      { class: "chatlib chatlib-race", "data-lm-suppress-shortcuts": true },
      element("div", { class: "top strip" }, element("strong", { text: say.title }), this.#status),
      element("div", { class: "strip" }, this.#run, element("label", {}, say.rate, this.#rate), this.#plan),
      this.#stage,
      this.#last,
    );
  }

  #start() {
    this.#session.send?.({ do: "run", rate: Number(this.#rate.value) });
  }

  #allow() {
    const isAllowed = this.#session.send && !this.#isRunning;
    this.#run.disabled = !isAllowed;
    this.#rate.disabled = !isAllowed;
  }

  plan(/** @type {Plan} */ plan) {
    const rates = [...new Set([...RATES, plan.rate])].sort((a, b) => a - b);
    this.#rate.replaceChildren(
      ...rates.map(value => element("option", { value, text: whole.format(value), selected: value === plan.rate })),
    );
    this.#plan.textContent = say.plan(plan);
  }

  started() {
    this.#isRunning = true;
    this.#allow();
    this.#status.textContent = say.running;
    this.#last.textContent = say.counted;
    this.#stage.hidden = false;
  }

  figures(/** @type {Result[]} */ results) {
    this.#figures.show(results);
  }

  ended(/** @type {string} */ text) {
    this.#isRunning = false;
    this.#allow();
    this.#status.textContent = text || say.over;
  }

  kernel(/** @type {KernelState["state"]} */ state) {
    this.#allow();
    if (state !== "ready") this.#status.textContent = say[state];
    else if (this.#status.textContent === say.busy) this.#status.textContent = this.#isRunning ? say.running : "";
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const race = new Race(session);
  el.replaceChildren(race.element);
  listen(session, {
    plan: plan => race.plan(plan),
    start: () => race.started(),
    figures: ({ results }) => race.figures(results),
    over: ({ text }) => race.ended(text),
    kernel: ({ state }) => race.kernel(state),
  });
}

export default liveWidget(mount);
