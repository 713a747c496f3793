// When what is told is drawn: what comes first at once, and what follows once for each frame that the browser draws.

const WAITING = 1000; // events: no more wait for the next frame
const HIDDEN = 250; // milliseconds, after which a page that is hidden, and has no frames, is drawn all the same

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
    if (this.#queue.length >= WAITING) this.#flush();
  }

  /** Draw what waits, and no more before the next frame; where nothing waits any more, what comes next is a first. */
  #flush() {
    this.#wait();
    const events = this.#queue;
    this.#queue = [];
    this.#isDue = events.length > 0;
    if (!this.#isDue) return;
    this.#frame = requestAnimationFrame(() => this.#flush());
    this.#timer = setTimeout(() => this.#flush(), HIDDEN);
    this.#draw(events);
  }

  #wait() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }

  end() {
    this.#wait();
    this.#queue = [];
  }
}
