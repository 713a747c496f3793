// What has its place in a room's order, as one person sees it: the last entries, and up to where all was seen.
//
// Pure, like client_transcript.js, which stands on it; what waits for a place is in outbox.js.

import { placeOf } from "./server_frame.js";

/**
 * @import { Update } from "./client_transcript.js"
 * @import { Message } from "./message.js"
 */

/** The entries in their order, the last `kept` of them. */
export class Placed {
  #kept;
  #earlierIds;
  #dropped = 0;
  #gaps = 0;
  #earlier = 0;
  /** @type {string | null} */
  #since = null;
  /** @type {{ key: string, message: Message | null }[]} */
  #entries = [];
  /** The messages among these, by id. @type {Map<string, Message>} */
  #messages = new Map();

  /** Of the own messages that are here, or wait for a place. @type {Set<string>} */
  ownIds;

  /**
   * @param {number} kept
   * @param {string[]} ownIds
   */
  constructor(kept, ownIds) {
    this.#kept = kept;
    this.#earlierIds = new Set(ownIds);
    this.ownIds = new Set(ownIds);
  }

  /** The place up to which everything was seen; null for the beginning. */
  get since() {
    return this.#since;
  }

  /** Another order begins. */
  beginAnew() {
    this.#since = null;
  }

  /**
   * Begin behind messages that were said before we came; what was seen already has its beginning.
   *
   * @param {number} earlier how many
   * @returns {Update[]}
   */
  behind(earlier) {
    if (this.#since !== null || this.#gaps || earlier === this.#earlier) return [];
    this.#earlier = earlier;
    return [{ kind: "earlier", data: { count: earlier } }];
  }

  /**
   * Tell whether what was placed there was not seen yet, and remember it as seen.
   *
   * @param {string} seq
   */
  isNew(seq) {
    const [epoch, number] = placeOf(seq);
    if (this.#since !== null) {
      const [seenEpoch, seen] = placeOf(this.#since);
      if (epoch === seenEpoch && number <= seen) return false;
    }
    this.#since = seq;
    return true;
  }

  /** @param {string} id */
  get(id) {
    return this.#messages.get(id);
  }

  /**
   * @param {Message} message
   * @returns {Update[]}
   */
  message(message) {
    this.#messages.set(message.id, message);
    return this.#place(`message ${message.id}`, { kind: "message", data: message }, message);
  }

  /**
   * @param {Record<string, any> & { seq: string }} notice
   * @returns {Update[]}
   */
  notice(notice) {
    const key = `notice ${notice.seq}`;
    return this.#place(key, { kind: "notice", data: { key, ...notice } });
  }

  /**
   * @param {number | null} missed how many entries are missing here, if the server can tell
   * @param {string} time
   * @returns {Update[]}
   */
  gap(missed, time) {
    const key = `gap ${++this.#gaps}`;
    return this.#place(key, { kind: "gap", data: { key, missed, time } });
  }

  /**
   * Take a message that has failed from its place; any other stays.
   *
   * @param {string} id
   */
  takeFailed(id) {
    const message = this.#messages.get(id);
    if (message?.state !== "failed") return undefined;
    this.#entries = this.#entries.filter(entry => entry.message !== message);
    this.#messages.delete(id);
    return message;
  }

  /** The messages that have failed on an earlier page. */
  get failedEarlier() {
    return [...this.#messages.values()].filter(({ id, state }) => state === "failed" && this.#earlierIds.has(id));
  }

  /**
   * Put messages that failed before a time behind what is there by now.
   *
   * @param {Message[]} failed in their order; those that were put are taken from it
   * @param {number} [time]
   * @returns {Update[]}
   */
  putBehind(failed, time = Number.POSITIVE_INFINITY) {
    const updates = [];
    while (failed[0] && Date.parse(failed[0].time) < time) {
      const { id } = /** @type {Message} */ (failed.shift());
      const message = this.takeFailed(id);
      if (message) updates.push({ kind: "discarded", data: { id } }, ...this.message(message));
    }
    return updates;
  }

  /**
   * Put an entry last; what is then too much goes at the other end.
   *
   * @param {string} key of no other entry, whatever ids peers choose
   * @param {Update} update
   * @param {Message | null} [message]
   * @returns {Update[]}
   */
  #place(key, update, message = null) {
    this.#entries.push({ key, message });
    if (this.#entries.length <= this.#kept) return [update];
    const oldest = /** @type {{ key: string, message: Message | null }} */ (this.#entries.shift());
    if (oldest.message) {
      this.#messages.delete(oldest.message.id);
      this.ownIds.delete(oldest.message.id);
    }
    return [update, { kind: "dropped", data: { count: ++this.#dropped, keys: [oldest.key] } }];
  }
}
