// What is written for people: words in the page's language, times as they are read here, and the colour of a name.

const LANGUAGE = document.documentElement.lang;

/** The page's language as Intl takes it; undefined is the browser's own. */
export const LOCALE = LANGUAGE.replace("_", "-") || undefined;

/**
 * Pick the words of the page's language; both tables have the same ones.
 *
 * @template Words
 * @param {{ en: Words, zh: NoInfer<Words> }} tables
 */
export const words = ({ en, zh }) => (LANGUAGE.startsWith("zh") ? zh : en);

/** The names of a WebSocket's readyState, the same in every language. */
export const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];

const clockFormat = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" });
const fullFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium" });

/**
 * A time as people read it here.
 *
 * @param {string} iso
 */
export const clock = iso => clockFormat.format(new Date(iso));

/**
 * The whole of a time, to the second.
 *
 * @param {string} iso
 */
export const fullTime = iso => fullFormat.format(new Date(iso));

/**
 * The hue of a name: the same one everywhere, far from that of a name nearly the same.
 *
 * @param {string} name
 */
export const hue = name =>
  ([...name].reduce((sum, letter) => (sum * 31 + /** @type {number} */ (letter.codePointAt(0))) % 360, 3) * 137) % 360;
