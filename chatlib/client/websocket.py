"""``WebSocket``: the browser's class, to the letter of the WHATWG WebSockets standard.

The class follows the order of https://websockets.spec.whatwg.org, whose section numbers it cites. What it builds on
stands beside this file: the DOM's events (``events``), how an address is read (``url``), and how news of the network
comes to the loop on which the object was made (``task_source``).
"""

# ruff: noqa: A001, A002, N802, N815 - the names are the browser's, so that both worlds read alike

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Literal

from chatlib import background
from chatlib.client import webidl
from chatlib.client.events import Event, EventHandler, EventTarget, MessageEvent
from chatlib.client.task_source import TaskSource
from chatlib.client.transport import End, Transport
from chatlib.client.url import parse_url
from chatlib.client.wire_log import Tap, WireLog
from chatlib.errors import DOMException

logger = logging.getLogger(__name__)

# -- 3. The WebSocket interface ------------------------------------------------------------------------------


class ReadyState(IntEnum):
    """Where a connection is in its life; it only ever moves forward."""

    CONNECTING = 0
    OPEN = 1
    CLOSING = 2
    CLOSED = 3


class _Constant:
    """A number that neither the class nor its objects let go of."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __get__(self, instance: object, owner: type) -> int:
        return self._value

    def __set__(self, instance: object, value: object) -> None:
        raise AttributeError("the constants of WebSocket are read-only")


class _ConstantsReadOnly(type):
    def __setattr__(cls, name: str, value: object) -> None:
        if name in ReadyState.__members__:
            raise AttributeError("the constants of WebSocket are read-only")
        super().__setattr__(name, value)


EVENT_TYPES: Final = ("open", "message", "error", "close")
ONLY_ONCE: Final = ("open", "error", "close")
OPEN_TIMEOUT: Final = 240.0  # seconds; Chromium's
SUBPROTOCOL: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # a token (RFC 6455, 4.1)
# fmt: off
BAD_PORTS: Final = frozenset({  # https://fetch.spec.whatwg.org/#port-blocking
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on


class WebSocket(EventTarget, metaclass=_ConstantsReadOnly):
    """A WebSocket connection, as in a browser: it begins at once, and the open event says when it is there.

    Events come on the loop that runs where the object is made (a notebook's cell), between cells or at an ``await``; it
    may be used on that loop's thread only. Trouble with the network never raises: it is an error event, then a close
    event. Arguments may be anything, and become what a browser makes of them (see ``webidl``). Python's additions are
    ``once()`` and ``watch()``.
    """

    # 3.1 Interface definition

    CONNECTING = _Constant(ReadyState.CONNECTING.value)
    OPEN = _Constant(ReadyState.OPEN.value)
    CLOSING = _Constant(ReadyState.CLOSING.value)
    CLOSED = _Constant(ReadyState.CLOSED.value)

    def __init__(self, url: object, protocols: object = None) -> None:
        super().__init__()
        self._url, self._origin, uri = parse_url(url)
        names = [] if protocols is None else webidl.strings(protocols)
        if len(set(names)) < len(names) or not all(SUBPROTOCOL.fullmatch(name) for name in names):
            raise DOMException(
                f"subprotocols must be different, non-empty tokens; these came: {names!r}", "SyntaxError"
            )

        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError(
                "a WebSocket delivers its events on the running event loop, and there is none here: make it in a "
                "notebook's cell or in a coroutine. For other threads there is chatlib.ChatClient."
            ) from None
        self._state = ReadyState.CONNECTING
        self._extensions = ""
        self._protocol = ""
        self._binary_type = "blob"
        self._sent = 0  # bytes given to send()
        self._transmitted = 0  # of these, taken by the network when this turn of the loop began
        self._is_sampled = False
        self._gave_up = False
        self._error = ""  # what browsers tell the console only
        self._past: dict[str, Event] = {}  # events that happen only once
        self._waiters: dict[asyncio.Future[Event | None], str] = {}
        self._woken = 0  # how many waiters the last event woke

        self._tasks = TaskSource(self._loop, self._is_awaited_again)
        feedback = _Feedback(self, self._tasks)
        self._wire = WireLog()
        self._transport = Transport(uri, feedback, subprotocols=names, open_timeout=OPEN_TIMEOUT, tap=self._wire)
        self._ended: asyncio.Future[None] = self._loop.create_future()
        guard = self._loop.create_task(self._until_ended(), name=f"WebSocket {self._url}")
        guard.add_done_callback(self._guard_done)
        self.state_changed(ReadyState.CONNECTING)  # before anything can have happened: who watches from here sees all
        if uri.port in BAD_PORTS:
            blocked = End(failed=True, error=f"port {uri.port} is blocked, as in browsers")
            background.call(feedback.closed, blocked)
        else:
            background.call(self._transport.connect)

    @property
    def url(self) -> str:
        """The address, as a browser writes it."""
        return self._url

    @property
    def readyState(self) -> int:
        """CONNECTING (0), OPEN (1), CLOSING (2) or CLOSED (3)."""
        return self._state.value

    @property
    def extensions(self) -> str:
        """The extensions that the server chose, or an empty string."""
        return self._extensions

    @property
    def protocol(self) -> str:
        """The subprotocol that the server chose, or an empty string."""
        return self._protocol

    def close(self, code: object = None, reason: object = None) -> None:
        """Close the connection, behind all that was sent; while connecting, give it up.

        ``code`` is 1000 or 3000 to 4999, else InvalidAccessError; ``reason`` is at most 123 bytes of UTF-8, else
        SyntaxError.
        """
        self._check_thread()
        number = None if code is None else webidl.clamped_unsigned_short(code)
        text = "" if reason is None else webidl.usv_string(reason)
        if number is not None and number != 1000 and not 3000 <= number <= 4999:
            raise DOMException(f"the code must be 1000 or from 3000 to 4999, not {code!r}", "InvalidAccessError")
        if (size := len(text.encode())) > 123:
            raise DOMException(f"the reason must fit into 123 bytes of UTF-8, and it takes {size}", "SyntaxError")

        if self._state is ReadyState.CONNECTING:
            self._set_state(ReadyState.CLOSING)
            self._gave_up = True
            background.call(self._transport.abort)
        elif self._state is ReadyState.OPEN:
            self._set_state(ReadyState.CLOSING)
            if number is None and text:
                number = 1000
            background.call(self._transport.close, number, text)

    @property
    def bufferedAmount(self) -> int:
        """How many bytes given to ``send()`` the network had not taken when this turn of the loop began."""
        self._check_thread()
        self._sample_transmitted()
        return self._sent - self._transmitted

    def _sample_transmitted(self) -> None:
        if self._is_sampled or self._state is ReadyState.CLOSED:
            return
        self._is_sampled = True
        self._transmitted = self._transport.handed_over
        self._loop.call_soon(self._turn_ended)

    def _turn_ended(self) -> None:
        self._is_sampled = False

    @property
    def binaryType(self) -> str:
        """The word "blob" or "arraybuffer"; in Python binary data comes as bytes either way."""
        return self._binary_type

    @binaryType.setter
    def binaryType(self, value: object) -> None:
        if (word := webidl.dom_string(value)) in ("blob", "arraybuffer"):
            self._binary_type = word

    def send(self, data: object) -> None:
        """Send a message; InvalidStateError while CONNECTING, and from CLOSING on it goes nowhere.

        What has the buffer protocol (bytes, bytearray, memoryview, array) is binary; all else is sent as text.
        """
        self._check_thread()
        if (payload := webidl.buffer(data)) is not None:
            hand_over = self._transport.send_binary
        else:
            payload, hand_over = webidl.usv_string(data).encode(), self._transport.send_text
        if self._state is ReadyState.CONNECTING:
            raise DOMException('still CONNECTING: wait for the event first, await ws.once("open")', "InvalidStateError")
        self._sample_transmitted()
        self._sent += len(payload)
        if self._state is ReadyState.OPEN:
            background.call(hand_over, payload)

    onopen = EventHandler()
    onmessage = EventHandler()
    onerror = EventHandler()
    onclose = EventHandler()

    # 4. Feedback from the protocol: each of these is a task on the creator's loop

    def _connection_established(self, extensions: str, protocol: str) -> None:
        if self._state is not ReadyState.CONNECTING:
            return  # close() came first
        self._set_state(ReadyState.OPEN)
        self._extensions = extensions
        self._protocol = protocol
        self._fire(Event("open", self))

    def _message_received(self, data: str | bytes) -> None:
        if self._state is ReadyState.OPEN:
            self._fire(MessageEvent("message", self, data, self._origin))

    def _closing_handshake_started(self) -> None:
        if self._state is ReadyState.OPEN:
            self._set_state(ReadyState.CLOSING)

    def _connection_closed(self, end: End) -> None:
        if self._state is ReadyState.CLOSED:
            return  # the loop is being left
        if self._gave_up:
            end = End(failed=True, error="close() was called before it was open")
        self._error = end.error
        self._set_closed()
        if end.failed:
            self._fire(Event("error", self))
        self._fire(CloseEvent("close", self, end.was_clean, end.code, end.reason))
        self._wake(None)

    def _fire(self, event: Event) -> None:
        if event.type in ONLY_ONCE:
            self._past[event.type] = event
        self._dispatch(event)
        self._woken = self._wake(event)

    def _set_state(self, state: ReadyState) -> None:
        assert state > self._state, f"a connection never goes from {self._state.name} to {state.name}"
        logger.debug("%s: %s -> %s", self._url, self._state.name, state.name)
        self._state = state
        self.state_changed(state)

    # Python's additions: events that can be awaited, and bytes that can be watched

    def once(self, type: Literal["open", "message", "error", "close"]) -> Coroutine[Any, Any, Any]:
        """Wait for the next event of this type; for open, error and close, one that has already been will do.

        Awaited one after another it misses nothing. Raises ConnectionError once no such event can come any more.
        """
        self._check_thread()
        if type not in EVENT_TYPES:
            raise ValueError(f"a WebSocket has the events open, message, error and close, and no {type!r}")
        waiter: asyncio.Future[Event | None] = self._loop.create_future()
        if type in self._past or self._state is ReadyState.CLOSED:
            waiter.set_result(self._past.get(type))
        else:
            self._waiters[waiter] = type  # now, not at the await: what comes in between counts
        return self._wait(waiter, type)

    async def _wait(self, waiter: asyncio.Future[Event | None], type: str) -> Event:
        try:
            event = await waiter
        finally:
            self._waiters.pop(waiter, None)
        if event is None:
            why = f" ({self._error})" if self._error else ""
            raise ConnectionError(f"{self!r} is closed{why}, and no {type} event will come any more")
        return event

    def _wake(self, event: Event | None) -> int:
        """Wake those who wait for this event, or with None all of them; return how many."""
        woken = [waiter for waiter, type in self._waiters.items() if event is None or type == event.type]
        for waiter in woken:
            del self._waiters[waiter]
            if not waiter.done():
                waiter.set_result(event)
        return len(woken)

    def _is_awaited_again(self) -> bool:
        return len(self._waiters) >= self._woken

    def state_changed(self, state: ReadyState) -> None:
        """Do nothing; a subclass learns here of each state, once ``readyState`` has it."""

    def watch(self, tap: Tap, over: Callable[[], object] = lambda: None) -> Callable[[], None]:
        """Show ``tap`` the handshake and the frames (see wire_log.Sighting): those kept, then each that passes.

        Both it and ``over``, which tells that nothing more will pass, are called on the background loop; any thread may
        ask for it. Return how to end that.
        """
        return self._wire.watch(tap, over)

    # 7. Garbage collection: the transport holds this object until the connection is closed, nothing does afterwards

    async def _until_ended(self) -> None:
        await self._ended

    def _guard_done(self, guard: asyncio.Task[None]) -> None:
        """Make the connection disappear if its loop is being left: asyncio.run() then cancels all tasks."""
        if self._state is not ReadyState.CLOSED:
            self._set_closed()
            self._wake(None)
            background.call(self._transport.leave)

    def _set_closed(self) -> None:
        self._transmitted = self._transport.handed_over
        self._set_state(ReadyState.CLOSED)
        if not self._ended.done():
            self._ended.set_result(None)

    def __repr__(self) -> str:
        count = self._exceptions
        raised = f", {count} exception{'s' * (count > 1)} in handlers" if count else ""
        return f"<WebSocket {self._url} {self._state.name}{raised}>"


# -- 6. The CloseEvent interface -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CloseEvent(Event):
    """The connection is closed: ``code`` and ``reason`` are the server's; ``wasClean`` if both sides said so."""

    wasClean: bool = False
    code: int = 0
    reason: str = ""

    def __repr__(self) -> str:
        return f"<CloseEvent code={self.code} reason={self.reason!r} wasClean={self.wasClean}>"


# -- Feedback from the network -------------------------------------------------------------------------------


BACKLOG_BYTES: Final = 64 * 2**20


class _Feedback:
    """Makes tasks of what the transport tells, and lets the server feel it when the creator's loop falls far behind."""

    def __init__(self, websocket: WebSocket, tasks: TaskSource) -> None:
        self._websocket = websocket
        self._tasks = tasks
        self._arrived = 0  # bytes of memory; written on the background loop only
        self._delivered = 0  # written on the creator's loop only
        self._is_paused = False

    def opened(self) -> None:
        transport = self._websocket._transport
        self._queue(self._websocket._connection_established, transport.extensions, transport.subprotocol)

    def received(self, data: str | bytes) -> None:
        self._arrived += sys.getsizeof(data)
        self._queue(self._deliver, data)
        if not self._is_paused and self._arrived - self._delivered > BACKLOG_BYTES:
            self._is_paused = True
            self._websocket._transport.pause_reading()
            self._relieve()  # by now the creator's loop may have caught up, and seen no pause to end

    def closing(self) -> None:
        self._queue(self._websocket._closing_handshake_started)

    def closed(self, end: End) -> None:
        self._websocket._wire.end()
        self._queue(self._websocket._connection_closed, end)

    def _deliver(self, data: str | bytes) -> None:
        self._delivered += sys.getsizeof(data)
        if self._is_paused:
            background.call(self._relieve)
        self._websocket._message_received(data)

    def _relieve(self) -> None:
        if self._is_paused and self._arrived - self._delivered <= BACKLOG_BYTES // 2:
            self._is_paused = False
            self._websocket._transport.resume_reading()

    def _queue(self, task: Callable[..., None], *args: Any) -> None:
        if not self._tasks.queue(task, *args):
            self._websocket._transport.leave()
