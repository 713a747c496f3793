/** A clock that only moves when it is told to: timers made after it are its own. */
export class Clock {
  #now = 0;
  #count = 0;
  #timers = new Map(); // id -> when it is due, and what it calls

  constructor() {
    globalThis.setTimeout = (call, milliseconds = 0) => {
      this.#count += 1;
      this.#timers.set(this.#count, { due: this.#now + milliseconds, call });
      return this.#count;
    };
    globalThis.clearTimeout = id => this.#timers.delete(id);
  }

  /** The milliseconds that have passed. */
  get now() {
    return this.#now;
  }

  /** How many timers run. */
  get timers() {
    return this.#timers.size;
  }

  /** Let time pass: what falls due is called at its time. */
  pass(milliseconds) {
    const end = this.#now + milliseconds;
    for (let next = this.#next(); next && next[1].due <= end; next = this.#next()) {
      const [id, { due, call }] = next;
      this.#now = due;
      this.#timers.delete(id);
      call();
    }
    this.#now = end;
  }

  #next() {
    return [...this.#timers].sort(([, one], [, other]) => one.due - other.due)[0];
  }
}
