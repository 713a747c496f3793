// The quiz: choices are buttons, and the answer comes with its reason. It judges by itself, and tells the kernel if there is one.

import { element } from "./dom.js";
import { liveWidget } from "./session.js";
import { words } from "./words.js";

const say = words({
  en: {
    quiz: "Quiz",
    question: n => `Question ${n}`,
    right: "Right.",
    wrong: "Not so.",
    score: (right, all) => `${right} of ${all} right`,
  },
  zh: {
    quiz: "小测验",
    question: n => `第 ${n} 题`,
    right: "正确。",
    wrong: "不对。",
    score: (right, all) => `${all} 题中答对 ${right} 题`,
  },
});

/** Text in which code stands in backticks, as nodes. */
const withCode = text =>
  text
    .split("`")
    .map((part, n, all) =>
      n % 2 && n < all.length - 1 ? element("code", { text: part }) : n % 2 ? `\`${part}` : part,
    );

export function mount(el, session) {
  const asked = []; // of each question: how to show its answer
  const right = new Set();

  const score = element("span", { class: "score", role: "status" });
  const list = element("div");
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-quiz", "data-lm-suppress-shortcuts": "true" },
      element("div", { class: "top" }, element("strong", { text: say.quiz }), score),
      list,
    ),
  );

  function ask({ text, choices }, number) {
    const reason = element("p", { class: "reason", "aria-live": "polite" });
    const buttons = choices.map(([choice], n) =>
      element(
        "button",
        {
          type: "button",
          "aria-pressed": "false",
          onclick: () => {
            asked[number](n);
            session.send?.({ do: "answer", question: number, choice: n });
          },
        },
        element("span", { class: "mark", text: "abc"[n] }),
        element("span", { dir: "auto" }, ...withCode(choice)),
      ),
    );
    list.append(
      element(
        "fieldset",
        {},
        element(
          "legend",
          { dir: "auto" },
          element("span", { class: "number", text: `${say.question(number + 1)} ` }),
          ...withCode(text),
        ),
        element("ul", {}, ...buttons.map(button => element("li", {}, button))),
        reason,
      ),
    );
    return chosen => {
      const [, isRight, why] = choices[chosen];
      buttons.forEach((button, n) => {
        const is = n === chosen;
        button.setAttribute("aria-pressed", is);
        button.dataset.right = isRight;
        button.querySelector(".mark").textContent = is ? (isRight ? "✓" : "✗") : "abc"[n];
      });
      reason.dataset.right = isRight;
      reason.replaceChildren(element("b", { text: isRight ? say.right : say.wrong }), " ", ...withCode(why));
      if (isRight) right.add(number);
      else right.delete(number);
      score.textContent = say.score(right.size, asked.length);
    };
  }

  const hear = {
    questions({ questions }) {
      list.replaceChildren();
      asked.splice(0, asked.length, ...questions.map(ask));
    },
    answer: ({ question, choice }) => asked[question](choice),
    kernel({ state }) {
      if (state === "gone") session.send = null;
    },
  };
  session.on(({ kind, data }) => hear[kind]?.(data));
}

export default liveWidget(mount);
