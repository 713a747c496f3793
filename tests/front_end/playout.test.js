// The clock between events: even, never beyond the last of them, and there in the end.

import assert from "node:assert/strict";
import { test } from "node:test";

import { follow } from "../../chatlib/front_end/playout.js";

const FRAME = 1000 / 60;

/** Where the clock is at each frame, while an event comes after each of these waits. */
function frames(/** @type {number[]} */ waits, speed = 1, more = 0) {
  const all = [];
  let [latest, shown, at, next] = [0, 0, 0, 0];
  const due = waits.map(wait => (next += wait / speed));
  const times = waits.map((_, n) => waits.slice(0, n + 1).reduce((sum, wait) => sum + wait));
  for (; at < next + more; at += FRAME) {
    const told = due.filter(when => when <= at).length;
    latest = told ? times[told - 1] : 0;
    shown = follow(shown, latest, FRAME);
    all.push({ shown, latest });
  }
  return all;
}

test("beats that come unevenly are drawn evenly", () => {
  const waits = Array.from({ length: 60 }, (_, n) => (n % 2 ? 70 : 130));
  const steps = frames(waits).map(({ shown }, n, all) => shown - (all[n - 1]?.shown ?? 0));
  for (const step of steps.slice(120)) assert.ok(step > 0.6 * FRAME && step < 1.4 * FRAME, `${step}`);
});

test("in slow motion and in haste it moves in every frame, too", () => {
  for (const speed of [0.25, 0.5, 1, 2, 4]) {
    const steps = frames(Array(200).fill(100), speed).map(({ shown }, n, all) => shown - (all[n - 1]?.shown ?? 0));
    for (const step of steps.slice(120)) {
      assert.ok(step > 0.4 * speed * FRAME && step < 1.7 * speed * FRAME, `${step / FRAME} at ${speed}×`);
    }
  }
});

test("it never goes beyond what was told, and never back", () => {
  const all = frames([100, 100, 900, 20, 20, 400]);
  for (const [n, { shown, latest }] of all.entries()) {
    assert.ok(shown <= latest);
    assert.ok(shown >= (all[n - 1]?.shown ?? 0));
  }
});

test("it ends at the last event", () => {
  assert.equal(frames([100, 100, 100], 1, 3000).at(-1)?.shown, 300);
});

test("a player may be slow or fast", () => {
  for (const speed of [0.25, 4]) {
    const all = frames(Array(40).fill(100), speed, 4000);
    assert.equal(all.at(-1)?.shown, 4000);
  }
});

test("a page that was hidden catches up at once", () => {
  assert.equal(follow(0, 60_000, FRAME), 60_000);
});
