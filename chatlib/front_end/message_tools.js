// What can be done with a message, beside the one that the pointer or the focus is on; and the keys that go from one
// to the next. One toolbar for all of them, outside of what is read aloud.

import { say } from "./chat_words.js";
import { element } from "./dom.js";
import { codeIn } from "./message.js";

/**
 * `xRay` shows the way and the bytes of a message, and `hasXRay` whether anybody knows them; `toField` goes on writing.
 *
 * @typedef {{ xRay: (entry: HTMLElement) => void, hasXRay: (entry: HTMLElement) => boolean,
 *   toField: () => void }} Deeds
 */

const GAP = 6; // pixels
const SHOWN = 1500; // milliseconds

export class MessageTools {
  #deeds;
  #log;
  /** @type {HTMLElement | null} */
  #entry = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #copied;
  #xRay = element("button", { type: "button", text: say.xRay, onclick: () => this.#showXRay() });
  #copy = element("button", { type: "button", text: say.copy, onclick: () => this.#copyCode() });
  root = element("div", { class: "tools", role: "toolbar", "aria-label": say.tools, hidden: true });

  /**
   * @param {HTMLElement} log
   * @param {Deeds} deeds
   */
  constructor(log, deeds) {
    this.#log = log;
    this.#deeds = deeds;
    this.root.append(this.#copy, this.#xRay);
    log.addEventListener("pointerover", event => this.#point(event.target));
    log.addEventListener("focusin", event => this.#turnTo(event.target));
    log.addEventListener("scroll", () => this.#entry && this.#stand());
    log.addEventListener("keydown", event => this.#keyPressed(event));
    this.root.addEventListener("keydown", event => this.#keyPressedHere(event));
    for (const part of [log, this.root]) {
      part.addEventListener("pointerleave", event => this.#leave(event.relatedTarget));
      part.addEventListener("focusout", event => this.#leave(event.relatedTarget));
    }
  }

  /**
   * The pointer is on something, or something moved below it: that takes no button from the keys that are on it.
   *
   * @param {EventTarget | null} target
   */
  #point(target) {
    if (!this.root.contains(document.activeElement)) this.#turnTo(target);
  }

  /** @param {EventTarget | null} target */
  #turnTo(target) {
    const entry = messageAt(target);
    if (entry === this.#entry) return;
    this.#entry = entry;
    this.#copy.hidden = !entry || !codeIn(entry);
    this.#xRay.hidden = !entry || !this.#deeds.hasXRay(entry);
    this.#xRay.ariaLabel = say.xRayOf(entry?.dataset.user ?? "");
    this.root.hidden = !entry || (this.#copy.hidden && this.#xRay.hidden);
    this.#stand();
  }

  /** @param {EventTarget | null} to */
  #leave(to) {
    if (to instanceof Node && (this.root.contains(to) || this.#entry?.contains(to))) return;
    const active = document.activeElement;
    this.#turnTo(this.root.contains(active) ? this.#entry : this.#log.contains(active) ? active : null);
  }

  /** Stand beside the message's text. */
  #stand() {
    const text = this.#entry?.querySelector(".text")?.getBoundingClientRect();
    const paper = this.root.parentElement?.getBoundingClientRect();
    if (!text || !paper || this.root.hidden) return;
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const isOwn = this.#entry?.classList.contains("own");
    const left = isOwn ? text.left - width - GAP : text.right + GAP;
    const isBeside = left >= paper.left && left + width <= paper.right - GAP;
    const top = isBeside ? text.top : text.top - height;
    const most = paper.right - width - 3 * GAP;
    this.root.style.left = `${Math.max(paper.left + GAP, Math.min(left, most)) - paper.left}px`;
    this.root.style.top = `${Math.max(paper.top, Math.min(top, paper.bottom - height)) - paper.top}px`;
  }

  /** @param {KeyboardEvent} event */
  #keyPressed(event) {
    const { key, target } = event;
    const entry = messageAt(target);
    if (target !== this.#log && target !== entry) return; // a link or a button has its own keys
    if (key === "Escape") this.#deeds.toField();
    else if (key === "Enter" && entry) this.#goToTools(entry);
    else if (key === "ArrowUp" || key === "ArrowDown") this.#go(entry, key === "ArrowUp" ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  #keyPressedHere(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const buttons = this.#buttons;
      const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
      buttons.at((at + step) % buttons.length)?.focus();
    } else if (event.key === "Escape") {
      this.#entry?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {HTMLElement} entry which may not be the one that the pointer is on */
  #goToTools(entry) {
    this.#turnTo(entry);
    this.#buttons[0]?.focus();
  }

  get #buttons() {
    return [this.#copy, this.#xRay].filter(button => !button.hidden);
  }

  /**
   * Go to the message before or behind one; from the transcript itself, to the last.
   *
   * @param {HTMLElement | null} from
   * @param {-1 | 1} step
   */
  #go(from, step) {
    /** @type {HTMLElement[]} */
    const messages = Array.from(this.#log.querySelectorAll(".message"));
    const to = from ? messages[messages.indexOf(from) + step] : messages.at(-1);
    to?.focus();
    to?.scrollIntoView({ block: "nearest" });
  }

  #showXRay() {
    if (this.#entry) this.#deeds.xRay(this.#entry);
  }

  async #copyCode() {
    if (this.#entry) await copy(codeIn(this.#entry));
    this.#copy.textContent = say.copied;
    clearTimeout(this.#copied);
    this.#copied = setTimeout(() => {
      this.#copy.textContent = say.copy;
    }, SHOWN);
  }
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
const messageAt = target => (target instanceof Element ? target.closest(".message") : null);

/**
 * Put a text on the clipboard, also where a page has none of its own, since it did not come by https.
 *
 * @param {string} text
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const put = (/** @type {ClipboardEvent} */ event) => {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener("copy", put, { capture: true });
    document.execCommand("copy");
    document.removeEventListener("copy", put, { capture: true });
  }
}
