// The way of a message, as the chat page's client sees it, and the parts of it that are known.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Journeys, partsOf } from "../../chatlib/front_end/journey.js";

const SAY = /** @type {const} */ ({ type: 2, msg: "hi", id: "a1" });
const SAID = /** @type {const} */ ({
  type: 2,
  id: "a1",
  user: "Ada",
  msg: "hi",
  time: "2026-01-01T00:00:00.000Z",
  seq: "e-1",
});
const TOLD = { id: "a1", placed: 0.1, written: 0.5, answered: [], silent: [], unasked: 0 };
const JOURNEY = { id: "a1", before: null, round_trip: null, traced: false, trace: null, frames: [] };

test("a message asks for a trace only while that is wanted", () => {
  const journeys = new Journeys();
  assert.equal(journeys.send(SAY, 0), JSON.stringify(SAY));
  assert.equal(journeys.act({ do: "tracing", on: true }), undefined);
  assert.deepEqual(JSON.parse(journeys.send({ ...SAY, id: "a2" }, 0)), { ...SAY, id: "a2", trace: true });
  assert.equal(journeys.send({ type: 5 }, 0), '{"type":5}');
  assert.deepEqual(
    [journeys.of("a1").traced, journeys.of("a2").traced, journeys.of("a2").tracing],
    [false, true, true],
  );
});

test("only the difference of two times comes out", () => {
  for (const zero of [0, 1e6]) {
    const journeys = new Journeys();
    journeys.send(SAY, zero);
    assert.equal(journeys.of("a1").round_trip, null);
    journeys.receive(SAID, "back", zero + 7);
    journeys.receive(SAID, "once more", zero + 99);
    const { round_trip, frames } = /** @type {any} */ (journeys.act({ do: "x_ray", id: "a1" }));
    assert.equal(round_trip, 7);
    assert.deepEqual(
      frames.map(({ direction, text }) => [direction, text]),
      [
        ["sent", JSON.stringify(SAY)],
        ["received", "back"],
      ],
    );
  }
});

test("what the server tells belongs to a message that was seen here", () => {
  const journeys = new Journeys();
  const frame = /** @type {any} */ ({ type: 8, ...TOLD, time: SAID.time, msg: "" });
  journeys.receive(frame, "", 0);
  assert.deepEqual(journeys.of("a1"), { ...JOURNEY, tracing: false });
  journeys.send(SAY, 0);
  journeys.receive(frame, "", 1);
  assert.deepEqual(journeys.of("a1").trace, TOLD);
});

test("the last messages are kept, and no more", () => {
  const journeys = new Journeys();
  for (let n = 0; n < 300; n += 1) journeys.receive({ ...SAID, id: `b${n}` }, "x", n);
  assert.deepEqual(
    ["b0", "b99", "b100", "b299"].map(id => journeys.of(id).frames.length),
    [0, 0, 1, 1],
  );
});

test("each part lies within the one before, and what is between them is there and back together", () => {
  const watched = { pressed: 100, taken: 103, drawn: 110 };
  const whole = { ...JOURNEY, before: 1, round_trip: 3, trace: TOLD };
  assert.deepEqual(partsOf(whole, watched, true), [
    { name: "page", ms: 10, between: 6 },
    { name: "kernel", ms: 4, between: 3.5 },
    { name: "server", ms: 0.5, between: null },
  ]);
  assert.deepEqual(
    partsOf({ ...whole, before: null }, watched, false).map(({ name, between }) => [name, between]),
    [
      ["page", 7],
      ["client", 2.5],
      ["server", null],
    ],
  );
});

test("what is not known is left out, and nothing is said about what lies between others then", () => {
  assert.deepEqual(partsOf(JOURNEY, null, true), []);
  assert.deepEqual(partsOf(JOURNEY, { pressed: 1, taken: null, drawn: null }, true), []);
  assert.deepEqual(partsOf({ ...JOURNEY, trace: TOLD }, { pressed: 1, taken: null, drawn: 9 }, true), [
    { name: "page", ms: 8, between: null },
    { name: "server", ms: 0.5, between: null },
  ]);
});
