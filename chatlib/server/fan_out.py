"""The way out: what rooms and single clients are sent, and when it is written.

Why it is fast: a frame is made once, and the same bytes go to everyone. What one turn of the loop brings is collected,
and written with one ``write()`` for each connection, for the cost of fan-out is the system's ``send()``.

Why it is safe: nothing here awaits a client. What a client does not read is buffered up to ``max_unsent`` bytes; then
the server is told that it fell behind, and the others never wait for it. What a client asked for when it came, the
welcome and all that it missed, does not count: it may be larger than that, and the client may take its time.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from websockets.frames import Frame, Opcode

from chatlib.server.connection import Connection

_TEXT: Final = Opcode.TEXT  # before Python 3.12 each mention of an enum's member costs 0.4 µs

logger = logging.getLogger(__name__)


class Feed:
    """A room's way out: the frames of this turn, and who gets them."""

    __slots__ = ("frames", "room", "writers")

    def __init__(self, room: str) -> None:
        self.room = room
        self.frames: list[bytes] = []
        self.writers: dict[Connection, Callable[[bytes], None]] = {}  # with their transports' write


class Parcel:
    """What one connection gets in this turn that others do not get: frames of its own, each in its place."""

    __slots__ = ("asked_for", "closing", "frames", "heard")

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.asked_for = 0  # bytes, the first of all: what it got before it was admitted
        self.heard = 0  # of its feed's frames: they are in here, or came before the connection was admitted
        self.closing: tuple[int, str] | None = None  # with this code and reason, behind the frames

    def catch_up(self, feed: Feed) -> None:
        """Take what the feed has brought since."""
        self.frames += feed.frames[self.heard :]
        self.heard = len(feed.frames)


@dataclass(slots=True)
class Order:
    """What a connection asked for and has not read yet: so many bytes at most, when its buffer held ``unsent``."""

    left: int
    unsent: int
    was_left: int | None = None  # when it was last asked whether the client reads on

    def read_down_to(self, unsent: int) -> None:
        """Take it that the buffer holds so much now: what was read came before all that was written since."""
        self.left -= max(0, self.unsent - unsent)
        self.unsent = unsent


class FanOut:
    """All that a server sends: collected in a turn of the loop, and written at its end.

    Args:
        said: called with a connection, a code and a reason: it was to be closed, and all that was for it is written.
        behind: called with a connection that leaves too much unread.
        max_unsent: how many bytes that is, beyond what it asked for; 0 for any number.
    """

    def __init__(
        self,
        *,
        said: Callable[[Connection, int, str], None],
        behind: Callable[[Connection], None],
        max_unsent: int = 0,
    ) -> None:
        self.max_unsent = max_unsent
        self._said = said
        self._behind = behind
        self._feeds: dict[str, Feed] = {}
        self._feed_of: dict[Connection, Feed] = {}
        self._changed: set[Feed] = set()
        self._parcels: dict[Connection, Parcel] = {}
        self._orders: dict[Connection, Order] = {}  # those that are not read to their end
        self._flush_is_due = False

    def __repr__(self) -> str:
        return f"<FanOut to {len(self._feed_of)} connections in {len(self._feeds)} rooms>"

    # What is to be sent

    def broadcast(self, room: str, text: str) -> None:
        """Send a frame to all connections that are admitted to the room."""
        if feed := self._feeds.get(room):
            feed.frames.append(_framed(text))
            self._changed.add(feed)
            self._flush_soon()

    def send(self, connection: Connection, text: str | bytes | tuple[bytes, ...]) -> None:
        """Send a frame, or several, to one connection, behind all that was broadcast to it before."""
        self._parcel(connection).frames += map(_framed, text if isinstance(text, tuple) else (text,))

    def send_last(self, connection: Connection, text: str) -> None:
        """Send a frame at once and beyond the bound: the last one, to a client that fell behind."""
        connection.transport.write(_framed(text))

    def close(self, connection: Connection, code: int, reason: str) -> None:
        """Have a connection closed behind what was sent to it before."""
        parcel = self._parcel(connection)
        parcel.closing = parcel.closing or (code, reason)

    # To whom

    def admit(self, connection: Connection, room: str) -> None:
        """From here on the room's broadcasts reach the connection; what it was sent before is what it asked for."""
        if not connection.is_open:
            return
        feed = self._feeds.get(room)
        if feed is None:
            feed = self._feeds[room] = Feed(room)
        parcel = self._parcel(connection)
        parcel.asked_for = sum(map(len, parcel.frames))
        feed.writers[connection] = connection.transport.write
        self._feed_of[connection] = feed
        parcel.heard = len(feed.frames)

    def remove(self, connection: Connection) -> None:
        """Send nothing more to a connection, not even what waits."""
        self._parcels.pop(connection, None)
        self._orders.pop(connection, None)
        feed = self._feed_of.pop(connection, None)
        if feed is None:
            return
        del feed.writers[connection]
        if not feed.writers:
            del self._feeds[feed.room]

    def recipients(self, room: str) -> list[Connection]:
        """Return the connections that the room's broadcasts reach."""
        feed = self._feeds.get(room)
        return list(feed.writers) if feed else []

    def is_behind(self, connection: Connection, *, ahead: int = 0) -> bool:
        """Tell whether a client leaves more unread than it may, and ``ahead`` bytes beyond."""
        return 0 < self.max_unsent < self._unread(connection) - ahead

    def reads_on(self, connection: Connection) -> bool | None:
        """Tell whether a client has read more of what it asked for since this was asked; None if it has read it all."""
        self._unread(connection)
        order = self._orders.get(connection)
        if order is None:
            return None
        before, order.was_left = order.was_left, order.left
        return before is None or order.left < before

    # Writing

    def flush(self) -> None:
        """Write what this turn brought: one write per connection, the same bytes for all that got the same."""
        self._flush_is_due = False
        parcels, self._parcels = self._parcels, {}
        for feed in self._changed:
            everything = b"".join(feed.frames)
            for connection, write in feed.writers.items():
                if connection in parcels:
                    parcels[connection].catch_up(feed)
                elif connection.paused:  # it is behind: its bound is looked at below
                    parcels[connection] = parcel = Parcel()
                    parcel.frames.append(everything)
                else:
                    try:
                        write(everything)
                    except Exception:  # one connection's trouble is not the room's
                        self._give_up(connection)
            feed.frames.clear()
        self._changed.clear()
        for connection, parcel in parcels.items():
            is_written = self._write(connection, b"".join(parcel.frames), parcel.asked_for)
            if parcel.closing:
                self._said(connection, *parcel.closing)
            elif not is_written:
                self._behind(connection)

    def _write(self, connection: Connection, data: bytes, asked_for: int) -> bool:
        """Write unless that would leave too much unsent; tell whether all is well."""
        if not connection.is_open:
            return True
        unread = self._unread(connection)
        if self.max_unsent and unread and unread + len(data) - asked_for > self.max_unsent:
            return False
        self._note_order(connection, len(data), asked_for)
        try:
            connection.transport.write(data)
        except Exception:  # as above
            self._give_up(connection)
        return True

    def _note_order(self, connection: Connection, written: int, asked_for: int) -> None:
        """Take note of what is written to a connection, of which it asked for so much."""
        if order := self._orders.get(connection):
            order.unsent += written
        elif asked_for:
            unsent = connection.transport.get_write_buffer_size()
            self._orders[connection] = Order(asked_for, unsent + written)

    def _unread(self, connection: Connection) -> int:
        """Return how many bytes a client leaves unread, beyond what it asked for."""
        unsent = connection.transport.get_write_buffer_size()
        order = self._orders.get(connection)
        if order is None:
            return unsent
        order.read_down_to(unsent)
        if order.left <= 0:
            del self._orders[connection]
            return unsent
        return max(0, unsent - order.left)

    def _give_up(self, connection: Connection) -> None:
        logger.exception("could not write to %r", connection)
        connection.transport.abort()

    def _parcel(self, connection: Connection) -> Parcel:
        """Return what the connection gets in this turn for itself, with all that was broadcast so far."""
        parcel = self._parcels.get(connection)
        if parcel is None:
            parcel = self._parcels[connection] = Parcel()
            self._flush_soon()
        if feed := self._feed_of.get(connection):
            parcel.catch_up(feed)
        return parcel

    def _flush_soon(self) -> None:
        if not self._flush_is_due:
            self._flush_is_due = True
            asyncio.get_running_loop().call_soon(self.flush)


def _framed(text: str | bytes) -> bytes:
    payload = text if isinstance(text, bytes) else text.encode()
    return _header(len(payload)) + payload


@functools.lru_cache(maxsize=4096)
def _header(size: int) -> bytes:
    """Return what stands before a payload of so many bytes: nothing else differs in an unmasked text frame."""
    frame: bytes = Frame(_TEXT, bytes(size)).serialize(mask=False)
    return frame[: len(frame) - size]
