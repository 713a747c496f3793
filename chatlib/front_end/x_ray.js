// The X-ray of a chat message, in the drawer: its way from the key to everybody's end, and the bytes of every hop.
//
// Each time is a difference on one clock: this page's, the kernel's, the server's. What lies between two of them is
// known there and back together, or not at all; and what is not known is left out.

import { bdi, element } from "./dom.js";
import { drawFrame } from "./frame.js";
import { partsOf } from "./journey.js";
import { drawPayload } from "./payload_view.js";
import { words } from "./words.js";

/**
 * @import { Drawer } from "./drawer.js"
 * @import { Journey, Part, Sighting, Watched } from "./journey.js"
 * @import { Trace } from "./server_frame.js"
 *
 * A message as the transcript has it.
 *
 * @typedef {{ id: string, user: string, state: string, own: boolean }} Subject
 *
 * What the X-ray asks of whoever saw the message.
 *
 * @typedef {{ do: "x_ray", id: string } | { do: "tracing", on: boolean }} Question
 */

const KEPT = 200; // messages
const DIGITS = 2;

const say = words({
  en: {
    /** @param {string} user */
    title: user => ["X-ray of a message of ", bdi(user)],
    trace: "X-ray my messages from now on",
    traceMeans: "The server then times each of them for you, and sends a ping behind it: whoever answers has it.",
    way: "The way",
    partsNote:
      "Each clock times its own part. Between two of them lie the ways there and back: no clock knows how they divide.",
    names: { page: "This page", kernel: "The kernel", client: "This page's WebSocket", server: "The server" },
    means: {
      page: "from the key to the message drawn",
      kernel: "from your message to the placed one",
      client: "from the frame sent to the placed one",
      server: "from taken to written to everybody",
    },
    between: {
      page: "page and kernel, there and back, and the drawing",
      kernel: "kernel and server, there and back",
      client: "page and server, there and back",
      server: "",
    },
    drawing: "the page's own work: sending and drawing",
    clock: "Clock",
    part: "Its part",
    ms: (/** @type {string} */ n) => `${n} ms`,
    answerBack: (/** @type {string} */ ms) => `The kernel's answer was back here after ${ms}.`,
    before: (/** @type {string} */ ms) => `The kernel had it for ${ms} before the frame went out.`,
    placed: (/** @type {string} */ ms) => `The server placed it in the room's order ${ms} after taking it.`,
    ends: "Who has it",
    endsNote:
      "Since the server took it, on the server's clock. A pong says that the WebSocket at that end has read it. " +
      "For a page behind a proxy, as on Binder or a hub, the proxy answers.",
    endsHere: "Only connections of your own server are asked.",
    who: "Who",
    after: "Pong after",
    silent: (/** @type {number} */ n) => `No pong in time (${n}): `,
    unasked: (/** @type {number} */ n) => `${n} more were not asked.`,
    nobody: "Nobody else was connected to your server.",
    noTrace:
      "The server has told nothing of it: the answer is on its way, it was sent twice, or the server has no traces.",
    notAsked: "The server was not asked about this message. Switch it on, and send another.",
    foreign: "Of somebody else's message only its frame was seen here.",
    bytes: "The bytes",
    sent: (/** @type {number} */ n) => `Sent: ${n} bytes`,
    received: (/** @type {number} */ n) => `Received: ${n} bytes`,
    noHeader: "A browser shows a page no frame, only its payload.",
    bits: "Bit by bit, as RFC 6455 has it",
    gone: "Only the last 200 frames are kept: the bytes of this message are gone.",
    neverLeft: "This message never left: there are no bytes of it.",
  },
  zh: {
    title: user => ["透视 ", bdi(user), " 的一条消息"],
    trace: "从现在起透视我的消息",
    traceMeans: "服务器会为你给每条消息计时，并在它后面发一个 ping：谁应答，谁就收到了。",
    way: "路程",
    partsNote: "每个时钟只量自己的那一段。两段之差是去程和回程之和：没有时钟知道它如何划分。",
    names: { page: "这个页面", kernel: "内核", client: "这个页面的 WebSocket", server: "服务器" },
    means: {
      page: "从按键到消息显示",
      kernel: "从你的消息到排好位置的消息",
      client: "从发出帧到收到排好位置的消息",
      server: "从收下到写给所有人",
    },
    between: {
      page: "页面与内核之间的往返，以及绘制",
      kernel: "内核与服务器之间的往返",
      client: "页面与服务器之间的往返",
      server: "",
    },
    drawing: "页面自己的工作：发送和绘制",
    clock: "时钟",
    part: "它的一段",
    ms: n => `${n} 毫秒`,
    answerBack: ms => `${ms}后内核的应答回到这里。`,
    before: ms => `内核在发出帧之前用了 ${ms}。`,
    placed: ms => `服务器收下 ${ms}后给它排好了位置。`,
    ends: "谁收到了",
    endsNote:
      "从服务器收下时算起，用服务器的时钟。pong 说明那一端的 WebSocket 已经读到它。在代理后面的页面（如在 Binder 或 hub 上），由代理应答。",
    endsHere: "只询问连到你这台服务器的连接。",
    who: "谁",
    after: "多久后 pong",
    silent: n => `没有及时应答（${n}）：`,
    unasked: n => `另有 ${n} 个没有询问。`,
    nobody: "没有别人连到你的服务器。",
    noTrace: "服务器还没有说起这条消息：应答在路上，消息发了两次，或者服务器不会追踪。",
    notAsked: "没有向服务器询问这条消息。打开上面的开关，再发一条。",
    foreign: "别人的消息，这里只看到了它的帧。",
    bytes: "字节",
    sent: n => `发出：${n} 字节`,
    received: n => `收到：${n} 字节`,
    noHeader: "浏览器不向网页显示帧，只显示载荷。",
    bits: "逐比特，按 RFC 6455",
    gone: "只保留最近 200 帧：这条消息的字节已不在了。",
    neverLeft: "这条消息从未发出：没有它的字节。",
  },
});

const encoder = new TextEncoder();
const milliseconds = (/** @type {number} */ ms) => say.ms(ms.toFixed(DIGITS));

/** Follows one message at a time; what a page sees of its own ones is noted for all. */
export class XRay {
  #drawer;
  #ask;
  #hasKernel;
  /** @type {Map<string, Watched>} */
  #watched = new Map();
  /** What was told without being asked for. @type {Map<string, Journey>} */
  #told = new Map();
  /** @type {Subject | null} */
  #subject = null;
  #shown = element("div");
  /** @type {HTMLInputElement | undefined} */
  #box;

  /**
   * @param {Drawer} drawer
   * @param {{ ask: ((question: Question) => Promise<unknown>) | null, hasKernel: boolean }} options
   */
  constructor(drawer, { ask, hasKernel }) {
    this.#drawer = drawer;
    this.#ask = ask;
    this.#hasKernel = hasKernel;
  }

  /**
   * Whether there is anything to see of a message.
   *
   * @param {string} id
   */
  knows(id) {
    return this.#ask !== null || this.#told.has(id);
  }

  /** There is nobody to ask any more: what was told stays. */
  rest() {
    this.#ask = null;
    if (this.#box) this.#box.disabled = true;
  }

  /**
   * An own message was sent by a key, at that time of the page's clock; `taken` is done when the kernel has it.
   *
   * @param {string} id
   * @param {number} pressed
   * @param {Promise<unknown>} taken
   */
  async pressed(id, pressed, taken) {
    const watched = { pressed, taken: /** @type {number | null} */ (null), drawn: null };
    keep(this.#watched, id, watched);
    await taken;
    if (this.#hasKernel) watched.taken = performance.now();
  }

  /**
   * A message was drawn as delivered.
   *
   * @param {string} id
   */
  drawn(id) {
    const watched = this.#watched.get(id);
    if (watched) watched.drawn ??= performance.now();
    if (watched && id === this.#subject?.id) this.#refresh();
  }

  /** @param {Journey} journey */
  told(journey) {
    keep(this.#told, journey.id, journey);
    if (journey.id === this.#subject?.id) this.#refresh();
  }

  /**
   * Open the drawer on a message.
   *
   * @param {Subject} subject
   * @param {HTMLElement} [opener] has the keys again when it is closed; without one they stay where they are
   */
  async open(subject, opener) {
    const body = element("div"); // at once: a kernel that is busy may take its time to fill it
    this.#subject = subject;
    this.#drawer.open(say.title(subject.user), body);
    if (opener) this.#drawer.focus(opener);
    const journey = await this.#journey(subject.id);
    if (subject !== this.#subject) return;
    this.#draw(subject, journey);
    body.replaceChildren(this.#switch(journey), this.#shown);
  }

  async #refresh() {
    const subject = this.#subject;
    if (!subject || !this.#shown.isConnected) return;
    const journey = await this.#journey(subject.id);
    if (subject === this.#subject) this.#draw({ ...subject, state: "delivered" }, journey);
  }

  /** @param {string} id */
  async #journey(id) {
    const answer = /** @type {Journey | undefined} */ (await this.#ask?.({ do: "x_ray", id }));
    return (
      answer ?? this.#told.get(id) ?? { id, before: null, round_trip: null, traced: false, trace: null, frames: [] }
    );
  }

  /** @param {Journey} journey */
  #switch({ tracing = false }) {
    if (!this.#ask) return "";
    const onchange = (/** @type {Event} */ { target }) =>
      this.#ask?.({ do: "tracing", on: /** @type {HTMLInputElement} */ (target).checked });
    const box = element("input", { type: "checkbox", onchange });
    box.checked = tracing;
    this.#box = box;
    return element(
      "p",
      { class: "tracing" },
      element("label", {}, box, ` ${say.trace}`),
      element("span", { class: "quiet", text: say.traceMeans }),
    );
  }

  /**
   * @param {Subject} subject
   * @param {Journey} journey
   */
  #draw({ id, state, own }, journey) {
    const parts = own ? this.#way(journey, this.#watched.get(id) ?? null) : [quiet(say.foreign)];
    const gone = state === "delivered" ? say.gone : say.neverLeft;
    const frames = journey.frames.map(sighting => drawSighting(sighting));
    this.#shown.className = "chatlib-x-ray";
    this.#shown.replaceChildren(...parts, ...section(say.bytes, ...(frames.length ? frames : [quiet(gone)])));
  }

  /**
   * @param {Journey} journey
   * @param {Watched | null} watched
   */
  #way(journey, watched) {
    const { before, trace, traced } = journey;
    const parts = partsOf(journey, watched, this.#hasKernel);
    const facts = [];
    if (watched?.taken != null) facts.push(say.answerBack(milliseconds(watched.taken - watched.pressed)));
    if (before !== null) facts.push(say.before(milliseconds(before)));
    if (trace) facts.push(say.placed(milliseconds(trace.placed)));
    const list = element("ul", {}, ...facts.map(text => element("li", { text })));
    const way = parts.length ? section(say.way, drawParts(parts, before === null), facts.length ? list : "") : [];
    if (trace) return [...way, ...section(say.ends, ...drawEnds(trace))];
    return [...way, quiet(traced ? say.noTrace : say.notAsked)];
  }
}

/**
 * Keep something of a message, and of the last ones only.
 *
 * @template Value
 * @param {Map<string, Value>} kept
 * @param {string} id
 * @param {Value} value
 */
function keep(kept, id, value) {
  kept.set(id, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
}

/** @param {string} text */
const quiet = text => element("p", { class: "quiet", text });

/**
 * @param {string} title
 * @param {...(Node | string)} content
 */
const section = (title, ...content) => [element("p", { class: "heading" }, element("b", { text: title })), ...content];

/**
 * The parts, one below the other, each in the middle of the one above: how a way divides is not known.
 *
 * @param {Part[]} parts
 * @param {boolean} isFromFrame whether it is not known when the kernel had the message, but only its frame
 */
function drawParts(parts, isFromFrame) {
  const longest = Math.max(...parts.map(({ ms }) => ms));
  const rows = parts.flatMap(({ name, ms, between }, n) => {
    const bar = element("div", { class: "bar" });
    bar.style.width = `${(100 * ms) / longest}%`;
    const part = element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        say.names[name],
        element("span", { class: "quiet", text: say.means[name === "kernel" && isFromFrame ? "client" : name] }),
      ),
      element("td", { class: "lane" }, bar),
      element("td", { class: "ms", text: milliseconds(ms) }),
    );
    if (between === null || between < 0) return [part];
    const words = name === "page" && parts[n + 1]?.name === "client" ? say.drawing : say.between[name];
    const cells = [
      element("td", { class: "quiet", text: `↕ ${words}` }),
      element("td"),
      element("td", { class: "ms" }),
    ];
    cells[2]?.append(milliseconds(between));
    return [part, element("tr", { class: "between" }, ...cells)];
  });
  return element(
    "div",
    {},
    element("table", { class: "parts", "aria-label": say.way }, element("tbody", {}, ...rows)),
    parts.length > 1 ? quiet(say.partsNote) : "",
  );
}

/** @param {Trace} trace */
function drawEnds({ answered, silent, unasked }) {
  const slowest = Math.max(...answered.map(({ ms }) => ms));
  const rows = answered.map(({ user, ms }) => {
    const bar = element("div", { class: "bar from-start" });
    bar.style.width = `${(100 * ms) / slowest}%`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, bdi(user)),
      element("td", { class: "lane" }, bar),
      element("td", { class: "ms", text: milliseconds(ms) }),
    );
  });
  const names = silent.flatMap((name, n) => (n ? [", ", bdi(name)] : [bdi(name)]));
  const isAlone = !answered.length && !silent.length && !unasked;
  return [
    rows.length ? element("table", { class: "parts", "aria-label": say.ends }, element("tbody", {}, ...rows)) : "",
    silent.length ? element("p", {}, say.silent(silent.length), ...names) : "",
    unasked ? element("p", { text: say.unasked(unasked) }) : "",
    quiet(isAlone ? say.nobody : `${say.endsNote} ${say.endsHere}`),
  ];
}

/** @param {Sighting} sighting */
function drawSighting(sighting) {
  const { direction, frame, text } = sighting;
  const size = frame?.size ?? encoder.encode(text).length;
  return element(
    "div",
    { class: "sighting" },
    element("p", {}, element("b", { text: say[direction](size) })),
    drawPayload(sighting),
    frame ? element("details", {}, element("summary", { text: say.bits }), drawFrame(frame)) : quiet(say.noHeader),
  );
}
