"""The way out: what rooms and single clients are sent, and when it is written.

Why it is fast: a frame is made once, and the same bytes go to everyone. What one turn of the loop brings is collected,
and written with one ``write()`` for each connection, for the cost of fan-out is the system's ``send()``.

Why it is safe: nothing here awaits a client. What a client does not read is buffered up to ``max_unsent`` bytes; then
the server is told that it fell behind, and the others never wait for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
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

    __slots__ = ("closing", "frames", "heard")

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.heard = 0  # of its feed's frames: they are in here, or came before the connection was admitted
        self.closing: tuple[int, str] | None = None  # with this code and reason, behind the frames

    def catch_up(self, feed: Feed) -> None:
        """Take what the feed has brought since."""
        self.frames += feed.frames[self.heard :]
        self.heard = len(feed.frames)


class FanOut:
    """All that a server sends: collected in a turn of the loop, and written at its end.

    Args:
        said: called with a connection, a code and a reason: it was to be closed, and all that was for it is written.
        behind: called with a connection that leaves too much unread.
        max_unsent: how many bytes that is; 0 for any number.
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

    def send(self, connection: Connection, text: str | bytes) -> None:
        """Send a frame to one connection, behind all that was broadcast to it before."""
        self._parcel(connection).frames.append(_framed(text))

    def send_last(self, connection: Connection, text: str) -> None:
        """Send a frame at once and beyond the bound: the last one, to a client that fell behind."""
        connection.transport.write(_framed(text))

    def close(self, connection: Connection, code: int, reason: str) -> None:
        """Have a connection closed behind what was sent to it before."""
        parcel = self._parcel(connection)
        parcel.closing = parcel.closing or (code, reason)

    # To whom

    def admit(self, connection: Connection, room: str) -> None:
        """From here on the room's broadcasts reach the connection."""
        if not connection.is_open:
            return
        feed = self._feeds.get(room)
        if feed is None:
            feed = self._feeds[room] = Feed(room)
        parcel = self._parcel(connection)
        feed.writers[connection] = connection.transport.write
        self._feed_of[connection] = feed
        parcel.heard = len(feed.frames)

    def remove(self, connection: Connection) -> None:
        """Send nothing more to a connection, not even what waits."""
        self._parcels.pop(connection, None)
        feed = self._feed_of.pop(connection, None)
        if feed is None:
            return
        del feed.writers[connection]
        if not feed.writers:
            del self._feeds[feed.room]

    def is_behind(self, connection: Connection, *, ahead: int = 0) -> bool:
        """Tell whether a client leaves more unread than it may, and ``ahead`` bytes beyond."""
        return 0 < self.max_unsent < connection.transport.get_write_buffer_size() - ahead

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
            is_written = self._write(connection, b"".join(parcel.frames))
            if parcel.closing:
                self._said(connection, *parcel.closing)
            elif not is_written:
                self._behind(connection)

    def _write(self, connection: Connection, data: bytes) -> bool:
        """Write unless that would leave too much unsent; tell whether all is well."""
        if not connection.is_open:
            return True
        transport = connection.transport
        if self.max_unsent and (unsent := transport.get_write_buffer_size()) and unsent + len(data) > self.max_unsent:
            return False
        try:
            transport.write(data)
        except Exception:  # as above
            self._give_up(connection)
        return True

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
    return Frame(_TEXT, text if isinstance(text, bytes) else text.encode()).serialize(mask=False)
