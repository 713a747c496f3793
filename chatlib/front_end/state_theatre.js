// The state theatre: time runs downward, the client's lane on the left, the server's on the right, the wire in between.
// What it shows can be wound back: the stage is what a player plays, while the controls act on what is now. Live, each
// play begins anew; a recording is wound through all that were played.

import { element } from "./dom.js";
import { Player } from "./player.js";
import { liveWidget } from "./session.js";
import { mountStage, PieceView } from "./theatre_stage.js";
import { words } from "./words.js";

/**
 * @import { KernelState, Session } from "./session.js"
 * @import { StageEvents } from "./theatre_stage.js"
 */

const say = words({
  en: {
    title: "Both ends of one connection",
    connect: "Connect",
    refused: "Connect, refused",
    end: "While it is open",
    send: "Client: send",
    closes: "Client: close",
    serverCloses: "Server: close",
    raises: "Server: raise an exception",
    abort: "Cut the connection",
    code: "Code",
    reason: "Reason",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
    picture: "A recording: the buttons need a kernel.",
  },
  zh: {
    title: "一条连接的两端",
    connect: "连接",
    refused: "连接（被拒绝）",
    end: "连接打开时",
    send: "客户端：发送",
    closes: "客户端：关闭",
    serverCloses: "服务器：关闭",
    raises: "服务器：抛出异常",
    abort: "切断连接",
    code: "代码",
    reason: "原因",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
    picture: "这是录像：按钮需要内核。",
  },
});

/**
 * @typedef {StageEvents & { kernel: KernelState }} Events
 * @typedef {{ do: "connect", refused: boolean } | { do: "send", text: string }
 *   | { do: "close", code: number | null, reason: string } | { do: "server_closes", code: number, reason: string }
 *   | { do: "server_raises" } | { do: "abort" }} Action
 */

const PACE = { least: 350, most: 1500 }; // what is over in a moment can be watched

/** What a person can do to the connection. */
class Controls {
  #session;
  #code = element("input", {
    class: "field",
    type: "number",
    min: 1000,
    max: 4999,
    value: 1000,
    "aria-label": say.code,
  });
  #reason = element("input", { class: "field", value: "bye", "aria-label": say.reason, dir: "auto" });
  #connect = [
    this.#button(say.connect, () => ({ do: "connect", refused: false }), "main"),
    this.#button(say.refused, () => ({ do: "connect", refused: true })),
  ];
  #endings = element(
    "fieldset",
    { "aria-label": say.end },
    this.#button(say.send, () => ({ do: "send", text: "hello" })),
    this.#button(say.raises, () => ({ do: "server_raises" })),
    this.#button(say.abort, () => ({ do: "abort" })),
    element(
      "div",
      { class: "closing" },
      element("label", {}, say.code, this.#code),
      element("label", {}, say.reason, this.#reason),
      this.#button(say.closes, () => ({ do: "close", code: this.#codeGiven, reason: this.#reason.value })),
      this.#button(say.serverCloses, () => ({
        do: "server_closes",
        code: this.#codeGiven ?? 1000,
        reason: this.#reason.value,
      })),
    ),
  );
  element = element("div", { class: "strip" }, ...this.#connect, this.#endings);

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * Say which buttons do something now. None is taken from under the hands of who pressed it: it keeps the focus.
   *
   * @param {boolean} isOver
   * @param {boolean} isOpen
   */
  allow(isOver, isOpen) {
    const isLive = this.#session.send !== null;
    for (const button of this.element.querySelectorAll("button")) {
      const isAllowed = this.#connect.includes(button) ? isOver : isOpen;
      button.setAttribute("aria-disabled", String(!(isLive && isAllowed)));
    }
    for (const field of [this.#code, this.#reason]) field.disabled = !isLive;
  }

  get #codeGiven() {
    return this.#code.value === "" ? null : this.#code.valueAsNumber;
  }

  /**
   * @param {string} text
   * @param {() => Action} act
   * @param {string} [look]
   */
  #button(text, act, look) {
    const button = element("button", {
      type: "button",
      class: look,
      text,
      onclick: () => {
        if (button.getAttribute("aria-disabled") !== "true") this.#session.send?.(act());
      },
    });
    return button;
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const controls = new Controls(session);
  const piece = new PieceView();
  const player = new Player((place, played) => mountStage(place, played, piece), PACE);
  const note = element("span", { class: "what", "aria-live": "polite", text: session.send ? "" : say.picture });
  let isOver = true;
  let isOpen = false;
  const allow = () => controls.allow(isOver, isOpen);
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-theatre" },
      element("div", { class: "top strip" }, element("strong", { text: say.title }), note),
      controls.element,
      player.bar,
      player.stage,
      piece.element,
    ),
  );
  allow();
  player.lacks(session.dropped ?? 0);
  session.on(event => {
    const { kind, data } = event;
    if (kind === "kernel") note.textContent = data.state === "ready" ? "" : say[data.state];
    if (kind === "play" && session.send) {
      player.reel.clear();
      piece.clear();
    }
    if (kind === "play" || kind === "ended") isOver = kind === "ended";
    if (kind === "entry" && data.end === "client" && data.what === "state") isOpen = data.name === "OPEN";
    if (kind !== "kernel") player.reel.add(event);
    allow();
  });
  if (session.whenSeen) player.playWhenSeen();
  else if (!session.send) player.reserve();
  return () => player.end();
}

export default liveWidget(mount);
