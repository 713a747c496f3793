// What listeners of a session are told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Audience } from "../../chatlib/front_end/audience.js";

const kinds = events => events.map(({ kind, data }) => `${kind} ${data.id ?? data.key ?? ""}`.trim());

test("a listener who comes late is not told of what was dropped", () => {
  const audience = new Audience();
  audience.tell("message", { id: "a1" });
  audience.tell("notice", { key: "notice e-1" });
  audience.tell("gap", { key: "gap 1" });
  audience.tell("message", { id: "a2" });
  audience.tell("dropped", { count: 3, keys: ["message a1", "notice e-1", "gap 1"] });
  const late = [];
  audience.on(event => late.push(event));
  assert.deepEqual(kinds(late), ["message a2", "dropped"]);
});

test("an id that looks like a key of something else is only an id", () => {
  const audience = new Audience();
  const ids = ["gap 1", "notice e-1", "message gap 1", "a1"];
  for (const id of ids) audience.tell("message", { id });
  audience.tell("notice", { key: "notice e-1" });
  audience.tell("gap", { key: "gap 1" });
  audience.tell("dropped", { count: 3, keys: ["notice e-1", "gap 1", "message a1"] });
  const late = [];
  audience.on(event => late.push(event));
  assert.deepEqual(kinds(late), ["message gap 1", "message notice e-1", "message message gap 1", "dropped"]);
});

test("every listener hears what is new, and an event says when it was told", () => {
  const audience = new Audience();
  /** @type {any[][]} */
  const [one, other] = [[], []];
  audience.on(event => one.push(event));
  audience.on(event => other.push(event));
  audience.tell("typing", { user: "Bo" });
  assert.deepEqual(one, other);
  assert.equal(one[0].t, Math.round(one[0].t));
  assert.deepEqual(kinds(one), ["typing"]);
});
