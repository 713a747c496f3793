// What is played on the chaos board: when each end last heard the other, the time axis, the delivery ladder, and,
// folded, everything in order on the theatre's stage.

import { Axis } from "./chaos_axis.js";
import { Ladder } from "./chaos_ladder.js";
import { element } from "./dom.js";
import { listen } from "./session.js";
import { mountStage, PieceView } from "./theatre_stage.js";
import { STATES, words } from "./words.js";

/**
 * @import { Row } from "./chaos_ladder.js"
 * @import { Told, Session } from "./session.js"
 * @import { Arrival, End, Entry, Piece } from "./theatre_stage.js"
 */

const say = words({
  en: {
    heard: { client: "The page last heard the server", server: "The server last heard the page" },
    ago: (/** @type {string} */ s) => `${s} s ago`,
    never: "not yet",
    all: "Everything, in order",
  },
  zh: {
    heard: { client: "页面上次听到服务器", server: "服务器上次听到页面" },
    ago: s => `${s} 秒前`,
    never: "还没有",
    all: "按顺序列出的全部内容",
  },
});

/**
 * @typedef {{ play: { keepalive: number | null }, entry: Entry, left: Piece, arrived: Arrival, row: Row }} StageEvents
 */

const TICK = 250; // milliseconds
const SECOND = 1000;
const LONG = 5; // seconds of silence that fill a gauge

/** What stays when the story is wound back: which piece was opened, and whether the list is. */
export class Opened {
  piece = new PieceView();
  isListOpen = false;
}

/** How long ago an end heard the other. */
class Gauge {
  #end;
  #at = Number.NaN;
  #state = "";
  #text = element("span", { class: "ago", text: say.never });
  #bar = element("i");
  element;

  /** @param {End} end */
  constructor(end) {
    this.#end = end;
    this.element = element(
      "div",
      { class: "gauge", "data-end": end },
      element("p", {}, `${say.heard[end]}: `, this.#text),
      element("div", { class: "silence", "aria-hidden": "true" }, this.#bar),
      element("span", { class: "state" }),
    );
  }

  /** @param {number} at */
  heard(at) {
    this.#at = at;
  }

  /** @param {Entry} entry */
  add({ end, what, name }) {
    if (end !== this.#end || what !== "state") return;
    this.#state = name;
    const shown = this.element.querySelector(".state");
    if (shown) shown.textContent = `${name} (${STATES.indexOf(name)})`;
    this.element.dataset.state = name;
  }

  /** @param {number} now */
  draw(now) {
    if (Number.isNaN(this.#at)) return;
    const silence = Math.max(0, now - this.#at);
    this.#text.textContent = say.ago(silence.toFixed(1));
    this.#bar.style.width = `${Math.min(1, silence / LONG) * 100}%`;
    this.#bar.classList.toggle("long", silence > LONG / 2 && this.#state !== "CLOSED");
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<StageEvents>} session
 * @param {Opened} opened
 * @param {() => boolean} isNow whether time goes on while nothing is told
 */
export function mountBoard(el, session, opened, isNow) {
  const gauges = { client: new Gauge("client"), server: new Gauge("server") };
  const axis = new Axis();
  const ladder = new Ladder();
  const { tell, details } = list(opened);
  el.replaceChildren(
    element("div", { class: "gauges" }, gauges.client.element, gauges.server.element),
    axis.element,
    ladder.element,
    details,
  );
  let at = 0; // of what was told last
  let since = performance.now();
  let frame = 0;
  const now = () => at + (isNow() ? (performance.now() - since) / SECOND : 0);
  const draw = () => {
    frame = 0;
    for (const gauge of Object.values(gauges)) gauge.draw(now());
    axis.draw(now());
  };
  const soon = (/** @type {number} */ time) => {
    if (time > at) [at, since] = [time, performance.now()];
    frame ||= requestAnimationFrame(draw);
  };
  draw();
  const timer = setInterval(() => isNow() && draw(), TICK);
  listen(session, {
    entry(entry) {
      for (const gauge of Object.values(gauges)) gauge.add(entry);
      axis.add(entry);
      tell({ t: 0, kind: "entry", data: entry });
      soon(entry.at);
    },
    left(piece) {
      axis.leaves(piece);
      tell({ t: 0, kind: "left", data: piece });
      soon(piece.at);
    },
    arrived(arrival) {
      const end = axis.arrives(arrival);
      if (end) gauges[end].heard(arrival.at);
      tell({ t: 0, kind: "arrived", data: arrival });
      soon(arrival.at);
    },
    row: row => ladder.show(row),
  });
  return () => {
    clearInterval(timer);
    cancelAnimationFrame(frame);
  };
}

/**
 * Everything in order, on the theatre's stage, which is folded at first.
 *
 * @param {Opened} opened
 */
function list(opened) {
  /** @type {(event: Told<Omit<StageEvents, "play" | "row">>) => void} */
  let tell = () => {};
  const place = element("div");
  mountStage(
    place,
    {
      on: listener => {
        listener({ t: 0, kind: "play", data: {} });
        tell = listener;
      },
      send: null,
    },
    opened.piece,
  );
  const details = element("details", {}, element("summary", { text: say.all }), place);
  details.open = opened.isListOpen;
  details.addEventListener("toggle", () => {
    opened.isListOpen = details.open;
  });
  return { tell, details };
}
