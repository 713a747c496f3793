"""How fast a chat client may send: a little slower than its server takes it."""

from __future__ import annotations

import time
from typing import Final

from chatlib import wire

PACE: Final = 0.75  # of the server's limits, so that network jitter cannot push us over them


class Pace:
    """A token bucket a little smaller and slower than the server's."""

    def __init__(self, limits: wire.LimitsNotice) -> None:
        self._rate = limits.rate * PACE
        self._burst = max(1.0, limits.burst * PACE)
        self._tokens = self._burst
        self._counted_at = time.monotonic()

    def delay(self) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        if not self._rate:
            return 0
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._counted_at) * self._rate)
        self._counted_at = max(now, self._counted_at)
        if now < self._counted_at:
            return self._counted_at - now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return (1 - self._tokens) / self._rate

    def wait(self, seconds: float) -> None:
        """Start anew after so many seconds, as the server asks for."""
        self._tokens = 1
        self._counted_at = time.monotonic() + seconds
