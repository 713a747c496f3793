"""The backplane of many servers in Redis, or Valkey: the only file that imports ``redis``.

How many hubs keep one order there says ``stream_backplane``; here is what is asked of Redis for it.
"""

from __future__ import annotations

import functools
import os
import re
import socket
import ssl
import weakref
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError, WatchError

from chatlib import background, wire
from chatlib.errors import ServeError
from chatlib.server import redis_url, stream_format
from chatlib.server.backplane import new_hub_id
from chatlib.server.patience import Pace, Unanswered
from chatlib.server.stream_backplane import Fields, StreamBackplane, ToKeep
from chatlib.server.stream_format import EntryError, Place

OLDEST: Final = (6, 2)  # XTRIM MINID

_LOOK: Final = """
if redis.call('HSETNX', KEYS[1], 'born', ARGV[1]) == 1 then redis.call('DEL', KEYS[2]) end
if ARGV[2] ~= '0' then for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[2]) end end
return redis.call('HGETALL', KEYS[1])
"""


class RedisBackplane(StreamBackplane):
    """The rooms of all servers that have the same Redis and ``namespace``.

    ``url`` is ``redis://[[user]:password@]host[:port][/database]``, ``rediss://`` for TLS, or ``unix://``; a password
    in it is never shown.
    """

    engine = "redis"

    def __init__(self, url: str, namespace: str = "chatlib", *, pace: Pace = Pace()) -> None:  # noqa: B008 - frozen
        hub = new_hub_id()
        super().__init__(hub, RedisStore(url, namespace, hub, pace), pace)


P = ParamSpec("P")
T = TypeVar("T")


def _asking(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Have a method raise Unanswered, whose text has no secret in it, for whatever goes wrong on the way."""

    @functools.wraps(method)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await method(*args, **kwargs)
        except (RedisError, OSError) as error:
            raise Unanswered(_why(error)) from None

    return asked


class RedisStore:
    """The store in a Redis. The keys of one room share a hash tag, and so in a cluster a node."""

    def __init__(self, url: str, namespace: str, hub: str, pace: Pace) -> None:
        self.shown = redis_url.shown(url)
        self._namespace = namespace
        self._pace = pace
        self._client: Any = Redis.from_url(  # its own types are those of every protocol and every decoding at once
            url,
            protocol=2,
            socket_timeout=pace.block + pace.answer,
            socket_connect_timeout=pace.answer,
            retry=Retry(NoBackoff(), 0),  # who tries again here knows what may be said twice
        )
        self._wake_key = self._key("wake", hub)
        self._hub_key = self._key("hub", hub)
        self._woken = Place()
        _stores.add(self)

    def __repr__(self) -> str:
        return f"<RedisStore {self.shown} {self._namespace}>"

    @_asking
    async def check(self) -> None:
        """See that this is a Redis that can be used, and the rooms in it those of this protocol.

        Raises:
            ServeError: they are not.
        """
        version = str((await self._client.info("server")).get("redis_version", "of no version"))
        if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            raise ServeError(f"{self.shown} is Redis {version}; the rooms need {oldest} or later, or Valkey")
        await self._client.set(self._key("protocol"), stream_format.PROTOCOL, nx=True)
        found = (await self._client.get(self._key("protocol")) or b"").decode("utf-8", "replace")
        if found != stream_format.PROTOCOL:
            raise ServeError(
                f"the rooms in namespace {self._namespace!r} of {self.shown} are of protocol {found[:40]!r}, and this"
                f" Python's chatlib speaks {stream_format.PROTOCOL!r}: choose another --namespace, or have the versions"
                " of Python and chatlib that the other servers have"
            )

    @_asking
    async def append(self, entries: Sequence[tuple[str, Fields]]) -> dict[str, EntryError]:
        """Append all of these or none; return the rooms whose streams are none."""
        async with self._client.pipeline(transaction=True) as pipe:
            for room, written in entries:
                pipe.xadd(self._log_key(room), written)
            for room in {room for room, _ in entries} - {wire.DEFAULT_ROOM}:
                pipe.pexpire(self._log_key(room), _ms(self._pace.room))
            results = await pipe.execute(raise_on_error=False)
        return {
            room: EntryError(_why(result))
            for (room, _), result in zip(entries, results, strict=False)
            if isinstance(result, ResponseError)
        }

    @_asking
    async def look(self, rooms: Sequence[str]) -> list[Fields | EntryError]:
        """Return what is kept of each room, and see that it is not over before somebody follows it."""
        async with self._client.pipeline(transaction=False) as pipe:
            for room in rooms:
                lifetime = 0 if room == wire.DEFAULT_ROOM else _ms(self._pace.room)
                pipe.eval(_LOOK, 2, self._kept_key(room), self._log_key(room), os.urandom(8).hex(), lifetime)
            found = await pipe.execute(raise_on_error=False)
        for error in found:
            if isinstance(error, ResponseError) and "WRONGTYPE" not in str(error):
                raise error
        return [
            EntryError(_why(it)) if isinstance(it, ResponseError) else dict(zip(it[::2], it[1::2], strict=True))
            for it in found
        ]

    @_asking
    async def begin_anew(self, room: str) -> None:
        """Remove all there is of a room."""
        await self._client.delete(self._kept_key(room), self._log_key(room))

    @_asking
    async def read(self, places: Mapping[str, Place], count: int) -> dict[str, list[tuple[bytes, Fields]]]:
        """Return what stands behind these places, as soon as something does; nothing after a while, or when woken."""
        rooms = {self._log_key(room).encode(): room for room in places}
        streams = {key: bytes(places[room]) for key, room in rooms.items()}
        wake = self._wake_key.encode()
        reply = dict(
            await self._client.xread(streams | {wake: bytes(self._woken)}, count=count, block=_ms(self._pace.block))
            or ()
        )
        for place, _ in reply.pop(wake, ()):
            self._woken = Place.read(place)
        return {rooms[key]: entries for key, entries in reply.items()}

    @_asking
    async def wake(self) -> None:
        """Have :meth:`read` return, since it is to read other rooms too."""
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.xadd(self._wake_key, {b"look": b"again"}, maxlen=1)
            pipe.pexpire(self._wake_key, _ms(60))
            await pipe.execute()

    @_asking
    async def lost(self, places: Mapping[str, Place]) -> dict[str, EntryError | None]:
        """Return the rooms in whose stream this place is no more, and not kept; an error where there is no stream."""
        if not places:
            return {}
        async with self._client.pipeline(transaction=False) as pipe:
            for room, place in places.items():  # where a stream ends does not tell: others may have written by now
                pipe.xrange(self._log_key(room), min=bytes(place), max=bytes(place))
                pipe.hget(self._kept_key(room), "place")
            found = await pipe.execute(raise_on_error=False)
        return {
            room: EntryError(_why(it)) if isinstance(it, ResponseError) else None
            for (room, place), it, kept in zip(places.items(), found[::2], found[1::2], strict=True)
            if isinstance(it, ResponseError) or not (it or _place(kept) == place)
        }

    @_asking
    async def refresh(self, rooms: Sequence[str]) -> list[bytes | None]:
        """See that these rooms are not over yet; return when each was born."""
        if not rooms:
            return []
        async with self._client.pipeline(transaction=False) as pipe:
            for room in rooms:
                pipe.hget(self._kept_key(room), "born")
            for room in rooms:
                if room != wire.DEFAULT_ROOM:
                    pipe.pexpire(self._log_key(room), _ms(self._pace.room))
                    pipe.pexpire(self._kept_key(room), _ms(self._pace.room))
            found = await pipe.execute(raise_on_error=False)
        return [it if isinstance(it, bytes) else None for it in found[: len(rooms)]]

    @_asking
    async def keep(self, room: str, to_keep: ToKeep) -> None:
        """Keep a room as ``to_keep`` says, who is told which place is kept, and trim what lies before another place."""
        key = self._kept_key(room)
        async with self._client.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            kept = to_keep(_place(await pipe.hget(key, "place")))
            if kept is None:
                return
            written, oldest = kept
            pipe.multi()
            pipe.hset(key, mapping=dict(written))
            pipe.xtrim(self._log_key(room), minid=bytes(oldest), approximate=True)
            with suppress(WatchError):  # another hub was quicker
                await pipe.execute()

    @_asking
    async def look_at_hubs(self, others: Collection[str]) -> set[str]:
        """Show that this hub lives; return those of the others that do not."""
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.set(self._hub_key, 1, px=_ms(self._pace.lease))
            for other in others:
                pipe.exists(self._key("hub", other))
            _, *alive = await pipe.execute()
        return {other for other, lives in zip(others, alive, strict=True) if not lives}

    @_asking
    async def say_goodbye(self) -> None:
        """Show that this hub is gone, at once."""
        await self._client.delete(self._hub_key, self._wake_key)

    async def disconnect(self) -> None:
        """Close every connection."""
        with suppress(RedisError, OSError):
            await self._client.aclose()

    def detach(self) -> None:
        """In a forked child: let go of the connections, which are the parent's."""
        pool = (
            self._client.connection_pool
        )  # that has no public name for them; tests/process/test_redis.py sees them go
        names = ("_available_connections", "_in_use_connections")
        connections = [connection for name in names for connection in getattr(pool, name, ())]
        writers = [writer for connection in connections if (writer := getattr(connection, "_writer", None))]
        background.detach([writer.get_extra_info("socket") for writer in writers])

    def _key(self, *parts: str) -> str:
        return ":".join((self._namespace, *parts))

    def _log_key(self, room: str) -> str:
        return self._key(f"{{{quote(room, safe='')}}}", "log")

    def _kept_key(self, room: str) -> str:
        return self._key(f"{{{quote(room, safe='')}}}", "kept")


# Small parts --------------------------------------------------------------------------------------------------------


def _why(error: Exception) -> str:
    """Return why Redis could not be used, with no secret in it, and nothing that somebody said."""
    match error:
        case AuthenticationError():
            return "wants another user or password"
        case ResponseError():
            said = str(error).rpartition(" caused error: ")[2]
            return f"refuses ({said.partition(', with args beginning')[0][:100]})"
    for reason in _reasons(error):  # those that an operator can mend; what is wrong with a network, no word tells
        match reason:
            case ssl.SSLCertVerificationError():
                return f"shows a certificate that is not trusted ({reason.verify_message})"
            case ssl.SSLError():
                return f"cannot be spoken to with TLS ({reason.reason or 'no TLS there'})"
            case FileNotFoundError() | PermissionError():
                return f"needs a file that cannot be opened ({reason.strerror})"
            case socket.gaierror():
                return "is not found: its name has no address"
    return "does not answer"


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it stands for: the redis package puts its own in the place of all others."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _place(kept: object) -> Place:
    """Return the place at which a room was kept, the stream's beginning where it is none."""
    try:
        return Place.read(kept) if isinstance(kept, bytes) else Place()
    except EntryError:
        return Place()


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


_stores: weakref.WeakSet[RedisStore] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for store in _stores:
        store.detach()


background.after_fork(_after_fork_in_child)
