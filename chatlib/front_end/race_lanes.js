// The lanes of the race: for each transport the server's line above, the page's below, and the time from left to right.
// News stands on the upper line as long as it waits in the server, and falls to the lower one when it goes.

import { element, isCalm, svg } from "./dom.js";
import { words } from "./words.js";

const say = words({
  en: {
    server: "server",
    page: "page",
    names: /** @type {Record<string, string>} */ ({}),
    time: "Time runs from left to right →",
    lane: (/** @type {string} */ name) => `${name}: time runs from left to right`,
    waiting: (/** @type {number} */ n) => `${n} waiting`,
    heard: (/** @type {number} */ n, /** @type {number} */ all) => `${n} of ${all} arrived`,
    keys: {
      ask: "a request for news",
      open: "news can leave at once",
      wait: "news waits in the server",
      fall: "news goes to the page",
      speak: "the page speaks (over HTTP: one more request)",
      plan: "when polling will ask",
    },
  },
  zh: {
    server: "服务器",
    page: "网页",
    names: { polling: "轮询", "long polling": "长轮询", "server-sent events": "服务器推送事件（SSE）" },
    time: "时间从左到右 →",
    lane: name => `${name}：时间从左到右`,
    waiting: n => `${n} 条在等待`,
    heard: (n, all) => `${all} 条已到 ${n} 条`,
    keys: {
      ask: "询问新消息的请求",
      open: "新消息可以立刻发出",
      wait: "新消息在服务器里等待",
      fall: "新消息送往网页",
      speak: "网页说话（用 HTTP 则多一个请求）",
      plan: "轮询将要询问的时刻",
    },
  },
});

/**
 * A transport's name as people read it.
 *
 * @param {string} transport
 */
export const nameOf = transport => say.names[transport] ?? transport;

/**
 * Counts, as the kernel has them: see Progress in race.py.
 *
 * @typedef {[said: number, sent: number, heard: number, asked: number, spoken: number, open: number]} Progress
 * @typedef {"open" | "wait" | "speak" | "fall" | "plan" | "ask" | "ring" | "hole" | "news"} Mark
 */

const WIDTH = 1000;
const HEIGHT = 56;
const TOP = 14;
const BOTTOM = 44;
const EDGE = 10;
const BEFORE = 5; // what comes in the same moment stands side by side, the request first
/** @type {Mark[]} */
const MARKS = ["open", "wait", "speak", "fall", "plan", "ask", "ring", "hole", "news"];

/** Milliseconds, in which news is drawn to fall. */
export const FALL = 250;

/**
 * When the count of something reached 1, 2, 3, …
 *
 * @param {number[]} times
 * @param {number} count
 * @param {number} t
 */
function reach(times, count, t) {
  while (times.length < count) times.push(t);
}

/** One transport. */
class Lane {
  #times = {
    /** @type {number[]} */
    said: [],
    /** @type {number[]} */
    sent: [],
    /** @type {number[]} */
    heard: [],
    /** @type {number[]} */
    asked: [],
    /** @type {number[]} */
    spoken: [],
  };
  /** @type {[from: number, to: number][]} */
  #open = [];
  #isOpen = false;
  #told = -1; // when
  #paths = new Map(MARKS.map(mark => [mark, svg("path", { class: mark })]));
  #note = element("span", { class: "count" });

  /** @param {string} transport */
  constructor(transport) {
    const name = nameOf(transport);
    const picture = svg("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": say.lane(name),
    });
    const lines = svg("path", { class: "ends", d: `M0 ${TOP}H${WIDTH}M0 ${BOTTOM}H${WIDTH}` });
    picture.append(lines, ...this.#paths.values());
    this.element = element(
      "li",
      { class: "lane", "data-transport": transport },
      element("strong", { text: name }),
      this.#note,
      element(
        "span",
        { class: "ends", "aria-hidden": "true" },
        element("i", { text: say.server }),
        element("i", { text: say.page }),
      ),
      picture,
    );
  }

  /**
   * What was said at the last look and is gone at this one did not wait: nothing shorter is seen.
   *
   * @param {Progress} progress
   * @param {number} t
   */
  tell([said, sent, heard, asked, spoken, open], t) {
    const times = this.#times;
    reach(times.said, said, t);
    for (let n = times.sent.length; n < sent; n++) if (times.said[n] === this.#told) times.said[n] = t;
    for (let n = times.heard.length; n < heard; n++) if (times.sent[n] === this.#told) times.heard[n] = this.#told;
    reach(times.sent, sent, t);
    reach(times.heard, heard, t);
    reach(times.asked, asked, t);
    reach(times.spoken, spoken, t);
    const last = this.#open.at(-1);
    if (this.#isOpen && last) last[1] = t;
    else if (open) this.#open.push([t, t]);
    this.#isOpen = open > 0;
    this.#told = t;
  }

  /** When polling asked last. */
  get lastAsked() {
    return this.#times.asked.at(-1);
  }

  /**
   * @param {number} now
   * @param {number} all lines of news that will be
   * @param {(t: number) => number} x
   * @param {number[]} planned when it will ask
   */
  draw(now, all, x, planned) {
    const { said, sent, heard, asked, spoken } = this.#times;
    const before = (/** @type {number[]} */ times) => times.filter(t => t <= now);
    const at = (/** @type {number} */ t) => x(Math.min(t, now)).toFixed(1);
    const fallen = (/** @type {number} */ t) => (isCalm() ? 1 : Math.min(1, (now - t) / FALL));
    const asks = before(asked).map(t => (x(t) - BEFORE).toFixed(1));
    this.#set(
      "open",
      this.#open.filter(([from]) => from <= now).map(([from, to]) => `M${at(from)} ${TOP}H${at(to)}`),
    );
    const waits = before(said).map((t, n) => [t, sent[n] ?? now]);
    this.#set(
      "wait",
      waits.filter(([from = 0, to = 0]) => to > from).map(([from = 0, to = 0]) => `M${at(from)} ${TOP}H${at(to)}`),
    );
    this.#set(
      "fall",
      before(heard).map((t, n) => {
        const from = sent[n] ?? t;
        const part = fallen(t);
        return `M${at(from)} ${TOP}L${x(from + (t - from) * part).toFixed(1)} ${TOP + (BOTTOM - TOP) * part}`;
      }),
    );
    this.#set(
      "news",
      before(said).map((_, n) => {
        const arrived = heard[n];
        if (arrived === undefined || arrived > now) return `M${at(sent[n] ?? now)} ${TOP}h0`;
        return `M${at(arrived)} ${TOP + (BOTTOM - TOP) * fallen(arrived)}h0`;
      }),
    );
    this.#set(
      "speak",
      before(spoken).map(t => `M${at(t)} ${BOTTOM}V${TOP}`),
    );
    this.#set(
      "ask",
      asks.map(left => `M${left} ${BOTTOM}V${TOP}`),
    );
    for (const mark of /** @type {Mark[]} */ (["ring", "hole"]))
      this.#set(
        mark,
        asks.map(left => `M${left} ${TOP}h0`),
      );
    this.#set(
      "plan",
      planned.map(t => `M${x(t).toFixed(1)} ${BOTTOM}h0`),
    );
    const waiting = before(said).length - before(sent).length;
    this.#write(waiting ? say.waiting(waiting) : said.length ? say.heard(before(heard).length, all) : "");
  }

  #set(/** @type {Mark} */ mark, /** @type {string[]} */ parts) {
    this.#paths.get(mark)?.setAttribute("d", [...new Set(parts)].join("") || "M0 0");
  }

  #write(/** @type {string} */ text) {
    if (this.#note.textContent !== text) this.#note.textContent = text;
  }
}

/** All of them, below each other, and what their marks mean. */
export class Lanes {
  #list = element("ol", { class: "lanes" });
  /** @type {Lane[]} */
  #lanes = [];
  #transports;
  #began = 0;
  #ended = 0; // as long as it runs, 0
  #span = 0; // milliseconds from edge to edge
  #every = 0;
  #lines = 0;

  /** @param {string[]} transports in the order of the race */
  constructor(transports) {
    this.#transports = transports;
    const time = element("p", { class: "note time", text: say.time });
    this.element = element("div", {}, time, this.#list, legend());
    this.#clear();
  }

  /** @param {{ rate: number, seconds: number, poll_every: number }} plan */
  plan({ rate, seconds, poll_every }) {
    this.#span = 1000 * (seconds + poll_every);
    this.#every = poll_every;
    this.#lines = Math.max(1, Math.round(rate * seconds));
  }

  /** @param {number} every */
  pace(every) {
    this.#every = every;
  }

  /** @param {number} t */
  start(t) {
    this.#began = t;
    this.#ended = 0;
    this.#clear();
  }

  /**
   * @param {Progress[]} lanes
   * @param {number} t
   */
  tell(lanes, t) {
    for (const [n, progress] of lanes.entries()) this.#lanes[n]?.tell(progress, t);
  }

  /** @param {number} t */
  over(t) {
    this.#ended = t;
  }

  /** @param {number} now */
  draw(now) {
    const end = Math.max(this.#span, now - this.#began);
    const x = (/** @type {number} */ t) => ((t - this.#began) * (WIDTH - 2 * EDGE)) / end + EDGE;
    for (const [n, lane] of this.#lanes.entries())
      lane.draw(now, this.#lines, x, n ? [] : this.#planned(lane, now, end));
  }

  /** When polling, the first lane, will ask if its pace stays. */
  #planned(/** @type {Lane} */ polling, /** @type {number} */ now, /** @type {number} */ end) {
    /** @type {number[]} */
    const times = [];
    const every = this.#every * 1000;
    if (!every || (this.#ended && now >= this.#ended)) return times; // before a plan is told there is none
    const last = polling.lastAsked;
    for (let t = last === undefined ? this.#began : last + every; t <= this.#began + end; t += every) {
      if (t > now || last === undefined) times.push(t);
    }
    return times;
  }

  #clear() {
    this.#lanes = this.#transports.map(transport => new Lane(transport));
    this.#list.replaceChildren(...this.#lanes.map(lane => lane.element));
  }
}

/**
 * How each mark looks.
 *
 * @type {Record<keyof typeof say.keys, [Mark, string][]>}
 */
const KEYS = {
  ask: [
    ["ask", "M14 15V5"],
    ["ring", "M14 5h0"],
    ["hole", "M14 5h0"],
  ],
  open: [["open", "M3 8H25"]],
  wait: [
    ["wait", "M5 8H22"],
    ["news", "M22 8h0"],
  ],
  fall: [
    ["fall", "M14 2V11"],
    ["news", "M14 11h0"],
  ],
  speak: [["speak", "M14 15V2"]],
  plan: [["plan", "M14 8h0"]],
};

function legend() {
  const items = Object.entries(KEYS).map(([mark, shapes]) => {
    const picture = svg("svg", { viewBox: "0 0 28 16", "aria-hidden": "true" });
    picture.append(...shapes.map(([name, d]) => svg("path", { class: name, d })));
    return element("li", {}, picture, say.keys[/** @type {keyof typeof KEYS} */ (mark)]);
  });
  return element("ul", { class: "keys" }, ...items);
}
