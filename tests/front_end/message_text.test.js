import "../support/page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";

import { mention, pieces } from "../../chatlib/front_end/message_text.js";

const links = text => pieces(text).flatMap(({ kind, text }) => (kind === "link" ? [text] : []));

test("a link ends where the sentence around it goes on, in Latin and in Chinese", () => {
  for (const [text, ...expected] of [
    ["看https://example.com/a，很好", "https://example.com/a"],
    ["看https://example.com/a。", "https://example.com/a"],
    ["（https://example.com/a）", "https://example.com/a"],
    ["《https://example.com/a》和“http://b.org”", "https://example.com/a", "http://b.org"],
    [
      "see https://example.org/a?b=1&c=2, (http://example.org). javascript:alert(1)",
      "https://example.org/a?b=1&c=2",
    ].concat("http://example.org"),
    ["'https://example.org/x'", "https://example.org/x"],
    ["https://en.wikipedia.org/wiki/Rubik's_Cube!", "https://en.wikipedia.org/wiki/Rubik's_Cube"],
    ["<https://example.org/a>", "https://example.org/a"],
    ["really https://example.org?!", "https://example.org"],
    ["wait https://example.org/a...", "https://example.org/a"],
    ["https://example.com看这里", "https://example.com"],
    ["https://example.com:8080看这里", "https://example.com:8080"],
  ]) {
    assert.deepEqual(links(text), expected, text);
  }
});

test("a link ends before the punctuation of any script", () => {
  for (const text of [
    "هل رأيت https://example.com/a؟",
    "https://example.com/a، ثم",
    "यह https://example.com/a। और",
    "«https://example.com/a» et ‹https://example.com/a›",
    "»https://example.com/a« und „https://example.com/a“",
    "https://example.com/a։",
    "https://example.com/a። ",
    "これhttps://example.com/a｡です",
    "｢https://example.com/a｣と〔https://example.com/a〕と＜https://example.com/a＞",
    "|https://example.com/a| _https://example.com/a_ **https://example.com/a**",
    "https://example.com/a\u2060",
  ]) {
    for (const link of links(text)) assert.equal(link, "https://example.com/a", text);
    assert.ok(links(text).length, text);
  }
});

test("what stands within a link's words is no end of it", () => {
  for (const text of [
    "https://ja.wikipedia.org/wiki/ジョン・レノン",
    "https://en.wikipedia.org/wiki/Cauchy–Schwarz_inequality",
    "https://fa.wikipedia.org/wiki/می\u200cخواهم",
  ]) {
    assert.deepEqual(links(text), [text], text);
  }
});

test("brackets belong to a link in pairs", () => {
  for (const [text, expected] of [
    ["https://en.wikipedia.org/wiki/Python_(language)", "https://en.wikipedia.org/wiki/Python_(language)"],
    ["(https://en.wikipedia.org/wiki/Python_(language))", "https://en.wikipedia.org/wiki/Python_(language)"],
    ["(https://a.org/b),then", "https://a.org/b"],
    ["[text](https://a.org/b)more", "https://a.org/b"],
    ["https://example.com/a(see below)", "https://example.com/a"],
    ["https://a.org/?q[0]=1", "https://a.org/?q[0]=1"],
    ["https://a.org/😀(x)", "https://a.org/😀(x)"],
    ["https://a.org/(b]c", "https://a.org/"],
  ]) {
    assert.deepEqual(links(text), [expected], text);
  }
});

test("links are http or https, in any case, in any script, to any host", () => {
  for (const text of [
    "HTTPS://EXAMPLE.COM/A",
    "Http://example.com",
    "https://zh.wikipedia.org/wiki/维基百科",
    "https://例子.测试/路径?问=答",
    "https://bücher.example/ä",
    "https://ar.wikipedia.org/wiki/ويكيبيديا",
    "http://[::1]:8888/lab?token=x",
    "http://[2001:db8::1]/",
    "http://localhost:3000/?room=x",
    "https://user@example.org/",
    "http://127.0.0.1:3000",
  ]) {
    assert.deepEqual(links(text), [text], text);
  }
});

test("what is no link stays text", () => {
  for (const text of [
    "javascript:alert(1)",
    "ftp://example.org",
    "xhttps://example.org",
    "https://",
    "http://[::1",
    "http://]",
    "https:///path",
    "http://\u202eexample.org",
    "git+https://example.org",
  ]) {
    assert.deepEqual(pieces(text), [{ kind: "text", text }], text);
  }
});

test("nothing of a text is lost between its pieces", () => {
  for (const text of ["看https://example.com/a，很好 Ada http://b", "a ` b", "``", "``````", "", "  two  blanks "]) {
    assert.equal(
      pieces(text, mention("Ada"))
        .map(piece => piece.text)
        .join(""),
      text,
    );
  }
});

test("what stands between backticks is code, and nothing in it is a link", () => {
  assert.deepEqual(pieces("run `pip install https://a.org/x`, then"), [
    { kind: "text", text: "run " },
    { kind: "code", text: "pip install https://a.org/x" },
    { kind: "text", text: ", then" },
  ]);
  assert.deepEqual(pieces("```python\nfor x in y:\n    print(`x`)\n```"), [
    { kind: "block", text: "for x in y:\n    print(`x`)" },
  ]);
  assert.deepEqual(pieces("a ` b"), [{ kind: "text", text: "a ` b" }]);
});

test("the reader's own name is found as a word", () => {
  const called = (text, name) => pieces(text, mention(name)).flatMap(({ kind, text }) => (kind === "me" ? [text] : []));

  assert.deepEqual(called("Ada, @ada: Adam and Canada and ada!", "Ada"), ["Ada", "@ada", "ada"]);
  assert.deepEqual(called("小美你好，小美", "小美"), ["小美", "小美"]);
  assert.deepEqual(called("问Ada吧", "Ada"), ["Ada"]);
  assert.deepEqual(called("(Ada (2)) a+b", "Ada (2)"), ["Ada (2)"]);
  assert.deepEqual(called("I think @I should", "I"), ["@I"]);
  assert.deepEqual(called("a-b&&c", "a-b&&c"), ["a-b&&c"]);
  assert.equal(mention(""), null);
});

test("a text made to be slow is not", () => {
  const begun = process.cpuUsage().user;
  for (const text of ["http://(", "```", "`", "http://a.b", "https://a.b/((((", "http://]"])
    pieces(text.repeat(8192 / text.length));
  assert.ok(process.cpuUsage().user - begun < 500_000);
});
