"""The server: sockets around the hub.

What a client says goes from the parser straight into the hub, with no task in between; what the hub wants done is
carried out here: published on the backplane, or sent through the fan-out.

All of it runs on the loop that started it: the background loop, in a kernel.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import IntEnum
from types import NoneType
from typing import Any, Final

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Opcode

from chatlib import background, hub, wire
from chatlib.arguments import check_text, check_type
from chatlib.clock import timestamp
from chatlib.hub import Hub
from chatlib.machine import ports
from chatlib.network import Listening
from chatlib.records import Record
from chatlib.server import listening
from chatlib.server.backplane import Backplane, MemoryBackplane, Shore
from chatlib.server.connection import Connection, Phase
from chatlib.server.fan_out import FanOut
from chatlib.server.handshake import Chat, Echo
from chatlib.server.origins import canonical_host
from chatlib.server.reception import ECHO_FRAME_BYTES, ROOM_FRAME_BYTES, Reception
from chatlib.server.settings import Settings
from chatlib.server.tracer import Tracer
from chatlib.server_url import LOCALHOST
from chatlib.words import Text

logger = logging.getLogger(__name__)

HANDSHAKE_SECONDS: Final = 10
CLOSE_SECONDS: Final = 2
TICK_SECONDS: Final = 0.5
NOT_READING: Final = Text("did not read what was sent")
LOST: Final = Text("the connection was lost")
SHUTDOWN: Final = Text("the server is shutting down")
TEXT: Final = Opcode.TEXT  # before Python 3.12 each mention of an enum's member costs 0.4 µs


class ServerLife(IntEnum):
    """A server's life; it only goes forward."""

    NEW = 0
    STARTING = 1
    SERVING = 2
    STOPPING = 3
    STOPPED = 4


class ChatServer:
    """An echo and chat server on the running loop: ``/echo``, ``/chat/<room>``, the chat page, ``/healthz``.

    It serves once. ``port`` 0 takes a free one; after ``start()`` the attribute holds the real one.
    """

    def __init__(
        self,
        host: str = LOCALHOST,
        port: int = 0,
        *,
        settings: Settings | None = None,
        backplane: Backplane | None = None,
    ) -> None:
        check_text("host", host)
        self.host = canonical_host(host)
        self.port = ports.checked_port(port)
        check_type("settings", settings, (Settings, NoneType), "a Settings")
        self.settings = settings or Settings()
        self.sockets: set[Connection] = set()
        self._backplane = backplane or MemoryBackplane()
        self.hub = Hub(self.settings.limits, is_alone=not self._backplane.is_shared)
        self._reception = Reception(self.hub, self.sockets, self.settings, self._backplane)
        self._fan_out = FanOut(said=self._close, behind=self._dismiss_slow, max_unsent=self.settings.max_unsent)
        self._tracer = Tracer(self._fan_out, self.hub)
        self._chatting: set[Connection] = set()
        self._life = ServerLife.NEW
        self._accepting: list[WebSocketServer] = []  # one for each address
        self._tasks = background.Tasks(self._report)

    def __repr__(self) -> str:
        state = "serving" if self._life is ServerLife.SERVING else "not serving"
        return f"<ChatServer {self.host}:{self.port} {state}, {len(self.hub.rooms)} rooms, {len(self.sockets)} clients>"

    @property
    def trouble(self) -> str:
        """What this server cannot keep of its promises, in words for people; "" if all is well."""
        return self._backplane.trouble or self._backplane.waiting

    # Life

    def configure(self, settings: Settings) -> None:
        """Take these settings from now on."""
        self.settings = settings
        self.hub.limits = settings.limits
        self._fan_out.max_unsent = settings.max_unsent
        self._reception.configure(settings)

    async def start(self) -> None:
        """Listen; then go on where the backplane's last hub ended, and only then answer the first client.

        Raises:
            OSError: the address cannot be listened on; errno.EADDRINUSE if somebody else does.
            PortInUseError: another program has half of it.
            ServeError: the backplane cannot be used.
        """
        if self._life is not ServerLife.NEW:
            raise RuntimeError(f"{self!r} was started before: make a new ChatServer")
        sockets = await listening.listen(self.host, self.port)
        self._become(ServerLife.STARTING)
        try:
            self.port = sockets[0].getsockname()[1]
            await self._backplane.start(self._shore())
            for sock in sockets:
                self._accepting.append(await self._accept(sock))
        except BaseException:
            self._become(ServerLife.STOPPED)
            await self._backplane.close()
            listening.listen_no_more(sockets)  # asyncio does not, where it is cancelled over it
            for sock in sockets:
                sock.close()
            raise
        self._tasks.start(self._keep_alive())
        self._tasks.start(self._tick())
        _serving.add(self)
        self._become(ServerLife.SERVING)

    async def _accept(self, sock: Listening) -> WebSocketServer:
        accepting = await serve_websockets(
            self._handle,
            sock=sock,
            backlog=listening.ACCEPTED_AT_ONCE,
            create_connection=functools.partial(Connection, self),  # type: ignore[arg-type]  # any factory will do
            process_request=self._reception.receive,
            compression=None,
            server_header=None,
            open_timeout=HANDSHAKE_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ping_interval=None,
            max_size=ROOM_FRAME_BYTES,
            logger=_peer_logger(),
        )
        sock.listen(listening.BACKLOG)  # the queue may be longer than what one turn of asyncio takes out of it
        return accepting

    async def stop(self) -> None:
        """Tell everyone, close with 1001, and free the port; may be called twice."""
        if self._life is not ServerLife.SERVING:
            return
        self._become(ServerLife.STOPPING)  # from here on nobody leaves: the room is what it was, for whoever takes over
        await self._backplane.close()
        for connection in self._chatting:
            self._fan_out.send(connection, _error("shutdown", SHUTDOWN))
        self._fan_out.flush()
        listening.listen_no_more(sock for accepting in self._accepting for sock in accepting.sockets)
        for _ in range(2):  # what was accepted becomes a connection: asyncio's server, once closed, forgets it open
            await asyncio.sleep(0)
        for accepting in reversed(self._accepting):  # the first address is the lock: who has it finds the others free
            accepting.close(code=CloseCode.GOING_AWAY)
        with suppress(TimeoutError):  # who does not read would keep it waiting, and who never finished its handshake
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*(accepting.wait_closed() for accepting in self._accepting))
        for connection in list(self.sockets):
            connection.transport.abort()
        await self._tasks.cancel()
        _serving.discard(self)
        self._become(ServerLife.STOPPED)

    def close_inherited_sockets(self) -> None:
        """In a forked child: let go of the parent's sockets, or the child would hold the port of a dead server."""
        self._become(ServerLife.STOPPED)  # its loop and its tasks are the parent's
        inherited: list[Any] = [connection.transport.get_extra_info("socket") for connection in self.sockets]
        inherited += [sock for accepting in self._accepting for sock in accepting.sockets]
        background.detach(inherited)

    def _become(self, life: ServerLife) -> None:
        assert life > self._life, f"{self._life.name} -> {life.name}"
        logger.debug("%r: %s -> %s", self, self._life.name, life.name)
        self._life = life

    def _report(self, error: BaseException) -> None:
        logger.error("a task of %r failed", self, exc_info=error)

    # What connections tell

    def connected(self, connection: Connection) -> None:
        """Count it; of those far beyond the limit none is even told so."""
        self.sockets.add(connection)
        if self._reception.is_overrun():
            connection.transport.abort()

    def disconnected(self, connection: Connection) -> None:
        """Count it no longer."""
        self.sockets.discard(connection)
        self._fan_out.remove(connection)

    def about_to_write(self, connection: Connection) -> None:
        """See that nothing follows its Close frame or its end, and that its answers do not pile up."""
        if not connection.is_open:
            self._fan_out.remove(connection)
        ahead = ECHO_FRAME_BYTES if isinstance(connection.destination, Echo) else 0  # an echo is one message ahead
        if self._fan_out.is_behind(connection, ahead=ahead):
            self._dismiss_slow(connection)

    def ended(self, connection: Connection) -> None:
        """Take it out of its room at once, however long its peer takes to end TCP."""
        self._leave(connection)

    # One connection's life

    async def _handle(self, connection: ServerConnection) -> None:
        assert isinstance(connection, Connection)
        if isinstance(connection.destination, Chat):
            await self._chat(connection, connection.destination)
        else:
            await _echo(connection)

    async def _chat(self, connection: Connection, chat: Chat) -> None:
        self._chatting.add(connection)
        try:
            query = {"name": chat.name, "since": chat.since, "client": chat.client}
            self._tell_hub(self.hub.join, connection, chat.room, **query, new_id=_new_id(self._backplane.hub))
            connection.start(functools.partial(self._take, connection))
            if self._backplane.waiting:  # since its handshake was answered
                self._send_away(connection, self._backplane.waiting)
            await connection.wait_closed()
        finally:
            self._leave(connection)

    def _take(self, connection: Connection, opcode: Opcode, data: bytes) -> None:
        """A chat connection's message is here: the way in."""
        if opcode is not TEXT:
            self._tell_hub(self.hub.receive_binary, connection)
            return
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            self._close_soon(connection, CloseCode.INVALID_DATA, f"not UTF-8 at byte {error.start}")
            return
        self._tell_hub(self.hub.receive, connection, text, new_id=_new_id(self._backplane.hub))

    def _leave(self, connection: Connection, *, reason: str = "") -> None:
        """Take a connection out of its room, if that has not been done."""
        if connection not in self._chatting:
            return
        self._chatting.remove(connection)
        self._fan_out.remove(connection)
        if self._life < ServerLife.STOPPING:
            self._tell_hub(self.hub.leave, connection, closed=connection.has_said_goodbye, reason=reason)

    def _close_soon(self, connection: Connection, code: int, reason: str) -> None:
        """Close a connection behind what was sent to it; from here on nothing more is taken from it."""
        if connection.part():
            self._fan_out.close(connection, code, reason)

    def _close(self, connection: Connection, code: int, reason: str) -> None:
        self._leave(connection)
        self._tasks.start(connection.end(code, reason))

    def _dismiss(self, connection: Connection, code: str, text: str, *, reason: str) -> None:
        """Let a client go that does not keep up: tell it, should it ever read again, and tell the others why."""
        if not connection.is_open or not connection.part():
            return
        connection.transport.pause_reading()  # what it still says is of no interest, and would have to be answered
        if connection in self._chatting:
            self._fan_out.send_last(connection, _error(code, text))
        self._leave(connection, reason=reason)
        self._tasks.start(connection.end(CloseCode.POLICY_VIOLATION, code))

    def _dismiss_slow(self, connection: Connection) -> None:
        text = f"you left more than {self.settings.max_unsent} bytes unread: connect again"
        self._dismiss(connection, "slow-reader", text, reason=NOT_READING)

    # What the backplane tells

    def _shore(self) -> Shore:
        adopt = functools.partial(self._tell_hub, self.hub.adopt)
        return Shore(self._deliver, self.hub, adopt, self.hub.give_back, self._let_go, self._wait)

    def _let_go(self, room: str) -> None:
        self._carry_out(self.hub.let_go(room, time=timestamp()))
        self._fan_out.flush()

    def _wait(self, why: str) -> None:
        """Send everybody away who chats here, with a word: their clients keep what is not placed, and come again."""
        for connection in list(self._chatting):
            self._send_away(connection, why)
        self._fan_out.flush()

    def _send_away(self, connection: Connection, why: str) -> None:
        self._fan_out.send(connection, _error("waiting", why))
        self._close_soon(connection, CloseCode.TRY_AGAIN_LATER, "waiting")

    # The hub, and its effects

    def _tell_hub(self, what: Callable[..., Iterable[hub.Effect]], *args: Any, **more: Any) -> None:
        self._carry_out(what(*args, **more, now=time.monotonic(), time=timestamp()))

    def _deliver(self, batch: Sequence[Record]) -> None:
        for record in batch:
            try:
                effects = self._tracer.deliver(record)
            except Exception:  # one record must not cost the others theirs
                logger.exception("could not deliver %r", record)
            else:
                self._carry_out(effects)
        self._fan_out.flush()
        self._tracer.written()

    def _carry_out(self, effects: Iterable[hub.Effect]) -> None:
        for effect in effects:
            match effect:
                case hub.Publish(record):
                    self._backplane.publish(record)
                case hub.Broadcast(room, text):
                    self._fan_out.broadcast(room, text)
                case hub.Send(Connection() as connection, text):
                    self._fan_out.send(connection, text)
                case hub.Admit(Connection() as connection, room):
                    self._fan_out.admit(connection, room)
                case hub.Follow(Connection() as connection, record):
                    self._tracer.follow(connection, record)
                case hub.Close(Connection() as connection, code, reason):
                    self._close_soon(connection, code, reason)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self.settings.ping or TICK_SECONDS)
            for connection in list(self.sockets) if self.settings.ping else ():
                if connection.phase is Phase.OPEN and connection.is_open:
                    self._look_after(connection)

    def _look_after(self, connection: Connection) -> None:
        """See that the peer lives: it reads on while it catches up, and else it answers a ping."""
        reads_on = self._fan_out.reads_on(connection)
        if reads_on is False:
            text = f"you read nothing for {self.settings.ping:g} s: connect again"
            self._dismiss(connection, "slow-reader", text, reason=NOT_READING)
        elif reads_on is None and not connection.probe():
            text = f"no answer to a ping for {self.settings.ping:g} s"
            self._dismiss(connection, "idle", text, reason=LOST)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            if self._backplane.waiting:
                self.hub.hold_on(now=time.monotonic())
            else:
                self._tell_hub(self.hub.tick)


# Small parts --------------------------------------------------------------------------------------------------------


async def _echo(connection: Connection) -> None:
    connection.start()
    with suppress(ConnectionClosed):  # how it ended is the peer's affair
        async for message in connection:
            await connection.send(message)


def _new_id(hub: str) -> str:
    return hub + os.urandom(12).hex()  # who could guess it could take it from its owner


def _error(code: str, text: str) -> str:
    return wire.encode(wire.Error(code, text, timestamp()))


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
