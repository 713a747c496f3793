"""A timer beside a learner's own, on the same loop: both are late where the machine is busy, and equally late."""

from __future__ import annotations

import asyncio
import time


class Timer:
    """Runs from now on for so many seconds: ``is_over`` once the loop has got round to its end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = time.monotonic()
        self._ended: float | None = None
        asyncio.get_running_loop().call_later(seconds, self._end)

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
