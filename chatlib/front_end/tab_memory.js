// What this browser tab remembers over a reload; where storage is refused, what this page remembers.

const PREFIX = "chatlib.";
/** @type {Map<string, string>} */
const ofThisPage = new Map();

/** @param {string} key */
export function recall(key) {
  try {
    return sessionStorage.getItem(PREFIX + key) ?? ofThisPage.get(key) ?? null;
  } catch {
    return ofThisPage.get(key) ?? null; // cookies are blocked, or this is a sandboxed frame
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  ofThisPage.set(key, value);
  try {
    sessionStorage.setItem(PREFIX + key, value);
  } catch {} // it lasts as long as the page
}

/** @param {string} key */
export function forget(key) {
  ofThisPage.delete(key);
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {} // it was never there
}
