"""A stand-in for a page's WebSocket on a slow network, which takes so many bytes each time that the loop comes round.

Its network waits for the loop: where the machine is busy, page and network are late together. Where it is not, the
network keeps its rate, however many turns that takes. So what a pump does is the same on every machine.
"""

from __future__ import annotations

import asyncio
import random
import reprlib
import string
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

from chatlib.client.events import Event, EventHandler, EventTarget
from chatlib.client.websocket import EVENT_TYPES, CloseEvent, WebSocket
from chatlib.exercises.verdict import named_as

TICK_SECONDS: Final = 0.01
REST_SECONDS: Final = 0.2
LAG_SECONDS: Final = 0.005  # a turn that is later than that is a busy machine's: the network waits, too
PIECES: Final = 400
PIECE_CHARACTERS: Final = (300, 1500)
CHINESE: Final = "天地玄黄宇宙洪荒日月盈昃辰宿列张"


@named_as(WebSocket)
class Uplink(EventTarget):
    """What a page uses of a WebSocket that is open, as in a browser; and ``once``, as chatlib's has it.

    The one event that comes is close, and no error event before it: so it is where a cable is cut. What a WebSocket
    does not have can be neither read nor set: who waits for ``onClose`` would wait for ever.

    Its network takes ``rate`` bytes a second, and ends the connection behind ``cut_after`` bytes: as soon as whoever
    has sent more waits for something. One that ``rests`` takes nothing for a while at first. ``most_queued`` is
    what ``bufferedAmount`` was at most; of the bytes that the network could take up to the last ``send``, it took the
    share ``used``.
    """

    CONNECTING: Final = 0
    OPEN: Final = 1
    CLOSING: Final = 2
    CLOSED: Final = 3

    onopen = EventHandler()
    onmessage = EventHandler()
    onerror = EventHandler()
    onclose = EventHandler()
    url = protocol = extensions = ""
    binaryType = "blob"  # noqa: N815 - these names are the browser's

    def __init__(self, rate: int, *, cut_after: int | None = None, rests: bool = False) -> None:
        super().__init__()
        self._state = self.OPEN
        self._queued = 0
        self.most_queued = 0
        self.was_closed = False  # by the page
        self.sent: list[str] = []
        self._per_tick = int(rate * TICK_SECONDS)
        self._cut_after = cut_after
        self._rests_for = round(REST_SECONDS / TICK_SECONDS) if rests else 0
        self._taken = 0
        self._past: dict[str, Event] = {"open": Event("open", self)}
        self._over = asyncio.Event()
        self._ticks = 0
        self._counts = (0, 0)  # ticks, and bytes taken, when send was called last
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._is_made = True

    def __repr__(self) -> str:
        return f"<WebSocket {('CONNECTING', 'OPEN', 'CLOSING', 'CLOSED')[self._state]}, {self._queued} queued>"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a page's WebSocket has no {name!r}")

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_") and "_is_made" in vars(self):
            getattr(self, name)
        super().__setattr__(name, value)

    @property
    def readyState(self) -> int:  # noqa: N802
        """OPEN (1), then CLOSED (3)."""
        return self._state

    @property
    def bufferedAmount(self) -> int:  # noqa: N802
        """How many bytes were given to ``send``, and not taken by the network."""
        return self._queued

    @property
    def used(self) -> float:
        """The share of what the network could take that it took, until the last piece was handed over."""
        ticks, taken = self._counts
        return taken / (ticks * self._per_tick) if ticks else 1.0

    def send(self, data: str) -> None:
        """Queue a text; of what is sent when the connection has ended, only its length is kept, as in a browser."""
        if not isinstance(data, str):
            raise TypeError(f"send() was given {reprlib.repr(data)}, and the pieces are texts")
        self._queued += len(data.encode())
        if self._state != self.OPEN:
            return
        self.sent.append(data)
        self.most_queued = max(self.most_queued, self._queued)
        self._counts = self._ticks, self._taken
        loop = asyncio.get_running_loop()
        if self._cut_after is not None and self._taken >= self._cut_after:
            loop.call_soon(self.end)  # so that it ends where the page waits next
        elif self._timer is None:
            self._due = loop.time()
            self._tick_later()

    def once(self, kind: str) -> Coroutine[Any, Any, Event]:
        """Wait for this event, or take the one that has been; raise ConnectionError when none can come any more."""
        if kind not in EVENT_TYPES:
            raise ValueError(f"a WebSocket has the events {', '.join(EVENT_TYPES)}, and no {kind!r}")
        return self._once(kind)

    async def _once(self, kind: str) -> Event:
        if kind not in self._past:
            await self._over.wait()
        if kind not in self._past:
            raise ConnectionError(f"{self!r} is closed, and no {kind} event will come any more")
        return self._past[kind]

    def close(self, code: int = 1005, reason: str = "") -> None:
        """End the connection, as the page does."""
        self.was_closed = self.was_closed or self._state == self.OPEN
        self._end(CloseEvent("close", self, True, code, reason))

    def end(self) -> None:
        """End the connection, as the network does."""
        self._end(CloseEvent("close", self, False, 1006))

    def _end(self, event: CloseEvent) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._state != self.CLOSED:
            self._state = self.CLOSED
            self._past["close"] = event
            self._dispatch(event)
            self._over.set()

    def _tick(self) -> None:
        self._ticks += 1
        taken = 0 if self._ticks <= self._rests_for else min(self._queued, self._per_tick)
        self._taken += taken
        self._queued -= taken
        self._tick_later()

    def _tick_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = max(self._due, loop.time() - LAG_SECONDS) + TICK_SECONDS
        self._timer = loop.call_at(self._due, self._tick)


def pieces_to_send() -> list[str]:
    """Return texts: some are Chinese, three bytes a character; one is large, one empty, one comes once more."""
    pieces = [
        "".join(random.choices(CHINESE if n % 3 == 0 else string.ascii_letters, k=random.randint(*PIECE_CHARACTERS)))
        for n in range(PIECES - 4)
    ]
    pieces[PIECES // 2 : PIECES // 2] = [CHINESE * 300, "", f" {pieces[0]}\n", pieces[0]]
    return pieces


@asynccontextmanager
async def piping(rate: int, *, cut_after: int | None = None, rests: bool = False) -> AsyncIterator[Uplink]:
    """Make one, and end it."""
    uplink = Uplink(rate, cut_after=cut_after, rests=rests)
    try:
        yield uplink
    finally:
        uplink.end()
