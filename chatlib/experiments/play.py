"""One connection with both ends seen: what a client and a server go through from its beginning to its end.

From top to bottom: the stage (a server, for one play after the other), a play, and the two who play in it. A play
begins where a loop runs, and is directed on that loop's thread; the server lives on the background loop.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import http
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, ProtocolError
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Request, Response

from chatlib import background
from chatlib.client.events import Event, MessageEvent
from chatlib.client.websocket import EVENT_TYPES, CloseEvent, ReadyState, WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.experiments.cable import Cable, Piece, PieceWatcher, WatchedTransport
from chatlib.words import Text

# The exceptions of this server's handler are raised on purpose: no traceback shall frighten anybody.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True

HOST: Final = "127.0.0.1"
ENTRIES_KEPT: Final = 200
SHOWN_CHARACTERS: Final = 60

Side = Literal["client", "server", "cable"]
What = Literal["state", "event", "call"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened at one end: its ``state`` became another, an ``event`` came, somebody made a ``call``.

    To the cable between them only calls are made.

    ``at`` is when, in seconds since the play began; two entries that differ in nothing else are equal.
    """

    end: Side
    what: What
    name: str
    detail: str = ""
    at: float = field(default=0.0, compare=False)


Watcher = Callable[[int, Entry, int | None], object]
"""Takes an entry, its number in the play from 1 on, and the number of the one that is no longer kept for it."""


class Stage:
    """A server on a free port that plays its part in one connection at a time."""

    def __init__(self) -> None:
        self._play: Play | None = None
        self._server: Server | None = None
        try:
            self._url = background.run(self._serve())
        except BaseException:  # an interrupt, say, when it runs already
            self.close()
            raise

    def begin(self, watcher: Watcher | None = None, *, refused: bool = False, wire: PieceWatcher | None = None) -> Play:
        """Have a client connect, and the server take it, or refuse the handshake.

        ``watcher`` is told what happens, and ``wire`` what goes from end to end, on whatever thread it happens; nobody
        is told more of the play before.
        """
        if self._play is not None:
            self._play.watch(None)  # its server's end may come a little late
        self._play = Play(watcher, refused=refused, wire=wire)
        self._play.begin(self._url)
        return self._play

    def close(self) -> None:
        """Stop the server, which closes what is open with 1001; idempotent."""
        background.call(self._close)

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self) -> str:
        self._server = await serve(
            _handle,
            HOST,
            0,
            create_connection=self._server_end,  # type: ignore[arg-type]  # any factory will do
            process_request=_refuse_if_asked,
            compression=None,
            ping_interval=None,
            logger=_quiet,
        )
        return f"ws://{HOST}:{self._server.sockets[0].getsockname()[1]}/"

    def _server_end(self, *args: Any, **kwargs: Any) -> ServerConnection:
        return ServerEnd(self._play, *args, **kwargs)


class Play:
    """One connection, from its beginning to its end, and what happened at either, of which 200 entries are kept."""

    def __init__(
        self,
        watcher: Watcher | None,
        *,
        refused: bool,
        wire: PieceWatcher | None = None,
        began: float | None = None,
    ) -> None:
        self.refused = refused
        self.client: ClientEnd
        self.server: ServerEnd | None = None
        """The server's end, once there is one."""
        self.ended: CloseEvent | None = None
        """The close event that fired at the client's end."""
        self.said_by: Literal["client", "server", "nobody"] = "nobody"
        """Who sent the first Close frame."""
        self.server_is_open: concurrent.futures.Future[None] = concurrent.futures.Future()
        self.server_is_closed: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._watcher = watcher
        self._guard = threading.RLock()
        self._entries: dict[int, Entry] = {}
        self._told = 0
        self._began = time.monotonic() if began is None else began
        self._wire = wire
        self.cable = Cable(self._now, self._passed)

    def begin(self, url: str) -> None:
        """Have the client connect (the stage calls this)."""
        self.client = ClientEnd(url, self)

    # What was seen

    @property
    def entries(self) -> list[Entry]:
        """What happened, in the order in which it was told: every state, and the last events and calls."""
        with self._guard:
            return list(self._entries.values())

    @property
    def numbers(self) -> list[int]:
        """The numbers of these entries."""
        with self._guard:
            return list(self._entries)

    def states(self, end: Side) -> list[int]:
        """Return every state that an end has had, in the numbers of readyState."""
        return [ReadyState[entry.name].value for entry in self.entries if (entry.end, entry.what) == (end, "state")]

    @property
    def events(self) -> list[str]:
        """The types of the events that fired at the client's end."""
        return [entry.name for entry in self.entries if (entry.end, entry.what) == ("client", "event")]

    @property
    def ends(self) -> str:
        """Where both ends are now, in words."""
        states = {"client": self.states("client"), "server": self.states("server")}
        return ", ".join(f"{end} {ReadyState(had[-1]).name}" for end, had in states.items() if had)

    def __repr__(self) -> str:
        return f"<Play {self.ends}>"

    async def until_open(self) -> None:
        """Return when both ends are OPEN."""
        await self.client.once("open")
        await asyncio.wrap_future(self.server_is_open)

    async def until_over(self) -> None:
        """Return when both ends are CLOSED."""
        await self.client.once("close")
        if self.server is not None:
            await asyncio.wrap_future(self.server_is_closed)

    # What can be done: each begins something, and does not wait

    def client_sends(self, text: str) -> None:
        """Have the client send a message, which the server sends back."""
        self._call("client", f"send({_short(text)})", lambda: self.client.send(text))

    def client_closes(self, code: int | None = None, reason: str = "") -> None:
        """Have the client close the connection, as ``WebSocket.close``."""
        arguments = [repr(code)] * (code is not None or bool(reason)) + [_short(reason)] * bool(reason)
        self._call("client", f"close({', '.join(arguments)})", lambda: self.client.close(code, reason))

    def server_closes(self, code: int = 1000, reason: str = "") -> None:
        """Have the server close the connection.

        Raises:
            ValueError: no Close frame can carry this code, or this reason.
        """

        def close() -> None:
            _check_close_frame(code, reason)
            if self.server is not None:
                background.on_failure(background.submit(self.server.close(code, reason)), background.report)

        self._call("server", f"close({code}, {_short(reason)})", close)

    def server_returns(self) -> None:
        """Have the server's handler return."""
        if self.server is not None:
            background.call(self.server.end)

    def server_raises(self) -> None:
        """Have the server's handler raise an exception."""
        if self.server is not None:
            background.call(self.server.end, RuntimeError("on purpose"))

    def cut(self) -> None:
        """Drop TCP, with no Close frame; a client that has not reached the server gives up."""
        if self.server is None:
            self.client.close()
        else:
            self.tell("server", "call", "transport.abort()")
            background.call(self.server.transport.abort)

    # How it is told

    def watch(self, watcher: Watcher | None) -> None:
        """Tell another watcher from now on, or nobody; when this returns, the last one is not being told any more."""
        with self._guard:
            self._watcher = watcher
            if watcher is None:
                self._wire = None

    def tell(self, end: Side, what: What, name: str, detail: str = "") -> None:
        """Tell what happened at an end; on any thread."""
        with self._guard:
            self._told += 1
            self._entries[self._told] = entry = Entry(end, what, name, detail, self._now())
            dropped = None
            if len(self._entries) > ENTRIES_KEPT:
                dropped = next(number for number, old in self._entries.items() if old.what != "state")
                del self._entries[dropped]
            if self._watcher is not None:
                self._watcher(self._told, entry, dropped)

    def _call(self, end: Side, name: str, function: Callable[[], None]) -> None:
        """Tell what somebody asked for, and call it; tell what it raised."""
        self.tell(end, "call", name)
        try:
            function()
        except Exception as error:
            name, text = getattr(error, "name", type(error).__name__), getattr(error, "message", str(error))
            self.tell(end, "call", name, text)
            raise

    def _now(self) -> float:
        return time.monotonic() - self._began

    def _passed(self, piece: Piece) -> None:
        with self._guard:
            if self._wire is not None:
                self._wire(piece)

    def saw(self, sighting: Sighting) -> None:
        """Take what passes at the client's end, and look for the first Close frame; on the background loop."""
        self.cable.client_saw(sighting)
        if sighting.frame and sighting.frame.opcode is Opcode.CLOSE and self.said_by == "nobody":
            self.said_by = "client" if sighting.direction == "sent" else "server"


class ClientEnd(WebSocket):
    """The client's end: a WebSocket that tells each of its states and events."""

    def __init__(self, url: str, play: Play) -> None:
        self._play = play
        play.tell("client", "call", "new WebSocket()")
        super().__init__(url)
        for type_ in EVENT_TYPES:
            self.addEventListener(type_, self._happened)

    def state_changed(self, state: ReadyState) -> None:
        """Tell it; watch the wire from before the first byte."""
        if state is ReadyState.CONNECTING:
            self.watch(self._play.saw)
        self._play.tell("client", "state", state.name)

    def _happened(self, event: Event) -> None:
        detail = ""
        if isinstance(event, MessageEvent):
            detail = _short(event.data)
        elif isinstance(event, CloseEvent):
            self._play.ended = event
            detail = f"{event.code} {event.reason}".rstrip()
        self._play.tell("client", "event", event.type, detail)


class ServerEnd(ServerConnection):
    """The server's end: a connection of websockets whose state is looked at whenever something may have changed it."""

    def __init__(self, play: Play | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.play: Play | None = None
        self.shown = ""
        self.part: asyncio.Future[None] = self.loop.create_future()
        if play is not None and play.server is None:  # else a stranger found the port
            self.play = play
            play.server = self

    def end(self, error: Exception | None = None) -> None:
        """Have the handler return, or raise this; on the background loop."""
        if self.part.done():
            return
        if error is None:
            self.part.set_result(None)
        else:
            self.part.set_exception(error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look whether the state is another one (asyncio calls this)."""
        if self.play is not None:
            transport = cast(asyncio.BaseTransport, WatchedTransport(transport, self.play.cable.server_writes))
        super().connection_made(transport)
        self.look()

    def data_received(self, data: bytes) -> None:
        """Look whether the state is another one (asyncio calls this)."""
        if self.play is not None:
            self.play.cable.server_reads(data)
        super().data_received(data)
        self.look()

    def send_data(self) -> None:
        """Look whether the state is another one (websockets calls this)."""
        super().send_data()
        self.look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Look whether the state is another one (asyncio calls this)."""
        super().connection_lost(exc)
        self.look()

    def look(self) -> None:
        """Tell the state if it is another one."""
        if self.play is None or self.shown == self.state.name:
            return
        self.shown = self.state.name
        self.play.tell("server", "state", self.shown, self._why())
        if self.shown == "OPEN":
            self.play.server_is_open.set_result(None)
        elif self.shown == "CLOSED":
            self.play.server_is_closed.set_result(None)

    def _why(self) -> str:
        if self.state.name == "CLOSING":
            is_answer = self.protocol.close_rcvd is not None
            return Text("the client's Close frame came") if is_answer else Text("a Close frame was sent")
        return str(self.close_code) if self.state.name == "CLOSED" else ""


def _refuse_if_asked(connection: ServerConnection, _request: Request) -> Response | None:
    assert isinstance(connection, ServerEnd)
    if connection.play is not None and not connection.play.refused:
        return None
    if connection.play is not None:
        connection.play.tell("server", "call", "respond(403)", Text("the handshake is refused"))
    return connection.respond(http.HTTPStatus.FORBIDDEN, "This play begins with a refusal.\n")


async def _handle(connection: ServerConnection) -> None:
    """The server's part: it sends back what comes, until the connection ends or it is asked to return, or to raise."""
    assert isinstance(connection, ServerEnd)
    assert connection.play is not None
    connection.play.tell("server", "call", Text("handler begins"))
    echo = asyncio.create_task(_echo(connection, connection.play))
    try:
        await asyncio.wait((echo, connection.part), return_when=asyncio.FIRST_COMPLETED)
    finally:
        echo.cancel()
    if not connection.part.done():
        return
    if error := connection.part.exception():
        connection.play.tell("server", "call", Text("handler raises"), type(error).__name__)
        raise error
    connection.play.tell("server", "call", Text("handler returns"))


async def _echo(connection: ServerConnection, play: Play) -> None:
    with suppress(ConnectionClosed):
        async for message in connection:
            play.tell("server", "event", "message", _short(message))
            await connection.send(message)


def _check_close_frame(code: int, reason: str) -> None:
    try:
        Frame(Opcode.CLOSE, Close(code, reason).serialize()).check()
    except ProtocolError as error:
        raise ValueError(f"no Close frame can carry {code!r} and this reason: {error}") from None


def _short(data: str | bytes) -> str:
    return repr(data[:SHOWN_CHARACTERS]) + "…" * (len(data) > SHOWN_CHARACTERS)
