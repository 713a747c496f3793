// Who is typing: two of them by name. The line is always there, so that nothing moves when it changes.

import { say } from "./chat_words.js";
import { element } from "./dom.js";

const SHOWN = 4000; // milliseconds

/** Each is shown until they have said it, or for a while. */
export class Typists {
  root = element("span", { class: "typists" });
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /** @param {string} user */
  show(user) {
    clearTimeout(this.#timers.get(user));
    const timer = setTimeout(() => this.hide(user), SHOWN);
    this.#timers.set(user, timer);
    this.#draw();
  }

  /** @param {string} user */
  hide(user) {
    clearTimeout(this.#timers.get(user));
    if (this.#timers.delete(user)) this.#draw();
  }

  /** Nobody is, or nobody could tell. */
  end() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#draw();
  }

  #draw() {
    this.root.replaceChildren(...(this.#timers.size ? say.typing([...this.#timers.keys()]) : []));
  }
}
