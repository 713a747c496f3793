"""One client's connection at the server: websockets' own, with our habits.

Two things: its messages are handed over as soon as they are parsed, with no task in between; and peers get an answer,
or an end, where websockets alone would leave them without one. What it is sent is not decided here (``fan_out``), nor
what is made of what it says (``chat_server``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from enum import IntEnum
from http import HTTPStatus
from typing import Any, Final, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import SEND_EOF, State

from chatlib.server import answers, handshake

logger = logging.getLogger(__name__)

REQUEST_LINE_BYTES: Final = 8 * 1024
READ_BYTES: Final = 64 * 1024  # in one turn of the loop: some 700 short messages. asyncio's own 256 KiB take too long

_NO_REQUEST: Final = Request("", Headers())


class Phase(IntEnum):
    """A connection's life; it only goes forward. (How far the protocol is, says ``protocol.state``.)"""

    OPENING = 0  # its request is not answered yet
    OPEN = 1  # what it says is taken
    PARTING = 2  # it is going to be closed, and what it says is not taken any more
    ENDED = 3  # its closing handshake is through, or failed: TCP ends soon, whatever the peer does


# For what happens at every message: before Python 3.12 each mention of an enum's member costs 0.4 µs.
_OPENING: Final = Phase.OPENING
_OPEN: Final = Phase.OPEN
_CONT: Final = Opcode.CONT
_PONG: Final = Opcode.PONG
_DATA: Final = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})
_STATE_OPEN: Final = State.OPEN


class Owner(Protocol):
    """Who is told what becomes of a connection: its server."""

    def connected(self, connection: Connection) -> None:
        """TCP is there, and the opening request is to come."""

    def disconnected(self, connection: Connection) -> None:
        """TCP is gone."""

    def about_to_write(self, connection: Connection) -> None:
        """It writes what nobody sent through the fan-out: an echo, a ping, a pong, its Close frame."""

    def ended(self, connection: Connection) -> None:
        """Its closing handshake is through, or it failed: nothing more will come from it or be sent to it."""


class Connection(ServerConnection):
    """One client: websockets' connection, that hands messages to ``take`` as soon as they are parsed."""

    def __init__(self, owner: Owner, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.phase = Phase.OPENING
        self.destination: handshake.Destination | None = None
        self.take: Callable[[Opcode, bytes], None] | None = None
        self.awaits_pong = False
        self.fragments: list[bytes] = []
        self._fragments_opcode = Opcode.TEXT
        self._questions: dict[bytes, Callable[[Connection], None]] = {}  # pings, in their order, without their pongs
        self._request_line: bytes | None = b""  # until it is whole and was looked at
        self._behind = b""  # what came behind the opening request before that was answered
        self._is_cut = False  # by its peer, behind the opening request
        self._last_moment: asyncio.TimerHandle | None = None  # of its peer, to end TCP

    @property
    def is_open(self) -> bool:
        """True if messages can be sent."""
        return self.protocol.state is _STATE_OPEN and not self.transport.is_closing()

    @property
    def has_said_goodbye(self) -> bool:
        """True if the peer sent a Close frame."""
        return self.protocol.close_rcvd is not None

    @property
    def _is_lost(self) -> bool:
        """True when TCP is gone: some of asyncio's transports fail when they are aborted then."""
        return self.connection_lost_waiter.done()

    # Its life

    def start(self, take: Callable[[Opcode, bytes], None] | None = None) -> None:
        """Hand over the messages from now on, and first those that came behind the opening request.

        Without ``take``, they are had from ``recv()``.
        """
        self.request, self.response = _NO_REQUEST, None  # their headers are 2.6 KB
        self.take = take
        self._become(Phase.OPEN)
        behind, self._behind = self._behind, b""
        if behind:
            self.data_received(behind)
        if self._is_cut:
            self.eof_received()

    def part(self) -> bool:
        """Take nothing more, for it is going to be closed; False if that was so already."""
        if self.phase >= Phase.PARTING:
            return False
        self._become(Phase.PARTING)
        return True

    async def end(self, code: int, reason: str) -> None:
        """Close with the closing handshake, and without it where the peer takes too long."""
        try:
            async with asyncio.timeout(self.close_timeout):  # drain() alone would wait for ever for who does not read
                await self.close(code, reason)
        except TimeoutError:
            pass
        finally:
            if not self._is_lost:
                self.transport.abort()

    async def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Close, if TCP is still there: websockets, which calls this behind its handlers, would abort what is gone."""
        if not self._is_lost:
            await super().close(code, reason)

    def probe(self) -> bool:
        """Send a ping; False if nothing came since the last one."""
        if self.awaits_pong:
            return False
        self.awaits_pong = True
        self.protocol.send_ping(b"")
        self.send_data()
        return True

    def ask(self, question: bytes, answered: Callable[[Connection], None]) -> None:
        """Send a ping behind all that was written, if it is open; ``answered`` is called when its pong is here.

        A pong proves that the peer's WebSocket has all that came before the ping, whatever the program behind it does.
        """
        if self.is_open and self.phase is _OPEN:
            self._questions[question] = answered
            self.protocol.send_ping(question)
            self.send_data()

    def ask_no_more(self, question: bytes) -> None:
        """Expect no answer to this ping any more."""
        self._questions.pop(question, None)

    def _take_pong(self, payload: bytes) -> None:
        """One pong may answer several pings: a peer may leave out all but the last (RFC 6455, section 5.5.3)."""
        for question in list(self._questions) if payload in self._questions else ():
            self._questions.pop(question)(self)
            if question == payload:
                return

    def _become(self, phase: Phase) -> None:
        assert phase > self.phase, f"{self.phase.name} -> {phase.name}"
        logger.debug("%s: %s -> %s", self.id, self.phase.name, phase.name)
        self.phase = phase

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tell the owner."""
        if hasattr(transport, "max_size"):  # a selector's; those of other loops read no more by themselves
            transport.max_size = READ_BYTES
        super().connection_made(transport)
        self.owner.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the owner."""
        if self._last_moment is not None:
            self._last_moment.cancel()
        self.owner.disconnected(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what TCP brought, and answer the requests to which websockets has no answer."""
        if self._request_line is not None:
            data = self._request_line = self._request_line + data
            if b"\n" not in data and len(data) <= REQUEST_LINE_BYTES:
                return
            self._request_line = None
            if refusal := answers.to_request_line(data.partition(b"\n")[0]):
                self.transport.write(refusal.serialize())
                self.transport.close()
                return
        while data and self.request is None:  # line by line, to know what stands behind the request
            line, newline, data = data.partition(b"\n")
            super().data_received(line + newline)
        if self._is_unanswered():
            self._behind += data
            return
        super().data_received(data)
        if self.protocol.close_expected() and Phase.OPENING < self.phase < Phase.ENDED:
            self._become(Phase.ENDED)
            self.owner.ended(self)
            self._abort_soon()

    def eof_received(self) -> bool | None:  # type: ignore[override]  # what asyncio takes, and websockets leaves out
        """Take it that the peer sends no more."""
        if self._is_unanswered():
            self._is_cut = True
            return True  # the transport stays open, for the answer
        super().eof_received()
        if self.phase is not Phase.ENDED:
            self._abort_soon()  # asyncio alone would wait for ever for who ends its side and leaves the other unread
        return None

    def _abort_soon(self) -> None:
        """Give the peer a moment to end TCP; then it is ended here."""
        self._last_moment = self.loop.call_later(self.close_timeout or 0, self.transport.abort)

    def _is_unanswered(self) -> bool:
        """Tell whether the request is whole and its answer still to come: websockets has none for who goes on."""
        if self.phase is not _OPENING or self.request is None:
            return False
        return self.response is None or self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS

    # What websockets calls

    def send_data(self) -> None:
        """Write what the protocol has to say, in one write, and bounded: a client may send pings and never read."""
        pieces = self.protocol.data_to_send()
        if not pieces:
            return
        self.owner.about_to_write(self)
        if self.transport.is_closing():
            return  # asyncio would log every further write
        if data := b"".join(pieces):
            self.transport.write(data)
        if pieces[-1] == SEND_EOF:
            if self._is_cut:
                self.transport.close()
            else:
                self.transport.write_eof()

    def process_event(self, event: Request | Response | Frame) -> None:
        """Hand a message over, if this is its last frame."""
        self.awaits_pong = False
        if self.take is None:
            super().process_event(event)
            return
        assert isinstance(event, Frame)
        opcode = event.opcode
        if self.phase is not _OPEN or opcode not in _DATA:
            if opcode is _PONG:
                self._take_pong(bytes(event.data))
            return
        if event.fin and opcode is not _CONT:
            self.take(opcode, bytes(event.data))
            return
        if opcode is not _CONT:
            self._fragments_opcode = opcode
        if event.data:  # empty fragments count towards no limit: an endless row of them must not fill the memory
            self.fragments.append(bytes(event.data))
        if event.fin:
            data = b"".join(self.fragments)
            self.fragments.clear()
            self.take(self._fragments_opcode, data)
