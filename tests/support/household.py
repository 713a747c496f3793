"""Kernels that share a room on one port, as several notebooks of one person do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

from tests.support.remote import Remote

NAMES = ("Ada", "Bo", "Cy")
SECONDS = 30

Start = Callable[[], AbstractAsyncContextManager[Remote]]


async def move_in(remote: Remote, port: int, name: str) -> None:
    """What a notebook does: serve(), then join the room."""
    await remote.run(
        f"import chatlib; from tests.support.person import Person; server = chatlib.serve({port}, rate=0)\n"
        f"person = Person(server.url, {name!r})\n"
        "await person.room.joined()"
    )


async def owner_of(remotes: dict[str, Remote]) -> str:
    """Return whose kernel runs the server; somebody's does, or is about to."""
    async with asyncio.timeout(SECONDS):
        while True:
            for name, remote in remotes.items():
                if await remote.run("server.owner"):
                    return name


@contextlib.asynccontextmanager
async def household(start: Start, port: int) -> AsyncIterator[dict[str, Remote]]:
    """Three kernels that called serve() on one port, each with somebody in the room."""
    async with contextlib.AsyncExitStack() as stack:
        started = await asyncio.gather(*(stack.enter_async_context(start()) for _ in NAMES))
        remotes = dict(zip(NAMES, started, strict=True))
        for name, remote in remotes.items():
            await move_in(remote, port, name)
        yield remotes
