"""A Redis of the tests' own: on a free port, with its own directory; killed for real, and started again."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import time
from types import TracebackType
from typing import Self

import psutil  # type: ignore[import-untyped]

from tools import programs
from tools.ports import free_port

SECONDS = 60


class RedisServer:
    """
    A Redis with an append-only file; a context manager. ``flags`` are its own, ``--requirepass`` and so on.

    What it acknowledged is in its file (``appendfsync always``), so that a kill takes nothing of it. With ``everysec``
    Redis puts a write off for up to two seconds while the disk is busy with the last, and acknowledges all the same.
    """

    def __init__(self, *flags: str) -> None:
        self.port = free_port()
        self.flags = flags
        self.url = f"redis://127.0.0.1:{self.port}"
        self._folder = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it, and wait until it answers that it has read its file."""
        path = programs.find_redis()
        assert path, f"No Redis was found. Run `make test`, or install {programs.ADVICE['redis']}."
        own = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._folder.name]
        kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
        self._process = subprocess.Popen([path, *own, *kept, *self.flags], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + SECONDS
        while self.ask("PING")[:1] not in (b"+", b"-") or self.ask("PING").startswith(b"-LOADING"):
            assert time.monotonic() < deadline, "this Redis does not answer"
            assert self._process.poll() is None, "this Redis did not start"
            time.sleep(0.01)

    def ask(self, *words: str) -> bytes:
        """Return the answer to a command as it comes, "" if there is none."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as sock:
            parts = [b"$%d\r\n%b\r\n" % (len(word.encode()), word.encode()) for word in words]
            sock.sendall(b"*%d\r\n%b" % (len(parts), b"".join(parts)))
            return sock.recv(65536)
        return b""

    @property
    def process(self) -> psutil.Process:
        """The process as psutil sees it."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def signal(self, number: int) -> None:
        """Send it a signal: SIGSTOP has it hang, with every connection open."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it with SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
