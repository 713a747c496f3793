// Where the reader of a transcript is: at its end, further up, or away; and what came meanwhile.

import { say } from "./chat_words.js";
import { element } from "./dom.js";
import { markTab } from "./tab_mark.js";

const NEAR_END = 30; // pixels

/** Keeps a reader at the end who is there, and tells the others how much is new, and where it begins. */
export class Reading {
  #log;
  #isAtEnd = true;
  #end = 0; // its scrollTop there, when it was last taken there
  #isInSight = true;
  #unseen = 0;
  #line = element("p", { class: "line fresh", text: say.fresh });
  pill = element("button", { class: "pill", type: "button", hidden: true });
  #size = new ResizeObserver(() => this.#isAtEnd && this.#scrollToEnd());
  #sight = new IntersectionObserver(([entry]) => {
    this.#isInSight = entry?.isIntersecting ?? true;
    this.look();
  });
  #onVisible = () => this.look();

  /**
   * @param {HTMLElement} log what scrolls
   * @param {HTMLElement} content what is in it
   */
  constructor(log, content) {
    this.#log = log;
    log.addEventListener("scroll", () => this.#scrolled());
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#size.observe(content);
    this.#size.observe(log);
    this.#sight.observe(log);
  }

  /**
   * Somebody else said something.
   *
   * @param {HTMLElement} entry
   */
  arrived(entry) {
    if (!this.#isAway) return;
    if (!this.#unseen) entry.before(this.#line);
    this.#unseen += 1;
  }

  /** Tell the reader what arrived since it was told last. */
  tell() {
    if (!this.#unseen) return;
    this.pill.textContent = `${say.unseen(this.#unseen)} ↓`;
    this.pill.hidden = this.#isAtEnd;
    this.#mark(true);
  }

  /** Look where the reader is now. */
  look() {
    if (!this.#isInSight || document.hidden) return;
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#isAtEnd) this.#seen();
    else this.pill.hidden = !this.#unseen;
  }

  /** A reader who was taken to the end and is still there stays, though more was drawn before this was told. */
  #scrolled() {
    if (!this.#isAtEnd || this.#log.scrollTop < this.#end) this.look();
  }

  toEnd() {
    this.#isAtEnd = true;
    this.#scrollToEnd();
    if (!this.#isAway) this.#seen();
  }

  /** Whoever answers has read what was new. */
  answered() {
    this.#line.remove();
    this.toEnd();
  }

  end() {
    document.removeEventListener("visibilitychange", this.#onVisible);
    this.#size.disconnect();
    this.#sight.disconnect();
    this.#mark(false);
  }

  get #isAway() {
    return document.hidden || !this.#isInSight || !this.#isAtEnd;
  }

  #seen() {
    this.pill.hidden = true;
    if (this.#unseen) this.#mark(false);
    this.#unseen = 0;
  }

  /** @param {boolean} isUnread */
  #mark(isUnread) {
    /** @type {HTMLElement | null} */
    const panel = this.#log.closest(".chatlib-chat");
    if (panel) markTab(panel, isUnread);
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#end = this.#log.scrollTop;
  }
}
