"""The way out of a chat client: what is unsent goes to the server, as fast as the server likes it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Final

from chatlib import wire
from chatlib.client.pace import Pace
from chatlib.transcript import Transcript

TYPING_SECONDS: Final = 2.0
LONGEST_PAUSE_SECONDS: Final = 60.0  # whatever a server asks for


class WayOut:
    """Takes frames from a transcript, under its lock, and says them; on the background loop."""

    def __init__(self, transcript: Transcript, lock: threading.Lock, say: Callable[[wire.ClientFrame], None]) -> None:
        self.is_typing = False
        """Set on any thread: the server is to be told so, if there is time for it."""
        self._transcript = transcript
        self._lock = lock
        self._say = say
        self._pace: Pace | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._typed_at = -TYPING_SECONDS

    def heard(self, frame: wire.ServerFrame) -> None:
        """Learn from the server how fast it likes it."""
        match frame:
            case wire.Welcome(limits=limits):
                self._pace = Pace(limits)
            case wire.Error("rate-limited", retry_after=seconds) if self._pace is not None:
                self._pace.wait(min(seconds or 1.0, LONGEST_PAUSE_SECONDS))

    def pump(self) -> None:
        """Send what is unsent, now or when its time has come."""
        if self.is_typing:
            self.is_typing = False
            self._type()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._transcript.is_unsent and self._pace is not None:
            if delay := self._pace.delay():
                self._timer = asyncio.get_running_loop().call_later(delay, self.pump)
                return
            with self._lock:
                frame = self._transcript.take()
            if frame is not None:
                self._say(frame)

    def _type(self) -> None:
        now, pace = time.monotonic(), self._pace
        if not self._transcript.is_welcome or pace is None or now - self._typed_at < TYPING_SECONDS:
            return
        if not pace.delay():  # else there are messages that wait for their turn, and tell more
            self._typed_at = now
            self._say(wire.IsTyping())
