"""How hubs agree on one order: the port, and the in-memory backplane.

A hub publishes a record; the backplane puts it in the order that all hubs share and hands it back to each of them to
deliver. With one hub in one process that order is the order of publishing, yet the record takes the same road, so that
a server that keeps a journal, and later ten machines, behave and are tested alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from chatlib.records import Record, Resumed

Deliver = Callable[[Sequence[Record]], None]


class State(Protocol):
    """What a hub holds, a room at a time: to tell it all at once would keep everybody waiting."""

    def sizes(self) -> dict[str, int]:
        """Return how many bytes of frames each room keeps, in the order in which they are to be resumed."""

    def snapshot(self, name: str) -> Resumed | None:
        """Return a room as it is now, None if there is none."""


class Backplane(Protocol):
    """The port. All of it is called on the loop of the server whose hub it serves."""

    trouble: str
    """Why this backplane cannot keep what it promises, in words for people; "" if all is well."""

    def start(self, deliver: Deliver, state: State) -> None:
        """Deliver what was placed before, then each turn's records in one batch; ``state`` tells what the hub holds."""

    def publish(self, record: Record) -> None:
        """Take a record; it is delivered exactly once, after all that were published here before it."""

    def close(self) -> None:
        """Deliver what was taken, and nothing more."""


class MemoryBackplane:
    """The backplane of a single hub: what one turn of the loop published is delivered in the next, in one batch.

    The batch is what makes fan-out cheap: the server writes once to each connection for all of it.
    """

    trouble = ""

    def __init__(self) -> None:
        self._deliver: Deliver | None = None
        self._pending: list[Record] = []

    def start(self, deliver: Deliver, state: State) -> None:
        """Deliver to this hub; there was nothing before."""
        self._deliver = deliver

    def publish(self, record: Record) -> None:
        """Take a record for the next turn of the running loop."""
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._turn)
        self._pending.append(record)

    def _turn(self) -> None:
        batch, self._pending = self._pending, []
        if batch and self._deliver is not None:
            self._deliver(batch)

    def close(self) -> None:
        """Deliver what was taken, and nothing more."""
        self._turn()
        self._deliver = None
