"""StateTheatre: both ends of one connection on one clock, and the ways in which it can end.

From top to bottom: the widget, one play (a connection from its beginning to its end), and the two who play in it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import http
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Final, Literal

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, ProtocolError
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Request, Response

from chatlib import background
from chatlib.client.events import Event, MessageEvent
from chatlib.client.websocket import EVENT_TYPES, CloseEvent, ReadyState, WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.errors import DOMException
from chatlib.experiments import close_codes
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.live import LiveWidget

# The exceptions of this server's handler are raised on purpose: no traceback shall frighten anybody.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True

HOST: Final = "127.0.0.1"
ENTRIES_KEPT: Final = 200
SHOWN_CHARACTERS: Final = 60

Side = Literal["client", "server"]
What = Literal["state", "event", "call"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened at one end: its ``state`` became another, an ``event`` came, somebody made a ``call``."""

    end: Side
    what: What
    name: str
    detail: str = ""


class StateTheatre(LiveWidget):
    """Both ends of one connection, a ``chatlib.WebSocket`` and a server of its own, on one clock.

    It is played from Python or with the page's buttons; each :meth:`connect` begins a new play, of which 200 entries
    are kept. Like a WebSocket it is made where a loop runs, and used on that loop's thread.
    """

    _esm = front_end("state_theatre")
    _css = style_sheet("state_theatre")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._guard = threading.Lock()
        self._entries: dict[int, Entry] = {}
        self._told = 0
        self._play: _Play | None = None
        super().__init__()
        self._server = background.run(self._serve())

    def __repr__(self) -> str:
        ends = [f"{end} {ReadyState(states[-1]).name}" for end in ("client", "server") if (states := self._states(end))]
        return f"<StateTheatre {', '.join(ends) or 'before the first play'}>"

    # What was seen

    @property
    def ws(self) -> WebSocket | None:
        """The client's end, once there was one."""
        return self._play.client if self._play else None

    @property
    def entries(self) -> list[Entry]:
        """What happened in this play, in the order in which it was told: every state, and the last events and calls."""
        with self._guard:
            return list(self._entries.values())

    @property
    def states(self) -> list[int]:
        """Every ``readyState`` that the client's end has had."""
        return self._states("client")

    @property
    def server_states(self) -> list[int]:
        """Every state that the server's end has had, in the numbers of readyState."""
        return self._states("server")

    @property
    def events(self) -> list[str]:
        """The types of the events that fired at the client's end."""
        return [entry.name for entry in self.entries if (entry.end, entry.what) == ("client", "event")]

    @property
    def close_code(self) -> int | None:
        """The close event's ``code``; None before it."""
        return self._play.ended.code if self._play and self._play.ended else None

    @property
    def close_reason(self) -> str | None:
        """The close event's ``reason``; None before it."""
        return self._play.ended.reason if self._play and self._play.ended else None

    @property
    def was_clean(self) -> bool | None:
        """The close event's ``wasClean``; None before it."""
        return self._play.ended.wasClean if self._play and self._play.ended else None

    @property
    def said_by(self) -> str | None:
        """Who sent the first Close frame: "client", "server" or "nobody"; None before the end."""
        return self._play.said_by if self._play and self._play.ended else None

    @property
    def server_close_code(self) -> int | None:
        """The code that the server's end was left with; None before that."""
        end = self._play.server_end if self._play else None
        return end.close_code if end else None

    def _states(self, end: str) -> list[int]:
        return [ReadyState[entry.name].value for entry in self.entries if (entry.end, entry.what) == (end, "state")]

    def snapshot(self) -> str:
        """Return what happened at each end, and how it ended, as semantic HTML."""
        entries = self.entries
        parts = ["<p><strong>Both ends of one connection</strong></p>"]
        for end, title in (("client", "The client"), ("server", "The server")):
            lines = "".join(f"<li>{_as_html(entry)}</li>" for entry in entries if entry.end == end)
            parts.append(f"<p>{title}</p><ol>{lines}</ol>" if lines else f"<p>{title}: <em>not there yet</em></p>")
        if self._play and (ended := self._play.ended):
            clean = "true" if ended.wasClean else "false"
            parts.append(
                f"<p>Close code <strong>{ended.code}</strong>, {close_codes.meaning(ended.code)}. "
                f"Said first by: {self._play.said_by}. <code>wasClean</code> is {clean}.</p>"
            )
        return "".join(parts)

    # What can be done

    async def connect(self, *, refused: bool = False) -> None:
        """Begin a new play; return when both ends are OPEN, or CLOSED if the server shall refuse the handshake."""
        if self._play and self._play.client.readyState != WebSocket.CLOSED:
            await self.abort()
        play = self._begin(refused=refused)
        await (play.has_ended() if refused else play.is_open())

    async def client_sends(self, text: str) -> None:
        """Have the client send a message, which the server sends back; return when it is there."""
        play = self._playing()
        echo = play.client.once("message")
        self._client_sends_now(text)
        await echo

    async def client_closes(self, code: int | None = None, reason: str = "") -> None:
        """Have the client close the connection, as ``WebSocket.close``; return when both ends are CLOSED."""
        self._client_closes_now(code, reason)
        await self._playing().has_ended()

    async def server_closes(self, code: int = 1000, reason: str = "") -> None:
        """Have the server close the connection; return when both ends are CLOSED.

        Raises:
            ValueError: no Close frame can carry this code, or this reason.
        """
        self._server_closes_now(code, reason)
        await self._playing().has_ended()

    async def server_raises(self) -> None:
        """Have the server's handler raise an exception; return when both ends are CLOSED."""
        self._server_raises_now()
        await self._playing().has_ended()

    async def abort(self) -> None:
        """Cut the TCP connection, with no Close frame; return when both ends are CLOSED."""
        self._cut()
        await self._playing().has_ended()

    def close(self) -> None:
        """Stop the server, and take the theatre off every page; idempotent."""
        super().close()
        if hasattr(self, "_server"):
            background.call(self._server.close)

    def act(self, action: dict[str, Any]) -> None:
        """Do what somebody clicked, on the loop on which the client lives."""
        match action:
            case {"do": "connect", "refused": bool(refused)}:
                self._later(self._begin_if_over, refused)
            case {"do": "send", "text": str(text)}:
                self._later(self._client_sends_now, text)
            case {"do": "close", "code": int() | None as code, "reason": str(reason)}:
                self._later(self._client_closes_now, code, reason)
            case {"do": "server_closes", "code": int(code), "reason": str(reason)}:
                self._later(self._server_closes_now, code, reason)
            case {"do": "server_raises"}:
                self._later(self._server_raises_now)
            case {"do": "abort"}:
                self._later(self._cut)
            case _:
                raise ValueError(f"expected an action of the theatre's page, got {action!r}")

    # How it is done: these begin it, on the client's loop, and do not wait

    def _later(self, begin: Callable[..., object], *args: Any) -> None:
        def begin_safely() -> None:
            with suppress(DOMException, ValueError):  # the lane shows it, and in the page nobody could catch it
                begin(*args)

        self._loop.call_soon_threadsafe(begin_safely)

    def _begin_if_over(self, refused: bool) -> None:
        if self._play is None or self._play.ended:
            self._begin(refused=refused)

    def _begin(self, *, refused: bool) -> _Play:
        with self._guard:
            for number in self._entries:
                self.forget(f"entry {number}")
            self._entries.clear()
            self.forget("ended")
            self.record("play", {}, key="play")
            play = self._play = _Play(self._tell, refused=refused)
        play.begin(f"ws://{HOST}:{self._port}/")
        return play

    def _playing(self) -> _Play:
        if self._play is None:
            raise RuntimeError("there is no connection yet: await theatre.connect() first")
        return self._play

    def _client_sends_now(self, text: str) -> None:
        play = self._playing()
        play.call("client", f"send({_short(text)})", lambda: play.client.send(text))

    def _client_closes_now(self, code: int | None, reason: str) -> None:
        play = self._playing()
        arguments = [repr(code)] * (code is not None or bool(reason)) + [_short(reason)] * bool(reason)
        play.call("client", f"close({', '.join(arguments)})", lambda: play.client.close(code, reason))

    def _server_closes_now(self, code: int, reason: str) -> None:
        play = self._playing()
        play.call("server", f"close({code}, {_short(reason)})", lambda: play.server_closes(code, reason))

    def _server_raises_now(self) -> None:
        background.call(self._playing().server_raises)

    def _cut(self) -> None:
        self._playing().cut()

    # The house: entries, and the server

    def _tell(self, play: _Play, entry: Entry) -> None:
        with self._guard:
            if play is not self._play:
                return  # the last one's server may end a little late
            self._told += 1
            self._entries[self._told] = entry
            if len(self._entries) > ENTRIES_KEPT:
                oldest = next(number for number, old in self._entries.items() if old.what != "state")
                del self._entries[oldest]
                self.forget(f"entry {oldest}")
            self.record("entry", {"n": self._told, **asdict(entry)}, key=f"entry {self._told}")
        if entry.name == "close" and play.ended:
            self.record("ended", play.as_object(), key="ended")

    async def _serve(self) -> Server:
        server = await serve(
            _handle,
            HOST,
            0,
            create_connection=self._server_end,  # type: ignore[arg-type]  # any factory will do
            process_request=_refuse_if_asked,
            compression=None,
            ping_interval=None,
            logger=_quiet,
        )
        self._port = server.sockets[0].getsockname()[1]
        return server

    def _server_end(self, *args: Any, **kwargs: Any) -> ServerConnection:
        return _ServerEnd(self._play, *args, **kwargs)


class _Play:
    """One connection, from its beginning to its end."""

    def __init__(self, tell: Callable[[_Play, Entry], None], *, refused: bool) -> None:
        self._tell = tell
        self.refused = refused
        self.client: _Client
        self.server_end: _ServerEnd | None = None
        self.server_is_open: concurrent.futures.Future[None] = concurrent.futures.Future()
        self.server_is_closed: concurrent.futures.Future[None] = concurrent.futures.Future()
        self.ended: CloseEvent | None = None
        self.said_by: Literal["client", "server", "nobody"] = "nobody"

    def begin(self, url: str) -> None:
        """Have the client connect."""
        self.client = _Client(url, self)
        self.client.watch(self._saw)

    def tell(self, end: Side, what: What, name: str, detail: str = "") -> None:
        """Tell what happened at an end; on any thread."""
        self._tell(self, Entry(end, what, name, detail))

    def call(self, end: Side, name: str, function: Callable[[], None]) -> None:
        """Tell what somebody asked for, and call it; tell what it raised."""
        self.tell(end, "call", name)
        try:
            function()
        except Exception as error:
            self.tell(end, "call", getattr(error, "name", type(error).__name__), str(error))
            raise

    async def is_open(self) -> None:
        """Return when both ends are OPEN."""
        await self.client.once("open")
        await asyncio.wrap_future(self.server_is_open)

    async def has_ended(self) -> None:
        """Return when both ends are CLOSED."""
        await self.client.once("close")
        if self.server_end is not None:
            await asyncio.wrap_future(self.server_is_closed)

    def server_closes(self, code: int, reason: str) -> None:
        """Have the server begin the closing handshake."""
        try:
            Frame(Opcode.CLOSE, Close(code, reason).serialize()).check()
        except ProtocolError as error:
            raise ValueError(f"no Close frame can carry {code!r} and this reason: {error}") from None
        if self.server_end is not None:
            background.submit(self.server_end.close(code, reason))

    def server_raises(self) -> None:
        """Have the server's handler raise; on the background loop."""
        if self.server_end is not None and not self.server_end.trouble.done():
            self.server_end.trouble.set_exception(RuntimeError("on purpose"))

    def cut(self) -> None:
        """Drop TCP; a client that has not reached the server gives up."""
        if self.server_end is None:
            self.client.close()
        else:
            self.tell("server", "call", "transport.abort()")
            background.call(self.server_end.transport.abort)

    def as_object(self) -> dict[str, Any]:
        """Return the end of the story as the front end takes it."""
        assert self.ended is not None
        return {
            "code": self.ended.code,
            "meaning": close_codes.meaning(self.ended.code),
            "reason": self.ended.reason,
            "clean": self.ended.wasClean,
            "said_by": self.said_by,
        }

    def _saw(self, sighting: Sighting) -> None:
        """Look for the first Close frame that passes; on the background loop."""
        if sighting.frame and sighting.frame.opcode is Opcode.CLOSE and self.said_by == "nobody":
            self.said_by = "client" if sighting.direction == "sent" else "server"


class _Client(WebSocket):
    """The client's end: a WebSocket that tells each of its states and events."""

    def __init__(self, url: str, play: _Play) -> None:
        self._play = play
        play.tell("client", "call", "new WebSocket()")
        play.tell("client", "state", "CONNECTING")
        super().__init__(url)
        for type_ in EVENT_TYPES:
            self.addEventListener(type_, self._happened)

    def _set_state(self, state: ReadyState) -> None:
        super()._set_state(state)
        self._play.tell("client", "state", state.name)

    def _happened(self, event: Event) -> None:
        detail = ""
        if isinstance(event, MessageEvent):
            detail = _short(event.data)
        elif isinstance(event, CloseEvent):
            self._play.ended = event
            detail = f"{event.code} {event.reason}".rstrip()
        self._play.tell("client", "event", event.type, detail)


class _ServerEnd(ServerConnection):
    """The server's end: a connection of websockets whose state is looked at whenever something may have changed it."""

    def __init__(self, play: _Play | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.play = None
        self.shown = ""
        self.trouble: asyncio.Future[None] = self.loop.create_future()
        if play is not None and play.server_end is None:  # else a stranger found the port
            self.play = play
            play.server_end = self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.look()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.look()

    def send_data(self) -> None:
        super().send_data()
        self.look()

    def connection_lost(self, exc: Exception | None) -> None:
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
            return "the client's Close frame came" if is_answer else "a Close frame was sent"
        return str(self.close_code) if self.state.name == "CLOSED" else ""


def _refuse_if_asked(connection: ServerConnection, _request: Request) -> Response | None:
    assert isinstance(connection, _ServerEnd)
    if connection.play is not None and not connection.play.refused:
        return None
    if connection.play is not None:
        connection.play.tell("server", "call", "respond(403)", "the handshake is refused")
    return connection.respond(http.HTTPStatus.FORBIDDEN, "This play begins with a refusal.\n")


async def _handle(connection: ServerConnection) -> None:
    """The server's part: it sends back what comes, until the connection ends or it is asked to raise."""
    assert isinstance(connection, _ServerEnd)
    assert connection.play is not None
    connection.play.tell("server", "call", "handler begins")
    echo = asyncio.create_task(_echo(connection, connection.play))
    await asyncio.wait((echo, connection.trouble), return_when=asyncio.FIRST_COMPLETED)
    if connection.trouble.done():
        echo.cancel()
        connection.play.tell("server", "call", "handler raises", "RuntimeError")
        connection.trouble.result()


async def _echo(connection: ServerConnection, play: _Play) -> None:
    with suppress(ConnectionClosed):
        async for message in connection:
            play.tell("server", "event", "message", _short(message))
            await connection.send(message)


def _short(data: str | bytes) -> str:
    return repr(data if len(data) <= SHOWN_CHARACTERS else data[:SHOWN_CHARACTERS]) + "…" * (
        len(data) > SHOWN_CHARACTERS
    )


def _as_html(entry: Entry) -> str:
    detail = f" {escape(entry.detail)}" if entry.detail else ""
    match entry.what:
        case "state":
            return f"<strong>{entry.name}</strong> ({ReadyState[entry.name].value}){detail}"
        case "event":
            return f"event <em>{escape(entry.name)}</em>{detail}"
        case "call":
            return f"<code>{escape(entry.name)}</code>{detail}"
