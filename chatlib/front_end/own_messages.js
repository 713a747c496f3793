// What this tab remembers of what its person said, so that a page that is loaded again goes on with it: the ids of the
// last messages, and what the room has not placed, whole.

import { forget, isText, recallList, remember } from "./tab_memory.js";

/**
 * @import { Message } from "./message.js"
 *
 * A message without a place: in which room, at which server, and why it failed; null while it waits.
 *
 * @typedef {{ where: string, id: string, msg: string, time: string, code: string | null }} Unplaced
 */

const IDS = 200; // a welcome's history has no more messages
const UNPLACED = 100; // messages in all rooms of this tab; the oldest go
const LETTERS = 1_000_000; // of all of them together: a browser keeps a few million for an origin

/** The own messages of one room, as what is told of them has them. */
export class OwnMessages {
  #where;
  #elsewhere;
  /** @type {Map<string, Unplaced>} */
  #unplaced;
  #ids = recallList("said", isText);

  /** @param {string} where the room's address, which no other room has, at this server or at another */
  constructor(where) {
    this.#where = where;
    const all = recallList("unplaced", isUnplaced);
    this.#elsewhere = all.filter(one => one.where !== where);
    this.#unplaced = new Map(all.filter(one => one.where === where).map(one => [one.id, one]));
  }

  /** The ids of the last ones. */
  get ids() {
    return [...this.#ids];
  }

  /** Those that the room has not placed, in the order in which they were said. */
  get unplaced() {
    return [...this.#unplaced.values()];
  }

  /** @param {{ kind: string, data: Record<string, any> }} told to the panel */
  hear({ kind, data }) {
    if (kind === "discarded") this.#settle(data.id);
    if (kind !== "message" || !data.own) return;
    if (data.state === "delivered") this.#settle(data.id);
    else this.#keep(/** @type {Message} */ (data));
  }

  /** @param {string} id */
  #settle(id) {
    if (this.#unplaced.delete(id)) this.#write();
  }

  /** @param {Message} message */
  #keep({ id, msg, time, code }) {
    if (!this.#ids.includes(id)) {
      this.#ids = [...this.#ids, id].slice(-IDS);
      remember("said", JSON.stringify(this.#ids));
    }
    this.#unplaced.delete(id); // what is tried again goes last
    this.#unplaced.set(id, { where: this.#where, id, msg, time, code });
    this.#write();
  }

  #write() {
    const kept = newest([...this.#elsewhere, ...this.#unplaced.values()]);
    if (kept.length) remember("unplaced", JSON.stringify(kept));
    else forget("unplaced");
  }
}

/**
 * As many as may be kept, from the newest back.
 *
 * @param {Unplaced[]} all
 */
function newest(all) {
  const kept = [];
  let left = LETTERS;
  for (const one of all.slice(-UNPLACED).reverse()) {
    if (one.msg.length > left) continue;
    left -= one.msg.length;
    kept.unshift(one);
  }
  return kept;
}

/**
 * @param {any} item
 * @returns {item is Unplaced}
 */
const isUnplaced = item =>
  [item?.where, item?.id, item?.msg, item?.time].every(isText) && (item.code === null || isText(item.code));
