"""The source material's client works unchanged in Node: addEventListener, bare text sent, {type, msg, time} read."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

import chatlib
from tests.support.places import ROOT

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


@pytest.fixture
def server() -> Iterator[chatlib.Server]:
    with chatlib.serve(port=0) as made:
        yield made


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
