// The notes of who came, who went, and who is called otherwise: those that follow each other are one.

import { say } from "./chat_words.js";
import { element } from "./dom.js";

/**
 * @import { Words } from "./chat_words.js"
 *
 * @typedef {{ key: string, kind: "enter" | "leave" | "rename", user: string, old: string | null, msg: string,
 *   time: string }} Notice
 */

const MOST = 300; // in one note
const RENAMES = 2; // that are told each by itself

/** Notices without a word between them, as one note: "Anna, Ben and 53 others entered". */
export class NoteGroup {
  // Not read aloud again each time that another name joins it.
  root = element("div", { class: "note", "aria-live": "off" });
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
    const notices = [...this.#notices.values()];
    const sentences = [
      came(of(notices, "enter")),
      went(of(notices, "leave")),
      ...renamed(notices.filter(({ kind }) => kind === "rename")),
    ].filter(words => words.length);
    this.root.replaceChildren(...sentences.map(words => element("p", {}, ...words)));
    this.root.title = notices.length > sentences.length ? notices.map(({ msg }) => msg).join("\n") : "";
  }
}

/**
 * @param {Notice[]} notices
 * @param {Notice["kind"]} kind
 */
const of = (notices, kind) => notices.filter(notice => notice.kind === kind);

/** @param {Notice[]} notices */
const names = notices => [...new Set(notices.map(({ user }) => user))];

/**
 * @param {Notice[]} notices
 * @returns {Words}
 */
const came = notices => (notices.length ? say.came(names(notices)) : []);

/**
 * @param {Notice[]} notices
 * @returns {Words}
 */
function went(notices) {
  const [only, another] = notices;
  if (!only) return [];
  return another ? say.went(names(notices)) : say.leaves(only);
}

/**
 * @param {Notice[]} notices
 * @returns {Words[]}
 */
function renamed(notices) {
  const told = notices.slice(0, RENAMES).map(say.renamed);
  return notices.length > RENAMES ? [...told, [say.renames(notices.length - RENAMES)]] : told;
}
