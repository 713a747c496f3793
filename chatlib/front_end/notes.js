// The notes of who came, who went, and who is called otherwise: those that follow each other are one.

import { LISTED, say } from "./chat_words.js";
import { element } from "./dom.js";
import { moreButton } from "./message.js";

/**
 * @import { Words } from "./chat_words.js"
 *
 * @typedef {{ key: string, kind: "enter" | "leave" | "rename", user: string, old: string | null, msg: string,
 *   time: string }} Notice
 */

const MOST = 300; // in one note
const RENAMES = 2; // that are told each by itself

/** Notices without a word between them, as one note: "Anna, Ben and 53 others entered", and all names on demand. */
export class NoteGroup {
  #sentences = element("div");
  #more = moreButton(isWhole => this.#unfold(isWhole));
  // Not read aloud again each time that another name joins it, or all are shown.
  root = element("div", { class: "note", "aria-live": "off" }, this.#sentences);
  #isWhole = false;
  /** @type {Map<string, Notice>} */
  #notices = new Map();
  #isDrawn = true;

  get isFull() {
    return this.#notices.size >= MOST;
  }

  get isEmpty() {
    return !this.#notices.size;
  }

  /** @param {Notice} notice */
  add(notice) {
    this.#notices.set(notice.key, notice);
    this.#isDrawn = false;
  }

  /** @param {string} key */
  remove(key) {
    this.#notices.delete(key);
    this.#isDrawn = false;
  }

  /** Draw what was told since it was drawn last. */
  draw() {
    if (this.#isDrawn) return;
    this.#isDrawn = true;
    const came = this.#of("enter");
    const went = this.#of("leave");
    const renames = this.#of("rename");
    const isLong = [came, went].some(some => names(some).length > LISTED) || renames.length > RENAMES;
    const [most, told] = this.#isWhole ? [Number.POSITIVE_INFINITY, renames.length] : [LISTED, RENAMES];
    const moves = [entered(came, most), left(went, most)];
    if (this.#last("leave") < this.#last("enter")) moves.reverse(); // who came back did not go at the end
    const sentences = [...moves.flat(), ...renamed(renames, told)];
    this.#sentences.replaceChildren(...sentences.map(words => element("p", {}, ...words)));
    if (!isLong) this.#more.remove();
    else if (!this.#more.isConnected) this.root.append(this.#more);
  }

  /** @param {Notice["kind"]} kind */
  #of(kind) {
    return [...this.#notices.values()].filter(notice => notice.kind === kind);
  }

  /** @param {Notice["kind"]} kind */
  #last(kind) {
    return [...this.#notices.values()].findLastIndex(notice => notice.kind === kind);
  }

  /** @param {boolean} isWhole */
  #unfold(isWhole) {
    this.#isWhole = isWhole;
    this.#isDrawn = false;
    this.draw();
    if (!isWhole) this.root.scrollIntoView({ block: "nearest" });
  }
}

/** @param {Notice[]} notices */
const names = notices => [...new Set(notices.map(({ user }) => user))];

/**
 * @param {Notice[]} notices
 * @param {number} most
 * @returns {Words[]}
 */
const entered = (notices, most) => (notices.length ? [say.came(names(notices), most)] : []);

/**
 * @param {Notice[]} notices
 * @param {number} most
 * @returns {Words[]}
 */
function left(notices, most) {
  const [only, another] = notices;
  if (!only) return [];
  return [another ? say.went(names(notices), most) : say.leaves(only)];
}

/**
 * @param {Notice[]} notices
 * @param {number} most
 * @returns {Words[]}
 */
function renamed(notices, most) {
  const told = notices.slice(0, most).map(say.renamed);
  return notices.length > most ? [...told, [say.renames(notices.length - most)]] : told;
}
