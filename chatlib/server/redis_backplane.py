"""The backplane of many servers: the rooms' order is in Redis, a stream for each room.

The only file that imports ``redis``. What stands in a stream says ``stream_format``.

- A record is appended to its room's stream; what comes back from there, in the stream's order, is delivered. A hub that
  got no answer appends again, with the same number: who reads counts a number once.
- A hub reads the streams of the rooms that it has people in. It begins with the room as another hub kept it, and only
  then appends what its own people want, so that all of that comes by.
- Whoever has read enough of a stream keeps the room as it is there; what lies before may then be trimmed.
- A hub shows that it lives by a key that ends by itself. The seats of one that is gone are held by all others that
  know its members, and whoever comes first places their leaving: for the rest it is nobody's.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError, WatchError

from chatlib import background, wire
from chatlib.errors import ServeError
from chatlib.records import Record
from chatlib.server import stream_format
from chatlib.server.backplane import Shore, new_hub_id
from chatlib.server.stream_format import EntryError, Place, Reading

logger = logging.getLogger(__name__)

OLDEST: Final = (6, 2)  # XTRIM MINID
LEASE_SECONDS: Final = 2.5
KEEP_SECONDS: Final = 0.7  # between two looks at leases and rooms
MISSED: Final = 2  # looks at which another hub's lease has to be gone: Redis itself may have been restarted
ANSWER_SECONDS: Final = 2.0
PATIENCE_SECONDS: Final = 2.0  # without an answer, before people are told
RETRY_SECONDS: Final = 0.25
BLOCK_SECONDS: Final = 1.0
CLOSE_SECONDS: Final = 2.0
ROOM_SECONDS: Final = 600  # that a room outlives its last hub
TRIMMED_AFTER_SECONDS: Final = 60  # so that whoever was cut off for less misses nothing
WRITTEN_AT_ONCE: Final = 500  # records
READ_AT_ONCE: Final = 1000  # records, over all rooms
DELIVERED_AT_ONCE: Final = 200  # in one turn of the loop
SMALL_BYTES: Final = 512 * 1024  # of a stream: not worth keeping the room for


@dataclass(slots=True, eq=False)
class Log:
    """A room's stream, as this hub follows it."""

    room: str
    reading: Reading = field(default_factory=Reading)
    waiting: list[Record] = field(default_factory=list)  # until the room is known as it was
    is_followed: bool = False
    bytes_read: int = 0  # since the room was kept, as far as this hub knows
    keep_above: float = SMALL_BYTES
    is_being_kept: bool = False


class RedisBackplane:
    """The rooms of all servers that have the same Redis and ``namespace``.

    ``url`` is what redis-py takes: ``redis://``, ``rediss://`` (TLS), ``unix://``; a password in it is never shown.
    """

    engine = "redis"
    is_shared = True
    trouble = ""

    def __init__(self, url: str, namespace: str = "chatlib") -> None:
        self.hub = new_hub_id()
        self.namespace = namespace
        self.waiting = ""
        self.skipped = 0
        self.shown = shown_url(url)
        self._writer = _client(url)
        self._reader = _client(url)
        self._shore: Shore | None = None
        self._logs: dict[str, Log] = {}
        self._outgoing: deque[tuple[Log, int, Record]] = deque()
        self._has_outgoing = asyncio.Event()
        self._is_written = asyncio.Event()
        self._number = 0
        self._woken = b"0-0"
        self._missed: dict[str, int] = {}
        self._silent: dict[str, asyncio.TimerHandle] = {}  # by what gets no answer
        self._tasks = background.Tasks(self._report)

    def __repr__(self) -> str:
        return f"<RedisBackplane {self.shown} {self.namespace} {self.waiting or f'{len(self._logs)} rooms'}>"

    # The port

    async def start(self, shore: Shore) -> None:
        """See that Redis is there, and one that can be used; then deliver what others and this hub place.

        Raises:
            ServeError: nothing answers, or wants another password, is too old, or of another version of this protocol.
        """
        try:
            await self._check()
            await self._writer.set(self._key("hub", self.hub), 1, px=_ms(LEASE_SECONDS))
        except (RedisError, OSError) as error:
            await self._disconnect()
            raise ServeError(f"the rooms are in Redis, and {self.shown} {_why(error)}") from None
        except ServeError:
            await self._disconnect()
            raise
        self._shore = shore
        for work in (self._write, self._read, self._keep):
            self._tasks.start(work())

    def publish(self, record: Record) -> None:
        """Take a record; it is appended once the room is known as it was."""
        log = self._logs.get(record.room)
        if log is None:
            log = self._logs[record.room] = Log(record.room)
            self._tasks.start(self._follow(log))
        if log.is_followed:
            self._append(log, record)
        else:
            log.waiting.append(record)

    async def close(self) -> None:
        """Have Redis take what was taken here, as far as it answers, and follow no room any more."""
        if self._shore is None:
            return
        with suppress(TimeoutError, RedisError, OSError):
            async with asyncio.timeout(CLOSE_SECONDS):
                while self._outgoing:
                    self._is_written.clear()
                    await self._is_written.wait()
                await self._writer.delete(self._key("hub", self.hub), self._key("wake", self.hub))
        self._shore = None
        await self._tasks.cancel()
        for timer in self._silent.values():
            timer.cancel()
        await self._disconnect()

    # Out

    def _append(self, log: Log, record: Record) -> None:
        self._number += 1
        self._outgoing.append((log, self._number, record))
        self._has_outgoing.set()

    async def _write(self) -> None:
        """Append what was published: one round trip for all that is there."""
        while True:
            await self._has_outgoing.wait()
            batch = [self._outgoing[n] for n in range(min(len(self._outgoing), WRITTEN_AT_ONCE))]
            async with self._answered("writing"):
                async with self._writer.pipeline(transaction=False) as pipe:
                    for log, number, record in batch:
                        pipe.xadd(self._log_key(log.room), stream_format.entry(self.hub, number, record))
                    await pipe.execute()
                for _ in batch:
                    self._outgoing.popleft()
                if not self._outgoing:
                    self._has_outgoing.clear()
                self._is_written.set()

    # In

    async def _follow(self, log: Log) -> None:
        """Begin with the room as it was kept; then let its own people's records into the stream."""
        while not log.is_followed:
            async with self._answered("following"):
                kept = await self._writer.hgetall(self._snap_key(log.room))
                if self._logs.get(log.room) is not log or self._shore is None:
                    return
                self._begin(log, kept)
                await self._wake()

    def _begin(self, log: Log, kept: dict[bytes, bytes]) -> None:
        assert self._shore is not None
        try:
            log.reading, room = stream_format.read_snapshot(kept, log.room)
        except EntryError as error:
            self._skip(log, error)
            room = None
        if room is not None:
            self._shore.deliver([room])
        log.is_followed = True
        waiting, log.waiting = log.waiting, []
        for record in waiting:
            self._append(log, record)

    async def _wake(self) -> None:
        """Have the reader look again which streams there are."""
        key = self._key("wake", self.hub)
        async with self._writer.pipeline(transaction=False) as pipe:
            pipe.xadd(key, {b"look": b"again"}, maxlen=1)
            pipe.pexpire(key, _ms(60))
            await pipe.execute()

    async def _read(self) -> None:
        is_new = False
        while True:
            async with self._answered("reading"):
                if is_new:
                    await self._check_places()
                is_new = True  # unless it comes to its end
                wake = self._key("wake", self.hub).encode()
                logs = {self._log_key(log.room).encode(): log for log in self._logs.values() if log.is_followed}
                places: dict[Any, Any] = {key: bytes(log.reading.place) for key, log in logs.items()}
                reply = await self._reader.xread(
                    places | {wake: self._woken},
                    count=max(1, READ_AT_ONCE // (len(logs) + 1)),
                    block=_ms(BLOCK_SECONDS),
                )
                for key, entries in reply or ():
                    if key == wake:
                        self._woken = entries[-1][0]
                    else:
                        await self._take(logs[key], entries)
                is_new = False

    async def _take(self, log: Log, entries: Sequence[tuple[bytes, dict[bytes, bytes]]]) -> None:
        """Deliver what stands in a stream, some in each turn of the loop."""
        for begin in range(0, len(entries), DELIVERED_AT_ONCE):
            if self._shore is None or self._logs.get(log.room) is not log:
                return
            batch = []
            for place, written in entries[begin : begin + DELIVERED_AT_ONCE]:
                log.reading.place = Place.read(place)
                log.bytes_read += sum(map(len, written.values()))
                try:
                    hub, number, record = stream_format.read_entry(written, log.room)
                except EntryError as error:
                    self._skip(log, error)
                    continue
                if log.reading.is_new(hub, number):
                    batch.append(record)
            self._shore.deliver(batch)
            if log.bytes_read > log.keep_above and not log.is_being_kept:
                log.is_being_kept = True
                self._tasks.start(self._keep_room(log))
            await asyncio.sleep(0)

    def _skip(self, log: Log, error: EntryError) -> None:
        self.skipped += 1
        if self.skipped == 1:
            logger.warning(
                "%s: what stands in room %r is none of ours (%s), and is skipped", self.shown, log.room, error
            )

    async def _check_places(self) -> None:
        """After a time without an answer: find out whether the streams still are what this hub knows of them."""
        for log in [log for log in self._logs.values() if log.is_followed]:
            place = log.reading.place
            kept = await self._reader.hget(self._snap_key(log.room), "place")
            if (kept and Place.read(kept) > place) or await self._last_place(log) < place:
                logger.warning("%s: room %r went on, or back, without this server", self.shown, log.room)
                self._let_go(log)

    async def _last_place(self, log: Log) -> Place:
        try:
            return Place.read((await self._reader.xinfo_stream(self._log_key(log.room)))["last-generated-id"])
        except ResponseError:  # there is no such stream
            return Place()

    # What is kept

    async def _keep_room(self, log: Log) -> None:
        """Keep the room as it is here, if nobody did so meanwhile, and trim what is old and lies before that."""
        try:
            with suppress(RedisError, OSError):
                await self._keep_room_unless_kept(log)
        finally:
            log.is_being_kept = False

    async def _keep_room_unless_kept(self, log: Log) -> None:
        key = self._snap_key(log.room)
        async with self._writer.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            kept = await pipe.hget(key, "place")
            kept_place = Place.read(kept) if kept else Place()
            shore, place = self._shore, log.reading.place
            room = shore.state.snapshot(log.room) if shore and self._logs.get(log.room) is log else None
            if room is None:
                return
            size = sum(map(len, room.kept))
            log.keep_above = max(SMALL_BYTES, size) * random.uniform(1, 2)  # not all hubs at once
            if kept_place >= place or place.ms - kept_place.ms < 1000 * KEEP_SECONDS:
                log.bytes_read = 0
                return
            oldest = Place(place.ms - 1000 * TRIMMED_AFTER_SECONDS)
            pipe.multi()
            pipe.hset(key, mapping=stream_format.snapshot(log.reading, room))
            if oldest.ms > 0:
                pipe.xtrim(self._log_key(log.room), minid=bytes(oldest), approximate=True)
            with suppress(WatchError):
                await pipe.execute()
            log.bytes_read = 0

    async def _keep(self) -> None:
        """Show that this hub lives, see who else does, and let go of rooms in which it has nobody."""
        unused: set[str] = set()
        while True:
            async with self._answered("keeping"):
                await self._look_at_leases()
                await self._keep_keys()
                unused = self._let_go_of_unused(unused)
            await asyncio.sleep(KEEP_SECONDS)

    async def _look_at_leases(self) -> None:
        assert self._shore is not None
        others = sorted({member[: len(self.hub)] for member in self._shore.state.elsewhere()} - {self.hub})
        async with self._writer.pipeline(transaction=False) as pipe:
            pipe.set(self._key("hub", self.hub), 1, px=_ms(LEASE_SECONDS))
            for other in others:
                pipe.exists(self._key("hub", other))
            _, *alive = await pipe.execute()
        if self._shore is None:
            return
        missed = {
            other: self._missed.get(other, 0) + 1 for other, lives in zip(others, alive, strict=True) if not lives
        }
        self._missed = missed
        for other, times in missed.items():
            if times >= MISSED:
                self._shore.adopt(other)

    async def _keep_keys(self) -> None:
        """See that the rooms which this hub follows outlive it for a while, and no longer."""
        async with self._writer.pipeline(transaction=False) as pipe:
            for log in self._logs.values():
                if log.is_followed and log.room != wire.DEFAULT_ROOM:
                    pipe.pexpire(self._log_key(log.room), _ms(ROOM_SECONDS))
                    pipe.pexpire(self._snap_key(log.room), _ms(ROOM_SECONDS))
            if pipe.command_stack:
                await pipe.execute()

    def _let_go_of_unused(self, before: set[str]) -> set[str]:
        """Let go of the rooms that were not used at the last look either; return those that are not used now."""
        assert self._shore is not None
        homes = self._shore.state.homes() | {log.room for log, _, _ in self._outgoing}
        unused = {log.room for log in self._logs.values() if log.is_followed and log.room not in homes}
        for room in unused & before:
            self._let_go(self._logs[room])
        return unused - before

    def _let_go(self, log: Log) -> None:
        if self._shore is not None and self._logs.pop(log.room, None) is log:
            self._shore.let_go(log.room)

    # Whether Redis answers

    @asynccontextmanager
    async def _answered(self, what: str) -> AsyncIterator[None]:
        """Note whether Redis answered; where it did not, wait a little, for the caller tries again."""
        try:
            yield
        except (RedisError, OSError, TimeoutError) as error:
            logger.debug("%r: %s: %s", self, what, error)
            if what not in self._silent:
                later = asyncio.get_running_loop().call_later
                self._silent[what] = later(PATIENCE_SECONDS, self._say_waiting, _why(error))
            await asyncio.sleep(RETRY_SECONDS * random.uniform(0.5, 1.5))
        else:
            if timer := self._silent.pop(what, None):
                timer.cancel()
                if not self._silent:
                    self.waiting = ""

    def _say_waiting(self, why: str) -> None:
        if not self.waiting and self._shore is not None:
            self.waiting = f"the room waits for its Redis, which {why}: what you said is placed when it is back"
            logger.warning("%s %s: everybody waits", self.shown, why)
            self._shore.wait(self.waiting)

    async def _check(self) -> None:
        version = str((await self._writer.info("server"))["redis_version"])
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            raise ServeError(f"{self.shown} is Redis {version}; the rooms need {oldest} or later, or Valkey")
        key = self._key("protocol")
        await self._writer.set(key, stream_format.PROTOCOL, nx=True)
        found = (await self._writer.get(key) or b"").decode("ascii", "replace")
        if found != str(stream_format.PROTOCOL):
            raise ServeError(
                f"the rooms in namespace {self.namespace!r} of {self.shown} are of protocol {found!r}, and this chatlib"
                f" speaks {stream_format.PROTOCOL}: choose another --namespace, or the chatlib that the others have"
            )

    async def _disconnect(self) -> None:
        for client in (self._writer, self._reader):
            with suppress(RedisError, OSError):
                await client.aclose()

    def _report(self, error: BaseException) -> None:
        logger.error("a task of %r failed", self, exc_info=error)

    # Keys: those of one room share a hash tag, so that a cluster keeps them on one node

    def _key(self, *parts: str) -> str:
        return ":".join((self.namespace, *parts))

    def _log_key(self, room: str) -> str:
        return self._key(f"{{{quote(room, safe='')}}}", "log")

    def _snap_key(self, room: str) -> str:
        return self._key(f"{{{quote(room, safe='')}}}", "kept")


def shown_url(url: str) -> str:
    """Return a Redis URL without what is secret in it."""
    parts = urlsplit(url)
    address = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    return f"{parts.scheme}://{address}{parts.path}"


def _client(url: str) -> Any:  # redis-py's own types are those of every protocol and every decoding at once
    return Redis.from_url(
        url,
        protocol=2,
        socket_timeout=BLOCK_SECONDS + ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),  # who tries again here knows what may be said twice
    )


def _why(error: Exception) -> str:
    """Return why Redis could not be used, with no secret in it."""
    if isinstance(error, AuthenticationError):
        return "wants another user or password"
    if isinstance(error, ResponseError):
        return f"refuses ({str(error)[:100]})"
    return "does not answer"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
