"""EventLog: the events of a WebSocket and what it sends, as they come, and beside them those of the browser's own."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from websockets.frames import Opcode

from chatlib import background
from chatlib.arguments import check_type
from chatlib.client.events import Event, MessageEvent
from chatlib.client.websocket import EVENT_TYPES, CloseEvent, WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.machine import cells, tab
from chatlib.server.ownership import Server, serve
from chatlib.widgets import markup
from chatlib.widgets.live import LiveWidget
from chatlib.words import Text

ROWS_KEPT: Final = 1000
SNAPSHOT_ROWS: Final = 100
SHOWN_CHARACTERS: Final = 500
CONNECT_SECONDS: Final = 1
WAITING_KEPT: Final = 100

Side = Literal["python", "browser"]


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event: when it came (seconds since the epoch), its type, and the ``readyState`` that it met.

    ``data`` is a message event's; ``code``, ``reason`` and ``was_clean`` are a close event's.
    """

    time: float
    type: str
    ready_state: int
    data: str | bytes | None = None
    code: int | None = None
    reason: str | None = None
    was_clean: bool | None = None

    @property
    def detail(self) -> str:
        """What came with the event, as Python writes it."""
        return _detail(self, repr)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that was sent, and when (seconds since the epoch)."""

    time: float
    data: str | bytes


class EventLog(LiveWidget):
    """A table of a WebSocket's events, and of what it sends: time, type, data; the last 1,000 of both are kept.

    It hears what fires from now on. With ``browser=True`` every page that shows it opens the browser's own WebSocket to
    the same server, and lists its events beside; with no page there are none, and nothing waits for them; nor are
    there any if the kernel runs in a browser's tab, and it says why. Like the WebSocket it is made, and used, on one
    loop's thread.

    When a connection has ended, a page can start again: then the log goes on with a WebSocket of its own, to where it
    was, or to an echo server of its own if nobody serves there; both end with the log.
    """

    _esm = front_end("event_log")
    _css = style_sheet("event_log")

    def __init__(self, ws: WebSocket, *, browser: bool = False) -> None:
        self._loop = asyncio.get_running_loop()
        check_type("ws", ws, WebSocket, "a chatlib.WebSocket")
        check_type("browser", browser, bool, "True or False")
        self._ws = ws
        self._browser = browser and not tab.is_here()
        where = {"nowhere": tab.NO_SOCKET} if browser and tab.is_here() else {}
        self._own_server: Server | None = None
        self._starting = threading.RLock()  # not the widget's: what starts a server waits for the background loop
        self._logged: dict[str, deque[Row]] = {side: deque(maxlen=ROWS_KEPT) for side in get_args(Side)}
        self._counts = dict.fromkeys(self._logged, 0)
        self._waiting: list[tuple[str, str]] = []  # what the first page is to do: the names of the events
        self._going_out: deque[Sighting] = deque()  # seen, and not logged yet
        self._is_own = False  # the WebSocket
        self._is_heard = False  # a page's WebSocket has been open
        super().__init__()
        self.record("about", {"url": ws.url, "browser": self._browser, "state": ws.readyState, **where}, key="")
        self.at_close.callback(self._end_soon)
        self._listen()

    @property
    def events(self) -> list[LoggedEvent]:
        """The events of the Python WebSocket."""
        return [row for row in self._logged["python"] if isinstance(row, LoggedEvent)]

    @property
    def sent(self) -> list[SentMessage]:
        """What the Python WebSocket sent, once it went out."""
        return [row for row in self._logged["python"] if isinstance(row, SentMessage)]

    @property
    def browser_events(self) -> list[LoggedEvent]:
        """The events of the browser's WebSocket; empty as long as no page shows the log."""
        return [row for row in self._logged["browser"] if isinstance(row, LoggedEvent)]

    @property
    def browser_sent(self) -> list[SentMessage]:
        """What the browser's WebSocket sent."""
        return [row for row in self._logged["browser"] if isinstance(row, SentMessage)]

    def browser_sends(self, text: str) -> None:
        """Have the browser's WebSocket send a message, once it is open: in every page that is there, or the first."""
        self._ask_browser("browser_sends", {"text": text})

    def browser_closes(self, code: int = 1000, reason: str = "") -> None:
        """Have the browser's WebSocket close, once it is open: in every page that is there, or the first."""
        self._ask_browser("browser_closes", {"code": code, "reason": reason})

    def _ask_browser(self, kind: str, data: dict[str, Any]) -> None:
        """Tell the pages; until one was connected, the last of what is asked waits for the first that is."""
        if self._is_heard or not self._browser:
            self.record(kind, data, keep=False)
            return
        name = kind, str(len(self._waiting))
        self._waiting.append(name)
        self.record(kind, data, key=name[1])
        if len(self._waiting) > WAITING_KEPT:
            self.forget(*self._waiting[-WAITING_KEPT - 1])

    def _hear_browser(self) -> None:
        """A page's WebSocket is open: it does what waited for it."""
        self._is_heard = True
        while self._waiting:
            self.forget(*self._waiting.pop())

    def __repr__(self) -> str:
        beside = f", {len(self.browser_events)} of the browser" if self._browser else ""
        return f"<EventLog of {self._ws.url}: {len(self.events)} events{beside}>"

    # The WebSocket that is listened to: first the one that was given, then perhaps one of its own

    def _listen(self) -> None:
        for type_ in EVENT_TYPES:
            self._ws.addEventListener(type_, self._happened)
        began, loop = time.perf_counter(), self._loop

        def saw(sighting: Sighting) -> None:  # on the background loop
            if sighting.direction == "sent" and sighting.frame is not None and sighting.at >= began:
                self._going_out.append(sighting)
                with suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(self._log_sent)

        self._unwatch = self._ws.watch(saw)

    def _stop_listening(self) -> None:
        self._unwatch()
        for type_ in EVENT_TYPES:
            self._ws.removeEventListener(type_, self._happened)

    def _start_again(self, url: str) -> None:
        """Go on with a WebSocket of its own, if the one before is closed; on the loop."""
        if self.comm is None:
            self._end()  # once more: the server may be new
            return
        if self._ws.readyState == WebSocket.CLOSED:
            self._stop_listening()
            with cells.outside():
                self._ws = WebSocket(url)
            self._is_own = True
            self._listen()
        self.record("again", {"url": url, "own": self._is_own}, key="")

    def _end_soon(self) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nothing fires any more
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._stop_listening()
        if self._is_own:
            self._ws.close()
        if self._own_server is not None:
            self._own_server.stop()

    def act(self, action: dict[str, Any]) -> bool | None:
        """Take an event of the page's own WebSocket, tell whether anybody serves at the address, or start again."""
        match action:
            case {"do": "answers"}:
                return _answers(self._ws.url)
            case {"do": "event", "time": int(ms), "type": str(type_), "readyState": int(state), **more}:
                data = bytes.fromhex(more["hex"]) if "hex" in more else more.get("data")
                close = more.get("code"), more.get("reason"), more.get("wasClean")
                if type_ == "open":
                    self._hear_browser()
                if type_ == "send" and data is not None:
                    self._log("browser", SentMessage(ms / 1000, data))
                else:
                    self._log("browser", LoggedEvent(ms / 1000, type_, state, data, *close))
            case {"do": "start_again"}:
                self._loop.call_soon_threadsafe(self._start_again, self._served_url())
            case _:
                raise ValueError(f"expected an event of the page's WebSocket, got {action!r}")
        return None

    def snapshot(self) -> str:
        """Return the events as semantic HTML; without times, which differ from run to run."""
        parts = [_as_table("python", list(self._logged["python"]))]
        if self._browser and self._logged["browser"]:
            parts.append(_as_table("browser", list(self._logged["browser"])))
        return f"<p><strong>Events of <code>{escape(self._ws.url)}</code></strong></p>{''.join(parts)}"

    def _happened(self, event: Event) -> None:
        if self.comm is None:
            return  # closed, and _stop_listening() is on its way to this loop
        self._log_sent()
        state = self._ws.readyState
        data = event.data if isinstance(event, MessageEvent) else None
        close = (event.code, event.reason, event.wasClean) if isinstance(event, CloseEvent) else ()
        self._log("python", LoggedEvent(time.time(), event.type, state, data, *close))

    def _log_sent(self) -> None:
        """Log what has gone out; on the loop, and first before each event, so that no answer stands before it."""
        while self._going_out and self.comm is not None:
            sighting = self._going_out.popleft()
            assert sighting.frame is not None
            data = bytes(sighting.frame.data)
            match sighting.frame.opcode:
                case Opcode.TEXT:
                    self._log("python", SentMessage(sighting.time, data.decode()))
                case Opcode.BINARY:
                    self._log("python", SentMessage(sighting.time, data))

    def _log(self, side: Side, row: Row) -> None:
        self._logged[side].append(row)
        self._counts[side] = count = self._counts[side] + 1
        self.forget("event", f"{side} {count - ROWS_KEPT}")
        type_, state = (row.type, row.ready_state) if isinstance(row, LoggedEvent) else ("send", WebSocket.OPEN)
        told = {"side": side, "n": count, "time": round(row.time * 1000), "type": type_, "state": state}
        self.record("event", told | {"detail": _detail(row, _LITERALS[side])}, key=f"{side} {count}")

    def _served_url(self) -> str:
        """Return where to connect: where it was, if anybody serves there; else at an echo server of its own."""
        if _answers(self._ws.url):
            return self._ws.url
        with cells.outside(), self._starting:
            self._own_server = self._own_server or serve(port=0)
            return f"{self._own_server.url}/echo"


Row = LoggedEvent | SentMessage


def _javascript(value: object) -> str:
    return f"ArrayBuffer {value.hex(' ')}" if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False)


_LITERALS: Final[dict[Side, Callable[[object], str]]] = {"python": repr, "browser": _javascript}


def _detail(row: Row, literal: Callable[[object], str]) -> str:
    """Return what a row tells beside its type, as the language of its side writes it."""
    if row.data is not None:
        shown = literal(row.data[:SHOWN_CHARACTERS])
        if len(row.data) > SHOWN_CHARACTERS:
            return Text("{shown} … ({count:,} in all)", shown=shown, count=len(row.data))
        return shown
    if isinstance(row, LoggedEvent) and row.code is not None:
        return f"code={row.code} reason={literal(row.reason)} wasClean={literal(row.was_clean)}"
    return ""


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    return background.run(_connects(parts.hostname, parts.port or 80))


async def _connects(host: str | None, port: int) -> bool:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


_TITLES: Final[dict[Side, str]] = {"python": "chatlib.WebSocket, in Python", "browser": "WebSocket, in the browser"}
_ARROWS: Final = {"message": "← "}


def _as_table(side: Side, rows: list[Row]) -> str:
    title = _TITLES[side]
    if not rows:
        return f"<p>{title}: <em>no events yet</em></p>"
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Type", "Data", "readyState"))
    body = "".join(_as_row(row, _LITERALS[side]) for row in rows[-SNAPSHOT_ROWS:])
    return f"<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _as_row(row: Row, literal: Callable[[object], str]) -> str:
    detail = markup.text(_detail(row, literal))
    if isinstance(row, SentMessage):
        return f"<tr><td>→ <strong>send()</strong></td><td>{detail}</td><td>{WebSocket.OPEN}</td></tr>"
    type_ = f"{_ARROWS.get(row.type, '')}<strong>{escape(row.type)}</strong>"
    return f"<tr><td>{type_}</td><td>{detail}</td><td>{row.ready_state}</td></tr>"
