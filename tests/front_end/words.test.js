import "../support/page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";

import { clock, fullTime, hue, LOCALE, STATES, words } from "../../chatlib/front_end/words.js";

let loaded = 0;

/** The module as another page loads it, in that page's language. */
function inLanguage(lang) {
  document.documentElement.lang = lang;
  loaded += 1;
  return import(`../../chatlib/front_end/words.js?${loaded}`);
}

test("a name has one hue, wherever and whenever it is asked for", async () => {
  const elsewhere = await inLanguage("zh");

  assert.deepEqual(["Ada", "Bo", "李雷", "👩‍🚀"].map(hue), [155, 0, 292, 1]);
  assert.deepEqual(["Ada", "Bo", "李雷", "👩‍🚀"].map(elsewhere.hue), [155, 0, 292, 1]);
});

test("names nearly the same are far apart", () => {
  for (const [one, other] of [
    ["User 1", "User 2"],
    ["Ada", "Adb"],
    ["Bo", "Bp"],
  ]) {
    const apart = Math.abs(hue(one) - hue(other));
    assert.ok(Math.min(apart, 360 - apart) > 60, `${one} ${hue(one)}, ${other} ${hue(other)}`);
  }
});

test("words are the page's, English where there are none", async () => {
  const tables = { en: "hello", zh: "你好" };

  assert.equal(words(tables), "hello");
  for (const lang of ["zh", "zh-CN", "zh_TW"]) assert.equal((await inLanguage(lang)).words(tables), "你好");
  for (const lang of ["", "de"]) assert.equal((await inLanguage(lang)).words(tables), "hello");
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
});

test("the states are the standard's, by their number", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map(number => STATES[number]),
    ["CONNECTING", "OPEN", "CLOSING", "CLOSED"],
  );
});
