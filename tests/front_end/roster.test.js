// Who is in a room. In a transcript it is tested by the scripts of tests/core/transcripts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Roster } from "../../chatlib/front_end/roster.js";

const TIME = "2026-01-01T00:00:00.000Z";
/** @type {any} */
const WELCOME = { type: 3, user: "Ada", users: ["Bo", "Ada"], time: TIME };

/**
 * @param {0 | 1} type
 * @param {string} user
 */
const cameOrWent = (type, user) => ({ type, user, msg: "", time: TIME, seq: "e-1" });

test("a seat that was given up has no name until our own enter", () => {
  const roster = new Roster("Ada?");
  roster.welcome(WELCOME, { isWhole: true });

  assert.equal(roster.takeIn(cameOrWent(1, "Ada")), true);
  assert.deepEqual([roster.name, roster.given, roster.people], ["", "Ada", ["Bo"]]);
  assert.equal(roster.takeIn(cameOrWent(0, "Ada")), true);
  assert.deepEqual([roster.name, roster.people], ["Ada", ["Bo", "Ada"]]);
});

test("a rename is another name in the same place, ours too", () => {
  const roster = new Roster("");
  roster.welcome(WELCOME, { isWhole: true });

  const renamed = { type: /** @type {const} */ (6), user: "Eve", old: "Ada", msg: "", time: TIME, seq: "e-2" };
  assert.equal(roster.takeIn(renamed), true);
  assert.equal(roster.takeIn(renamed), false);
  assert.deepEqual([roster.name, roster.given, roster.people], ["Eve", "Eve", ["Bo", "Eve"]]);
});

test("a welcome that does not say who is here leaves what we know", () => {
  const roster = new Roster("");
  roster.welcome({ ...WELCOME, users: ["Cy"] }, { isWhole: false });

  assert.deepEqual([roster.name, roster.given, roster.people], ["", "Ada", []]);
});
