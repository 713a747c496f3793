// How a frame is read; what both clients take is in the scripts, and in tests/node/test_twins.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf, readFrame } from "../../chatlib/front_end/server_frame.js";

const TIME = "2026-01-01T00:00:00.000Z";
const SAID = { type: 2, user: "Bo", msg: "hi", id: "b1", seq: "e-1", time: TIME };
const read = frame => readFrame(JSON.stringify(frame));

test("a frame has the fields of its type, and what else came is left out", () => {
  assert.deepEqual(read({ ...SAID, online: 7, own: true }), SAID);
  const error = { type: 4, code: "empty", msg: "no", time: TIME };
  assert.deepEqual(read(error), { ...error, id: null, retry_after: null });
});

test("a type of a later version is passed over", () => {
  for (const type of [7, 99, -1, 2.5, "2", true, null, undefined, "__proto__"]) assert.equal(read({ type }), null);
});

test("a frame with one field that it cannot have is none", () => {
  for (const field of ["user", "msg", "id", "seq", "time"]) {
    for (const value of [undefined, null, 7, [], {}, "\ud83d"]) assert.throws(() => read({ ...SAID, [field]: value }));
  }
  for (const text of ["", "null", "[", "7x"]) assert.throws(() => readFrame(text));
});

test("a place is taken apart at its last hyphen", () => {
  assert.deepEqual(placeOf("e-1-12"), ["e-1", 12]);
  assert.throws(() => placeOf("e-1e3"));
});
