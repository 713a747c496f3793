// The transcript as it is drawn: pages of entries in the room's order, one's own pending messages behind them.

import { say } from "./chat_words.js";
import { element } from "./dom.js";
import { drawMessage, showFate, sign } from "./message.js";
import { mention } from "./message_text.js";
import { NoteGroup } from "./notes.js";
import { Reading } from "./reading.js";
import { day } from "./words.js";

/**
 * @import { Message, Remedies } from "./message.js"
 * @import { Notice } from "./notes.js"
 */

const CHUNK = 100; // entries that the browser may skip as one while they are out of sight
const ANIMATED = 2; // messages in one frame; of more, each would be drawn anew in every frame until it has arrived
const TOGETHER = 5 * 60_000; // milliseconds within which messages of one person are stacked

/** What was said and what happened. */
export class TranscriptView {
  /** Whether what comes is new, and not what was before the reader came. */
  isLive = false;
  #remedies;
  #me = mention("");
  // By keys that no two entries share, whatever ids peers choose: "message <id>", "notice <seq>", "gap <number>".
  /** @type {Map<string, HTMLElement>} */
  #messages = new Map();
  /** @type {Map<string, NoteGroup>} */
  #notes = new Map();
  /** @type {Map<string, HTMLElement>} */
  #gaps = new Map();
  /** @type {HTMLElement[]} */
  #pending = [];
  /** @type {HTMLElement | null} */
  #page = null;
  /** The notes at the end, which the next ones join. @type {NoteGroup | null} */
  #open = null;
  #changed = /** @type {Set<NoteGroup>} */ (new Set());
  /** What was said since the last frame was drawn. @type {HTMLElement[]} */
  #drawn = [];
  #day = "";

  #earlier = element("p", { class: "note", hidden: true });
  #older = element("p", { class: "note", hidden: true });
  #pages = element("div", {}, this.#earlier, this.#older);
  log = element(
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
  reading = new Reading(this.log, this.#pages);

  /** Nothing helps a message that failed any more. */
  rest() {
    this.#remedies = null;
    for (const button of this.log.querySelectorAll(".fate button")) button.toggleAttribute("disabled", true);
  }

  /** @param {Remedies | null} remedies */
  constructor(remedies) {
    this.#remedies = remedies;
    this.log.addEventListener("click", () => this.reading.look()); // a text may have been unfolded
  }

  /** @param {string} name the reader's: who is called by it in what comes is told */
  readBy(name) {
    this.#me = mention(name);
  }

  /**
   * Show a message, or what became of it.
   *
   * @param {Message} message
   */
  show(message) {
    const entry = this.#messages.get(keyOf(message.id)) ?? this.#draw(message);
    sign(entry, message);
    if (entry.dataset.state === message.state) return;
    showFate(entry, message, this.#remedies);
    if (message.state === "sending") return this.#placeLast(entry);
    this.#place(entry, message.time);
    if (message.own || !this.isLive) return;
    this.reading.arrived(entry);
    stack(entry); // below the line "New", it says again who it is
  }

  /**
   * Show that somebody came, went, or is called otherwise.
   *
   * @param {Notice} notice
   */
  note(notice) {
    if (!this.#open || this.#open.isFull || day(notice.time) !== this.#day) {
      const group = new NoteGroup();
      this.#place(group.root, notice.time);
      this.#open = group;
    }
    this.#open.add(notice);
    this.#notes.set(notice.key, this.#open);
    this.#changed.add(this.#open);
  }

  /**
   * Show that something is missing here.
   *
   * @param {{ key: string, missed: number | null, time: string }} gap
   */
  gap({ key, missed, time }) {
    const entry = element("p", { class: "note", text: say.gap(missed) });
    this.#gaps.set(key, entry);
    this.#place(entry, time);
  }

  /**
   * Say at the top how many messages were said before the first that the room showed us.
   *
   * @param {number} count
   */
  beginBehind(count) {
    this.#earlier.hidden = !count;
    this.#earlier.textContent = say.earlier(count);
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
    for (const key of keys) this.#remove(key);
  }

  /**
   * Take a message away.
   *
   * @param {string} id
   */
  discard(id) {
    this.#remove(keyOf(id));
  }

  /** @param {string} key */
  #remove(key) {
    const entry = this.#messages.get(key) ?? this.#gaps.get(key);
    if (entry) this.#take(entry);
    this.#messages.delete(key);
    this.#gaps.delete(key);
    const group = this.#notes.get(key);
    if (!group) return;
    this.#notes.delete(key);
    group.remove(key);
    this.#changed.add(group);
    if (group.isEmpty) this.#take(group.root);
  }

  /** All that was told so far is drawn. */
  settle() {
    this.isLive = true;
    this.log.removeAttribute("aria-busy");
  }

  /** Draw what is drawn once for all that was told since the last time. */
  finish() {
    for (const group of this.#changed) group.draw();
    this.#changed.clear();
    for (const entry of this.#drawn.length <= ANIMATED ? this.#drawn : [])
      entry.classList.toggle("new", entry.parentElement === this.#page);
    this.#drawn = [];
    this.reading.tell();
  }

  /** The last message that is there. */
  get last() {
    /** @type {NodeListOf<HTMLElement>} */
    const messages = this.log.querySelectorAll(".message");
    return messages[messages.length - 1];
  }

  get isEmpty() {
    return !this.#messages.size;
  }

  end() {
    this.reading.end();
  }

  /** @param {Message} message */
  #draw(message) {
    const entry = drawMessage(message, this.#me);
    if (this.isLive) this.#drawn.push(entry);
    this.#messages.set(keyOf(message.id), entry);
    return entry;
  }

  /**
   * Put an entry where the room has it: before what is pending.
   *
   * @param {HTMLElement} entry
   * @param {string} time
   */
  #place(entry, time) {
    this.#open = null;
    const isThere = this.#pending[0] === entry; // moving it would have it read aloud again
    if (isThere) this.#pending.shift();
    else this.#take(entry);
    const [next] = this.#pending;
    if (!isThere) this.#insert(entry, next);
    this.#markDay(entry, time);
    stack(entry);
    stack(next);
  }

  /** @param {HTMLElement} entry */
  #placeLast(entry) {
    this.#take(entry);
    this.#pending.push(entry);
    this.#insert(entry);
    stack(entry);
  }

  /**
   * @param {HTMLElement} entry
   * @param {HTMLElement} [next] the entry behind it
   */
  #insert(entry, next) {
    if (next) return next.before(entry);
    if (!this.#page || this.#page.childElementCount >= CHUNK) {
      if (this.#page) skip(this.#page);
      this.#page = element("div");
      this.#pages.append(this.#page);
    }
    this.#page.append(entry);
  }

  /**
   * Have each day begin with its date.
   *
   * @param {HTMLElement} entry
   * @param {string} time
   */
  #markDay(entry, time) {
    const date = day(time);
    if (!date || date === this.#day) return;
    this.#day = date;
    entry.before(element("p", { class: "line day", text: date }));
  }

  /**
   * Take an entry from where it is.
   *
   * @param {HTMLElement} entry
   */
  #take(entry) {
    const { nextElementSibling: after, previousElementSibling: before, parentElement: page } = entry;
    if (this.#pending.includes(entry)) this.#pending.splice(this.#pending.indexOf(entry), 1);
    if (this.#open?.root === entry) this.#open = null;
    entry.remove();
    if (before?.matches(".day") && after?.matches(".day")) before.remove(); // nothing is left of its day
    if (page && page !== this.#page && !page.childElementCount) page.remove();
    stack(after);
  }
}

/** @param {string} id a message's */
const keyOf = id => `message ${id}`;

/**
 * Let the browser skip a page that is out of sight. An animation in it would never end, since it is not
 * drawn, and cost a little in every frame from then on.
 *
 * @param {HTMLElement} page
 */
function skip(page) {
  page.classList.add("skipped");
  for (const entry of page.children) entry.classList.remove("new");
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
