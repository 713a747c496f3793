// Who listens to a session, and what one who comes late has to be told.

const PASSING = new Set(["typing", "refused", "discarded"]); // of no interest a moment later

/** Every listener hears everything: first what still counts of what was told before, each thing as it is now. */
export class Audience {
  #began = performance.now();
  /** @type {Map<string, any>} */
  #told = new Map();
  /** @type {((event: any) => void)[]} */
  #listeners = [];

  /** @param {(event: any) => void} listener */
  on(listener) {
    for (const event of this.#told.values()) listener(event);
    this.#listeners.push(listener);
  }

  /**
   * @param {string} kind
   * @param {Record<string, any>} data
   */
  tell(kind, data) {
    const event = { t: Math.round(performance.now() - this.#began), kind, data };
    if (!PASSING.has(kind)) this.#keep(event);
    if (kind === "discarded") this.#told.delete(`message ${data.id}`);
    for (const listener of this.#listeners) listener(event);
  }

  /** @param {{ t: number, kind: string, data: Record<string, any> }} event */
  #keep(event) {
    const { kind, data } = event;
    const key = data.key ?? `${kind} ${data.id ?? ""}`;
    this.#told.delete(key); // what is told anew counts from then on
    this.#told.set(key, event);
    if (kind !== "dropped") return;
    for (const gone of data.keys) this.#told.delete(gone);
  }
}
