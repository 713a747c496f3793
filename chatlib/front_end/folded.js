// A long text, of which the beginning is shown, and all of it on demand.

import { element } from "./dom.js";
import { words } from "./words.js";

const say = words({
  en: {
    all: (/** @type {number} */ n) => `Show all ${n} characters`,
    less: "Show less",
  },
  zh: {
    all: n => `显示全部 ${n} 个字符`,
    less: "收起",
  },
});

const SHOWN = 120; // characters
const SPARED = 40; // what is longer by no more than these is not folded

/**
 * A text as a cell has it: folded, if it is long.
 *
 * @param {string} text
 * @param {number} [shown]
 */
export function folded(text, shown = SHOWN) {
  const whole = element("span", { dir: "auto", text });
  if (text.length <= shown + SPARED) return whole;
  const start = `${text.slice(0, shown).toWellFormed()}…`;
  const button = element("button", { type: "button", class: "chatlib-fold", onclick: () => fold(!isFolded) });
  let isFolded = true;
  const fold = (/** @type {boolean} */ isWanted) => {
    isFolded = isWanted;
    whole.textContent = isFolded ? start : text;
    button.textContent = isFolded ? say.all(text.length) : say.less;
    button.setAttribute("aria-expanded", String(!isFolded));
  };
  fold(true);
  return element("span", {}, whole, " ", button);
}
