import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { damage, SHAPES } from "../../chatlib/front_end/shapes.js";

const MIME = "application/vnd.chatlib.recording+json";
const NOTEBOOKS = new URL("../../notebooks/", import.meta.url);

/**
 * Every recorded session of the course.
 *
 * @type {{ widget: string, events: any[] }[]}
 */
const recordings = readdirSync(NOTEBOOKS)
  .filter(name => name.endsWith(".ipynb"))
  .flatMap(name => JSON.parse(readFileSync(new URL(name, NOTEBOOKS), "utf8")).cells)
  .flatMap(cell => cell.outputs ?? [])
  .flatMap(output => output.data?.[MIME] ?? []);

test("what the course has recorded is not damaged", () => {
  for (const { widget, events } of recordings)
    for (const event of events) assert.equal(damage(widget, event), undefined, JSON.stringify(event));
  assert.deepEqual(new Set(recordings.map(({ widget }) => widget)), new Set(Object.keys(SHAPES)));
});

test("an event of the course without one of its fields, or with another thing in its place, is damaged", () => {
  const allowed = new Set(); // to be null
  const refused = new Set();
  for (const { widget, events } of recordings)
    for (const { kind, ...event } of events)
      for (const name of Object.keys(SHAPES[widget]?.[kind] ?? {})) {
        const path = `${widget} ${kind} ${name}`;
        const { [name]: field, ...rest } = event.data;
        assert.ok(damage(widget, { ...event, kind, data: { ...rest, [name]: [[]] } }), path);
        (damage(widget, { ...event, kind, data: rest }) ? refused : allowed).add(path);
        if (refused.has(path)) assert.notEqual(field ?? null, null, path);
      }
  for (const path of refused) assert.ok(!allowed.has(path), path);
  for (const path of ["chat_panel message msg", "chat_panel people names", "wire_view frame fields"])
    assert.ok(refused.has(path), path);
  assert.ok(allowed.has("chat_panel message code"));
});

test("what is wrong is said by its place", () => {
  const frame = { n: 1, direction: "sent", at: 0, title: "TEXT", lines: [], frame: { raw: "81" } };
  assert.equal(damage("state_theatre", { t: 0, kind: "left", data: frame }), "left.frame.size is no number");
  const question = {
    text: { en: "Why?", zh: "为什么？" },
    choices: [
      ["a", true, "so"],
      ["b", "no", "not so"],
    ],
  };
  const quiz = { t: 0, kind: "questions", data: { questions: [question] } };
  assert.equal(damage("quiz", quiz), "questions.questions[0].choices[1][1] is no boolean");
  assert.equal(damage("quiz", { t: 0, kind: "questions", data: { questions: {} } }), "questions.questions is no list");
  assert.equal(damage("quiz", null), "event is no object");
  assert.equal(damage("quiz", { t: 0, kind: "questions", data: [] }), "event.data is no object");
});

test("a kind that nobody knows yet is passed over", () => {
  assert.equal(damage("quiz", { t: 0, kind: "hurrah", data: {} }), undefined);
  assert.equal(damage("kaleidoscope", { t: 0, kind: "hurrah", data: {} }), undefined);
});
