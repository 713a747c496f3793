// What the events of a recording consist of, for each instrument. A recording that is damaged is known by it before
// anything is drawn: some draw an event in a later frame, where nobody could catch what is raised.

/**
 * "text" is also one in two languages. What is `maybe` may be null, or not there. A list of one shape is a list of
 * that, however long; a list of more has one thing of each. An object may have more than what is named.
 *
 * @typedef {"text" | "number" | "boolean" | "object"} Word
 * @typedef {Word | Maybe | [Shape, ...Shape[]] | Fields} Shape
 * @typedef {{ [Name: string]: Shape }} Fields
 */

class Maybe {
  /** @param {Shape} shape */
  constructor(shape) {
    this.shape = shape;
  }
}

const maybe = (/** @type {Shape} */ shape) => new Maybe(shape);

/** @type {Fields} */
const FIELD = { name: "text", start: "number", size: "number", value: "text", meaning: "text", section: "text" };
/** @type {Fields} */
const FRAME = { raw: "text", size: "number", payload: "number", key: maybe("text"), fields: [FIELD] };
/** @type {Fields} */
const ENTRY = { end: "text", what: "text", name: "text", detail: maybe("text"), at: "number" };
/** @type {Fields} */
const LEFT = { n: "number", direction: "text", at: "number", title: "text", lines: ["text"], frame: maybe(FRAME) };
/** @type {Fields} */
const ARRIVED = { n: "number", at: "number" };
const TIMES = maybe(["number"]);
/** @type {Fields} */
const RUNGS = { sent: TIMES, wire: TIMES, placed: TIMES, acknowledged: TIMES, seen: TIMES };
/** @type {Fields} */
const QUESTION = { text: "text", choices: [["text", "boolean", "text"]] };
/** @type {Fields} */
const TRACE = {
  placed: "number",
  written: "number",
  answered: [{ user: "text", ms: "number" }],
  silent: ["text"],
  unasked: "number",
};
/** @type {Fields} */
const SIGHTING = { direction: "text", frame: maybe(FRAME), text: "text" };
/** @type {Shape} */
const WAITS = [maybe("number"), maybe("number"), maybe("number"), maybe("number")];

/**
 * By the name of the instrument, and by the kind of the event; what has no field is not named.
 *
 * @type {Record<string, Record<string, Fields>>}
 */
export const SHAPES = {
  attacker_console: {
    siege: { victim: "text", evil: "text" },
    defences: { on: ["text"] },
    began: { attack: "text" },
    outcome: {
      attack: "text",
      stopped_by: maybe("text"),
      said: "text",
      pieces: [{ direction: "text", title: "text", lines: ["text"] }],
      page: "text",
    },
    visit: { lines: ["text"], answer: "text" },
  },
  browser_page: { page: { url: "text", source: "text", copies: "number" } },
  buffer_gauges: {
    play: { pages: ["text"], tells: "boolean", buffers: ["number", "number"] },
    policy: { policy: "text", queue: "number" },
    look: {
      look: ["number", "number", "text", "boolean"],
      pages: [[maybe("number"), "boolean", WAITS, "number", "number", maybe("number"), maybe("number")]],
    },
  },
  chaos_board: {
    play: { keepalive: maybe("number") },
    cable: { delay: "number", jitter: "number", rate: maybe("number"), frozen: "boolean", refusing: "boolean" },
    manners: { guarantee: "text", comes_back: "boolean", watchdog: maybe("number") },
    entry: ENTRY,
    left: LEFT,
    arrived: ARRIVED,
    row: { id: "text", by: "text", text: "text", times: RUNGS },
  },
  chat_panel: {
    room: { room: "text", name: "text", url: maybe("text"), limits: maybe({ message_bytes: "number" }) },
    connection: { state: "text", text: "text", code: maybe("number"), reason: "text", retry_in: maybe("number") },
    people: { names: ["text"] },
    message: {
      id: "text",
      user: "text",
      msg: "text",
      time: "text",
      state: "text",
      code: maybe("text"),
      own: "boolean",
    },
    notice: { key: "text", kind: "text", user: "text", old: maybe("text"), msg: "text", time: "text" },
    gap: { key: "text", missed: maybe("number"), time: "text" },
    dropped: { count: "number", keys: ["text"] },
    earlier: { count: "number" },
    discarded: { id: "text" },
    typing: { user: "text" },
    refused: { code: "text", msg: "text", retry_after: maybe("number") },
    trace: {
      id: "text",
      before: maybe("number"),
      round_trip: maybe("number"),
      traced: "boolean",
      trace: maybe(TRACE),
      frames: [SIGHTING],
    },
  },
  event_log: {
    about: { url: "text", browser: "boolean", state: "number" },
    event: { side: "text", time: "number", type: "text", detail: "text", state: "number" },
    browser_sends: { text: "text" },
    browser_closes: { code: "number", reason: "text" },
    again: { url: "text" },
  },
  loop_pulse: {
    gap: { n: "number", seconds: "number", line: "text", over: "boolean" },
    tasks: { tasks: [{ name: "text", coroutine: "text", line: "text" }], more: "number", kernel: "number" },
  },
  prediction: {
    question: QUESTION,
    choice: { choice: "number" },
    revealed: { right: "number", made: "number" },
  },
  quiz: {
    questions: { questions: [QUESTION] },
    answer: { question: "number", choice: "number" },
  },
  room_map: {
    room: { room: "text", url: "text", live: "boolean" },
    member: { name: "text" },
    frozen: { name: "text", frozen: "boolean" },
    left: { name: "text" },
    said: { id: "text", name: "text", text: "text" },
    heard: { id: "text", name: "text", user: "text", text: "text" },
    person: { key: "text", name: "text", standing: "text", unsent: "number", why: "text" },
    gone: { key: "text" },
    spoke: { key: maybe("text"), name: "text", text: "text" },
    tally: { messages: "number", more: "number" },
    serving: { state: "text" },
  },
  state_theatre: {
    entry: ENTRY,
    left: LEFT,
    arrived: ARRIVED,
    ended: { code: "number", meaning: "text", reason: "text", clean: "boolean", said_by: "text" },
  },
  transport_race: {
    plan: { rate: "number", seconds: "number", poll_every: "number", delay: "number" },
    pace: { poll_every: "number" },
    bet: { transport: maybe("text") },
    lanes: { lanes: [["number", "number", "number", "number", "number", "number"]] },
    figures: {
      results: [
        {
          transport: "text",
          requests: maybe("number"),
          connections: maybe("number"),
          messages: maybe("number"),
          bytes_up: maybe("number"),
          bytes_down: maybe("number"),
          latency_ms: maybe("number"),
        },
      ],
    },
    over: { text: "text" },
  },
  wire_view: {
    handshake: {
      direction: "text",
      time: maybe("number"),
      lines: [{ text: "text", meaning: "text", section: "text" }],
    },
    frame: {
      n: "number",
      direction: "text",
      time: maybe("number"),
      summary: "text",
      opcode: "text",
      json: maybe("text"),
      ...FRAME,
    },
    rest: { direction: "text", time: maybe("number"), raw: "text", size: "number" },
  },
};

const isObject = (/** @type {unknown} */ it) => typeof it === "object" && it !== null && !Array.isArray(it);

/** @type {Record<string, (it: any) => boolean>} */
const IS = {
  text: it => typeof it === "string" || (isObject(it) && typeof it.en === "string" && typeof it.zh === "string"),
  number: it => Number.isFinite(it),
  boolean: it => typeof it === "boolean",
  object: isObject,
};

/**
 * Tell where something has not the shape that it should have; undefined if it has.
 *
 * @param {any} it
 * @param {Shape} shape
 * @param {string} where
 * @returns {string | undefined}
 */
function misfit(it, shape, where) {
  if (typeof shape === "string") return IS[shape]?.(it) ? undefined : `${where} is no ${shape}`;
  if (shape instanceof Maybe) return (it ?? null) === null ? undefined : misfit(it, shape.shape, where);
  if (!Array.isArray(shape)) {
    if (!isObject(it)) return `${where} is no object`;
    return first(Object.entries(shape), ([name, each]) => misfit(it[name], each, `${where}.${name}`));
  }
  if (!Array.isArray(it)) return `${where} is no list`;
  const [one] = shape;
  if (shape.length === 1) return first([...it.entries()], ([n, each]) => misfit(each, one, `${where}[${n}]`));
  return first([...shape.entries()], ([n, each]) => misfit(it[n], each, `${where}[${n}]`));
}

/**
 * @template Item
 * @param {Item[]} items
 * @param {(item: Item) => string | undefined} find
 */
function first(items, find) {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

/**
 * Tell what is wrong with an event of a recording; undefined if nothing is. A kind that we do not know is passed over,
 * as the instruments do.
 *
 * @param {string} widget
 * @param {any} event
 * @returns {string | undefined}
 */
export function damage(widget, event) {
  const wrong = misfit(event, { t: "number", kind: "text", data: "object" }, "event");
  if (wrong) return wrong;
  const shape = SHAPES[widget]?.[event.kind];
  return shape && misfit(event.data, shape, event.kind);
}
