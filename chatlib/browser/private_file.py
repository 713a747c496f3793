"""The journal of a kernel in a browser: files of the origin's private file system, which all its kernels see.

An access handle there reads and writes at once, like a file descriptor, and is ours alone until we close it or die. It
can be had only by waiting, and no file can take another's place; so a journal is a pair of files, both open, of which
one is the journal: that which is whole, by its first byte, which a fresh one gets last.
"""

from __future__ import annotations

import asyncio
import errno
import time
from typing import Any, Final

from js import Object, Uint8Array, navigator
from pyodide.ffi import JsException, to_js

from chatlib.server.journal_file import FreshFile

ATTEMPTS: Final = 50  # the browser gives back what a dead worker had a moment after its locks
PAUSE_SECONDS: Final = 0.1
UNFINISHED: Final = b"\0"


class PrivateFile:
    """The journal of a port."""

    def __init__(self, port: int) -> None:
        self.name = f"chatlib-{port}.journal"
        self._files: list[_Handle] = []  # the journal first

    def __repr__(self) -> str:
        return f"<PrivateFile {self.name}{' open' if self._files else ''}>"

    async def open(self) -> tuple[bytes, float]:
        """Have both files, or wait for them until a dead kernel's are given back."""
        if not getattr(navigator, "storage", None):
            raise OSError(errno.EOPNOTSUPP, "this page is not secure, and so its browser keeps no files for it")
        try:
            root = await navigator.storage.getDirectory()
            for name in (self.name, f"{self.name}.twin"):
                self._files.append(await _Handle.open(root, name))
        except JsException as error:
            raise OSError(errno.EIO, f"{error.name}: {error.message}") from error
        self._files.sort(key=lambda file: (not file.is_whole(), -file.modified))
        journal, twin = self._files
        twin.truncate(0)
        return journal.read(), time.time() - journal.modified

    def write(self, data: bytes | memoryview, /) -> int:
        """Append."""
        return self._files[0].write(data)

    def truncate(self, size: int) -> None:
        """Keep so many bytes."""
        self._files[0].truncate(size)

    def touch(self) -> None:
        """Write its first byte once more, for the time of its last change."""
        self._files[0].touch()

    def begin_fresh(self) -> FreshFile:
        """Begin in the other file."""
        self._files[1].truncate(0)
        return _FreshTwin(self._files)

    def close(self) -> None:
        """Give both back."""
        for file in self._files:
            file.close()
        self._files.clear()

    def remove(self) -> None:
        """Empty it: what is empty, nobody takes up."""
        for file in self._files:
            file.truncate(0)
        self.close()


class _FreshTwin:
    """The other file of a pair, until it is the journal."""

    def __init__(self, files: list[_Handle]) -> None:
        self._files = files
        self._fresh = files[1]
        self._first = b""

    def write(self, data: bytes | memoryview, /) -> int:
        if self._fresh.size or not data:
            return self._fresh.write(data)
        self._first = bytes(data[:1])
        return self._fresh.write(UNFINISHED + data[1:])

    def take_over(self) -> None:
        self._fresh.write(self._first, at=0)
        self._files.reverse()
        self._files[1].truncate(0)

    def drop(self) -> None:
        self._fresh.truncate(0)


class _Handle:
    """One file, and ours."""

    def __init__(self, handle: Any, modified: float) -> None:
        self._handle = handle
        self.modified = modified
        self.size: int = handle.getSize()

    @classmethod
    async def open(cls, root: Any, name: str) -> _Handle:
        entry = await root.getFileHandle(name, _options(create=True))
        for attempt in range(ATTEMPTS):
            try:
                modified = (await entry.getFile()).lastModified / 1000
                return cls(await entry.createSyncAccessHandle(), modified)
            except JsException:
                if attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError

    def is_whole(self) -> bool:
        return self.size > 0 and self.read(1) != UNFINISHED

    def read(self, size: int | None = None) -> bytes:
        buffer = Uint8Array.new(self.size if size is None else size)
        self._handle.read(buffer, _options(at=0))
        return bytes(buffer.to_bytes())

    def write(self, data: bytes | memoryview, at: int | None = None) -> int:
        try:
            written: int = self._handle.write(to_js(data), _options(at=self.size if at is None else at))
            self._handle.flush()
        except JsException as error:
            raise OSError(errno.ENOSPC, f"{error.name}: {error.message}") from error
        self.size = self._handle.getSize()
        return written

    def truncate(self, size: int) -> None:
        self._handle.truncate(size)
        self.size = self._handle.getSize()

    def touch(self) -> None:
        if self.size:
            self.write(self.read(1), at=0)

    def close(self) -> None:
        self._handle.close()


def _options(**options: Any) -> Any:
    return to_js(options, dict_converter=Object.fromEntries)
