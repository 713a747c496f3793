"""Another thread that touches the loop is seen, whatever it touches; one that asks it to do something is not blamed."""

from __future__ import annotations

import asyncio

import pytest

from chatlib.exercises.verdict import exercise, result_of
from tests.support.cells import run_cell

TOUCHED = "ran in another thread, and touched what belongs to the loop."


@exercise
async def check(answer):
    """A check that looks at nothing but that it returns."""
    await result_of(answer)
    return "it returned."


async def judged(doing):
    """Return the verdict on an answer that has another thread do something to an event, a future, a queue, the loop."""
    memory = {"__name__": "__main__", "asyncio": asyncio}
    source = (
        "import threading\n"
        "async def answer():\n"
        "    loop = asyncio.get_running_loop()\n"
        "    event, future, queue = asyncio.Event(), loop.create_future(), asyncio.Queue()\n"
        "    waiting = [asyncio.create_task(event.wait()), asyncio.ensure_future(future),\n"
        "               asyncio.create_task(queue.get())]\n"
        "    await asyncio.sleep(0)\n"
        f"    thread = threading.Timer(0.05, {doing})\n"
        "    thread.start()\n"
        "    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)\n"
        "    thread.join()\n"
        "    for each in waiting:\n"
        "        each.cancel()\n"
    )
    await run_cell(source, memory)
    return await check(memory["answer"])


@pytest.mark.parametrize(
    ("doing", "line"),
    [
        ("lambda: event.set()", "line 8 of <lambda>"),
        ("event.set", "something of yours"),
        ("lambda: future.set_result(1)", "line 8 of <lambda>"),
        ("lambda: queue.put_nowait(1)", "line 8 of <lambda>"),
        ("lambda: loop.call_soon(event.set)", "line 8 of <lambda>"),
        ("lambda: loop.call_later(0.01, event.set)", "line 8 of <lambda>"),
    ],
)
async def test_a_thread_that_touches_the_loop_is_seen(doing, line):
    verdict = await judged(doing)

    assert not verdict.solved
    assert verdict.text.startswith(f"{line} {TOUCHED}")


@pytest.mark.parametrize(
    "doing",
    [
        "lambda: loop.call_soon_threadsafe(event.set)",
        "lambda: asyncio.run_coroutine_threadsafe(queue.put(1), loop)",
        "lambda: asyncio.run(asyncio.sleep(0.001)) or loop.call_soon_threadsafe(event.set)",
    ],
)
async def test_a_thread_that_asks_the_loop_is_not_blamed(doing):
    """Nor one with a loop of its own."""
    assert (await judged(doing)).solved


async def test_the_loop_is_as_it_was_afterwards():
    """And what a thread does to it then is nobody's business here."""
    before = {**vars(asyncio.get_running_loop())}

    await judged("lambda: event.set()")

    assert vars(asyncio.get_running_loop()).keys() == before.keys()
