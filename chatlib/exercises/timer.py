"""A timer beside a learner's own, on the same loop: both are late where the machine is busy, and equally late."""

from __future__ import annotations

import asyncio
import time
from typing import Final, Self

EARLY_SECONDS: Final = 0.002  # in a browser's tab, timers are whole milliseconds: one that was set later may end sooner


class Timer:
    """Runs from now on for so many seconds: ``is_over`` once the loop has got round to its end.

    It ends a moment sooner, and so before a learner's that was set after it, on whatever loop.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = time.monotonic()
        self._ended: float | None = None
        asyncio.get_running_loop().call_later(seconds - EARLY_SECONDS, self._end)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._ended is not None

    @property
    def is_overdue(self) -> bool:
        """Whether its time is up and the loop has not got round to that: something keeps the loop to itself."""
        return not self.is_over and self.since_start >= self._seconds

    @property
    def since_start(self) -> float:
        """How many seconds ago it was started."""
        return time.monotonic() - self._began

    @property
    def since_end(self) -> float:
        """How many seconds ago it ended, 0 if it has not."""
        return 0.0 if self._ended is None else time.monotonic() - self._ended

    def _end(self) -> None:
        self._ended = time.monotonic()


class Ticker:
    """Counts the tenths of so many seconds for as long as a ``with`` lasts; where the machine halts, it halts, too.

    So a learner's timer of as many seconds, begun meanwhile, ends after ten ticks or a few more, and however busy the
    machine is.
    """

    def __init__(self, seconds: float) -> None:
        self.ticks = 0
        self._tenth = seconds / 10
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> Self:
        self._due = self._loop.time()
        self._tick_later()
        return self

    def __exit__(self, *_: object) -> None:
        self._next.cancel()

    def _tick(self) -> None:
        self.ticks += 1
        self._tick_later()

    def _tick_later(self) -> None:
        self._due = max(self._due, self._loop.time() - self._tenth / 2) + self._tenth  # half a tick is no halt
        self._next = self._loop.call_at(self._due, self._tick)
