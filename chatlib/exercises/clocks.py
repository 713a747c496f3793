"""The clocks that a learner's code reads: they are ahead where its timers are made to run faster.

``while time.monotonic() < end`` is a limit, too, and no timer of asyncio shows how long it is.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from chatlib.exercises.naps import exchange_in_time


class Clocks:
    """Stands in for the clocks of the module ``time``, for the length of a ``with``; only a learner's line sees it."""

    _current: ClassVar[Clocks | None] = None  # of the check that is going on

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._now = time.monotonic
        self._ahead: Callable[[], float] = lambda: 0.0
        self._readings = [(real, self._read(real)) for real in (time.time, time.monotonic, time.perf_counter)]

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
        before, began = clocks._ahead(), 0.0

        def ahead() -> float:
            nonlocal began
            began = began or clocks._now()
            return before + min((factor - 1) * (clocks._now() - began), most)

        clocks._ahead = ahead
        try:
            yield
        finally:
            reached = ahead()
            clocks._ahead = lambda: reached

    def _read(self, real: Callable[[], float]) -> Callable[[], float]:
        def read() -> float:
            is_learners = sys._getframe(1).f_globals.get("__name__") == "__main__"
            return real() + self._ahead() if is_learners else real()

        return read
