"""A store of streams in memory, that several hubs of one test share, and that a test can have fail."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import count

from chatlib.server.patience import Pace, Unanswered
from chatlib.server.stream_backplane import Fields, StreamBackplane, ToKeep
from chatlib.server.stream_format import EntryError, Place

QUICK = Pace(
    lease=0.2,
    look=0.05,
    room_look=0.05,
    answer=0.2,
    patience=0.6,
    retry=0.02,
    block=0.1,
    close=0.2,
    room=600,
    untrimmed=60,
)


class Streams:
    """What is in the store: streams, rooms as they were kept, and which hubs show that they live."""

    def __init__(self) -> None:
        self.logs: defaultdict[str, list[tuple[Place, Fields]]] = defaultdict(list)
        self.kept: dict[str, dict[bytes, bytes]] = {}
        self.hubs: set[str] = set()
        self.ms = 1_000_000
        self.stands_still = False  # time, as it is written into places
        self.news = asyncio.Condition()
        self._births = count(1)

    def append(self, room: str, written: Fields) -> None:
        """Append an entry, a millisecond after the one before, or in the same one behind it."""
        self.ms += not self.stands_still
        last = self.logs[room][-1][0] if self.logs[room] else Place()
        self.logs[room].append((Place(self.ms, last.number + 1 if last.ms == self.ms else 0), written))

    async def tell(self) -> None:
        async with self.news:
            self.news.notify_all()

    def birth(self) -> bytes:
        return b"%d" % next(self._births)


class FakeStore:
    """One hub's way to the streams; ``is_cut`` has nothing be answered, ``swallows`` the next answer to an append."""

    shown = "a store in memory"

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.hub = ""
        self.is_cut = False
        self.swallows = False
        self._is_woken = False

    def _ask(self) -> None:
        if self.is_cut:
            raise Unanswered("does not answer")

    async def check(self) -> None:
        self._ask()

    async def append(self, entries: Sequence[tuple[str, Fields]]) -> dict[str, EntryError]:
        await asyncio.sleep(0)
        self._ask()
        for room, written in entries:
            self.streams.append(room, written)
        await self.streams.tell()
        if self.swallows:
            self.swallows = False
            raise Unanswered("does not answer")
        return {}

    async def look(self, rooms: Sequence[str]) -> list[Fields | EntryError]:
        await asyncio.sleep(0)
        self._ask()
        for room in rooms:
            if room not in self.streams.kept:
                self.streams.kept[room] = {b"born": self.streams.birth()}
                self.streams.logs.pop(room, None)
        return [dict(self.streams.kept[room]) for room in rooms]

    async def begin_anew(self, room: str) -> None:
        self._ask()
        self.streams.kept.pop(room, None)
        self.streams.logs.pop(room, None)

    def _behind(self, places: Mapping[str, Place], most: int) -> dict[str, list[tuple[bytes, Fields]]]:
        found = {room: [(bytes(at), it) for at, it in self.streams.logs[room] if at > places[room]] for room in places}
        return {room: entries[:most] for room, entries in found.items() if entries}

    async def read(self, places: Mapping[str, Place], count: int) -> dict[str, list[tuple[bytes, Fields]]]:
        self._ask()
        async with self.streams.news:
            try:
                async with asyncio.timeout(QUICK.block):
                    await self.streams.news.wait_for(
                        lambda: self.is_cut or self._is_woken or self._behind(places, count)
                    )
            except TimeoutError:
                return {}
        self._ask()
        self._is_woken = False
        return self._behind(places, count)

    async def wake(self) -> None:
        self._ask()
        self._is_woken = True
        await self.streams.tell()

    async def lost(self, places: Mapping[str, Place]) -> dict[str, EntryError | None]:
        self._ask()
        kept = {room: Place.read(self.streams.kept.get(room, {}).get(b"place", b"0-0")) for room in places}
        return {
            room: None for room, at in places.items() if at not in dict(self.streams.logs[room]) and at != kept[room]
        }

    async def refresh(self, rooms: Sequence[str]) -> list[bytes | None]:
        self._ask()
        return [self.streams.kept.get(room, {}).get(b"born") for room in rooms]

    async def keep(self, room: str, to_keep: ToKeep) -> None:
        self._ask()
        kept = to_keep(Place.read(self.streams.kept[room].get(b"place", b"0-0")))
        if kept is not None:
            self.streams.kept[room] |= kept[0]
            self.streams.logs[room] = [entry for entry in self.streams.logs[room] if entry[0] >= kept[1]]

    async def look_at_hubs(self, others: Collection[str]) -> set[str]:
        self._ask()
        self.streams.hubs.add(self.hub)
        return {other for other in others if other not in self.streams.hubs}

    async def say_goodbye(self) -> None:
        self._ask()
        self.streams.hubs.discard(self.hub)

    async def disconnect(self) -> None:
        pass


class FakeBackplane(StreamBackplane):
    """A hub's backplane on streams in memory; ``store`` is its way there."""

    engine = "streams"

    def __init__(self, streams: Streams, hub: str) -> None:
        self.store = FakeStore(streams)
        self.store.hub = hub
        super().__init__(hub, self.store, QUICK)
