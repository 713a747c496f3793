"""What a server takes and keeps: the limits, each a setting.

Pure: no clock; whoever counts brings the time along. What lives here: the numbers and what they mean. What must not:
what is done when one is reached (``hub``, ``fan_out``, ``journal_backplane``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from chatlib.wire import LimitsNotice


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a hub takes and keeps; 0 means no limit.

    Times in seconds, sizes in bytes. ``rate`` and ``burst`` are a token bucket for each connection; ``refusals`` within
    ``refusal_window`` end it.
    """

    rate: float = 20
    burst: int = 40
    message_bytes: int = 8 * 1024
    refusals: int = 100
    refusal_window: float = 10
    kept_messages: int = 10_000
    kept_bytes: int = 16 * 1024 * 1024
    history_messages: int = 200
    history_bytes: int = 256 * 1024
    seat_held: float = 10
    room_idle: float = 600
    rooms: int = 1_000
    notice: LimitsNotice = field(init=False)

    def __post_init__(self) -> None:
        for f in fields(self):
            if f.init and not 0 <= getattr(self, f.name) < float("inf"):
                raise ValueError(f"{f.name} must be 0 (no limit) or more, got {getattr(self, f.name)!r}")
        if self.rate and self.burst < 1:
            raise ValueError(f"a rate of {self.rate:g} a second needs a burst of at least 1, got {self.burst!r}")
        object.__setattr__(self, "notice", LimitsNotice(self.rate, self.burst if self.rate else 0, self.message_bytes))
