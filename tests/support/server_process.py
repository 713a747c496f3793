"""A chat server in a process of its own, as a user starts it, and what can be seen of it from outside."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from types import TracebackType
from typing import Self

import psutil  # type: ignore[import-untyped]

from tests.support.places import ROOT


class ServerProcess:
    """``python -m chatlib serve`` with these flags; a context manager, that ends it with SIGTERM."""

    def __init__(self, *flags: str) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  # closed by __exit__
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "chatlib", "serve", *flags],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=ROOT,
        )
        assert self._popen.stdout is not None
        self.url = self._popen.stdout.readline().strip()
        assert self.url, f"the server did not start: {self.log()}"
        self.port = int(self.url.rpartition(":")[2])
        self._process = psutil.Process(self._popen.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._popen.send_signal(signal.SIGTERM)
        try:
            self._popen.communicate(timeout=10)
        finally:
            self._popen.kill()
            self._log.close()

    @property
    def alive(self) -> bool:
        """True until the process has ended."""
        return self._popen.poll() is None

    def log(self) -> str:
        """Return all that the process has written to stderr."""
        self._log.seek(0)
        return self._log.read()

    def resident(self) -> int:
        """Return the bytes of memory that the process has now."""
        return int(self._process.memory_info().rss)

    def open_files(self) -> int:
        """Return how many sockets and other files the process has open."""
        return int(self._process.num_fds())
