// The player: a bar with which the story of an instrument is wound back and forth, and the instrument below it, mounted
// on a session that tells each event at its time.

import { element, isCalm } from "./dom.js";
import { Reel } from "./reel.js";
import { damage } from "./shapes.js";
import { words } from "./words.js";

/** @import { Happened, Pace } from "./reel.js" */

const say = words({
  en: {
    player: "Player",
    play: "Play",
    pause: "Pause",
    position: "Position",
    speed: "Speed",
    slow: (/** @type {string} */ speed) => `${speed} slow motion`,
    at: (/** @type {number} */ n, /** @type {number} */ all, /** @type {string} */ time) => `${n} of ${all}, ${time}`,
    before: "before the beginning",
    ms: (/** @type {string} */ ms) => `${ms} ms`,
    s: (/** @type {string} */ s) => `${s} s`,
    dropped: (/** @type {number} */ n) =>
      `Not all of it was kept: ${n} event${n === 1 ? " is" : "s are"} left out, the oldest first.`,
    off: "A recording: what is greyed out needs a kernel.",
  },
  zh: {
    player: "播放器",
    play: "播放",
    pause: "暂停",
    position: "位置",
    speed: "速度",
    slow: speed => `${speed} 慢动作`,
    at: (n, all, time) => `${all} 中的第 ${n}，${time}`,
    before: "开始之前",
    ms: ms => `${ms} 毫秒`,
    s: s => `${s} 秒`,
    dropped: n => `没有全部保存：从最早的起省略了 ${n} 个事件。`,
    off: "这是录像：灰色的控件需要内核。",
  },
});

/**
 * A session of the player's own, to mount an instrument on.
 *
 * @typedef {{ on: (listener: (event: any) => void) => void, send: null, dropped?: number, whenSeen?: boolean,
 *   isMeasured?: boolean }} PlayedSession  isMeasured: nobody sees it
 *
 * How an instrument is mounted; what it returns, if anything, ends what it began.
 *
 * @typedef {(el: HTMLElement, session: PlayedSession) => (() => void) | void} Mount
 *
 * A recorded session, as `widget.recording()` returns it: `dropped` counts, by kind, what there was no room for.
 *
 * @typedef {{ version: number, widget: string, events: Happened[], dropped: Record<string, number> }} Recording
 */

export const VERSION = 1;
const SPEEDS = [0.25, 0.5, 1, 2, 4];
/** @type {Record<number, string>} */
const FRACTIONS = { 0.25: "¼", 0.5: "½" };
const SECOND = 1000;
const MEASURED = 200; // pictures of a story, at most
const SETTLED = 200; // milliseconds after which a page has come to rest, or has its new width
const IN_VIEW = { rootMargin: "0px 0px -25% 0px" }; // not at the very edge

const readTime = (/** @type {number} */ ms) =>
  ms < SECOND ? say.ms(ms.toFixed(0)) : say.s((ms / SECOND).toFixed(ms < 10 * SECOND ? 1 : 0));

const readSpeed = (/** @type {number} */ speed) => (speed < 1 ? say.slow(`${FRACTIONS[speed]}×`) : `${speed}×`);

/** What is played, and the bar above it. */
export class Player {
  #mount;
  /** @type {(event: Happened) => void} */
  #tell = () => {};
  /** @type {ReturnType<Mount>} */
  #unmount = undefined;
  #stage = element("div");
  #play = element("button", { type: "button", class: "play", onclick: () => this.#toggle() });
  #scrubber = element("input", { type: "range", min: 0, "aria-label": say.position, oninput: () => this.#scrub() });
  #time = element("span", { class: "time-of-player", "aria-hidden": "true" });
  #speed = element(
    "select",
    { class: "field", "aria-label": say.speed, onchange: () => this.#choose() },
    ...SPEEDS.map(value => element("option", { value, text: readSpeed(value), selected: value === 1 })),
  );
  #note = element("p", { class: "note-of-player", hidden: true });
  /** The bar by itself. */
  bar = element(
    "div",
    { class: "bar-of-player", role: "group", "aria-label": say.player },
    this.#play,
    this.#scrubber,
    this.#time,
    this.#speed,
    this.#note,
  );
  reel;
  #reserved = "";
  /** @type {IntersectionObserver | null} */
  #lookout = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  #sized = new ResizeObserver(() => this.#reserved && this.#reserveSoon());
  #isInterrupted = false; // it was scrolled out of view while it played
  #sight = new IntersectionObserver(entries => this.#look(entries.at(-1)?.isIntersecting ?? true));

  /**
   * @param {Mount} mount
   * @param {Pace} [pace]
   */
  constructor(mount, pace) {
    this.#mount = mount;
    const screen = {
      restart: () => this.#restart(),
      tell: (/** @type {Happened} */ event) => this.#tell(event),
      changed: () => this.#draw(),
    };
    this.reel = new Reel(screen, pace);
    this.#sized.observe(this.#stage);
    this.#sight.observe(this.#stage);
    this.#stage.replaceChildren(this.#remount());
    this.#draw();
  }

  /** Where the instrument is. */
  get stage() {
    return this.#stage;
  }

  /**
   * Say how many events a recording lacks.
   *
   * @param {number} count
   */
  lacks(count) {
    this.#note.hidden = count === 0;
    this.#note.textContent = say.dropped(count);
  }

  /** Say that the instrument has controls which do nothing here. */
  needsKernel() {
    this.bar.append(element("p", { class: "note-of-player", text: say.off }));
  }

  /** Play from the beginning once the bar is in view; not for those who want nothing to move. */
  playWhenSeen() {
    this.#reserveSoon(); // nobody waits for it
    if (isCalm() || this.reel.length < 2) return;
    this.#lookout = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) this.#begin();
    }, IN_VIEW);
    this.#lookout.observe(this.bar);
  }

  async #begin() {
    this.#leaveIt();
    await this.reserve();
    if (this.#stage.isConnected) this.reel.play();
  }

  /** Nobody misses what is played out of sight: it waits there. */
  #look(/** @type {boolean} */ isSeen) {
    if (isSeen && this.#isInterrupted) this.reel.play();
    this.#isInterrupted = !isSeen && (this.#isInterrupted || this.reel.isPlaying);
    if (this.#isInterrupted) this.reel.pause();
  }

  /** Begin nothing by itself any more. */
  #leaveIt() {
    this.#isInterrupted = false;
    this.#lookout?.disconnect();
    this.#lookout = null;
  }

  end() {
    this.#leaveIt();
    this.#sized.disconnect();
    this.#sight.disconnect();
    clearTimeout(this.#settling);
    this.reel.pause();
    this.#unmount?.();
  }

  #toggle() {
    if (!this.reel.isPlaying) return this.#begin();
    this.#leaveIt();
    this.reel.pause();
  }

  #scrub() {
    this.#leaveIt();
    this.reel.seek(this.#scrubber.valueAsNumber);
  }

  #choose() {
    this.reel.speed = Number(this.#speed.value);
  }

  #restart() {
    this.#stage.replaceChildren(this.#remount());
  }

  /** Mount it anew, in a place of its own. */
  #remount() {
    this.#unmount?.();
    const place = element("div");
    const played = (/** @type {(event: Happened) => void} */ listener) => {
      this.#tell = listener;
    };
    this.#unmount = this.#mount(place, { on: played, send: null });
    return place;
  }

  #reserveSoon() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.reserve(), SETTLED);
  }

  /** Make room for the highest picture of the story: played, it moves nothing that stands below. */
  async reserve() {
    const { width } = this.#stage.getBoundingClientRect();
    const { events } = this.reel;
    const wanted = `${events.length} ${width}`;
    if (!width || !events.length || this.#reserved === wanted) return;
    this.#reserved = wanted;
    this.#stage.style.minHeight = `${await this.#measure(events)}px`;
  }

  /**
   * How high the highest picture is: of a copy that nobody sees, so that what is shown stays as it is.
   *
   * @param {Happened[]} events
   */
  async #measure(events) {
    /** @type {(event: Happened) => void} */
    let tell = () => {};
    const place = element("div");
    const copy = element("div", { class: "copy-of-player", "aria-hidden": "true" }, place);
    const listened = (/** @type {typeof tell} */ listener) => {
      tell = listener;
    };
    this.#stage.after(copy);
    const unmount = this.#mount(place, { on: listened, send: null, isMeasured: true });
    let highest = 0;
    for (const [n, event] of events.entries()) {
      tell(event);
      if (n % Math.ceil(events.length / MEASURED) && event !== events.at(-1)) continue;
      await null; // some draw once for all that they were told in one go
      highest = Math.max(highest, place.getBoundingClientRect().height);
    }
    unmount?.();
    copy.remove();
    return highest;
  }

  #draw() {
    const { position, length, time, isPlaying } = this.reel;
    const read = time === null ? "" : readTime(time);
    const label = isPlaying ? say.pause : say.play;
    if (this.#play.textContent !== label) this.#play.textContent = label;
    this.#scrubber.max = String(length);
    this.#scrubber.value = String(position);
    this.#scrubber.setAttribute("aria-valuetext", say.at(position, length, read || say.before));
    this.#time.textContent = read;
    for (const control of [this.#play, this.#scrubber, this.#speed]) control.disabled = length < 2;
  }
}

/**
 * Show a recorded session where there is no kernel: its end, and a bar with which it is wound back. Nothing moves
 * before somebody asks for it, see `playWhenSeen`.
 *
 * @param {HTMLElement} el
 * @param {Recording} recording of this version, see `checkRecording`
 * @param {Mount} mount
 * @param {{ pace: Pace, whenSeen: boolean }} options
 */
export function playRecording(el, recording, mount, { pace, whenSeen }) {
  const player = new Player(mount, pace);
  player.lacks(lost(recording));
  el.replaceChildren(element("div", { class: "chatlib chatlib-player" }, player.bar), player.stage);
  player.reel.add(...recording.events); // now: what is in no page does not scroll
  if (whenSeen) player.playWhenSeen();
  else player.reserve();
  return player;
}

/**
 * How many events there was no room for.
 *
 * @param {Recording} recording
 */
export const lost = ({ dropped }) => Object.values(dropped).reduce((sum, count) => sum + count, 0);

/**
 * Refuse a recording that this page does not know how to play, or that is damaged: whatever stands in its place may
 * stay there.
 *
 * @param {Recording} recording
 */
export function checkRecording({ version, widget, events }) {
  if (version !== VERSION)
    throw new RangeError(`expected a recording of version ${VERSION}, got version ${version}: load a newer player`);
  for (const [n, event] of events.entries()) {
    const wrong = damage(widget, event);
    if (wrong)
      throw new TypeError(
        `event ${n + 1} of the recording is damaged, ${wrong}: ${JSON.stringify(event)}; record it anew`,
      );
  }
}
