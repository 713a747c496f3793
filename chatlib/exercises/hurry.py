"""A clock that goes faster for the learner's code: a limit of some seconds, which nobody asked for, is soon over.

So a check need not be as slow as the slowest network to see what becomes of the answer there. A generous limit stays as
it is: on a busy machine the network takes longer than it says, and by a faster clock even half a minute would be over.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import events
from collections import defaultdict
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from math import floor, inf
from types import FrameType
from typing import Any, Final
from unittest import mock

from chatlib.client.chat_client import ChatClient
from chatlib.client.conditions import Conditions
from chatlib.exercises.clocks import Clocks
from chatlib.exercises.verdict import line_of_origin

FACTOR: Final = 50
GENEROUS_SECONDS: Final = 9.5  # ten, of which something is gone when a timer is set
MOST_GAINED: Final = 6.0  # seconds, by a clock that is read or one wait after the other: none says how long a limit is
BUSY_SECONDS: Final = 1.0  # by which a call lasts longer on a busy machine
TICK_SECONDS: Final = 0.001
ROUNDING: Final = 1e-9
LATE_SECONDS: Final = 1.0  # at most, however busy the machine is
LOOK_SECONDS: Final = 0.003  # more than a look takes, by that clock, of who looks every tenth of a second
SLOW_SECONDS: Final = 0.2  # for so long a peer is slow, or silent, who is slow by that clock


@contextmanager
def hurried(
    *, below: float = GENEROUS_SECONDS, lasts: float | None = None, spares: Container[asyncio.Task[Any] | None] = ()
) -> Iterator[list[float]]:
    """Let each timer of asyncio below so many seconds that the learner's code sets run so many times as fast.

    A loop waits for whole milliseconds, one at least or none: who looks a hundred times, and waits for a hundredth of a
    second each time, is given one now and then, and has soon waited for a second.

    The clocks that it reads run as fast from the first reading on, until they are some seconds ahead: a generous limit
    by them is not over yet. Where what is waited for comes in the end, and a call ``lasts`` so many seconds in all, a
    limit may be counted in many waits, too: those of one line run faster until as much is gained by them.

    Yields the seconds of those that have run out, as they do. Nobody else's runs faster, not even what a library sets
    while the learner's code waits for it; nor what one of the tasks sets that are to be spared.
    """
    loop = asyncio.get_running_loop()
    most = below if below == inf else min(MOST_GAINED, below - (lasts or 0) - BUSY_SECONDS)
    most_by_line = inf if lasts is None else most
    seconds: list[float] = []
    gained: defaultdict[object, float] = defaultdict(float)  # by the line, in its task, that has set timers
    cut_off: defaultdict[asyncio.Task[Any] | None, float] = defaultdict(float)  # of its last timer, in seconds
    call_at, call_later = loop.call_at, loop.call_later

    def is_hurried(delay: float) -> bool:
        if not 0 < delay < below - Clocks.just_shown() or asyncio.current_task() in spares:
            return False
        if (line := _line_of_learner(sys._getframe(2))) is None or 0 < gained[line] > most_by_line - delay:
            return False
        gained[line] += delay
        return True

    def sooner_by_whole_ticks(delay: float) -> float:
        task = asyncio.current_task()
        exactly = delay / FACTOR + cut_off[task]
        ticks = floor(exactly / TICK_SECONDS + ROUNDING)
        cut_off[task] = exactly - ticks * TICK_SECONDS
        return ticks * TICK_SECONDS

    def sooner_at(when: float, callback: Callable[..., object], *args: Any, **options: Any) -> asyncio.TimerHandle:
        delay = when - loop.time()
        if is_hurried(delay):
            when -= delay - sooner_by_whole_ticks(delay)
            callback = _noting(seconds, delay, callback)
        return call_at(when, callback, *args, **options)

    def sooner(delay: float, callback: Callable[..., object], *args: Any, **options: Any) -> asyncio.TimerHandle:
        if is_hurried(delay):
            callback = _noting(seconds, delay, callback)
            delay = sooner_by_whole_ticks(delay)
        return call_later(delay, callback, *args, **options)

    with (
        Clocks.fast(FACTOR, most=most),
        mock.patch.multiple(loop, call_at=sooner_at, call_later=sooner),  # in a browser's tab, the one calls the other
    ):
        yield seconds


async def be_slow(seconds: float, loop: asyncio.AbstractEventLoop) -> None:
    """Return after so many seconds, and later where this loop is late: who counts looks at it is late, too.

    One that does not come round, as with a call that blocks, is not waited for longer.
    """
    looking = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_look_often(seconds), loop))
    with suppress(TimeoutError):
        await asyncio.wait_for(looking, seconds + LATE_SECONDS)


async def _look_often(seconds: float) -> None:
    for _ in range(round(seconds / LOOK_SECONDS)):
        await asyncio.sleep(LOOK_SECONDS)


def _noting(seconds: list[float], delay: float, callback: Callable[..., object]) -> Callable[..., object]:
    def call(*args: Any) -> None:
        seconds.append(delay)
        callback(*args)

    return call


def _line_of_learner(frame: FrameType | None) -> object:
    """Return what is another for each line of each task, if the first that is not asyncio is the learner's; else None.

    That is a line, or one that has made the task.

    The limit of ``ChatClient.until()`` is its caller's own.
    """
    task = asyncio.current_task()
    while frame is not None and ((module := _module(frame)).startswith("asyncio.") or _is_until(frame)):
        if module == events.__name__:  # the loop itself
            return task if task is not None and line_of_origin(task.get_coro()) else None
        frame = frame.f_back
    return (task, frame.f_code, frame.f_lineno) if frame is not None and _module(frame) == "__main__" else None


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _is_until(frame: FrameType) -> bool:
    return frame.f_code in (Conditions.until.__code__, ChatClient.until.__code__)
