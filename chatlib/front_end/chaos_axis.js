// Both ends and the cable between them on one time axis: time runs to the right, the page's line is above, the server's
// below, and each piece goes from the one to the other as slowly as it did.

import { element, svg } from "./dom.js";
import { words } from "./words.js";

/** @import { Arrival, End, Entry, Piece } from "./theatre_stage.js" */

const say = words({
  en: {
    axis: (/** @type {string} */ from, /** @type {string} */ to) =>
      `From second ${from} to second ${to}: the page's line above, the server's below, and what went between them`,
    client: "Page (Ada)",
    server: "Server",
    frozen: "frozen",
    refusing: "nobody may connect",
    cut: "cut",
    lost: "not arrived",
    pings: "ping and pong",
    seconds: (/** @type {number} */ s) => `${s} s`,
  },
  zh: {
    axis: (from, to) => `从第 ${from} 秒到第 ${to} 秒：上面是页面，下面是服务器，以及两者之间传送的内容`,
    client: "页面（Ada）",
    server: "服务器",
    frozen: "冻结",
    refusing: "拒绝新连接",
    cut: "切断",
    lost: "没有到达",
    pings: "ping 和 pong",
    seconds: s => `${s} 秒`,
  },
});

const WINDOW = 12; // seconds that are seen at once
const ALL = 100; // percent
const LINES = { client: 26, server: 124 }; // pixels from the top
const HEIGHT = 168;
const HALFWAY = (LINES.client + LINES.server) / 2;
const FLIGHT = 0.3; // seconds after which what has not arrived is drawn no longer
const LABELS = { client: -9, server: 17 }; // pixels below its line
const EVERY = 2; // seconds between two marks

/** @typedef {{ from: number, to: number | null }} Span */

/** What is drawn on the axis, and what is known of it. */
export class Axis {
  /** @type {Map<number, Piece & { arrived?: number }>} */
  #pieces = new Map();
  /** @type {Record<End, { at: number, state: string }[]>} */
  #states = { client: [], server: [] };
  /** @type {Record<"frozen" | "refusing", Span[]>} */
  #spans = { frozen: [], refusing: [] };
  /** @type {number[]} */
  #cuts = [];
  #drawing = svg("svg", { role: "img", height: HEIGHT, width: "100%" });
  #legend = element(
    "ul",
    { class: "legend" },
    ...["frozen", "refusing", "cut", "lost", "pings"].map(name =>
      element("li", { class: name, text: /** @type {Record<string, string>} */ (/** @type {unknown} */ (say))[name] }),
    ),
  );
  element = element("div", { class: "axis" }, this.#drawing, this.#legend);

  /** @param {Piece} piece */
  leaves(piece) {
    this.#pieces.set(piece.n, piece);
  }

  /**
   * Take what arrived; return at which end, if it is known.
   *
   * @param {Arrival} arrival
   * @returns {End | undefined}
   */
  arrives({ n, at }) {
    const piece = this.#pieces.get(n);
    if (!piece) return undefined;
    piece.arrived = at;
    return piece.direction === "sent" ? "server" : "client";
  }

  /** @param {Entry} entry */
  add({ end, what, name, at }) {
    if (end === "cable") this.#cable(name, at);
    else if (what === "state") this.#states[end].push({ at, state: name });
  }

  /**
   * Draw it as it is at a time.
   *
   * @param {number} now
   */
  draw(now) {
    const to = Math.max(now, WINDOW);
    const from = to - WINDOW;
    const x = (/** @type {number} */ at) => (ALL * (Math.max(from, Math.min(at, to)) - from)) / WINDOW;
    this.#drawing.setAttribute("aria-label", say.axis(from.toFixed(0), to.toFixed(0)));
    /** @type {SVGElement[]} */
    const parts = [...this.#drawSpans(x, from, now), ...this.#drawMarks(x, from, to)];
    for (const end of /** @type {End[]} */ (["client", "server"])) parts.push(...this.#drawEnd(end, x, from, now));
    for (const piece of this.#pieces.values()) {
      if (piece.arrived === undefined ? piece.at >= from : piece.arrived >= from) parts.push(drawPiece(piece, x, now));
    }
    for (const at of this.#cuts.filter(each => each >= from)) {
      parts.push(line("cut", x(at), LINES.client, x(at), LINES.server));
    }
    this.#drawing.replaceChildren(...parts);
  }

  /**
   * @param {string} what
   * @param {number} at
   */
  #cable(what, at) {
    const { frozen, refusing } = this.#spans;
    if (what === "cut") this.#cuts.push(at);
    if (what === "freeze") frozen.push({ from: at, to: null });
    if (what === "refuse") refusing.push({ from: at, to: null });
    if (what === "thaw" || what === "heal") end(frozen, at);
    if (what === "accept" || what === "heal") end(refusing, at);
  }

  /**
   * @param {(at: number) => number} x
   * @param {number} from
   * @param {number} now
   */
  #drawSpans(x, from, now) {
    const top = { y: LINES.client, height: LINES.server - LINES.client };
    return Object.entries(this.#spans).flatMap(([name, spans]) =>
      spans
        .filter(({ to }) => to === null || to > from)
        .map(({ from: begin, to }) => {
          const left = x(begin);
          return svg("rect", { ...top, class: name, x: `${left}%`, width: `${x(to ?? now) - left}%` });
        }),
    );
  }

  /**
   * @param {(at: number) => number} x
   * @param {number} from
   * @param {number} to
   */
  #drawMarks(x, from, to) {
    const marks = [];
    for (let second = Math.ceil(from / EVERY) * EVERY; second < to; second += EVERY) {
      marks.push(line("mark", x(second), LINES.client, x(second), LINES.server));
      marks.push(text(say.seconds(second), x(second), HEIGHT - 6));
    }
    return marks;
  }

  /**
   * One end's line, in the colours of its states.
   *
   * @param {End} end
   * @param {(at: number) => number} x
   * @param {number} from
   * @param {number} now
   */
  #drawEnd(end, x, from, now) {
    const y = LINES[end];
    const states = this.#states[end];
    const parts = states.flatMap(({ at, state }, n) => {
      const until = states[n + 1]?.at ?? now;
      if (until < from) return [];
      const part = line("end", x(at), y, x(until), y);
      part.dataset.state = state;
      return [part];
    });
    return [...parts, text(say[end], 0, y + LABELS[end])];
  }
}

/**
 * End what goes on.
 *
 * @param {Span[]} spans
 * @param {number} at
 */
function end(spans, at) {
  const last = spans.at(-1);
  if (last && last.to === null) last.to = at;
}

/**
 * @param {Piece & { arrived?: number }} piece
 * @param {(at: number) => number} x
 * @param {number} now
 */
function drawPiece({ at, arrived, direction, title }, x, now) {
  const [from, to] = direction === "sent" ? [LINES.client, LINES.server] : [LINES.server, LINES.client];
  const kind = /^(?:PING|PONG|TEXT \{"p[io]ng")/u.test(title) ? "pings" : "said";
  const drawn =
    arrived === undefined
      ? line(`piece lost ${kind}`, x(at), from, x(Math.min(now, at + FLIGHT)), HALFWAY)
      : line(`piece ${kind}`, x(at), from, x(arrived), to);
  const about = svg("title");
  about.textContent = title;
  drawn.append(about);
  if (arrived === undefined) return drawn;
  const group = svg("g", { class: kind });
  group.append(drawn, svg("circle", { cx: `${x(arrived)}%`, cy: to, r: 3.5 }));
  return group;
}

/**
 * @param {string} name
 * @param {number} x1 percent
 * @param {number} y1 pixels
 * @param {number} x2
 * @param {number} y2
 */
const line = (name, x1, y1, x2, y2) => svg("line", { class: name, x1: `${x1}%`, y1, x2: `${x2}%`, y2 });

/**
 * @param {string} words
 * @param {number} x
 * @param {number} y
 */
function text(words, x, y) {
  const made = svg("text", { x: `${x}%`, y });
  made.textContent = words;
  return made;
}
