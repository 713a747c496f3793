// A QR code (ISO/IEC 18004), made here: no request tells anybody where a class meets. It knows one mode, bytes, and one
// level of error correction, M, which reads on with 15 % of it hidden; that is all that an address needs.
//
// Pure. The steps, in their order: the data becomes codewords; these get their error correction; both are laid out in
// a square around the patterns that a camera looks for; and of eight masks the one that looks least like them is put
// over it.

// Error correction at level M for the versions 1 to 40: codewords in each block, and blocks.
const EC_CODEWORDS = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35,
  37, 38, 40, 43, 45, 47, 49,
];
const LEVEL_M = 0;
const PADDING = [0xec, 0x11];

/** @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

const sizeOf = (/** @type {number} */ version) => 4 * version + 17;
const at = (/** @type {number[]} */ table, /** @type {number} */ version) => /** @type {number} */ (table[version - 1]);

/**
 * The modules of a text's QR code, row by row, true for dark; without the quiet zone of four modules around it.
 *
 * @param {string} text
 * @param {number} [mask] which mask to use; by default the best
 * @returns {boolean[][]}
 */
export function qrCode(text, mask) {
  const data = new TextEncoder().encode(text);
  const version = versionFor(data.length);
  const codewords = interleaved(dataCodewords(data, version), version);
  const drawn = MASKS.map((_, n) => n)
    .filter(n => mask === undefined || n === mask)
    .map(n => drawCode(codewords, version, n));
  const penalties = drawn.map(penalty);
  return /** @type {boolean[][]} */ (drawn[penalties.indexOf(Math.min(...penalties))]);
}

// What it holds

/** @param {number} bytes */
function versionFor(bytes) {
  for (let version = 1; version <= BLOCKS.length; version += 1) {
    if (bytes + headerBytes(version) <= dataBytes(version)) return version;
  }
  throw new RangeError(`a QR code holds ${dataBytes(40) - headerBytes(40)} bytes at the most, not ${bytes}`);
}

/** Mode and length, in bytes, with the half byte that ends the data. */
const headerBytes = (/** @type {number} */ version) => (version < 10 ? 2 : 3);

const dataBytes = (/** @type {number} */ version) =>
  allBytes(version) - at(EC_CODEWORDS, version) * at(BLOCKS, version);

/** @param {number} version */
function allBytes(version) {
  const { isFree } = blank(version);
  return Math.floor(isFree.flat().filter(Boolean).length / 8);
}

/**
 * @param {Uint8Array} data
 * @param {number} version
 */
function dataCodewords(data, version) {
  const lengthBits = version < 10 ? 8 : 16;
  const bits = [
    ...bitsOf(0b0100, 4),
    ...bitsOf(data.length, lengthBits),
    ...[...data].flatMap(byte => bitsOf(byte, 8)),
  ];
  bits.push(...bitsOf(0, 4)); // the end; with mode and length, whole bytes
  const codewords = [];
  for (let from = 0; from < bits.length; from += 8) {
    codewords.push(bits.slice(from, from + 8).reduce((byte, bit) => 2 * byte + bit, 0));
  }
  const size = dataBytes(version);
  for (let n = 0; codewords.length < size; n += 1) codewords.push(PADDING[n % 2] ?? 0);
  return codewords;
}

/**
 * @param {number} value
 * @param {number} size
 */
const bitsOf = (value, size) => Array.from({ length: size }, (_, n) => (value >> (size - 1 - n)) & 1);

// Error correction: Reed and Solomon's, in the field of 256 elements that x⁸ + x⁴ + x³ + x² + 1 makes.

/**
 * @param {number} one
 * @param {number} other
 */
function times(one, other) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x1_1d);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

/** @param {number} degree */
function generator(degree) {
  let polynomial = [1];
  let root = 1;
  for (let n = 0; n < degree; n += 1) {
    const by = root;
    polynomial = [...polynomial, 0].map((factor, k) => factor ^ times(polynomial[k - 1] ?? 0, by));
    root = times(root, 2);
  }
  return polynomial.slice(1);
}

/**
 * @param {number[]} data
 * @param {number[]} divisor
 */
function remainder(data, divisor) {
  let rest = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ /** @type {number} */ (rest[0]);
    rest = [...rest.slice(1), 0].map((each, n) => each ^ times(/** @type {number} */ (divisor[n]), factor));
  }
  return rest;
}

/**
 * Cut the data into blocks, give each its error correction, and deal them out in turn, so that no stain hits one alone.
 *
 * @param {number[]} data
 * @param {number} version
 */
function interleaved(data, version) {
  const count = at(BLOCKS, version);
  const divisor = generator(at(EC_CODEWORDS, version));
  const short = Math.floor(data.length / count);
  const shorts = count - (data.length % count);
  const blocks = Array.from({ length: count }, (_, n) => {
    const from = n * short + Math.max(0, n - shorts);
    return data.slice(from, from + short + (n < shorts ? 0 : 1));
  });
  return [...dealt(blocks), ...dealt(blocks.map(block => remainder(block, divisor)))];
}

/** @param {number[][]} blocks */
function dealt(blocks) {
  const longest = Math.max(...blocks.map(block => block.length));
  return Array.from({ length: longest }, (_, n) => blocks.flatMap(block => block.slice(n, n + 1))).flat();
}

// The square

/**
 * The patterns of a version, and which modules are free for data.
 *
 * @param {number} version
 */
function blank(version) {
  const size = sizeOf(version);
  const dark = square(size, false);
  const isFree = square(size, true);
  const set = (/** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ isDark) => {
    const [row, free] = [dark[y], isFree[y]];
    if (!row || !free || x < 0 || x >= size) return;
    row[x] = isDark;
    free[x] = false;
  };
  for (let n = 0; n < size; n += 1)
    for (const [x, y] of [
      [n, 6],
      [6, n],
    ])
      set(x ?? 0, y ?? 0, n % 2 === 0);
  for (const [x, y] of alignments(version)) rings(set, x, y, 2, [0, 2]);
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ])
    rings(set, x ?? 0, y ?? 0, 4, [0, 1, 3]);
  drawFormat(set, size, 0);
  if (version >= 7) drawVersion(set, size, version);
  return { dark, isFree, set };
}

/** @typedef {(x: number, y: number, isDark: boolean) => void} Set */

/**
 * @param {number} size
 * @param {boolean} value
 */
const square = (size, value) => Array.from({ length: size }, () => new Array(size).fill(value));

/**
 * Squares around a centre; those at the distances in `darks` are dark.
 *
 * @param {Set} set
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @param {number[]} darks
 */
function rings(set, x, y, reach, darks) {
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      set(x + dx, y + dy, darks.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }
}

/**
 * The centres of the small patterns: everywhere on a grid, but where the three large ones are.
 *
 * @param {number} version
 * @returns {[number, number][]}
 */
function alignments(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : 2 * Math.ceil((version * 4 + 4) / (count * 2 - 2));
  const last = sizeOf(version) - 7;
  const places = [6, ...Array.from({ length: count - 1 }, (_, n) => last - (count - 2 - n) * step)];
  const all = places.flatMap(y => places.map(x => /** @type {[number, number]} */ ([x, y])));
  return all.filter(([x, y]) => !((x === 6 && (y === 6 || y === last)) || (x === last && y === 6)));
}

/**
 * What tells a reader the level and the mask, twice: five bits, and ten that correct them.
 *
 * @param {Set} set
 * @param {number} size
 * @param {number} mask
 */
function drawFormat(set, size, mask) {
  const data = (LEVEL_M << 3) | mask;
  const bits = ((data << 10) | checkBits(data, 10, 0x5_37)) ^ 0x54_12;
  for (let n = 0; n < 15; n += 1) {
    const isDark = ((bits >> n) & 1) === 1;
    const before = n < 6 ? n : n < 8 ? n + 1 : 8; // beside the first pattern, over the line that is there
    const behind = n < 8 ? 8 : n === 8 ? 7 : 14 - n;
    set(behind, before, isDark);
    if (n < 8) set(size - 1 - n, 8, isDark);
    else set(8, size - 15 + n, isDark);
  }
  set(8, size - 8, true);
}

/**
 * @param {Set} set
 * @param {number} size
 * @param {number} version
 */
function drawVersion(set, size, version) {
  const bits = (version << 12) | checkBits(version, 12, 0x1f_25);
  for (let n = 0; n < 18; n += 1) {
    const isDark = ((bits >> n) & 1) === 1;
    const [far, near] = [size - 11 + (n % 3), Math.floor(n / 3)];
    set(far, near, isDark);
    set(near, far, isDark);
  }
}

/**
 * @param {number} data
 * @param {number} size
 * @param {number} polynomial
 */
function checkBits(data, size, polynomial) {
  let rest = data;
  for (let n = 0; n < size; n += 1) rest = (rest << 1) ^ ((rest >> (size - 1)) * polynomial);
  return rest;
}

/**
 * Lay the codewords out, in columns two wide, up and down by turns from the right, and put the mask over them.
 *
 * @param {number[]} codewords
 * @param {number} version
 * @param {number} mask
 */
function drawCode(codewords, version, mask) {
  const { dark, isFree, set } = blank(version);
  const size = dark.length;
  const isMasked = /** @type {(x: number, y: number) => boolean} */ (MASKS[mask]);
  let n = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1; // the column of the line
    const goesUp = ((right + 1) & 2) === 0;
    for (let step = 0; step < 2 * size; step += 1) {
      const x = right - (step % 2);
      const row = Math.floor(step / 2);
      const y = goesUp ? size - 1 - row : row;
      if (!isFree[y]?.[x]) continue;
      const bit = ((codewords[n >> 3] ?? 0) >> (7 - (n & 7))) & 1;
      /** @type {boolean[]} */ (dark[y])[x] = (bit === 1) !== isMasked(x, y);
      n += 1;
    }
  }
  drawFormat(set, size, mask);
  return dark;
}

// How bad a mask is: what looks like one of the large patterns, is all of one colour, or is not half dark, costs.

/** @param {boolean[][]} dark */
function penalty(dark) {
  const size = dark.length;
  const columns = dark.map((_, x) => dark.map(row => row[x] === true));
  const lines = [...dark, ...columns].map(line => line.map(Number).join(""));
  let sum = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/gu)) sum += run.length - 2;
    for (let n = 0; n + 11 <= size; n += 1) {
      const part = line.slice(n, n + 11);
      if (part === "10111010000" || part === "00001011101") sum += 40;
    }
  }
  for (let y = 1; y < size; y += 1) {
    for (let x = 1; x < size; x += 1) {
      const block = [dark[y]?.[x], dark[y]?.[x - 1], dark[y - 1]?.[x], dark[y - 1]?.[x - 1]];
      if (block.every(each => each === block[0])) sum += 3;
    }
  }
  const share = dark.flat().filter(Boolean).length / size ** 2;
  return sum + 10 * Math.floor(Math.abs(share - 0.5) / 0.05);
}
