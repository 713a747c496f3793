"""The exercises of notebook 05, Run asyncio in a notebook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from chatlib.client.websocket import WebSocket
from chatlib.exercises.quizzes.nb05 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of
from chatlib.exercises.witness import Visit, Witness

FROZEN_SECONDS: Final = 0.45
TICK_SECONDS: Final = 0.02
STOP_SECONDS: Final = 0.3


@exercise
async def ex1(handler: Callable[[ServerConnection], Any]) -> str:
    """Unfreeze a server: ask three things at once, and watch the loop meanwhile."""
    raised: list[Exception] = []

    async def watched(connection: ServerConnection) -> None:
        try:
            await result_of(handler, connection)
        except Exception as error:
            raised.append(error)

    async with serve(watched, "127.0.0.1", 0) as server, _longest_pause() as pauses:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        answers = await asyncio.gather(*(_ask(url, question) for question in ("one", "two", "three")))
    if raised:
        raise NotYet(f"the handler raised {type(raised[0]).__name__}: {raised[0]}.")
    if answers != ["ONE", "TWO", "THREE"]:
        raise NotYet(f"one, two and three were asked, and the answers were {answers!r} (None: the handler ended).")
    if max(pauses) > FROZEN_SECONDS:
        raise NotYet("the loop stood still while it answered. Which call blocks, and who could wait for it instead?")
    return "three people asked at once, and the loop never stood still."


@exercise
async def ex2(swallowed: Callable[[list[asyncio.Task[None]]], Any]) -> str:
    """Find the swallowed exceptions."""

    async def fail(error: Exception) -> None:
        raise error

    errors = [ValueError("the first"), KeyError("the second")]
    fine, cancelled, waiting = (asyncio.create_task(asyncio.sleep(seconds)) for seconds in (0, 60, 60))
    failed = [asyncio.create_task(fail(error)) for error in errors]
    cancelled.cancel()
    await asyncio.wait([fine, cancelled, *failed])
    try:
        found = await result_of(swallowed, [fine, failed[0], cancelled, waiting, failed[1]])
    except (asyncio.CancelledError, asyncio.InvalidStateError) as error:
        kind = "cancelled" if isinstance(error, asyncio.CancelledError) else "not finished yet"
        raise NotYet(
            f"a task was {kind}, and asking it raised {type(error).__name__}. What can you ask first?"
        ) from None
    finally:
        waiting.cancel()
        for task in failed:
            task.exception()  # so that asyncio does not complain when they go
    if found is None:
        raise NotYet("you returned None. Every task has a method that tells its exception.")
    if any(error is None for error in found):
        raise NotYet(f"you returned {found!r}. A task that went well has no exception, and its None is none.")
    if set(found) != set(errors):
        raise NotYet(f"two of the tasks had failed, and you returned {found!r}.")
    return "both exceptions are found, and nobody else was disturbed."


@exercise
async def ex3(listen_then_stop: Callable[..., Any]) -> str:
    """Two tasks on one socket."""
    ticks = 0
    shown_at: list[float] = []

    async def tick_until_stopped(visit: Visit) -> None:
        nonlocal ticks
        stop = asyncio.create_task(visit.connection.recv())
        while not stop.done():
            await visit.connection.send("tick")
            ticks += 1
            await asyncio.wait([stop], timeout=TICK_SECONDS)
        visit.messages.append(stop.result())

    async with Witness(tick_until_stopped) as witness, connect(witness.url, proxy=None) as connection:
        began = time.monotonic()
        await result_of(listen_then_stop, connection, lambda _: shown_at.append(time.monotonic() - began), STOP_SECONDS)
        left = await witness.everyone_left(0.2)
    if witness.visits[0].messages != ["stop"]:
        raise NotYet('the server never heard "stop", and is still ticking.')
    if not shown_at or shown_at[0] >= STOP_SECONDS:
        raise NotYet('nothing was shown before you had said "stop". The ticks had come: who could listen meanwhile?')
    if not left or len(shown_at) != ticks:
        raise NotYet(f"the server ticked {ticks} times, and {len(shown_at)} were shown. Listen to the end.")
    return "every tick was shown when it came, and the server closed."


async def _ask(url: str, question: str) -> str | None:
    """Return the answer, or None if the connection ends without one."""
    ws = WebSocket(url)
    await ws.once("open")
    ws.send(question)
    try:
        event = await ws.once("message")
    except ConnectionError:
        return None
    finally:
        ws.close()
    return str(event.data)


@asynccontextmanager
async def _longest_pause() -> AsyncIterator[list[float]]:
    """Write down how long the running loop takes from one turn to the next."""
    pauses = [0.0]

    async def beat() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.01)
            now = time.monotonic()
            pauses.append(now - last)
            last = now

    beating = asyncio.create_task(beat())
    try:
        yield pauses
    finally:
        beating.cancel()
