import "../support/page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  byName,
  clock,
  day,
  fullTime,
  hue,
  inPageLanguage,
  LOCALE,
  STATES,
  timeOfDay,
  words,
} from "../../chatlib/front_end/words.js";

let loaded = 0;

/** The module as another page loads it, in that page's language. */
function inLanguage(lang) {
  document.documentElement.lang = lang;
  loaded += 1;
  return import(`../../chatlib/front_end/words.js?${loaded}`);
}

test("a name has one hue, wherever and whenever it is asked for", async () => {
  const elsewhere = await inLanguage("zh");
  const names = ["Ada", "Bo", "李雷", "👩‍🚀"];

  assert.deepEqual(names.map(hue), names.map(elsewhere.hue));
  assert.equal(hue(/** @type {any} */ (undefined)), hue("undefined"));
});

test("the hues are ten, and names beside each other in a list are far apart", () => {
  const apart = (one, other) => Math.min(Math.abs(one - other), 360 - Math.abs(one - other));
  const hues = Array.from({ length: 200 }, (_, n) => hue(`User ${n}`));

  assert.equal(new Set(hues).size, 10);
  for (const [one, other] of [
    ["User 1", "User 2"],
    ["User 8", "User 9"],
    ["Ada", "Adb"],
    ["Bo", "Bp"],
  ]) {
    assert.ok(apart(hue(one), hue(other)) >= 95, `${one} ${hue(one)}, ${other} ${hue(other)}`);
  }
  for (const one of new Set(hues)) {
    for (const other of new Set(hues)) assert.ok(one === other || apart(one, other) >= 30, `${one} ${other}`);
  }
});

test("names go from A to Z, and by their number", () => {
  const names = ["User 10", "bo", "User 2", "Ada", "b", "B"];

  assert.deepEqual(names.sort(byName), ["Ada", "b", "B", "bo", "User 2", "User 10"]);
});

test("words are the page's, English where there are none", async () => {
  const tables = { en: "hello", zh: "你好" };

  assert.equal(words(tables), "hello");
  for (const lang of ["zh", "zh-CN", "zh_TW"]) assert.equal((await inLanguage(lang)).words(tables), "你好");
  for (const lang of ["", "de"]) assert.equal((await inLanguage(lang)).words(tables), "hello");
});

test("what Python says in both languages is heard in the page's", async () => {
  const told = { n: 1, lines: [{ meaning: { en: "text", zh: "文本" } }, null], user: { en: "Ada", zh: "Ada", seq: 1 } };
  const picked = meaning => ({ n: 1, lines: [{ meaning }, null], user: { en: "Ada", zh: "Ada", seq: 1 } });

  assert.deepEqual(inPageLanguage(told), picked("text"));
  assert.deepEqual((await inLanguage("zh-CN")).inPageLanguage(told), picked("文本"));
  assert.equal(inPageLanguage("hi"), "hi");
  assert.deepEqual(inPageLanguage({ en: 1, zh: "一" }), { en: 1, zh: "一" });
});

test("a language as JupyterLab writes it is one that Intl takes", async () => {
  assert.equal(LOCALE, "en");
  assert.equal((await inLanguage("zh_CN")).LOCALE, "zh-CN");
  assert.equal((await inLanguage("")).LOCALE, undefined);
});

test("a time is short, and in full on demand", () => {
  const noon = "2026-11-26T12:34:56.789Z";

  assert.match(clock(noon), /^12:34\sPM$/u);
  assert.match(fullTime(noon), /^Thursday, November 26, 2026 at 12:34:56\sPM$/u);
  assert.equal(day(noon), "Thursday, November 26, 2026");
});

test("what is no time is none, and stops nobody", () => {
  for (const none of ["", "yesterday", undefined, null, "2026-13-45"]) {
    assert.deepEqual(
      [clock, day, fullTime].map(read => read(/** @type {any} */ (none))),
      ["", "", ""],
    );
  }
});

test("the states are the standard's, by their number", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map(number => STATES[number]),
    ["CONNECTING", "OPEN", "CLOSING", "CLOSED"],
  );
});

test("a time of day has its milliseconds, and midnight is 00", () => {
  assert.match(timeOfDay(1_790_000_000_125), /^\d\d:\d\d:20\.125$/u);
  assert.match(timeOfDay(new Date(2026, 0, 1).getTime()), /^00:00:00\.000$/u);
});
