"""A stand-in for a page's WebSocket on a slow network, which takes so many bytes each time that the loop comes round.

Its network waits for the loop: where the machine is busy, page and network are late together. Where it is not, the
network keeps its rate, however many turns that takes. So what a pump does is the same on every machine.
"""

from __future__ import annotations

import asyncio
import reprlib
from collections.abc import Callable
from typing import Any, Final

TICK_SECONDS: Final = 0.01
REST_SECONDS: Final = 0.2
LAG_SECONDS: Final = 0.005  # a turn that is later than that is a busy machine's: the network waits, too


class Uplink:
    """What a page uses of a WebSocket, as in a browser: ``send``, ``bufferedAmount``, ``readyState``, ``close``.

    Its network takes ``rate`` bytes a second, and ends the connection behind ``cut_after`` bytes: as soon as whoever
    has sent more waits for something. Behind ``rests_after`` bytes it takes nothing for a while. ``most_queued`` is
    what ``bufferedAmount`` was at most; of the bytes that the network could take up to the last ``send``, it took the
    share ``used``.
    """

    CONNECTING: Final = 0
    OPEN: Final = 1
    CLOSING: Final = 2
    CLOSED: Final = 3

    def __init__(self, rate: int, *, cut_after: int | None = None, rests_after: int | None = None) -> None:
        self.readyState = self.OPEN  # the browser's names
        self.bufferedAmount = 0
        self.most_queued = 0
        self.was_closed = False  # by the page
        self.sent: list[str] = []
        self._per_tick = int(rate * TICK_SECONDS)
        self._cut_after = cut_after
        self._rests_after = rests_after
        self._rests_for = round(REST_SECONDS / TICK_SECONDS)
        self._taken = 0
        self._listeners: list[Callable[[Any], object]] = []
        self._ticks = 0
        self._counts = (0, 0)  # ticks, and bytes taken, when send was called last
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def __repr__(self) -> str:
        return f"<Uplink {('CONNECTING', 'OPEN', 'CLOSING', 'CLOSED')[self.readyState]}, {self.bufferedAmount} queued>"

    @property
    def used(self) -> float:
        """The share of what the network could take that it took, until the last piece was handed over."""
        ticks, taken = self._counts
        return taken / (ticks * self._per_tick) if ticks else 1.0

    def send(self, data: str) -> None:
        """Queue a text; of what is sent when the connection has ended, only its length is kept, as in a browser."""
        if not isinstance(data, str):
            raise TypeError(f"send() was given {reprlib.repr(data)}, and the pieces are texts")
        self.bufferedAmount += len(data.encode())
        if self.readyState != self.OPEN:
            return
        self.sent.append(data)
        self.most_queued = max(self.most_queued, self.bufferedAmount)
        self._counts = self._ticks, self._taken
        loop = asyncio.get_running_loop()
        if self._cut_after is not None and self._taken >= self._cut_after:
            loop.call_soon(self.end)  # so that it ends where the page waits next
        elif self._timer is None:
            self._due = loop.time()
            self._tick_later()

    def addEventListener(self, kind: str, listener: Callable[[Any], object]) -> None:  # noqa: N802
        """Have a listener called when the connection ends; other events do not come here."""
        if kind == "close":
            self._listeners.append(listener)

    def close(self) -> None:
        """End the connection, as the page does."""
        self.was_closed = self.was_closed or self.readyState == self.OPEN
        self.end()

    def end(self) -> None:
        """End the connection, as the network does."""
        if self._timer is not None:
            self._timer.cancel()
        if self.readyState != self.CLOSED:
            self.readyState = self.CLOSED
            for listener in self._listeners:
                listener(None)

    def _tick(self) -> None:
        self._ticks += 1
        taken = 0 if self._rests() else min(self.bufferedAmount, self._per_tick)
        self._taken += taken
        self.bufferedAmount -= taken
        self._tick_later()

    def _rests(self) -> bool:
        if self._rests_after is None or self._taken < self._rests_after:
            return False
        self._rests_for -= 1
        return self._rests_for >= 0

    def _tick_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = max(self._due, loop.time() - LAG_SECONDS) + TICK_SECONDS
        self._timer = loop.call_at(self._due, self._tick)
