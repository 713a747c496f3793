// What a tab remembers, whatever its browser thinks of storage.

import assert from "node:assert/strict";
import { test } from "node:test";

import { forget, isText, recall, recallList, remember } from "../../chatlib/front_end/tab_memory.js";

/** A page's sessionStorage. */
class Storage {
  items = new Map();
  isFull = false;

  getItem(key) {
    return this.items.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.isFull) throw new DOMException("the quota has been exceeded", "QuotaExceededError");
    this.items.set(key, value);
  }

  removeItem(key) {
    this.items.delete(key);
  }
}

/** Have sessionStorage be something, or throw. */
const have = get => Object.defineProperty(globalThis, "sessionStorage", { get, configurable: true });

function refuse() {
  throw new DOMException("The document is sandboxed", "SecurityError");
}

const REFUSED = { "throws (cookies are blocked, or a sandbox)": refuse, "is null": () => null };

test("what is remembered is in the tab's storage, under a name of its own", () => {
  const storage = new Storage();
  have(() => storage);
  assert.equal(recall("name"), null);
  remember("name", "Ada");
  assert.deepEqual([recall("name"), [...storage.items]], ["Ada", [["chatlib.name", "Ada"]]]);
  forget("name");
  assert.deepEqual([recall("name"), storage.items.size], [null, 0]);
});

test("where storage is refused, the page remembers until it is gone", () => {
  for (const [how, get] of Object.entries(REFUSED)) {
    have(get);
    assert.equal(recall("name"), null, how);
    remember("name", "Ada");
    assert.equal(recall("name"), "Ada", how);
    forget("name");
    assert.equal(recall("name"), null, how);
  }
});

test("a storage that is full does not bring back what was there before", () => {
  const storage = new Storage();
  have(() => storage);
  remember("name", "Ada");
  storage.isFull = true;
  remember("name", "Grace");
  assert.equal(recall("name"), "Grace");
  assert.equal(storage.getItem("chatlib.name"), null); // which a page that is loaded again would find
  storage.isFull = false;
  remember("name", "Lin");
  assert.deepEqual([recall("name"), storage.getItem("chatlib.name")], ["Lin", "Lin"]);
});

test("what cannot be removed is forgotten all the same", () => {
  const storage = new Storage();
  have(() => storage);
  remember("client", "secret");
  storage.removeItem = refuse;
  forget("client");
  assert.equal(recall("client"), null);
});

test("a list is one of strings, whatever another program left there", () => {
  const storage = new Storage();
  have(() => storage);
  /** @type {[text: string, expected: string[]][]} */
  const cases = [
    ["{", []],
    ["7", []],
    ['"a"', []],
    ["null", []],
    ['["a", 7, null]', ["a"]],
  ];
  for (const [text, expected] of cases) {
    remember("said", text);
    assert.deepEqual(recallList("said", isText), expected);
  }
  forget("said");
  assert.deepEqual(recallList("said", isText), []);
});
