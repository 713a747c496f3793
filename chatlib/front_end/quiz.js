// The quiz: choices are buttons, and the answer comes with its reason. It judges by itself, and tells the kernel if
// there is one.

import { element } from "./dom.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/** @import { Session } from "./session.js" */

const say = words({
  en: {
    quiz: "Quiz",
    question: (/** @type {number} */ n) => `Question ${n}`,
    right: "Right.",
    wrong: "Not so.",
    score: (/** @type {number} */ right, /** @type {number} */ all) => `${right} of ${all} right`,
  },
  zh: {
    quiz: "小测验",
    question: n => `第 ${n} 题`,
    right: "正确。",
    wrong: "不对。",
    score: (right, all) => `${all} 题中答对 ${right} 题`,
  },
});

/**
 * @typedef {[text: string, isRight: boolean, why: string]} Choice
 * @typedef {{ text: string, choices: Choice[] }} Question
 * @typedef {{ questions: { questions: Question[] }, answer: { question: number, choice: number } }} Events
 * @typedef {{ do: "answer", question: number, choice: number }} Action
 */

const LETTERS = "abc";

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

/** A question, which can be answered as often as one likes. */
class QuestionView {
  isRight = false;
  #choices;
  #buttons;
  #reason = element("p", { class: "reason", "aria-live": "polite" });

  /**
   * @param {Question} question
   * @param {number} number
   * @param {(choice: number) => void} choose
   */
  constructor({ text, choices }, number, choose) {
    this.#choices = choices;
    this.#buttons = choices.map(([choice], n) =>
      element(
        "button",
        { type: "button", "aria-pressed": "false", onclick: () => choose(n) },
        element("span", { class: "mark", text: LETTERS[n] }),
        element("span", { dir: "auto" }, ...withCode(choice)),
      ),
    );
    const label = element("span", { class: "number", text: `${say.question(number + 1)} ` });
    this.element = element(
      "fieldset",
      {},
      element("legend", { dir: "auto" }, label, ...withCode(text)),
      element("ul", {}, ...this.#buttons.map(button => element("li", {}, button))),
      this.#reason,
    );
  }

  /** @param {number} chosen */
  show(chosen) {
    const choice = this.#choices[chosen];
    if (!choice) return;
    const [, isRight, why] = choice;
    this.isRight = isRight;
    for (const [n, button] of this.#buttons.entries()) {
      const isChosen = n === chosen;
      button.setAttribute("aria-pressed", String(isChosen));
      button.dataset.right = String(isRight);
      const mark = isRight ? "✓" : "✗";
      button.firstElementChild?.replaceChildren(isChosen ? mark : (LETTERS[n] ?? ""));
    }
    this.#reason.dataset.right = String(isRight);
    this.#reason.replaceChildren(element("b", { text: isRight ? say.right : say.wrong }), " ", ...withCode(why));
  }
}

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const score = element("span", { class: "score", role: "status" });
  const list = element("div");
  /** @type {QuestionView[]} */
  let views = [];

  function show(/** @type {number} */ question, /** @type {number} */ choice) {
    views[question]?.show(choice);
    score.textContent = say.score(views.filter(view => view.isRight).length, views.length);
  }

  function choose(/** @type {number} */ question, /** @type {number} */ choice) {
    show(question, choice);
    session.send?.({ do: "answer", question, choice });
  }

  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-quiz", "data-lm-suppress-shortcuts": true },
      element("div", { class: "top" }, element("strong", { text: say.quiz }), score),
      list,
    ),
  );
  listen(session, {
    questions({ questions }) {
      views = questions.map((question, n) => new QuestionView(question, n, choice => choose(n, choice)));
      list.replaceChildren(...views.map(view => view.element));
    },
    answer: ({ question, choice }) => show(question, choice),
  });
}

export default liveWidget(mount);
