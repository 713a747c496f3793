"""How far rooms on several servers grow: computed from what was measured, for docs/past-one-machine.md.

``python -m tools.growth`` prints the table. Each figure is one that ``make bench`` measures; who has others changes
them here, and the test of the page says that it is to be renewed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final

WRITE_SECONDS: Final = 9e-6  # of a core: one write to one connection, however many messages it brings
MESSAGE_SECONDS: Final = 40e-6  # of a core of each server that has the room: to read, decide and encode
REDIS_SECONDS: Final = 4e-6  # of Redis' one core: to append an entry, and again for each server that reads it
TURNS: Final = 100  # a second: what comes within one goes out in one write
FRAME_BYTES: Final = 200
CONNECTION_BYTES: Final = 15 * 1024
A_MINUTE: Final = 1  # messages that each person says
NETWORK_BYTES: Final = 1.25e8  # a second: what a server's link of 1 Gbit/s takes
BUSY: Final = 0.6  # of a core: more, and people wait
READABLE: Final = 2  # messages a second that a person can follow


@dataclass(frozen=True, slots=True)
class Growth:
    """So many people in rooms of one size, and what they need."""

    people: int
    room: int

    @property
    def messages(self) -> float:
        """Return how many messages a second there are in all rooms."""
        return self.people * A_MINUTE / 60

    @property
    def messages_for_one(self) -> float:
        """Return how many of them each person gets."""
        return self.room * A_MINUTE / 60

    @property
    def cores(self) -> float:
        """Return how many cores the writing takes, over all servers."""
        return self.people * min(self.messages_for_one, TURNS) * WRITE_SECONDS

    @property
    def bytes(self) -> float:
        """Return how many bytes a second leave the servers."""
        return self.people * self.messages_for_one * FRAME_BYTES

    def servers(self) -> int:
        """Return how many servers are needed, each on a core and a link of its own; 0 if no number is enough."""
        most = ceil(max(self.cores / BUSY, self.bytes / NETWORK_BYTES)) * 4 + 4
        for count in range(1, most):
            read_by = 1 if self.room * count <= self.people else min(count, self.room)
            reading = self.messages * MESSAGE_SECONDS * read_by / count
            if self.cores / count + reading <= BUSY and self.bytes / count <= NETWORK_BYTES:
                return count
        return 0

    def redis(self, servers: int) -> float:
        """Return how much of Redis' core is busy, if the people of each room are spread over all servers."""
        return self.messages * REDIS_SECONDS * (1 + min(servers, self.room))

    def ends(self) -> str:
        """Return what ends first."""
        servers = self.servers()
        if self.messages_for_one > READABLE * 10:
            return f"the people: {self.messages_for_one:,.0f} messages a second for each"
        if not servers or self.redis(servers) > BUSY:
            return "Redis"
        return "Python" if self.cores / BUSY > self.bytes / NETWORK_BYTES else "the network"


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    heads = ("people", "in rooms of", "messages a second", "servers", "out of each", "memory of all", "Redis' core")
    yield "| " + " | ".join((*heads, "ends first")) + " |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---|"
    for people in (3_000, 100_000):
        for room in (30, 300, people):
            it = Growth(people, room)
            servers = it.servers()
            out = f"{it.bytes / servers / 1e6:,.1f} MB/s" if servers else ""
            memory = f"{people * CONNECTION_BYTES / 2**30:.2f} GiB"
            busy = f"{it.redis(servers):.1%}"
            counted = f"{servers:,}" if servers else "none is enough"
            row = (f"{people:,}", f"{room:,}", f"{it.messages:,.0f}", counted, out, memory, busy, it.ends())
            yield "| " + " | ".join(row) + " |"


def main() -> None:
    """Print the table."""
    print("\n".join(table()))


if __name__ == "__main__":
    main()
