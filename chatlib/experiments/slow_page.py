"""A page that reads as fast as it may: what it does not read waits where it is, as with a slow or frozen tab.

It reads with a buffer as large as what it may read now, and otherwise leaves its socket alone. So what is not read
stays in the kernel, where it can be counted, and not in some queue of a library.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

HOST: Final = "127.0.0.1"
MOST_BYTES: Final = 64 * 2**10  # in one piece
TICK_SECONDS: Final = 0.05  # a throttled page reads so often


class SlowPage(asyncio.BufferedProtocol):
    """A page at ``ws://127.0.0.1:port/path``, made by :func:`open_page`, on the loop on which that was awaited.

    ``heard`` is called with each text.
    """

    def __init__(self, url: str, heard: Callable[[str], object]) -> None:
        self.rate: float | None = None
        self.is_over = False
        self.opened = asyncio.Event()
        self._heard = heard
        self._protocol = ClientProtocol(parse_uri(url), max_size=None)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = memoryview(bytearray(MOST_BYTES))
        self._pause: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        state = "over" if self.is_over else "open"
        reads = "reads on" if self.rate is None else f"reads {self.rate:g} bytes/s" if self.rate else "frozen"
        return f"<SlowPage {state}, {reads}>"

    @property
    def socket(self) -> socket.socket:
        """Its end of TCP."""
        assert self._transport is not None
        ours: socket.socket = self._transport.get_extra_info("socket")
        return ours

    @property
    def close_code(self) -> int | None:
        """What its ``close`` event would say; None while it is open."""
        code = self._protocol.close_code
        return int(code) if self.is_over and code is not None else None

    def throttle(self, rate: float | None) -> None:
        """Read at most so many bytes a second from now on: None for as fast as it can, 0 for not at all."""
        self.rate = rate
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        if self._transport is None or self.is_over:
            return
        if rate == 0:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def leave(self) -> None:
        """Drop TCP at once."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the opening request."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return room for what it may read in one go."""
        if not self.rate:
            return self._buffer
        return self._buffer[: max(1, min(MOST_BYTES, int(self.rate * TICK_SECONDS)))]

    def buffer_updated(self, nbytes: int) -> None:
        """Take what was read, and pause for as long as that takes at its rate."""
        self._protocol.receive_data(bytes(self._buffer[:nbytes]))
        self._step()
        if self.rate and not self.is_over and self._transport is not None:
            self._transport.pause_reading()
            self._pause = self._loop.call_later(nbytes / self.rate, self.throttle, self.rate)

    def eof_received(self) -> None:
        """Let TCP end."""
        self._protocol.receive_eof()
        self._step()

    def connection_lost(self, exc: Exception | None) -> None:
        """Be over."""
        if self._pause is not None:
            self._pause.cancel()
        with suppress(EOFError):
            self._protocol.receive_eof()
        self.is_over = True
        self.opened.set()

    def _step(self) -> None:
        self._flush()
        for event in self._protocol.events_received():
            if not isinstance(event, Frame):
                self.opened.set()
            elif event.opcode is Opcode.TEXT:
                self._heard(bytes(event.data).decode())

    def _flush(self) -> None:
        assert self._transport is not None
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()


async def open_page(
    port: int,
    heard: Callable[[str], object],
    *,
    path: str = "/",
    kernel_buffer: int | None = None,
) -> SlowPage:
    """Connect a page, and return it when it is open.

    ``kernel_buffer`` is what the kernel is asked for as its receive buffer, in bytes; None leaves it to the kernel.
    """
    sock = tcp_socket()
    try:
        sock.setblocking(False)
        if kernel_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, kernel_buffer)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, (HOST, port))
        page = SlowPage(f"ws://{HOST}:{port}{path}", heard)
        await loop.create_connection(lambda: page, sock=sock)
    except BaseException:
        sock.close()
        raise
    try:
        await page.opened.wait()
    except BaseException:
        page.leave()
        raise
    return page


def listening_socket(kernel_buffer: int | None = None) -> socket.socket:
    """Return a socket for a server on a free port; its connections' send buffers will be as large as is asked for."""
    sock = tcp_socket()
    if kernel_buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, kernel_buffer)
    sock.bind((HOST, 0))
    return sock


def tcp_socket() -> socket.socket:
    """Return a new socket for TCP, which says so: otherwise asyncio leaves Nagle's algorithm on."""
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
