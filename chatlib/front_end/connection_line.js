// The connection: its state in one line, said once when it is lost and once when it is back; and, away from the
// server, a quiet bar with the time until the next attempt, a way to make it now, and the details.

import { say } from "./chat_words.js";
import { element } from "./dom.js";

/**
 * How the connection stands. `attempt` is the number of the one that comes next, `retry_in` the seconds until then;
 * with 0 none comes.
 *
 * @typedef {{ state: string, text: string, code: number | null, reason: string, attempt?: number,
 *   retry_in: number | null, retry_at?: string | null }} Connection
 */

export class ConnectionLine {
  #state = element("span", { class: "state", text: "CONNECTING" });
  #words = element("span", { class: "words" });
  root = element(
    "span",
    { class: "status", role: "status", "data-state": "CONNECTING" },
    this.#state,
    " ",
    this.#words,
  );
  #countdown = element("span", { class: "countdown" }); // no part of the status: that would be read each second
  #now;
  #why = element("p", { class: "why", hidden: true });
  #details = element("button", {
    type: "button",
    text: say.details,
    "aria-expanded": "false",
    onclick: () => this.#explain(this.#why.hidden === true),
  });
  bar;
  #wasIn = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #ticking;

  /** @param {(() => void) | null} tryNow */
  constructor(tryNow) {
    this.#now = element("button", { type: "button", text: say.tryNow, hidden: !tryNow, onclick: () => tryNow?.() });
    this.bar = element(
      "div",
      { class: "away", hidden: true },
      element("div", { class: "away-line" }, this.#countdown, this.#now, this.#details),
      this.#why,
    );
  }

  /** @param {Connection} connection */
  show({ state, text, code, reason, attempt = 0, retry_in, retry_at = null }) {
    this.#wasIn ||= state === "OPEN";
    const words = say.farewells[reason] || text || reason || say.closed[code ?? 0] || "";
    const why = code && state === "CLOSED" ? `${words} (${code})` : words;
    const isNews = state !== this.root.dataset.state;
    if (isNews) this.root.dataset.state = this.#state.textContent = state;
    // What comes to light later is a detail, but not to whom nothing else was said.
    if (isNews || (!this.#wasIn && why !== this.#words.textContent)) this.#words.textContent = why;
    this.root.title = why;
    const isAway = state === "CLOSED" && retry_in !== null;
    if (isAway && this.bar.hidden) this.#explain(!this.#wasIn && why !== "");
    this.bar.hidden = !isAway;
    this.#why.textContent = attempt ? `${why}\n${say.attempt(attempt)}` : why;
    const until = retry_at ? (Date.parse(retry_at) - Date.now()) / 1000 : retry_in;
    this.#countDown(isAway ? Math.min(until ?? 0, retry_in ?? 0) : 0);
  }

  end() {
    clearTimeout(this.#ticking);
  }

  /** @param {boolean} isWanted */
  #explain(isWanted) {
    this.#why.hidden = !isWanted;
    this.#details.setAttribute("aria-expanded", String(isWanted));
  }

  /** @param {number} seconds */
  #countDown(seconds) {
    clearTimeout(this.#ticking);
    this.#countdown.textContent = seconds > 0 ? say.retryIn(Math.ceil(seconds)) : say.trying;
    if (seconds > 0) this.#ticking = setTimeout(() => this.#countDown(seconds - 1), 1000 * Math.min(seconds, 1));
  }
}
