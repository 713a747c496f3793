import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Reel } from "../../chatlib/front_end/reel.js";
import { Clock } from "../support/clock.mjs";

/** A screen that keeps what it shows. */
class Screen {
  shown = [];
  restarts = 0;
  changes = 0;

  restart() {
    this.shown = [];
    this.restarts += 1;
  }

  tell(event) {
    this.shown.push(event.data);
  }

  changed() {
    this.changes += 1;
  }
}

let clock;
let screen;
let reel;

const happened = (t, data) => ({ t, kind: "said", data });

beforeEach(() => {
  clock = new Clock();
  screen = new Screen();
  reel = new Reel(screen, { least: 100, most: 1000 });
});

/** Four events: a moment, half a second and a minute lie between them. */
const story = () => reel.add(happened(50, "a"), happened(51, "b"), happened(551, "c"), happened(60_551, "d"));

test("what comes is shown at once, and the end is where it stands", () => {
  story();
  assert.deepEqual([screen.shown, reel.position, reel.length], [["a", "b", "c", "d"], 4, 4]);
  assert.equal(reel.time, 60_501);
  assert.equal(screen.restarts, 0);
  assert.equal(clock.timers, 0);
});

test("played at the end it begins anew, and each event comes at its time, neither too soon nor too late", () => {
  story();
  reel.play();
  const seen = [];
  for (let n = 0; n < 20; n += 1) {
    seen.push(screen.shown.length);
    clock.pass(100);
  }
  assert.deepEqual(seen, [0, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4]);
  assert.deepEqual(screen.shown, ["a", "b", "c", "d"]);
  assert.deepEqual([reel.isPlaying, clock.timers, screen.restarts], [false, 0, 1]);
});

test("slow motion is as much slower", () => {
  story();
  reel.speed = 0.25;
  reel.play();
  clock.pass(799);
  assert.deepEqual(screen.shown, ["a"]);
  clock.pass(1);
  assert.deepEqual(screen.shown, ["a", "b"]);
});

test("another speed acts at once: the wait begins anew, as long as it is now", () => {
  story();
  reel.speed = 0.25;
  reel.play();
  clock.pass(400 + 400);
  assert.deepEqual(screen.shown, ["a", "b"]);
  clock.pass(400);
  reel.speed = 4;
  clock.pass(124);
  assert.deepEqual(screen.shown, ["a", "b"]);
  clock.pass(1);
  assert.deepEqual([screen.shown, clock.timers], [["a", "b", "c"], 1]);
});

test("another speed plays nothing that is paused", () => {
  story();
  reel.seek(1);
  reel.speed = 4;
  assert.deepEqual([reel.isPlaying, clock.timers], [false, 0]);
});

test("a pause stops it where it is, and it goes on from there", () => {
  story();
  reel.play();
  clock.pass(200);
  reel.pause();
  clock.pass(60_000);
  assert.deepEqual([screen.shown, reel.isPlaying], [["a", "b"], false]);
  reel.play();
  clock.pass(500);
  assert.deepEqual([screen.shown, screen.restarts], [["a", "b", "c"], 1]);
});

test("one step on is told; any other way all is told anew, and nothing twice", () => {
  story();
  reel.seek(2);
  assert.deepEqual([screen.shown, screen.restarts], [["a", "b"], 1]);
  reel.seek(3);
  assert.deepEqual([screen.shown, screen.restarts], [["a", "b", "c"], 1]);
  reel.seek(1);
  assert.deepEqual([screen.shown, screen.restarts], [["a"], 2]);
  reel.seek(1);
  assert.equal(screen.restarts, 2);
  reel.seek(99);
  assert.deepEqual([screen.shown, screen.restarts], [["a", "b", "c", "d"], 3]);
  reel.seek(-1);
  assert.deepEqual([screen.shown, reel.time], [[], null]);
});

test("whoever has wound back stays there when more comes, until the end is shown again", () => {
  story();
  reel.seek(2);
  reel.add(happened(70_000, "e"));
  assert.deepEqual([screen.shown, reel.length], [["a", "b"], 5]);
  reel.seek(5);
  reel.add(happened(70_001, "f"));
  assert.deepEqual(screen.shown, ["a", "b", "c", "d", "e", "f"]);
});

test("what comes while it is played is played too, and what comes after that is shown at once", () => {
  story();
  reel.play();
  clock.pass(700);
  reel.add(happened(60_600, "e"));
  assert.equal(screen.shown.length, 3);
  clock.pass(5000);
  assert.equal(screen.shown.length, 5);
  reel.add(happened(60_601, "f"));
  assert.equal(screen.shown.length, 6);
});

test("played twice it runs once", () => {
  story();
  reel.play();
  reel.play();
  assert.equal(clock.timers, 1);
});

test("cleared, it has nothing, and follows what comes", () => {
  story();
  reel.play();
  reel.clear();
  assert.deepEqual([screen.shown, reel.length, reel.time, reel.isPlaying, clock.timers], [[], 0, null, false, 0]);
  reel.add(happened(1, "z"));
  assert.deepEqual(screen.shown, ["z"]);
});

test("whoever draws is told of every change, and not for each event of a jump", () => {
  story();
  const before = screen.changes;
  reel.seek(1);
  reel.seek(4);
  assert.equal(screen.changes, before + 2);
});
