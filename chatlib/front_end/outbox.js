// What one has asked of a room and it has not answered yet: messages, and a name. A transcript's way out.
//
// Pure, like client_transcript.js, which stands on it, and the twin of Python's chatlib/outbox.py. send() returning
// means "handed over", not "arrived": a message stays here until its id comes back, and goes again if it does not.

import { FrameType } from "./server_frame.js";

/**
 * @import { Message } from "./message.js"
 *
 * What goes to the server.
 *
 * @typedef {{ type: 2, msg: string, id: string } | { type: 5 } | { type: 6, msg: string }} ClientFrame
 */

const FRAME_BYTES = 64 * 1024; // every room takes a frame of this length, whatever its limit for messages

// What draws nothing: control and format characters, white space, fillers, joiners, variants, and Braille's blank.
const BLANK = /^(?:(?!\p{Cn})[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800])*$/u;
const HALF_A_PAIR = /\p{Cs}/u;

const encoder = new TextEncoder();

/** @param {string} text */
const bytesOf = text => encoder.encode(text).length;

/**
 * Tell why no room takes a message; null if one does.
 *
 * @param {string} msg
 * @param {number} bytes how many bytes of UTF-8 it may have; 0 for any number
 */
export function refusalOfMessage(msg, bytes) {
  if (HALF_A_PAIR.test(msg)) return "bad-message";
  if (bytes && bytesOf(msg) > bytes) return "too-long";
  return BLANK.test(msg) ? "empty" : null;
}

/**
 * Tell why no frame can carry the wish for a name, as the server would; null if one can.
 *
 * @param {string} name
 */
export function refusalOfName(name) {
  if (HALF_A_PAIR.test(name)) {
    return { code: "bad-message", msg: "the text holds half of a surrogate pair, which UTF-8 cannot carry" };
  }
  if (bytesOf(JSON.stringify(wish(name))) <= FRAME_BYTES) return null;
  return { code: "too-long", msg: `a name has to fit into a frame of ${FRAME_BYTES} bytes` };
}

/**
 * @param {string} name
 * @returns {ClientFrame}
 */
const wish = name => ({ type: FrameType.RENAME, msg: name });

/**
 * @param {Message} message
 * @returns {ClientFrame}
 */
const saying = ({ id, msg }) => ({ type: FrameType.MSG, msg, id });

/**
 * Own messages in the order in which they were said, and the name that is wanted. What is due is for the connection
 * that is there now to carry; what it has carried is on its way.
 */
export class Outbox {
  /** The name that was asked for, until the room gives one or refuses. @type {string | null} */
  #wish = null;
  #isWishDue = false;
  #asked = 0; // how often this connection carried a wish that was not answered
  /** @type {Map<string, Message>} */
  #messages = new Map();
  /** @type {Map<string, Message>} */
  #due = new Map();
  /** @type {Map<string, Message>} */
  #onTheirWay = new Map();

  get wish() {
    return this.#wish;
  }

  /** All messages without an answer. */
  get messages() {
    return [...this.#messages.values()];
  }

  /** How many messages this connection has carried that have no answer. */
  get onTheirWay() {
    return this.#onTheirWay.size;
  }

  /** @param {string} id */
  get(id) {
    return this.#messages.get(id);
  }

  /**
   * Keep a message, behind all others, until it is settled.
   *
   * @param {Message} message
   */
  add(message) {
    this.#messages.set(message.id, message);
  }

  /**
   * Have a message that is here carried by this connection.
   *
   * @param {Message} message
   */
  lineUp(message) {
    this.#due.set(message.id, message);
  }

  /**
   * Let go of a message that was answered, or given up, and return it.
   *
   * @param {string} id
   */
  settle(id) {
    const message = this.#messages.get(id);
    this.#due.delete(id);
    this.#onTheirWay.delete(id);
    this.#messages.delete(id);
    return message;
  }

  /**
   * Keep the wish for a name until it is answered; it takes the place of an earlier one.
   *
   * @param {string} name
   */
  wishFor(name) {
    this.#wish = name;
    this.#isWishDue = true;
  }

  /** Have the wish carried by this connection. */
  lineUpWish() {
    this.#isWishDue = this.#wish !== null;
  }

  /**
   * Take the answer to a wish.
   *
   * @param {string | null} [name] the one that the room gave, or null if it refused
   */
  answerWish(name = null) {
    const wasAsked = this.#asked > 0;
    this.#asked = Math.max(0, this.#asked - 1);
    if ((name !== null && name === this.#wish) || (wasAsked && !this.#asked && !this.#isWishDue)) {
      this.#wish = null;
      this.#isWishDue = false;
    }
  }

  /**
   * Take what is due next, the wish for a name first; null if there is nothing.
   *
   * @returns {ClientFrame | null}
   */
  take() {
    if (this.#isWishDue && this.#wish !== null) {
      this.#isWishDue = false;
      this.#asked += 1;
      return wish(this.#wish);
    }
    for (const message of this.#due.values()) {
      this.#due.delete(message.id);
      this.#onTheirWay.set(message.id, message);
      return saying(message);
    }
    return null;
  }

  /** Have nothing carried: what was on its way is not any more. */
  rest() {
    this.#isWishDue = false;
    this.#asked = 0;
    this.#due.clear();
    this.#onTheirWay.clear();
  }

  /** The message that made the longest frame of those on their way, the first of several. */
  get largestOnItsWay() {
    let largest;
    let most = 0;
    for (const message of this.#onTheirWay.values()) {
      const size = bytesOf(JSON.stringify(saying(message)));
      if (size > most) [largest, most] = [message, size];
    }
    return largest;
  }
}
