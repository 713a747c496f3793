// Names where there is no room for them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { initials } from "../../chatlib/front_end/initials.js";

const SHORT = {
  Ada: "AD",
  "Ada Lovelace": "AL",
  "ada maria von lovelace": "AL",
  "User 12": "U12",
  "Ada (2)": "A2",
  李小龙: "李小",
  "👩‍🔬 Zoé": "👩‍🔬Z",
  _: "_",
  "": "",
};

test("a name is folded to its initials, and keeps its number", () => {
  for (const [name, short] of Object.entries(SHORT)) assert.equal(initials(name), short, name);
});
