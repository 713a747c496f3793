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

test("a recording with a damaged event is refused, with the event", () => {
  const whole = { t: 0, kind: "questions", data: { questions: [] } };
  for (const damage of [{ t: "0" }, { kind: undefined }, { data: null }, { data: "x" }]) {
    const damaged = /** @type {any} */ ({ ...recording, events: [whole, { ...whole, ...damage }] });
    assert.throws(() => play(el, damaged), /expected events with t, kind and data, got \{/u);
  }
  assert.throws(() => play(el, /** @type {any} */ ({ ...recording, events: [null] })), /got null/u);
});

test("a recording of something else is refused", () => {
  assert.throws(() => play(el, { ...recording, widget: "x_ray" }), /one of browser_page, .*, got one of x_ray/u);
});
