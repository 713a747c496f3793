// The way of a message as far as it is seen from here: the twin of Python's chatlib/client/journeys.py.
//
// Pure: times come in as arguments, in milliseconds of one clock, and only differences come out. Of two clocks only a
// round trip is known; so no time of one is ever put on the other.

import { FrameType } from "./server_frame.js";

/**
 * @import { Frame } from "./frame.js"
 * @import { ClientFrame } from "./outbox.js"
 * @import { ServerFrame, Trace } from "./server_frame.js"
 *
 * A frame that carried a message: taken apart where a kernel did that, and its payload.
 *
 * @typedef {{ direction: "sent" | "received", frame: Frame | null, text: string }} Sighting
 *
 * What is known of a message; in milliseconds, null where something is not known. `before` is how long the kernel had
 * it before its frame went out, `round_trip` from there until it came back, placed. `trace` is what the server told;
 * `traced` that it was asked; `tracing` that it is for what is sent from now on.
 *
 * @typedef {{ id: string, before: number | null, round_trip: number | null, traced: boolean, trace: Trace | null,
 *   frames: Sighting[], tracing?: boolean }} Journey
 */

const KEPT = 200; // messages

/**
 * What was seen of a message; `out` and `back` are readings of a clock, and never leave it.
 *
 * @typedef {{ out: number | null, back: number | null, traced: boolean, trace: Trace | null,
 *   frames: Sighting[] }} Seen
 */

/** The journeys of the messages of one client, which sees what it hands to the browser and gets from it: no frames. */
export class Journeys {
  /** Ask the server to trace what is sent from now on. */
  tracing = false;
  /** @type {Map<string, Seen>} */
  #seen = new Map();

  /**
   * A frame goes out.
   *
   * @param {ClientFrame} frame
   * @param {number} now
   * @returns {string} its text, which asks for a trace if that is wanted
   */
  send(frame, now) {
    if (frame.type !== FrameType.MSG) return JSON.stringify(frame);
    const text = JSON.stringify(this.tracing ? { ...frame, trace: true } : frame);
    const seen = this.#of(frame.id);
    seen.out = now; // sent again over a new connection, the last one is that which is answered
    seen.traced = this.tracing;
    seen.frames.push({ direction: "sent", frame: null, text });
    return text;
  }

  /**
   * A frame came.
   *
   * @param {ServerFrame} frame
   * @param {string} text
   * @param {number} now
   */
  receive(frame, text, now) {
    if (frame.type === FrameType.TRACE) {
      const seen = this.#seen.get(frame.id);
      if (seen) seen.trace = traceOf(frame);
    } else if (frame.type === FrameType.MSG) {
      const seen = this.#of(frame.id);
      if (seen.back !== null) return; // answered once more
      seen.back = now;
      seen.frames.push({ direction: "received", frame: null, text });
    }
  }

  /**
   * Answer what the X-ray asks.
   *
   * @param {{ do: "x_ray", id: string } | { do: "tracing", on: boolean }} question
   */
  act(question) {
    if (question.do === "x_ray") return this.of(question.id);
    this.tracing = question.on;
    return undefined;
  }

  /**
   * What is known of a message now.
   *
   * @param {string} id
   * @returns {Journey}
   */
  of(id) {
    const { out, back, traced, trace, frames } = this.#seen.get(id) ?? unseen();
    const roundTrip = out === null || back === null ? null : back - out;
    return { id, before: null, round_trip: roundTrip, traced, trace, frames: [...frames], tracing: this.tracing };
  }

  /** @param {string} id */
  #of(id) {
    const seen = this.#seen.get(id) ?? unseen();
    this.#seen.set(id, seen);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= KEPT) break;
      this.#seen.delete(oldest);
    }
    return seen;
  }
}

/** @returns {Seen} */
const unseen = () => ({ out: null, back: null, traced: false, trace: null, frames: [] });

/**
 * What a server told of a message, without its words.
 *
 * @param {Trace} frame
 * @returns {Trace}
 */
export const traceOf = ({ id, placed, written, answered, silent, unasked }) => ({
  id,
  placed,
  written,
  answered,
  silent,
  unasked,
});

/**
 * What a page saw of its own message: when the key was pressed, when the kernel's answer was back, and when the message
 * was drawn as delivered; in milliseconds of the page's clock.
 *
 * @typedef {{ pressed: number, taken: number | null, drawn: number | null }} Watched
 *
 * A way, each part of which is in the one before, and what is left of that part for the way to the next and back.
 *
 * @typedef {{ name: "page" | "kernel" | "client" | "server", ms: number, between: number | null }} Part
 */

/**
 * The parts of a message's way that are known, the outermost first. Each is a difference on one clock; what lies
 * between two of them is there and back together, since no clock knows how that divides.
 *
 * @param {Journey} journey
 * @param {Watched | null} watched
 * @param {boolean} hasKernel
 * @returns {Part[]}
 */
export function partsOf({ before, round_trip, trace }, watched, hasKernel) {
  /** @type {{ name: Part["name"], ms: number }[]} */
  const parts = [];
  if (watched?.drawn != null) parts.push({ name: "page", ms: watched.drawn - watched.pressed });
  if (round_trip !== null) parts.push({ name: hasKernel ? "kernel" : "client", ms: (before ?? 0) + round_trip });
  if (trace) parts.push({ name: "server", ms: trace.written });
  return parts.map((part, n) => {
    const next = parts[n + 1];
    return { ...part, between: next && round_trip !== null ? part.ms - next.ms : null };
  });
}
