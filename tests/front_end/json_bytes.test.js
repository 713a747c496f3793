// Where the members of a JSON object lie in its bytes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { membersOf } from "../../chatlib/front_end/json_bytes.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Each key, with the text that its bytes are. */
const cut = text =>
  membersOf(text).map(({ key, text: value, start, value: from, end }) => {
    const bytes = encoder.encode(text);
    assert.equal(decoder.decode(bytes.subarray(from, end)), value);
    return [key, decoder.decode(bytes.subarray(start, end))];
  });

test("each key has the bytes from its quote to the end of its value", () => {
  assert.deepEqual(cut('{"type":2,"msg":"hi"}'), [
    ["type", '"type":2'],
    ["msg", '"msg":"hi"'],
  ]);
});

test("bytes are counted, and not letters", () => {
  const [first, second] = membersOf('{"a":"你好👋","b":true}');
  assert.deepEqual([first.start, first.end, second.start, second.end], [1, 17, 18, 26]);
});

test("what looks like an end within a value is none", () => {
  const text = '{ "a" : "}\\",[:\\\\" , "b":{"c":[1,{"d":"]"}],"e":{}}, "f":[ ],"":null }';
  assert.deepEqual(
    cut(text).map(([key]) => key),
    ["a", "b", "f", ""],
  );
  assert.equal(cut(text)[1][1], '"b":{"c":[1,{"d":"]"}],"e":{}}');
});

test("whatever an object holds, its members are found again", () => {
  const values = ["", '"', "\\", "}{", "你\u0000", 1.5e300, -1, null, false, [], [{}], { a: { "b,": '":' } }];
  for (const space of [undefined, 2]) {
    const object = Object.fromEntries(values.map((value, n) => [`${JSON.stringify(value)} ${n}`, value]));
    const members = membersOf(JSON.stringify(object, null, space));
    assert.deepEqual(Object.fromEntries(members.map(({ key, text }) => [key, JSON.parse(text)])), object);
  }
});

test("what is no object has no members", () => {
  for (const text of ["", "hi", "[1]", "null", "7", '"x"', "{", '{"a":}', "{}"]) assert.deepEqual(membersOf(text), []);
});
