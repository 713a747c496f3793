// A message as the transcript shows it. What its writer said, and is called, reaches the page as text alone.

import { say } from "./chat_words.js";
import { element } from "./dom.js";
import { drawFrame } from "./frame.js";
import { clock, fullTime, hue } from "./words.js";

/**
 * @import { Frame } from "./frame.js"
 *
 * @typedef {{ id: string, user: string, msg: string, time: string, state: "sending" | "delivered" | "failed",
 *   code: string | null, own: boolean, retryable?: boolean }} Message
 *
 * What the buttons of a message do, null where nobody can; `toField` is done after each, so that one can go on writing.
 *
 * @typedef {{ retry: ((id: string) => void) | null, showBytes: ((entry: HTMLElement) => void) | null,
 *   toField: () => void }} Deeds
 *
 * One frame of a message, as dissection.py describes it.
 *
 * @typedef {{ direction: "sent" | "received", frame: Frame }} Sighting
 */

const LONG = 1500; // characters: what is longer, or has more lines, is folded
const LONG_LINES = 20;
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]。，、；：！？）】」]/gu;

/** @param {string} name */
const initials = name => [...name].slice(0, 1).join("").toUpperCase();

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
 * @param {Message} message
 * @param {Deeds} deeds
 */
export function drawMessage({ user, msg, own }, deeds) {
  const entry = element(
    "div",
    { class: own ? "message own" : "message" },
    face(user),
    element("div", { class: "head" }),
    text(msg),
    element("div", { class: "fate" }),
  );
  if (deeds.showBytes) entry.append(bytesButton(entry, deeds.showBytes));
  if (msg.length > LONG || msg.split("\n", LONG_LINES + 1).length > LONG_LINES) fold(entry, deeds.toField);
  return entry;
}

/**
 * Somebody's text: its links can be followed, nothing else in it means anything.
 *
 * @param {string} msg
 */
function text(msg) {
  const made = element("div", { class: "text", dir: "auto" });
  let end = 0;
  for (const { 0: url, index } of msg.matchAll(LINK)) {
    const link = { href: url, target: "_blank", rel: "noopener noreferrer nofollow", text: url };
    made.append(msg.slice(end, index), element("a", link));
    end = index + url.length;
  }
  made.append(msg.slice(end));
  return made;
}

/**
 * Not on the way of the Tab key, which would have to pass one for each message: from the keyboard it is /bytes.
 *
 * @param {HTMLElement} entry
 * @param {(entry: HTMLElement) => void} showBytes
 */
const bytesButton = (entry, showBytes) =>
  element("button", {
    class: "bytes",
    type: "button",
    tabindex: "-1",
    "aria-expanded": "false",
    text: say.bytes,
    onclick: () => showBytes(entry),
  });

/**
 * @param {HTMLElement} entry
 * @param {() => void} toField
 */
function fold(entry, toField) {
  const unfold = () => {
    entry.classList.remove("folded");
    more.remove();
    toField();
  };
  const more = element("button", { class: "more", type: "button", text: say.all, onclick: unfold });
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
  const name = element("b", { dir: "auto", text: user });
  const when = element("time", { datetime: time, title: fullTime(time), text: clock(time) });
  part(entry, "head").replaceChildren(name, when);
  part(entry, "text").title = fullTime(time);
  entry.querySelector(".bytes")?.setAttribute("aria-label", say.bytesOf(user));
}

/**
 * What became of it.
 *
 * @param {HTMLElement} entry
 * @param {Message} message
 * @param {Deeds["retry"]} retry
 */
export function showFate(entry, { id, state, code }, retry) {
  entry.dataset.state = state;
  const fate = part(entry, "fate");
  if (state === "delivered") return fate.replaceChildren();
  if (state === "sending") return fate.replaceChildren(say.sending);
  fate.replaceChildren(`${say.failed}: ${say.codes[code ?? ""] ?? code}`);
  if (retry) fate.append(element("button", { type: "button", text: say.retry, onclick: () => retry(id) }));
}

/**
 * Show the frames that carried it, or put them away if they are there.
 *
 * @param {HTMLElement} entry
 * @param {() => Promise<Sighting[]>} ask
 */
export async function toggleBytes(entry, ask) {
  const shown = entry.querySelector(".wire");
  entry.querySelector(".bytes")?.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  const frames = await ask();
  const drawn = frames.flatMap(({ direction, frame }) => [
    element("strong", { text: say[direction] }),
    drawFrame(frame),
  ]);
  entry.append(element("div", { class: "wire" }, ...(drawn.length ? drawn : [say.noBytes])));
  entry.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLElement} entry
 * @param {"face" | "head" | "text" | "fate"} name
 */
const part = (entry, name) => /** @type {HTMLElement} */ (entry.querySelector(`.${name}`));
