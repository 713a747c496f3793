"""Cells that are run again in a real kernel: who is in the room then."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

import chatlib
from chatlib import ChatClient
from chatlib.server.ownership import Server
from chatlib.transcript import Notice
from tests.support import kernels

pytestmark = pytest.mark.usefixtures("forked_kernels")

SECONDS = 30

Run = Callable[..., Awaitable[Any]]


@pytest.fixture
def server() -> Any:
    with chatlib.serve(port=0) as server:
        yield server


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """How to run a cell by its name, as JupyterLab names it; returns the last value, through JSON."""
    manager, client = await kernels.started()

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
    await are_here(watcher, "Ada", "Cy")
    await run("b", "one = join('Dee')")
    await are_here(watcher, "Ada", "Dee")


KEPT = {
    "list": ("", "people = [join('Ada')]; await people[0].joined()"),
    "dict": ("", "people = {'Ada': join('Ada')}; await people['Ada'].joined()"),
    "key": ("people = {}", "people['Ada'] = join('Ada'); await people['Ada'].joined()"),
    "place": ("people = [None]", "people[0] = join('Ada'); await people[0].joined()"),
    "filled": ("", "people = []\nfor name in ['Ada']: people.append(join(name))\nawait people[0].joined()"),
    "attribute": ("import types; box = types.SimpleNamespace()", "box.ada = join('Ada'); await box.ada.joined()"),
    "object": ("class Home:\n  def __init__(self): self.ada = join('Ada')", "home = Home(); await home.ada.joined()"),
    "closure": (
        "def make():\n  ada = join('Ada')\n  async def say(text): await ada.joined(); ada.send(text)\n  return say",
        "say = make(); await say('hi')",
    ),
    "function": ("def make(): return [join('Ada')]", "people = make(); await people[0].joined()"),
    "method": ("", "send = join('Ada').send; send('hi')"),
    "with": ("import contextlib", "with contextlib.nullcontext([join('Ada')]) as people: await people[0].joined()"),
    "magic": ("", "%%time\npeople = [join('Ada')]"),
}


async def test_wherever_a_client_is_kept_its_cell_run_again_is_the_same_person(
    run: Run, server: Server, watcher: ChatClient
) -> None:
    """In a collection, in a part of one, in an attribute, in a closure: she is Ada, and nobody else comes."""
    await run("join", f"import chatlib\njoin = lambda name: chatlib.ChatClient({server.url!r}, name=name)")
    for kind, (before, code) in KEPT.items():
        await run(f"{kind} before", before)
        for _ in range(3):
            await run(kind, code)
            await are_here(watcher, "Ada")
        await run(kind, "send = say = ada = home = box = people = None")
        await are_here(watcher)
        came = {entry.user for entry in watcher.transcript if isinstance(entry, Notice)}
        assert came == {"Ada", "Watcher"}, kind


async def test_of_several_that_are_called_alike_each_is_again_the_one_that_it_was(
    run: Run, server: Server, watcher: ChatClient
) -> None:
    """The n-th for the n-th; but one that was renamed is called as the cell says."""
    code = f"""import asyncio, chatlib
people = [chatlib.ChatClient({server.url!r}, name="Ada") for _ in range(3)]
await asyncio.gather(*(ada.joined() for ada in people))
value = [ada.name for ada in people]"""
    first = await run("a", code)
    assert sorted(first) == ["Ada", "Ada (2)", "Ada (3)"]
    for _ in range(3):
        assert await run("a", code) == first
    await run("b", "people[0].rename('Bo')")
    await watcher.until(lambda: "Bo" in watcher.people, timeout=SECONDS)
    assert set(await run("a", code)) == set(first)
    await are_here(watcher, *first)


async def test_who_can_be_reached_only_through_a_closure_stays(run: Run, server: Server, watcher: ChatClient) -> None:
    """A cell that makes something only where there is none: run again, it makes nobody, and takes nobody away."""
    make = f"def make():\n  ada = chatlib.ChatClient({server.url!r}, name='Ada')\n  return lambda: ada.send('hi')"
    await run("a", f"import chatlib\n{make}")
    for _ in range(2):
        await run("b", "if 'say' not in globals(): say = {'Ada': make()}")
    await run("b", "say['Ada']()")
    await watcher.until(lambda: [message.msg for message in watcher.messages] == ["hi"], timeout=SECONDS)
    await are_here(watcher, "Ada")


async def test_whoever_another_cell_s_client_takes_the_name_of_leaves(
    run: Run, server: Server, watcher: ChatClient
) -> None:
    """``c = ...`` in one cell, ``c = ...`` in the next; and ``del c``. Who never had a name stays."""
    await run("join", f"import chatlib\njoin = lambda name: chatlib.ChatClient({server.url!r}, name=name)")
    await run("a", "c = join('Ada'); await c.joined()")
    await run("nameless", "join('Nobody'); None")
    await are_here(watcher, "Ada", "Nobody")
    await run("b", "c = join('Bo'); await c.joined()")
    await are_here(watcher, "Bo", "Nobody")
    await run("a", "c = join('Ada'); await c.joined()")
    await are_here(watcher, "Ada", "Nobody")
    await run("b", "del c")
    await are_here(watcher, "Nobody")
    await run("nameless", "None")
    await are_here(watcher)


async def test_whoever_was_overwritten_comes_again_by_the_same_name(
    run: Run, server: Server, watcher: ChatClient
) -> None:
    """All cells run again, one right after the other: she has left before she comes."""
    await run("join", f"import chatlib\njoin = lambda name: chatlib.ChatClient({server.url!r}, name=name)")
    for _ in range(5):
        await run("a", "c = join('Ada'); await c.joined(); value = c.name")
        assert await run("b", "one = c.name; c = join('Bo'); value = one") == "Ada"
    await are_here(watcher, "Bo")


# Where somebody is made, how the variable loses them, and who speaks for them then.
HELD = {
    "list": ("people = [c]", "people[0]"),
    "closure": ("def make(held): return lambda: held\nget = make(c)", "get()"),
    "task": (
        "import asyncio\nbell = asyncio.Event()\nasync def bot(held): await bell.wait(); return held\n"
        "task = asyncio.create_task(bot(c))\nawait asyncio.sleep(0)",
        "(bell.set(), await task)[1]",
    ),
    "output": ("c", "next(held for held in Out.values() if isinstance(held, chatlib.ChatClient))"),
    "panel": ("c = chatlib.ChatPanel(c.url, name='Bo')", "list(live._open.values())[0].client"),
}


async def test_whoever_is_held_elsewhere_stays_and_can_speak(run: Run, server: Server, watcher: ChatClient) -> None:
    """When another cell has overwritten the variable, and the garbage collector was there."""
    join = f"join = lambda name: chatlib.ChatClient({server.url!r}, name=name)"
    await run("join", f"import chatlib, gc\nfrom chatlib.widgets import live\n{join}")
    for kind, (hold, get) in HELD.items():
        await run(f"{kind} a", f"c = join({kind!r}); await c.joined()")
        await run(f"{kind} b", hold)
        await run(f"{kind} c", "c = None; gc.collect(); None")
        said = f"x = {get}\nvalue = (await x.delivered(x.send({kind!r}))).msg\ndel x"
        assert await run(f"{kind} d", said) == kind
    await are_here(watcher, "list", "closure", "task", "output", "Bo")


async def test_a_failed_cell_takes_nobody_away(run: Run, server: Server, watcher: ChatClient) -> None:
    """Whoever it made, and whoever was there."""
    await run("a", f"import chatlib\nc = chatlib.ChatClient({server.url!r}, name='Ada'); await c.joined()")
    await run("b", f"d = chatlib.ChatClient({server.url!r}, name='Bo'); await d.joined(); 1 / 0", fails=True)
    await run("a", "1 / 0", fails=True)
    assert await run("c", "await c.delivered(c.send('hi')); await d.delivered(d.send('hi')); value = 1") == 1
    await run("c", "c = d = None")
    await are_here(watcher)


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
