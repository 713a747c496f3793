"""One connection of a chat client, and what becomes of it: a transport's receiver that knows frames."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from websockets.uri import parse_uri

from chatlib import wire
from chatlib.client.ending import Loss
from chatlib.client.transport import End, Keepalive, Transport
from chatlib.client.wire_log import Tap
from chatlib.errors import BadMessage
from chatlib.transcript import is_farewell

logger = logging.getLogger(__name__)

OPEN_SECONDS: Final = 10.0
CLOCK_SECONDS: Final = 1.0  # how often the clocks are compared
SUSPENDED_SECONDS: Final = 3.0  # a clock that jumps further than this: the machine slept


class Line:
    """One connection to ``url``, begun at once; ``heard`` is told each frame, and ``over`` is done at the end."""

    def __init__(
        self, url: str, heard: Callable[[wire.ServerFrame], None], *, keepalive: Keepalive | None, tap: Tap
    ) -> None:
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        self.over: asyncio.Future[Loss] = self._loop.create_future()
        self._welcome_at: float | None = None
        self._farewell: wire.Error | None = None
        self._slept = False
        self._transport = Transport(parse_uri(url), self, keepalive=keepalive, open_timeout=OPEN_SECONDS, tap=tap)
        # A proxy opens the connection, and answers pings, whatever the server behind it does: only WELCOME ends this.
        self._deadline = self._loop.call_later(OPEN_SECONDS, self._transport.abort)
        self._clock = Clock()
        self._tick = self._loop.call_later(CLOCK_SECONDS, self._look_at_clock)
        self._transport.connect()

    def say(self, frame: wire.ClientFrame) -> None:
        """Send a frame."""
        self._transport.send_text(wire.encode_client(frame).encode())

    def close(self, *, within: float) -> None:
        """Say goodbye, and wait so many seconds for the answer."""
        self._deadline.cancel()
        self._deadline = self._loop.call_later(within, self._transport.abort)
        self._transport.close(1000)

    # What the transport tells

    def opened(self) -> None:
        """TCP and the handshake are through; only WELCOME means joined."""

    def received(self, data: str | bytes) -> None:
        """Read a frame, and pass it on."""
        try:
            frame = wire.decode_server(data) if isinstance(data, str) else None
        except BadMessage as error:  # what comes is another program's affair
            logger.warning("what came is no chat frame: %s", error)
            return
        match frame:
            case None:
                return
            case wire.Welcome():
                self._welcome_at = self._loop.time()
                self._deadline.cancel()
            case wire.Error() if is_farewell(frame):
                self._farewell = frame
        self._heard(frame)

    def closing(self) -> None:
        """Nothing more will come; ``closed`` follows."""

    def closed(self, end: End) -> None:
        """Tell the loss."""
        self._deadline.cancel()
        self._tick.cancel()
        if not self.over.done():
            was_welcome = self._welcome_at is not None
            lasted = 0 if self._welcome_at is None else self._loop.time() - self._welcome_at
            self.over.set_result(Loss(end, was_welcome, lasted, self._farewell, self._slept))

    def _look_at_clock(self) -> None:
        """Drop the connection when the machine wakes up from sleep: it is dead, and nobody would say so for long."""
        if self._clock.jumped():
            self._slept = True
            self._transport.abort()
        else:
            self._tick = self._loop.call_later(CLOCK_SECONDS, self._look_at_clock)


class Clock:
    """Notices that the machine slept: the wall clock went on, the monotonic one did not."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def jumped(self) -> bool:
        """Tell whether it slept since this was made."""
        return abs(time.time() - time.monotonic() - self._offset) > SUSPENDED_SECONDS
