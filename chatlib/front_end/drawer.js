// A drawer beside the transcript: what one asked to see of a message. Nothing in it is part of what is read aloud.

import { say } from "./chat_words.js";
import { element } from "./dom.js";

/** @import { Words } from "./chat_words.js" */

/** One thing at a time; when it is closed, the focus is back where it was. */
export class Drawer {
  /** @type {Element | null} */
  #opener = null;
  #title = element("b", { class: "drawer-title" });
  #body = element("div", { class: "drawer-body", tabindex: "0", role: "group" });
  root = element(
    "aside",
    { class: "drawer", hidden: true, "aria-label": say.details },
    element(
      "div",
      { class: "drawer-top" },
      this.#title,
      element("button", {
        type: "button",
        class: "close",
        "aria-label": say.close,
        text: "✕",
        onclick: () => this.close(),
      }),
    ),
    this.#body,
  );

  /**
   * @param {Words} title
   * @param {...(Node | string)} content
   */
  open(title, ...content) {
    this.#opener = document.activeElement;
    this.#title.replaceChildren(...title);
    this.#body.ariaLabel = this.root.ariaLabel = this.#title.textContent;
    this.#body.replaceChildren(...content);
    this.#body.scrollTop = 0;
    this.#show(true);
  }

  /**
   * Have the keys, which a field that opened it would keep.
   *
   * @param {HTMLElement} opener has them again when it is closed
   */
  focus(opener) {
    this.#opener = opener;
    this.#body.focus();
  }

  close() {
    const hadFocus = this.root.contains(document.activeElement);
    this.#show(false);
    if (hadFocus && this.#opener instanceof HTMLElement) this.#opener.focus();
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.root.hidden = !isOpen;
    this.root.parentElement?.classList.toggle("split", isOpen);
  }
}
