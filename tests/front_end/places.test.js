// Where people stand on the room map.

import assert from "node:assert/strict";
import { test } from "node:test";

import { places } from "../../chatlib/front_end/places.js";

const LEAST = { width: 110, height: 90 };

const MAPS = [
  { width: 1880, height: 900 },
  { width: 1200, height: 640 },
  { width: 560, height: 640 },
  { width: 440, height: 900 },
];

test("however many people there are, they neither touch nor leave the map", () => {
  for (const map of MAPS) {
    for (const count of [0, 1, 3, 8, 12, 13, 30, 60, 200]) {
      const { width, height, server, of } = places(count, map, LEAST);
      const where = `${count} people on ${map.width} by ${map.height}`;
      assert.equal(of.length, count, where);
      const all = [server, ...of];
      for (const [n, one] of all.entries()) {
        assert.ok(one.x >= width / 2 - 1 && one.x <= map.width - width / 2 + 1, where);
        assert.ok(one.y >= height / 2 - 1 && one.y <= map.height - height / 2 + 1, where);
        for (const other of all.slice(n + 1)) {
          assert.ok(Math.abs(one.x - other.x) > width - 1 || Math.abs(one.y - other.y) > height - 1, where);
        }
      }
    }
  }
});

test("a few stand in a ring, the first above the server", () => {
  const { server, of } = places(4, { width: 1000, height: 600 }, LEAST);
  assert.deepEqual(server, { x: 500, y: 300 });
  assert.deepEqual(
    of.map(({ x, y }) => [Math.round(x), Math.round(y)]),
    [
      [500, 45],
      [945, 300],
      [500, 555],
      [55, 300],
    ],
  );
});

test("sixty stand row by row around it, and the server's place is the middle", () => {
  const { server } = places(60, { width: 1200, height: 640 }, LEAST);
  assert.ok(Math.abs(server.x - 600) < 1);
  assert.ok(Math.abs(server.y - 320) < 1);
});

test("in a narrow map no line stays empty", () => {
  for (const count of [3, 4]) {
    const map = { width: 380, height: 420 };
    const { height, server, of } = places(count, map, { width: 150, height: 132 });
    const lowest = Math.max(server.y, ...of.map(({ y }) => y));
    assert.ok(lowest + height > map.height - 1, `${count}`);
  }
});
