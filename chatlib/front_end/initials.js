// A name where there is no room for it.

const graphemes = new Intl.Segmenter();

const first = (/** @type {string} */ word, count = 1) =>
  [...graphemes.segment(word)]
    .slice(0, count)
    .map(({ segment }) => segment)
    .join("")
    .toLocaleUpperCase();

/**
 * The first signs of a name's first and last word, with all of a number: "AL" for Ada Lovelace, "U12" for User 12.
 *
 * @param {string} name
 */
export function initials(name) {
  const words = name.split(/[\s_.()-]+/u).filter(Boolean);
  const [one = name] = words;
  const last = words.at(-1) ?? "";
  if (words.length < 2) return first(one, 2);
  return first(one) + (/^\d{1,3}$/u.test(last) ? last : first(last));
}
