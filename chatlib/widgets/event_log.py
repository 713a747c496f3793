"""EventLog: the events of a WebSocket as they come, and beside them those of the browser's own."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from chatlib.arguments import check_type
from chatlib.client.events import Event, MessageEvent
from chatlib.client.websocket import EVENT_TYPES, CloseEvent, WebSocket
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets import markup
from chatlib.widgets.live import LiveWidget

ROWS_KEPT: Final = 1000
SNAPSHOT_ROWS: Final = 100
SHOWN_CHARACTERS: Final = 500
CONNECT_SECONDS: Final = 1

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
        """What came with the event, in words."""
        if self.data is not None:
            shown = repr(self.data[:SHOWN_CHARACTERS])
            return shown if len(self.data) <= SHOWN_CHARACTERS else f"{shown} … ({len(self.data):,} in all)"
        if self.code is not None:
            return f"code={self.code} reason={self.reason!r} wasClean={self.was_clean}"
        return ""


class EventLog(LiveWidget):
    """A table of a WebSocket's events: time, type, data; the last 1,000 are kept.

    It hears what fires from now on. With ``browser=True`` every page that shows it opens the browser's own WebSocket to
    the same server, and lists its events beside; with no page there are none, and nothing waits for them. Like the
    WebSocket it is made, and used, on one loop's thread.
    """

    _esm = front_end("event_log")
    _css = style_sheet("event_log")

    def __init__(self, ws: WebSocket, *, browser: bool = False) -> None:
        self._loop = asyncio.get_running_loop()
        check_type("ws", ws, WebSocket, "a chatlib.WebSocket")
        check_type("browser", browser, bool, "True or False")
        self._ws = ws
        self._browser = browser
        self._logged: dict[str, deque[LoggedEvent]] = {side: deque(maxlen=ROWS_KEPT) for side in get_args(Side)}
        self._counts = dict.fromkeys(self._logged, 0)
        super().__init__()
        self.record("about", {"url": ws.url, "browser": browser, "state": ws.readyState}, key="")
        self.at_close.callback(self._stop_listening_soon)
        for type_ in EVENT_TYPES:
            ws.addEventListener(type_, self._happened)

    @property
    def events(self) -> list[LoggedEvent]:
        """The events of the Python WebSocket."""
        return list(self._logged["python"])

    @property
    def browser_events(self) -> list[LoggedEvent]:
        """The events of the browser's WebSocket; empty as long as no page shows the log."""
        return list(self._logged["browser"])

    def browser_sends(self, text: str) -> None:
        """Have the browser's WebSocket send a message, in every page that is there."""
        self.record("browser_sends", {"text": text}, keep=False)

    def browser_closes(self, code: int = 1000, reason: str = "") -> None:
        """Have the browser's WebSocket close, in every page that is there."""
        self.record("browser_closes", {"code": code, "reason": reason}, keep=False)

    def __repr__(self) -> str:
        beside = f", {len(self.browser_events)} of the browser" if self._browser else ""
        return f"<EventLog of {self._ws.url}: {len(self.events)} events{beside}>"

    def _stop_listening_soon(self) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nothing fires any more
            self._loop.call_soon_threadsafe(self._stop_listening)

    def _stop_listening(self) -> None:
        for type_ in EVENT_TYPES:
            self._ws.removeEventListener(type_, self._happened)

    def act(self, action: dict[str, Any]) -> bool | None:
        """Take an event of the page's own WebSocket, or tell the page whether anybody serves at the address."""
        match action:
            case {"do": "answers"}:
                return _answers(self._ws.url)
            case {"do": "event", "time": int(ms), "type": str(type_), "readyState": int(state), **more}:
                data = bytes.fromhex(more["hex"]) if "hex" in more else more.get("data")
                close = more.get("code"), more.get("reason"), more.get("wasClean")
                self._log("browser", LoggedEvent(ms / 1000, type_, state, data, *close))
            case _:
                raise ValueError(f"expected an event of the page's WebSocket, got {action!r}")
        return None

    def snapshot(self) -> str:
        """Return the events as semantic HTML; without times, which differ from run to run."""
        parts = [_as_table("chatlib.WebSocket, in Python", self.events)]
        if self._browser and self.browser_events:
            parts.append(_as_table("WebSocket, in the browser", self.browser_events))
        return f"<p><strong>Events of <code>{escape(self._ws.url)}</code></strong></p>{''.join(parts)}"

    def _happened(self, event: Event) -> None:
        if self.comm is None:
            return  # closed, and _stop_listening() is on its way to this loop
        state = self._ws.readyState
        match event:
            case MessageEvent():
                self._log("python", LoggedEvent(time.time(), event.type, state, event.data))
            case CloseEvent():
                close = event.code, event.reason, event.wasClean
                self._log("python", LoggedEvent(time.time(), event.type, state, None, *close))
            case _:
                self._log("python", LoggedEvent(time.time(), event.type, state))

    def _log(self, side: Side, event: LoggedEvent) -> None:
        self._logged[side].append(event)
        self._counts[side] = count = self._counts[side] + 1
        self.forget("event", f"{side} {count - ROWS_KEPT}")
        row = {"side": side, "n": count, "time": round(event.time * 1000), "type": event.type}
        self.record("event", {**row, "state": event.ready_state, "detail": event.detail}, key=f"{side} {count}")


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port or 80), timeout=CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _as_table(title: str, events: list[LoggedEvent]) -> str:
    if not events:
        return f"<p>{title}: <em>no events yet</em></p>"
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Type", "Data", "readyState"))
    rows = "".join(
        f"<tr><td><strong>{escape(event.type)}</strong></td><td>{markup.text(event.detail)}</td><td>{event.ready_state}</td></tr>"
        for event in events[-SNAPSHOT_ROWS:]
    )
    return f"<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
