// The quiz: choices are buttons, and the answer comes with its reason. It judges by itself, and tells the kernel if
// there is one.

import { element } from "./dom.js";
import { keepAnswer, keptAnswer, QuestionView } from "./question.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/** @import { Question } from "./question.js" */
/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    quiz: "Quiz",
    gone: "The kernel is gone: answers are judged, and not kept.",
    question: (/** @type {number} */ n) => `Question ${n}`,
    score: (/** @type {number} */ right, /** @type {number} */ all) => `${right} of ${all} right`,
  },
  zh: {
    quiz: "小测验",
    gone: "内核已不在：答案会评判，但不会保存。",
    question: n => `第 ${n} 题`,
    score: (right, all) => `${all} 题中答对 ${right} 题`,
  },
});

/**
 * @typedef {{ questions: { questions: Question[] }, answer: { question: number, choice: number },
 *   kernel: KernelState }} Events
 * @typedef {{ do: "answer", question: number, choice: number }} Action
 */

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const hasKernel = session.send !== null; // or had one
  const score = element("span", { class: "score", role: "status" });
  const list = element("div");
  /** @type {Question[]} */
  let questions = [];
  /** @type {QuestionView[]} */
  let views = [];
  let result = "";
  let note = "";

  function draw() {
    score.textContent = [result, note].filter(Boolean).join(" · ");
  }

  function show(/** @type {number} */ question, /** @type {number} */ choice) {
    views[question]?.judge(choice);
    result = say.score(views.filter(view => view.isRight).length, views.length);
    draw();
  }

  function choose(/** @type {number} */ question, /** @type {number} */ choice) {
    show(question, choice);
    session.send?.({ do: "answer", question, choice });
    const answered = questions[question];
    if (answered && !hasKernel) keepAnswer(answered, choice);
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
    questions(told) {
      questions = told.questions;
      views = questions.map(
        (question, n) => new QuestionView(question, `${say.question(n + 1)} `, choice => choose(n, choice)),
      );
      list.replaceChildren(...views.map(view => view.element));
      for (const [n, question] of questions.entries()) {
        const kept = hasKernel ? null : keptAnswer(question);
        if (kept !== null) show(n, kept);
      }
    },
    answer: ({ question, choice }) => show(question, choice),
    kernel({ state }) {
      if (state !== "gone") return;
      note = say.gone;
      draw();
    },
  });
}

export default liveWidget(mount);
