"""The source material's client works unchanged: addEventListener, bare text sent, {type, msg, time} read."""

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import expect

import chatlib
from tests.support.lab import ROOT

SECONDS = 15.0

NODE_CLIENT = """
const WebSocket = require("ws");
const readline = require("readline");

// 1. create the connection
const ws = new WebSocket(process.argv[1]);
// 2. open
ws.addEventListener("open", function () {
  console.log("connected");
});
// 3. send what is typed, as it is
readline.createInterface({ input: process.stdin })
  .on("line", (value) => ws.send(value))
  .on("close", () => ws.close());
// 4. receive
ws.addEventListener("message", function (e) {
  console.log(e.data);
});
// 5. trouble
ws.addEventListener("error", () => {
  console.log("the server has crashed");
});
"""

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


# Node


class NodeClient:
    """The client in a Node of its own: what is sent to it goes to the room, what the room says comes out as lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    def say(self, text: str) -> None:
        self.process.stdin.write(f"{text}\n".encode())

    async def line(self) -> str:
        line = await asyncio.wait_for(self.process.stdout.readline(), SECONDS)
        return line.decode().rstrip("\n")

    async def frames(self, count: int) -> list[dict]:
        return [json.loads(await self.line()) for _ in range(count)]


@asynccontextmanager
async def node_client(node_path: str, url: str):
    pipe = asyncio.subprocess.PIPE
    cwd = ROOT / "tests" / "node"
    process = await asyncio.create_subprocess_exec(
        node_path, "-e", NODE_CLIENT, url, stdin=pipe, stdout=pipe, cwd=cwd, limit=2**20
    )
    try:
        yield NodeClient(process)
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), SECONDS)


async def test_two_clients_in_node_chat(server, node_path):
    """Named User 1 and User 2; ENTER, bare text and LEAVE reach both, as JSON strings with type, msg and time."""
    async with node_client(node_path, server.url) as one:
        assert await one.line() == "connected"
        await one.frames(2)
        async with node_client(node_path, server.url) as two:
            assert await two.line() == "connected"
            await two.frames(2)
            one.say("你好,  <b>world</b>")
            two.say('{"no": "envelope"}')
            seen = [await one.frames(3), await two.frames(2)]
        seen[0] += await one.frames(1)

    assert [(frame["type"], frame["msg"]) for frame in seen[0]][::3] == [
        (0, "User 2 entered the room"),
        (1, "User 2 left the room"),
    ]
    assert seen[0][1:3] == seen[1]
    assert {frame["msg"] for frame in seen[1]} == {"你好,  <b>world</b>", '{"no": "envelope"}'}
    assert all(isinstance(frame["time"], str) for frame in seen[0])


async def test_a_newcomer_in_node_is_told_first_and_then_sees_itself_enter(server, node_path):
    """The first frame is new to that client, yet has the fields it reads; the second is what its own server sent."""
    async with node_client(node_path, server.url) as one:
        await one.line()
        welcome, enter = await one.frames(2)

    assert all(isinstance(welcome[name], kind) for name, kind in [("type", int), ("msg", str), ("time", str)])
    assert (enter["type"], enter["msg"], enter["user"]) == (0, "User 1 entered the room", "User 1")


async def test_names_in_node_are_never_given_twice(server, node_path):
    """Where the source material counts down when somebody leaves, and so gives one name to two people."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(node_client(node_path, server.url))
        await one.line()
        await one.frames(2)
        for number in (2, 3):
            async with node_client(node_path, server.url) as other:
                await other.line()
                _, enter = await other.frames(2)
                assert enter["user"] == f"User {number}"


async def test_node_hears_of_a_server_that_is_not_there(node_path):
    """The client's own error event."""
    with chatlib.serve(port=0) as gone:
        url = gone.url
    async with node_client(node_path, url) as client:
        assert await client.line() == "the server has crashed"


# Chromium


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


@pytest.mark.browser
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
