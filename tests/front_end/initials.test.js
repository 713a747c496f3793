// Names where there is no room for them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { initials } from "../../chatlib/front_end/initials.js";

for (const [name, short] of [
  ["Ada", "AD"],
  ["Ada Lovelace", "AL"],
  ["ada maria von lovelace", "AL"],
  ["User 12", "U12"],
  ["Ada (2)", "A2"],
  ["李小龙", "李小"],
  ["👩‍🔬 Zoé", "👩‍🔬Z"],
  ["_", "_"],
  ["", ""],
]) {
  test(`"${name}" is "${short}"`, () => assert.equal(initials(name), short));
}
