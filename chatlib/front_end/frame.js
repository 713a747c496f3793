// One frame, bit by bit. What each field is comes from the kernel (dissection.py); here it is only drawn.

import { element, keepRoles, scroller, tableHead } from "./dom.js";
import { folded } from "./folded.js";
import { words } from "./words.js";

/** @import { Properties } from "./dom.js" */

const say = words({
  en: {
    bits: "The frame's bytes, in hex and bit by bit",
    fields: "The frame's fields",
    field: "Field",
    value: "Value",
    meaning: "Meaning",
    where: "RFC 6455",
    unmasking: "Unmasking",
    wire: "on the wire",
    key: "masking key",
    plain: "payload",
    legend: "Each field has its own colour, the same in every frame.",
    first: (/** @type {number} */ n, /** @type {number} */ all) => `The first ${n} of ${all} bytes`,
    whole: (/** @type {number} */ n) => `${n} bytes`,
  },
  zh: {
    bits: "帧的字节：十六进制与逐比特",
    fields: "帧的字段",
    field: "字段",
    value: "值",
    meaning: "含义",
    where: "RFC 6455",
    unmasking: "去除掩码",
    wire: "线路上",
    key: "掩码密钥",
    plain: "载荷",
    legend: "每个字段有自己的颜色，在所有帧中都相同。",
    first: (n, all) => `共 ${all} 字节，前 ${n} 个`,
    whole: n => `${n} 字节`,
  },
});

/**
 * What dissection.py says of a frame: of a long one `raw` is its beginning; `payload` is where that begins; `key` is
 * the masking key. A field's `start` and `size` are in bits.
 *
 * @typedef {{ name: string, start: number, size: number, value: string, meaning: string, section: string }} Field
 * @typedef {{ raw: string, size: number, payload: number, key: string | null, fields: Field[] }} Frame
 */

// A field has the same colour in every frame; fields that stand side by side have unlike ones.
/** @type {Record<string, number>} */
const HUES = {
  FIN: 25,
  "RSV1–3": 215,
  opcode: 140,
  MASK: 320,
  "Payload len": 95,
  "Extended payload length": 255,
  "Masking-key": 355,
  "Payload Data": 175,
  "Status code": 55,
  Reason: 285,
};

const BYTES_DRAWN = 24;
const BYTES_UNMASKED = 16;
const BITS = 8; // of a byte

const bytesOf = (/** @type {string} */ hex) => (hex.match(/../gu) ?? []).map(byte => Number.parseInt(byte, 16));
const hexOf = (/** @type {number} */ byte) => byte.toString(16).padStart(2, "0");

/**
 * A section of RFC 6455, to follow.
 *
 * @param {string} section
 */
export const rfc = section =>
  section
    ? element("a", {
        href: `https://www.rfc-editor.org/rfc/rfc6455#section-${section}`,
        target: "_blank",
        rel: "noopener noreferrer",
        text: `§${section}`,
      })
    : "";

/**
 * Draw a frame: its bits, its fields, and how its payload is unmasked.
 *
 * @param {Frame} frame
 */
export function drawFrame(frame) {
  const raw = bytesOf(frame.raw);
  const shown = raw.slice(0, BYTES_DRAWN);
  const size = shown.length < frame.size ? say.first(shown.length, frame.size) : say.whole(frame.size);
  return element(
    "div",
    { class: "chatlib-frame" },
    element("p", { class: "size", text: size }),
    ...drawFields(frame.fields, shown),
    ...unmasking(frame, raw),
  );
}

/**
 * The bits of all fields, and the table of the fields. Where the pointer or the focus is, a field is lit in both.
 *
 * @param {Field[]} fields
 * @param {number[]} bytes
 */
function drawFields(fields, bytes) {
  const cells = bytes.map(byte =>
    element("span", { class: "byte" }, element("span", { class: "hex", text: hexOf(byte) })),
  );
  /** @type {{ bits: HTMLElement[], row: HTMLElement }[]} */
  const drawn = [];
  const light = (/** @type {number} */ lit) => {
    for (const [n, { bits, row }] of drawn.entries()) {
      row.classList.toggle("lit-row", n === lit);
      for (const bit of bits) bit.classList.toggle("lit", n === lit);
    }
  };
  const dark = () => light(-1);

  for (const [n, field] of fields.entries()) {
    const look = { style: `--hue: ${HUES[field.name]}` };
    const bits = drawBits(field, bytes, { ...look, onpointerenter: () => light(n) });
    for (const [at, bit] of bits.entries()) cells[Math.floor((field.start + at) / BITS)]?.append(bit);
    drawn.push({ bits, row: drawRow(field, look, () => light(n), dark) });
  }

  const heads = [say.field, say.value, say.meaning, say.where];
  const table = element(
    "table",
    { class: "explained", "aria-label": say.fields },
    tableHead(heads),
    element("tbody", {}, ...drawn.map(({ row }) => row)),
  );
  return [
    element("div", { class: "bits", role: "img", "aria-label": say.bits, onpointerleave: dark }, ...cells),
    element("p", { class: "size legend", text: say.legend }),
    scroller("wide", say.fields, keepRoles(table)),
  ];
}

/**
 * The bits of a field, as far as its bytes are shown.
 *
 * @param {Field} field
 * @param {number[]} bytes
 * @param {Properties} look
 */
function drawBits({ name, start, size }, bytes, look) {
  const bits = [];
  for (let at = start; at < Math.min(start + size, bytes.length * BITS); at += 1) {
    const byte = bytes[Math.floor(at / BITS)] ?? 0;
    const bit = element("span", { ...look, class: "bit", title: name, text: (byte >> (BITS - 1 - (at % BITS))) & 1 });
    bit.classList.toggle("first", at === start);
    bit.classList.toggle("last", at === start + size - 1);
    bits.push(bit);
  }
  return bits;
}

/**
 * @param {Field} field
 * @param {Properties} look
 * @param {() => void} light
 * @param {() => void} dark
 */
function drawRow({ name, value, meaning, section }, look, light, dark) {
  const button = element("button", {
    ...look,
    type: "button",
    text: name,
    onfocus: light,
    onblur: dark,
    onclick: light,
  });
  return element(
    "tr",
    { onpointerenter: light, onpointerleave: dark },
    element("th", { scope: "row" }, button),
    element("td", { class: "value" }, folded(value)),
    element("td", { class: "meaning", text: meaning }),
    element("td", { class: "section" }, rfc(section)),
  );
}

/**
 * The payload before and after its mask: byte XOR byte of the key, over and over.
 *
 * @param {Frame} frame
 * @param {number[]} raw
 */
function unmasking(frame, raw) {
  const wire = raw.slice(frame.payload, frame.payload + BYTES_UNMASKED);
  if (!frame.key || !wire.length) return [];
  const key = bytesOf(frame.key);
  const keys = wire.map((_, at) => key[at % key.length] ?? 0);
  const plain = wire.map((byte, at) => byte ^ (keys[at] ?? 0));
  const more = frame.size - frame.payload > wire.length ? ["…"] : [];
  const row = (/** @type {string} */ name, /** @type {number[]} */ bytes) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", text: name }),
      ...[...bytes.map(hexOf), ...more].map(text => element("td", { text })),
    );
  const rows = [row(say.wire, wire), row(`XOR ${say.key}`, keys), row(`= ${say.plain}`, plain)];
  const table = element("table", { class: "xor", "aria-label": say.unmasking }, element("tbody", {}, ...rows));
  return [scroller("wide", say.unmasking, table)];
}
