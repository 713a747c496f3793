// A question with its choices as buttons, and the reason behind each: what the quiz and the predictions show.

import { element } from "./dom.js";
import { recall, remember } from "./tab_memory.js";
import { words } from "./words.js";

const say = words({
  en: { right: "Right.", wrong: "Not so." },
  zh: { right: "正确。", wrong: "不对。" },
});

/**
 * @typedef {[text: string, isRight: boolean, why: string]} Choice
 * @typedef {{ text: string, choices: Choice[] }} Question
 */

const LETTERS = "abc";

const keyOf = (/** @type {Question} */ { text }) => `answer ${location.pathname} ${text}`;

/**
 * Keep what was chosen on a page without a kernel, where nobody else does: for a reload of it, in this tab.
 *
 * @param {Question} question
 * @param {number} choice
 */
export const keepAnswer = (question, choice) => remember(keyOf(question), String(choice));

/**
 * What was chosen before this page was loaded again; null if nothing was.
 *
 * @param {Question} question
 */
export function keptAnswer(question) {
  const kept = recall(keyOf(question));
  return kept !== null && question.choices[Number(kept)] ? Number(kept) : null;
}

/**
 * Text in which code stands in backticks, as nodes.
 *
 * @param {string} text
 */
function withCode(text) {
  const parts = text.split("`");
  const isCode = (/** @type {number} */ n) => n % 2 === 1;
  const isClosed = (/** @type {number} */ n) => n < parts.length - 1;
  return parts.map((part, n) => {
    if (!isCode(n)) return part;
    return isClosed(n) ? element("code", { text: part }) : `\`${part}`;
  });
}

/** A question, which can be answered as often as one likes, until it is closed. */
export class QuestionView {
  isRight = false;
  #choices;
  #buttons;
  #reasons;
  #reason = element("p", { class: "reason", "aria-live": "polite" });

  /**
   * @param {Question} question
   * @param {string} label
   * @param {(choice: number) => void} choose
   */
  constructor({ text, choices }, label, choose) {
    this.#choices = choices;
    this.#buttons = choices.map(([choice], n) =>
      element(
        "button",
        { type: "button", "aria-pressed": "false", onclick: () => choose(n) },
        element("span", { class: "mark", text: LETTERS[n] }),
        element("span", { dir: "auto" }, ...withCode(choice)),
      ),
    );
    this.#reasons = choices.map(([, isRight, why]) => [
      element("b", { text: isRight ? say.right : say.wrong }),
      " ",
      ...withCode(why),
    ]);
    this.element = element(
      "fieldset",
      {},
      element("legend", { dir: "auto" }, element("span", { class: "number", text: label }), ...withCode(text)),
      element("ul", {}, ...this.#buttons.map(button => element("li", {}, button))),
      this.#reason,
    );
  }

  /**
   * Show what was chosen, and say something, but not whether it is right.
   *
   * @param {number} chosen
   * @param {string} note
   */
  press(chosen, note) {
    for (const [n, button] of this.#buttons.entries()) button.setAttribute("aria-pressed", String(n === chosen));
    this.#reason.textContent = note;
  }

  /**
   * Show what was chosen, whether it is right, and why.
   *
   * @param {number} chosen
   */
  judge(chosen) {
    const choice = this.#choices[chosen];
    if (!choice) return;
    const [, isRight] = choice;
    this.isRight = isRight;
    for (const [n, button] of this.#buttons.entries()) {
      const isChosen = n === chosen;
      button.setAttribute("aria-pressed", String(isChosen));
      button.dataset.right = String(isRight);
      const mark = isRight ? "✓" : "✗";
      button.firstElementChild?.replaceChildren(isChosen ? mark : (LETTERS[n] ?? ""));
    }
    this.#reason.dataset.right = String(isRight);
    this.#reason.replaceChildren(...(this.#reasons[chosen] ?? []));
  }

  /** Mark the right choice, and take no other: the question has been answered for good. */
  close() {
    for (const [n, button] of this.#buttons.entries()) {
      const isRight = this.#choices[n]?.[1] ?? false;
      button.setAttribute("aria-disabled", "true");
      button.dataset.right = String(isRight);
      if (isRight) button.firstElementChild?.replaceChildren("✓");
    }
  }
}
