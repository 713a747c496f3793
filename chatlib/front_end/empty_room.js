// What stands in a room where nothing was said yet: what to do next.

import { say } from "./chat_words.js";
import { element } from "./dom.js";

export class EmptyRoom {
  #hasKernel;
  #alone = element("p");
  root = element("div", { class: "empty", hidden: true }, element("p", { text: say.empty }), this.#alone);

  /** @param {boolean} hasKernel whether somebody else comes by another panel, or by this page's address */
  constructor(hasKernel) {
    this.#hasKernel = hasKernel;
  }

  /**
   * @param {boolean} isEmpty
   * @param {{ room: string, isAlone: boolean }} about
   */
  show(isEmpty, { room, isAlone }) {
    if (this.root.hidden !== isEmpty && this.#alone.hidden !== isAlone) return;
    this.root.hidden = !isEmpty;
    this.#alone.hidden = !isAlone;
    this.#alone.replaceChildren(...(this.#hasKernel ? say.alone(room) : [say.aloneOnPage]));
  }
}
