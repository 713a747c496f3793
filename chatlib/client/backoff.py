"""How soon a chat client tries again after a lost connection."""

from __future__ import annotations

import random
import time
from typing import Final

FIRST_RETRY_SECONDS: Final = 0.1
SOON_RETRY_SECONDS: Final = 1.0  # the longest wait while somebody may be taking the server's place
LAST_RETRY_SECONDS: Final = 5.0
TAKEOVER_SECONDS: Final = 10.0


class Backoff:
    """How long to wait before each attempt: anywhere below a bound that doubles, so that a class comes back spread.

    Only a success that lasts begins it anew. A connection that is welcome, and ends at once each time, is no success:
    it may be ended by what we send, and a client that came back at full speed would only do so the faster.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._bound = FIRST_RETRY_SECONDS
        self._lost_at = time.monotonic()

    def next(self, *, lasted: float = 0) -> float:
        """Return the seconds until the next attempt; ``lasted`` is for how many the last connection was welcome."""
        if lasted >= self._bound:  # for as long as we would have it wait now
            self._begin()
        seconds = random.uniform(0, self._bound)
        longest = SOON_RETRY_SECONDS if time.monotonic() - self._lost_at < TAKEOVER_SECONDS else LAST_RETRY_SECONDS
        self._bound = min(longest, self._bound * 2)
        return seconds
