// Where in the bytes of a JSON object each of its members lies. For display: what the JSON means, JSON.parse() knows.
//
// Pure.

/**
 * A member of an object, as it is written; `start` and `end` count bytes of UTF-8, and so does `value`, which is where
 * its value begins.
 *
 * @typedef {{ key: string, text: string, start: number, value: number, end: number }} Member
 */

const encoder = new TextEncoder();

// One member, from its key on: a string, a colon, and a value up to the comma or the brace behind it. Within a value,
// strings are passed over whole, and so is what stands in brackets.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gsu;

/**
 * The members of an object, in their order; none where the text is no JSON object.
 *
 * @param {string} text
 * @returns {Member[]}
 */
export function membersOf(text) {
  if (!isObject(text)) return [];
  const at = byteCounter(text);
  /** @type {Member[]} */
  const members = [];
  let depth = 0;
  /** @type {{ key: string, start: number, value: number } | null} */
  let open = null;
  let end = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const isClosing = token === "}" || token === "]";
    if (isClosing) depth -= 1;
    if (open && (depth === 0 || (depth === 1 && token === ","))) {
      members.push({
        key: open.key,
        text: text.slice(open.value, end),
        start: at(open.start),
        value: at(open.value),
        end: at(end),
      });
      open = null;
    } else if (depth === 1 && !open) {
      open = { key: JSON.parse(token), start: index, value: 0 };
    } else if (open && !open.value && token !== ":") {
      open.value = index;
    }
    if (token === "{" || token === "[") depth += 1;
    end = index + token.length;
  }
  return members;
}

/** @param {string} text */
function isObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * Count the bytes before a place in a text, for places that only go forward.
 *
 * @param {string} text
 */
function byteCounter(text) {
  let from = 0;
  let bytes = 0;
  return (/** @type {number} */ to) => {
    bytes += encoder.encode(text.slice(from, to)).length;
    from = to;
    return bytes;
  };
}
