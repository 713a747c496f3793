// What has its place. In a transcript it is tested by the scripts of tests/core/transcripts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Placed } from "../../chatlib/front_end/placed.js";

/**
 * @param {string} id
 * @param {any} [more]
 */
const message = (id, more) => ({ id, user: "Ada", msg: "hi", time: "", state: "delivered", own: true, ...more });

test("the oldest go, and their ids are nobody's any more", () => {
  const placed = new Placed(1, ["a1", "a2"]);
  placed.message(message("a1"));
  const [, dropped] = placed.message(message("a2"));

  assert.deepEqual(dropped, { kind: "dropped", data: { count: 1, keys: ["message a1"] } });
  assert.equal(placed.get("a1"), undefined);
  assert.deepEqual([...placed.ownIds], ["a2"]);
});

test("only what has failed can be taken from its place", () => {
  const placed = new Placed(10, []);
  const failed = message("a1", { state: "failed" });
  placed.message(failed);
  placed.message(message("a2"));

  assert.equal(placed.takeFailed("a2"), undefined);
  assert.equal(placed.takeFailed("a1"), failed);
  assert.equal(placed.get("a1"), undefined);
});

test("what was seen is not new, unless another order began", () => {
  const placed = new Placed(10, []);

  assert.deepEqual(
    ["e-2", "e-1", "e-2", "e-3", "f-1"].map(seq => placed.isNew(seq)),
    [true, false, false, true, true],
  );
  placed.beginAnew();
  assert.equal(placed.since, null);
  assert.equal(placed.isNew("f-1"), true);
});
