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
    """How long to wait before each attempt: anywhere below a bound that doubles, so that a class comes back spread."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew: the connection was good until now."""
        self._bound = FIRST_RETRY_SECONDS
        self._lost_at = time.monotonic()

    def next(self) -> float:
        """Return the seconds until the next attempt."""
        seconds = random.uniform(0, self._bound)
        longest = SOON_RETRY_SECONDS if time.monotonic() - self._lost_at < TAKEOVER_SECONDS else LAST_RETRY_SECONDS
        self._bound = min(longest, self._bound * 2)
        return seconds
