import "../support/page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";

import { playWith } from "../../chatlib/front_end/playing.js";

/** @type {any} */
const mounts = { quiz: assert.fail, room_map: assert.fail, chat_panel: assert.fail };
const play = (/** @type {any} */ el, /** @type {any} */ recording) => playWith(mounts, el, recording);

/** @type {any} */
const el = { replaceChildren: () => assert.fail("what stood there must stay") };
const recording = { version: 1, widget: "quiz", events: [], dropped: {} };

test("a recording of another version is refused, with what was expected, and what came", () => {
  assert.throws(() => play(el, { ...recording, version: 2 }), /version 1, got version 2/u);
});

test("a recording with an event that is none is refused before anything is drawn", () => {
  const event = { t: 0, kind: "stopped", data: {} };
  for (const damage of [{ data: null }, { data: 5 }, { data: undefined }, { t: "0" }, { t: Number.NaN }, { kind: 1 }]) {
    /** @type {any} */
    const events = [event, { ...event, ...damage }];
    assert.throws(() => play(el, { ...recording, widget: "room_map", events }), /event 2 of the recording/u);
  }
  assert.throws(() => play(el, { ...recording, events: /** @type {any} */ ([null]) }), /event 1 of the recording/u);
});

test("so is one whose instrument would only find out in a later frame", () => {
  for (const [kind, wrong] of [
    ["message", "message.id is no text"],
    ["people", "people.names is no list"],
  ]) {
    const events = /** @type {any} */ ([{ t: 0, kind, data: {} }]);
    assert.throws(() => play(el, { ...recording, widget: "chat_panel", events }), {
      message: new RegExp(`${wrong}`, "u"),
    });
  }
});

test("a recording of something else is refused", () => {
  assert.throws(() => play(el, { ...recording, widget: "x_ray" }), /one of [a-z_]+, .*, got one of x_ray/u);
});
