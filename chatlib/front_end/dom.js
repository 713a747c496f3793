// Making elements. A text is always set as text: nothing that anybody sent is ever parsed as HTML.

/**
 * What `element` takes: its text, attributes (false or undefined: none, true: an empty one), and what hears its events.
 *
 * @typedef {string | number | boolean | undefined} Value
 * @typedef {"autocomplete" | "class" | "datetime" | "dir" | "disabled" | "enterkeyhint" | "hidden" | "href" | "max"
 *   | "maxlength" | "min" | "placeholder" | "rel" | "role" | "rows" | "scope" | "selected" | "spellcheck" | "step"
 *   | "style" | "tabindex" | "target" | "title" | "type" | "value"} AttributeName
 * @typedef {{ text?: string | number }
 *   & { [Name in AttributeName | `aria-${string}` | `data-${string}`]?: Value }
 *   & { [Name in keyof HTMLElementEventMap as `on${Name}`]?: (event: HTMLElementEventMap[Name]) => void }} Properties
 */

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Node | string)} children
 */
export function element(tag, { text, ...properties } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  if (text !== undefined) made.textContent = String(text);
  if (made.tabIndex >= 0) made.dataset.lmSuppressShortcuts = "true"; // else a letter pressed here is the Lab's command
  made.append(...children);
  return made;
}

/**
 * Make an SVG element.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 */
export function svg(tag, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/**
 * A name within other words: whatever its direction, it puts none of them into another order.
 *
 * @param {string} name
 */
export const bdi = name => element("bdi", { text: name });

/**
 * Have a click anywhere in a widget stay there. JupyterLab would give the focus to the cell, where the next letter is
 * a command: "d", "d" deletes it.
 *
 * @param {HTMLElement} el
 */
export function keepFocus(el) {
  el.tabIndex = -1;
  el.dataset.lmSuppressShortcuts = "true";
  el.style.outline = "none"; // a frame around all of it would say nothing
}

/**
 * Make a table's head, a column for each text.
 *
 * @param {string[]} texts
 */
export const tableHead = texts =>
  element("thead", {}, element("tr", {}, ...texts.map(text => element("th", { scope: "col", text }))));

/** @type {WeakSet<HTMLElement>} */
const willShowEnd = new WeakSet();

/**
 * Have what scrolls show its end, once for all that it is told in one go: to say how high it is, all of it is laid out.
 *
 * @param {HTMLElement} el
 * @param {() => void} [show] how
 */
export function showEnd(el, show = () => (el.scrollTop = el.scrollHeight)) {
  if (willShowEnd.has(el)) return;
  willShowEnd.add(el);
  queueMicrotask(() => {
    willShowEnd.delete(el);
    show();
  });
}

/** @type {Record<string, string>} */
const ROLES = {
  TABLE: "table",
  THEAD: "rowgroup",
  TBODY: "rowgroup",
  TR: "row",
  TD: "cell",
};

/**
 * Have a table, or a part of one, be that for assistive technology also where a narrow page draws it as cards: a
 * browser takes what has another display for no table.
 *
 * @template {HTMLElement} Part
 * @param {Part} part
 */
export function keepRoles(part) {
  for (const each of [part, ...part.querySelectorAll("*")]) {
    const head = each.getAttribute("scope") === "row" ? "rowheader" : "columnheader";
    const role = each.tagName === "TH" ? head : ROLES[each.tagName];
    if (role) each.setAttribute("role", role);
  }
  return part;
}

/**
 * Make what scrolls by itself: it has a name, and a keyboard can reach it.
 *
 * @param {string} className
 * @param {string} name
 * @param {...Node} children
 */
export const scroller = (className, name, ...children) =>
  element("div", { class: className, tabindex: "0", role: "region", "aria-label": name }, ...children);

/**
 * Hear a key in a field: Enter sends its form. In the Lab no form is sent by itself; and an Enter that picks a
 * candidate of an input method must not send it.
 *
 * @param {KeyboardEvent} event
 */
export function submitOnEnter(event) {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) {
    event.target.form?.requestSubmit();
  }
}

/** Whether whoever reads this wants nothing to move. */
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
