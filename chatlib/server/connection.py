"""One client's connection at the server: websockets' own, and what a chat server needs beside it.

Three things: its frames are handed over as soon as they are parsed, with no task in between; what it has to be sent
waits in a queue of its own or in its room's feed, until the server writes all of a turn at once; and peers get an
answer, or an end, where websockets alone would leave them without one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import SEND_EOF, Event, State

from chatlib.server import handshake

REQUEST_LINE_BYTES: Final = 8 * 1024

_NO_REQUEST: Final = Request("", Headers())


class Owner(Protocol):
    """What a connection needs of its server."""

    sockets: set[Connection]

    def is_overrun(self) -> bool:
        """Tell whether there are so many connections that a further one is not even told so."""

    def check_unsent(self, connection: Connection) -> None:
        """Dismiss the client if it leaves too much unread."""

    def see_off(self, connection: Connection) -> None:
        """Give a connection up whose closing handshake is through, or that failed."""


class Connection(ServerConnection):
    """One client: websockets' connection, with its frames handed to ``take`` as soon as they are parsed."""

    def __init__(self, owner: Owner, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.destination: handshake.Destination | None = None
        self.request_line: bytes | None = b""  # until it is whole and was looked at
        self.take: Callable[[Event], None] | None = None
        self.behind = b""  # what came behind the opening request before that was answered
        self.is_ended = False  # by its peer, behind the opening request
        self.fragments: list[bytes] = []
        self.fragments_opcode = Opcode.TEXT
        self.awaits_pong = False
        self.feed: Feed | None = None
        self.sent_of_batch = 0  # how much of the feed's batch is in ``queue`` already
        self.queue: list[bytes] = []  # what is for this client alone, with what came before it
        self.closing: tuple[int, str] | None = None  # code and reason
        self.is_seen_off = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count among the server's sockets (asyncio calls this)."""
        super().connection_made(transport)
        self.owner.sockets.add(self)
        if self.owner.is_overrun():
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count no longer (asyncio calls this)."""
        self.owner.sockets.discard(self)
        self.leave_feed()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what TCP brought, and answer the requests to which websockets has no answer (asyncio calls this)."""
        if self.request_line is not None:
            data = self.request_line = self.request_line + data
            if b"\n" not in data and len(data) <= REQUEST_LINE_BYTES:
                return
            self.request_line = None
            if refusal := _refuse_request_line(data):
                self.transport.write(refusal)
                self.transport.close()
                return
        while data and self.request is None:  # line by line, to know what stands behind the request
            line, newline, data = data.partition(b"\n")
            super().data_received(line + newline)
        if self.is_unanswered():
            self.behind += data
            return
        super().data_received(data)
        if self.take is not None and self.protocol.close_expected():
            self.owner.see_off(self)

    def eof_received(self) -> bool | None:  # type: ignore[override]  # what asyncio takes, and websockets leaves out
        """Take it that the peer sends no more (asyncio calls this)."""
        if self.is_unanswered():
            self.is_ended = True
            return True  # the transport stays open, for the answer
        return super().eof_received()

    def is_unanswered(self) -> bool:
        """Tell whether the request is whole and its answer still to come: websockets has none for who goes on."""
        refused = self.response is not None and self.response.status_code != HTTPStatus.SWITCHING_PROTOCOLS
        return self.request is not None and self.take is None and not refused

    def send_data(self) -> None:
        """Write what the protocol has to say, in one write, and bounded: a client may send pings and never read."""
        pieces = self.protocol.data_to_send()
        if self.protocol.state is not State.OPEN:
            self.leave_feed()
        if self.transport.is_closing():
            return  # asyncio would log every further write
        self.owner.check_unsent(self)
        if data := b"".join(pieces):
            self.transport.write(data)
        if pieces and pieces[-1] == SEND_EOF:
            if self.is_ended:
                self.transport.close()
            else:
                self.transport.write_eof()

    def process_event(self, event: Event) -> None:
        """Hand a frame over (websockets calls this)."""
        self.awaits_pong = False
        if self.take is None:
            super().process_event(event)
        else:
            self.take(event)

    def start(self, take: Callable[[Event], None] | None = None) -> None:
        """Hand over the events from now on, and first those of what came behind the opening request."""
        self.request, self.response = _NO_REQUEST, None  # their headers are 2.6 KB
        self.take = take or super().process_event
        behind, self.behind = self.behind, b""
        if behind:
            self.data_received(behind)
        if self.is_ended:
            self.eof_received()

    def assemble(self, frame: Frame) -> tuple[Opcode, bytes] | None:
        """Return the whole message if the data frame ends one."""
        if frame.opcode is not Opcode.CONT:
            if frame.fin:
                return frame.opcode, bytes(frame.data)
            self.fragments_opcode = frame.opcode
        if frame.data:  # empty fragments count towards no limit: an endless row of them must not fill the memory
            self.fragments.append(bytes(frame.data))
        if not frame.fin:
            return None
        data = b"".join(self.fragments)
        self.fragments.clear()
        return self.fragments_opcode, data

    def leave_feed(self) -> None:
        """Get no more of the room's broadcasts."""
        if self.feed is not None:
            del self.feed.writers[self]
            self.feed = None

    def enqueue(self, data: bytes) -> None:
        """Put a frame for this client alone behind all that was broadcast before it."""
        if self.feed is not None:
            self.queue += self.feed.batch[self.sent_of_batch :]
            self.sent_of_batch = len(self.feed.batch)
        self.queue.append(data)


class Feed:
    """A room's way out: the frames of this turn, and who gets them."""

    __slots__ = ("batch", "writers")

    def __init__(self) -> None:
        self.batch: list[bytes] = []
        self.writers: dict[Connection, Callable[[bytes], None]] = {}  # open connections, and their transports' write


def _refuse_request_line(data: bytes) -> bytes | None:
    method, _, rest = data.partition(b"\n")[0].partition(b" ")
    if method.isalpha() and method != b"GET":
        status, body = "405 Method Not Allowed\r\nAllow: GET", "only GET is served here\n"
    elif not rest.isascii():
        status, body = "400 Bad Request", "a URL's path is percent-encoded ASCII\n"
    else:
        return None
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (head + body).encode()
