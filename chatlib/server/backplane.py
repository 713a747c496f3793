"""How hubs agree on one order: the port, and the in-memory backplane.

A hub publishes a record; the backplane puts it in the order that all hubs share and hands it back to each of them to
deliver. With one hub in one process that order is the order of publishing, yet the record takes the same road, so that
a server alone, one that keeps a journal and ten machines on one Redis behave and are tested alike.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from chatlib.records import Record, Resumed

Deliver = Callable[[Sequence[Record]], None]


class State(Protocol):
    """What a hub holds, a room at a time: to tell it all at once would keep everybody waiting."""

    def homes(self) -> set[str]:
        """Return the rooms that this hub has to follow."""

    def elsewhere(self) -> set[str]:
        """Return the ids of the members who are on other hubs; they begin with the id of their hub."""

    def sizes(self) -> dict[str, int]:
        """Return how many bytes of frames each room keeps, in the order in which they are to be resumed."""

    def snapshot(self, name: str) -> Resumed | None:
        """Return a room as it is now, None if there is none."""


@dataclass(frozen=True, slots=True)
class Shore:
    """The server's end of a backplane: what it calls, and the hub's state."""

    deliver: Deliver
    """Records, in the order of all hubs."""
    state: State
    adopt: Callable[[Collection[str]], None] = lambda hubs: None
    """The hubs of these ids are gone: hold their members' seats for a while. "" stands for every other hub."""
    give_back: Callable[[Collection[str]], None] = lambda hubs: None
    """These hubs live after all."""
    let_go: Callable[[str], None] = lambda room: None
    """Hold this room no longer; it lives on elsewhere, and whoever is in it here is to come again."""
    wait: Callable[[str], None] = lambda why: None
    """Nothing can be placed for now, in words for people: they are to come again."""


class Backplane(Protocol):
    """The port. All of it is called on the loop of the server whose hub it serves."""

    trouble: str
    """Why this backplane cannot keep what it promises, in words for people; "" if all is well."""
    waiting: str
    """Why nothing can be placed for now, in words for people; "" if all is well."""
    hub: str
    """The id of this hub among all that share the order: what the ids of its members begin with."""
    engine: str
    """What puts the records in order, for programs: "memory", "journal", "redis"."""
    is_shared: bool
    """Whether other hubs deliver the same records."""

    async def start(self, shore: Shore) -> None:
        """Deliver what was placed before, then each turn's records in one batch.

        Raises:
            ServeError: there is no such backplane, or none that this version can use.
        """

    def publish(self, record: Record) -> None:
        """Take a record; it is delivered exactly once, after all that were published here before it."""

    async def close(self) -> None:
        """Deliver what was taken, and nothing more."""


def new_hub_id() -> str:
    """Return what tells a hub from all others."""
    return os.urandom(4).hex()


class MemoryBackplane:
    """The backplane of a single hub: what one turn of the loop published is delivered in the next, in one batch.

    The batch is what makes fan-out cheap: the server writes once to each connection for all of it.
    """

    trouble = ""
    waiting = ""
    engine = "memory"
    is_shared = False

    def __init__(self) -> None:
        self.hub = new_hub_id()
        self._deliver: Deliver | None = None
        self._pending: list[Record] = []

    async def start(self, shore: Shore) -> None:
        """Deliver to this hub; there was nothing before."""
        self._deliver = shore.deliver

    def publish(self, record: Record) -> None:
        """Take a record for the next turn of the running loop."""
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._turn)
        self._pending.append(record)

    def _turn(self) -> None:
        batch, self._pending = self._pending, []
        if batch and self._deliver is not None:
            self._deliver(batch)

    async def close(self) -> None:
        """Deliver what was taken, and nothing more."""
        self._turn()
        self._deliver = None
