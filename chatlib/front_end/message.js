// A message as the transcript shows it. What its writer said, and is called, reaches the page as text alone.

import { say } from "./chat_words.js";
import { bdi, element } from "./dom.js";
import { pieces } from "./message_text.js";
import { clock, fullTime, hue } from "./words.js";

/**
 * @import { Piece } from "./message_text.js"
 *
 * @typedef {{ id: string, user: string, msg: string, time: string, state: "sending" | "delivered" | "failed",
 *   code: string | null, own: boolean, retryable?: boolean }} Message
 *
 * What can be done with an own message that failed.
 *
 * @typedef {{ retry: (id: string) => void, edit: (id: string) => void, discard: (id: string) => void }} Remedies
 */

const LONG = 1500; // characters: what is longer, or has more lines, is folded
const LONG_LINES = 20;

const graphemes = new Intl.Segmenter();

/** @param {string} name which may begin with a flag, or a family, of several code points */
const initials = name => [...graphemes.segment(name)][0]?.segment.toUpperCase() ?? "";

/**
 * A person's picture: the first letter of the name, in the name's colour.
 *
 * @param {string} name
 */
export function face(name) {
  const made = element("span", { class: "face", "aria-hidden": "true", text: initials(name) });
  made.style.setProperty("--hue", String(hue(name)));
  return made;
}

/**
 * Draw a message; the arrow keys reach it.
 *
 * @param {Message} message
 * @param {RegExp | null} me the reader's own name, as `mention` has it
 */
export function drawMessage({ user, msg, own }, me) {
  const entry = element("div", { class: "message", tabindex: "-1" }, face(user), element("div", { class: "head" }));
  const taken = pieces(msg, own ? null : me);
  entry.append(element("div", { class: "text", dir: "auto" }, ...taken.map(draw)), element("div", { class: "fate" }));
  entry.classList.toggle("own", own);
  entry.classList.toggle(
    "calls",
    taken.some(({ kind }) => kind === "me"),
  );
  if (msg.length > LONG || msg.split("\n", LONG_LINES + 1).length > LONG_LINES) fold(entry);
  return entry;
}

/** @param {Piece} piece */
function draw({ kind, text }) {
  switch (kind) {
    case "link":
      return element("a", { href: text, target: "_blank", rel: "noopener noreferrer nofollow", text });
    case "code":
      return element("code", { text });
    case "block":
      return element("code", { class: "block", dir: "ltr", text });
    case "me":
      return element("mark", { text });
    default:
      return text;
  }
}

/**
 * The code in a message; nothing if there is none.
 *
 * @param {HTMLElement} entry
 */
export const codeIn = entry => [...entry.querySelectorAll(".text code")].map(code => code.textContent).join("\n");

/**
 * Show only the beginning, and the rest on demand; the reader stays where the text begins.
 *
 * @param {HTMLElement} entry
 */
function fold(entry) {
  const toggle = () => {
    const isFolded = entry.classList.toggle("folded");
    more.textContent = isFolded ? say.all : say.less;
    more.setAttribute("aria-expanded", String(!isFolded));
    if (isFolded) entry.scrollIntoView({ block: "nearest" });
  };
  const more = element("button", { class: "more", type: "button", "aria-expanded": "false", onclick: toggle });
  more.textContent = say.all;
  entry.classList.add("folded");
  part(entry, "text").after(more);
}

/**
 * Who said it and when: both may change when the room places it.
 *
 * @param {HTMLElement} entry
 * @param {Message} message
 */
export function sign(entry, { id, user, time }) {
  if (entry.dataset.user === user && entry.dataset.time === time) return;
  Object.assign(entry.dataset, { id, user, time });
  entry.style.setProperty("--hue", String(hue(user)));
  part(entry, "face").textContent = initials(user);
  const when = element("time", { datetime: time, title: fullTime(time), text: clock(time) });
  part(entry, "head").replaceChildren(element("b", {}, bdi(user)), when);
  part(entry, "text").title = fullTime(time);
}

/**
 * What became of it.
 *
 * @param {HTMLElement} entry
 * @param {Message} message
 * @param {Remedies | null} remedies
 */
export function showFate(entry, { id, state, code, retryable }, remedies) {
  entry.dataset.state = state;
  const fate = part(entry, "fate");
  if (state === "delivered") return fate.replaceChildren();
  if (state === "sending") return fate.replaceChildren(say.sending);
  fate.replaceChildren(`${say.failed}: ${say.codes[code ?? ""] ?? code}`);
  if (!remedies) return;
  if (retryable) fate.append(element("button", { type: "button", text: say.retry, onclick: () => remedies.retry(id) }));
  fate.append(
    element("button", { type: "button", text: say.edit, onclick: () => remedies.edit(id) }),
    element("button", { type: "button", text: say.discard, onclick: () => remedies.discard(id) }),
  );
}

/**
 * @param {HTMLElement} entry
 * @param {"face" | "head" | "text" | "fate"} name
 */
const part = (entry, name) => /** @type {HTMLElement} */ (entry.querySelector(`.${name}`));
