// What a tab remembers of what its person said.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { OwnMessages } from "../../chatlib/front_end/own_messages.js";
import { forget, recall } from "../../chatlib/front_end/tab_memory.js";

const LOBBY = "https://hub.example/chat/lobby";

const said = (id, more = {}) => ({
  kind: "message",
  data: { id, msg: id, time: "", code: null, state: "sending", own: true, ...more },
});

/** What a page that is loaded again finds. */
const found = (where = LOBBY) => new OwnMessages(where).unplaced.map(({ id, code }) => [id, code]);

beforeEach(() => {
  for (const key of ["said", "unplaced"]) forget(key);
});

test("a message is kept until the room has placed it, or its writer discards it", () => {
  const own = new OwnMessages(LOBBY);
  for (const id of ["a1", "a2", "a3"]) own.hear(said(id));
  own.hear(said("b1", { own: false, state: "delivered" }));
  own.hear(said("a1", { state: "failed", code: "empty" }));
  own.hear(said("a2", { state: "delivered" }));
  assert.deepEqual(found(), [
    ["a3", null],
    ["a1", "empty"],
  ]);
  own.hear({ kind: "discarded", data: { id: "a1" } });
  own.hear(said("a3", { state: "delivered" }));
  assert.deepEqual([found(), recall("unplaced")], [[], null]);
  assert.deepEqual(new OwnMessages(LOBBY).ids, ["a1", "a2", "a3"]);
});

test("each room's are its own, and stay while the tab is in another one", () => {
  new OwnMessages(LOBBY).hear(said("a1"));
  const tea = new OwnMessages("https://hub.example/chat/tea");
  assert.deepEqual(tea.unplaced, []);
  tea.hear(said("a2"));
  tea.hear(said("a2", { state: "delivered" }));
  assert.deepEqual(found(), [["a1", null]]);
});

test("there is an end to what is kept: the newest stay, and one that is too long for all of it is left out", () => {
  const own = new OwnMessages(LOBBY);
  for (let n = 1; n <= 250; n++) own.hear(said(`a${n}`));
  assert.deepEqual([found().length, found()[0], own.ids.length], [100, ["a151", null], 200]);
  own.hear(said("novel", { msg: "x".repeat(600_000) }));
  own.hear(said("sequel", { msg: "x".repeat(600_000) }));
  assert.deepEqual(found().slice(-2), [
    ["a250", null],
    ["sequel", null],
  ]);
});
