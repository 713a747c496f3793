// The clock of a picture that goes on by itself, sixty times a second, between the events that it is told.
//
// Events come in steps, and unevenly. So the picture is a moment late, and goes a little faster or slower as that
// moment grows or shrinks: it is even, ends exactly at the last event, and follows a player at any speed.

import { isCalm } from "./dom.js";

// Milliseconds
const LATE = 350;
const TOO_LATE = 4000; // a page that was hidden has nothing to catch up with
const CALM = 1000;

const SLOWEST = 0.1;

/**
 * Where the clock is after so many milliseconds: never beyond the latest event.
 *
 * @param {number} shown
 * @param {number} latest
 * @param {number} elapsed
 */
export function follow(shown, latest, elapsed) {
  const behind = latest - shown;
  if (behind > TOO_LATE) return latest;
  const rate = Math.max(SLOWEST, behind / LATE);
  return Math.min(latest, shown + elapsed * rate);
}

/** Draws only where it is seen; and for whoever wants nothing to move, once a second, where things are then. */
export class Playout {
  #draw;
  #watching;
  #isSeen = false;
  /** @type {number | undefined} */
  #frame;
  /** @type {number | undefined} */
  #timer;
  /** @type {number | undefined} */
  #shown;
  /** @type {number | undefined} */
  #drawn; // when, in the page's time
  #latest = 0;

  /**
   * @param {Element} element
   * @param {(now: number) => void} draw what was told up to this time
   */
  constructor(element, draw) {
    this.#draw = draw;
    this.#watching = new IntersectionObserver(entries => this.#look(entries.at(-1)?.isIntersecting ?? false));
    this.#watching.observe(element);
  }

  /**
   * Something has happened at this time.
   *
   * @param {number} t
   */
  tell(t) {
    this.#latest = Math.max(this.#latest, t);
    this.redraw();
  }

  /** Something else has changed. */
  redraw() {
    if (!this.#isSeen || this.#frame !== undefined || this.#timer !== undefined) return;
    const wait = isCalm() && this.#drawn !== undefined ? CALM - (performance.now() - this.#drawn) : 0;
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#wake();
      }, wait);
    } else this.#wake();
  }

  end() {
    this.#watching.disconnect();
    this.#rest();
  }

  #look(/** @type {boolean} */ isSeen) {
    this.#isSeen = isSeen;
    this.#rest();
    this.#shown = undefined;
    this.redraw();
  }

  #wake() {
    let last = performance.now();
    const step = (/** @type {number} */ now) => {
      this.#frame = undefined;
      const isStill = this.#shown === undefined || isCalm();
      this.#shown = isStill ? this.#latest : follow(this.#shown ?? 0, this.#latest, Math.max(0, now - last));
      last = now;
      this.#drawn = performance.now();
      this.#draw(this.#shown);
      if (this.#shown < this.#latest) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  #rest() {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
    this.#timer = undefined;
  }
}
