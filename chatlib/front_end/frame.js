// One frame, bit by bit. What each field is comes from the kernel (dissection.py); here it is only drawn.

import { element } from "./dom.js";
import { words } from "./words.js";

const FRAME_WORDS = words({
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
    first: (n, all) => `The first ${n} of ${all} bytes`,
    whole: n => `${n} bytes`,
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
    first: (n, all) => `共 ${all} 字节，前 ${n} 个`,
    whole: n => `${n} 字节`,
  },
});

const BYTES_DRAWN = 24,
  BYTES_UNMASKED = 16;

const bytesOf = hex => (hex.match(/../g) ?? []).map(byte => parseInt(byte, 16));
const hexOf = byte => byte.toString(16).padStart(2, "0");

/** A section of RFC 6455, to follow. */
export const rfc = section =>
  section
    ? element("a", {
        href: `https://www.rfc-editor.org/rfc/rfc6455#section-${section}`,
        target: "_blank",
        rel: "noopener noreferrer",
        text: `§${section}`,
      })
    : "";

/** Draw a frame as dissection.py describes it: its bits, its fields, and how its payload is unmasked. */
export function drawFrame(frame) {
  const raw = bytesOf(frame.raw);
  const drawn = raw
    .slice(0, BYTES_DRAWN)
    .map(byte => element("span", { class: "byte" }, element("span", { class: "hex", text: hexOf(byte) })));
  const cells = []; // per field, its bits
  const rows = [];
  const light = index => {
    cells.forEach((bits, each) => bits.forEach(bit => bit.classList.toggle("lit", each === index)));
    rows.forEach((row, each) => row.classList.toggle("lit-row", each === index));
  };
  const dark = () => light(-1);

  const bits = element(
    "div",
    { class: "bits", role: "img", "aria-label": FRAME_WORDS.bits, onpointerleave: dark },
    ...drawn,
  );
  const body = element("tbody");
  frame.fields.forEach((field, index) => {
    const style = `--hue: ${(index * 137 + 30) % 360}`;
    const end = Math.min(field.start + field.size, drawn.length * 8);
    cells.push([]);
    for (let at = field.start; at < end; at += 1) {
      const bit = element("span", {
        class: "bit",
        style,
        title: field.name,
        text: String((raw[at >> 3] >> (7 - (at % 8))) & 1),
        onpointerenter: () => light(index),
      });
      bit.classList.toggle("first", at === field.start);
      bit.classList.toggle("last", at === field.start + field.size - 1);
      cells[index].push(bit);
      drawn[at >> 3].append(bit);
    }
    const name = element("button", {
      type: "button",
      style,
      text: field.name,
      onfocus: () => light(index),
      onblur: dark,
      onclick: () => light(index),
    });
    const row = element(
      "tr",
      { onpointerenter: () => light(index), onpointerleave: dark },
      element("th", { scope: "row" }, name),
      element("td", { class: "value", dir: "auto", text: field.value }),
      element("td", { text: field.meaning }),
      element("td", {}, rfc(field.section)),
    );
    rows.push(row);
    body.append(row);
  });

  const head = element(
    "thead",
    {},
    element(
      "tr",
      {},
      ...["field", "value", "meaning", "where"].map(name => element("th", { scope: "col", text: FRAME_WORDS[name] })),
    ),
  );
  return element(
    "div",
    { class: "chatlib-frame" },
    element("p", {
      class: "size",
      text: drawn.length < frame.size ? FRAME_WORDS.first(drawn.length, frame.size) : FRAME_WORDS.whole(frame.size),
    }),
    bits,
    element(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": FRAME_WORDS.fields },
      element("table", { "aria-label": FRAME_WORDS.fields }, head, body),
    ),
    ...unmasking(frame, raw),
  );
}

/** The payload before and after its mask: byte XOR byte of the key, over and over. */
function unmasking(frame, raw) {
  const wire = raw.slice(frame.payload, frame.payload + BYTES_UNMASKED);
  if (!frame.key || !wire.length) return [];
  const key = bytesOf(frame.key);
  const more = frame.size - frame.payload > wire.length ? ["…"] : [];
  const row = (name, bytes) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", text: name }),
      ...[...bytes.map(hexOf), ...more].map(text => element("td", { text })),
    );
  return [
    element(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": FRAME_WORDS.unmasking },
      element(
        "table",
        { class: "xor", "aria-label": FRAME_WORDS.unmasking },
        element(
          "tbody",
          {},
          row(FRAME_WORDS.wire, wire),
          row(
            `XOR ${FRAME_WORDS.key}`,
            wire.map((_, at) => key[at % 4]),
          ),
          row(
            `= ${FRAME_WORDS.plain}`,
            wire.map((byte, at) => byte ^ key[at % 4]),
          ),
        ),
      ),
    ),
  ];
}
