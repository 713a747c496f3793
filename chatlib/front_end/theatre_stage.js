// What is played in the state theatre: a row for each thing that happened, an arrow for each piece that went from one
// end to the other, and the cable between the ends as it was then.

import { element, scroller, showEnd } from "./dom.js";
import { drawFrame } from "./frame.js";
import { listen } from "./session.js";
import { STATES, words } from "./words.js";

/**
 * @import { Frame } from "./frame.js"
 * @import { Session } from "./session.js"
 */

const say = words({
  en: {
    time: "Time",
    client: "Client",
    server: "Server",
    wire: "The wire",
    event: "event",
    first: "Press Connect, and watch both ends.",
    lanes: "What happened at both ends, from top to bottom",
    bytes: "Its bytes",
    sent: "client → server",
    received: "server → client",
    under: "on its way",
    after: (/** @type {string} */ ms) => `${ms} ms on the way`,
    cut: "the cable is cut",
    made: "no frame: nobody sent 1006",
    done: (/** @type {string} */ what) => `the cable: ${what}`,
    does: {
      delay: "delay",
      jitter: "jitter",
      throttle: "throttle",
      freeze: "freeze",
      thaw: "thaw",
      cut: "cut",
      "cut after": "cut after",
      refuse: "refuse",
      accept: "accept",
      heal: "heal",
    },
    cable: { none: "no cable yet", whole: "connected", cut: "cut", closed: "closed" },
    said: {
      client: "The client said so first.",
      server: "The server said so first.",
      nobody: "Nobody said so: no Close frame came.",
    },
    quoted: (/** @type {string} */ reason) => `, “${reason}”`,
    stop: ". ",
    clean: "wasClean",
  },
  zh: {
    time: "时间",
    client: "客户端",
    server: "服务器",
    wire: "线路",
    event: "事件",
    first: "按“连接”，观察两端。",
    lanes: "两端发生的事，自上而下",
    bytes: "它的字节",
    sent: "客户端 → 服务器",
    received: "服务器 → 客户端",
    under: "在途中",
    after: ms => `途中 ${ms} 毫秒`,
    cut: "线路被切断",
    made: "没有帧：没有人发送 1006",
    done: what => `线路：${what}`,
    does: {
      delay: "延迟",
      jitter: "抖动",
      throttle: "限速",
      freeze: "冻结",
      thaw: "解冻",
      cut: "切断",
      "cut after": "切断前再通过",
      refuse: "拒绝连接",
      accept: "允许连接",
      heal: "修复",
    },
    cable: { none: "还没有线路", whole: "已连接", cut: "被切断", closed: "已关闭" },
    said: { client: "客户端先提出。", server: "服务器先提出。", nobody: "没有人提出：没有收到关闭帧。" },
    quoted: reason => `，“${reason}”`,
    stop: "。",
    clean: "wasClean",
  },
});

/**
 * Times are in seconds since the play began. A piece is a frame, or a half of the handshake, which has `lines`.
 *
 * @typedef {"client" | "server"} End
 * @typedef {{ end: End | "cable", what: "state" | "event" | "call", name: string, detail?: string, at: number }} Entry
 * @typedef {{ n: number, direction: "sent" | "received", at: number, title: string, frame?: Frame | null,
 *   lines: string[] }} Piece
 * @typedef {{ code: number, meaning: string, reason: string, clean: boolean, said_by: End | "nobody" }} Ending
 * @typedef {{ n: number, at: number }} Arrival
 * @typedef {{ play: unknown, entry: Entry, left: Piece, arrived: Arrival, ended: Ending }} StageEvents
 */

const KEPT = 400; // rows
const NEAR_END = 2; // pixels
const ABNORMAL = "1006";
const CUT = "transport.abort()";
const REQUEST = "GET "; // another connection begins

const numbered = (/** @type {string} */ state) => `${state} (${STATES.indexOf(state)})`;
const milliseconds = (/** @type {number} */ seconds) => (seconds * 1000).toFixed(1);

/** The piece that was chosen, taken apart. */
export class PieceView {
  /** @type {Piece | null} */
  #chosen = null;
  element = element("section", { class: "chatlib-piece", "aria-label": say.bytes, hidden: true });

  /** @param {Piece} piece */
  show(piece) {
    const { direction, title, frame, lines } = piece;
    this.#chosen = piece;
    const drawn = frame
      ? drawFrame(frame)
      : element("ol", { class: "lines" }, ...lines.map(text => element("li", {}, element("code", { text }))));
    this.element.replaceChildren(
      element("p", {}, `${say[direction]}: `, element("b", { dir: "auto", text: title })),
      drawn,
    );
    this.element.hidden = false;
  }

  /**
   * Tell whether this one is taken apart. What is played again comes as another object.
   *
   * @param {Piece} piece
   */
  shows({ n, at }) {
    return this.#chosen?.n === n && this.#chosen.at === at;
  }

  clear() {
    this.#chosen = null;
    this.element.hidden = true;
  }
}

/** The cable between the two ends. */
class Cable {
  #word = element("span", { class: "unseen" });
  element = element(
    "th",
    { scope: "col", class: "cable" },
    element("span", { class: "unseen", text: `${say.wire}: ` }),
    this.#word,
    element("i"),
    element("i"),
  );

  constructor() {
    this.is("none");
  }

  /** @param {"none" | "whole" | "cut" | "closed"} state */
  is(state) {
    this.element.dataset.cable = state;
    this.#word.textContent = say.cable[state];
  }

  get isCut() {
    return this.element.dataset.cable === "cut";
  }
}

/** What happened at both ends, a row for each; a lane for each end, coloured by the end's state. */
class Stage {
  #rows = element("tbody");
  #cable = new Cable();
  /** @type {Partial<Record<End, string>>} */
  #states = {};
  /** @type {Map<number, { arrow: HTMLElement, how: HTMLElement, at: number }>} */
  #pieces = new Map();
  #view;
  #hint = element("p", { class: "hint", text: say.first });
  #foot = element("div");
  #isAtEnd = true;
  #sized = new ResizeObserver(() => this.#isAtEnd && this.#toEnd());
  element;

  /** @param {PieceView} view */
  constructor(view) {
    this.#view = view;
    const heads = [say.time, say.client, say.server].map(text => element("th", { scope: "col", text }));
    heads.splice(2, 0, this.#cable.element);
    const table = element(
      "table",
      { "aria-label": say.lanes },
      element("thead", {}, element("tr", {}, ...heads)),
      this.#rows,
    );
    this.element = scroller("stage", say.lanes, table, this.#hint, this.#foot);
    this.element.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element;
      this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    });
    this.#sized.observe(this.element);
  }

  end() {
    this.#sized.disconnect();
  }

  /** Begin a play: a recording may have told another one before. */
  begin() {
    this.#hint.hidden = true;
    this.#states = {};
    this.#pieces.clear();
    this.#rows.replaceChildren();
    this.#cable.is("none");
  }

  /** @param {Entry} entry */
  add(entry) {
    const { end, what, name, detail, at } = entry;
    if (end === "cable") {
      if (name === "cut") this.#cable.is("cut");
      const does = /** @type {Record<string, string>} */ (say.does)[name] ?? name;
      const text = say.done(detail ? `${does} ${detail}` : does);
      this.#row(at, [], [element("span", { class: name === "cut" ? "cut" : "done", text })], []);
      return;
    }
    if (what === "state") this.#states[end] = name;
    if (name === CUT) this.#cable.is("cut");
    else if (this.#states.client === "CLOSED" && this.#states.server === "CLOSED" && !this.#cable.isCut)
      this.#cable.is("closed");
    const wire = [];
    if (name === CUT) wire.push(element("span", { class: "cut", text: say.cut }));
    if (what === "event" && name === "close" && detail?.startsWith(ABNORMAL))
      wire.push(element("span", { class: "made", text: say.made }));
    this.#row(at, end === "client" ? told(entry) : [], wire, end === "server" ? told(entry) : []);
  }

  /** @param {Piece} piece */
  leaves(piece) {
    const { n, direction, title, at, lines } = piece;
    if (!this.#cable.isCut || lines[0]?.startsWith(REQUEST)) this.#cable.is("whole");
    const how = element("span", { class: "unseen", text: say.under });
    const onclick = () => {
      if (this.#view.shows(piece)) {
        arrow.setAttribute("aria-pressed", "false");
        this.#view.clear();
        return;
      }
      for (const each of this.#rows.querySelectorAll("[aria-pressed=true]")) each.setAttribute("aria-pressed", "false");
      arrow.setAttribute("aria-pressed", "true");
      this.#view.show(piece);
    };
    const arrow = element(
      "button",
      {
        type: "button",
        class: `arrow ${direction} flying`,
        "aria-pressed": String(this.#view.shows(piece)),
        onclick,
      },
      element("span", { class: "unseen", text: `${say[direction]}: ` }),
      element("span", { class: "title", dir: "auto", text: title }),
      " ",
      how,
    );
    this.#pieces.set(n, { arrow, how, at });
    this.#row(at, [], [arrow], []);
  }

  /** @param {Arrival} about */
  arrives({ n, at }) {
    const piece = this.#pieces.get(n);
    if (!piece) return;
    piece.arrow.classList.remove("flying");
    piece.how.textContent = say.after(milliseconds(at - piece.at));
    piece.arrow.title = piece.how.textContent;
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

  /**
   * @param {number} at
   * @param {(Node | string)[]} client
   * @param {Node[]} wire
   * @param {(Node | string)[]} server
   */
  #row(at, client, wire, server) {
    this.#rows.append(
      element(
        "tr",
        {},
        element("td", { class: "time", text: milliseconds(at) }, element("span", { text: " ms" })),
        element("td", { "data-state": this.#states.client, class: "lane" }, ...client),
        element("td", { class: "wire" }, ...wire),
        element("td", { "data-state": this.#states.server, class: "lane" }, ...server),
      ),
    );
    if (this.#rows.childElementCount > KEPT) this.#rows.firstElementChild?.remove();
    showEnd(this.element, () => this.#toEnd());
  }

  /** Show the last row, and below the head a whole one: what would be cut there makes room at the foot. */
  #toEnd() {
    this.#foot.style.height = "0";
    this.element.scrollTop = this.element.scrollHeight;
    const head = this.#cable.element.getBoundingClientRect().bottom;
    let row = this.#rows.lastElementChild;
    while (row && row.getBoundingClientRect().top >= head) row = row.previousElementSibling;
    const hidden = this.element.scrollTop && row ? row.getBoundingClientRect().bottom - head : 0;
    this.#foot.style.height = `${Math.max(0, hidden)}px`;
    this.element.scrollTop = this.element.scrollHeight;
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
  reason ? element("span", { dir: "auto", text: say.quoted(reason) }) : "",
  say.stop,
  `${say.said[said_by]} `,
  element("code", { text: `${say.clean} = ${clean}` }),
];

/**
 * @param {HTMLElement} el
 * @param {Session<StageEvents>} session
 * @param {PieceView} view where a piece is taken apart
 */
export function mountStage(el, session, view) {
  const stage = new Stage(view);
  const status = element("span", { role: "status" });
  const result = element("p", { class: "result", "aria-live": "polite" });
  el.classList.add("chatlib-stage");
  el.replaceChildren(element("p", { class: "states" }, status), stage.element, result);
  const show = () => {
    const text = stage.describe();
    if (text !== status.textContent) status.textContent = text; // else it would be read aloud again
  };
  listen(session, {
    play() {
      stage.begin();
      result.replaceChildren();
      show();
    },
    entry(entry) {
      stage.add(entry);
      show();
    },
    left: piece => stage.leaves(piece),
    arrived: about => stage.arrives(about),
    ended: ending => result.replaceChildren(...drawEnding(ending)),
  });
  return () => stage.end();
}
