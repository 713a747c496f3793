// The quiz: choices are buttons, and the answer comes with its reason. It judges by itself, and tells the kernel if there is one.

import { element, liveWidget, STYLE, words } from "./shared.js";

const say = words({
  en: {
    quiz: "Quiz", question: n => `Question ${n}`, right: "Right.", wrong: "Not so.",
    score: (right, all) => `${right} of ${all} right`,
  },
  zh: {
    quiz: "小测验", question: n => `第 ${n} 题`, right: "正确。", wrong: "不对。",
    score: (right, all) => `${all} 题中答对 ${right} 题`,
  },
});

const LOOK = STYLE + `
.chatlib-quiz { max-width: 46rem; margin: 2px; }
.chatlib-quiz .top { display: flex; justify-content: space-between; gap: 10px; padding: 8px 14px; border-bottom: 1px solid var(--line); }
.chatlib-quiz .score { color: var(--quiet); }
.chatlib-quiz fieldset { margin: 0; padding: 12px 14px; border: 0; min-width: 0; }
.chatlib-quiz fieldset + fieldset { border-top: 1px solid var(--line); }
.chatlib-quiz legend { float: inline-start; width: 100%; margin-bottom: 8px; padding: 0; font-weight: 600; color: inherit; font-size: 15px; }
.chatlib-quiz .number { color: var(--quiet); font-weight: 400; }
.chatlib-quiz ul { clear: both; display: grid; gap: 6px; margin: 0; padding: 0; list-style: none; }
.chatlib-quiz li { margin: 0; }
.chatlib-quiz button { display: flex; gap: 10px; width: 100%; text-align: start; padding: 8px 12px; }
.chatlib-quiz button .mark { flex: none; width: 1.2em; text-align: center; color: var(--quiet); }
.chatlib-quiz button[aria-pressed=true] { border-width: 2px; padding: 7px 11px; border-color: var(--judged); }
.chatlib-quiz button[aria-pressed=true] .mark { color: var(--judged); font-weight: 700; }
.chatlib.chatlib-quiz code { font: 14px/1.45 var(--jp-code-font-family, ui-monospace, monospace); background: var(--faint); color: inherit; padding: 1px 4px; border-radius: 4px; }
.chatlib-quiz [data-right=true] { --judged: var(--good); }
.chatlib-quiz [data-right=false] { --judged: var(--bad); }
.chatlib-quiz .reason { margin: 0; }
.chatlib-quiz .reason:not(:empty) { margin-top: 8px; padding: 8px 12px; background: var(--faint); border-inline-start: 4px solid var(--judged); border-radius: 0 8px 8px 0; }
.chatlib-quiz .reason b { color: var(--judged); }
`;

/** Text in which code stands in backticks, as nodes. */
const withCode = text => text.split("`").map((part, n, all) => n % 2 && n < all.length - 1 ? element("code", { text: part }) : n % 2 ? `\`${part}` : part);

export function mount(el, session) {
  const asked = [];              // of each question: how to show its answer
  const right = new Set();

  const score = element("span", { class: "score", role: "status" });
  const list = element("div");
  el.replaceChildren(element("style", { text: LOOK }), element("div", { class: "chatlib chatlib-quiz", "data-lm-suppress-shortcuts": "true" },
    element("div", { class: "top" }, element("strong", { text: say.quiz }), score), list));

  function ask({ text, choices }, number) {
    const reason = element("p", { class: "reason", "aria-live": "polite" });
    const buttons = choices.map(([choice], n) => element("button", { type: "button", "aria-pressed": "false", onclick: () => {
      asked[number](n);
      session.send?.({ do: "answer", question: number, choice: n });
    } }, element("span", { class: "mark", text: "abc"[n] }), element("span", { dir: "auto" }, ...withCode(choice))));
    list.append(element("fieldset", {}, element("legend", { dir: "auto" }, element("span", { class: "number", text: `${say.question(number + 1)} ` }), ...withCode(text)),
      element("ul", {}, ...buttons.map(button => element("li", {}, button))), reason));
    return chosen => {
      const [, isRight, why] = choices[chosen];
      buttons.forEach((button, n) => {
        const is = n === chosen;
        button.setAttribute("aria-pressed", is);
        button.dataset.right = isRight;
        button.querySelector(".mark").textContent = is ? isRight ? "✓" : "✗" : "abc"[n];
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
