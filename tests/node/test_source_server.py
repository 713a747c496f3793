"""The blog post's server, as notebook 07 shows it, does in Node what the notebook says of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect

from chatlib import chaos
from tests.support.places import ROOT
from tools import notebooks
from tools.ports import free_port

SECONDS = 15.0


def source() -> str:
    """Return the server's code, which is in the notebook's text; it says when it listens."""
    (path,) = (path for path in notebooks.find() if path.name.startswith("07"))
    (text,) = (cell.source for cell in notebooks.read(path).cells if "```js" in cell.source)
    (code,) = re.findall(r"```js\n(.*?)```", text, re.DOTALL)
    assert "server.listen(3000);" in code
    return code.replace("listen(3000)", "listen(Number(process.argv[1]), () => console.log('listening'))")


@pytest.fixture
async def port(node_path) -> AsyncIterator[int]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        node_path, "-e", source(), str(port), cwd=ROOT / "tests" / "node", stdout=asyncio.subprocess.PIPE
    )
    assert await asyncio.wait_for(process.stdout.readline(), SECONDS) == b"listening\n"
    yield port
    process.terminate()
    await process.wait()


@asynccontextmanager
async def person(port: int) -> AsyncIterator[ClientConnection]:
    """Have somebody in the room, who has heard of it; this server leaves it to the client to end the connection."""
    async with connect(f"ws://127.0.0.1:{port}", proxy=None, close_timeout=0.5) as connection:
        await heard(connection)
        yield connection


async def heard(connection: ClientConnection) -> tuple[int, str]:
    message = json.loads(await asyncio.wait_for(connection.recv(), SECONDS))
    assert re.match(r"\d+:\d\d:\d\d", message["time"])
    return message["type"], message["msg"]


async def test_the_others_hear_of_a_cut(port):
    """The notebook's fourth fault is not in it: Node's `close` fires however the connection ended."""
    cable = chaos.Proxy("127.0.0.1", port)
    async with person(port) as bo, person(cable.port):
        await heard(bo)
        cable.cut()
        assert await heard(bo) == (1, "User 2 left the room")
    cable.stop()


async def test_the_others_hear_of_a_goodbye_with_a_code_of_its_own(port):
    """Where Python's `async for` raises, and skips what is below it."""
    async with person(port) as bo, person(port) as ada:
        await heard(bo)
        await ada.close(4001, "lunch")
        assert await heard(bo) == (1, "User 2 left the room")


async def test_one_name_is_given_twice(port):
    """The notebook's second fault is: it counts down when somebody leaves."""
    async with person(port) as ada, person(port) as bo:
        await heard(ada)
        await ada.close()
        await heard(bo)
        async with person(port):
            assert await heard(bo) == (0, "User 2 entered the room")
