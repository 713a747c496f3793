// An id that nobody guesses, also where the page is not served over https.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";

import { randomId } from "../../chatlib/front_end/random_id.js";

/** What a page has that is no secure context: chance, but neither randomUUID() nor subtle. */
const insecure = { getRandomValues: array => webcrypto.getRandomValues(array) };

test("it is 128 bits in hex, another one each time, without what only https has", () => {
  Object.defineProperty(globalThis, "crypto", { value: insecure, configurable: true });
  const ids = new Set(Array.from({ length: 100 }, randomId));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/u);
});

test("a small byte has its zero", () => {
  Object.defineProperty(globalThis, "crypto", {
    value: { getRandomValues: array => array.fill(7) },
    configurable: true,
  });
  assert.equal(randomId(), "07".repeat(16));
});
