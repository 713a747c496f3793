// What one person knows of a room: frames of the server in, news for the panel out.
//
// Pure: no socket, no page, no clock, no chance; times and ids come in as arguments. It is the twin of Python's
// chatlib/transcript.py: the scripts in tests/core/transcripts are stepped through both.

import { Outbox } from "./outbox.js";

/** A frame's `type`. */
export const FrameType = /** @type {const} */ ({
  ENTER: 0,
  LEAVE: 1,
  MSG: 2,
  WELCOME: 3,
  ERROR: 4,
  TYPING: 5,
  RENAME: 6,
});

/**
 * @import { Message } from "./message.js"
 *
 * What the server sends.
 *
 * @typedef {{ type: 0 | 1, user: string, msg: string, time: string, seq: string }} CameOrWent
 * @typedef {{ type: 2, id: string, user: string, msg: string, time: string, seq: string }} Said
 * @typedef {{ rate: number, burst: number, message_bytes: number }} Limits
 * @typedef {{ type: 3, user: string, room: string, users: string[], history: Said[], missed: number | null,
 *   limits: Limits, msg: string, time: string }} Welcome
 * @typedef {{ type: 4, code: string, msg: string, time: string, id?: string, retry_after?: number }} Refusal
 * @typedef {{ type: 5, user: string, msg: string, time: string }} Typing
 * @typedef {{ type: 6, user: string, old: string, msg: string, time: string, seq: string }} Renamed
 * @typedef {CameOrWent | Said | Welcome | Refusal | Typing | Renamed} ServerFrame
 *
 * What goes to the server, and what the panel is told.
 *
 * @typedef {{ type: 2, msg: string, id: string } | { type: 5 } | { type: 6, msg: string }} ClientFrame
 * @typedef {{ kind: string, data: Record<string, any> }} News
 */

const LIMIT = 10_000; // placed entries: beyond them the oldest go
const PARTINGS = new Set(["seat-taken", "shutdown", "idle", "slow-reader", "waiting", "connect-again"]);

/**
 * Tell whether a frame says why the connection is going to end.
 *
 * @param {ServerFrame} frame
 */
export const isParting = frame => frame.type === FrameType.ERROR && PARTINGS.has(frame.code);

/** A room as one person knows it, over any number of connections. */
export class Transcript {
  #room;
  #limit;
  /** The name that the last welcome gave, or that was asked for: the one to come back with. */
  #wanted;
  /** What the room calls us; "" while it has given up our seat. */
  #name = "";
  /** Each name and time of a welcome: those of our own ENTER. @type {Set<string>} */
  #given = new Set();
  /** @type {string[]} */
  #people = [];
  /** @type {Limits | null} */
  #limits = null;
  /** Our place in the room's order. @type {string | null} */
  #seq = null;
  #isIn = false;
  /** The name that the room has not been asked for yet. @type {string | null} */
  #renaming = null;

  /** The keys of the placed entries, the oldest first; a message's key is its id. @type {string[]} */
  #placed = [];
  /** @type {Set<string>} */
  #placedIds = new Set();
  #ownIds;
  #gaps = 0;
  #dropped = 0;
  #outbox = new Outbox();

  /**
   * @param {string} room
   * @param {string} [name] the name to ask for; "" for any
   * @param {{ limit?: number, ownIds?: string[] }} [options] how many placed entries are kept, and which messages were
   *   said by an earlier page of the same person
   */
  constructor(room, name = "", { limit = LIMIT, ownIds = [] } = {}) {
    this.#room = room;
    this.#wanted = name;
    this.#limit = limit;
    this.#ownIds = new Set(ownIds);
  }

  /** The room, our name there, and what the server takes, which is null before its first welcome. */
  get room() {
    return { room: this.#room, name: this.#name || this.#wanted, limits: this.#limits };
  }

  /** The name to ask for with the next connection. */
  get wanted() {
    return this.#wanted;
  }

  /** The place in the room's order that the next connection goes on from; null for the beginning. */
  get since() {
    return this.#seq;
  }

  /** Whether the connection is in the room: only its welcome tells. */
  get isIn() {
    return this.#isIn;
  }

  /**
   * Say something. It goes out when there is a way; said a second time under its id, it is no second message.
   *
   * @param {string} id
   * @param {string} msg
   * @param {string} time
   * @returns {News[]}
   */
  say(id, msg, time) {
    if (this.#ownIds.has(id)) return [];
    this.#ownIds.add(id);
    return this.#send({ id, user: this.room.name, msg, time, state: "sending", code: null, own: true });
  }

  /**
   * Try a failed message again; any other stays as it is.
   *
   * @param {string} id
   * @returns {News[]}
   */
  resend(id) {
    const message = this.#outbox.get(id);
    return message?.state === "failed" ? this.#send({ ...message, state: "sending", code: null }) : [];
  }

  /**
   * Ask for another name; the room gives it, or one like it.
   *
   * @param {string} name
   */
  rename(name) {
    this.#wanted = this.#renaming = name;
  }

  /** The connection ended. */
  lost() {
    this.#isIn = false;
  }

  /**
   * Take what is to go out now, and the news of what no room would have taken.
   *
   * @param {number} [most] how many messages may be on their way at once
   * @returns {{ frames: ClientFrame[], news: News[] }}
   */
  goingOut(most = Number.POSITIVE_INFINITY) {
    if (!this.#isIn) return { frames: [], news: [] };
    const { going, failed } = this.#outbox.take(most, this.#limits?.message_bytes ?? 0);
    /** @type {ClientFrame[]} */
    const frames = going.map(({ id, msg }) => ({ type: FrameType.MSG, msg, id }));
    if (this.#renaming !== null) frames.unshift({ type: FrameType.RENAME, msg: this.#renaming });
    this.#renaming = null;
    return { frames, news: failed.map(told) };
  }

  /**
   * Take a frame of the server: first what it placed, then who is here, then the room, each if it is another.
   *
   * @param {ServerFrame} frame
   * @returns {News[]}
   */
  receive(frame) {
    if (!this.#isIn && frame.type !== FrameType.WELCOME && frame.type !== FrameType.ERROR) return [];
    const people = this.#people.join("\n");
    const room = JSON.stringify(this.room);
    const news = this.#read(frame);
    if (frame.type === FrameType.WELCOME || this.#people.join("\n") !== people) {
      news.push({ kind: "people", data: { names: this.#people } });
    }
    if (JSON.stringify(this.room) !== room) news.push({ kind: "room", data: this.room });
    return news;
  }

  /**
   * @param {ServerFrame} frame
   * @returns {News[]}
   */
  #read(frame) {
    switch (frame.type) {
      case FrameType.WELCOME:
        return this.#welcome(frame);
      case FrameType.MSG:
        // One of ours that waits for it counts whatever its place: what came twice is answered with the first.
        return this.#isNew(frame.seq) || this.#outbox.get(frame.id) ? this.#placeMessage(frame) : [];
      case FrameType.ENTER:
        return this.#isNew(frame.seq) ? this.#enter(frame) : [];
      case FrameType.LEAVE:
        return this.#isNew(frame.seq) ? this.#leave(frame) : [];
      case FrameType.RENAME:
        return this.#isNew(frame.seq) ? this.#rename(frame) : [];
      case FrameType.TYPING:
        return [{ kind: "typing", data: { user: frame.user } }];
      case FrameType.ERROR:
        return this.#refuse(frame);
      default:
        return []; // a type that this version does not know
    }
  }

  /**
   * @param {Welcome} frame
   * @returns {News[]}
   */
  #welcome({ user, room, users, history, missed, limits, time }) {
    const news = [];
    this.#isIn = true;
    this.#room = room;
    this.#wanted = user;
    this.#given.add(`${time} ${user}`);
    this.#limits = limits;
    if (this.#seq === null || missed !== 0) {
      this.#name = user;
      this.#people = users;
    } // else what follows leads from what we know to what is now; told twice, a rename would hit the wrong one
    if (missed !== 0) news.push(...this.#placeGap(missed, time));
    if (missed === null) this.#seq = null;
    for (const message of history) {
      this.#isNew(message.seq);
      news.push(...this.#placeMessage(message));
    }
    this.#outbox.startAgain();
    return news;
  }

  /** @param {CameOrWent} frame */
  #enter(frame) {
    if (!this.#people.includes(frame.user)) this.#people = [...this.#people, frame.user];
    if (this.#given.has(`${frame.time} ${frame.user}`)) this.#name = frame.user;
    return this.#placeNotice("enter", frame);
  }

  /** @param {CameOrWent} frame */
  #leave(frame) {
    this.#people = this.#people.filter(name => name !== frame.user);
    if (frame.user === this.#name) this.#name = ""; // our seat was given up while we were away: our own ENTER follows
    return this.#placeNotice("leave", frame);
  }

  /** @param {Renamed} frame */
  #rename(frame) {
    this.#people = this.#people.map(name => (name === frame.old ? frame.user : name));
    if (frame.old === this.#name) this.#name = this.#wanted = frame.user;
    return this.#placeNotice("rename", frame, frame.old);
  }

  /**
   * @param {Refusal} frame
   * @returns {News[]}
   */
  #refuse(frame) {
    const { code, msg, id = "", retry_after = null } = frame;
    if (isParting(frame)) return []; // the connection's affair
    if (code === "rate-limited")
      this.#outbox.startAgain(); // nothing failed: it goes again when the server takes it
    else if (this.#outbox.get(id)) return this.#outbox.fail(id, code).map(told);
    return [{ kind: "refused", data: { code, msg, retry_after } }];
  }

  /**
   * Tell whether a place in the room's order is behind ours, and go there.
   *
   * @param {string} seq
   */
  #isNew(seq) {
    const [epoch, number] = parted(seq);
    const [seenEpoch, seenNumber] = parted(this.#seq ?? "");
    if (epoch === seenEpoch && number <= seenNumber) return false;
    this.#seq = seq;
    return true;
  }

  /**
   * @param {Said} frame
   * @returns {News[]}
   */
  #placeMessage({ id, user, msg, time }) {
    // A server that lost its memory was sent it again by whoever missed the first acknowledgement.
    if (this.#placedIds.has(id)) return [];
    this.#placedIds.add(id);
    this.#outbox.settle(id);
    const own = this.#ownIds.has(id);
    return this.#place("message", id, { id, user, msg, time, state: "delivered", code: null, own });
  }

  /**
   * @param {number | null} missed
   * @param {string} time
   */
  #placeGap(missed, time) {
    const key = `gap ${++this.#gaps}`;
    return this.#place("gap", key, { key, missed, time });
  }

  /**
   * @param {"enter" | "leave" | "rename"} kind
   * @param {CameOrWent | Renamed} frame
   * @param {string | null} [old]
   */
  #placeNotice(kind, { user, msg, time, seq }, old = null) {
    const key = `notice ${seq}`;
    return this.#place("notice", key, { key, kind, user, old, msg, time, seq });
  }

  /**
   * Put an entry at the end of what the room has placed; what is then too much goes at the other end.
   *
   * @param {string} kind
   * @param {string} key
   * @param {Record<string, any>} data
   * @returns {News[]}
   */
  #place(kind, key, data) {
    const news = [{ kind, data }];
    this.#placed.push(key);
    if (this.#placed.length <= this.#limit) return news;
    const oldest = /** @type {string} */ (this.#placed.shift());
    this.#placedIds.delete(oldest);
    this.#ownIds.delete(oldest);
    return [...news, { kind: "dropped", data: { count: ++this.#dropped, keys: [oldest] } }];
  }

  /**
   * @param {Message} message
   * @returns {News[]}
   */
  #send(message) {
    this.#outbox.add(message);
    return [told(message)];
  }
}

/**
 * @param {Message} message
 * @returns {News}
 */
const told = message => ({ kind: "message", data: message });

/**
 * A place in the room's order, `<epoch>-<n>`, taken apart.
 *
 * @param {string} seq
 * @returns {[epoch: string, number: number]}
 */
function parted(seq) {
  const at = seq.lastIndexOf("-");
  return [seq.slice(0, at), Number(seq.slice(at + 1))];
}
