"""Waiting for what has no event of its own, and for what was begun on the background loop to be over."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from chatlib import background

SECONDS = 30.0
TRIES = 7

T = TypeVar("T")


def soon(act: Callable[[], T], seconds: float) -> T:
    """Return what ``act`` returns, once it took less than so many seconds.

    A busy machine may hold up one try, or some; a wait that is built in is in every one.
    """
    took = []
    for _ in range(TRIES):
        began = time.monotonic()
        result = act()
        took.append(time.monotonic() - began)
        if took[-1] < seconds:
            return result
    raise AssertionError(f"took {min(took):.2f} s at the best of {TRIES} tries, not less than {seconds:g} s")


async def until(condition: Callable[[], object], what: str = "", *, seconds: float = SECONDS) -> None:
    """Wait until a condition is met, while the loop goes on; ``what`` is said if it is not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(0.005)


@contextmanager
def background_busy() -> Iterator[None]:
    """Have the background loop stand still: nothing inside can be overtaken by what it would do."""
    may_go_on = threading.Event()
    background.call(may_go_on.wait, SECONDS)
    try:
        yield
    finally:
        may_go_on.set()


@contextmanager
def no_task_left_behind() -> Iterator[None]:
    """Fail unless every task that was begun inside, on the background loop, ends soon."""

    async def tasks() -> set[asyncio.Task[Any]]:
        return asyncio.all_tasks() - {asyncio.current_task()}

    before = background.run(tasks())
    yield
    deadline = time.monotonic() + SECONDS
    while left := background.run(tasks()) - before:
        assert time.monotonic() < deadline, f"still there after {SECONDS:g} s: {left}"
        time.sleep(0.01)
