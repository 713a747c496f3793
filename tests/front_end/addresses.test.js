// Where a page finds a server of the kernel's: at its own address, or through the Jupyter server that the page is from.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addresses } from "../../chatlib/front_end/addresses.js";

/**
 * Have addresses() asked by a page of a Lab.
 *
 * @param {string} page
 * @param {string} url
 */
function asked(page, url) {
  const { origin, pathname } = new URL(page);
  const config = { textContent: JSON.stringify({ baseUrl: pathname }) };
  Object.assign(globalThis, {
    location: new URL(page),
    document: { baseURI: `${origin}${pathname}lab`, getElementById: () => config },
  });
  return addresses(url);
}

test("on one machine a page tries the server's own address first", () => {
  assert.deepEqual(asked("http://localhost:8888/", "ws://127.0.0.1:3000/echo"), [
    "ws://127.0.0.1:3000/echo",
    "ws://localhost:8888/proxy/3000/echo",
  ]);
});

test("on a hub only the proxy leads there", () => {
  assert.deepEqual(asked("https://hub.example.org/user/ada/", "ws://127.0.0.1:3000/chat?name=Bo"), [
    "wss://hub.example.org/user/ada/proxy/3000/chat?name=Bo",
  ]);
});

test('a learner\'s `url + "/echo"` has one slash behind a proxy, too', () => {
  const [url] = asked("https://hub.example.org/user/ada/", "ws://127.0.0.1:3000");

  assert.equal(`${url}/echo`, "wss://hub.example.org/user/ada/proxy/3000/echo");
  assert.deepEqual(asked("https://hub.example.org/user/ada/", "ws://127.0.0.1:3000/"), [`${url}/`]);
});
