"""What a server takes and keeps: the limits, each a setting, and what one connection may still send.

Pure: no clock; whoever counts brings the time along. What lives here: the numbers and what they mean. What must not:
what is done when one is reached (``hub``, ``room``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatlib.arguments import check_amounts
from chatlib.wire import LimitsNotice


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a hub takes and keeps; 0 means no limit.

    Times in seconds, sizes in bytes. ``rate`` and ``burst`` are a token bucket for each connection; ``refusals`` within
    ``refusal_window`` end it. ``kept_messages`` and ``kept_bytes`` (of text) are what one room keeps, ``total_bytes``
    what all of them hold in memory for it.
    """

    rate: float = 20
    burst: int = 40
    message_bytes: int = 8 * 1024
    refusals: int = 100
    refusal_window: float = 10
    kept_messages: int = 10_000
    kept_bytes: int = 16 * 1024 * 1024
    total_bytes: int = 256 * 1024 * 1024
    history_messages: int = 200
    history_bytes: int = 256 * 1024
    seat_held: float = 10
    room_idle: float = 600
    rooms: int = 1_000
    notice: LimitsNotice = field(init=False)

    def __post_init__(self) -> None:
        check_amounts(self)
        if self.rate and self.burst < 1:
            raise ValueError(f"a rate of {self.rate:g} a second needs a burst of at least 1, got {self.burst!r}")
        object.__setattr__(self, "notice", LimitsNotice(self.rate, self.burst if self.rate else 0, self.message_bytes))


class Allowance:
    """What one connection may still send: a token bucket, and how often it was refused of late.

    ``now`` is a monotonic clock in seconds. The limits come in with each call, for they may change at any time.
    """

    __slots__ = ("_counted_at", "_refusals", "_refused_until", "_tokens")

    def __init__(self, limits: Limits, now: float) -> None:
        self._tokens: float = limits.burst
        self._counted_at = now
        self._refused_until = 0.0
        self._refusals: Sequence[float] = ()  # a list for each would be 56 bytes a connection

    def __repr__(self) -> str:
        return f"<Allowance of {self._tokens:g}, {len(self._refusals)} refusals>"

    def take(self, limits: Limits, now: float) -> bool:
        """Count a frame; once the bucket is empty, nothing passes until it is full again, so that order holds."""
        if not limits.rate:
            return True
        if now < self._refused_until:
            return False
        self._tokens = min(limits.burst, self._tokens + (now - self._counted_at) * limits.rate)
        self._counted_at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return True
        self._refused_until = now + limits.burst / limits.rate
        return False

    def wait(self, now: float) -> float:
        """Return for how many seconds, in whole milliseconds, everything is refused."""
        return max(0, math.ceil(round((self._refused_until - now) * 1000, 3))) / 1000

    def refuse(self, limits: Limits, now: float) -> bool:
        """Count a refusal; tell whether there were too many of them."""
        if not limits.refusals:
            return False
        oldest = now - limits.refusal_window if limits.refusal_window else -math.inf
        self._refusals = [*(at for at in self._refusals if at > oldest), now]
        return len(self._refusals) >= limits.refusals
