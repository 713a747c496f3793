// What a server's frame is, and how it is read: as a whole or not at all, so that nothing in it can trouble the panel.
//
// Pure. The twin of Python's chatlib/wire.py and frame_fields.py: the scripts in tests/core/transcripts check both.

/** A frame's `type`. */
export const FrameType = /** @type {const} */ ({
  ENTER: 0,
  LEAVE: 1,
  MSG: 2,
  WELCOME: 3,
  ERROR: 4,
  TYPING: 5,
  RENAME: 6,
  TRACE: 8,
});

/**
 * What the server sends.
 *
 * @typedef {{ type: 0 | 1, user: string, msg: string, time: string, seq: string }} CameOrWent
 * @typedef {{ type: 2, id: string, user: string, msg: string, time: string, seq: string }} Said
 * @typedef {{ rate: number, burst: number, message_bytes: number }} Limits
 * @typedef {{ type: 3, user: string, room: string, users: string[], history: Said[], missed: number | null,
 *   earlier: number, limits: Limits, msg: string, time: string }} Welcome
 * @typedef {{ type: 4, code: string, msg: string, time: string, id: string | null,
 *   retry_after: number | null }} Refusal
 * @typedef {{ type: 5, user: string, msg: string, time: string }} Typing
 * @typedef {{ type: 6, user: string, old: string, msg: string, time: string, seq: string }} Renamed
 * @typedef {{ id: string, placed: number, written: number, answered: { user: string, ms: number }[],
 *   silent: string[], unasked: number }} Trace
 * @typedef {CameOrWent | Said | Welcome | Refusal | Typing | Renamed | ({ type: 8 } & Trace)} ServerFrame
 */

const HALF_A_PAIR = /\p{Cs}/u;
const SEQ = /^(.+)-(\d{1,15})$/su;
const TIME = /^[1-9]\d{3}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?Z$/u;

/** Checks: each returns the value, or throws. */

/** @param {any} value */
function text(value) {
  if (typeof value !== "string" || HALF_A_PAIR.test(value)) throw new TypeError("expected a string of Unicode");
  return value;
}

/** @param {any} value */
function word(value) {
  if (!text(value)) throw new TypeError("expected a string with at least one character");
  return value;
}

/** @param {any} value */
function seq(value) {
  placeOf(text(value));
  return value;
}

/** @param {any} value */
function time(value) {
  const date = TIME.test(text(value)) ? new Date(value) : null;
  // A day that is not in the calendar is none, or another one.
  if (!date || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value.slice(0, 10)) {
    throw new TypeError("a time looks like 2026-01-31T23:59:59.999Z");
  }
  return value;
}

/** @param {any} value */
function amount(value) {
  if (typeof value !== "number" || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
    throw new TypeError("expected a number, 0 or more");
  }
  return value;
}

/** @param {any} value */
function count(value) {
  if (!Number.isInteger(amount(value))) throw new TypeError("expected a whole number");
  return value;
}

/** @param {(value: any) => any} read */
const listOf = read => (/** @type {any} */ value) => {
  if (!Array.isArray(value)) throw new TypeError("expected a list");
  return value.map(read);
};

/** @param {(value: any) => any} read */
const orNull = read => (/** @type {any} */ value) => (value === null ? null : read(value));

/** @param {(value: any) => any} read */
const orNothing = read => (/** @type {any} */ value) => (value === undefined ? null : orNull(read)(value));

/** @typedef {{ [name: string]: (value: any) => any }} Fields */

/** @type {Fields} */
const CAME_OR_WENT = { user: word, online: count, seq, time, msg: text };
/** @type {Fields} */
const SAID = { user: word, msg: text, id: word, seq, time };
/** @type {Fields} */
const LIMITS = { rate: amount, burst: count, message_bytes: count };

/** @type {{ [type: number]: Fields }} */
const FIELDS = {
  [FrameType.ENTER]: CAME_OR_WENT,
  [FrameType.LEAVE]: CAME_OR_WENT,
  [FrameType.MSG]: SAID,
  [FrameType.WELCOME]: {
    user: word,
    room: word,
    users: listOf(word),
    online: count,
    history: listOf(value => fields(SAID, value)),
    missed: orNull(count),
    earlier: value => count(value ?? 0),
    limits: value => fields(LIMITS, value),
    time,
    msg: text,
  },
  [FrameType.ERROR]: { code: word, msg: text, time, id: orNothing(word), retry_after: orNothing(amount) },
  [FrameType.TYPING]: { user: word, time, msg: text },
  [FrameType.RENAME]: { user: word, old: word, seq, time, msg: text },
  [FrameType.TRACE]: {
    id: word,
    placed: amount,
    written: amount,
    answered: listOf(value => fields({ user: word, ms: amount }, value)),
    silent: listOf(word),
    unasked: count,
    time,
    msg: text,
  },
};

/**
 * Read an object's fields, and nothing else that is in it.
 *
 * @param {Fields} expected
 * @param {any} value
 */
function fields(expected, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("expected an object");
  return Object.fromEntries(Object.entries(expected).map(([name, read]) => [name, read(value[name])]));
}

/**
 * Read a frame of the server; null for a type that this version does not know. It throws where there is none.
 *
 * @param {string} data
 * @returns {ServerFrame | null}
 */
export function readFrame(data) {
  const { type, ...rest } = JSON.parse(data);
  const expected = typeof type === "number" ? FIELDS[type] : undefined;
  return expected ? /** @type {ServerFrame} */ ({ type, ...fields(expected, rest) }) : null;
}

/**
 * A place in the room's order, `<epoch>-<n>`, taken apart.
 *
 * @param {string} place
 * @returns {[epoch: string, number: number]}
 */
export function placeOf(place) {
  const found = SEQ.exec(place);
  if (!found) throw new TypeError("a seq looks like e1-4");
  const [, epoch = "", number] = found;
  return [epoch, Number(number)];
}
