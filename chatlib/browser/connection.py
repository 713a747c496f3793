"""One end of a connection between two kernels of a browser: an asyncio transport on a channel.

It is TCP as far as programs notice. Each end keeps what the other has no room for: 256 KiB may be under way, and what
the peer takes makes room for more. Either end may end its half; who writes to an end that is closed gets a reset; and a
kernel that dies ends all that it had.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from chatlib.browser.parts import Kind, Parts, Value

WINDOW_BYTES: Final = 256 * 1024  # sent, and not taken by the peer: what the system's buffers are for a socket
HIGH_WATER_BYTES: Final = 64 * 1024  # asyncio's own

Address = tuple[str, int]


class Connection(asyncio.Transport):
    """One end, whose protocol is made when the other one is there; ``answered`` says whether it is, ``lost`` its end.

    Who has knocked waits for :attr:`answered`; who was knocked at calls :meth:`accept`.
    """

    def __init__(
        self, parts: Parts, name: str, factory: Callable[[], asyncio.BaseProtocol], here: Address, there: Address
    ) -> None:
        super().__init__({"sockname": here, "peername": there})
        self._loop = asyncio.get_running_loop()
        self.answered: asyncio.Future[None] = self._loop.create_future()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._parts = parts
        self._factory = factory
        self._protocol: Any = None
        self._unsent = bytearray()
        self._under_way = 0
        self._inbox: deque[bytes | Exception | None] = deque()  # None is the end of the peer's half
        self._is_reading = True
        self._is_paused = False  # the protocol that writes
        self._is_closing = False
        self._wants_end = False  # of our half, behind what is unsent
        self._has_ended = False  # our half
        self._peer_has_ended = False
        self._is_peer_gone = False
        self._stop_watching: Callable[[], None] = lambda: None
        self.set_write_buffer_limits()
        self._channel = parts.channel(f"connection {name}", self._hear)

    def __repr__(self) -> str:
        here, there = (self.get_extra_info(name)[1] for name in ("sockname", "peername"))
        state = "lost" if self.lost.done() else "closing" if self._is_closing else "open"
        return f"<Connection {here} to {there} {state}, {len(self._unsent)} bytes unsent>"

    def accept(self, own_kernel: str, peer: str) -> None:
        """Tell the end that has knocked, in the kernel ``peer``, that it is heard."""
        self._channel.post(Kind.OPEN, own_kernel)
        self._begin(peer)

    def refuse(self) -> None:
        """Let whoever waits for an answer wait no more: nobody listens."""
        if not self.answered.done():
            text = f"Connect call failed {self.get_extra_info('peername')}"  # asyncio's own words
            self.answered.set_exception(ConnectionRefusedError(errno.ECONNREFUSED, text))
            self._forget()

    def _begin(self, peer: str) -> None:
        self._protocol = self._factory()
        self._stop_watching = self._parts.when_free(f"kernel {peer}", self._peer_died)
        self._tell("connection_made", self)

    def _forget(self) -> None:
        self._stop_watching()
        self._channel.close()

    # What comes

    def _hear(self, kind: Kind, value: Value) -> None:
        match kind, value:
            case _ if self.lost.done():
                self._hear_late(kind)
            case Kind.OPEN, str(peer) if not self.answered.done():
                self.answered.set_result(None)
                self._begin(peer)
            case Kind.REFUSED, _:
                self.refuse()
            case Kind.TOOK, int(size):
                self._under_way -= size
                self._send()
            case Kind.DATA, bytes(data):
                self._put(data)
            case Kind.END, _:
                self._peer_has_ended = True
                self._put(None)
            case Kind.RESET, _:
                self._peer_has_ended = True
                self._put(_error(ConnectionResetError, errno.ECONNRESET))

    def _hear_late(self, kind: Kind) -> None:
        """Here nobody takes anything any more, and never will."""
        if kind in (Kind.OPEN, Kind.DATA):
            self._channel.post(Kind.RESET)
        if kind is not Kind.TOOK:
            self._forget()

    def _peer_died(self) -> None:
        self._is_peer_gone = True
        if self.lost.done():
            self._forget()
        elif not self._peer_has_ended:
            self._peer_has_ended = True
            self._put(None)
        self._send()

    def _put(self, what: bytes | Exception | None) -> None:
        self._inbox.append(what)
        self._deliver()

    def _deliver(self) -> None:
        while self._inbox and self._is_reading and not self._is_closing:
            match self._inbox.popleft():
                case bytes(data):
                    self._channel.post(Kind.TOOK, len(data))
                    self._tell("data_received", data)
                case None:
                    if not self._tell("eof_received"):
                        self.close()
                case error:
                    self._lose(error)

    def _tell(self, what: str, *args: object) -> Any:
        """Call the protocol; as with a socket, an exception in it costs it the connection."""
        try:
            return getattr(self._protocol, what)(*args)
        except Exception as error:
            context = {"message": f"{what}() of a protocol failed", "exception": error, "transport": self}
            self._loop.call_exception_handler(context)
            self._cut(error)
            return True

    def pause_reading(self) -> None:
        """Take nothing more, until :meth:`resume_reading`."""
        self._is_reading = False

    def resume_reading(self) -> None:
        """Take what comes again."""
        self._is_reading = True
        self._loop.call_soon(self._deliver)

    def is_reading(self) -> bool:
        """Tell whether what comes is taken."""
        return self._is_reading and not self._is_closing

    # What goes

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send, as soon as there is room."""
        if self._is_closing:
            return
        if self._wants_end:
            raise RuntimeError("Cannot call write() after write_eof()")  # asyncio's own words
        self._unsent += data
        self._send()

    def _send(self) -> None:
        if self.lost.done():
            return
        if self._is_peer_gone and self._unsent:
            self._lose(_error(BrokenPipeError, errno.EPIPE))
            return
        while self._unsent and self._under_way < WINDOW_BYTES:
            piece = bytes(self._unsent[: WINDOW_BYTES - self._under_way])
            del self._unsent[: len(piece)]
            self._under_way += len(piece)
            self._channel.post(Kind.DATA, piece)
        if not self._unsent and self._is_closing:
            self._cut(None)
        elif not self._unsent and self._wants_end:
            self._end(Kind.END)
        elif self._is_paused != (len(self._unsent) > (self._low if self._is_paused else self._high)):
            self._is_paused = not self._is_paused
            self._tell("pause_writing" if self._is_paused else "resume_writing")

    def _end(self, kind: Kind) -> None:
        if not self._has_ended or kind is Kind.RESET:
            self._has_ended = True
            self._channel.post(kind)

    def get_write_buffer_size(self) -> int:
        """Return for how many bytes there is no room yet."""
        return len(self._unsent)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Return at how many bytes writing goes on, and beyond how many it is paused."""
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Say beyond how many bytes writing is paused, and at how many it goes on."""
        self._high = high if high is not None else 4 * low if low is not None else HIGH_WATER_BYTES
        self._low = low if low is not None else self._high // 4

    def can_write_eof(self) -> bool:
        """Say that a half can be ended."""
        return True

    def write_eof(self) -> None:
        """End our half, behind what is unsent."""
        if not self._is_closing:
            self._wants_end = True
            self._send()

    # The end

    def is_closing(self) -> bool:
        """Tell whether it is over for the protocol, or soon will be."""
        return self._is_closing

    def close(self) -> None:
        """End it, behind what is unsent."""
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_soon(self._send)

    def abort(self) -> None:
        """End it at once; what is unsent is lost."""
        self._cut(None)

    def _cut(self, error: Exception | None) -> None:
        """End it as the system does: with a reset, which is the end of both halves, where something was not taken."""
        if not self.lost.done():
            is_reset = any(self._inbox)
            self._end(Kind.RESET if is_reset else Kind.END)
            self._peer_has_ended |= is_reset
            self._lose(error)

    def _lose(self, error: Exception | None) -> None:
        self._is_closing = True
        self._unsent.clear()
        self._inbox.clear()
        self.lost.set_result(None)
        if self._protocol is not None:
            self._loop.call_soon(self._protocol.connection_lost, error)
            self._protocol = None  # the channel may outlive it: a peer that goes on writing is answered
        if self._peer_has_ended:
            self._forget()

    def get_protocol(self) -> Any:
        """Return whom it is for."""
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Say whom it is for."""
        self._protocol = protocol


def _error(kind: type[OSError], number: int) -> OSError:
    return kind(number, os.strerror(number))
