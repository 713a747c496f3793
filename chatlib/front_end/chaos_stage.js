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

/** What is drawn of one play. */
class Picture {
  #gauges = { client: new Gauge("client"), server: new Gauge("server") };
  #axis = new Axis();
  ladder = new Ladder();
  element = element(
    "div",
    {},
    element("div", { class: "gauges" }, this.#gauges.client.element, this.#gauges.server.element),
    this.#axis.element,
    this.ladder.element,
  );

  /** @param {Entry} entry */
  add(entry) {
    for (const gauge of Object.values(this.#gauges)) gauge.add(entry);
    this.#axis.add(entry);
  }

  /** @param {Piece} piece */
  leaves(piece) {
    this.#axis.leaves(piece);
  }

  /** @param {Arrival} arrival */
  arrives(arrival) {
    const end = this.#axis.arrives(arrival);
    if (end) this.#gauges[end].heard(arrival.at);
  }

  /** @param {number} now */
  draw(now) {
    for (const gauge of Object.values(this.#gauges)) gauge.draw(now);
    this.#axis.draw(now);
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<StageEvents>} session
 * @param {Opened} opened
 * @param {(() => boolean) | null} isNow whether time goes on while nothing is told; null where it never does
 */
export function mountBoard(el, session, opened, isNow) {
  const { tell, details, end } = list(opened);
  const begin = () => {
    const picture = new Picture();
    el.replaceChildren(picture.element, details);
    return picture;
  };
  let picture = begin();
  let at = 0; // of what was told last
  let since = performance.now();
  let frame = 0;
  const now = () => at + (isNow?.() ? (performance.now() - since) / SECOND : 0);
  const draw = () => {
    frame = 0;
    picture.draw(now());
  };
  const soon = (/** @type {number} */ time) => {
    if (time > at) [at, since] = [time, performance.now()];
    frame ||= requestAnimationFrame(draw);
  };
  draw();
  const timer = isNow ? setInterval(() => isNow() && draw(), TICK) : undefined; // a recording costs nothing at rest
  listen(session, {
    play(data) {
      picture = begin(); // a recording may have told another one before
      tell({ t: 0, kind: "play", data });
      at = 0;
      soon(0);
    },
    entry(data) {
      picture.add(data);
      tell({ t: 0, kind: "entry", data });
      soon(data.at);
    },
    left(data) {
      picture.leaves(data);
      tell({ t: 0, kind: "left", data });
      soon(data.at);
    },
    arrived(data) {
      picture.arrives(data);
      tell({ t: 0, kind: "arrived", data });
      soon(data.at);
    },
    row: row => picture.ladder.show(row),
  });
  return () => {
    clearInterval(timer);
    cancelAnimationFrame(frame);
    end();
  };
}

/**
 * Everything in order, on the theatre's stage, which is folded at first.
 *
 * @param {Opened} opened
 */
function list(opened) {
  /** @type {(event: Told<Omit<StageEvents, "row">>) => void} */
  let tell = () => {};
  const place = element("div");
  const end = mountStage(
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
  return { tell, details, end };
}
