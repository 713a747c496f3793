// A button below what is shown in part: it shows all of it, and then the part again.

import { say } from "./chat_words.js";
import { element } from "./dom.js";

/** @param {(isWhole: boolean) => void} show */
export function moreButton(show) {
  const toggle = () => {
    const isWhole = button.getAttribute("aria-expanded") === "false";
    button.textContent = isWhole ? say.less : say.all;
    button.setAttribute("aria-expanded", String(isWhole));
    show(isWhole);
  };
  const button = element("button", {
    class: "more",
    type: "button",
    "aria-expanded": "false",
    text: say.all,
    onclick: toggle,
  });
  return button;
}
