// What of a list is shown: by direction, by kind, by a text in it; and how one goes from one hit to the next.

import { element } from "./dom.js";
import { words } from "./words.js";

const say = words({
  en: {
    filter: "Filter",
    direction: "Direction",
    both: "both directions",
    sent: "→ sent",
    received: "← received",
    kind: "Opcode",
    all: "all opcodes",
    text: "Find text",
    keys: "Enter: the next one, Shift+Enter: the one before, Escape: clear",
    follow: "Follow the newest",
  },
  zh: {
    filter: "筛选",
    direction: "方向",
    both: "两个方向",
    sent: "→ 发出",
    received: "← 收到",
    kind: "操作码",
    all: "所有操作码",
    text: "查找文字",
    keys: "回车：下一个；Shift+回车：上一个；Esc：清除",
    follow: "跟随最新的",
  },
});

/**
 * @typedef {"sent" | "received"} Direction
 *
 * What is wanted; "" is everything. A text is in small letters.
 *
 * @typedef {{ direction: string, kind: string, text: string }} Wish
 *
 * Who uses it: `change` when something else is wanted, `next` to go to the next one (1) or the one before (-1),
 * `follow` when the newest shall be followed from now on.
 *
 * @typedef {{ change: () => void, next: (by: 1 | -1) => void, follow: () => void }} Listener
 */

/**
 * Whether somebody wants to see this.
 *
 * @param {{ direction: Direction, kind: string, title: string, text: string }} passed
 * @param {Wish} wish
 */
export const isWanted = ({ direction, kind, title, text }, wish) =>
  (!wish.direction || wish.direction === direction) &&
  (!wish.kind || wish.kind === kind) &&
  (!wish.text || `${title}\n${text}`.toLowerCase().includes(wish.text));

/** The controls above a list; with fewer than two entries there is nothing to choose from, and they are off. */
export class Sieve {
  #listener;
  #offered = 0;
  #direction = this.#choice(say.direction, { "": say.both, sent: say.sent, received: say.received });
  #kind = this.#choice(say.kind, { "": say.all });
  #text = element("input", {
    class: "field",
    type: "search",
    "aria-label": say.text,
    placeholder: say.text,
    title: say.keys,
    dir: "auto",
    disabled: true,
    oninput: () => this.#listener.change(),
    onkeydown: event => this.#pressed(event),
  });
  #follow = element("input", { type: "checkbox", disabled: true, onchange: () => this.#followed() });
  element = element(
    "div",
    { class: "strip sieve", role: "group", "aria-label": say.filter },
    this.#direction,
    this.#kind,
    this.#text,
    element("label", {}, this.#follow, " ", say.follow),
  );

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#follow.checked = true;
  }

  /** @returns {Wish} */
  get wish() {
    return { direction: this.#direction.value, kind: this.#kind.value, text: this.#text.value.trim().toLowerCase() };
  }

  get isFollowing() {
    return this.#follow.checked;
  }

  set isFollowing(isWanted) {
    this.#follow.checked = isWanted;
  }

  /**
   * Take note of one more entry: its kind can be chosen.
   *
   * @param {{ kind: string }} passed
   */
  offer({ kind }) {
    this.#offered += 1;
    if (this.#offered === 2) {
      for (const each of [this.#direction, this.#kind, this.#text, this.#follow]) each.disabled = false;
    }
    if ([...this.#kind.options].every(option => option.value !== kind)) {
      this.#kind.append(element("option", { value: kind, text: kind }));
    }
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} choices
   */
  #choice(name, choices) {
    const options = Object.entries(choices).map(([value, text]) => element("option", { value, text }));
    const onchange = () => this.#listener.change();
    return element("select", { class: "field", "aria-label": name, disabled: true, onchange }, ...options);
  }

  #followed() {
    if (this.#follow.checked) this.#listener.follow();
  }

  #pressed(/** @type {KeyboardEvent} */ event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.#listener.next(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && this.#text.value) {
      event.preventDefault();
      this.#text.value = "";
      this.#listener.change();
    }
  }
}
