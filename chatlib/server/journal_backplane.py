"""The backplane of a room that outlives its server: the in-memory one, and one append-only file beside it.

Every record is in the file before anyone is sent what it makes, with one ``write()`` in a turn of the loop. A file
survives the death of the process that wrote it, so whoever listens on the port next reads it, and the room goes on.

The file holds what was said in the chat, and is for its user's eyes only (mode 0600). What stands in it says
``journal_format``; ``journal_rewrite`` writes it anew when it has grown.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from chatlib.records import Record
from chatlib.server import journal_format, journal_rewrite
from chatlib.server.backplane import MemoryBackplane, Shore, State
from chatlib.server.journal_format import JournalError
from chatlib.server.journal_rewrite import Rewrite

logger = logging.getLogger(__name__)

OLD_SECONDS: Final = 60  # a journal that nobody touched for so long is not taken up again
TOUCH_SECONDS: Final = 10
SMALL_BYTES: Final = 1024 * 1024  # not worth a rewrite
MOST_BYTES: Final = 64 * 1024 * 1024
MOST_RECORDS: Final = 20_000  # behind the rooms as they were: each takes much longer to read than a frame that is kept


def journal_path(port: int) -> Path:
    """Return where the journal of this host's port lies: in the user's Jupyter runtime directory."""
    from jupyter_core.paths import jupyter_runtime_dir  # not for those who only want port 0

    host = re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())
    return Path(jupyter_runtime_dir()) / f"chatlib-{host}-{port}.journal"


class JournalBackplane(MemoryBackplane):
    """The in-memory backplane with a journal at ``path``.

    When the file cannot be written, or read, the chat goes on from memory, and :attr:`trouble` says so.
    """

    engine = "journal"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.trouble = ""
        self._file: int | None = None
        self._size = 0
        self._appended = 0  # records since it was rewritten
        self._rewrite: Rewrite | None = None
        self._rewrite_above = SMALL_BYTES
        self._state: State | None = None
        self._next_touch: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<JournalBackplane {self.path.name} {self.trouble or f'{self._size} bytes'}>"

    async def start(self, shore: Shore) -> None:
        """Deliver what the journal holds, if it is fresh, and append to it from then on."""
        self._state = shore.state
        try:
            earlier = self._open()
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

    def _open(self) -> list[Record]:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        journal_rewrite.fresh_path(self.path).unlink(missing_ok=True)  # its writer died over it
        self._file = os.open(self.path, journal_rewrite.APPEND, 0o600)
        if time.time() - os.fstat(self._file).st_mtime > OLD_SECONDS:
            os.ftruncate(self._file, 0)
        with os.fdopen(os.dup(self._file), "rb") as reader:
            data = reader.read()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):  # its writer died over the last record, which therefore nobody was sent
            os.ftruncate(self._file, whole)
        earlier = list(journal_format.read(data[:whole]))
        self._size, self._appended = whole, len(earlier)
        if not whole:
            self._write(journal_format.header())
        os.utime(self._file)
        return earlier

    def _append(self, batch: Sequence[Record]) -> None:
        if self._file is None:
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
        assert self._file is not None
        left = memoryview(data)
        self._size += len(data)
        while left:
            try:
                left = left[os.write(self._file, left) :]
            except OSError as error:
                if self._rewrite is None:
                    raise
                self._put_off_rewrite(error)  # where the disk is full, that makes some room

    # Written anew

    def _begin_rewrite(self) -> None:
        """Begin to replace the file by what the rooms still keep; a small one is done at once."""
        if self._file is None or self._rewrite is not None or self._state is None:
            return
        try:
            self._rewrite = Rewrite(self.path, self._state, MOST_BYTES // 2)
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
        file = rewrite.finish()
        self._close_file()
        self._file, self._size, self._appended, self._rewrite = file, rewrite.size, 0, None
        self._rewrite_above = max(SMALL_BYTES, min(2 * self._size, MOST_BYTES))

    def _put_off_rewrite(self, error: OSError) -> None:
        """Go on with the old file, which is whole, and try again when it has grown some more."""
        self._drop_rewrite()
        logger.warning("%s could not be rewritten: %s", self.path, error)
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
            os.unlink(self.path)

    def _go_on_without(self, error: Exception) -> None:
        self._close_file()
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self.trouble = f"no journal ({why}): the room lives in memory only, and ends with its server"
        logger.warning("%s: %s", self.path, self.trouble)

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _touch(self) -> None:
        """Show that somebody writes here; a journal that was removed meanwhile is written anew."""
        if self._file is None:
            return
        try:
            os.utime(self.path)
        except FileNotFoundError:
            self._begin_rewrite()
        except OSError:
            pass  # whatever is written touches it too
        self._next_touch = asyncio.get_running_loop().call_later(TOUCH_SECONDS, self._touch)
