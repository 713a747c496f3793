// Whom an address reaches, as far as it tells.

import "../support/page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";

import { reachOf } from "../../chatlib/front_end/invitation.js";

const reach = address => reachOf(new URL(address));

test("an address of this computer leads a phone to itself", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "a.localhost", "[::1]", "0.0.0.0"]) {
    assert.equal(reach(`http://${host}:3000/?room=lobby`), "computer", host);
  }
  assert.equal(reach("http://127.0.0.1:8888/proxy/3000/?room=lobby"), "computer");
});

test("an address behind a Jupyter server opens only for who is logged in there", () => {
  for (const path of ["/proxy/3000/", "/user/ada/proxy/3000/", "/proxy/absolute/3000/", "/proxy/host:3000/"]) {
    assert.equal(reach(`https://hub.example.org${path}?room=x`), "jupyter", path);
  }
});

test("an address of the local network is for who is in it", () => {
  const hosts = [
    "10.0.0.7",
    "192.168.1.2",
    "172.16.0.1",
    "172.31.9.9",
    "169.254.1.1",
    "[fe80::1]",
    "[fd00::1]",
    "desk",
  ];
  for (const host of [...hosts, "desk.local"]) assert.equal(reach(`http://${host}:3000/`), "network", host);
});

test("any other address is for all", () => {
  const hosts = ["example.org", "172.32.0.1", "11.0.0.1", "192.169.0.1", "[2001:db8::1]", "127.0.0.1.example.org"];
  for (const host of hosts) assert.equal(reach(`https://${host}/?room=proxy`), "all", host);
});
