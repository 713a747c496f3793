// What a player winds: the events of a session, how many of them are shown, and when the next one is due. Nothing here
// draws anything.

/**
 * What happened, `t` milliseconds after the session began.
 *
 * @typedef {{ t: number, kind: string, data: unknown }} Happened
 *
 * How fast it is played: between two events pass at least `least` milliseconds and at most `most`, whatever passed when
 * they happened. So what is over in a moment can be watched, and nobody waits for what never comes.
 *
 * @typedef {{ least: number, most: number }} Pace
 *
 * Who shows it: `restart` begins with nothing, `tell` shows one more event; after either, `changed` is called once.
 *
 * @typedef {{ restart: () => void, tell: (event: Happened) => void, changed: () => void }} Screen
 */

/** @type {Pace} */
export const PACE = { least: 0, most: 1500 };

/** Events that can be wound back and forth. A position is a number of events. */
export class Reel {
  #screen;
  #pace;
  /** @type {Happened[]} */
  #events = [];
  #position = 0;
  #speed = 1;
  #isFollowing = true; // what comes is shown when it comes
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Screen} screen
   * @param {Pace} [pace]
   */
  constructor(screen, pace = PACE) {
    this.#screen = screen;
    this.#pace = pace;
  }

  /** All of it, shown or not. */
  get events() {
    return [...this.#events];
  }

  get length() {
    return this.#events.length;
  }

  get position() {
    return this.#position;
  }

  /** How fast it is played. Another speed acts at once: of a long wait in slow motion nobody has to see the end. */
  get speed() {
    return this.#speed;
  }

  set speed(speed) {
    this.#speed = speed;
    if (!this.isPlaying) return;
    clearTimeout(this.#timer);
    this.#wait();
  }

  get isPlaying() {
    return this.#timer !== undefined;
  }

  /** How many milliseconds after the first event the one that is shown last happened; null before the first. */
  get time() {
    const first = this.#events[0];
    const last = this.#events[this.#position - 1];
    return first && last ? last.t - first.t : null;
  }

  /**
   * Take what happened; it is shown at once, unless somebody has wound back.
   *
   * @param {...Happened} events
   */
  add(...events) {
    this.#events.push(...events);
    if (this.#isFollowing) this.#tellUpTo(this.length);
    this.#screen.changed();
  }

  /** Forget all of it. */
  clear() {
    this.#stop();
    this.#events = [];
    this.#isFollowing = true;
    this.#restart();
    this.#screen.changed();
  }

  /** Play on from here; from the beginning, where the end is shown. */
  play() {
    if (this.isPlaying) return;
    if (this.#position === this.length) this.#restart();
    this.#isFollowing = false;
    this.#wait();
    this.#screen.changed();
  }

  pause() {
    this.#stop();
    this.#screen.changed();
  }

  /**
   * Show what had happened after so many events, and play no more. For one step on the next event is told; for any
   * other way all is told anew.
   *
   * @param {number} position
   */
  seek(position) {
    this.#stop();
    const wanted = Math.max(0, Math.min(position, this.length));
    if (wanted !== this.#position && wanted !== this.#position + 1) this.#restart();
    this.#tellUpTo(wanted);
    this.#isFollowing = wanted === this.length;
    this.#screen.changed();
  }

  #wait() {
    const next = this.#events[this.#position];
    if (!next) {
      this.#isFollowing = true;
      this.#stop();
      return;
    }
    const gap = next.t - (this.#events[this.#position - 1]?.t ?? next.t);
    const paced = Math.max(this.#pace.least, Math.min(gap, this.#pace.most));
    this.#timer = setTimeout(() => {
      this.#tellUpTo(this.#position + 1);
      this.#wait();
      this.#screen.changed();
    }, paced / this.#speed);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #restart() {
    this.#position = 0;
    this.#screen.restart();
  }

  /** @param {number} wanted */
  #tellUpTo(wanted) {
    for (const event of this.#events.slice(this.#position, wanted)) {
      this.#position += 1;
      this.#screen.tell(event);
    }
  }
}
