// The bytes of a message's frame, and its JSON: each key is tied to the bytes that carry it. Where the pointer or the
// focus is, a key and its bytes are lit together.

import { element, scroller, tableHead } from "./dom.js";
import { folded } from "./folded.js";
import { membersOf } from "./json_bytes.js";
import { words } from "./words.js";

/**
 * @import { Sighting } from "./journey.js"
 *
 * A row of the table, and its part of the bytes; `from` counts the frame's bytes, or those of the text where no frame
 * was seen. What is too long is left out of the middle.
 *
 * @typedef {{ name: string, value: string, from: number, bytes: Uint8Array, isHeader?: boolean }} Row
 */

const say = words({
  en: {
    key: "Key",
    value: "Value",
    bytes: "Bytes",
    header: "frame header",
    headerMeans: "opcode, length, and the masking key if there is one",
    headerMeansUnmasked: "opcode and length",
    members: "The message's keys and the bytes that carry them",
    strip: "The message's bytes in hex, with the letters that they are",
    range: (/** @type {number} */ from, /** @type {number} */ to) => (from === to ? `${from}` : `${from}–${to}`),
    masked: (/** @type {string} */ key) => `Shown unmasked: on the wire each byte of the payload is XOR ${key}.`,
    left: (/** @type {number} */ n) => `… ${n} more …`,
  },
  zh: {
    key: "键",
    value: "值",
    bytes: "字节",
    header: "帧头",
    headerMeans: "操作码、长度，以及掩码密钥（如果有）",
    headerMeansUnmasked: "操作码和长度",
    members: "消息的键，以及承载它们的字节",
    strip: "消息的字节：十六进制，以及对应的字符",
    range: (from, to) => (from === to ? `${from}` : `${from}–${to}`),
    masked: key => `这里显示的是去除掩码之后：线路上，载荷的每个字节都与 ${key} 异或。`,
    left: n => `… 另有 ${n} 个 …`,
  },
});

const SHOWN = 40; // bytes of one part
const SHOWN_END = 6; // of these, at its end

// In all frames, a key has the same colour; what is none of these has the last one.
const KEYS = ["type", "msg", "id", "user", "seq", "time", "trace"];
const hueOf = (/** @type {Row} */ { name, isHeader }) =>
  isHeader ? 200 : (337 + 137 * (KEYS.includes(name) ? KEYS.indexOf(name) : KEYS.length)) % 360;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const hexOf = (/** @type {number} */ byte) => byte.toString(16).padStart(2, "0");
const inPairs = (/** @type {string} */ hex) => hex.match(/../gu) ?? [];

/**
 * Draw a frame's header and its payload.
 *
 * @param {Sighting} sighting
 */
export function drawPayload({ text, frame }) {
  const payload = encoder.encode(text);
  const offset = frame?.payload ?? 0;
  /** @type {{ row: HTMLElement, part: HTMLElement }[]} */
  const drawn = [];
  const light = (/** @type {number} */ lit) => {
    for (const [n, { row, part }] of drawn.entries()) {
      row.classList.toggle("lit-row", n === lit);
      part.classList.toggle("lit", n === lit);
    }
  };
  const rest = () => light(drawn.findIndex(({ row }) => row.contains(document.activeElement)));
  /** @type {Node[]} */
  const strip = [];
  let at = 0;
  for (const [n, row] of rowsOf({ text, frame, direction: "sent" }, payload).entries()) {
    const begin = row.isHeader ? 0 : row.from - offset;
    strip.push(...drawBytes(payload.subarray(at, begin)));
    const lit = () => light(n);
    const part = element("span", { class: "member", onpointermove: lit }, ...drawBytes(row.bytes, !row.isHeader));
    const entry = drawRow(row, lit, rest);
    for (const each of [part, entry]) each.style.setProperty("--hue", String(hueOf(row)));
    strip.push(part);
    drawn.push({ part, row: entry });
    at = row.isHeader ? 0 : begin + row.bytes.length;
  }
  strip.push(...drawBytes(payload.subarray(at)));
  const table = element(
    "table",
    { "aria-label": say.members },
    tableHead([say.key, say.value, say.bytes]),
    element("tbody", {}, ...drawn.map(({ row }) => row)),
  );
  return element(
    "div",
    { class: "chatlib-payload" },
    element("div", { class: "strip-of-bytes", role: "img", "aria-label": say.strip, onpointerleave: rest }, ...strip),
    frame?.key ? element("p", { class: "quiet", text: say.masked(inPairs(frame.key).join(" ")) }) : "",
    scroller("wide", say.members, table),
  );
}

/**
 * @param {Sighting} sighting
 * @param {Uint8Array} payload
 * @returns {Row[]}
 */
function rowsOf({ text, frame }, payload) {
  const offset = frame?.payload ?? 0;
  const members = membersOf(text).map(({ key, text: value, start, end }) => ({
    name: key,
    value,
    from: offset + start,
    bytes: payload.subarray(start, end),
  }));
  if (!frame) return members;
  const bytes = new Uint8Array(
    inPairs(frame.raw)
      .slice(0, offset)
      .map(byte => Number.parseInt(byte, 16)),
  );
  const value = frame.key ? say.headerMeans : say.headerMeansUnmasked;
  return [{ name: say.header, value, from: 0, bytes, isHeader: true }, ...members];
}

/**
 * @param {Row} row
 * @param {() => void} light
 * @param {() => void} rest
 */
function drawRow({ name, value, from, bytes }, light, rest) {
  const key = { type: "button", text: name, onfocus: light, onblur: rest, onclick: light };
  return element(
    "tr",
    { onpointermove: light, onpointerleave: rest },
    element("th", { scope: "row" }, element("button", key)),
    element("td", { class: "value" }, folded(value)),
    element("td", { class: "range", text: say.range(from, from + bytes.length - 1) }),
  );
}

/**
 * Bytes; of a text, each with the letter that it begins, if it is one that can be shown.
 *
 * @param {Uint8Array} bytes
 * @param {boolean} [isText]
 */
function drawBytes(bytes, isText = true) {
  if (!isText) return [...bytes].map(byte => drawByte({ byte, letter: "" }));
  if (bytes.length <= SHOWN) return [...lettered(bytes)].map(drawByte);
  const tail = bytes.length - SHOWN_END;
  const head = SHOWN - SHOWN_END;
  return [
    ...[...lettered(bytes.subarray(0, head))].map(drawByte),
    element("span", { class: "left", text: say.left(tail - head) }),
    ...[...lettered(bytes.subarray(tail))].map(drawByte),
  ];
}

/** @param {Uint8Array} bytes */
function* lettered(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const first = /** @type {number} */ (bytes[at]);
    const size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const isShown = first > 0x20 && (first < 0x7f || first >= 0xc0) && at + size <= bytes.length;
    const letter = isShown ? decoder.decode(bytes.subarray(at, at + size)) : "";
    for (const byte of bytes.subarray(at, at + size)) yield { byte, letter: byte === first ? letter : "" };
    at += size;
  }
}

/** @param {{ byte: number, letter: string }} lettered */
const drawByte = ({ byte, letter }) =>
  element("span", { class: "octet" }, element("span", { text: hexOf(byte) }), element("i", { text: letter }));
