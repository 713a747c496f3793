"""What goes over one client's wire, seen from outside: taps, what they are shown, and a log that keeps the last of it.

A transport feeds its bytes to a :class:`Cutter` for each direction, and never learns what is made of them.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Literal

from websockets.exceptions import ProtocolError
from websockets.frames import Frame

from chatlib import background

logger = logging.getLogger(__name__)

HEAD_END: Final = b"\r\n\r\n"

Direction = Literal["sent", "received"]
Kind = Literal["bytes", "handshake", "frame", "rest"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a tap saw pass, at ``time`` (seconds since the epoch); ``at`` is on a clock that only goes forward.

    ``kind`` is "bytes" for what one read or write of the socket carried; the same bytes are shown again, cut, as the
    "handshake" (request or response, without a body), as each "frame" with its exact bytes in ``raw``, mask included,
    and decoded in ``frame``, or as the "rest": a refusal's body, or what is no frame.
    """

    time: float
    direction: Direction
    kind: Kind
    raw: bytes
    frame: Frame | None = None
    at: float = 0.0


Tap = Callable[[Sighting], object]

KEPT_FRAMES: Final = 200
KEPT_BYTES: Final = 2**20


class WireLog:
    """A tap that keeps the handshake and the last frames, and shows them to taps that come later."""

    def __init__(self) -> None:
        self._handshake: list[Sighting] = []
        self._frames: deque[Sighting] = deque()
        self._kept_bytes = 0
        self._taps: list[tuple[Tap, Callable[[], object]]] = []  # each with what is called at the end
        self._is_over = False

    def __call__(self, sighting: Sighting) -> None:
        """Keep it, and pass it on (the transport calls this, on the background loop)."""
        if sighting.kind == "handshake":
            if sighting.direction == "sent":
                self._handshake.clear()  # another connection begins
            self._handshake.append(sighting)
        elif sighting.kind != "bytes":
            self._frames.append(sighting)
            self._kept_bytes += len(sighting.raw)
            while len(self._frames) > KEPT_FRAMES or self._kept_bytes > KEPT_BYTES:
                self._kept_bytes -= len(self._frames.popleft().raw)
        for tap, _ in list(self._taps):
            tap(sighting)

    @property
    def handshake(self) -> list[Sighting]:
        """The opening handshake of the last connection: request and response."""
        return list(self._handshake)

    @property
    def frames(self) -> list[Sighting]:
        """The last frames, and what was none, oldest first."""
        return list(self._frames)

    def end(self) -> None:
        """Nothing more will pass (on the background loop)."""
        self._is_over = True
        for _, over in list(self._taps):
            over()

    def watch(self, tap: Tap, over: Callable[[], object] = lambda: None) -> Callable[[], None]:
        """Show ``tap`` what is kept and then what passes, and call ``over`` at the end, on the background loop.

        Returns:
            how to end that.
        """
        background.call(self._begin, tap, over)
        return lambda: background.call(self._leave, tap, over)

    def _begin(self, tap: Tap, over: Callable[[], object]) -> None:
        for sighting in [*self._handshake, *self._frames]:
            tap(sighting)
        self._taps.append((tap, over))
        if self._is_over:
            over()

    def _leave(self, tap: Tap, over: Callable[[], object]) -> None:
        if (tap, over) in self._taps:
            self._taps.remove((tap, over))


class Cutter:
    """Cuts what passes in one direction into the handshake and the frames, with the library's own parser."""

    def __init__(self, direction: Direction, tap: Tap) -> None:
        self._direction = direction
        self._tap = tap
        self._buffer = bytearray()
        self._piece = bytearray()  # what was read since the last sighting
        self._parser = self._parse()
        next(self._parser)

    def feed(self, data: bytes) -> None:
        """Take what one read or write of the socket carried."""
        self._see("bytes", data)
        self._buffer += data
        next(self._parser)

    def _parse(self) -> Generator[None, None, None]:
        while (end := self._buffer.find(HEAD_END)) < 0:
            yield
        head = yield from self._read(end + len(HEAD_END))
        self._see("handshake")
        try:
            if self._direction == "received" and not head.startswith(b"HTTP/1.1 101 "):
                raise ProtocolError("no frames follow a refusal")
            while True:
                frame = yield from Frame.parse(self._read, mask=self._direction == "sent")
                self._see("frame", frame=frame)
        except ProtocolError:
            while True:
                self._piece += self._buffer
                self._buffer.clear()
                self._see("rest")
                yield

    def _read(self, size: int) -> Generator[None, None, bytes]:
        while len(self._buffer) < size:
            yield
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._piece += data
        return data

    def _see(self, kind: Kind, raw: bytes = b"", *, frame: Frame | None = None) -> None:
        if kind != "bytes":
            raw = bytes(self._piece)
            self._piece.clear()
        if raw:
            try:
                self._tap(Sighting(time.time(), self._direction, kind, raw, frame, time.perf_counter()))
            except Exception:
                logger.exception("a tap failed; the connection goes on")
