// The attacker console: an evil page and its victim beside each other, and below them what decided, in bytes.

import { element } from "./dom.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    title: "Attacker console",
    evil: "The evil page",
    victim: "The victim",
    attacks: {
      hijack: "Hijack with the cookie",
      rebind: "Wrong Host (DNS rebinding)",
      flood: "Flood",
      huge: "Huge message",
      slow: "Slow handshake",
      name: "Script in a name",
      message: "Script in a message",
      time: "Script in the time",
    },
    defences: {
      host: "Look at Host",
      origin: "Look at Origin",
      passcode: "Ask for a passcode",
      timeout: "1 s for a handshake",
      size: "64 KiB for a message",
      rate: "20 messages a second",
      name: "Names are text",
      message: "Messages are text",
      time: "Times are text",
    },
    open: "Open it in a tab",
    logIn: "Log in as Ada in a tab",
    through: "got through",
    stopped_by: (/** @type {string} */ what) => `stopped: ${what}`,
    none: "Choose an attack. All of them hit this kernel’s own server, and nothing else.",
    running: (/** @type {string} */ what) => `${what}: under way…`,
    outcome: (/** @type {string} */ what, /** @type {string} */ said) => `${what}: ${said}`,
    passed: "What passed",
    sent: "attacker → victim",
    received: "victim → attacker",
    page: "Ada’s page",
    pageNote: "What the attack has put there; its scripts run in this frame only.",
    visits: "A real browser came",
    stopped: "This console is stopped: a later cell, or somebody, stopped it.",
    start: "Start again",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "攻击者控制台",
    evil: "恶意页面",
    victim: "受害者",
    attacks: {
      hijack: "用 Cookie 劫持",
      rebind: "错误的 Host（DNS 重绑定）",
      flood: "消息洪水",
      huge: "巨大的消息",
      slow: "缓慢的握手",
      name: "名字里的脚本",
      message: "消息里的脚本",
      time: "时间里的脚本",
    },
    defences: {
      host: "检查 Host",
      origin: "检查 Origin",
      passcode: "要求口令",
      timeout: "握手限时 1 秒",
      size: "消息限 64 KiB",
      rate: "每秒限 20 条消息",
      name: "名字只作文本",
      message: "消息只作文本",
      time: "时间只作文本",
    },
    open: "在新标签页中打开",
    logIn: "在新标签页中以 Ada 登录",
    through: "成功了",
    stopped_by: what => `被阻止：${what}`,
    none: "请选择一种攻击。它们只攻击这个内核自己的服务器。",
    running: what => `${what}：进行中……`,
    outcome: (what, said) => `${what}：${said}`,
    passed: "传输的内容",
    sent: "攻击者 → 受害者",
    received: "受害者 → 攻击者",
    page: "Ada 的页面",
    pageNote: "攻击放进去的内容；其中的脚本只在这个框架里运行。",
    visits: "来了真正的浏览器",
    stopped: "这个控制台已停止：后面的单元格或某人停止了它。",
    start: "重新开始",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
  },
});

/**
 * @typedef {keyof typeof say.attacks} Attack
 * @typedef {keyof typeof say.defences} Defence
 * @typedef {{ direction: "sent" | "received", title: string, lines: string[] }} Piece
 * @typedef {{ attack: Attack, stopped_by: Defence | null, said: string, pieces: Piece[], page: string }} Outcome
 * @typedef {object} Events
 * @property {{ victim: string, evil: string, nowhere?: string }} siege  nowhere: why no browser gets to either
 * @property {{ on: Defence[] }} defences
 * @property {{ attack: Attack }} began
 * @property {Outcome} outcome
 * @property {unknown} over
 * @property {{ lines: string[], answer: string }} visit
 * @property {unknown} stopped
 * @property {KernelState} kernel
 * @typedef {{ do: "attack", attack: Attack } | { do: "switch", defence: Defence, on: boolean }
 *   | { do: "start" }} Action
 */

const VISITS_KEPT = 5;

/** Whether a link to this machine leads to the kernel's: as it does where the Lab itself is on it. */
const isHere = () => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(location.hostname);

/**
 * A page as the victim draws it. It is in a frame of an origin of its own: what runs there reaches nothing else.
 *
 * @param {string} line
 */
const frameOf = line =>
  Object.assign(element("iframe", { title: say.page }), {
    sandbox: "allow-scripts",
    srcdoc: `<!doctype html><meta charset="utf-8"><style>body { font: 15px system-ui; background: #fff; color: #222; }
      </style><body>${line}`,
  });

/**
 * Something that passed, with its lines or its bytes.
 *
 * @param {Piece} piece
 */
function drawPiece({ direction, title, lines }) {
  const [first, ...rest] = lines;
  const below = first === title ? rest : lines;
  return element(
    "li",
    { "data-direction": direction },
    element("span", { class: "note", text: say[direction] }),
    " ",
    element("strong", { dir: "auto", text: title }),
    ...(below.length ? [element("pre", { text: below.join("\n") })] : []),
  );
}

/** The evil page: its buttons, and what each attack came to. */
class Attacks {
  /** @type {Map<Attack, { button: HTMLButtonElement, result: HTMLElement }>} */
  #all = new Map();
  element;

  /** @param {(attack: Attack) => void} attack */
  constructor(attack) {
    const names = /** @type {Attack[]} */ (Object.keys(say.attacks));
    const items = names.map(name => {
      const button = element("button", { type: "button", text: say.attacks[name], onclick: () => attack(name) });
      const result = element("span", { class: "result" });
      this.#all.set(name, { button, result });
      return element("li", {}, button, result);
    });
    this.element = element("ul", { "aria-label": say.evil }, ...items);
  }

  /**
   * While an attack is under way the buttons keep the keyboard where it is, and do nothing.
   *
   * @param {boolean} isLive
   * @param {boolean} isRunning
   */
  able(isLive, isRunning) {
    for (const { button } of this.#all.values()) {
      button.disabled = !isLive;
      button.setAttribute("aria-disabled", String(isRunning));
    }
  }

  /** @param {Outcome} outcome */
  show({ attack, stopped_by }) {
    const shown = this.#all.get(attack)?.result;
    if (!shown) return;
    shown.textContent = stopped_by ? say.stopped_by(say.defences[stopped_by]) : say.through;
    shown.dataset.end = stopped_by ? "stopped" : "through";
  }

  clear() {
    for (const { result } of this.#all.values()) {
      result.textContent = "";
      delete result.dataset.end;
    }
  }
}

/** The victim's switches. */
class Switches {
  /** @type {Map<Defence, HTMLButtonElement>} */
  #all = new Map();
  element;

  /** @param {(defence: Defence, on: boolean) => void} turn */
  constructor(turn) {
    const names = /** @type {Defence[]} */ (Object.keys(say.defences));
    const items = names.map(name => {
      const onclick = () => turn(name, this.#all.get(name)?.getAttribute("aria-pressed") !== "true");
      const button = element("button", { type: "button", "aria-pressed": "false", text: say.defences[name], onclick });
      this.#all.set(name, button);
      return element("li", {}, button);
    });
    this.element = element("ul", { "aria-label": say.victim }, ...items);
  }

  able(/** @type {boolean} */ isAble) {
    for (const button of this.#all.values()) button.disabled = !isAble;
  }

  /** @param {Defence[]} on */
  show(on) {
    for (const [name, button] of this.#all) button.setAttribute("aria-pressed", String(on.includes(name)));
  }
}

class Console {
  #session;
  #isOn = true;
  #isRunning = false;
  #status = element("p", { class: "status", role: "status", text: say.none });
  #note = element("span", { class: "note", "aria-live": "polite" });
  #stopped = element("div", { class: "stopped strip", role: "alert", hidden: true });
  #start = element("button", { type: "button", class: "main", text: say.start });
  #attacks = new Attacks(attack => {
    if (!this.#isRunning) this.#session.send?.({ do: "attack", attack });
  });
  #switches = new Switches((defence, on) => this.#session.send?.({ do: "switch", defence, on }));
  #evil = element("p", { class: "where" });
  #victim = element("p", { class: "where" });
  #pieces = element("ol", { class: "pieces", "aria-label": say.passed, tabindex: "0" });
  #page = element("div");
  #below = element("div", { class: "below", hidden: true });
  #visits = element("ol", { class: "pieces", "aria-label": say.visits });
  #visitors = element("section", { class: "visitors", hidden: true });

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    this.#start.addEventListener("click", () => session.send?.({ do: "start" }));
    this.#below.append(
      element("section", {}, element("h4", { text: say.passed }), this.#pieces),
      element("section", {}, element("h4", { text: say.page }), element("p", { text: say.pageNote }), this.#page),
    );
    this.#visitors.append(element("h4", { text: say.visits }), this.#visits);
    this.element = element(
      "div",
      { class: "chatlib chatlib-console", "data-lm-suppress-shortcuts": true },
      element("div", { class: "top strip" }, element("strong", { text: say.title }), this.#note),
      this.#stopped,
      element(
        "div",
        { class: "sides" },
        element("section", {}, element("h4", { text: say.evil }), this.#evil, this.#attacks.element),
        element("section", {}, element("h4", { text: say.victim }), this.#victim, this.#switches.element),
      ),
      this.#status,
      this.#below,
      this.#visitors,
    );
    this.#allow();
  }

  /** @param {Events["siege"]} about */
  siege({ victim, evil, nowhere = "" }) {
    const hadFocus = this.#stopped.contains(document.activeElement);
    this.#stopped.hidden = true;
    this.#stopped.replaceChildren();
    this.#isOn = true;
    this.#isRunning = false;
    this.#attacks.clear();
    this.#visits.replaceChildren();
    this.#below.hidden = this.#visitors.hidden = true;
    this.#status.textContent = say.none;
    this.#evil.replaceChildren(...this.#place(evil, nowhere ? "" : say.open), ...(nowhere ? [" ", nowhere] : []));
    this.#victim.replaceChildren(...this.#place(victim, nowhere ? "" : say.logIn));
    this.#allow();
    if (hadFocus) this.element.querySelector("button")?.focus();
  }

  /** @param {Defence[]} on */
  defences(on) {
    this.#switches.show(on);
  }

  /** @param {Attack} attack */
  began(attack) {
    this.#isRunning = true;
    this.#status.textContent = say.running(say.attacks[attack]);
    this.#allow();
  }

  /** @param {Outcome} outcome */
  outcome(outcome) {
    this.#attacks.show(outcome);
    this.#status.textContent = say.outcome(say.attacks[outcome.attack], outcome.said);
    this.#status.dataset.end = outcome.stopped_by ? "stopped" : "through";
    this.#below.hidden = false;
    this.#pieces.replaceChildren(...outcome.pieces.map(drawPiece));
    this.#pieces.scrollTop = this.#pieces.scrollHeight; // what decided came last
    this.#page.replaceChildren(...(outcome.page ? [frameOf(outcome.page)] : ["–"]));
  }

  over() {
    this.#isRunning = false;
    this.#allow();
  }

  /** @param {Events["visit"]} visit */
  visit({ lines, answer }) {
    const [title = "", ...rest] = lines;
    this.#visits.append(drawPiece({ direction: "sent", title, lines: [title, ...rest, `→ ${answer}`] }));
    if (this.#visits.children.length > VISITS_KEPT) this.#visits.firstElementChild?.remove();
    this.#visitors.hidden = false;
  }

  stopped() {
    this.#isOn = false;
    this.#isRunning = false;
    this.#start.hidden = !this.#session.send;
    this.#stopped.replaceChildren(element("strong", { text: say.stopped }), this.#start);
    this.#stopped.hidden = false;
    this.#allow();
  }

  /** @param {KernelState["state"]} state */
  kernel(state) {
    this.#note.textContent = state === "ready" ? "" : say[state];
    if (state !== "gone") return;
    this.#start.remove();
    for (const link of this.element.querySelectorAll("a")) link.remove();
    this.#allow();
  }

  #allow() {
    const isLive = this.#session.send !== null && this.#isOn;
    this.#attacks.able(isLive, this.#isRunning);
    this.#switches.able(isLive);
  }

  /**
   * Where somebody is; and a way there, where a browser of this machine looks at it.
   *
   * @param {string} url
   * @param {string} text
   */
  #place(url, text) {
    const link = element("a", { href: url, target: "_blank", rel: "noopener", text });
    return [element("code", { text: url }), ...(text && this.#session.send && isHere() ? [" ", link] : [])];
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const shown = new Console(session);
  el.replaceChildren(shown.element);
  listen(session, {
    siege: about => shown.siege(about),
    defences: ({ on }) => shown.defences(on),
    began: ({ attack }) => shown.began(attack),
    outcome: outcome => shown.outcome(outcome),
    over: () => shown.over(),
    visit: visit => shown.visit(visit),
    stopped: () => shown.stopped(),
    kernel: ({ state }) => shown.kernel(state),
  });
}

export default liveWidget(mount);
