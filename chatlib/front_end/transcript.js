// The transcript as it is drawn: pages of entries in the room's order, one's own pending messages behind them.

import { say } from "./chat_words.js";
import { element } from "./dom.js";
import { drawMessage, showFate, sign } from "./message.js";

/** @import { Deeds, Message } from "./message.js" */

const CHUNK = 100; // entries that the browser may skip as one while they are out of sight
const TOGETHER = 5 * 60_000; // milliseconds within which messages of one person are stacked
const NEAR_END = 30; // pixels

/** What was said and what happened, and where its reader is. */
export class TranscriptView {
  /** Whether what comes is new, and not what was before the reader came. */
  isLive = false;
  #deeds;
  /** @type {Map<string, HTMLElement>} */
  #messages = new Map();
  /** @type {Map<string, HTMLElement>} */
  #notes = new Map();
  /** @type {HTMLElement[]} */
  #pending = [];
  /** @type {HTMLElement | null} */
  #page = null;
  #isAtEnd = true;
  #unseen = 0;

  #older = element("p", { class: "note", hidden: true });
  #pages = element("div", {}, this.#older);
  #log = element(
    "div",
    {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-label": say.messages,
      "aria-busy": "true",
      tabindex: "0",
    },
    this.#pages,
  );
  #pill = element("button", { class: "pill", type: "button", hidden: true });
  root = element("div", { class: "paper" }, this.#log, this.#pill);
  #stayAtEnd = new ResizeObserver(() => this.#isAtEnd && this.#scrollToEnd());

  /** @param {Deeds} deeds */
  constructor(deeds) {
    this.#deeds = deeds;
    this.#log.addEventListener("scroll", () => this.#scrolled());
    this.#pill.addEventListener("click", () => {
      this.toEnd();
      deeds.toField();
    });
    this.#stayAtEnd.observe(this.#pages);
    this.#stayAtEnd.observe(this.#log);
  }

  /**
   * Show a message, or what became of it.
   *
   * @param {Message} message
   */
  show(message) {
    const entry = this.#messages.get(message.id) ?? this.#draw(message);
    sign(entry, message);
    if (entry.dataset.state === message.state) return;
    showFate(entry, message, this.#deeds.retry);
    if (message.state === "delivered") {
      this.#place(entry);
      if (!message.own && !this.#isAtEnd) this.#unseen += 1;
    } else if (message.state === "sending" || !this.#pending.includes(entry)) {
      this.#placeLast(entry);
    }
  }

  /**
   * Show what happened: somebody came, went, is called otherwise; something is missing.
   *
   * @param {string} key
   * @param {string} words
   */
  note(key, words) {
    const entry = element("p", { class: "note", dir: "auto", text: words });
    this.#notes.set(key, entry);
    this.#place(entry);
  }

  /**
   * Have the oldest entries no longer, and say how many went in all.
   *
   * @param {number} count
   * @param {string[]} keys
   */
  drop(count, keys) {
    this.#older.hidden = false;
    this.#older.textContent = say.dropped(count);
    for (const key of keys) {
      for (const entries of [this.#messages, this.#notes]) {
        const entry = entries.get(key);
        if (entry) this.#take(entry);
        entries.delete(key);
      }
    }
  }

  /** All that was told so far is drawn. */
  settle() {
    this.isLive = true;
    this.#log.removeAttribute("aria-busy");
  }

  /** Tell a reader who is further up how much is new. */
  showUnseen() {
    if (!this.#unseen) return;
    this.#pill.textContent = `${say.fresh(this.#unseen)} ↓`;
    this.#pill.hidden = this.#isAtEnd;
  }

  /** The last message that is there. */
  get last() {
    /** @type {NodeListOf<HTMLElement>} */
    const messages = this.#log.querySelectorAll(".message");
    return messages[messages.length - 1];
  }

  toEnd() {
    this.#isAtEnd = true;
    this.#scrolledToEnd();
    this.#scrollToEnd();
  }

  end() {
    this.#stayAtEnd.disconnect();
  }

  #scrolled() {
    this.#isAtEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END;
    if (this.#isAtEnd) this.#scrolledToEnd();
  }

  #scrolledToEnd() {
    this.#unseen = 0;
    this.#pill.hidden = true;
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** @param {Message} message */
  #draw(message) {
    const entry = drawMessage(message, this.#deeds);
    if (this.isLive) entry.classList.add("new");
    this.#messages.set(message.id, entry);
    return entry;
  }

  /**
   * Put an entry where the room has it: before what is pending.
   *
   * @param {HTMLElement} entry
   */
  #place(entry) {
    if (this.#pending[0] === entry) {
      this.#pending.shift(); // it is there already; moving it would have it read aloud again
      return;
    }
    this.#take(entry);
    const [next] = this.#pending;
    if (next) next.before(entry);
    else this.#append(entry);
    stack(entry);
    stack(next);
  }

  /** @param {HTMLElement} entry */
  #placeLast(entry) {
    this.#take(entry);
    this.#pending.push(entry);
    this.#append(entry);
    stack(entry);
  }

  /** @param {HTMLElement} entry */
  #append(entry) {
    if (!this.#page || this.#page.childElementCount >= CHUNK) {
      this.#page?.classList.add("skipped");
      this.#page = element("div");
      this.#pages.append(this.#page);
    }
    this.#page.append(entry);
  }

  /**
   * Take an entry from where it is.
   *
   * @param {HTMLElement} entry
   */
  #take(entry) {
    const { nextElementSibling: after, parentElement: page } = entry;
    if (this.#pending.includes(entry)) this.#pending.splice(this.#pending.indexOf(entry), 1);
    entry.remove();
    if (page && page !== this.#page && !page.childElementCount) page.remove();
    stack(after);
  }
}

/**
 * Show who it is only once where one person says several things.
 *
 * @param {Element | null | undefined} entry
 */
function stack(entry) {
  if (!(entry instanceof HTMLElement) || !entry.dataset.user) return;
  const before = entry.previousElementSibling ?? entry.parentElement?.previousElementSibling?.lastElementChild;
  const last = before instanceof HTMLElement ? before.dataset : {};
  const isSame = last.user === entry.dataset.user;
  entry.classList.toggle(
    "stacked",
    isSame && Date.parse(entry.dataset.time ?? "") - Date.parse(last.time ?? "") < TOGETHER,
  );
}
