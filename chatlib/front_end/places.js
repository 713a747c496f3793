// Where people stand around a server, on a map of any size: in a ring while they are few, else row by row around it.

/**
 * @typedef {{ x: number, y: number }} Point  in pixels, of a middle
 * @typedef {{ width: number, height: number }} Size
 * @typedef {Size & { hole: Size, server: Point, of: Point[] }} Places  the room for each and the server; their middles
 */

const RING_MOST = 12;
const RATIO = 1.35; // of a place that looks right
const HOLE = 0.26; // of the map's width and height: the server's

/**
 * The places of so many people.
 *
 * @param {number} count
 * @param {Size} map
 * @param {Size} least  that a place in a ring has; in rows it may be narrower, and lower only if the map is
 * @returns {Places}
 */
export function places(count, map, least) {
  return ring(count, map, least) ?? rows(count, map, least.height);
}

/**
 * The places on an ellipse; null where they would touch.
 *
 * @param {number} count
 * @param {Size} map
 * @param {Size} least
 * @returns {Places | null}
 */
function ring(count, map, least) {
  if (count > RING_MOST) return null;
  const server = { x: map.width / 2, y: map.height / 2 };
  const radius = { x: server.x - least.width / 2, y: server.y - least.height / 2 };
  const of = Array.from({ length: count }, (_, n) => {
    const angle = (n / count - 0.25) * 2 * Math.PI;
    return { x: server.x + radius.x * Math.cos(angle), y: server.y + radius.y * Math.sin(angle) };
  });
  const all = [server, ...of];
  const touch = all.some((one, n) =>
    all.slice(n + 1).some(other => Math.abs(one.x - other.x) < least.width && Math.abs(one.y - other.y) < least.height),
  );
  const hole = { width: map.width - 2 * least.width, height: map.height - 2 * least.height };
  return touch ? null : { ...least, hole, server, of };
}

/**
 * The places in rows, with a hole for the server in their middle.
 *
 * @param {number} count
 * @param {Size} map
 * @param {number} lowest
 * @returns {Places}
 */
function rows(count, map, lowest) {
  const { columns, lines, hole } = grid(count, map, lowest);
  const width = map.width / columns;
  const height = map.height / lines;
  const left = Math.floor((columns - hole.width) / 2);
  const top = Math.floor((lines - hole.height) / 2);
  const isFree = (/** @type {number} */ column, /** @type {number} */ line) =>
    column < left || column >= left + hole.width || line < top || line >= top + hole.height;
  const of = [];
  for (let line = 0; line < lines; line += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (isFree(column, line)) of.push({ x: (column + 0.5) * width, y: (line + 0.5) * height });
    }
  }
  const server = { x: (left + hole.width / 2) * width, y: (top + hole.height / 2) * height };
  return {
    ...{ width, height, server, of: of.slice(0, count) },
    hole: { width: hole.width * width, height: hole.height * height },
  };
}

/**
 * The fewest columns and lines that hold so many, and the server, in places of a good shape.
 *
 * @param {number} count
 * @param {Size} map
 * @param {number} lowest
 */
function grid(count, map, lowest) {
  const most = Math.max(3, Math.floor(map.height / lowest));
  const holeOf = (/** @type {number} */ columns, /** @type {number} */ lines) => ({
    width: like(columns, Math.max(1, Math.round(columns * HOLE))),
    height: like(lines, Math.max(1, Math.round(lines * HOLE))),
  });
  const holds = (/** @type {number} */ columns, /** @type {number} */ lines) => {
    const hole = holeOf(columns, lines);
    return columns * lines - hole.width * hole.height >= count;
  };
  let columns = 3;
  const linesOf = () => Math.min(most, Math.max(3, Math.round((columns * RATIO * map.height) / map.width)));
  while (!holds(columns, linesOf())) columns += 1;
  let lines = linesOf();
  while (lines > 2 && holds(columns, lines - 1)) lines -= 1; // an empty line would be no use
  return { columns, lines, hole: holeOf(columns, lines) };
}

/** A number that is even where `all` is: so that the middle is the middle. */
const like = (/** @type {number} */ all, /** @type {number} */ some) => (all % 2 === some % 2 ? some : some + 1);
