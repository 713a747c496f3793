// The buffer gauges: a row for each page, and in it how many bytes that it has not read are where.

import { bdi, element, keepRoles, tableHead } from "./dom.js";
import { listen, liveWidget } from "./session.js";
import { LOCALE, words } from "./words.js";

/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    title: "Where unread messages wait",
    policy: "The server",
    policies: {
      naive: "awaits send() to one after the other",
      broadcast: "calls broadcast()",
      queue: (/** @type {number} */ n) => `has a queue of ${n} for each page: the newest win`,
      disconnect: "disconnects a page with 256 kB unread",
    },
    send: (/** @type {string} */ n) => `Send ${n} messages`,
    halt: "Stop sending",
    start: "Start again",
    gauges: "Unread messages, by page and place",
    page: "Page",
    reads: "Reads",
    readsWho: (/** @type {string} */ name) => `${name} reads`,
    places: ["Server’s memory", "Server’s kernel", "The wire", "Its kernel"],
    heard: "Read up to",
    missed: "Missed",
    latency: "95 % came within",
    rates: { fast: "as fast as it can", frozen: "nothing: frozen" },
    kilobytes: (/** @type {string} */ n) => `${n} kB`,
    rate: (/** @type {string} */ n) => `${n} kB/s`,
    ms: (/** @type {string} */ n) => `${n} ms`,
    unknown: "not known",
    dropped: "disconnected, and does not know it yet",
    closed: (/** @type {number} */ code) => `its connection closed with ${code}`,
    comeBack: "Connect again",
    comeBackWho: (/** @type {string} */ name) => `Connect again as ${name}`,
    sum: (/** @type {string} */ sent, /** @type {string} */ left, /** @type {string} */ memory) =>
      `${sent} messages sent, ${left} left. The server’s memory holds ${memory}.`,
    idle: "Nothing is being sent.",
    sending: "Sending…",
    stands: (/** @type {string} */ name) => ["The loop waits in its send() to ", bdi(name), "."],
    full: "Stopped: more than 32 MB would be too much for this demonstration.",
    stopped: "Stopped.",
    measured: (/** @type {string} */ ours, /** @type {string} */ theirs) =>
      `Measured ten times a second on this machine. A message is 1 kB. The server’s kernel was given ${ours} for ` +
      `each page, and a page’s kernel ${theirs}.`,
    untold: "This system does not tell what its kernel holds: only Linux is asked.",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "未读的消息在哪里等待",
    policy: "服务器",
    policies: {
      naive: "对每个网页依次 await send()",
      broadcast: "调用 broadcast()",
      queue: n => `为每个网页准备 ${n} 条的队列：最新的优先`,
      disconnect: "断开留下 256 kB 未读的网页",
    },
    send: n => `发送 ${n} 条消息`,
    halt: "停止发送",
    start: "重新开始",
    gauges: "按网页和位置统计的未读消息",
    page: "网页",
    reads: "读取速度",
    readsWho: name => `${name} 的读取速度`,
    places: ["服务器内存", "服务器的系统内核", "线路上", "网页的系统内核"],
    heard: "读到第几条",
    missed: "错过",
    latency: "95 % 的延迟不超过",
    rates: { fast: "尽可能快", frozen: "不读：已冻结" },
    kilobytes: n => `${n} kB`,
    rate: n => `${n} kB/s`,
    ms: n => `${n} 毫秒`,
    unknown: "未知",
    dropped: "已被断开，自己还不知道",
    closed: code => `连接已关闭，关闭码 ${code}`,
    comeBack: "重新连接",
    comeBackWho: name => `以 ${name} 的身份重新连接`,
    sum: (sent, left, memory) => `已发送 ${sent} 条消息，还剩 ${left} 条。服务器内存中有 ${memory}。`,
    idle: "没有在发送。",
    sending: "正在发送……",
    stands: name => ["循环停在对 ", bdi(name), " 的 send() 上。"],
    full: "已停止：超过 32 MB 对这个演示来说太多了。",
    stopped: "已停止。",
    measured: (ours, theirs) =>
      `在本机每秒测量十次。每条消息 1 kB。服务器的系统内核为每个网页分得 ${ours}，网页的系统内核分得 ${theirs}。`,
    untold: "此系统不告知其内核里有多少：只询问 Linux。",
    gone: "内核已不在。请重新运行单元格。",
  },
});

/**
 * @typedef {"naive" | "broadcast" | "queue" | "disconnect"} Policy
 * @typedef {[heap: number | null, ours: number | null, wire: number | null, theirs: number | null]} Waits
 * @typedef {[rate: number | null, isOpen: boolean, waits: Waits, heard: number, missed: number,
 *   latency: number | null, code: number | null]} PageLook
 * @typedef {[sent: number, left: number, waitsFor: string, isFull: boolean]} Sending
 * @typedef {object} Events
 * @property {{ pages: string[], tells: boolean, buffers: [number, number] }} play
 * @property {{ policy: Policy, queue: number }} policy
 * @property {{ look: Sending, pages: PageLook[] }} look
 * @property {Record<string, never>} stopped
 * @property {KernelState} kernel
 * @typedef {{ do: "send", count: number } | { do: "halt" | "start" } | { do: "policy", policy: string }
 *   | { do: "throttle", name: string, rate: number | null } | { do: "come back", name: string }} Action
 */

/** @type {Policy[]} */
const POLICIES = ["naive", "broadcast", "queue", "disconnect"];
const COUNT = 1000;
const KILO = 1000;
const RATES = [100_000, 10_000]; // bytes a second, beside the fastest and none
const FAST = "fast"; // as a select has it
const FINE = 10; // milliseconds, below which a tenth says something
const SCALE_LEAST = 256_000; // bytes that a full bar stands for, at least

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

const fine = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @param {number} ms */
const milliseconds = ms => say.ms((ms < FINE ? fine : whole).format(ms));

/** @param {number} bytes */
const kilobytes = bytes => say.kilobytes(whole.format(bytes / KILO));

/**
 * Write a text, if it is another one: what is written again is read aloud again.
 *
 * @param {HTMLElement} place
 * @param {string} text
 */
function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** A page: how fast it reads, and a gauge for each place where what it has not read may be. */
class Row {
  #rate = element("select", { class: "field" });
  #state = element("span");
  #gauges = say.places.map(() => ({ text: element("span", { text: "–" }), bar: element("div", { class: "bar" }) }));
  #figures = [say.heard, say.missed, say.latency].map(label => ({ label, text: element("span", { text: "–" }) }));
  #comeBack;

  /**
   * @param {string} name
   * @param {(action: Action) => void} act
   */
  constructor(name, act) {
    this.#rate.setAttribute("aria-label", say.readsWho(name));
    this.#rate.addEventListener("change", () => {
      const { value } = this.#rate;
      act({ do: "throttle", name, rate: value === FAST ? null : Number(value) });
    });
    this.#comeBack = element("button", {
      type: "button",
      text: say.comeBack,
      "aria-label": say.comeBackWho(name),
      hidden: true,
      onclick: () => act({ do: "come back", name }),
    });
    this.element = element(
      "tr",
      {},
      element("th", { scope: "row" }, bdi(name)),
      element("td", { class: "reads", "data-label": say.reads }, this.#rate, this.#state, this.#comeBack),
      ...this.#gauges.map(({ text, bar }, n) => element("td", { "data-label": say.places[n] }, text, bar)),
      ...this.#figures.map(({ label, text }) => element("td", { "data-label": label }, text)),
    );
  }

  /**
   * @param {PageLook} look
   * @param {number} scale bytes that a full bar stands for
   */
  show([rate, isOpen, waits, ...figures], scale) {
    const [heard, missed, latency, code] = figures;
    this.#offer(rate);
    const state = code === null ? say.dropped : say.closed(code);
    write(this.#state, isOpen ? "" : state);
    this.#comeBack.hidden = isOpen || code === null;
    for (const [n, { text, bar }] of this.#gauges.entries()) {
      const bytes = waits[n] ?? null;
      write(text, bytes === null ? say.unknown : kilobytes(bytes));
      bar.style.setProperty("--share", String((bytes ?? 0) / scale));
    }
    const latencyText = latency === null ? "–" : milliseconds(latency);
    const texts = [whole.format(heard), whole.format(missed), latencyText];
    for (const [n, { text }] of this.#figures.entries()) write(text, texts[n] ?? "");
  }

  /** @param {boolean} isAble */
  able(isAble) {
    this.#rate.disabled = this.#comeBack.disabled = !isAble;
  }

  /**
   * Show the rate, and which others can be chosen.
   *
   * @param {number | null} rate
   */
  #offer(rate) {
    const value = rate === null ? FAST : String(rate);
    if (this.#rate.value === value) return;
    const others = [...new Set([...RATES, ...(rate ? [rate] : [])])].sort((a, b) => b - a);
    const option = (/** @type {string} */ each, /** @type {string} */ text) =>
      element("option", { value: each, text, selected: each === value });
    this.#rate.replaceChildren(
      option(FAST, say.rates.fast),
      ...others.map(each => option(String(each), say.rate(whole.format(each / KILO)))),
      option("0", say.rates.frozen),
    );
  }
}

class Gauges {
  #session;
  /** @type {Row[]} */
  #rows = [];
  #isSending = false;
  #isStopped = false;
  #isGone = false;
  #status = element("span", { role: "status", class: "note", text: say.idle });
  #policy = element("select", { class: "field" });
  #send = element("button", {
    type: "button",
    class: "main",
    text: say.send(whole.format(COUNT)),
    onclick: () => this.#act({ do: "send", count: COUNT }),
  });
  #halt = element("button", { type: "button", text: say.halt, onclick: () => this.#act({ do: "halt" }) });
  #start = element("button", {
    type: "button",
    class: "main",
    text: say.start,
    hidden: true,
    onclick: () => this.#act({ do: "start" }),
  });
  #body = element("tbody");
  #sum = element("p", { class: "sum" });
  #about = element("p", { class: "note" });

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    this.#policy.addEventListener("change", () => this.#act({ do: "policy", policy: this.#policy.value }));
    const heads = [say.page, say.reads, ...say.places, say.heard, say.missed, say.latency];
    this.element = element(
      "div",
      { class: "chatlib chatlib-gauges", "data-lm-suppress-shortcuts": true },
      element("div", { class: "top strip" }, element("strong", { text: say.title }), this.#status),
      element(
        "div",
        { class: "strip" },
        element("label", {}, say.policy, this.#policy),
        this.#send,
        this.#halt,
        this.#start,
      ),
      keepRoles(element("table", { "aria-label": say.gauges }, tableHead(heads), this.#body)),
      this.#sum,
      this.#about,
    );
    this.#allow();
  }

  /** @param {Events["play"]} about */
  play({ pages, tells, buffers: [ours, theirs] }) {
    const hadFocus = document.activeElement === this.#start;
    this.#isStopped = this.#isSending = false;
    this.#rows = pages.map(name => new Row(name, action => this.#act(action)));
    this.#body.replaceChildren(...this.#rows.map(row => keepRoles(row.element)));
    this.#about.textContent = say.measured(kilobytes(ours), kilobytes(theirs));
    if (!tells) this.#about.append(" ", say.untold);
    write(this.#status, say.idle);
    this.#allow();
    if (hadFocus) this.#send.focus();
  }

  /** @param {Events["policy"]} about */
  policy({ policy, queue }) {
    const text = (/** @type {Policy} */ each) => (each === "queue" ? say.policies.queue(queue) : say.policies[each]);
    this.#policy.replaceChildren(
      ...POLICIES.map(each => element("option", { value: each, text: text(each), selected: each === policy })),
    );
    this.#allow();
  }

  /** @param {Events["look"]} about */
  look({ look: [sent, left, waitsFor, isFull], pages }) {
    const all = pages.flatMap(([, , waits]) => waits.map(bytes => bytes ?? 0));
    const scale = Math.max(SCALE_LEAST, ...all);
    for (const [n, page] of pages.entries()) this.#rows[n]?.show(page, scale);
    const memory = pages.reduce((sum, [, , [heap]]) => sum + (heap ?? 0), 0);
    write(this.#sum, say.sum(whole.format(sent), whole.format(left), kilobytes(memory)));
    this.#isSending = left > 0;
    this.#tell(waitsFor, isFull);
    this.#allow();
  }

  stopped() {
    const hadFocus = this.element.contains(document.activeElement);
    this.#isStopped = true;
    write(this.#status, say.stopped);
    this.#allow();
    if (hadFocus && !this.#start.hidden) this.#start.focus();
  }

  /** @param {Events["kernel"]} about */
  kernel({ state }) {
    if (state !== "gone") return;
    this.#isGone = true;
    write(this.#status, say.gone);
    this.#allow();
  }

  /**
   * Say what the server does: where the loop stands for a moment only, it is on its way.
   *
   * @param {string} waitsFor
   * @param {boolean} isFull
   */
  #tell(waitsFor, isFull) {
    if (this.#isStopped || this.#isGone) return;
    if (waitsFor) {
      const said = element("span", {}, ...say.stands(waitsFor));
      if (this.#status.textContent !== said.textContent) this.#status.replaceChildren(...said.childNodes);
    } else if (isFull) write(this.#status, say.full);
    else write(this.#status, this.#isSending ? say.sending : say.idle);
  }

  /** @param {Action} action */
  #act(action) {
    this.#session.send?.(action);
  }

  #allow() {
    const isLive = this.#session.send !== null && !this.#isGone;
    const isAble = isLive && !this.#isStopped;
    this.#send.disabled = this.#policy.disabled = !(isAble && this.#policy.length);
    const hadFocus = document.activeElement === this.#halt;
    this.#halt.disabled = !(isAble && this.#isSending);
    if (hadFocus && this.#halt.disabled) this.#send.focus();
    this.#start.hidden = !(isLive && this.#isStopped);
    for (const row of this.#rows) row.able(isAble);
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const gauges = new Gauges(session);
  el.replaceChildren(gauges.element);
  listen(session, {
    play: about => gauges.play(about),
    policy: about => gauges.policy(about),
    look: about => gauges.look(about),
    stopped: () => gauges.stopped(),
    kernel: about => gauges.kernel(about),
  });
}

export default liveWidget(mount);
