"""The clocks that a learner's code reads: they are ahead where its timers are made to run faster.

``while time.monotonic() < end`` is a limit, too, and no timer of asyncio shows how long it is.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, Self

from chatlib.exercises.naps import exchange_in_time


class Clocks:
    """Stands in for the clocks of the module ``time``, for the length of a ``with``; only a learner's line sees it."""

    _current: ClassVar[Clocks | None] = None  # of the check that is going on

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._now = time.monotonic
        self._ahead: Callable[[], float] = lambda: 0.0
        self._before = 0.0  # so far were they ahead when they began to run fast
        self._since = 0.0  # when one was read first since then
        self._is_just_read = False
        self._readings = [
            *((real, self._read(real)) for real in (time.time, time.monotonic, time.perf_counter)),
            *((real, self._read_ns(real)) for real in (time.time_ns, time.monotonic_ns, time.perf_counter_ns)),
        ]

    def __enter__(self) -> Self:
        self._outer, Clocks._current = Clocks._current, self
        for real, reading in self._readings:
            exchange_in_time(self._names, real, reading)
        return self

    def __exit__(self, *_: object) -> None:
        for real, reading in self._readings:
            exchange_in_time(self._names, reading, real)
        Clocks._current = self._outer

    @classmethod
    @contextmanager
    def fast(cls, factor: float, most: float) -> Iterator[None]:
        """Let them run so many times as fast, until they are ``most`` seconds ahead. They are never set back.

        They begin when one is read: a limit that begins late shall not find that they have been ahead for long.
        """
        if (clocks := cls._current) is None:
            yield
            return
        before = clocks._before = clocks._ahead()
        clocks._since = 0.0

        def ahead() -> float:
            clocks._since = clocks._since or clocks._now()
            return before + min((factor - 1) * (clocks._now() - clocks._since), most)

        clocks._ahead = ahead
        try:
            yield
        finally:
            reached = ahead()
            clocks._ahead = lambda: reached

    @classmethod
    def just_shown(cls) -> float:
        """Return how many seconds went by, by one that was read in this turn of the loop, since they run fast.

        What is left of a limit, ``end - time.monotonic()``, is as much shorter.
        """
        if (clocks := cls._current) is None or not clocks._is_just_read:
            return 0.0
        return clocks._ahead() - clocks._before + clocks._now() - clocks._since

    def _read(self, real: Callable[[], float]) -> Callable[[], float]:
        def read() -> float:
            return real() + self._ahead_for_learners()

        return read

    def _read_ns(self, real: Callable[[], int]) -> Callable[[], int]:
        def read() -> int:
            return real() + int(self._ahead_for_learners() * 1e9)

        return read

    def _ahead_for_learners(self) -> float:
        if sys._getframe(2).f_globals.get("__name__") != "__main__":
            return 0.0
        if not self._is_just_read:
            with suppress(RuntimeError):  # on a thread that has no loop
                asyncio.get_running_loop().call_soon(self._is_over)
                self._is_just_read = True
        return self._ahead()

    def _is_over(self) -> None:
        self._is_just_read = False
