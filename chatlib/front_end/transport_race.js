// The transport race: a bet, four lanes in which the news is seen to wait or to go, and a table of what each has cost.

import { element, keepRoles, tableHead } from "./dom.js";
import { Playout } from "./playout.js";
import { FALL, Lanes, nameOf } from "./race_lanes.js";
import { listen, liveWidget } from "./session.js";
import { LOCALE, words } from "./words.js";

const say = words({
  en: {
    title: "One conversation, four transports",
    run: "Run the race",
    rate: "Lines per second, each way",
    pace: "Polling asks every",
    seconds: (/** @type {number} */ s) => `${s.toFixed(1)} s`,
    transport: "Transport",
    requests: "Requests",
    connections: "Connections",
    messages: "Messages",
    bytes_up: "Bytes up",
    bytes_down: "Bytes down",
    latency_ms: "Latency, median",
    costs: "What each of them cost",
    running: "Running…",
    over: "Over.",
    bet: "Bet first: which one will send the most requests?",
    first: "Then run the race, and watch where the news waits.",
    watch: "Watch where the news waits.",
    most: (/** @type {string} */ names, /** @type {number} */ n) => `The most requests: ${names}, ${n}.`,
    won: "You won your bet.",
    lost: (/** @type {string} */ name, /** @type {number} */ n) => `You bet on ${name}, which sent ${n}.`,
    and: " and ",
    plan: (/** @type {Plan} */ { seconds, delay }) => `For ${seconds} s${delay ? `, ${delay * 1000} ms away` : ""}.`,
    counted: "Counted on this machine, HTTP headers included. A browser’s headers are longer.",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "同一段对话，四种传输方式",
    run: "开始比赛",
    rate: "每个方向每秒几行",
    pace: "轮询的间隔",
    seconds: s => `${s.toFixed(1)} 秒`,
    transport: "传输方式",
    requests: "请求数",
    connections: "连接数",
    messages: "消息数",
    bytes_up: "上行字节",
    bytes_down: "下行字节",
    latency_ms: "延迟（中位数）",
    costs: "每种方式的开销",
    running: "进行中……",
    over: "结束。",
    bet: "先下注：哪一种发出的请求最多？",
    first: "然后开始比赛，看看新消息在哪里等待。",
    watch: "看看新消息在哪里等待。",
    most: (names, n) => `请求最多的是${names}：${n} 个。`,
    won: "你赌对了。",
    lost: (name, n) => `你押的是${name}：${n} 个。`,
    and: "和",
    plan: ({ seconds, delay }) => `历时 ${seconds} 秒${delay ? `，单程 ${delay * 1000} 毫秒` : ""}。`,
    counted: "在本机实际计数，包含 HTTP 头部。浏览器的头部更长。",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
  },
});

/**
 * @import { KernelState, Session } from "./session.js"
 * @import { Progress } from "./race_lanes.js"
 *
 * @typedef {"requests" | "connections" | "messages" | "bytes_up" | "bytes_down" | "latency_ms"} Cost
 * @typedef {{ transport: string } & Record<Cost, number | null>} Result
 * @typedef {{ rate: number, seconds: number, poll_every: number, delay: number }} Plan
 * @typedef {{ do: "bet", transport: string | null }} Betting
 * @typedef {{ do: "run", rate: number } | { do: "pace", poll_every: number } | Betting} Action
 * @typedef {object} Events
 * @property {Plan} plan
 * @property {{ poll_every: number }} pace
 * @property {{ transport: string | null }} bet
 * @property {unknown} start
 * @property {{ lanes: Progress[] }} lanes
 * @property {{ results: Result[] }} figures
 * @property {{ text: string }} over  a failure's text, or none
 * @property {KernelState} kernel
 */

const TRANSPORTS = ["polling", "long polling", "server-sent events", "WebSocket"];
/** @type {Cost[]} */
const COSTS = ["requests", "connections", "messages", "bytes_up", "bytes_down", "latency_ms"];
const RATES = [0.5, 2, 10, 50];
const PACES = { least: 0.1, most: 3, step: 0.1 }; // seconds

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

/** A row for each transport; the bars grow once, at the end: on the way each would move with the dearest. */
class Figures {
  /** @type {Map<string, Map<Cost, { text: HTMLElement, bar: HTMLElement }>>} */
  #rows = new Map();
  /** @type {Result[]} */
  results = [];

  constructor() {
    const head = tableHead([say.transport, ...COSTS.map(cost => say[cost])]);
    const body = element("tbody", {}, ...TRANSPORTS.map(transport => this.#row(transport)));
    this.element = keepRoles(element("table", { "aria-label": say.costs }, head, body));
  }

  clear() {
    this.results = [];
    this.#write(
      (_, cost) => shown(cost, null),
      () => 0,
    );
  }

  /** @param {Result[]} results */
  show(results) {
    this.results = results;
    const all = new Map(results.map(result => [result.transport, result]));
    this.#write((transport, cost) => shown(cost, all.get(transport)?.[cost] ?? null));
  }

  compare() {
    const all = new Map(this.results.map(result => [result.transport, result]));
    const most = (/** @type {Cost} */ cost) => Math.max(...this.results.map(result => result[cost] ?? 0), 0);
    this.#write(undefined, (transport, cost) => (all.get(transport)?.[cost] ?? 0) / (most(cost) || 1));
  }

  /**
   * @param {(transport: string, cost: Cost) => string} [text]
   * @param {(transport: string, cost: Cost) => number} [share]
   */
  #write(text, share) {
    for (const [transport, cells] of this.#rows) {
      for (const [cost, cell] of cells) {
        if (text) cell.text.textContent = text(transport, cost);
        if (share) cell.bar.style.setProperty("--share", String(share(transport, cost)));
      }
    }
  }

  #row(/** @type {string} */ transport) {
    const cells = COSTS.map(cost => {
      const [text, bar] = [element("span", { text: shown(cost, null) }), element("div", { class: "bar" })];
      return { cost, text, bar, cell: element("td", { "data-label": say[cost] }, text, bar) };
    });
    this.#rows.set(transport, new Map(cells.map(({ cost, text, bar }) => [cost, { text, bar }])));
    const name = element("th", { scope: "row", text: nameOf(transport) });
    return element("tr", {}, name, ...cells.map(({ cell }) => cell));
  }
}

/** The four to bet on. */
class Bet {
  /** @type {string | null} */
  chosen = null;
  #chips;

  /** @param {(transport: string | null) => void} choose a second press on what is chosen takes the bet back */
  constructor(choose) {
    this.#chips = TRANSPORTS.map(transport => {
      const onclick = () => choose(transport === this.chosen ? null : transport);
      return element("button", { type: "button", "aria-pressed": "false", text: nameOf(transport), onclick });
    });
    this.element = element(
      "div",
      { class: "bet strip", role: "group", "aria-label": say.bet },
      element("span", { text: say.bet }),
      ...this.#chips,
    );
  }

  /** @param {string | null} transport */
  show(transport) {
    this.chosen = transport;
    for (const [n, chip] of this.#chips.entries()) {
      chip.setAttribute("aria-pressed", String(TRANSPORTS[n] === transport));
    }
  }

  /** @param {boolean} isAllowed */
  allow(isAllowed) {
    for (const chip of this.#chips) chip.disabled = !isAllowed;
  }

  /**
   * What came of it.
   *
   * @param {Result[]} results
   */
  verdict(results) {
    const most = Math.max(...results.map(({ requests }) => requests ?? 0));
    const first = results.filter(({ requests }) => requests === most).map(({ transport }) => transport);
    const told = say.most(first.map(nameOf).join(say.and), most);
    if (this.chosen === null) return told;
    if (first.includes(this.chosen)) return `${told} ${say.won}`;
    const sent = results.find(({ transport }) => transport === this.chosen)?.requests ?? 0;
    return `${told} ${say.lost(nameOf(this.chosen), sent)}`;
  }
}

/** The slider of the interval. What is moved while the kernel has not answered yet is sent once, where it stopped. */
class Pace {
  #send;
  #value = element("span", { class: "seconds", "aria-hidden": "true" });
  #isSending = false;
  #slider = element("input", {
    type: "range",
    min: PACES.least,
    max: PACES.most,
    step: PACES.step,
    oninput: () => this.#moved(),
  });
  element = element("label", { class: "pace" }, say.pace, this.#slider, this.#value);

  /** @param {(seconds: number) => Promise<unknown> | undefined} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {number} seconds */
  show(seconds) {
    if (this.#isSending) return; // what comes is older than what the hand says
    this.#slider.max = String(Math.max(PACES.most, seconds));
    this.#slider.value = String(seconds);
    this.#write();
  }

  /** @param {boolean} isAllowed */
  allow(isAllowed) {
    this.#slider.disabled = !isAllowed;
  }

  async #moved() {
    this.#write();
    if (this.#isSending) return;
    this.#isSending = true;
    let sent;
    while (sent !== this.#slider.value) {
      sent = this.#slider.value;
      await this.#send(Number(sent));
    }
    this.#isSending = false;
  }

  #write() {
    const text = say.seconds(this.#slider.valueAsNumber);
    this.#value.textContent = text;
    this.#slider.setAttribute("aria-valuetext", text);
  }
}

class Race {
  #session;
  #figures = new Figures();
  #lanes = new Lanes(TRANSPORTS);
  #playout;
  #isRunning = false;
  #status = element("span", { role: "status", class: "note" });
  #plan = element("span", { class: "note" });
  #rate = element("select", { class: "field" });
  #run = element("button", { type: "button", class: "main", text: say.run, onclick: () => this.#start() });
  #verdict = element("p", { class: "verdict", "aria-live": "polite", text: say.first });
  #bet = new Bet(transport => this.#session.send?.({ do: "bet", transport }));
  #pace = new Pace(seconds => {
    this.pace(seconds);
    return this.#session.send?.({ do: "pace", poll_every: seconds });
  });

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    this.element = element(
      "div",
      { class: "chatlib chatlib-race", "data-lm-suppress-shortcuts": true },
      element("div", { class: "top strip" }, element("strong", { text: say.title }), this.#status),
      this.#bet.element,
      element(
        "div",
        { class: "strip" },
        this.#run,
        element("label", {}, say.rate, this.#rate),
        this.#pace.element,
        this.#plan,
      ),
      this.#lanes.element,
      this.#verdict,
      this.#figures.element,
      element("p", { class: "note", text: say.counted }),
    );
    this.#playout = new Playout(this.#lanes.element, now => this.#lanes.draw(now));
    this.#allow();
  }

  end() {
    this.#playout.end();
  }

  #start() {
    this.#session.send?.({ do: "run", rate: Number(this.#rate.value) });
  }

  #allow() {
    const isLive = this.#session.send !== null && this.#rate.length > 0; // without its plan there is nothing to run
    this.#run.disabled = this.#rate.disabled = !isLive || this.#isRunning;
    this.#bet.allow(isLive && !this.#isRunning);
    this.#pace.allow(isLive);
  }

  plan(/** @type {Plan} */ plan) {
    const rates = [...new Set([...RATES, plan.rate])].sort((a, b) => a - b);
    this.#rate.replaceChildren(
      ...rates.map(value => element("option", { value, text: whole.format(value), selected: value === plan.rate })),
    );
    this.#plan.textContent = say.plan(plan);
    this.#lanes.plan(plan);
    this.#pace.show(plan.poll_every);
    this.#allow();
    this.#playout.redraw();
  }

  /** @param {number} seconds */
  pace(seconds) {
    this.#lanes.pace(seconds);
    this.#playout.redraw();
  }

  paced(/** @type {number} */ seconds) {
    this.#pace.show(seconds);
    this.pace(seconds);
  }

  bet(/** @type {string | null} */ transport) {
    this.#bet.show(transport);
    this.#verdict.textContent = say.first;
  }

  started(/** @type {number} */ t) {
    this.#isRunning = true;
    this.#allow();
    this.#status.textContent = say.running;
    this.#verdict.textContent = say.watch;
    this.#figures.clear();
    this.#lanes.start(t);
    this.#playout.tell(t);
  }

  lanes(/** @type {Progress[]} */ lanes, /** @type {number} */ t) {
    this.#lanes.tell(lanes, t);
    this.#playout.tell(t);
  }

  figures(/** @type {Result[]} */ results) {
    this.#figures.show(results);
  }

  ended(/** @type {string} */ text, /** @type {number} */ t) {
    this.#isRunning = false;
    this.#allow();
    this.#status.textContent = text || say.over;
    if (!text) this.#verdict.textContent = this.#bet.verdict(this.#figures.results);
    this.#figures.compare();
    this.#lanes.over(t);
    this.#playout.tell(t + FALL); // the last news may still be falling
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
    pace: ({ poll_every }) => race.paced(poll_every),
    bet: ({ transport }) => race.bet(transport),
    start: (_, t) => race.started(t),
    lanes: ({ lanes }, t) => race.lanes(lanes, t),
    figures: ({ results }) => race.figures(results),
    over: ({ text }, t) => race.ended(text, t),
    kernel: ({ state }) => race.kernel(state),
  });
  return () => race.end();
}

export default liveWidget(mount);
