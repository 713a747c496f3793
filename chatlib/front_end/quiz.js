// The quiz: choices are buttons, and the answer comes with its reason. It judges by itself, and tells the kernel if
// there is one.

import { element } from "./dom.js";
import { QuestionView } from "./question.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/** @import { Question } from "./question.js" */
/** @import { Session } from "./session.js" */

const say = words({
  en: {
    quiz: "Quiz",
    question: (/** @type {number} */ n) => `Question ${n}`,
    score: (/** @type {number} */ right, /** @type {number} */ all) => `${right} of ${all} right`,
  },
  zh: {
    quiz: "小测验",
    question: n => `第 ${n} 题`,
    score: (right, all) => `${all} 题中答对 ${right} 题`,
  },
});

/**
 * @typedef {{ questions: { questions: Question[] }, answer: { question: number, choice: number } }} Events
 * @typedef {{ do: "answer", question: number, choice: number }} Action
 */

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
    views[question]?.judge(choice);
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
      element("div", { class: "top strip" }, element("strong", { text: say.quiz }), score),
      list,
    ),
  );
  listen(session, {
    questions({ questions }) {
      views = questions.map(
        (question, n) => new QuestionView(question, `${say.question(n + 1)} `, choice => choose(n, choice)),
      );
      list.replaceChildren(...views.map(view => view.element));
    },
    answer: ({ question, choice }) => show(question, choice),
  });
}

export default liveWidget(mount);
