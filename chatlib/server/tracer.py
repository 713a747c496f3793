"""Follows messages for those who asked: when they were placed and written, and who answers a ping sent behind them.

Only this server's own connections are asked: where many servers are one room, each knows its own. All times are of one
clock, this machine's, and only differences leave it.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from chatlib import hub, wire
from chatlib.clock import timestamp
from chatlib.records import Record, Said
from chatlib.room import Handle
from chatlib.server.connection import Connection
from chatlib.server.fan_out import FanOut
from chatlib.trace import Trace

ANSWER_SECONDS: Final = 2.0
MOST_ASKED: Final = 50  # connections for a message
MOST_FOLLOWED: Final = 100  # messages at once: of more nothing is told, which is what a server without traces does


@dataclass(slots=True, eq=False)
class Followed:
    """A message under way, who wants to know about it, and the ping that is sent behind it."""

    sender: Connection
    room: str
    trace: Trace
    ping: bytes = field(default_factory=lambda: os.urandom(8))  # not to be guessed: a pong proves that it was read
    asked: list[Connection] = field(default_factory=list)
    deadline: asyncio.TimerHandle | None = None


class Tracer:
    """The traces of one server; on its loop."""

    def __init__(self, fan_out: FanOut, its_hub: hub.Hub) -> None:
        self._fan_out = fan_out
        self._hub = its_hub
        self._expected: dict[Said, Followed] = {}  # taken, and not delivered yet
        self._placed: list[Followed] = []  # in this turn
        self._waiting: set[Followed] = set()  # for pongs

    def __repr__(self) -> str:
        return f"<Tracer of {len(self._expected) + len(self._placed) + len(self._waiting)} messages>"

    def follow(self, sender: Connection, said: Said) -> None:
        """Follow a message that was taken right now."""
        if len(self._expected) >= MOST_FOLLOWED:  # what no backplane has placed for so long is of no interest now
            del self._expected[next(iter(self._expected))]
        self._expected[said] = Followed(sender, said.room, Trace(said.id, taken=time.perf_counter()))

    def deliver(self, record: Record) -> Sequence[hub.Effect]:
        """Deliver a record to the hub: if it is one of those, and gets its place, it is written next."""
        effects = self._hub.deliver(record)
        if self._expected and isinstance(record, Said):
            followed = self._expected.pop(record, None)
            if followed and any(isinstance(effect, hub.Broadcast) for effect in effects):
                followed.trace.place(now=time.perf_counter())
                self._placed.append(followed)
        return effects

    def written(self) -> None:
        """All that was delivered is written: ask those who were to get it whether they have it."""
        placed, self._placed = self._placed, []
        for followed in placed[: MOST_FOLLOWED - len(self._waiting)]:
            self._ask(followed)

    def _ask(self, followed: Followed) -> None:
        now = time.perf_counter()
        others = [each for each in self._fan_out.recipients(followed.room) if each is not followed.sender]
        named = ((each, hub.name_on(self._hub, each)) for each in others[:MOST_ASKED])
        names: dict[Handle, str] = {each: name for each, name in named if name is not None}
        followed.trace.write(names, unasked=max(0, len(others) - MOST_ASKED), now=now)
        followed.asked = [each for each in others[:MOST_ASKED] if each in names]
        self._waiting.add(followed)
        for connection in followed.asked:
            connection.ask(followed.ping, lambda who: self._hear(followed, who))
        if followed.trace.is_over:
            self._tell(followed)
        else:
            followed.deadline = asyncio.get_running_loop().call_later(ANSWER_SECONDS, self._tell, followed)

    def _hear(self, followed: Followed, connection: Connection) -> None:
        followed.trace.hear(connection, now=time.perf_counter())
        if followed.trace.is_over:
            self._tell(followed)

    def _tell(self, followed: Followed) -> None:
        self._end(followed)
        if followed.sender.is_open:
            self._fan_out.send(followed.sender, wire.encode(followed.trace.frame(timestamp())))

    def _end(self, followed: Followed) -> None:
        self._waiting.discard(followed)
        if followed.deadline is not None:
            followed.deadline.cancel()
        for connection in followed.asked:
            connection.ask_no_more(followed.ping)
