// What of a list somebody wants to see. Its controls are tested in a page: tests/browser/test_wire_view.py.

import "../support/page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";

import { isWanted } from "../../chatlib/front_end/sieve.js";

/** @type {{ direction: "sent", kind: string, title: string, text: string }} */
const HELLO = { direction: "sent", kind: "TEXT", title: "TEXT Hello…", text: "Hello, Ärger" };
const ALL = { direction: "", kind: "", text: "" };

test("nothing asked for is everything", () => {
  assert.equal(isWanted(HELLO, ALL), true);
});

test("direction, kind and text must all fit; a text may be in the title or in the whole, in letters of any size", () => {
  assert.equal(isWanted(HELLO, { direction: "sent", kind: "TEXT", text: "ärger" }), true);
  assert.equal(isWanted(HELLO, { ...ALL, text: "text hello" }), true);
  assert.equal(isWanted(HELLO, { ...ALL, text: "nowhere" }), false);
  assert.equal(isWanted(HELLO, { direction: "received", kind: "TEXT", text: "hello" }), false);
  assert.equal(isWanted(HELLO, { direction: "sent", kind: "PING", text: "hello" }), false);
});
