"""What goes over one connection, seen from both ends: when each piece left one of them, and when it was at the other.

Neither end knows both. Here both run in one process and are seen on one clock. On the background loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from chatlib.client.wire_log import Cutter, Direction, Kind, Sighting

PIECES_KEPT: Final = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A frame or a half of the handshake, the ``n``-th that left; ``left`` and ``arrived`` are in seconds.

    ``direction`` is the client's view. What is on its way, or was lost, has not ``arrived``.
    """

    n: int
    direction: Direction
    kind: Kind
    raw: bytes
    left: float
    arrived: float | None = None


PieceWatcher = Callable[[Piece], object]
"""Is told a piece when it leaves, and again when it arrives."""


class Cable:
    """Between two ends, each of which tells what it writes and what it reads."""

    def __init__(self, clock: Callable[[], float], watcher: PieceWatcher) -> None:
        self._clock = clock
        self._watcher = watcher
        self._count = 0
        self._under_way: dict[Direction, deque[Piece]] = {"sent": deque(), "received": deque()}
        self._read = Cutter("sent", self._arrives)
        self._written = Cutter("received", self._leaves)

    def client_saw(self, sighting: Sighting) -> None:
        """Take what a tap of the client's end is shown."""
        if sighting.direction == "sent":
            self._leaves(sighting)
        else:
            self._arrives(sighting)

    def server_reads(self, data: bytes) -> None:
        """Take what the server's end was given to read."""
        self._read.feed(data)

    def server_writes(self, data: bytes) -> None:
        """Take what the server's end wrote."""
        self._written.feed(data)

    def _leaves(self, sighting: Sighting) -> None:
        if sighting.kind in ("handshake", "frame"):
            self._count += 1
            piece = Piece(self._count, sighting.direction, sighting.kind, sighting.raw, self._clock())
            self._under_way[sighting.direction].append(piece)
            self._watcher(piece)

    def _arrives(self, sighting: Sighting) -> None:
        if sighting.kind in ("handshake", "frame"):
            piece = self._under_way[sighting.direction].popleft()
            self._watcher(replace(piece, arrived=self._clock()))


class WatchedTransport:
    """A transport that tells what is written to it; all else is the transport's own."""

    def __init__(self, transport: Any, written: Callable[[bytes], object]) -> None:
        self._transport = transport
        self._written = written

    def write(self, data: bytes) -> None:
        """Tell it, and write it."""
        self._written(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
