// The chaos board: what can be done to the cable and to both ends, and below it, played, what came of it.

import { GUARANTEES } from "./chaos_ladder.js";
import { mountBoard, Opened } from "./chaos_stage.js";
import { element, submitOnEnter } from "./dom.js";
import { Player } from "./player.js";
import { liveWidget } from "./session.js";
import { words } from "./words.js";

/**
 * @import { StageEvents } from "./chaos_stage.js"
 * @import { PlayedSession } from "./player.js"
 * @import { KernelState, Session } from "./session.js"
 */

const say = words({
  en: {
    title: "Chaos board",
    connect: "Connect",
    clear: "Begin anew",
    start: "Start again",
    speak: "Say something",
    text: "Message",
    hello: "hello",
    page: "Ada says it",
    bo: "Bo says it",
    cable: "The cable",
    delay: "Delay, s",
    jitter: "Jitter, s",
    throttle: "Bytes/s",
    noLimit: "no limit",
    freeze: "Freeze",
    refuse: "Refuse",
    cut: "Cut now",
    cutAfter: "Cut after",
    bytes: "bytes",
    heal: "Heal",
    ends: "Both ends",
    guarantee: "Guarantee",
    back: "Ada comes back",
    watchdog: "Watchdog, s",
    never: "none",
    scenario: "Scenario",
    run: "Run the scenario",
    scenarios: {
      tunnel: "a train in a tunnel",
      lift: "a lift, twice",
      café: "a café with slow Wi-Fi",
      restart: "a server that is restarted",
    },
    stopped: "This board is stopped: a later cell, or somebody, stopped it.",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
    picture: "A recording: the buttons need a kernel.",
  },
  zh: {
    title: "混沌实验板",
    connect: "连接",
    clear: "从头开始",
    start: "重新开始",
    speak: "说点什么",
    text: "消息",
    hello: "你好",
    page: "Ada 说",
    bo: "Bo 说",
    cable: "线路",
    delay: "延迟（秒）",
    jitter: "抖动（秒）",
    throttle: "字节/秒",
    noLimit: "不限",
    freeze: "冻结",
    refuse: "拒绝连接",
    cut: "立即切断",
    cutAfter: "再过",
    bytes: "字节后切断",
    heal: "修复",
    ends: "两端",
    guarantee: "保证",
    back: "Ada 会回来",
    watchdog: "看门狗（秒）",
    never: "无",
    scenario: "情景",
    run: "运行情景",
    scenarios: { tunnel: "隧道里的火车", lift: "两次坐电梯", café: "咖啡馆的慢速 Wi-Fi", restart: "服务器重启" },
    stopped: "这块板已停止：后面的单元格或某人停止了它。",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
    picture: "这是录像：按钮需要内核。",
  },
});

/**
 * @typedef {"at most once" | "at least once" | "exactly once"} Guarantee
 * @typedef {{ delay: number, jitter: number, rate: number | null, frozen: boolean, refusing: boolean,
 *   cut_after: number | null }} CableState
 * @typedef {{ guarantee: Guarantee, comes_back: boolean, watchdog: number | null }} Manners
 * @typedef {StageEvents & { cable: CableState, manners: Manners, stopped: unknown, kernel: KernelState }} Events
 * @typedef {{ do: "start" } | { do: "connect" } | { do: "clear" } | { do: "say", who: "page" | "bo", text: string }
 *   | { do: "cable", what: string, value: number } | { do: "play", scenario: string }
 *   | { do: "behave" } & Manners} Action
 */

const PACE = { least: 60, most: 1500 }; // milliseconds
const LONGEST_TEXT = 200;

/**
 * A labelled field.
 *
 * @param {string} text
 * @param {HTMLElement} field
 */
const labelled = (text, field) => element("label", {}, `${text} `, field);

/**
 * A field for a number.
 *
 * @param {number} step
 * @param {string} placeholder
 * @param {() => void} onchange
 */
const number = (step, placeholder, onchange) =>
  element("input", { class: "field", type: "number", min: 0, step, placeholder, onchange });

/** What a person can do. */
class Controls {
  #session;
  #text = element("input", {
    class: "field wide",
    "aria-label": say.text,
    value: say.hello,
    maxlength: LONGEST_TEXT,
    dir: "auto",
    autocomplete: "off",
    onkeydown: submitOnEnter,
  });
  #delay = number(0.1, "0", () => this.#cable("delay", this.#delay.valueAsNumber));
  #jitter = number(0.1, "0", () => this.#cable("jitter", this.#jitter.valueAsNumber));
  #rate = number(100, say.noLimit, () => this.#cable("throttle", this.#rate.valueAsNumber));
  #bytes = element("input", {
    class: "field",
    type: "number",
    min: 1,
    step: 10,
    value: 60,
    "aria-label": `${say.cutAfter}, ${say.bytes}`,
  });
  #freeze = this.#switch(say.freeze, () => (this.#isFrozen ? "thaw" : "freeze"));
  #refuse = this.#switch(say.refuse, () => (this.#isRefusing ? "accept" : "refuse"));
  #guarantee = element(
    "select",
    { class: "field", onchange: () => this.#behave() },
    ...Object.entries(GUARANTEES).map(([value, text]) => element("option", { value, text })),
  );
  #back = element("input", { type: "checkbox", onchange: () => this.#behave() });
  #watchdog = number(0.5, say.never, () => this.#behave());
  #scenario = element(
    "select",
    { class: "field", "aria-label": say.scenario },
    ...Object.entries(say.scenarios).map(([value, text]) => element("option", { value, text })),
  );
  #isAble = true;
  element;

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    this.element = element(
      "div",
      {},
      element(
        "form",
        { class: "strip", onsubmit: event => this.#speak(event, "page") },
        this.#button(say.connect, () => ({ do: "connect" }), "main"),
        element(
          "div",
          { class: "speak", role: "group", "aria-label": say.speak },
          this.#text,
          element("button", { text: say.page }),
          this.#bo(),
        ),
        this.#button(say.clear, () => ({ do: "clear" })),
      ),
      this.#cableStrip(),
      element(
        "div",
        { class: "strip", role: "group", "aria-label": say.ends },
        labelled(say.guarantee, this.#guarantee),
        element("label", {}, this.#back, say.back),
        labelled(say.watchdog, this.#watchdog),
      ),
      element(
        "div",
        { class: "strip", role: "group", "aria-label": say.scenario },
        this.#scenario,
        this.#button(say.run, () => ({ do: "play", scenario: this.#scenario.value })),
      ),
    );
    this.able(true);
  }

  /** @param {CableState} cable */
  cable({ delay, jitter, rate, frozen, refusing }) {
    set(this.#delay, delay || null);
    set(this.#jitter, jitter || null);
    set(this.#rate, rate);
    this.#freeze.setAttribute("aria-pressed", String(frozen));
    this.#refuse.setAttribute("aria-pressed", String(refusing));
  }

  /** @param {Manners} manners */
  manners({ guarantee, comes_back, watchdog }) {
    this.#guarantee.value = guarantee;
    this.#back.checked = comes_back;
    set(this.#watchdog, watchdog);
  }

  able(/** @type {boolean} */ isAble) {
    this.#isAble = isAble && this.#session.send !== null;
    for (const control of this.element.querySelectorAll("button, input, select")) {
      /** @type {HTMLInputElement} */ (control).disabled = !this.#isAble;
    }
  }

  focus() {
    this.#text.focus();
  }

  get #isFrozen() {
    return this.#freeze.getAttribute("aria-pressed") === "true";
  }

  get #isRefusing() {
    return this.#refuse.getAttribute("aria-pressed") === "true";
  }

  #cableStrip() {
    return element(
      "div",
      { class: "strip", role: "group", "aria-label": say.cable },
      labelled(say.delay, this.#delay),
      labelled(say.jitter, this.#jitter),
      labelled(say.throttle, this.#rate),
      this.#freeze,
      this.#refuse,
      this.#button(say.cut, () => ({ do: "cable", what: "cut", value: 0 })),
      element(
        "span",
        { class: "together" },
        this.#button(say.cutAfter, () => ({ do: "cable", what: "cut after", value: this.#bytes.valueAsNumber || 1 })),
        this.#bytes,
        say.bytes,
      ),
      this.#button(say.heal, () => ({ do: "cable", what: "heal", value: 0 })),
    );
  }

  #bo() {
    return element("button", { type: "button", text: say.bo, onclick: event => this.#speak(event, "bo") });
  }

  /**
   * @param {Event} event
   * @param {"page" | "bo"} who
   */
  #speak(event, who) {
    event.preventDefault();
    if (this.#text.value.trim()) this.#session.send?.({ do: "say", who, text: this.#text.value });
  }

  /**
   * @param {string} what
   * @param {number} value
   */
  #cable(what, value) {
    this.#session.send?.({ do: "cable", what, value: Math.max(0, value || 0) });
  }

  #behave() {
    this.#session.send?.({
      do: "behave",
      guarantee: /** @type {Guarantee} */ (this.#guarantee.value),
      comes_back: this.#back.checked,
      watchdog: this.#watchdog.value === "" ? null : Math.min(60, Math.max(0.1, this.#watchdog.valueAsNumber)),
    });
  }

  /**
   * @param {string} text
   * @param {() => Action} act
   * @param {string} [look]
   */
  #button(text, act, look) {
    return element("button", { type: "button", class: look, text, onclick: () => this.#session.send?.(act()) });
  }

  /**
   * @param {string} text
   * @param {() => string} what
   */
  #switch(text, what) {
    const button = this.#button(text, () => ({ do: "cable", what: what(), value: 0 }));
    button.setAttribute("aria-pressed", "false");
    return button;
  }
}

/**
 * Show a number in a field, unless somebody writes there.
 *
 * @param {HTMLInputElement} field
 * @param {number | null} value
 */
function set(field, value) {
  if (field !== document.activeElement) field.value = value === null ? "" : String(value);
}

/** That the board is stopped, and how it begins anew. */
class Stopped {
  #start;
  element = element("div", { class: "stopped strip", role: "alert", hidden: true });

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    const onclick = () => session.send?.({ do: "start" });
    this.#start = element("button", { type: "button", class: "main", text: say.start, hidden: !session.send, onclick });
  }

  get hasFocus() {
    return this.element.contains(document.activeElement);
  }

  show() {
    this.element.hidden = false;
    this.element.replaceChildren(element("strong", { text: say.stopped }), this.#start);
  }

  hide() {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  gone() {
    this.#start.remove();
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const controls = new Controls(session);
  const stopped = new Stopped(session);
  const opened = new Opened();
  let isRunning = session.send !== null;
  let isNow = () => false; // the player mounts its stage while it is made
  const follower = session.send ? null : controls; // live, they show what is now
  const mountStage = (/** @type {HTMLElement} */ place, /** @type {PlayedSession} */ played) =>
    mountBoard(place, followed(played, played.isMeasured ? null : follower), opened, session.send && (() => isNow()));
  const player = new Player(mountStage, PACE);
  isNow = () => isRunning && player.reel.position === player.reel.length && !player.reel.isPlaying;
  const note = element("span", { class: "note", "aria-live": "polite", text: session.send ? "" : say.picture });
  const top = element("div", { class: "top strip" }, element("strong", { text: say.title }), note);
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-chaos" },
      ...[top, stopped.element, controls.element, player.bar, player.stage, opened.piece.element],
    ),
  );
  player.lacks(session.dropped ?? 0);
  /** @type {{ [Kind in keyof Events]?: (data: Events[Kind]) => void }} */
  const hear = {
    kernel({ state }) {
      note.textContent = state === "ready" ? "" : say[state];
      if (state !== "gone") return;
      isRunning = false;
      stopped.gone();
      controls.able(false);
    },
    play() {
      if (!session.send) return; // a recording is wound through all plays
      player.reel.clear();
      opened.piece.clear();
      isRunning = true;
      const hadFocus = stopped.hasFocus;
      stopped.hide();
      controls.able(true);
      if (hadFocus) controls.focus();
    },
    cable: cable => session.send && controls.cable(cable),
    manners: manners => session.send && controls.manners(manners),
    stopped() {
      if (!session.send) return;
      isRunning = false;
      controls.able(false);
      stopped.show();
    },
  };
  session.on(event => {
    /** @type {((data: any) => void) | undefined} */ (hear[event.kind])?.(event.data);
    if (event.kind !== "kernel") player.reel.add(event);
  });
  if (session.whenSeen) player.playWhenSeen();
  else if (!session.send) player.reserve();
  return () => player.end();
}

/**
 * A player's session that a recording's controls follow: wound back, they show what the cable and both ends did then.
 *
 * @param {PlayedSession} played
 * @param {Controls | null} controls
 * @returns {PlayedSession}
 */
const followed = (played, controls) => ({
  ...played,
  on: listener =>
    played.on(event => {
      if (event.kind === "cable") controls?.cable(event.data);
      if (event.kind === "manners") controls?.manners(event.data);
      listener(event);
    }),
});

export default liveWidget(mount);
