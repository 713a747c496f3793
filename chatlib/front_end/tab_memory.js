// What this browser tab remembers over a reload; where storage is refused, or full, what this page remembers.
//
// With cookies blocked, and in a sandboxed frame, the very name sessionStorage throws; elsewhere it may be null.

const PREFIX = "chatlib.";
/** What the storage did not take; null is forgotten. @type {Map<string, string | null>} */
const ofThisPage = new Map();

/**
 * @param {string} key
 * @returns {string | null}
 */
export function recall(key) {
  const here = ofThisPage.get(key);
  if (here !== undefined) return here;
  try {
    return sessionStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/**
 * @param {unknown} item
 * @returns {item is string}
 */
export const isText = item => typeof item === "string";

/**
 * What was remembered as JSON, if it is a list, and in it what is of the right kind: the page's origin may be another
 * program's too.
 *
 * @template Item
 * @param {string} key
 * @param {(item: unknown) => item is Item} isItem
 * @returns {Item[]}
 */
export function recallList(key, isItem) {
  try {
    const list = JSON.parse(recall(key) ?? "[]");
    return Array.isArray(list) ? list.filter(isItem) : [];
  } catch {
    return [];
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    sessionStorage.setItem(PREFIX + key, value);
    ofThisPage.delete(key);
  } catch {
    forget(key); // a page that is loaded again must not find what was there before
    ofThisPage.set(key, value); // it lasts as long as the page
  }
}

/** @param {string} key */
export function forget(key) {
  try {
    sessionStorage.removeItem(PREFIX + key);
    ofThisPage.delete(key);
  } catch {
    ofThisPage.set(key, null);
  }
}
