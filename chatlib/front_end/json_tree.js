// A JSON value as a tree: what has parts can be folded.

import { element } from "./dom.js";
import { folded } from "./folded.js";
import { words } from "./words.js";

const say = words({
  en: {
    tree: "The payload as JSON",
    keys: (/** @type {number} */ n) => `{${n} key${n === 1 ? "" : "s"}}`,
    items: (/** @type {number} */ n) => `[${n} item${n === 1 ? "" : "s"}]`,
  },
  zh: {
    tree: "载荷中的 JSON",
    keys: n => `{${n} 个键}`,
    items: n => `[${n} 项]`,
  },
});

const OPEN_DEPTH = 2; // what lies deeper is folded at first
const OPEN_PARTS = 20; // and so is what has more of them

/**
 * Draw an object or an array.
 *
 * @param {object} value as JSON.parse() returns it
 */
export const jsonTree = value =>
  element(
    "div",
    { class: "chatlib-json", role: "group", "aria-label": say.tree },
    element("b", { text: say.tree }),
    partsOf(value, 0),
  );

/**
 * @param {object} value
 * @param {number} depth
 */
function partsOf(value, depth) {
  const entries = Object.entries(value).map(([key, part]) => drawPart(key, part, depth));
  return element("ul", {}, ...entries);
}

/**
 * A part of an object or an array. What is folded is drawn when it is opened: most of it never is.
 *
 * @param {string} key
 * @param {unknown} value
 * @param {number} depth
 */
function drawPart(key, value, depth) {
  const name = element("code", { class: "key", dir: "auto", text: key });
  if (typeof value !== "object" || value === null) {
    return element("li", {}, name, ": ", element("code", { class: typeof value }, folded(JSON.stringify(value))));
  }
  const size = Object.keys(value).length;
  const count = Array.isArray(value) ? say.items(size) : say.keys(size);
  if (!size) return element("li", {}, name, ": ", element("code", { text: Array.isArray(value) ? "[]" : "{}" }));
  const summary = element(
    "summary",
    { "data-lm-suppress-shortcuts": "true" },
    name,
    " ",
    element("small", { text: count }),
  );
  const open = () => {
    if (details.open && details.childElementCount === 1) details.append(partsOf(value, depth + 1));
  };
  const details = element("details", { ontoggle: open }, summary);
  details.open = depth + 1 < OPEN_DEPTH && size <= OPEN_PARTS;
  open();
  return element("li", {}, details);
}
