"""What the network asks of a browser: a port for it, so that all else can be tested without one."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What a message between two ends of a connection is."""

    KNOCK = "knock"  # at a port: its value names the connection, the kernel and the port that it comes from
    OPEN = "open"  # accepted, by the kernel of this name
    REFUSED = "refused"
    DATA = "data"
    TOOK = "took"  # so many bytes, which make room for more
    END = "end"  # no more data will come
    RESET = "reset"


Value = bytes | int | str | None
Hear = Callable[[Kind, Value], None]


class Channel(Protocol):
    """One end of a channel: what it posts, every other end of its name hears, in order."""

    def post(self, kind: Kind, value: Value = None) -> None:
        """Send a message."""

    def close(self) -> None:
        """Hear nothing more."""


class Parts(Protocol):
    """What a kernel has of the browser, and shares with all kernels of its origin."""

    def channel(self, name: str, hear: Hear) -> Channel:
        """Open a channel."""

    def claim(self, name: str, answer: Callable[[Callable[[], None] | None], None]) -> None:
        """Ask for a lock, now; answer with how to give it back, or None if somebody has it.

        Who dies gives it back.
        """

    def when_free(self, name: str, tell: Callable[[], None]) -> Callable[[], None]:
        """Tell as soon as nobody has a lock; return how to call that off."""
