// A prediction: one question before a cell that shows the answer. The choice is judged when that has been seen; without
// a kernel nothing will be, so it is judged at once.

import { element } from "./dom.js";
import { keepAnswer, keptAnswer, QuestionView } from "./question.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/** @import { Question } from "./question.js" */
/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    prediction: "Your prediction",
    gone: "The kernel is gone: a choice is judged at once, and not counted.",
    run: "Now run the next cell, and see.",
    score: (/** @type {number} */ right, /** @type {number} */ made) => `${right} of ${made} predicted right`,
  },
  zh: {
    prediction: "你的预测",
    gone: "内核已不在：选择会立即评判，但不计入成绩。",
    run: "现在运行下一个单元格，看看结果。",
    score: (right, made) => `${made} 次预测中 ${right} 次正确`,
  },
});

/**
 * @typedef {{ question: Question, choice: { choice: number }, revealed: { right: number, made: number },
 *   kernel: KernelState }} Events
 * @typedef {{ do: "choose", choice: number }} Action
 */

/**
 * @param {HTMLElement} score
 * @param {HTMLElement} place of the question
 */
const card = (score, place) =>
  element(
    "div",
    { class: "chatlib chatlib-quiz chatlib-prediction", "data-lm-suppress-shortcuts": true },
    element("div", { class: "top strip" }, element("strong", { text: say.prediction }), score),
    place,
  );

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const hasKernel = session.send !== null; // or had one
  const score = element("span", { class: "score", role: "status" });
  const place = element("div");
  /** @type {QuestionView | null} */
  let view = null;
  /** @type {number | null} */
  let chosen = null;
  let isRevealed = !hasKernel;
  let isOver = false;

  function show() {
    if (chosen === null) return;
    if (isRevealed) {
      view?.judge(chosen);
      view?.close();
      isOver = true;
    } else view?.press(chosen, say.run);
  }

  function choose(/** @type {number} */ choice) {
    if (isOver) return;
    chosen = choice;
    show();
    session.send?.({ do: "choose", choice });
  }

  el.replaceChildren(card(score, place));
  listen(session, {
    question(question) {
      view = new QuestionView(question, "", choice => {
        if (!hasKernel && !isOver) keepAnswer(question, choice);
        choose(choice);
      });
      place.replaceChildren(view.element);
      if (!hasKernel) chosen = keptAnswer(question);
      show();
    },
    choice({ choice }) {
      chosen = choice;
      show();
    },
    revealed({ right, made }) {
      isRevealed = true;
      if (made > 0) score.textContent = say.score(right, made);
      show();
    },
    kernel({ state }) {
      if (state !== "gone" || isRevealed) return;
      isRevealed = true;
      score.textContent = say.gone;
      show();
    },
  });
}

export default liveWidget(mount);
