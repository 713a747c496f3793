// The chat page's transcript, stepped through the scripts that Python's transcript follows as well.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Transcript } from "../../chatlib/front_end/client_transcript.js";
import { Performance } from "../support/performance.mjs";

const LIMITS = { rate: 0, burst: 0, message_bytes: 8192 };
const SCRIPTS = new URL("../core/transcripts/", import.meta.url);

test("what was dropped is forgotten: said or placed again, it is another message", () => {
  const transcript = new Transcript("lobby", { kept: 1 });
  const said = (id, seq) => ({ type: /** @type {const} */ (2), id, user: "Bo", msg: id, time: "", seq });
  const placed = news => news.filter(({ kind }) => kind === "message").map(({ data }) => [data.id, data.own]);
  transcript.receive({
    type: 3,
    user: "Ada",
    room: "lobby",
    users: [],
    history: [],
    missed: 0,
    earlier: 0,
    msg: "",
    limits: LIMITS,
    time: "",
  });
  transcript.say("a1", "mine", "");
  transcript.receive(said("a1", "e-1"));
  transcript.receive(said("b1", "e-2"));
  assert.deepEqual(placed(transcript.receive(said("a1", "e-3"))), [["a1", false]]);
  assert.equal(transcript.say("b1", "mine", "").length, 1);
});

test("it follows every script, as Python's transcript does", () => {
  const names = readdirSync(SCRIPTS).filter(name => name.endsWith(".json"));
  assert.notEqual(names.length, 0);
  for (const name of names) {
    const { kept, steps } = JSON.parse(readFileSync(new URL(name, SCRIPTS), "utf8"));
    const performance = new Performance(kept);
    for (const [number, step] of steps.entries()) {
      try {
        performance.step(step);
      } catch (error) {
        throw new Error(`in ${name}, step ${number}`, { cause: error });
      }
    }
  }
});
