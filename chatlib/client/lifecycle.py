"""The life of a chat client: attempts, what lies between them, and the goodbye."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from typing import Any, Final, Literal

from chatlib import background, clock, wire
from chatlib.client.address import Address
from chatlib.client.backoff import Backoff
from chatlib.client.ending import Loss, explain
from chatlib.client.line import CLOCK_SECONDS, Clock, Line
from chatlib.client.transport import Keepalive
from chatlib.client.wire_log import Tap
from chatlib.transcript import ConnectionStatus
from chatlib.words import Text

logger = logging.getLogger(__name__)

LEAVE_SECONDS: Final = 2.0


class Life(Enum):
    """Where a client is in its life: it goes round from attempt to attempt until it leaves, and then only forward."""

    CONNECTING = auto()  # an attempt is under way
    OPEN = auto()  # the server said welcome
    WAITING = auto()  # for the next attempt
    LEAVING = auto()  # close() was called; what is pending still goes out, over any number of connections
    ENDING = auto()  # the last connection is being closed, and none follows
    CLOSED = auto()


GONE: Final = frozenset({Life.LEAVING, Life.ENDING, Life.CLOSED})

LEADS_TO: Final = {
    Life.CONNECTING: {Life.OPEN, Life.WAITING} | GONE,
    Life.OPEN: {Life.WAITING} | GONE,
    Life.WAITING: {Life.CONNECTING} | GONE,
    Life.LEAVING: GONE,
    Life.ENDING: {Life.CLOSED},
    Life.CLOSED: set[Life](),
}

# As readyState's names. CONNECTING is the first attempt's: another one is no news, away is away until the next welcome.
SHOWN: Final[dict[Life, Literal["OPEN", "CLOSING", "CLOSED"]]] = {
    Life.OPEN: "OPEN",
    Life.WAITING: "CLOSED",
    Life.LEAVING: "CLOSING",
    Life.ENDING: "CLOSING",
    Life.CLOSED: "CLOSED",
}


class Lifecycle:
    """Keeps its owner connected until it leaves; on the background loop, but for what may be read anywhere.

    ``url`` says where the next connection goes; ``heard`` is told what the server says, ``lost`` that a connection
    ended, ``became`` what there is to say about the connection now. ``secret`` is to be kept out of that.
    """

    def __init__(
        self,
        address: Address,
        *,
        url: Callable[[], str],
        heard: Callable[[wire.ServerFrame], None],
        lost: Callable[[Loss], None],
        became: Callable[[ConnectionStatus], None],
        secret: str,
        keepalive: Keepalive | None,
        tap: Tap,
    ) -> None:
        self.life = Life.CONNECTING
        self.status = ConnectionStatus("CONNECTING")
        self._address = address
        self._url = url
        self._heard = heard
        self._lost = lost
        self._became = became
        self._secret = secret
        self._keepalive = keepalive
        self._tap = tap
        self._line: Line | None = None
        self._was_in = False  # the server said welcome once
        self._hurry = asyncio.Event()  # set between attempts: nobody waits any longer
        self._last_wait: asyncio.TimerHandle | None = None  # for what may still arrive before the goodbye

    def begin(self, *, after: Lifecycle | None = None) -> None:
        """Make the first attempt, once another life is over; on any thread, once."""
        self._predecessor = after
        self._forget_at_exit = background.at_exit(self._leave_at_exit)
        self._running = background.submit(self._live())
        background.on_failure(self._running, self._failed)

    @property
    def is_gone(self) -> bool:
        """Tell whether its owner leaves, or cannot get in."""
        return self.life in GONE

    def say(self, frame: wire.ClientFrame) -> None:
        """Send a frame, if there is a connection."""
        if self._line is not None:
            self._line.say(frame)

    def reconnect(self) -> None:
        """Make the next attempt now, if one is waited for."""
        if self._line is None:
            self._hurry.set()

    def leave(self) -> None:
        """Stay only until :meth:`end`; idempotent."""
        if self.life not in GONE:
            self._become(Life.LEAVING)

    def end(self, *, soon: bool = False) -> None:
        """End it; ``soon`` is when nobody has said so once more for LEAVE_SECONDS."""
        if self._last_wait is not None:
            self._last_wait.cancel()
        if soon:
            self._last_wait = asyncio.get_running_loop().call_later(LEAVE_SECONDS, self.end)
        elif self.life not in (Life.ENDING, Life.CLOSED):
            self._become(Life.ENDING, text=self.status.text)
            if self._line is not None:
                self._line.close(within=LEAVE_SECONDS)

    async def over(self) -> None:
        """Return when it is CLOSED; on the background loop."""
        await asyncio.wait([asyncio.wrap_future(self._running)])

    async def _live(self) -> None:
        if self._predecessor is not None:
            await self._predecessor.over()
            self._predecessor = None
        backoff = Backoff()
        attempt = 0
        about: dict[str, Any] = {}
        while self.life is not Life.ENDING:
            self._hurry.clear()
            self._line = Line(self._url(), self._take, keepalive=self._keepalive, tap=self._tap)
            loss = await self._line.over
            self._line = None
            self._lost(loss)
            about = {"code": loss.end.code, "reason": loss.end.reason}
            if self._is_ending():
                break
            attempt = 1 if loss.was_welcome else attempt + 1
            retry_in = backoff.next(lasted=loss.lasted)
            ending = await explain(loss, self._address, known=self._was_in, secret=self._secret)
            about["text"] = ending.text
            if ending.is_final or self._is_ending():
                break
            retry_at = clock.timestamp(after=retry_in)
            waiting = Life.LEAVING if self.life is Life.LEAVING else Life.WAITING  # who leaves does so to the end
            self._become(waiting, **about, attempt=attempt, retry_in=retry_in, retry_at=retry_at)
            await self._pause(retry_in)
            if self.life is Life.WAITING:
                self._become(Life.CONNECTING)
        self._forget_at_exit()
        if self._last_wait is not None:
            self._last_wait.cancel()
        self._become(Life.CLOSED, **about)

    def _take(self, frame: wire.ServerFrame) -> None:
        self._heard(frame)
        if isinstance(frame, wire.Welcome):
            self._was_in = True
            if self.life is Life.CONNECTING:
                self._become(Life.OPEN)

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer when the machine wakes up from sleep, when somebody asks for it, or when it is to end."""
        until = time.monotonic() + seconds
        sleep = Clock()
        while (left := until - time.monotonic()) > 0 and not sleep.jumped():
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, CLOCK_SECONDS)):
                    await self._hurry.wait()
                return

    def _become(self, life: Life, **about: Any) -> None:
        """The one place where a life changes; ``about`` is what there is to say about it."""
        assert life in LEADS_TO[self.life], f"a client never goes from {self.life.name} to {life.name}"
        logger.debug("%s: %s -> %s %s", self._address.shown, self.life.name, life.name, about)
        self.life = life
        if life is Life.ENDING:
            self._hurry.set()
        if life is Life.CONNECTING:
            return
        before, self.status = self.status, ConnectionStatus(SHOWN[life], **about)
        if self.status != before:
            self._became(self.status)

    def _is_ending(self) -> bool:
        return self.life is Life.ENDING

    async def _leave_at_exit(self) -> None:
        """Stay away when the process ends: the transport says goodbye, and nobody is to come back after that."""
        if self.life not in (Life.ENDING, Life.CLOSED):
            self._become(Life.ENDING, text=self.status.text)

    def _failed(self, error: BaseException) -> None:
        logger.error("the life of a client of %s failed", self._address.shown, exc_info=error)
        self._forget_at_exit()
        if self.life is not Life.CLOSED:
            self._become(Life.CLOSED, text=Text("this client failed, and is over: {error!r}", error=error))
