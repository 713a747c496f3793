// What is written for people: words in the page's language, times as they are read here, and the colour of a name.

export const LANGUAGE = document.documentElement.lang;

/** The page's language as Intl takes it; undefined is the browser's own. */
export const LOCALE = LANGUAGE.replace("_", "-") || undefined;

/**
 * Pick the words of the page's language; both tables have the same ones.
 *
 * @template Words
 * @param {{ en: Words, zh: NoInfer<Words> }} tables
 */
export const words = ({ en, zh }) => (LANGUAGE.startsWith("zh") ? zh : en);

/**
 * Pick the language of the page wherever Python said something in both, as `{en, zh}`.
 *
 * @template Value
 * @param {Value} value
 * @returns {Value}
 */
export function inPageLanguage(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return /** @type {Value} */ (value.map(inPageLanguage));
  const { en, zh, ...rest } = /** @type {Record<string, unknown>} */ (value);
  if (typeof en === "string" && typeof zh === "string" && !Object.keys(rest).length)
    return /** @type {Value} */ (words({ en, zh }));
  const picked = Object.entries(value).map(([name, each]) => [name, inPageLanguage(each)]);
  return /** @type {Value} */ (Object.fromEntries(picked));
}

/** The names of a WebSocket's readyState, the same in every language. */
export const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];

const clockFormat = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" });
const dayFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full" });
const fullFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium" });
const alphabet = new Intl.Collator(LOCALE, { numeric: true });

/**
 * @param {Intl.DateTimeFormat} format
 * @param {string} iso
 */
function read(format, iso) {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? "" : format.format(at); // what is no time is none, and never the end of a batch
}

/**
 * A time as people read it here; nothing for what is no time.
 *
 * @param {string} iso
 */
export const clock = iso => read(clockFormat, iso);

/**
 * The day of a time.
 *
 * @param {string} iso
 */
export const day = iso => read(dayFormat, iso);

/**
 * The whole of a time, to the second.
 *
 * @param {string} iso
 */
export const fullTime = iso => read(fullFormat, iso);

const preciseFormat = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

/**
 * A time of day, here, to the millisecond.
 *
 * @param {number} ms since the epoch
 */
export const timeOfDay = ms => preciseFormat.format(ms);

/**
 * Compare two names as a list from A to Z has them: "User 2" before "User 10".
 *
 * @param {string} one
 * @param {string} other
 */
export const byName = (one, other) => alphabet.compare(one, other) || (one < other ? -1 : Number(one > other));

// Ten hues that are told apart, each far from the one before: names that differ in their last letter only, which stand
// beside each other in a list, have unlike colours.
const HUES = [25, 140, 255, 355, 95, 215, 320, 55, 175, 285];

/**
 * The hue of a name: the same one everywhere, on the page, in the panel, on the room map.
 *
 * @param {string} name
 */
export function hue(name) {
  let sum = 0;
  for (const letter of String(name)) sum = (Math.imul(sum, 31) + /** @type {number} */ (letter.codePointAt(0))) >>> 0;
  return /** @type {number} */ (HUES[sum % HUES.length]);
}
