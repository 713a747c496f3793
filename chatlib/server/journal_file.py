"""Where a journal lies: a file in the user's Jupyter runtime directory, unless told otherwise.

What a journal needs of a file is little, and all of it at once, with no waiting: bytes are appended, and survive the
death of the process that wrote them; and another file, when it is whole, takes its place.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

APPEND: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)  # the last is for Windows


class FreshFile(Protocol):
    """What will take a journal's place, when it is whole."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Append some of it, and return how much."""

    def take_over(self) -> None:
        """Become the journal."""

    def drop(self) -> None:
        """Leave everything as it was."""


class JournalFile(Protocol):
    """One journal; every method but ``open()`` is for whoever has opened it. All of them raise OSError."""

    name: str

    async def open(self) -> tuple[bytes, float]:
        """Make it ours, and return what it holds, and how many seconds ago somebody touched it."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Append some of it, and return how much: that outlives us."""

    def truncate(self, size: int) -> None:
        """Keep so many bytes."""

    def touch(self) -> None:
        """Show that somebody writes here.

        Raises:
            FileNotFoundError: somebody has removed it.
        """

    def begin_fresh(self) -> FreshFile:
        """Begin the one that will take its place."""

    def close(self) -> None:
        """Leave it to whoever opens it next."""

    def remove(self) -> None:
        """Close it, and have nobody find it."""


class DiskFile:
    """A journal at a path, for its user's eyes only (mode 0600)."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self._file: int | None = None

    def __str__(self) -> str:
        return str(self._path)

    def __repr__(self) -> str:
        return f"<DiskFile {self.name}{'' if self._file is None else ' open'}>"

    async def open(self) -> tuple[bytes, float]:
        """Open the file, which is made if there is none; what a killed writer left beside it is removed."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh_path(self._path).unlink(missing_ok=True)
        self._file = os.open(self._path, APPEND, 0o600)
        with os.fdopen(os.dup(self._file), "rb") as reader:
            age = time.time() - os.fstat(self._file).st_mtime
            return reader.read(), age

    def write(self, data: bytes | memoryview, /) -> int:
        """Append."""
        return os.write(self._opened(), data)

    def truncate(self, size: int) -> None:
        """Keep so many bytes."""
        os.ftruncate(self._opened(), size)

    def touch(self) -> None:
        """Set its time."""
        os.utime(self._path)

    def begin_fresh(self) -> FreshFile:
        """Begin a file beside it."""
        return _FreshDiskFile(self._path, self._replace)

    def _replace(self, file: int) -> None:
        self.close()
        self._file = file

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        """Close and unlink it."""
        self.close()
        os.unlink(self._path)

    def _opened(self) -> int:
        assert self._file is not None
        return self._file


class _FreshDiskFile:
    """A file beside a journal; what it has written is given to ``replace`` when it takes over."""

    def __init__(self, path: Path, replace: Callable[[int], None]) -> None:
        self._path = path
        self._replace = replace
        self._file = os.open(fresh_path(path), APPEND | os.O_TRUNC, 0o600)

    def __repr__(self) -> str:
        return f"<fresh {fresh_path(self._path).name}>"

    def write(self, data: bytes | memoryview, /) -> int:
        return os.write(self._file, data)

    def take_over(self) -> None:
        os.replace(fresh_path(self._path), self._path)
        self._replace(self._file)

    def drop(self) -> None:
        os.close(self._file)
        with suppress(OSError):
            os.unlink(fresh_path(self._path))


def fresh_path(path: Path) -> Path:
    """Return where the journal that will replace this one is written."""
    return path.with_suffix(".new")


def journal_path(port: int) -> Path:
    """Return where the journal of this host's port lies: in the user's Jupyter runtime directory."""
    from jupyter_core.paths import jupyter_runtime_dir  # not for those who only want port 0

    host = re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())
    return Path(jupyter_runtime_dir()) / f"chatlib-{host}-{port}.journal"


def _on_disk(port: int) -> JournalFile:
    return DiskFile(journal_path(port))


_of_port: Callable[[int], JournalFile] = _on_disk


def move(of_port: Callable[[int], JournalFile]) -> None:
    """Have journals lie elsewhere from now on: where, ``of_port`` says."""
    global _of_port
    _of_port = of_port


def of_port(port: int) -> JournalFile:
    """Return the journal of this machine's port."""
    return _of_port(port)
