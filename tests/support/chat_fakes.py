"""What the tests of ChatClient stand on: a record of a client's events, and a chat server that follows a script."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from chatlib import ChatClient, wire
from chatlib.transcript import (
    Added,
    ConnectionStatus,
    Discarded,
    Dropped,
    Entry,
    Failed,
    Message,
    Pending,
    Reset,
    Update,
)

T = TypeVar("T", bound=Update)

Join = Callable[..., ChatClient]

SECONDS = 30.0
TIME = "2026-01-01T00:00:00.000Z"
NO_LIMITS = wire.LimitsNotice(0, 0, 8192)
CHATLIB_HEALTH = '{"service": "chatlib", "version": "0.1.0", "protocol": 1, "rooms": 1, "clients": 0}'


class Watch:
    """All events of a client since now, the whole state first; made on the test's loop."""

    def __init__(self, client: ChatClient) -> None:
        self.events: list[Update] = []
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self.end = client.subscribe(self._hear, replay=True)

    def _hear(self, event: Update) -> None:
        with contextlib.suppress(RuntimeError):  # the test is over, and its loop closed
            self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Update) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until ``condition`` holds; it is asked after every event."""
        async with asyncio.timeout(SECONDS):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def next(self, kind: type[T], test: Callable[[T], object] = bool) -> T:
        """Return the first event of this kind that passes the test."""
        found: list[T] = []

        def look() -> bool:
            found[:] = [event for event in self.events if isinstance(event, kind) and test(event)]
            return bool(found)

        await self.until(look)
        return found[0]

    async def state(self, state: str) -> ConnectionStatus:
        """Wait for the next connection state of this name; forget the events up to it."""
        event = await self.next(ConnectionStatus, lambda event: event.state == state)
        del self.events[: self.events.index(event) + 1]
        return event

    async def closed(self) -> ConnectionStatus:
        """Wait for the end after which no attempt follows."""
        return await self.next(ConnectionStatus, lambda event: event.state == "CLOSED" and event.retry_in is None)

    def of(self, kind: type[T]) -> list[T]:
        """Return the events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def transcript(self) -> list[Entry]:
        """Return the transcript that the events tell, as their docstrings say."""
        placed: list[Entry] = []
        pending: dict[str, Message] = {}
        dropped = 0
        for event in self.events:
            match event:
                case Reset(transcript):
                    pending = {e.id: e for e in transcript if isinstance(e, Message) and e.state == "sending"}
                    placed = [e for e in transcript if not (isinstance(e, Message) and e.id in pending)]
                case Added(Message(id_) as entry) | Failed(Message(id_) as entry):
                    placed = [*without(placed, id_), entry]
                    pending.pop(id_, None)
                case Added(entry):
                    placed.append(entry)
                case Pending(message):
                    placed = without(placed, message.id)
                    pending[message.id] = message
                case Discarded(message):
                    placed = without(placed, message.id)
                case Dropped(count):
                    del placed[: count - dropped]
                    dropped = count
        return [*placed, *pending.values()]


def without(entries: list[Entry], id_: str) -> list[Entry]:
    """The entries but for the message with this id."""
    return [entry for entry in entries if not (isinstance(entry, Message) and entry.id == id_)]


class Guest:
    """One connection of a client to the scripted server."""

    def __init__(self, connection: ServerConnection, earlier: int) -> None:
        assert connection.request is not None
        self.connection = connection
        self.earlier = earlier
        query = parse_qs(urlsplit(connection.request.path).query, keep_blank_values=True)
        self.query = {key: values[-1] for key, values in query.items()}

    async def send(self, *frames: wire.ServerFrame | str) -> None:
        for frame in frames:
            await self.connection.send(frame if isinstance(frame, str) else wire.encode(frame))

    async def welcome(
        self,
        *,
        user: str = "Ada",
        users: tuple[str, ...] = ("Ada",),
        history: tuple[wire.Msg, ...] = (),
        missed: int | None = 0,
        limits: wire.LimitsNotice = NO_LIMITS,
    ) -> None:
        await self.send(wire.Welcome(user, "lobby", users, len(users), history, missed, limits, TIME, "Welcome"))

    async def receive(self) -> wire.ClientFrame:
        return wire.decode_client(str(await self.connection.recv()))

    async def said(self) -> wire.Say:
        frame = await self.receive()
        assert isinstance(frame, wire.Say)
        return frame

    async def drop(self) -> None:
        """End TCP without a Close frame."""
        self.connection.transport.abort()
        await self.connection.wait_closed()

    async def gone(self) -> None:
        """Wait for the client's end, whatever it says before."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.connection.recv()


Script = Callable[[Guest], Awaitable[object]]


class Stage:
    """A scripted server: where it is, and who has come so far."""

    def __init__(self) -> None:
        self.url = ""
        self.guests: list[Guest] = []
        self.playing: set[asyncio.Future[object]] = set()
        self.errors: list[BaseException] = []


@contextlib.asynccontextmanager
async def stage(
    *scripts: Script,
    refusal: tuple[int, str] | None = None,
    health: tuple[int, str] = (200, CHATLIB_HEALTH),
    frame_bytes: int = 2**20,
) -> AsyncIterator[Stage]:
    """A server that plays one script for each connection in turn, the last one again and again.

    Args:
        scripts: what happens on a connection; when one returns, the connection is closed with 1000.
        refusal: the status and body that every handshake is refused with.
        health: the status and body of ``/healthz``.
        frame_bytes: how long a frame may be, before the connection is closed with 1009.
    """
    stage = Stage()

    def answer(connection: ServerConnection, request: Request) -> Response | None:
        status, body = health if request.path.startswith("/healthz") else refusal or (0, "")
        return connection.respond(status, body) if status else None

    async def play(connection: ServerConnection) -> None:
        guest = Guest(connection, earlier=len(stage.guests))
        stage.guests.append(guest)
        script = asyncio.ensure_future(scripts[min(guest.earlier, len(scripts) - 1)](guest))
        stage.playing.add(script)
        await asyncio.wait({script})
        stage.playing.discard(script)
        error = None if script.cancelled() else script.exception()
        if error is not None and not isinstance(error, ConnectionClosed):
            stage.errors.append(error)

    how = {"process_request": answer, "close_timeout": 1, "max_size": frame_bytes}
    async with serve_websockets(play, "127.0.0.1", 0, **how) as server:
        stage.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield stage
        except BaseException:
            for script in stage.playing:  # it may wait for what this test will not do any more
                script.cancel()
            raise
    assert not stage.errors, stage.errors


def msg(number: int, text: str, *, user: str = "Bo", id: str | None = None, epoch: str = "e") -> wire.Msg:  # noqa: A002 - the field
    """A placed message."""
    return wire.Msg(user, text, id or f"id-{epoch}-{number}", f"{epoch}-{number}", TIME)


def enter(number: int, user: str, *, epoch: str = "e", at: str = TIME) -> wire.Enter:
    return wire.Enter(user, 1, f"{epoch}-{number}", at, f"{user} entered the room")


def leave(number: int, user: str, *, epoch: str = "e") -> wire.Leave:
    return wire.Leave(user, 1, f"{epoch}-{number}", TIME, f"{user} left the room")


def rename(number: int, old: str, user: str, *, epoch: str = "e") -> wire.Rename:
    return wire.Rename(user, old, f"{epoch}-{number}", TIME, f"{old} is now {user}")


def texts(client: ChatClient) -> list[str]:
    return [message.msg for message in client.messages]


def placed(client: ChatClient) -> list[Entry]:
    return [entry for entry in client.transcript if not (isinstance(entry, Message) and entry.state != "delivered")]


async def within(awaitable: Awaitable[object], seconds: float = SECONDS) -> object:
    async with asyncio.timeout(seconds):
        return await awaitable
