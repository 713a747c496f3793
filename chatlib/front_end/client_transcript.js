// What one person sees of a room: frames of the server in, what there is to tell the panel of them out.
//
// Pure: no socket, no page, no clock, no chance; times and ids come in as arguments. It is the twin of Python's
// chatlib/transcript.py, in the same words: the scripts in tests/core/transcripts are stepped through both. What has
// its place is in placed.js, who is here in roster.js, and what waits for the room's answer in outbox.js.

import { traceOf } from "./journey.js";
import { Outbox, refusalOfMessage, refusalOfName } from "./outbox.js";
import { Placed } from "./placed.js";
import { Roster } from "./roster.js";
import { FrameType } from "./server_frame.js";

/**
 * @import { Message } from "./message.js"
 * @import { ClientFrame } from "./outbox.js"
 * @import { CameOrWent, Limits, Refusal, Renamed, Said, ServerFrame, Welcome } from "./server_frame.js"
 *
 * What the panel is told.
 *
 * @typedef {{ kind: string, data: Record<string, any> }} Update
 */

const KEPT_ENTRIES = 10_000;

// With these a server takes its leave: they say why a connection ends, and no message is concerned.
const FAREWELLS = new Set(["seat-taken", "shutdown", "idle", "slow-reader", "waiting", "connect-again"]);

// What failed with one of these would fail again.
const FINAL_CODES = new Set(["bad-message", "closed", "empty", "id-taken", "text-only", "too-long"]);

const NOTICES = /** @type {const} */ ({
  [FrameType.ENTER]: "enter",
  [FrameType.LEAVE]: "leave",
  [FrameType.RENAME]: "rename",
});

/**
 * Tell whether a frame says why the connection is going to end.
 *
 * @param {ServerFrame} frame
 */
export const isFarewell = frame => frame.type === FrameType.ERROR && FAREWELLS.has(frame.code);

/** What one person sees of a room, over any number of connections. */
export class Transcript {
  #room;
  /** @type {Limits | null} */
  #limits = null;
  #isWelcome = false;
  #placed;
  #roster;
  #outbox = new Outbox();
  #seated;

  /**
   * @param {string} [room]
   * @param {{ name?: string, kept?: number, ownIds?: string[] }} [options] the name to ask for, "" for any; how many
   *   placed entries are kept; and which messages were said by an earlier page of the same person
   */
  constructor(room = "lobby", { name = "", kept = KEPT_ENTRIES, ownIds = [] } = {}) {
    this.#room = room;
    this.#placed = new Placed(kept, ownIds);
    this.#roster = new Roster(name);
    this.#seated = JSON.stringify(this.seated);
  }

  /** The name that the next connection asks for. */
  get wanted() {
    return this.#outbox.wish ?? this.#roster.given;
  }

  /** Where we are, what we are called there, and what the server takes, which is null before its first welcome. */
  get seated() {
    return { room: this.#room, name: this.#roster.name || this.wanted, limits: this.#limits };
  }

  /** The place in the room's order up to which everything was seen; null for the beginning. */
  get since() {
    return this.#placed.since;
  }

  /** Whether the connection is in the room: only its welcome tells. */
  get isWelcome() {
    return this.#isWelcome;
  }

  /** How many messages this connection has carried that have no answer. */
  get onTheirWay() {
    return this.#outbox.onTheirWay;
  }

  /**
   * The message with this id, if it is there.
   *
   * @param {string} id
   */
  find(id) {
    return this.#outbox.get(id) ?? this.#placed.get(id);
  }

  // What one does

  /**
   * Say something under an id of one's own; an id that is known already is no second message.
   *
   * @param {string} id
   * @param {string} msg
   * @param {string} time
   * @returns {Update[]}
   */
  say(id, msg, time) {
    if (this.find(id)) return [];
    this.#placed.ownIds.add(id);
    return this.#putLast(asMessage({ id, user: this.seated.name, msg, time, state: "sending", own: true }));
  }

  /**
   * Try a failed message again, which then goes last; any other stays as it is.
   *
   * @param {string} id
   * @returns {Update[]}
   */
  resend(id) {
    const message = this.#placed.takeFailed(id);
    return message ? this.#putLast(asMessage({ ...message, state: "sending", code: null })) : [];
  }

  /**
   * Have a failed message no longer; any other stays as it is.
   *
   * @param {string} id
   * @returns {Update[]}
   */
  discard(id) {
    if (!this.#placed.takeFailed(id)) return [];
    this.#placed.ownIds.delete(id);
    return [{ kind: "discarded", data: { id } }];
  }

  /**
   * Give a pending message up.
   *
   * @param {string} id
   * @param {string} code why
   * @returns {Update[]}
   */
  fail(id, code) {
    const message = this.#outbox.settle(id);
    return message ? this.#placed.message(asMessage({ ...message, state: "failed", code })) : [];
  }

  /**
   * Ask for another name, on this connection or the next, until the room answers.
   *
   * @param {string} name
   * @returns {Update[]}
   */
  rename(name) {
    const refusal = refusalOfName(name);
    if (refusal) return [{ kind: "refused", data: { ...refusal, retry_after: null } }];
    this.#outbox.wishFor(name);
    return this.#tellSeat();
  }

  /**
   * Take what is to go out next; null if there is nothing, or no welcome yet.
   *
   * @returns {ClientFrame | null}
   */
  take() {
    return this.#isWelcome ? this.#outbox.take() : null;
  }

  /**
   * The connection ended: what it carried and was not answered goes again on the next one.
   *
   * @param {{ tooBig?: boolean }} [why] if that was because of a frame that is too long for the server: it was the
   *   longest, or as much too long as that one, so the longest goes no more
   * @returns {Update[]}
   */
  lost({ tooBig = false } = {}) {
    const message = tooBig && this.#outbox.largestOnItsWay;
    const news = message ? this.fail(message.id, "too-long") : [];
    this.#isWelcome = false;
    this.#outbox.rest();
    return news;
  }

  /**
   * @param {Message} message
   * @returns {Update[]}
   */
  #putLast(message) {
    this.#outbox.add(message);
    return [{ kind: "message", data: message }, ...(this.#isWelcome ? this.#lineUp(message) : [])];
  }

  /**
   * Have a message go out, unless no room would take it.
   *
   * @param {Message} message
   */
  #lineUp(message) {
    const { id, msg } = message;
    const code = refusalOfMessage(msg, this.#limits?.message_bytes ?? 0);
    if (code) return this.fail(id, code);
    this.#outbox.lineUp(message);
    return [];
  }

  #lineUpAll() {
    this.#outbox.rest();
    this.#outbox.lineUpWish();
    return this.#outbox.messages.flatMap(message => this.#lineUp(message));
  }

  // What the server says

  /**
   * Take a frame of the server; before its welcome only a welcome or an error counts.
   *
   * @param {ServerFrame} frame
   * @returns {Update[]}
   */
  receive(frame) {
    if (!this.#isWelcome && frame.type !== FrameType.WELCOME && frame.type !== FrameType.ERROR) return [];
    const updates = [...this.#read(frame), ...this.#tellSeat()];
    if (frame.type === FrameType.WELCOME) updates.push(...this.#lineUpAll());
    return updates;
  }

  /**
   * @param {ServerFrame} frame
   * @returns {Update[]}
   */
  #read(frame) {
    switch (frame.type) {
      case FrameType.WELCOME:
        return this.#welcome(frame);
      case FrameType.MSG:
        // An own one without a place counts whatever its place: what came twice is answered with the first.
        return this.#placed.isNew(frame.seq) || this.#isOpen(frame.id) ? this.#placeSaid(frame) : [];
      case FrameType.ENTER:
      case FrameType.LEAVE:
      case FrameType.RENAME:
        return this.#placed.isNew(frame.seq) ? this.#notice(frame) : [];
      case FrameType.TYPING:
        return [{ kind: "typing", data: { user: frame.user } }];
      case FrameType.TRACE:
        return [{ kind: "trace", data: traceOf(frame) }];
      case FrameType.ERROR:
        return this.#error(frame);
    }
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    const { user, room, history, missed, earlier, limits, time } = welcome;
    const early = this.#limits ? [] : this.#placed.failedEarlier; // the first history tells their places
    this.#isWelcome = true;
    this.#room = room;
    this.#limits = limits;
    this.#roster.welcome(welcome, { isWhole: this.since === null || missed !== 0 });
    this.#outbox.answerWish(user); // nothing else can be one: this connection has carried no wish yet
    const updates = missed === 0 ? [] : this.#placed.gap(missed, time);
    if (missed === null) this.#placed.beginAnew();
    updates.push(...this.#placed.behind(earlier));
    for (const said of history) {
      updates.push(...this.#placed.putBehind(early, Date.parse(said.time)));
      this.#placed.isNew(said.seq);
      updates.push(...this.#placeSaid(said));
    }
    return [...updates, ...this.#placed.putBehind(early), this.#tellPeople()];
  }

  /** @param {CameOrWent | Renamed} frame */
  #notice(frame) {
    const { type, user, msg, time, seq } = frame;
    const old = type === FrameType.RENAME ? frame.old : null;
    if (old === this.#roster.name) this.#outbox.answerWish(user);
    const hasChanged = this.#roster.takeIn(frame);
    const updates = this.#placed.notice({ kind: NOTICES[type], user, old, msg, time, seq });
    return hasChanged ? [...updates, this.#tellPeople()] : updates;
  }

  /**
   * @param {Refusal} frame
   * @returns {Update[]}
   */
  #error(frame) {
    const { code, msg, id, retry_after } = frame;
    if (isFarewell(frame)) return [];
    const refused = { kind: "refused", data: { code, msg, retry_after } };
    // Nothing failed: it goes again, in order, when the server takes it.
    if (code === "rate-limited") return [refused, ...(this.#isWelcome ? this.#lineUpAll() : [])];
    if (id !== null && this.#outbox.get(id)) return this.fail(id, code);
    if (id === null) this.#outbox.answerWish(); // every message has an id: it was the wish for a name, if there was one
    return [refused];
  }

  /**
   * Tell whether it is an own message that the room has not placed.
   *
   * @param {string} id
   */
  #isOpen(id) {
    const message = this.find(id);
    return message !== undefined && message.state !== "delivered";
  }

  /**
   * @param {Said} frame
   * @returns {Update[]}
   */
  #placeSaid({ id, user, msg, time }) {
    // A server that lost its memory was sent it again by whoever missed the first acknowledgement.
    if (!this.#isOpen(id) && this.#placed.get(id)) return [];
    this.#outbox.settle(id);
    this.#placed.takeFailed(id);
    return this.#placed.message(
      asMessage({ id, user, msg, time, state: "delivered", own: this.#placed.ownIds.has(id) }),
    );
  }

  #tellPeople() {
    return { kind: "people", data: { names: this.#roster.people } };
  }

  /** @returns {Update[]} */
  #tellSeat() {
    const seated = JSON.stringify(this.seated);
    if (seated === this.#seated) return [];
    this.#seated = seated;
    return [{ kind: "room", data: this.seated }];
  }
}

/**
 * @param {Omit<Message, "code" | "retryable"> & { code?: string | null }} message
 * @returns {Message}
 */
const asMessage = ({ code = null, ...message }) => ({
  ...message,
  code,
  retryable: message.state === "failed" && !FINAL_CODES.has(code ?? ""),
});
