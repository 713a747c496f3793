"""Cells that are run again in a real kernel: who is in the room then."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from jupyter_client.manager import start_new_async_kernel

import chatlib
from chatlib import ChatClient
from chatlib.server.ownership import Server

SECONDS = 30

Run = Callable[..., Awaitable[Any]]


@pytest.fixture
def server() -> Any:
    with chatlib.serve(port=0) as server:
        yield server


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """How to run a cell by its name, as JupyterLab names it; returns the last value, through JSON."""
    manager, client = await start_new_async_kernel()

    async def run(cell: str, code: str, *, fails: bool = False) -> Any:
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
        content["user_expressions"] = {"value": "__import__('json').dumps(globals().get('value'))"}
        message = client.session.msg("execute_request", content, metadata={"cellId": cell})
        client.shell_channel.send(message)
        async with asyncio.timeout(SECONDS):
            while (reply := await client.get_shell_msg())["parent_header"]["msg_id"] != message["header"]["msg_id"]:
                pass
        assert (reply["content"]["status"] == "error") is fails, reply["content"]
        return None if fails else json.loads(eval(reply["content"]["user_expressions"]["value"]["data"]["text/plain"]))

    yield run
    client.stop_channels()
    await manager.shutdown_kernel(now=True)


@pytest.fixture
async def watcher(server: Server) -> AsyncIterator[ChatClient]:
    """Somebody who sees who is in the room."""
    watcher = ChatClient(server.url, name="Watcher")
    await watcher.joined()
    yield watcher
    watcher.close()


async def are_here(watcher: ChatClient, *names: str) -> None:
    await watcher.until(lambda: set(watcher.people) == {"Watcher", *names}, timeout=SECONDS)


async def test_a_client_whose_cell_is_run_again_is_the_same_person(
    run: Run, server: Server, watcher: ChatClient
) -> None:
    """The name is free again when the new one comes, and what was sent a moment before has arrived."""
    code = f"""import chatlib
client = chatlib.ChatClient({server.url!r}, name="Ada")
await client.joined()
client.send("hi")
value = client.name, client.people"""
    for _ in range(3):
        assert await run("a", code) == ["Ada", ["Watcher", "Ada"]]
    await watcher.until(lambda: len(watcher.messages) == 3, timeout=SECONDS)
    await are_here(watcher, "Ada")


async def test_a_cell_that_makes_others_leaves_nobody_behind(run: Run, server: Server, watcher: ChatClient) -> None:
    """One fewer, another name, a failing run between: in the end those are here whom a variable holds."""
    make = f"import chatlib\njoin = lambda name: chatlib.ChatClient({server.url!r}, name=name)\n"
    await run("a", make + "people = [join('Ada'), join('Bo')]")
    await are_here(watcher, "Ada", "Bo")
    await run("a", "1 / 0", fails=True)
    await run("b", "one = join('Cy')")
    await are_here(watcher, "Ada", "Bo", "Cy")
    await run("a", make + "people = [join('Ada')]; await people[0].joined()")
    await are_here(watcher, "Ada (2)", "Cy")  # a list may be what she is added to: that she goes is known at the end
    await run("b", "one = join('Dee')")
    await are_here(watcher, "Ada (2)", "Dee")


async def test_people_who_are_added_by_a_cell_stay(run: Run, server: Server, watcher: ChatClient) -> None:
    """Run again and again, it fills a list, and everybody in it can be reached."""
    await run("a", f"import chatlib\npeople = []\nurl = {server.url!r}")
    for _ in range(3):
        await run("b", "people.append(chatlib.ChatClient(url, name='Ada')); await people[-1].joined()")
    await are_here(watcher, "Ada", "Ada (2)", "Ada (3)")


async def test_panels_that_a_cell_makes_no_more_leave(run: Run, server: Server, watcher: ChatClient) -> None:
    """Two are shown, then one, then none."""
    panels = f"from chatlib import ChatPanel\nfor name in names: display(ChatPanel({server.url!r}, name=name))"
    await run("a", f"names = ['Ada', 'Bo']\n{panels}")
    await are_here(watcher, "Ada", "Bo")
    await run("a", f"names = ['Ada']\n{panels}")
    await are_here(watcher, "Ada")
    await run("a", "names = []")
    await are_here(watcher)
