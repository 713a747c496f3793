"""StateTheatre: both ends of one connection on one clock, and the ways in which it can end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from html import escape
from typing import Any

from chatlib.client.websocket import CloseEvent, ReadyState, WebSocket
from chatlib.errors import DOMException
from chatlib.experiments import close_codes
from chatlib.experiments.cable import PIECES_KEPT, Piece
from chatlib.experiments.play import Entry, Play, Side, Stage
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets import markup, pieces
from chatlib.widgets.live import LiveWidget

BYTES_KEPT = 4 * 2**20


class StateTheatre(LiveWidget):
    """Both ends of one connection, a ``chatlib.WebSocket`` and a server of its own, on one clock.

    It is played from Python or with the page's buttons; each :meth:`connect` begins a new play, of which 200 entries
    are kept. Its recording has the plays before, too, as far as there is room. Like a WebSocket it is made where a loop
    runs, and used on that loop's thread.
    """

    _esm = front_end("state_theatre")
    _css = style_sheet("state_theatre")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._play: Play | None = None
        self._plays = 0
        self._pieces: dict[int, Piece] = {}
        super().__init__()
        self._stage = Stage()
        self.at_close.callback(self._stage.close)

    def __repr__(self) -> str:
        return f"<StateTheatre {self._play.ends if self._play else 'before the first play'}>"

    # What was seen

    @property
    def ws(self) -> WebSocket | None:
        """The client's end, once there was one."""
        return self._play.client if self._play else None

    @property
    def entries(self) -> list[Entry]:
        """What happened in this play, in the order in which it was told: every state, and the last events and calls."""
        return self._play.entries if self._play else []

    @property
    def states(self) -> list[int]:
        """Every ``readyState`` that the client's end has had."""
        return self._states("client")

    @property
    def server_states(self) -> list[int]:
        """Every state that the server's end has had, in the numbers of readyState."""
        return self._states("server")

    def _states(self, end: Side) -> list[int]:
        return self._play.states(end) if self._play else []

    @property
    def events(self) -> list[str]:
        """The types of the events that fired at the client's end."""
        return self._play.events if self._play else []

    @property
    def pieces(self) -> list[Piece]:
        """What went over the wire in this play, when it left and arrived: the last 100, of 4 MiB at most."""
        with self._lock:
            return list(self._pieces.values())

    @property
    def _ended(self) -> CloseEvent | None:
        return self._play.ended if self._play else None

    @property
    def close_code(self) -> int | None:
        """The close event's ``code``; None before it."""
        return self._ended.code if self._ended else None

    @property
    def close_reason(self) -> str | None:
        """The close event's ``reason``; None before it."""
        return self._ended.reason if self._ended else None

    @property
    def was_clean(self) -> bool | None:
        """The close event's ``wasClean``; None before it."""
        return self._ended.wasClean if self._ended else None

    @property
    def said_by(self) -> str | None:
        """Who sent the first Close frame: "client", "server" or "nobody"; None before the end."""
        return self._play.said_by if self._play and self._play.ended else None

    @property
    def server_close_code(self) -> int | None:
        """The code that the server's end was left with; None before that."""
        end = self._play.server if self._play else None
        return None if end is None or end.close_code is None else int(end.close_code)

    def snapshot(self) -> str:
        """Return what happened at both ends on one clock, and how it ended, as semantic HTML."""
        parts = ["<p><strong>Both ends of one connection, on one clock</strong></p>"]
        heads = "".join(f"<th scope='col'>{name}</th>" for name in ("Time", "The client", "The server"))
        told = [(entry.at, _as_row(entry)) for entry in self.entries]
        told += [(piece.left, _as_crossing(piece)) for piece in self.pieces]
        rows = "".join(row for _, row in sorted(told, key=lambda each: each[0]))
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        parts.append(table if rows else "<p><em>no connection yet</em></p>")
        if ended := self._ended:
            clean = "true" if ended.wasClean else "false"
            parts.append(
                f"<p>Close code <strong>{ended.code}</strong>, {close_codes.meaning(ended.code)}. "
                f"Said first by: {self.said_by}. <code>wasClean</code> is {clean}.</p>"
            )
        return "".join(parts)

    # What can be done

    async def connect(self, *, refused: bool = False) -> None:
        """Begin a new play; return when both ends are OPEN, or CLOSED if the server shall refuse the handshake."""
        if self._play and self._play.client.readyState != WebSocket.CLOSED:
            await self.abort()
        play = self._begin(refused=refused)
        await (play.until_over() if refused else play.until_open())

    async def client_sends(self, text: str) -> None:
        """Have the client send a message, which the server sends back; return when it is there."""
        play = self._playing()
        echo = play.client.once("message")
        play.client_sends(text)
        await echo

    async def client_closes(self, code: int | None = None, reason: str = "") -> None:
        """Have the client close the connection, as ``WebSocket.close``; return when both ends are CLOSED."""
        self._playing().client_closes(code, reason)
        await self._playing().until_over()

    async def server_closes(self, code: int = 1000, reason: str = "") -> None:
        """Have the server close the connection; return when both ends are CLOSED.

        Raises:
            ValueError: no Close frame can carry this code, or this reason.
        """
        self._playing().server_closes(code, reason)
        await self._playing().until_over()

    async def server_returns(self) -> None:
        """Have the server's handler return; return when both ends are CLOSED."""
        self._playing().server_returns()
        await self._playing().until_over()

    async def server_raises(self) -> None:
        """Have the server's handler raise an exception; return when both ends are CLOSED."""
        self._playing().server_raises()
        await self._playing().until_over()

    async def abort(self) -> None:
        """Cut the TCP connection, with no Close frame; return when both ends are CLOSED."""
        self._playing().cut()
        await self._playing().until_over()

    def act(self, action: dict[str, Any]) -> None:
        """Do what somebody clicked, on the loop on which the client lives; a code is rounded, as a browser would."""
        match action:
            case {"do": "connect", "refused": bool(refused)}:
                self._later(lambda: self._begin_if_over(refused=refused))
            case {"do": "send", "text": str(text)}:
                self._later(lambda: self._playing().client_sends(text))
            case {"do": "close", "code": int() | float() | None as code, "reason": str(reason)}:
                self._later(lambda: self._playing().client_closes(None if code is None else round(code), reason))
            case {"do": "server_closes", "code": int() | float() as code, "reason": str(reason)}:
                self._later(lambda: self._playing().server_closes(round(code), reason))
            case {"do": "server_raises"}:
                self._later(lambda: self._playing().server_raises())
            case {"do": "abort"}:
                self._later(lambda: self._playing().cut())
            case _:
                raise ValueError(f"expected an action of the theatre's page, got {action!r}")

    def _later(self, begin: Callable[[], object]) -> None:
        def begin_safely() -> None:
            with suppress(DOMException, ValueError):  # the lane shows it, and in the page nobody could catch it
                begin()

        self._loop.call_soon_threadsafe(begin_safely)

    def _playing(self) -> Play:
        if self._play is None:
            raise RuntimeError("there is no connection yet: await theatre.connect() first")
        return self._play

    def _begin_if_over(self, *, refused: bool) -> None:
        if self._play is None or self._play.ended:
            self._begin(refused=refused)

    # What the page is told

    def _begin(self, *, refused: bool) -> Play:
        if self._play is not None:
            self._play.watch(None)
            for number in self._play.numbers:
                self.retire("entry", self._key(number))
            for number in self._pieces:
                self.retire("left", self._key(number))
                self.retire("arrived", self._key(number))
            self._pieces = {}
        self.retire("ended")
        self._plays += 1
        self.record("play", {}, key="")
        self._play = self._stage.begin(self._saw, refused=refused, wire=self._passed)
        return self._play

    def _saw(self, number: int, entry: Entry, dropped: int | None) -> None:
        self.record("entry", {"n": number, **asdict(entry)}, key=self._key(number))
        if dropped is not None:
            self.forget("entry", self._key(dropped))
        if self._ended and (entry.what, entry.name) == ("event", "close"):
            self._tell_end(self._ended)

    def _passed(self, piece: Piece) -> None:
        """Take a piece that left, or arrived; on the background loop."""
        with self._lock:
            if piece.arrived is None:
                about = {"n": piece.n, "direction": piece.direction, "at": piece.left, **pieces.as_object(piece)}
                self.record("left", about, key=self._key(piece.n))
            elif piece.n in self._pieces:
                self.record("arrived", {"n": piece.n, "at": piece.arrived}, key=self._key(piece.n))
            else:
                return  # it was forgotten while it was on its way
            self._pieces[piece.n] = piece
            while len(self._pieces) > PIECES_KEPT or sum(len(each.raw) for each in self._pieces.values()) > BYTES_KEPT:
                self._forget_piece(min(self._pieces))

    def _forget_piece(self, number: int) -> None:
        del self._pieces[number]
        self.forget("left", self._key(number))
        self.forget("arrived", self._key(number))

    def _key(self, number: int) -> str:
        """Return what is told by this number in this play, and in no other."""
        return f"{self._plays}.{number}"

    def _tell_end(self, ended: CloseEvent) -> None:
        data = {
            "code": ended.code,
            "meaning": close_codes.meaning(ended.code),
            "reason": ended.reason,
            "clean": ended.wasClean,
            "said_by": self.said_by,
        }
        self.record("ended", data, key="")


def _as_row(entry: Entry) -> str:
    told = _as_html(entry)
    client, server = (told, "") if entry.end == "client" else ("", told)
    return f"<tr><th scope='row'>{1000 * entry.at:.1f} ms</th><td>{client}</td><td>{server}</td></tr>"


def _as_crossing(piece: Piece) -> str:
    title = f"<strong>{markup.text(pieces.title(piece))}</strong>"
    later = "never arrives" if piece.arrived is None else f"{1000 * (piece.arrived - piece.left):.1f} ms later"
    ends = f"{title} →", f"→ {title}, {later}"
    if piece.direction == "received":
        ends = f"← {title}, {later}", f"← {title}"
    return f"<tr><th scope='row'>{1000 * piece.left:.1f} ms</th><td>{ends[0]}</td><td>{ends[1]}</td></tr>"


def _as_html(entry: Entry) -> str:
    detail = f" {markup.text(entry.detail)}" if entry.detail else ""
    match entry.what:
        case "state":
            return f"<strong>{entry.name}</strong> ({ReadyState[entry.name].value}){detail}"
        case "event":
            return f"event <em>{escape(entry.name)}</em>{detail}"
        case "call":
            return f"<code>{escape(entry.name)}</code>{detail}"
