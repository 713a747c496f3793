import "../support/page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";

import { play } from "../../chatlib/front_end/instruments.js";

/** @type {any} */
const el = { replaceChildren: () => assert.fail("what stood there must stay") };
const recording = { version: 1, widget: "quiz", events: [], dropped: {} };

test("a recording of another version is refused, with what was expected, and what came", () => {
  assert.throws(() => play(el, { ...recording, version: 2 }), /version 1, got version 2/u);
});

test("a recording with an event that is none is refused before anything is drawn", () => {
  const event = { t: 0, kind: "heard", data: {} };
  for (const damage of [{ data: null }, { data: 5 }, { data: undefined }, { t: "0" }, { t: Number.NaN }, { kind: 1 }]) {
    /** @type {any} */
    const events = [event, { ...event, ...damage }];
    assert.throws(() => play(el, { ...recording, widget: "room_map", events }), /event 2 of the recording/u);
  }
  assert.throws(() => play(el, { ...recording, events: /** @type {any} */ ([null]) }), /event 1 of the recording/u);
});

test("a recording of something else is refused", () => {
  assert.throws(() => play(el, { ...recording, widget: "x_ray" }), /one of [a-z_]+, .*, got one of x_ray/u);
});
