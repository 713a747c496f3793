// What one has said and the room has not placed yet. Pure, like client_transcript.js, which stands on it.
//
// send() returning means "handed over", not "arrived": a message stays here until its id comes back.

/** @import { Message } from "./message.js" */

// What draws nothing: control and format characters, white space, fillers, joiners, variants, and Braille's blank.
const BLANK = /^(?:(?!\p{Cn})[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800])*$/u;
const HALF_A_PAIR = /\p{Cs}/u;

const encoder = new TextEncoder();

/**
 * Tell why no room takes a text; null if one does.
 *
 * @param {string} msg
 * @param {number} bytes how many bytes of UTF-8 it may have; 0 for any number
 */
function refusal(msg, bytes) {
  if (HALF_A_PAIR.test(msg)) return "bad-message";
  if (bytes && encoder.encode(msg).length > bytes) return "too-long";
  return BLANK.test(msg) ? "empty" : null;
}

/** Own messages in the order in which they are shown: on their way, waiting for it, or failed. */
export class Outbox {
  /** @type {Map<string, Message>} */
  #messages = new Map();
  /** Ids of those that are to go. @type {Set<string>} */
  #waiting = new Set();
  /** Ids of those that this connection has carried. @type {Set<string>} */
  #onTheirWay = new Set();

  /** @param {string} id */
  get(id) {
    return this.#messages.get(id);
  }

  /**
   * Have a message go when it is its turn, the last one.
   *
   * @param {Message} message
   */
  add(message) {
    this.#messages.delete(message.id);
    this.#messages.set(message.id, message);
    this.#waiting.add(message.id);
  }

  /**
   * Its id came back: the room has placed it.
   *
   * @param {string} id
   */
  settle(id) {
    this.#messages.delete(id);
    this.#waiting.delete(id);
    this.#onTheirWay.delete(id);
  }

  /**
   * The server refused it, or would: it stays, for its writer to try again.
   *
   * @param {string} id
   * @param {string} code
   * @returns {Message[]} it as it is now; nothing if there is none
   */
  fail(id, code) {
    const message = this.#messages.get(id);
    if (!message) return [];
    this.settle(id);
    const failed = /** @type {Message} */ ({ ...message, state: "failed", code });
    this.#messages.set(id, failed);
    return [failed];
  }

  /** Nothing is on its way any more: what is neither placed nor failed goes again, in its order. */
  startAgain() {
    this.#onTheirWay.clear();
    this.#waiting = new Set([...this.#messages.values()].filter(each => each.state === "sending").map(each => each.id));
  }

  /**
   * Take what is to go now; what no room would take fails instead.
   *
   * @param {number} most how many may be on their way at once
   * @param {number} bytes how long a message may be; 0 for any length
   */
  take(most, bytes) {
    const going = [];
    const failed = [];
    for (const id of this.#waiting) {
      if (this.#onTheirWay.size >= most) break;
      const message = /** @type {Message} */ (this.#messages.get(id));
      const code = refusal(message.msg, bytes);
      if (code) {
        failed.push(...this.fail(id, code));
      } else {
        this.#waiting.delete(id);
        this.#onTheirWay.add(id);
        going.push(message);
      }
    }
    return { going, failed };
  }
}
