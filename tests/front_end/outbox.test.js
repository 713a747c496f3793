// What waits for the room's answer: what is due, what is on its way, and when a wish for a name is answered.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Outbox, refusalOfMessage, refusalOfName } from "../../chatlib/front_end/outbox.js";

const own = (id, msg) => ({ id, msg, state: "sending" });
const saying = (id, msg) => ({ type: 2, msg, id });
const asking = msg => ({ type: 6, msg });

let outbox; // with three messages, of which two are due

/** Everything that is due, taken. */
function taken() {
  const frames = [];
  for (let frame = outbox.take(); frame; frame = outbox.take()) frames.push(frame);
  return frames;
}

beforeEach(() => {
  outbox = new Outbox();
  for (const id of ["a1", "a2", "a3"]) outbox.add(own(id, id));
  for (const message of outbox.messages.slice(0, 2)) outbox.lineUp(message);
});

test("only what is lined up goes, in its order, and once; it stays until it is settled", () => {
  assert.deepEqual(taken(), [saying("a1", "a1"), saying("a2", "a2")]);
  assert.equal(outbox.take(), null);
  assert.deepEqual([outbox.messages.length, outbox.onTheirWay], [3, 2]);
  assert.equal(outbox.settle("a1").id, "a1");
  assert.deepEqual([outbox.get("a1"), outbox.settle("a1"), outbox.onTheirWay], [undefined, undefined, 1]);
});

test("what is settled before its turn does not go", () => {
  outbox.settle("a1");
  assert.deepEqual(taken(), [saying("a2", "a2")]);
});

test("the largest on its way is that of the longest frame, not of the longest text", () => {
  assert.equal(outbox.largestOnItsWay, undefined);
  for (const message of [own("a4", '"""""'), own("a5", "x".repeat(50))]) outbox.add(message);
  outbox.lineUp(outbox.get("a4"));
  taken();
  assert.equal(outbox.largestOnItsWay.id, "a4");
  outbox.rest();
  assert.deepEqual([outbox.largestOnItsWay, outbox.onTheirWay], [undefined, 0]);
});

test("a wish goes first, and stays until the room gives it, or one like it, or refuses", () => {
  for (const answer of ["Grace", "Grace (2)", null]) {
    outbox.wishFor("Grace");
    assert.deepEqual(outbox.take(), asking("Grace"));
    outbox.rest();
    outbox.lineUpWish();
    assert.deepEqual([outbox.wish, outbox.take()], ["Grace", asking("Grace")]);
    outbox.answerWish(answer);
    outbox.lineUpWish();
    assert.deepEqual([outbox.wish, outbox.take()], [null, null]);
  }
});

test("nothing is due between connections, until the next one has it carried", () => {
  const outbox = new Outbox();
  outbox.wishFor("Cy");
  outbox.rest();
  assert.equal(outbox.take(), null);
  outbox.lineUpWish();
  assert.deepEqual(outbox.take(), asking("Cy"));
});

test("the answer to an earlier wish is none to a later one, and what nobody asked for answers none", () => {
  outbox.wishFor("Cy");
  outbox.answerWish();
  assert.equal(outbox.wish, "Cy");
  outbox.take();
  outbox.wishFor("Dee");
  outbox.answerWish("Cy");
  assert.deepEqual(outbox.take(), asking("Dee"));
  outbox.answerWish("Dee (2)");
  assert.equal(outbox.wish, null);
});

test("what no room takes is known before it goes: half characters, too many bytes, nothing to see", () => {
  /** @type {[msg: string, bytes: number, expected: string | null][]} */
  const cases = [
    ["hi", 2, null],
    ["é", 1, "too-long"],
    ["聊".repeat(21_800), 65_399, "too-long"],
    ["聊".repeat(21_800), 65_400, null],
    ["x".repeat(100_000), 0, null],
    [" \u200b\n", 0, "empty"],
    ["half \ud83d", 0, "bad-message"],
    ["😀", 4, null],
  ];
  for (const [msg, bytes, expected] of cases) assert.equal(refusalOfMessage(msg, bytes), expected);
});

test("a name has to fit into a frame, envelope and all", () => {
  const envelope = '{"type":6,"msg":""}'.length;
  assert.equal(refusalOfName("x".repeat(65_536 - envelope)), null);
  assert.equal(refusalOfName("x".repeat(65_537 - envelope))?.code, "too-long");
  assert.equal(refusalOfName("\ud83d")?.code, "bad-message");
});
