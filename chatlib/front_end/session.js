// The session: all that a front end knows of the outside. Here is the one with a live kernel.

import { keepFocus } from "./dom.js";
import { inPageLanguage, LANGUAGE } from "./words.js";

/**
 * What a front end is told, `t` milliseconds after its widget was made. `Events` has the data of each kind.
 *
 * @template Events
 * @typedef {{ [Kind in keyof Events]: { t: number, kind: Kind, data: Events[Kind] } }[keyof Events]} Told
 */

/**
 * `on` has the listener called with every event so far and then with each new one; `send` resolves to what the other
 * side answers, and is null where there is none: in a recorded session, and when the kernel is gone. `Action` is what a
 * person can do in this front end, for the other side to do.
 *
 * @template Events
 * @template {{ do: string }} [Action=never]
 * @typedef {object} Session
 * @property {(listener: (event: Told<Events>) => void) => void} on
 * @property {((action: Action) => Promise<unknown>) | null} send
 * @property {number} [dropped] how many events a recorded session has lost
 * @property {boolean} [whenSeen] whether a recorded session plays by itself once it is in view
 */

/**
 * An event that a live session adds of its own: "busy" while the kernel has not answered for half a second, "ready"
 * when it has, "gone" when it never will.
 *
 * @typedef {{ state: "ready" | "busy" | "gone" }} KernelState
 */

/**
 * What the kernel sends (see live.py).
 *
 * @typedef {{ n: number, t: number, kind: string, data: unknown }} KernelEvent
 * @typedef {{ after: number, upto: number, events: KernelEvent[] }} EventsMessage
 * @typedef {{ view: string, subshell: boolean }} HelloMessage
 * @typedef {{ view: string, upto: number, results: [number, unknown][] }} TakenMessage
 * @typedef {{ type: "events", about: EventsMessage } | { type: "hello", about: HelloMessage }
 *   | { type: "taken", about: TakenMessage } | { type: "who", about: { view?: string } }} KernelMessage
 */

/**
 * What we use of anywidget's model.
 *
 * @typedef {object} Model
 * @property {(message: { type: "ready" | "act" | "gone", about: Record<string, unknown> }) => void} send
 * @property {(name: "msg:custom" | "comm_live_update", listener: (message: KernelMessage) => void) => void} on
 * @property {(name: "msg:custom" | "comm_live_update", listener: (message: KernelMessage) => void) => void} off
 */

// Milliseconds, but for the number of times that a subshell is asked for.
const ASK_AGAIN = 150;
const ASKED_OFTEN = 20;
const SEND_AGAIN = 1000;
const WAIT_LONGEST = 8000;
const BUSY_AFTER = 500;
const LEAVE_AFTER = 100; // a notebook that is closed takes its views away first

/**
 * The session of one view with its widget in a live kernel.
 *
 * @template Events
 * @template {{ do: string }} Action
 * @implements {Session<Events, Action>}
 */
class LiveSession {
  #view = Math.random().toString(36).slice(2);
  /** @type {Model} */
  #model;
  /** @type {(event: Told<Events>) => void} */
  #listener = () => {};
  #have = 0; // the number of the last event
  #now = 0; // its time
  #asked = 0; // how often
  #isAsking = false;
  #acts = 0; // how many so far
  /**
   * What the kernel has not taken yet.
   *
   * @type {{ number: number, action: Action, resolve: (answer: unknown) => void }[]}
   */
  #outbox = [];
  /** @type {KernelState["state"] | undefined} */
  #state;
  /** @type {Record<"ask" | "send" | "busy", number | undefined>} */
  #timers = { ask: undefined, send: undefined, busy: undefined };
  #el;
  /** @type {Element | null | undefined} */
  #notebook; // that shows this view, once it does

  /**
   * @param {Model} model
   * @param {HTMLElement} [el]
   */
  constructor(model, el) {
    this.#model = model;
    this.#el = el;
  }

  /** @param {(event: Told<Events>) => void} listener */
  on(listener) {
    this.#listener = listener;
    this.#model.on("msg:custom", this.#heard);
    this.#model.on("comm_live_update", this.#gone);
    this.#ask();
  }

  /** @type {Session<Events, Action>["send"]} */
  send = action =>
    new Promise(resolve => {
      this.#acts += 1;
      this.#outbox.push({ number: this.#acts, action, resolve });
      this.#deliver();
    });

  end() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#model.off("msg:custom", this.#heard);
    this.#model.off("comm_live_update", this.#gone);
    if (this.#notebook && this.#state !== "gone") setTimeout(() => this.#leave(), LEAVE_AFTER);
  }

  /** Tell the kernel that this view is gone, but not if its notebook is: closed, it may be opened again. */
  #leave() {
    if (this.#notebook?.isConnected) this.#say("gone", { view: this.#view });
  }

  /** @type {(message: KernelMessage) => void} */
  #heard = ({ type, about }) => {
    if (type === "events") {
      this.#take(about);
    } else if (type === "who") {
      this.#ask();
    } else if (about.view === this.#view) {
      if (type === "hello") this.#greeted(about);
      if (type === "taken") this.#acknowledged(about);
    }
  };

  #gone = () => {
    this.send = null;
    this.#kernelIs("gone");
  };

  /** @param {EventsMessage} about */
  #take({ after, upto, events }) {
    if (upto <= this.#have) return;
    if (after > this.#have) {
      if (!this.#isAsking) this.#ask();
      return;
    }
    for (const event of events) {
      if (event.n > this.#have) {
        this.#now = event.t;
        this.#tell(event);
      }
    }
    this.#have = upto;
  }

  /** @param {HelloMessage} about */
  #greeted({ subshell }) {
    clearTimeout(this.#timers.ask);
    this.#isAsking = false;
    this.#notebook ??= this.#el?.closest(".jp-Notebook");
    if (!subshell && this.#asked < ASKED_OFTEN) this.#timers.ask = setTimeout(() => this.#ask(), ASK_AGAIN);
    this.#kernelIs("ready");
  }

  /** @param {TakenMessage} about */
  #acknowledged({ upto, results }) {
    const answers = new Map(results);
    const taken = this.#outbox.filter(({ number }) => number <= upto);
    this.#outbox = this.#outbox.slice(taken.length);
    for (const { number, resolve } of taken) resolve(inPageLanguage(answers.get(number)));
    this.#kernelIs("ready");
  }

  #ask() {
    clearTimeout(this.#timers.ask);
    this.#asked += 1;
    this.#isAsking = true;
    if (!this.#say("ready", { view: this.#view, have: this.#have, lang: LANGUAGE })) return;
    this.#expectAnswer();
    this.#timers.ask = setTimeout(() => this.#ask(), WAIT_LONGEST);
  }

  /** Send all that is not taken, so that nothing overtakes what was lost. */
  #deliver(wait = SEND_AGAIN) {
    clearTimeout(this.#timers.send);
    if (!this.#outbox.length || this.#state === "gone") return;
    const actions = this.#outbox.map(({ number, action }) => [number, action]);
    if (!this.#say("act", { view: this.#view, actions })) return;
    this.#expectAnswer();
    this.#timers.send = setTimeout(() => this.#deliver(Math.min(2 * wait, WAIT_LONGEST)), wait);
  }

  /**
   * Say something to the kernel; tell whether there is one. Who shut it down told no widget: a comm that is disposed
   * says so by an exception, and never comes back.
   *
   * @param {"act" | "gone" | "ready"} type
   * @param {Record<string, unknown>} about
   */
  #say(type, about) {
    try {
      this.#model.send({ type, about });
      return true;
    } catch {
      this.#gone();
      return false;
    }
  }

  #expectAnswer() {
    clearTimeout(this.#timers.busy);
    if (this.#state !== "busy") this.#timers.busy = setTimeout(() => this.#kernelIs("busy"), BUSY_AFTER);
  }

  /** @param {KernelState["state"]} state */
  #kernelIs(state) {
    clearTimeout(this.#timers.busy);
    if (state === this.#state || this.#state === "gone") return;
    this.#state = state;
    this.#tell({ t: this.#now, kind: "kernel", data: { state } });
  }

  /** @param {{ t: number, kind: string, data: unknown }} event */
  #tell(event) {
    this.#listener(/** @type {Told<Events>} */ (event));
  }
}

/**
 * The session of one view with its widget in a live kernel.
 *
 * @template Events
 * @template {{ do: string }} Action
 * @param {Model} model
 * @param {HTMLElement} [el] in which it is shown
 * @returns {Session<Events, Action> & { end: () => void }}
 */
export const liveSession = (model, el) => new LiveSession(model, el);

/**
 * Have each kind of event heard by the function of its name; what has none is passed over. What Python said to people
 * is heard in the language of the page.
 *
 * @template Events
 * @param {Session<Events>} session
 * @param {{ [Kind in keyof Events]?: (data: Events[Kind], t: number) => void }} hear
 */
export function listen(session, hear) {
  session.on(({ t, kind, data }) => hear[kind]?.(inPageLanguage(data), t));
}

/**
 * A front end as anywidget takes it; what `mount` returns, if anything, ends what it began.
 *
 * @template Events
 * @template {{ do: string }} Action
 * @param {(el: HTMLElement, session: Session<Events, Action>) => (() => void) | void} mount
 */
export const liveWidget = mount => ({
  /** @param {{ model: Model, el: HTMLElement }} view */
  render({ model, el }) {
    /** @type {Session<Events, Action> & { end: () => void }} */
    const session = liveSession(model, el);
    keepFocus(el);
    const unmount = mount(el, session);
    return () => {
      unmount?.();
      session.end();
    };
  },
});
