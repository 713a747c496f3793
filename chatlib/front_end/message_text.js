// What somebody's text is made of: links, code between backticks, the reader's own name, and all the rest. Pure.

/** @typedef {{ kind: "text" | "link" | "code" | "block" | "me", text: string }} Piece */

const CODE = /```(?:[\w+#.-]*\n)?([\s\S]+?)\n?```|`([^`\n]+)`/gu;

// A link begins where no other scheme goes on, and ends at what no URL has, or at the punctuation of Chinese and
// Japanese, behind which a sentence goes on without a space. Their middle dot and wave dash stand within words.
const LINK =
  /(?<![a-z\d+.-])https?:\/\/[^\s\p{Cc}\p{Bidi_Control}\u200b\ufeff<>"`“”‘’…、。〈-】〔-〛！-／：-＠［-｀｛-､]+/giu;
const LONGEST = 2048; // characters of a link
const HOST = /^https?:\/\/(?:[^/?#@[\]()]*@)?(?:\[[\da-f:.]+\]|[\p{L}\p{M}\p{N}._-]+)(?::\d+)?/iu;
// Text that follows a host at once: no last part of a host's name mixes Latin letters with kana, Han or Hangul.
const RUN_ON =
  /^(https?:\/\/(?:[^/?#@]*@)?(?:[^/?#@:]*\.)?[a-z\d-]+)[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][^.:/?#]*$/iu;
const END_OF_SENTENCE = /(?:[.,:;!?'*~_|]|(?!\p{ASCII})[\p{P}\p{Cf}])+$/u; // in any script
/** @type {Record<string, string>} */
const OPENERS = { ")": "(", "]": "[", "}": "{" };

/**
 * Take a text apart; put together again, the pieces are the text but for the backticks around code.
 *
 * @param {string} msg
 * @param {RegExp | null} [me] the reader's own name, as `mention` has it
 * @returns {Piece[]}
 */
export function pieces(msg, me = null) {
  return split(msg, CODE, codeAt).flatMap(piece =>
    piece.kind === "text"
      ? split(piece.text, LINK, linkAt).flatMap(each =>
          each.kind === "text" && me ? split(each.text, me, ([text]) => [{ kind: "me", text }, text.length]) : [each],
        )
      : [piece],
  );
}

/**
 * How a name is found where it is called: as a word of its own. One letter is called with an @ only.
 *
 * @param {string} name
 */
export function mention(name) {
  if (!name) return null;
  const word = name.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
  const at = [...name].length > 1 ? "@?" : "@";
  // Chinese, Japanese and Korean put no space between words
  const letter = String.raw`[[\p{L}\p{N}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]]`;
  return new RegExp(`(?<!${letter})${at}${word}(?!${letter})`, "giv");
}

/**
 * Cut a text at what a pattern finds, unless it is none after all.
 *
 * @param {string} text
 * @param {RegExp} pattern
 * @param {(found: RegExpMatchArray) => [Piece, length: number] | null} take
 */
function split(text, pattern, take) {
  /** @type {Piece[]} */
  const cut = [];
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    const taken = take(found);
    if (!taken) continue;
    const [piece, length] = taken;
    if (found.index > end) cut.push({ kind: "text", text: text.slice(end, found.index) });
    cut.push(piece);
    end = found.index + length;
  }
  if (end < text.length) cut.push({ kind: "text", text: text.slice(end) });
  return cut;
}

/**
 * @param {RegExpMatchArray} found
 * @returns {[Piece, number]}
 */
const codeAt = ([all, block, code = ""]) => [
  block === undefined ? { kind: "code", text: code } : { kind: "block", text: block },
  all.length,
];

/**
 * @param {RegExpMatchArray} found
 * @returns {[Piece, number] | null}
 */
function linkAt([run]) {
  const [host = ""] = HOST.exec(run) ?? [];
  const text = RUN_ON.exec(host)?.[1] ?? (/^(?:$|[/?#])/u.test(run.slice(host.length)) ? whole(run) : host);
  const isLink = text && URL.canParse(text) && new URL(text).hostname;
  return isLink ? [{ kind: "link", text }, text.length] : null;
}

/**
 * A link without what stands around it: brackets belong to it in pairs, and no sentence's end does.
 *
 * @param {string} run
 */
function whole(run) {
  /** @type {[bracket: string, at: number][]} */
  const open = [];
  const link = run.slice(0, LONGEST);
  let end = link.length;
  for (let at = 0; at < link.length; at += 1) {
    const letter = /** @type {string} */ (link[at]);
    if ("([{".includes(letter)) open.push([letter, at]);
    if (!(letter in OPENERS)) continue;
    if (open.at(-1)?.[0] !== OPENERS[letter]) {
      end = at;
      break;
    }
    open.pop();
  }
  return link.slice(0, open[0]?.[1] ?? end).replace(END_OF_SENTENCE, "");
}
