"""One connection of an intruder, who writes every byte by hand, and a record of what passed; on the background loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from websockets.frames import Close, Frame, Opcode

from chatlib.client.wire_log import Cutter, Direction, Sighting
from chatlib.experiments.dissection import dissect
from chatlib.words import Text

SECONDS: Final = 5.0  # for whatever is to come
READ_BYTES: Final = 65_536
SHOWN_BYTES: Final = 32
SHOWN_LINE: Final = 160  # characters
KEPT_MESSAGES: Final = 3  # in each direction; of the rest it is told how many they were


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that passed: in a few words, and its lines or the beginning of its bytes."""

    direction: Direction
    title: Text
    lines: tuple[str, ...] = ()


class Intruder:
    """A TCP connection to a server on this machine, and what passed over it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.answer = b""
        """The head of the server's answer, and its body where it refused; b"" while there is none."""
        self.frames: list[Frame] = []
        self.is_over = False
        self._reader = reader
        self._writer = writer
        self._pieces: list[Piece] = []
        self._messages: dict[Direction, int] = {"sent": 0, "received": 0}
        self._rows: dict[Direction, int] = {}  # where it stands how many more there were
        self._news = asyncio.Condition()
        self._cutter = Cutter("received", self._saw)
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, port: int) -> Self:
        """Connect to a port of 127.0.0.1, and to nothing else."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What passed; of a long row of the same kind its beginning, and how many more there were."""
        return tuple(self._pieces)

    @property
    def status(self) -> int | None:
        """The status of the server's answer."""
        return int(self.answer.split(b" ", 2)[1]) if self.answer else None

    @property
    def closed(self) -> Close | None:
        """What is in the Close frame that came."""
        closes = [frame for frame in self.frames if frame.opcode is Opcode.CLOSE]
        return Close.parse(bytes(closes[0].data)) if closes else None

    def asks(self, path: str, host: str, **headers: str) -> None:
        """Write an opening request, as a browser writes it; what a browser adds by itself is given as a header."""
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        self.dribbles(*lines)
        self._write(b"\r\n")

    def dribbles(self, *lines: str) -> None:
        """Write some lines of a request, and not its end."""
        self._note(Piece("sent", Text.of_data(lines[0]), lines))
        self._write("".join(f"{line}\r\n" for line in lines).encode("latin-1"))

    def says(self, text: str) -> None:
        """Write a text message, in one masked frame."""
        raw = Frame(Opcode.TEXT, text.encode()).serialize(mask=True)
        self._note_frame("sent", raw)
        self._write(raw)

    async def until(self, condition: Callable[[], object], seconds: float = SECONDS) -> bool:
        """Wait until something that came makes it true, or the connection is over; tell whether it is true."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: condition() or self.is_over)
        return bool(condition())

    async def drained(self) -> None:
        """Return when what was written is on its way, or nobody takes it any more."""
        with suppress(ConnectionError):
            await self._writer.drain()

    async def leave(self) -> None:
        """Drop the connection, with no goodbye."""
        self._writer.transport.abort()
        await self._reading

    def _write(self, raw: bytes) -> None:
        if not self.is_over and not self._writer.is_closing():
            self._writer.write(raw)

    async def _read(self) -> None:
        with suppress(ConnectionError):
            while data := await self._reader.read(READ_BYTES):
                self._cutter.feed(data)
                async with self._news:
                    self._news.notify_all()
        async with self._news:
            self.is_over = True
            self._news.notify_all()

    def _saw(self, sighting: Sighting) -> None:
        match sighting.kind:
            case "handshake":
                self.answer = sighting.raw
                lines = _lines(sighting.raw)
                self._note(Piece("received", Text.of_data(lines[0]), lines))
            case "rest":
                self.answer += sighting.raw
                self._note(Piece("received", Text("the answer's body"), _lines(sighting.raw)))
            case "frame":
                assert sighting.frame is not None
                self.frames.append(sighting.frame)
                self._note_frame("received", sighting.raw)

    def _note(self, piece: Piece) -> None:
        self._pieces.append(piece)

    def _note_frame(self, direction: Direction, raw: bytes) -> None:
        """Keep a frame; of many messages the first ones, and how many more there were."""
        frame = dissect(raw)
        if frame.opcode is Opcode.TEXT:
            self._messages[direction] += 1
            more = self._messages[direction] - KEPT_MESSAGES
            if more > 0:
                if more == 1:
                    self._rows[direction] = len(self._pieces)
                    self._note(Piece(direction, Text("")))
                self._pieces[self._rows[direction]] = Piece(direction, Text("and {count} more", count=more))
                return
        size = "" if len(raw) <= SHOWN_BYTES else f" … ({len(raw)} bytes)"
        self._note(Piece(direction, _short(frame.summary), (raw[:SHOWN_BYTES].hex(" ") + size,)))


def _lines(raw: bytes) -> tuple[str, ...]:
    return tuple(line[:SHOWN_LINE] for line in raw.decode("utf-8", "replace").rstrip("\r\n").splitlines())


def _short(summary: Text) -> Text:
    return summary if len(summary) <= SHOWN_LINE else Text.of_data(f"{summary[:SHOWN_LINE]}…")
