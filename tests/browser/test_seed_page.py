"""The source material's page works unchanged in Chromium: addEventListener, bare text sent, {type, msg, time} read."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect

import chatlib

SECONDS = 30.0

PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<input type="text" placeholder="say something">
<button>send</button>
<div></div>
<script>
  var input = document.querySelector("input");
  var button = document.querySelector("button");
  var div = document.querySelector("div");
  var TYPE_ENTER = 0;
  var TYPE_LEAVE = 1;
  var TYPE_MSG = 2;
  var ws = new WebSocket("ws://localhost:%d");
  ws.addEventListener("open", function () {
    document.title = "connected";
  });
  button.addEventListener("click", function () {
    ws.send(input.value);
    input.value = "";
  });
  ws.addEventListener("message", function (e) {
    var data = JSON.parse(e.data);
    var line = document.createElement("p");
    line.innerText = data.msg + " @ " + data.time;
    line.style.color = data.type === TYPE_ENTER ? "green" : data.type === TYPE_LEAVE ? "red" : "black";
    line.className = "type" + data.type;
    div.appendChild(line);
  });
  ws.addEventListener("error", () => {
    document.title = "the server has crashed";
  });
</script>
"""


@pytest.fixture
def server() -> Iterator[chatlib.Server]:
    with chatlib.serve(port=0) as made:
        yield made


@pytest.fixture
def page_url(server) -> Iterator[str]:
    """The page, on http://localhost, served by a program of its own as in the source material."""
    body = (PAGE % server.port).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        web.daemon_threads = True
        threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://localhost:{web.server_port}/"
        web.shutdown()


async def test_two_pages_in_chromium_chat(page_url, browser):
    """From http://localhost, another port: let in, named, and told of what others say, of coming and of going."""
    async with AsyncExitStack() as stack:
        contexts = [await stack.enter_async_context(await browser.new_context()) for _ in range(2)]
        one, two = [await context.new_page() for context in contexts]
        await one.goto(page_url)
        await expect(one.locator(".type0")).to_contain_text("User 1 entered the room @ ", timeout=1000 * SECONDS)
        await two.goto(page_url)
        await expect(one.locator(".type0")).to_have_count(2, timeout=1000 * SECONDS)
        await two.get_by_role("textbox").fill("你好 <i>all</i>")
        await two.get_by_role("button").click()
        for page in (one, two):
            await expect(page.locator(".type2")).to_contain_text("你好 <i>all</i> @ 2", timeout=1000 * SECONDS)
            await expect(page).to_have_title("connected")
        await two.close()
        await expect(one.locator(".type1")).to_contain_text("User 2 left the room", timeout=1000 * SECONDS)
        assert await one.locator("i").count() == 0
