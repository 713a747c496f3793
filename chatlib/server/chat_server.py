"""The server: sockets around the hub.

Why it is fast: a message is encoded and framed once, and the same bytes go to everyone. What one turn of the loop
brings is collected by the backplane and written with one ``write()`` per connection (:meth:`ChatServer._flush`), for
the cost of fan-out is the system's ``send()``. Text frames go from the parser straight into the hub, with no task in
between.

Why it is safe: nothing awaits a client inside the fan-out. What a client does not read is buffered up to
``max_unsent`` bytes, then it is dismissed; the others never wait for it.

All of it runs on the loop that started it: the background loop, in a kernel.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
import socket
import time
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import Event, State

from chatlib import background, hub, wire
from chatlib.errors import Refused
from chatlib.front_end import chat_page
from chatlib.hub import Hub
from chatlib.limits import Limits
from chatlib.machine import health, ports
from chatlib.machine.ports import LOCALHOST
from chatlib.records import Record
from chatlib.server import handshake
from chatlib.server.backplane import Backplane, MemoryBackplane
from chatlib.server.connection import Connection, Feed
from chatlib.version import __version__

logger = logging.getLogger(__name__)

HANDSHAKE_SECONDS: Final = 10
CLOSE_SECONDS: Final = 2
TICK_SECONDS: Final = 0.5
ROOM_FRAME_BYTES: Final = 64 * 1024
ECHO_FRAME_BYTES: Final = 1024 * 1024
BACKLOG: Final = 1024
FILES_RESERVED: Final = 64
ACCEPTED_AT_ONCE: Final = FILES_RESERVED // 8


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a server can choose.

    ``max_clients`` counts connections, ``max_unsent`` the bytes that a client may leave unread, ``ping`` the seconds
    between keepalive pings and for the answer to each; 0 means no limit, and no pings.
    """

    passcode: str = field(default="", repr=False)
    origins: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    max_clients: int = 1_000
    max_unsent: int = 1024 * 1024
    ping: float = 20

    def __post_init__(self) -> None:
        for name in ("max_clients", "max_unsent", "ping"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be 0 (no limit) or more, got {getattr(self, name)!r}")

    def door(self) -> handshake.Door:
        """Return who may come in."""
        return handshake.Door(self.origins, self.passcode, behind_hub=bool(os.environ.get("JUPYTERHUB_USER")))


class ChatServer:
    """An echo and chat server on the running loop: ``/echo``, ``/chat/<room>``, the chat page, ``/healthz``.

    ``port`` 0 takes a free one; after ``start()`` the attribute holds the real one.
    """

    def __init__(
        self,
        host: str = LOCALHOST,
        port: int = 0,
        *,
        settings: Settings | None = None,
        backplane: Backplane | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.sockets: set[Connection] = set()
        self.hub = Hub()
        self.configure(settings or Settings())
        self._backplane = backplane or MemoryBackplane()
        self._feeds: dict[str, Feed] = {}
        self._dirty_feeds: set[Feed] = set()
        self._dirty: set[Connection] = set()
        self._flush_is_due = False
        self._chatting: set[Connection] = set()
        self._listener: WebSocketServer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def __repr__(self) -> str:
        state = "serving" if self._listener and not self._stopping else "not serving"
        return f"<ChatServer {self.host}:{self.port} {state}, {len(self.hub.rooms)} rooms, {len(self.sockets)} clients>"

    @property
    def trouble(self) -> str:
        """What this server cannot keep of its promises, in words for people; "" if all is well."""
        return self._backplane.trouble

    # Life

    def configure(self, settings: Settings) -> None:
        """Take these settings from now on."""
        self.settings = settings
        self.hub.limits = settings.limits
        self._door = settings.door()
        files = _raise_file_limit()
        self._max_sockets = min(settings.max_clients or files, files)

    async def start(self) -> None:
        """Listen; then go on where the backplane's last hub ended, and only then answer the first client.

        Raises:
            OSError: the address cannot be listened on; errno.EADDRINUSE if somebody else does.
        """
        listening = _listen(self.host, self.port)
        try:
            self.port = listening.getsockname()[1]
            self._backplane.start(self._deliver, self.hub.state)
            self._carry_out(self.hub.adopt(now=time.monotonic(), time=_time()))
            self._listener = await serve_websockets(
                self._handle,
                sock=listening,
                backlog=ACCEPTED_AT_ONCE,
                create_connection=functools.partial(Connection, self),  # type: ignore[arg-type]  # any factory will do
                process_request=self._process_request,
                compression=None,
                server_header=None,
                open_timeout=HANDSHAKE_SECONDS,
                close_timeout=CLOSE_SECONDS,
                ping_interval=None,
                max_size=ROOM_FRAME_BYTES,
                logger=_peer_logger(),
            )
            listening.listen(BACKLOG)  # the queue may be longer than what one turn of asyncio takes out of it
        except BaseException:
            self._backplane.close()
            listening.close()
            raise
        self._own(self._keep_alive())
        self._own(self._tick())
        _serving.add(self)

    async def stop(self) -> None:
        """Tell everyone, close with 1001, and free the port; may be called twice."""
        if self._listener is None or self._stopping:
            return
        self._stopping = True  # from here on nobody leaves: the room is what it was, for whoever takes over
        self._backplane.close()
        for connection in self._chatting:
            self._send(connection, self._error("shutdown", "the server is shutting down"))
        self._flush()
        await self._accept_no_more()
        self._listener.close(code=CloseCode.GOING_AWAY)
        with suppress(TimeoutError):  # who does not read would keep it waiting, and who never finished its handshake
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._listener.wait_closed()
        for connection in list(self.sockets):
            connection.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        _serving.discard(self)

    async def _accept_no_more(self) -> None:
        """Let what was accepted in this turn become a connection: asyncio's server, once closed, forgets it open."""
        assert self._listener is not None
        with suppress(NotImplementedError):  # the proactor loop of Windows has no readers
            for listening in self._listener.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(2):
            await asyncio.sleep(0)

    def close_inherited_sockets(self) -> None:
        """In a forked child: let go of the parent's sockets, or the child would hold the port of a dead server."""
        self._stopping = True  # its loop and its tasks are the parent's
        inherited: list[Any] = [connection.transport.get_extra_info("socket") for connection in self.sockets]
        inherited += self._listener.sockets if self._listener else ()
        background.detach(inherited)

    # Opening handshake

    def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        assert isinstance(connection, Connection)
        try:
            connection.destination = self._admit(request)
        except Refused as refusal:
            response = connection.respond(refusal.status, refusal.text + "\n")
            if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
                response.headers["Allow"] = "GET"
            if refusal.status == HTTPStatus.UPGRADE_REQUIRED:
                response.headers["Upgrade"] = "websocket"
            return response
        match connection.destination:
            case handshake.Page():
                return _respond_with(connection, chat_page.page(), "text/html; charset=utf-8")
            case handshake.Health(trusted):
                return _respond_with(connection, json.dumps(self._health(trusted)), "application/json")
            case handshake.Echo():
                connection.protocol.max_message_size = ECHO_FRAME_BYTES
            case handshake.Chat():
                connection.protocol.max_message_size = self._room_frame_bytes()
        return None

    def _room_frame_bytes(self) -> int | None:
        """Return how long a room's frame may be: a message and its envelope, with every character escaped."""
        message_bytes = self.settings.limits.message_bytes
        return max(ROOM_FRAME_BYTES, 8 * message_bytes) if message_bytes else None

    def _admit(self, request: Request) -> handshake.Destination:
        headers = {}
        for name in ("Host", "Origin", "Upgrade"):
            values = request.headers.get_all(name)
            if len(values) > 1:
                raise Refused(400, f"one {name} header expected, {len(values)} came")
            if values:
                headers[name.lower()] = values[0]
        destination = self._door.admit(request.method, request.path, headers)
        if isinstance(destination, handshake.Echo | handshake.Chat):
            if len(self.sockets) > self._max_sockets:
                raise Refused(503, f"this server takes {self._max_sockets} connections, and has them: try again later")
            if isinstance(destination, handshake.Chat) and not self._has_place_for(destination.room):
                raise Refused(503, f"this server keeps {self.hub.limits.rooms} rooms, and has them: join one of those")
        return destination

    def _has_place_for(self, room: str) -> bool:
        limit = self.hub.limits.rooms
        if not limit or room in self.hub.rooms:
            return True
        on_their_way = {c.destination.room for c in self.sockets if isinstance(c.destination, handshake.Chat)}
        rooms = self.hub.rooms.keys() | on_their_way
        return room in rooms or len(rooms) < limit

    def _health(self, trusted: bool) -> dict[str, Any]:
        about: dict[str, Any] = {"service": health.SERVICE, "version": __version__, "protocol": wire.PROTOCOL}
        if trusted:
            about |= {"rooms": len(self.hub.rooms), "clients": len(self._chatting)}
        return about

    # One connection's life

    async def _handle(self, connection: ServerConnection) -> None:
        assert isinstance(connection, Connection)
        if isinstance(connection.destination, handshake.Chat):
            await self._chat(connection, connection.destination)
        else:
            await self._echo(connection)

    async def _echo(self, connection: Connection) -> None:
        connection.start()
        with suppress(ConnectionClosed):  # how it ended is the peer's affair
            async for message in connection:
                await connection.send(message)

    async def _chat(self, connection: Connection, chat: handshake.Chat) -> None:
        self._chatting.add(connection)
        try:
            self._carry_out(
                self.hub.join(
                    connection,
                    chat.room,
                    name=chat.name,
                    since=chat.since,
                    client=chat.client,
                    new_id=_new_id(),
                    now=time.monotonic(),
                    time=_time(),
                )
            )
            connection.start(functools.partial(self._take, connection))
            await connection.wait_closed()
        finally:
            self._leave(connection)

    def _take(self, connection: Connection, event: Event) -> None:
        """A chat connection's frame was parsed: the way in."""
        assert isinstance(event, Frame)
        if event.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            ServerConnection.process_event(connection, event)
            return
        message = connection.assemble(event)
        if message is None or connection not in self._chatting or connection.closing:
            return
        opcode, data = message
        if opcode is Opcode.BINARY:
            self._carry_out(self.hub.receive_binary(connection, now=time.monotonic(), time=_time()))
            return
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            self._close_soon(connection, CloseCode.INVALID_DATA, f"not UTF-8 at byte {error.start}")
            return
        self._carry_out(self.hub.receive(connection, text, new_id=_new_id(), now=time.monotonic(), time=_time()))

    def _leave(self, connection: Connection, *, reason: str = "") -> None:
        """Take a connection out of its room, if that has not been done."""
        if connection not in self._chatting:
            return
        self._chatting.remove(connection)
        connection.leave_feed()
        self._dirty.discard(connection)
        if not self._stopping:
            closed = connection.protocol.close_rcvd is not None
            self._carry_out(
                self.hub.leave(connection, closed=closed, reason=reason, now=time.monotonic(), time=_time())
            )

    def _dismiss(self, connection: Connection, code: str, text: str, *, reason: str) -> None:
        """Let a client go that does not keep up: tell it, should it ever read again, and tell the others why."""
        if connection.closing or connection.transport.is_closing() or connection.protocol.state is not State.OPEN:
            return
        connection.closing = (CloseCode.POLICY_VIOLATION, code)
        connection.transport.pause_reading()  # what it still says is of no interest, and would have to be answered
        if connection in self._chatting:
            connection.transport.write(_frame(self._error(code, text)))
        self._leave(connection, reason=reason)
        self._own(self._close(connection, *connection.closing))

    def see_off(self, connection: Connection) -> None:
        """A connection's closing handshake is through, or it failed: give it up, and its peer a moment to end TCP."""
        if connection.is_seen_off:
            return
        connection.is_seen_off = True
        self._leave(connection)
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, connection.transport.abort)

    def is_overrun(self) -> bool:
        """Tell whether there are so many connections that a further one is not even told so."""
        return len(self.sockets) > self._max_sockets + FILES_RESERVED // 4

    def check_unsent(self, connection: Connection) -> None:
        """Dismiss a client whose answers pile up; an echo may be one message ahead of the limit."""
        limit = self.settings.max_unsent
        ahead = ECHO_FRAME_BYTES if isinstance(connection.destination, handshake.Echo) else 0
        if limit and connection.transport.get_write_buffer_size() > limit + ahead:
            self._dismiss_slow(connection)

    def _dismiss_slow(self, connection: Connection) -> None:
        text = f"you left more than {self.settings.max_unsent} bytes unread: connect again"
        self._dismiss(connection, "slow-reader", text, reason="did not read what was sent")

    async def _close(self, connection: Connection, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):  # drain() alone would wait for ever for one that does not read
                await connection.close(code, reason)
        except TimeoutError:
            pass
        finally:
            connection.transport.abort()

    # The way out

    def _deliver(self, batch: Sequence[Record]) -> None:
        for record in batch:
            try:
                effects = self.hub.deliver(record)
            except Exception:  # one record must not cost the others theirs
                logger.exception("could not deliver %r", record)
            else:
                self._carry_out(effects)
        self._flush()

    def _carry_out(self, effects: Iterable[hub.Effect]) -> None:
        for effect in effects:
            match effect:
                case hub.Publish(record):
                    self._backplane.publish(record)
                case hub.Broadcast(room, text):
                    if feed := self._feeds.get(room):
                        feed.batch.append(_frame(text))
                        self._dirty_feeds.add(feed)
                        self._flush_soon()
                case hub.Send(connection, text):
                    assert isinstance(connection, Connection)
                    self._send(connection, text)
                case hub.Admit(connection, room):
                    assert isinstance(connection, Connection)
                    if connection.protocol.state is State.OPEN:
                        connection.feed = self._feeds.setdefault(room, Feed())
                        connection.feed.writers[connection] = connection.transport.write
                        connection.sent_of_batch = len(connection.feed.batch)
                        self._dirty.add(connection)
                case hub.Close(connection, code, reason):
                    assert isinstance(connection, Connection)
                    self._close_soon(connection, code, reason)

    def _send(self, connection: Connection, text: str) -> None:
        connection.enqueue(_frame(text))
        self._dirty.add(connection)
        self._flush_soon()

    def _close_soon(self, connection: Connection, code: int, reason: str) -> None:
        """Close a connection behind what was sent to it; from here on nothing more is taken from it."""
        connection.closing = connection.closing or (code, reason)
        self._dirty.add(connection)
        self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._flush_is_due:
            self._flush_is_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Write what this turn brought: one write per connection, the same bytes for all that got the same."""
        self._flush_is_due = False
        slow: list[Connection] = []
        for feed in self._dirty_feeds:
            everything = b"".join(feed.batch)
            for connection, write in feed.writers.items():
                if connection.paused or connection in self._dirty:  # it is behind, or gets something of its own
                    connection.enqueue(b"")
                    self._dirty.add(connection)
                else:
                    write(everything)
            feed.batch.clear()
        self._dirty_feeds.clear()
        dirty, self._dirty = self._dirty, set()
        for connection in dirty:
            everything = b"".join(connection.queue)
            connection.queue.clear()
            connection.sent_of_batch = 0
            if not self._write(connection, everything):
                slow.append(connection)
            elif connection.closing:
                self._leave(connection)
                self._own(self._close(connection, *connection.closing))
        for connection in slow:
            self._dismiss_slow(connection)

    def _write(self, connection: Connection, data: bytes) -> bool:
        """Write unless that would leave too much unsent; tell whether all is well."""
        transport = connection.transport
        if transport.is_closing() or connection.protocol.state is not State.OPEN:
            return True
        limit = self.settings.max_unsent
        if limit and (unsent := transport.get_write_buffer_size()) and unsent + len(data) > limit:
            return False
        transport.write(data)
        return True

    # Clockwork

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self.settings.ping or TICK_SECONDS)
            if not self.settings.ping:
                continue
            for connection in list(self.sockets):
                if connection.take is None or connection.protocol.state is not State.OPEN:
                    continue
                if connection.awaits_pong:
                    text = f"no answer to a ping for {self.settings.ping:g} s"
                    self._dismiss(connection, "idle", text, reason="the connection was lost")
                    continue
                connection.awaits_pong = True
                connection.protocol.send_ping(b"")
                connection.send_data()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._carry_out(self.hub.tick(now=time.monotonic(), time=_time()))
            for room in [room for room, feed in self._feeds.items() if not feed.writers and not feed.batch]:
                del self._feeds[room]

    def _own(self, work: Awaitable[None]) -> None:
        """Run a coroutine as a task of this server; what it raises is logged."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._disown)

    def _disown(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a task of %r failed", self, exc_info=error)

    def _error(self, code: str, text: str) -> str:
        return wire.encode(wire.Error(code, text, _time()))


# Small parts --------------------------------------------------------------------------------------------------------


def _frame(text: str) -> bytes:
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def _new_id() -> str:
    return os.urandom(16).hex()  # not to be guessed: who knew the next one could take it from its owner


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _respond_with(connection: ServerConnection, body: str, content_type: str) -> Response:
    response = connection.respond(200, body)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = chat_page.policy()
    response.headers["Referrer-Policy"] = "no-referrer"  # the page's URL may hold a passcode
    return response


def _listen(host: str, port: int) -> socket.socket:
    listening = ports.bind(host, port)
    try:
        listening.listen(BACKLOG)  # bind alone is no lock: with SO_REUSEADDR two may bind, and one may listen
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening


def _raise_file_limit() -> int:
    """Raise this process's soft limit of open files to the hard one; return how many sockets that leaves."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return 1_000_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):  # macOS says "unlimited", and means less
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1_000_000 if soft == resource.RLIM_INFINITY else max(1, soft - FILES_RESERVED)


@functools.cache
def _peer_logger() -> logging.Logger:
    """Return websockets' logger for its warnings only: its debug lines show the URL, and the passcode in it."""
    peers = logging.getLogger("websockets.server.chatlib")
    peers.setLevel(logging.WARNING)
    return peers


_serving: set[ChatServer] = set()


def _after_fork_in_child() -> None:
    for server in _serving:
        server.close_inherited_sockets()
    _serving.clear()


background.after_fork(_after_fork_in_child)
