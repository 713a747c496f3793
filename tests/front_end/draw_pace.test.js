// When what is told is drawn: the first at once, the rest by frames, whether the page has frames or not.

import "../support/page.mjs";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DrawPace } from "../../chatlib/front_end/draw_pace.js";

/** @type {Map<number, () => void>} */
const frames = new Map();
/** @type {Map<number, () => void>} */
const timers = new Map();
let count = 0;

/** @param {Map<number, () => void>} waiting */
const waitIn = waiting => (/** @type {() => void} */ todo) => {
  count += 1;
  waiting.set(count, todo);
  return count;
};

/** @param {Map<number, () => void>} waiting */
function pass(waiting) {
  const todo = [...waiting.values()];
  waiting.clear();
  for (const each of todo) each();
}

const breath = () => new Promise(done => setImmediate(done));

/** @type {number[][]} */
let drawn = [];
/** @type {DrawPace<number>} */
let pace;

const many = Array.from({ length: 1000 }, (_, n) => n);

beforeEach(() => {
  Object.assign(document, { hidden: false });
  frames.clear();
  timers.clear();
  Object.assign(globalThis, {
    requestAnimationFrame: waitIn(frames),
    cancelAnimationFrame: (/** @type {number} */ id) => frames.delete(id),
    setTimeout: waitIn(timers),
    clearTimeout: (/** @type {number} */ id) => timers.delete(id),
  });
  drawn = [];
  pace = new DrawPace(events => drawn.push(events));
});

test("what comes first waits for no frame; what is told in the same breath is drawn with it", async () => {
  pace.add(1);
  pace.add(2);
  assert.deepEqual(drawn, []);
  await breath();
  assert.deepEqual(drawn, [[1, 2]]);
});

test("what follows is drawn once for each frame, for as long as there is something in each", async () => {
  pace.add(1);
  await breath();
  for (const event of [2, 3, 4]) {
    pace.add(event);
    await breath();
  }
  assert.deepEqual(drawn, [[1]]);
  pass(frames);
  pace.add(5);
  await breath();
  assert.deepEqual(drawn, [[1], [2, 3, 4]]);
  pass(frames);
  assert.deepEqual(drawn, [[1], [2, 3, 4], [5]]);
});

test("after a frame in which nothing came the next is a first again, and nothing is asked for meanwhile", async () => {
  pace.add(1);
  await breath();
  pass(frames);
  assert.equal(frames.size + timers.size, 0);
  pace.add(2);
  await breath();
  assert.deepEqual(drawn, [[1], [2]]);
});

test("a frame draws a share of what waits, so that a late one makes no later one", async () => {
  pace.add(-1);
  await breath();
  for (const event of many) pace.add(event);
  await breath();
  while (frames.size) pass(frames);
  assert.deepEqual(drawn.flat(), [-1, ...many]);
  const sizes = drawn.map(events => events.length);
  assert.equal(sizes[1], 125);
  assert.deepEqual(
    sizes.slice(1),
    sizes.slice(1).toSorted((one, other) => other - one),
  );
  assert.equal(sizes.at(-2), 30);
});

test("all that is told in one breath, such as what was said before, is drawn with the first", async () => {
  for (const event of many) pace.add(event);
  await breath();
  assert.deepEqual(drawn, [many]);
});

test("a page without frames is drawn after a while", async () => {
  pace.add(1);
  await breath();
  pace.add(2);
  await breath();
  pass(timers);
  assert.deepEqual(drawn, [[1], [2]]);
});

test("in a page that is hidden no frame is long: all is drawn, and at the latest with a thousand events", async () => {
  Object.assign(document, { hidden: true });
  pace.add(-1);
  await breath();
  for (const event of many.slice(1)) pace.add(event);
  assert.deepEqual(drawn, [[-1]]);
  pass(timers);
  assert.deepEqual(drawn.slice(1), [many.slice(1)]);
  for (const event of many) pace.add(event);
  assert.deepEqual(drawn.slice(2), [many]);
});

test("what raises while it is drawn keeps nothing of what follows", async () => {
  const failing = new DrawPace((/** @type {number[]} */ events) => {
    drawn.push(events);
    if (events[0] === 1) throw new Error("cannot be drawn");
  });
  Object.assign(document, { hidden: true });
  for (let n = 0; n < 1000; n += 1) {
    if (n === 999) assert.throws(() => failing.add(n));
    else failing.add(1);
  }
  failing.add(2);
  await breath();
  assert.deepEqual(drawn.at(-1), [2]);
});

test("at its end nothing is drawn any more", async () => {
  pace.add(1);
  pace.end();
  await breath();
  pass(frames);
  pass(timers);
  assert.deepEqual(drawn, []);
});
