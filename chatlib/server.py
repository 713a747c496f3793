"""The server: sockets around the hub, and serve(), which starts one in this kernel or joins the one that answers.

Why it is fast: a message is encoded and framed once, and the same bytes go to everyone. What one turn of the loop
brings is collected by the backplane and written with one ``write()`` per connection (:meth:`ChatServer._flush`), for
the cost of fan-out is the system's ``send()``. Text frames go from the parser straight into the hub, with no task in
between.

Why it is safe: nothing awaits a client inside the fan-out. What a client does not read is buffered up to
``max_unsent`` bytes, then it is dismissed; the others never wait for it.

All of :class:`ChatServer` runs on the background loop; :class:`Server`, which ``serve()`` returns, is for any thread.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import errno
import functools
import json
import logging
import os
import random
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from importlib import resources
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import Event, State

from chatlib import __version__, background, handshake, health, hub, listeners, wire
from chatlib.backplane import Backplane, MemoryBackplane
from chatlib.connection import Connection, Feed
from chatlib.errors import PortInUseError, Refused, ServeError
from chatlib.hub import Hub
from chatlib.journal_backplane import JournalBackplane, journal_path
from chatlib.listeners import LOCALHOST
from chatlib.wire import Limits

logger = logging.getLogger(__name__)

HANDSHAKE_SECONDS: Final = 10
CLOSE_SECONDS: Final = 2
STANDBY_SECONDS: Final = 0.5
STARTING_ATTEMPTS: Final = 3
TICK_SECONDS: Final = 0.5
ROOM_FRAME_BYTES: Final = 64 * 1024
ECHO_FRAME_BYTES: Final = 1024 * 1024
BACKLOG: Final = 1024
FILES_RESERVED: Final = 64
ACCEPTED_AT_ONCE: Final = FILES_RESERVED // 8
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self' ws: wss:"
)


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
                return _respond_with(connection, _page(), "text/html; charset=utf-8")
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

    def _deliver(self, batch: Sequence[hub.Record]) -> None:
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


@functools.cache
def _page() -> str:
    return resources.files("chatlib").joinpath("page.html").read_text("utf-8")


def _respond_with(connection: ServerConnection, body: str, content_type: str) -> Response:
    response = connection.respond(200, body)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"  # the page's URL may hold a passcode
    return response


def _listen(host: str, port: int) -> socket.socket:
    listening = listeners.bind(host, port)
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
    global _lock
    for server in _serving:
        server.close_inherited_sockets()
    _serving.clear()
    _servers.clear()
    _lock = threading.RLock()  # a thread of the parent may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)

# serve() ------------------------------------------------------------------------------------------------------------


class Server:
    """What serve() returns: this kernel's server, or the one it joined. Safe from any thread; a context manager.

    ``port`` is the real one. A server that was joined is stood in for: when it is gone, one of the kernels that joined
    it listens in its place, reads the journal, and the room goes on.
    """

    def __init__(self, host: str, port: int, settings: Settings) -> None:
        self.port = port
        self._host = host
        self._settings = settings
        self._engine: ChatServer | None = None
        self._standby: concurrent.futures.Future[None] | None = None
        self._forget: Callable[[], None] = lambda: None
        self._stopped = False

    @property
    def url(self) -> str:
        """The URL that ``/echo`` and ``/chat/<room>`` are appended to."""
        return f"ws://{_url_host(self._host)}:{self.port}"

    @property
    def chat_url(self) -> str:
        """The URL for a ChatClient: :attr:`url`, with the passcode where there is one."""
        return self.url + _passcode_query(self._settings.passcode)

    @property
    def page_url(self) -> str | None:
        """Where a browser finds the chat page: the proxy's path under a JupyterHub. None if it is another user's."""
        query = _passcode_query(self._settings.passcode).removeprefix("/")
        return listeners.page_url(_url_host(self._host), self.port, query)

    @property
    def owner(self) -> bool:
        """True if this kernel runs the server."""
        return self._engine is not None

    @property
    def running(self) -> bool:
        """False after :meth:`stop`."""
        return not self._stopped

    @property
    def trouble(self) -> str:
        """What this kernel's server cannot keep of its promises (no journal, say), in words; "" if all is well."""
        engine = self._engine
        return engine.trouble if engine else ""

    def __repr__(self) -> str:
        state = "stopped" if self._stopped else "owner" if self.owner else "joined"
        return f"<Server {self.url} {state}{', ' + self.trouble if self.trouble else ''}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the server if this kernel runs it (clients are told, and get 1001), else only withdraw; idempotent."""
        with _lock:
            if self._stopped:
                return
            self._stopped = True
            if _servers.get(self.port) is self:
                del _servers[self.port]
        background.run(self._stop())

    async def _stop(self) -> None:
        if self._standby is not None:
            self._standby.cancel()
        self._forget()
        if self._engine is not None:
            await self._engine.stop()
            self._engine = None

    def _start_or_join(self) -> None:
        for _ in range(STARTING_ATTEMPTS):
            try:
                background.run(self._start())
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise ServeError(f"cannot listen on {self._host}:{self.port}: {error.strerror or error}") from error
            else:
                return
            passcode = _passcode_query(self._settings.passcode)
            if listeners.is_joinable(f"http://{_url_host(self._host)}:{self.port}{passcode}"):
                if not listeners.is_another_users(self.port):  # nobody stands in for a stranger
                    self._begin_standby()
                return
        raise PortInUseError(self.port, "something holds it, and does not listen")

    def _begin_standby(self) -> None:
        if self._standby is None or self._standby.done():
            self._standby = background.submit(self._stand_by())
            self._standby.add_done_callback(self._report)

    async def _start(self) -> None:
        backplane = JournalBackplane(journal_path(self.port)) if self.port else MemoryBackplane()
        engine = ChatServer(self._host, self.port, settings=self._settings, backplane=backplane)
        await engine.start()
        if self._stopped:
            await engine.stop()
            return
        self._engine = engine
        self.port = engine.port
        self._forget = background.at_exit(engine.stop)

    async def _stand_by(self) -> None:
        """Try to listen, again and again: whoever can is the owner. Nothing else is watched, and nobody is elected."""
        while self._engine is None and not self._stopped:
            await asyncio.sleep(STANDBY_SECONDS * random.uniform(0.8, 1.2))
            with suppress(OSError):
                await self._start()

    def _report(self, standby: concurrent.futures.Future[None]) -> None:
        if not standby.cancelled() and (error := standby.exception()):
            logger.error("%r no longer stands by", self, exc_info=error)

    def _update(self, settings: Settings) -> None:
        self._settings = settings
        if self._engine:
            background.call(self._engine.configure, settings)


_lock = threading.RLock()
_servers: dict[int, Server] = {}


def serve(
    port: int | None = None,
    *,
    host: str = LOCALHOST,
    passcode: str = "",
    origins: Iterable[str] = (),
    rate: float = 20,
    max_message: int = 8 * 1024,
    max_clients: int = 1_000,
    max_unsent: int = 1024 * 1024,
    ping: float = 20,
) -> Server:
    """Start the chat server in this kernel, or join the one that already answers on the port.

    Called again on the same port, it returns the same server with its settings updated.

    Args:
        port: None for ``$CHATLIB_PORT``, else 3000; 0 for an own server on a free port, in memory.
        host: the address to listen on; one that is not loopback needs a passcode.
        passcode: what clients must know, "" for nothing.
        origins: origins of web pages that may connect, beside loopback's and ``$CHATLIB_ORIGINS``.
        rate: messages a second that one connection may send; 0 for any number, here and below.
        max_message: bytes of UTF-8 in one message.
        max_clients: connections at once.
        max_unsent: bytes that a client may leave unread before it is dropped.
        ping: seconds between keepalive pings, and for the answer to each.

    Raises:
        PortInUseError: what holds the port cannot be joined.
        PasscodeError: the server that holds it wants another passcode.
        ServeError: the address cannot be listened on.
    """
    port = _checked_port(port)
    if not passcode and host not in handshake.LOOPBACK:
        raise ValueError(f"host {host!r} is open to other machines, and so needs a passcode: serve(passcode=...)")
    named = handshake.normalised_origins(tuple(origins))
    settings = Settings(
        passcode=passcode,
        origins=named | handshake.parse_origins(os.environ.get("CHATLIB_ORIGINS", "")),
        limits=replace(Limits(), rate=rate, message_bytes=max_message),
        max_clients=max_clients,
        max_unsent=max_unsent,
        ping=ping,
    )
    with _lock:
        known = _servers.get(port)
        if known is not None and known._host != host:
            raise ValueError(
                f"{known!r} of this kernel has the port on {known._host}; stop() it before you change the host"
            )
        if known is not None and known.owner:
            known._update(settings)
            return known
        server = known or Server(host, port, settings)
        server._settings = settings
        server._start_or_join()
        if port:
            _servers[port] = server
        return server


def _checked_port(port: int | None) -> int:
    if port is None:
        port = listeners.default_port()
    if not 0 <= port <= 65_535:
        raise ValueError(f"a port is a number from 0 to 65535, not {port!r}")
    return port


def _url_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        host = _own_address(host)
    return f"[{host}]" if ":" in host else host


def _own_address(wildcard: str) -> str:
    """Return the address under which others on the network find this machine; nothing is sent for that."""
    family, far = (socket.AF_INET6, "2001:db8::1") if ":" in wildcard else (socket.AF_INET, "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                (far, 9)
            )  # an address for documentation (RFC 5737, RFC 3849): a datagram's route is looked up
            return str(probe.getsockname()[0])
        except OSError:  # no network
            return "::1" if ":" in wildcard else LOCALHOST


def _passcode_query(passcode: str) -> str:
    return f"/?passcode={quote(passcode, safe='')}" if passcode else ""
