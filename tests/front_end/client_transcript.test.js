// The chat page's transcript, stepped through the scripts that Python's transcript follows as well.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Transcript } from "../../chatlib/front_end/client_transcript.js";

const LIMITS = { rate: 0, burst: 0, message_bytes: 8192 };
const SCRIPTS = new URL("../core/transcripts/", import.meta.url);

/** Step a transcript through a script: what is done in it, and what must have been told and sent. */
function play({ limit, steps }) {
  const transcript = new Transcript("lobby", "", { limit });
  let told = [];
  let sent = [];
  const deeds = {
    frame: frame => told.push(...transcript.receive(frame)),
    say: ({ id, msg, time }) => told.push(...transcript.say(id, msg, time)),
    resend: id => told.push(...transcript.resend(id)),
    connected() {},
    lost: () => transcript.lost(),
    told(expected) {
      assert.deepEqual(told, expected);
      told = [];
    },
    sent(expected) {
      assert.deepEqual(sent, expected);
      sent = [];
    },
    since: expected => assert.equal(transcript.since, expected),
  };
  for (const step of steps) {
    const [[deed, argument]] = Object.entries(step);
    deeds[deed](argument);
    const { frames, news } = transcript.goingOut();
    sent.push(...frames);
    told.push(...news);
  }
}

test("what was dropped is forgotten: said or placed again, it is another message", () => {
  const transcript = new Transcript("lobby", "", { limit: 1 });
  const said = (id, seq) => ({ type: /** @type {const} */ (2), id, user: "Bo", msg: id, time: "", seq });
  const placed = news => news.filter(({ kind }) => kind === "message").map(({ data }) => [data.id, data.own]);
  transcript.receive({
    type: 3,
    user: "Ada",
    room: "lobby",
    users: [],
    history: [],
    missed: 0,
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
    try {
      play(JSON.parse(readFileSync(new URL(name, SCRIPTS), "utf8")));
    } catch (error) {
      throw new Error(`in ${name}`, { cause: error });
    }
  }
});
