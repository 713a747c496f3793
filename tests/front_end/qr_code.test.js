// The square of a QR code; tests/node/test_qr_code.py holds it against another maker and a reader.

import assert from "node:assert/strict";
import { test } from "node:test";

import { qrCode } from "../../chatlib/front_end/qr_code.js";

test("a longer text makes a larger square, and the largest has its limit", () => {
  const sizes = [14, 15, 26, 27, 213, 214, 2331].map(length => qrCode("x".repeat(length)).length);
  assert.deepEqual(sizes, [21, 25, 25, 29, 57, 61, 177]);
  assert.throws(() => qrCode("x".repeat(2332)), new RangeError("a QR code holds 2331 bytes at the most, not 2332"));
});

test("three large patterns stand where a camera looks for them", () => {
  const code = qrCode("https://example.org/?room=lobby");
  const corner = (x, y) =>
    code.slice(y, y + 7).map(row =>
      row
        .slice(x, x + 7)
        .map(Number)
        .join(""),
    );
  const pattern = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];
  const last = code.length - 7;
  for (const [x, y] of [
    [0, 0],
    [last, 0],
    [0, last],
  ])
    assert.deepEqual(corner(x, y), pattern);
});

test("bytes are counted, and not letters", () => {
  assert.equal(qrCode("你".repeat(5)).length, 25);
});
