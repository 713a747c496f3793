"""The backplane of a room that outlives its server: the in-memory one, and one append-only file beside it.

Every record is in the file before anyone is sent what it makes, with one ``write()`` in a turn of the loop. A file
survives the death of the process that wrote it, so whoever listens on the port next reads it, and the room goes on.

Where it lies says ``journal_file``, and what stands in it ``journal_format``; ``journal_rewrite`` writes it anew when
it has grown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from chatlib.records import Record
from chatlib.server import journal_format, journal_rewrite
from chatlib.server.backplane import MemoryBackplane, Shore, State
from chatlib.server.journal_file import JournalFile
from chatlib.server.journal_format import JournalError
from chatlib.server.journal_rewrite import Rewrite

logger = logging.getLogger(__name__)

OLD_SECONDS: Final = 60  # a journal that nobody touched for so long is not taken up again
TOUCH_SECONDS: Final = 10
SMALL_BYTES: Final = 1024 * 1024  # not worth a rewrite
MOST_BYTES: Final = 64 * 1024 * 1024
MOST_RECORDS: Final = 20_000  # behind the rooms as they were: each takes much longer to read than a frame that is kept


class JournalBackplane(MemoryBackplane):
    """The in-memory backplane with a journal in ``file``.

    When the file cannot be written, or read, the chat goes on from memory, and :attr:`trouble` says so.
    """

    engine = "journal"

    def __init__(self, file: JournalFile) -> None:
        super().__init__()
        self.trouble = ""
        self._file = file
        self._is_open = False
        self._size = 0
        self._appended = 0  # records since it was rewritten
        self._rewrite: Rewrite | None = None
        self._rewrite_above = SMALL_BYTES
        self._state: State | None = None
        self._next_touch: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<JournalBackplane {self._file.name} {self.trouble or f'{self._size} bytes'}>"

    async def start(self, shore: Shore) -> None:
        """Deliver what the journal holds, if it is fresh, and append to it from then on."""
        self._state = shore.state
        try:
            earlier = await self._open()
        except (OSError, JournalError) as error:
            self._go_on_without(error)
            earlier = []
        if earlier:
            shore.deliver(earlier)
        await super().start(shore)
        shore.adopt([""])  # those who were there: their hub is gone
        self._touch()

    async def close(self) -> None:
        """Deliver what was taken, and leave the journal to whoever takes over."""
        await super().close()
        if self._next_touch is not None:
            self._next_touch.cancel()
        self._drop_rewrite()
        self._close_file()

    def _turn(self) -> None:
        self._append(self._pending)
        super()._turn()
        if self._size > self._rewrite_above or self._appended > MOST_RECORDS:
            self._begin_rewrite()

    # The file

    async def _open(self) -> list[Record]:
        data, age = await self._file.open()
        self._is_open = True
        whole = 0 if age > OLD_SECONDS else data.rfind(b"\n") + 1
        if whole < len(data):  # its writer died over the last record, which therefore nobody was sent
            self._file.truncate(whole)
        earlier = list(journal_format.read(data[:whole]))
        self._size, self._appended = whole, len(earlier)
        if not whole:
            self._write(journal_format.header())
        self._file.touch()
        return earlier

    def _append(self, batch: Sequence[Record]) -> None:
        if not self._is_open:
            return
        placed = [(record.room, journal_format.written(record)) for record in batch if journal_format.is_kept(record)]
        if not placed:
            return
        try:
            self._write(b"".join([line for _, line in placed]))
        except OSError as error:
            self._abandon(error)
            return
        self._appended += len(placed)
        if self._rewrite is not None:
            try:
                self._rewrite.add(placed)
            except OSError as error:
                self._put_off_rewrite(error)

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        self._size += len(data)
        while left:
            try:
                left = left[self._file.write(left) :]
            except OSError as error:
                if self._rewrite is None:
                    raise
                self._put_off_rewrite(error)  # where the disk is full, that makes some room

    # Written anew

    def _begin_rewrite(self) -> None:
        """Begin to replace the file by what the rooms still keep; a small one is done at once."""
        if not self._is_open or self._rewrite is not None or self._state is None:
            return
        try:
            self._rewrite = Rewrite(self._file.begin_fresh(), self._state, MOST_BYTES // 2)
        except OSError as error:
            self._put_off_rewrite(error)
        else:
            self._go_on_rewriting(self._size)

    def _go_on_rewriting(self, size_before: int) -> None:
        """Write a slice; more than was placed since the last one, so that it comes to an end."""
        if self._rewrite is None:
            return
        try:
            if self._rewrite.step(max(journal_rewrite.SLICE_BYTES, 2 * (self._size - size_before))):
                self._take_over_rewritten(self._rewrite)
            else:
                asyncio.get_running_loop().call_soon(self._go_on_rewriting, self._size)
        except OSError as error:
            self._put_off_rewrite(error)

    def _take_over_rewritten(self, rewrite: Rewrite) -> None:
        rewrite.finish()
        self._size, self._appended, self._rewrite = rewrite.size, 0, None
        self._rewrite_above = max(SMALL_BYTES, min(2 * self._size, MOST_BYTES))

    def _put_off_rewrite(self, error: OSError) -> None:
        """Go on with the old file, which is whole, and try again when it has grown some more."""
        self._drop_rewrite()
        logger.warning("%s could not be rewritten: %s", self._file, error)
        self._rewrite_above = self._size + SMALL_BYTES
        self._appended = 0
        if self._size > 2 * MOST_BYTES:
            self._abandon(error)

    def _drop_rewrite(self) -> None:
        if self._rewrite is not None:
            self._rewrite.drop()
            self._rewrite = None

    def _abandon(self, error: OSError) -> None:
        """Remove the journal: with a hole it is worse than none, for whoever took it up would place numbers twice."""
        self._drop_rewrite()
        self._go_on_without(error)
        with suppress(OSError):
            self._file.remove()

    def _go_on_without(self, error: Exception) -> None:
        self._close_file()
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self.trouble = f"no journal ({why}): the room lives in memory only, and ends with its server"
        logger.warning("%s: %s", self._file, self.trouble)

    def _close_file(self) -> None:
        self._is_open = False
        self._file.close()

    def _touch(self) -> None:
        """Show that somebody writes here; a journal that was removed meanwhile is written anew."""
        if not self._is_open:
            return
        try:
            self._file.touch()
        except FileNotFoundError:
            self._begin_rewrite()
        except OSError:
            pass  # whatever is written touches it too
        self._next_touch = asyncio.get_running_loop().call_later(TOUCH_SECONDS, self._touch)
