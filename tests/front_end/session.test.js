import "../support/page.mjs";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { listen, liveSession, liveWidget } from "../../chatlib/front_end/session.js";
import { Clock } from "../support/clock.mjs";

/** anywidget's model, whose other end the test plays. */
class Kernel {
  sent = [];
  #listeners = new Map();

  on(name, listener) {
    this.#listeners.set(name, listener);
  }

  off(name) {
    this.#listeners.delete(name);
  }

  send(message) {
    this.sent.push(message);
  }

  get isHeard() {
    return this.#listeners.size > 0;
  }

  /** What was sent of a type. */
  all(type) {
    return this.sent.filter(message => message.type === type).map(({ about }) => about);
  }

  tell(type, about) {
    this.#listeners.get("msg:custom")({ type, about: { view: this.sent[0].about.view, ...about } });
  }

  tellEvents(after, ...numbers) {
    const events = numbers.map(n => ({ n, t: 10 * n, kind: "count", data: { n } }));
    this.tell("events", { after, upto: numbers.at(-1), events });
  }

  greet() {
    this.tell("hello", { subshell: true });
  }

  die() {
    this.#listeners.get("comm_live_update")();
  }
}

let clock;
let kernel;
let session;
let heard; // what the front end was told

beforeEach(() => {
  clock = new Clock();
  kernel = new Kernel();
  session = liveSession(kernel);
  heard = [];
  session.on(event => heard.push(event));
});

const counted = () => heard.filter(({ kind }) => kind === "count").map(({ data }) => data.n);
const states = () => heard.filter(({ kind }) => kind === "kernel").map(({ data }) => data.state);

test("events are told in order, each once, with their time", () => {
  kernel.greet();
  kernel.tellEvents(0, 1, 2);
  kernel.tellEvents(0, 1, 2); // to another view, which came later
  kernel.tellEvents(1, 2, 3);

  assert.deepEqual(counted(), [1, 2, 3]);
  assert.deepEqual(heard.at(-1), { n: 3, t: 30, kind: "count", data: { n: 3 } });
});

test("an event that was missed is asked for, and what came too early waits for it", () => {
  kernel.greet();
  kernel.tellEvents(0, 1);
  kernel.tellEvents(2, 3);

  assert.deepEqual(counted(), [1]);
  assert.deepEqual(
    kernel.all("ready").map(({ have }) => have),
    [0, 1],
  );
  kernel.tellEvents(3, 4);
  assert.equal(kernel.all("ready").length, 2, "it has asked already");
  kernel.tellEvents(1, 2, 3, 4);
  assert.deepEqual(counted(), [1, 2, 3, 4]);
});

test("numbers that are no longer kept are no gap", () => {
  kernel.tell("events", { after: 0, upto: 7, events: [] });
  kernel.tellEvents(7, 8);

  assert.deepEqual(counted(), [8]);
});

test("the kernel is asked again until a subshell hears it, and then no more", () => {
  kernel.tell("hello", { subshell: false });
  clock.pass(200);
  assert.equal(kernel.all("ready").length, 2);
  kernel.greet();
  clock.pass(60_000);

  assert.equal(kernel.all("ready").length, 2);
});

test("a kernel without subshells is not asked for ever", () => {
  for (let n = 0; n < 100; n += 1) {
    kernel.tell("hello", { subshell: false });
    clock.pass(200);
  }

  assert.equal(kernel.all("ready").length, 20);
});

test("an action is sent until it is acknowledged, under one number, and answered once", async () => {
  kernel.greet();
  const answer = session.send({ do: "say" });
  clock.pass(4000);
  const acts = kernel.all("act");
  assert.equal(acts.length, 3, "after 0, 1 and 3 seconds");
  assert.deepEqual(new Set(acts.map(({ actions }) => JSON.stringify(actions))), new Set(['[[1,{"do":"say"}]]']));

  kernel.tell("taken", { upto: 1, results: [[1, "an id"]] });
  kernel.tell("taken", { upto: 1, results: [] });
  clock.pass(60_000);

  assert.equal(await answer, "an id");
  assert.equal(kernel.all("act").length, 3);
});

test("actions that wait go together and in order; only what is acknowledged is taken off", async () => {
  const first = session.send({ do: "a" });
  session.send({ do: "b" });
  session.send({ do: "c" });
  const numbers = () =>
    kernel
      .all("act")
      .at(-1)
      .actions.map(([number]) => number);
  assert.deepEqual(numbers(), [1, 2, 3]);

  kernel.tell("taken", { upto: 1, results: [[1, true]] });
  clock.pass(1000);

  assert.equal(await first, true);
  assert.deepEqual(numbers(), [2, 3]);
});

test("what is for another view is not ours", () => {
  session.send({ do: "a" });
  kernel.tell("hello", { view: "another", subshell: true });
  kernel.tell("taken", { view: "another", upto: 1, results: [] });
  clock.pass(1000);

  assert.deepEqual(states(), ["busy"]);
  assert.equal(kernel.all("act").length, 2);
});

test("a kernel that does not answer for half a second is busy, and ready when it does", () => {
  clock.pass(499);
  assert.deepEqual(states(), []);
  clock.pass(1);
  assert.deepEqual(states(), ["busy"]);
  kernel.greet();
  clock.pass(60_000);

  assert.deepEqual(states(), ["busy", "ready"]);
});

test("a kernel that was shut down takes nothing, and told nobody: what is sent to it finds out", () => {
  kernel.greet();
  kernel.send = () => {
    throw new Error("Cannot send");
  };
  session.send({ do: "add" });
  assert.deepEqual(states(), ["ready", "gone"]);
  assert.equal(session.send, null);
  clock.pass(60_000);
  assert.deepEqual(states(), ["ready", "gone"]);
});

test("when the kernel is gone, that is told once, and nothing can be sent", () => {
  kernel.greet();
  session.send({ do: "a" });
  const sent = kernel.sent.length;
  kernel.die();
  kernel.die();
  clock.pass(60_000);

  assert.deepEqual(states(), ["ready", "gone"]);
  assert.equal(session.send, null);
  assert.equal(kernel.sent.length, sent);
});

test("its end ends all that it began", () => {
  session.send({ do: "a" });
  session.end();

  assert.equal(clock.timers, 0);
  assert.equal(kernel.isHeard, false);
});

/**
 * An element in a notebook, which stays open or is closed.
 *
 * @returns {any}
 */
const within = notebook => ({ closest: selector => (selector === ".jp-Notebook" ? notebook : null) });

test("a view that is taken out of an open notebook says so, and one of a closed notebook does not", () => {
  for (const isConnected of [true, false]) {
    const model = new Kernel();
    const view = liveSession(model, within({ isConnected }));
    view.on(() => {});
    model.greet();
    view.end();
    clock.pass(1000);

    assert.equal(model.all("gone").length, isConnected ? 1 : 0);
  }
});

test("a view that is asked for says that it is there, whoever asks", () => {
  kernel.greet();
  kernel.tell("who", { view: undefined });

  assert.equal(kernel.all("ready").length, 2);
});

test("each kind of event is heard by the function of its name, with its time", () => {
  const said = [];
  const played = { on: listener => listener({ t: 5, kind: "said", data: "hi" }), send: null };
  listen(played, { said: (data, t) => said.push([data, t]) });
  listen(played, { other: () => assert.fail("of another name") });

  assert.deepEqual(said, [["hi", 5]]);
});

test("what was said in both languages is heard, and answered, in the page's", async () => {
  const both = { meaning: { en: "text", zh: "文本" } };
  const said = [];
  const played = { on: listener => listener({ t: 5, kind: "said", data: both }), send: null };
  listen(played, { said: data => said.push(data) });
  const answer = session.send({ do: "say" });
  kernel.tell("taken", { upto: 1, results: [[1, both]] });

  assert.deepEqual([...said, await answer], [{ meaning: "text" }, { meaning: "text" }]);
});

test("the kernel is told the page's language", () => {
  assert.deepEqual(
    kernel.all("ready").map(({ lang }) => lang),
    [document.documentElement.lang],
  );
});

test("a widget's end unmounts it, and ends its session", () => {
  const calls = [];
  const model = new Kernel();
  const widget = liveWidget((el, live) => {
    live.on(() => {});
    calls.push(el);
    return () => calls.push("unmounted");
  });
  const el = { dataset: {}, style: {} };
  const end = widget.render({ model, el: /** @type {any} */ (el) });
  assert.deepEqual(calls, [el]);
  assert.deepEqual([el.tabIndex, el.dataset.lmSuppressShortcuts], [-1, "true"]); // a click in it stays there
  end();

  assert.deepEqual(calls, [el, "unmounted"]);
  assert.equal(model.isHeard, false);
});
