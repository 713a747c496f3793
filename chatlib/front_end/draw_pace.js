// When what is told is drawn: what comes first at once, and what follows once for each frame that the browser draws.
//
// A frame takes a share of what waits, not all of it: else, in a flood, one frame that is late has more to draw for it,
// and makes the next one later still.

const FEW = 30; // events that a frame draws, of whatever waits
const SHARE = 1 / 8; // of what waits, where that is more: the further behind, the sooner it catches up
const WAITING = 1000; // events: no more wait in a page that is hidden, whose timers may be a minute apart
const LATE = 250; // milliseconds, after which a page that has no frames is drawn all the same

/**
 * Hands events to `draw`: in their order, and together where they come together.
 *
 * @template Event
 */
export class DrawPace {
  #draw;
  /** @type {Event[]} */
  #queue = [];
  #isDue = false; // sooner or later the queue is drawn
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {(events: Event[]) => void} draw */
  constructor(draw) {
    this.#draw = draw;
  }

  /** @param {Event} event */
  add(event) {
    this.#queue.push(event);
    if (!this.#isDue) queueMicrotask(() => this.#flush()); // behind all that is told in the same breath
    this.#isDue = true;
    if (document.hidden && this.#queue.length >= WAITING) this.#flush();
  }

  /** Draw a share of what waits: all of it where nobody sees a frame. */
  #next() {
    this.#flush(document.hidden ? undefined : Math.max(FEW, Math.ceil(this.#queue.length * SHARE)));
  }

  /**
   * Draw what waits, and no more before the next frame; where nothing waits any more, what comes next is a first.
   *
   * @param {number} [most]
   */
  #flush(most) {
    this.#stop();
    const events = this.#queue.splice(0, most ?? this.#queue.length);
    this.#isDue = events.length > 0;
    if (!this.#isDue) return;
    this.#frame = requestAnimationFrame(() => this.#next());
    this.#timer = setTimeout(() => this.#next(), LATE);
    this.#draw(events);
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }

  end() {
    this.#stop();
    this.#queue = [];
  }
}
