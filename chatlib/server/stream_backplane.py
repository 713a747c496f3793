"""The backplane of many servers: each room's order is a stream in a store that they share.

What the store is, this file need not know (``redis_backplane``); what stands in a stream says ``stream_format``.

- A record is appended to its room's stream; what comes back from there, in the stream's order, is delivered. A hub that
  got no answer appends again, with the same number: who reads counts a number once.
- A hub reads the streams of the rooms that it has people in. It begins with the room as another hub kept it, and only
  then appends what its own people want, so that all of that comes by.
- Whoever has read enough of a stream keeps the room as it is there; what lies well before may then be trimmed.
- A hub shows that it lives by a lease that ends by itself. The seats of one that is gone are held by all others that
  know its members, and whoever comes first places their leaving: for the rest it is nobody's.
- A hub that cannot know what it missed lets the room go: its people come again, and find it as the others have it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from chatlib import background
from chatlib.errors import ServeError
from chatlib.records import Record
from chatlib.server import stream_format
from chatlib.server.backplane import Shore
from chatlib.server.patience import Pace, Patience, Unanswered
from chatlib.server.stream_format import EntryError, Place, Reading, Trail

logger = logging.getLogger(__name__)

MISSED: Final = 2  # looks at which another hub's lease has to be gone: the store itself may have been restarted
MOST_TAKEN: Final = 50_000  # records that wait to be appended
WRITTEN_AT_ONCE: Final = 1_000  # records
READ_AT_ONCE: Final = 200  # entries, over all rooms
DELIVERED_AT_ONCE: Final = 1_000  # records, in one turn of the loop: one write to each connection
FOLLOWED_AT_ONCE: Final = 8  # rooms: each may bring all that it keeps
LOOKED_AT_ONCE: Final = 100  # rooms
REMEMBERED_ENTRIES: Final = 256  # of this hub's own, until they come back
SMALL_BYTES: Final = 512 * 1024  # of a stream: not worth keeping the room for

Fields = Mapping[bytes, bytes]
ToKeep = Callable[[Place], tuple[Fields, Place] | None]


class Store(Protocol):
    """What is asked of the store, each in one round trip. All of it raises Unanswered where no answer comes."""

    shown: str
    """What it is and where, with no secret in it."""

    async def check(self) -> None:
        """See that it can be used, and that the rooms in it are of this protocol; ServeError if not."""

    async def append(self, entries: Sequence[tuple[str, Fields]]) -> Mapping[str, EntryError]:
        """Append all of these or none; return the rooms whose streams are none."""

    async def look(self, rooms: Sequence[str]) -> Sequence[Fields | EntryError]:
        """Return what is kept of each room, and see that it is not over before somebody follows it.

        A room of which nothing is known begins anew, whatever is left of its stream.
        """

    async def begin_anew(self, room: str) -> None:
        """Remove all there is of a room."""

    async def read(self, places: Mapping[str, Place], count: int) -> Mapping[str, Sequence[tuple[bytes, Fields]]]:
        """Return what stands behind these places, as soon as something does; nothing after a while, or when woken."""

    async def wake(self) -> None:
        """Have :meth:`read` return, since it is to read other rooms too."""

    async def lost(self, places: Mapping[str, Place]) -> Mapping[str, EntryError | None]:
        """Return the rooms in whose stream this place is no more, and not kept; an error where there is no stream.

        Something behind the place may be lost then, or trimmed: a room is trimmed only before where it is kept.
        """

    async def refresh(self, rooms: Sequence[str]) -> Sequence[bytes | None]:
        """See that these rooms are not over yet; return what tells each from one of its name that began anew."""

    async def keep(self, room: str, to_keep: ToKeep) -> None:
        """Keep a room as ``to_keep`` says, who is told which place is kept, and trim what lies before another place."""

    async def look_at_hubs(self, others: Collection[str]) -> set[str]:
        """Show that this hub lives; return those of the others that do not."""

    async def say_goodbye(self) -> None:
        """Show that this hub is gone, at once."""

    async def disconnect(self) -> None:
        """Ask nothing more."""


@dataclass(slots=True, eq=False)
class Log:
    """A room's stream, as this hub follows it."""

    room: str
    trail: Trail
    reading: Reading = field(default_factory=Reading)
    waiting: list[Record] = field(default_factory=list)  # until the room is known as it was
    born: bytes = b""  # tells this room from one of its name that began anew
    is_followed: bool = False
    is_behind: bool = True  # more was there than was read
    looked_at: float = 0
    bytes_read: int = 0  # since the room was kept, as far as this hub knows
    keep_above: float = field(default_factory=lambda: SMALL_BYTES)
    is_being_kept: bool = False


class Outgoing:
    """What is to be appended, and what is being appended until that is answered; numbered once."""

    def __init__(self, hub: str) -> None:
        self.in_flight: list[tuple[str, Fields]] = []
        self._on_their_way: dict[tuple[str, bytes], tuple[Fields, Sequence[Record]]] = {}
        self._hub = hub
        self._records: deque[tuple[str, Record]] = deque()
        self._number = 0
        self._count = 0
        self._is_there, self._is_empty = asyncio.Event(), asyncio.Event()
        self._is_empty.set()

    def __repr__(self) -> str:
        return f"<Outgoing {len(self)} records, {self._number} entries made>"

    def __len__(self) -> int:
        return len(self._records) + self._count

    def add(self, room: str, record: Record) -> int:
        """Take a record of a room; return how many there are."""
        self._records.append((room, record))
        waiting = len(self._records)
        if waiting == 1:
            self._is_there.set()
            self._is_empty.clear()
        return waiting + self._count

    def rooms(self) -> set[str]:
        """Return the rooms into which something is to be written."""
        return {room for room, _ in self._records} | {room for room, _ in self.in_flight}

    async def next(self) -> None:
        """Wait until there is something, and make entries of it: a second try is known by its number."""
        await self._is_there.wait()
        by_room: dict[str, list[Record]] = {}
        self._count = min(len(self._records), WRITTEN_AT_ONCE)
        for _ in range(self._count):
            room, record = self._records.popleft()
            by_room.setdefault(room, []).append(record)
        for room, records in by_room.items():
            for lines, in_them in stream_format.entries(records):
                self._number += 1
                written = stream_format.entry(self._hub, self._number, lines)
                self.in_flight.append((room, written))
                self._on_their_way[room, written[b"n"]] = written, in_them
        while len(self._on_their_way) > REMEMBERED_ENTRIES:
            del self._on_their_way[next(iter(self._on_their_way))]

    def came_back(self, room: str, written: Fields) -> Sequence[Record]:
        """Return the records of an entry that is this hub's own to the letter, once; nothing if it is to be read."""
        at = room, written.get(b"n", b"")
        if at not in self._on_their_way or self._on_their_way[at][0] != written:
            return ()
        _, records = self._on_their_way.pop(at)
        return records

    def written(self) -> None:
        """Forget what was in flight."""
        self.in_flight, self._count = [], 0
        if not self._records:
            self._is_there.clear()
            self._is_empty.set()

    async def all_written(self) -> None:
        """Wait until nothing is left."""
        await self._is_empty.wait()


class StreamBackplane:
    """The rooms of all hubs that share a store."""

    is_shared = True
    trouble = ""

    def __init__(self, hub: str, store: Store, pace: Pace) -> None:
        self.hub = hub
        self.pace = pace
        self.waiting = ""
        self.skipped = 0
        self._store = store
        self._shore: Shore | None = None
        self._logs: dict[str, Log] = {}
        self._outgoing = Outgoing(hub)
        self._has_new = asyncio.Event()
        self._missed: dict[str, int] = {}
        self._gone: set[str] = set()
        self._patience = Patience(pace, self._wait)
        self._tasks = background.Tasks(self._report)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._store.shown} {self.waiting or f'{len(self._logs)} rooms'}>"

    # The port

    async def start(self, shore: Shore) -> None:
        """See that the store is there, and can be used; then deliver what others and this hub place.

        Raises:
            ServeError: nothing answers, or wants another password, is too old, or of another version of this protocol.
        """
        try:
            await self._store.check()
            await self._store.look_at_hubs([])
        except Unanswered as error:
            raise ServeError(f"the rooms are to be in Redis, and {self._store.shown} {error}") from None
        self._shore = shore
        for work in (self._follow, self._write, self._read, self._keep):
            self._tasks.start(self._go_on(work))

    async def _go_on(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except Exception:  # a fault of ours: whoever stayed would wait for ever, while other servers go on
            self._patience.end(work.__name__, "this server can use no longer, as its log says")
            raise

    def publish(self, record: Record) -> None:
        """Take a record; it is appended once the room is known as it was."""
        if self._shore is None:
            return
        log = self._logs.get(record.room) or self._new_log(record.room)
        if log.is_followed:
            taken = self._outgoing.add(log.room, record)
        else:
            log.waiting.append(record)
            taken = len(log.waiting)
        if taken > MOST_TAKEN and not self.waiting:
            self._patience.end("writing", "does not keep up")

    async def close(self) -> None:
        """Have the store take what was taken here, as far as it answers, and follow no room any more."""
        if self._shore is not None:
            with suppress(TimeoutError, Unanswered):
                async with asyncio.timeout(self.pace.close):
                    await self._outgoing.all_written()
                    await self._store.say_goodbye()
        self._shore = None  # its tasks look at that too: redis-py now and then swallows a cancellation
        await self._tasks.cancel()
        self._patience.close()
        await self._store.disconnect()

    async def _write(self) -> None:
        """Append what was published: one round trip for all that is there."""
        while self._shore is not None:
            await self._outgoing.next()
            while self._outgoing.in_flight and self._shore is not None:
                async with self._patience.answer("writing"):
                    refused = await self._store.append(self._outgoing.in_flight)
                    self._outgoing.written()
                    for room, error in refused.items():
                        await self._begin_anew(room, error)

    # Rooms, begun and let go

    def _new_log(self, room: str) -> Log:
        log = self._logs[room] = Log(room, Trail(self.pace.look, max(self.pace.look, self.pace.untrimmed)))
        self._has_new.set()
        return log

    async def _follow(self) -> None:
        """Begin with each room as it was kept; then let its own people's records into the stream."""
        while self._shore is not None:
            await self._has_new.wait()
            new = [log for log in self._logs.values() if not log.is_followed][:FOLLOWED_AT_ONCE]
            if not new:
                self._has_new.clear()
                continue
            looks: Sequence[Fields | EntryError] = ()
            async with self._patience.answer("following"):
                looks = await self._store.look([log.room for log in new])
            for log, kept in zip(new, looks, strict=False):
                await self._begin(log, kept)
            async with self._patience.answer("following"):
                await self._store.wake()

    async def _begin(self, log: Log, kept: Fields | EntryError) -> None:
        try:
            if isinstance(kept, EntryError):
                raise kept
            reading, room = await asyncio.to_thread(stream_format.read_snapshot, kept, log.room)
        except EntryError as error:
            async with self._patience.answer("following"):
                await self._begin_anew(log.room, error)
            return
        if self._shore is None or self._logs.get(log.room) is not log:
            return
        log.reading, log.born, log.looked_at = reading, kept[b"born"], time.monotonic()
        log.is_followed = True
        log.trail.note(reading.place, now=log.looked_at)
        if room is not None:
            self._shore.deliver([room])
        for record in log.waiting:
            self._outgoing.add(log.room, record)
        log.waiting = []

    async def _begin_anew(self, room: str, error: Exception) -> None:
        """Take away what stands in a room's place and is none."""
        self._skip(room, error)
        await self._store.begin_anew(room)
        if (log := self._logs.get(room)) and log.is_followed:  # else it is looked at again, and nobody was told a thing
            self._lose(room)

    def _lose(self, room: str) -> None:
        """Let go of a room of which something was missed, and begin it again: its people are about to come back."""
        if self._let_go(room) and room not in self._logs:
            self._new_log(room)

    def _let_go(self, room: str) -> bool:
        log = self._logs.pop(room, None)
        if log is None or self._shore is None:
            return False
        self._shore.let_go(room)
        return True

    def _skip(self, room: str, error: Exception) -> None:
        self.skipped += 1
        if self.skipped == 1:
            logger.warning("%s: what stands in room %r is none of ours (%s): skipped", self._store.shown, room, error)

    # In

    async def _read(self) -> None:
        is_sure, begun = False, time.monotonic()
        while self._shore is not None:
            logs: dict[str, Log] = {}
            reply: Mapping[str, Sequence[tuple[bytes, Fields]]] = {}
            async with self._patience.answer("reading", self.pace.block):
                if not is_sure:  # there was a time without an answer
                    await self._look_for_losses([log for log in self._logs.values() if log.is_followed])
                is_sure, before, begun = False, begun, time.monotonic()
                logs = {log.room: log for log in self._logs.values() if log.is_followed}
                count = max(1, READ_AT_ONCE // (len(logs) + 1))
                reply = await self._store.read({room: log.reading.place for room, log in logs.items()}, count)
                is_late = time.monotonic() - before > self.pace.untrimmed / 2  # this process, or machine, was stopped
                await self._look_for_losses([logs[room] for room in reply if is_late or logs[room].is_behind])
                is_sure = True
            if is_sure:
                for room, entries in reply.items():
                    logs[room].is_behind = len(entries) >= count
                    await self._take(logs[room], entries)

    async def _take(self, log: Log, entries: Sequence[tuple[bytes, Fields]]) -> None:
        """Deliver what stands in a stream, some in each turn of the loop."""
        batch: list[Record] = []
        for number, (place, written) in enumerate(entries, 1):
            if self._shore is None or self._logs.get(log.room) is not log:
                return
            log.reading.place = Place.read(place)
            batch += self._read_entry(log, written)
            if len(batch) >= DELIVERED_AT_ONCE or number == len(entries):
                self._shore.deliver(batch)
                log.trail.note(log.reading.place, now=time.monotonic())
                batch = []
                if log.bytes_read > log.keep_above and not log.is_being_kept:
                    log.is_being_kept = True
                    self._tasks.start(self._keep_room(log))
                await asyncio.sleep(0)

    def _read_entry(self, log: Log, written: Fields) -> Sequence[Record]:
        log.bytes_read += sum(map(len, written.values()))
        try:
            entry = stream_format.read_entry(written, log.room, self._outgoing.came_back(log.room, written))
        except EntryError as error:
            self._skip(log.room, error)
            return ()
        for bad in entry.bad:
            self._skip(log.room, bad)
        return entry.records if log.reading.is_new(entry.hub, entry.number) else ()

    async def _look_for_losses(self, logs: Iterable[Log]) -> None:
        """Find out whether these streams still are what this hub knows of them, or what it has read last is gone."""
        for room, error in (await self._store.lost({log.room: log.reading.place for log in logs})).items():
            if error:
                await self._begin_anew(room, error)
            else:
                logger.warning("%s: room %r is not there any more where this server was in it", self._store.shown, room)
                self._lose(room)

    # What is kept

    async def _keep_room(self, log: Log) -> None:
        """Keep the room as it is here, if nobody did so meanwhile, and trim what is old and lies before that."""

        def to_keep(kept: Place) -> tuple[Fields, Place] | None:
            room = self._shore.state.snapshot(log.room) if self._shore and self._logs.get(log.room) is log else None
            now = time.monotonic()
            log.bytes_read = 0
            if room is None:
                return None
            log.keep_above = max(SMALL_BYTES, sum(map(len, room.kept))) * random.uniform(1, 2)  # not all hubs at once
            if kept > log.trail.before(self.pace.look, now=now):
                return None
            return stream_format.snapshot(log.reading, room), log.trail.before(self.pace.untrimmed, now=now)

        try:
            with suppress(Unanswered):
                await self._store.keep(log.room, to_keep)
        finally:
            log.is_being_kept = False

    async def _keep(self) -> None:
        """Show that this hub lives, see who else does, and let go of rooms in which it has nobody."""
        unused: set[str] = set()
        while self._shore is not None:
            async with self._patience.answer("keeping"):
                await self._look_at_hubs()
                await self._look_at_rooms()
                unused = self._let_go_of_unused(unused)
            await asyncio.sleep(self.pace.look)

    async def _look_at_hubs(self) -> None:
        assert self._shore is not None
        others = {member[: len(self.hub)] for member in self._shore.state.elsewhere()} | self._gone
        away = await self._store.look_at_hubs(others - {self.hub})
        if self._shore is None:
            return
        self._missed = {hub: self._missed.get(hub, 0) + 1 for hub in away}
        gone = {hub for hub, times in self._missed.items() if times >= MISSED}
        if back := self._gone - away:
            self._shore.give_back(back)
        self._gone = gone
        self._shore.adopt(gone | {self.hub})  # also of this one's: those whose connection was lost with their room

    async def _look_at_rooms(self) -> None:
        """See that the rooms outlive this hub for a while, and no longer; and that they still are those it knows."""
        now = time.monotonic()
        due = [log for log in self._logs.values() if log.is_followed and now - log.looked_at > self.pace.room_look]
        due = due[:LOOKED_AT_ONCE]
        for log, born in zip(due, await self._store.refresh([log.room for log in due]), strict=True):
            log.looked_at = now
            if born != log.born and self._logs.get(log.room) is log:
                logger.warning("%s: room %r began anew without this server", self._store.shown, log.room)
                self._lose(log.room)

    def _let_go_of_unused(self, before: set[str]) -> set[str]:
        """Let go of the rooms that were not used at the last look either; return those that are not used now."""
        if self._shore is None:
            return set()
        homes = self._shore.state.homes() | self._outgoing.rooms()
        unused = {log.room for log in self._logs.values() if log.is_followed and log.room not in homes}
        for room in unused & before:
            self._let_go(room)
        return unused - before

    def _wait(self, why: str) -> None:
        """Tell people that nothing can be placed for now; "" once it can."""
        self.waiting = why and f"the room waits for its Redis, which {why}: what you said is placed when it is back"
        logger.warning("%s %s", self._store.shown, f"{why}: everybody waits" if why else "answers again")
        if why and self._shore is not None:
            self._shore.wait(self.waiting)

    def _report(self, error: BaseException) -> None:
        logger.error("a task of %r failed", self, exc_info=error)
