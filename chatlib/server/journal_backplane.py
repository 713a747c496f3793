"""The backplane of a room that outlives its server: the in-memory one, and one append-only file beside it.

Every record is in the file before anyone is sent what it makes, with one ``write()`` in a turn of the loop. A file
survives the death of the process that wrote it, so whoever listens on the port next reads it, and the room goes on.

The file is JSON lines: a header, then one array per record, ``["Said", ...its fields]``. It holds what was said in the
chat, and is for its user's eyes only (mode 0600).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from chatlib import records
from chatlib.records import Record
from chatlib.server.backplane import Deliver, MemoryBackplane, State

logger = logging.getLogger(__name__)

VERSION: Final = 1
OLD_SECONDS: Final = 60  # a journal that nobody touched for so long is not taken up again
TOUCH_SECONDS: Final = 10
SMALL_BYTES: Final = 1024 * 1024  # not worth a rewrite
MOST_BYTES: Final = 64 * 1024 * 1024

_CLASSES: Final[tuple[type[Record], ...]] = (
    records.Entered,
    records.Left,
    records.Said,
    records.Renamed,
    records.Ended,
    records.Resumed,
    records.WasPlaced,
)
_CLASS_NAMED: Final = {record_class.__name__: record_class for record_class in _CLASSES}
_FIELDS_OF: Final = {record_class: tuple(f.name for f in fields(record_class)) for record_class in _CLASSES}

_APPEND: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)  # the last is for Windows

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class JournalError(Exception):
    """A journal that cannot be read: of another version, or damaged before its last record."""


def journal_path(port: int) -> Path:
    """Return where the journal of this host's port lies: in the user's Jupyter runtime directory."""
    from jupyter_core.paths import jupyter_runtime_dir  # not for those who only want port 0

    host = re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())
    return Path(jupyter_runtime_dir()) / f"chatlib-{host}-{port}.journal"


class JournalBackplane(MemoryBackplane):
    """The in-memory backplane with a journal at ``path``.

    When the file cannot be written, or read, the chat goes on from memory, and :attr:`trouble` says so.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.trouble = ""
        self._file: int | None = None
        self._size = 0
        self._rewrite_above = SMALL_BYTES
        self._state: State = tuple
        self._next_touch: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"<JournalBackplane {self.path.name} {self.trouble or f'{self._size} bytes'}>"

    def start(self, deliver: Deliver, state: State) -> None:
        """Deliver what the journal holds, if it is fresh, and append to it from then on."""
        self._state = state
        try:
            earlier = self._open()
        except (OSError, JournalError) as error:
            self._go_on_without(error)
            earlier = []
        if earlier:
            deliver(earlier)
        super().start(deliver, state)
        self._touch()

    def close(self) -> None:
        """Deliver what was taken, and leave the journal to whoever takes over."""
        super().close()
        if self._next_touch is not None:
            self._next_touch.cancel()
        self._close_file()

    def _turn(self) -> None:
        self._append(self._pending)
        super()._turn()
        if self._size > self._rewrite_above:
            self._rewrite()

    # The file

    def _open(self) -> list[Record]:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(self.path, _APPEND, 0o600)
        if time.time() - os.fstat(self._file).st_mtime > OLD_SECONDS:
            os.ftruncate(self._file, 0)
        with os.fdopen(os.dup(self._file), "rb") as reader:
            data = reader.read()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):  # its writer died over the last record, which therefore nobody was sent
            os.ftruncate(self._file, whole)
        earlier = list(_records(data[:whole]))
        self._size = whole
        if not whole:
            self._write([_header()])
        os.utime(self._file)
        return earlier

    def _append(self, batch: Sequence[Record]) -> None:
        if self._file is None:
            return
        lines = [_line(record) for record in batch if type(record) in _FIELDS_OF]
        if lines:
            try:
                self._write(lines)
            except OSError as error:
                self._abandon(error)

    def _write(self, lines: Iterable[bytes]) -> None:
        assert self._file is not None
        data = memoryview(b"".join(lines))
        self._size += len(data)
        while data:
            data = data[os.write(self._file, data) :]

    def _rewrite(self) -> None:
        """Replace the file by what the rooms still keep."""
        if self._file is None:
            return
        lines = [_line(record) for record in self._state()]
        if sum(map(len, lines)) > MOST_BYTES // 2:
            lines = list(_newest(lines, MOST_BYTES // 2))
        fresh = self.path.with_suffix(".new")
        try:
            self._close_file()
            self._file = os.open(fresh, _APPEND | os.O_TRUNC, 0o600)
            self._size = 0
            self._write([_header(), *lines])
            os.replace(fresh, self.path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(fresh)
            self._abandon(error)
        self._rewrite_above = max(SMALL_BYTES, 2 * self._size)

    def _abandon(self, error: OSError) -> None:
        """Remove the journal: with a hole it is worse than none, for whoever took it up would place numbers twice."""
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
            self._rewrite()
        except OSError:
            pass  # whatever is written touches it too
        self._next_touch = asyncio.get_running_loop().call_later(TOUCH_SECONDS, self._touch)


def _header() -> bytes:
    return _dumps({"chatlib journal": VERSION}).encode() + b"\n"


def _line(record: Record) -> bytes:
    record_class = type(record)
    values = [record_class.__name__, *(getattr(record, name) for name in _FIELDS_OF[record_class])]
    return _dumps(values).encode() + b"\n"


def _records(data: bytes) -> Iterator[Record]:
    lines = data.split(b"\n")[:-1]
    if not lines:
        return
    try:
        version = json.loads(lines[0])["chatlib journal"]
    except (ValueError, TypeError, KeyError):
        version = None
    if version != VERSION:
        raise JournalError(f"it is of version {version!r}, this one reads {VERSION}")
    for number, line in enumerate(lines[1:], start=2):
        try:
            name, *values = json.loads(line)
            yield _CLASS_NAMED[name](*map(_as_tuple, values))
        except (ValueError, TypeError, KeyError) as error:
            raise JournalError(f"its line {number} is damaged") from error


def _as_tuple(value: Any) -> Any:
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value


def _newest(lines: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield each room's own line, and of what it keeps the newest: every room has its share of ``size`` bytes."""
    rooms: list[list[bytes]] = []
    for line in lines:
        if line.startswith(b'["Resumed"'):
            rooms.append([])
        rooms[-1].append(line)
    for own, *kept in rooms:
        left = size // len(rooms)
        first = len(kept)
        while first and left >= len(kept[first - 1]):
            first -= 1
            left -= len(kept[first])
        yield own
        yield from kept[first:]
