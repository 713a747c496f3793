"""A Jupyter application of another environment, as its own command line starts it."""

from __future__ import annotations

import secrets
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from tests.support.lab import SECONDS
from tools.ports import free_port


@contextmanager
def running(app: list[str], folder: Path, environment: Mapping[str, str], log: Path) -> Iterator[tuple[str, str]]:
    """Start an application in a folder; yield its URL and its token once it answers."""
    port, token = free_port(), secrets.token_hex(16)
    flags = ["--no-browser", "--allow-root", "--expose-app-in-browser", "--ip=127.0.0.1", f"--port={port}"]
    command = [*app, *flags, f"--IdentityProvider.token={token}"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    url = f"http://127.0.0.1:{port}/"
    try:
        deadline = time.monotonic() + SECONDS
        while not _answers(urljoin(url, f"api/status?token={token}")):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield url, token
    finally:
        process.kill()  # asked to end, it may wait long for a kernel that still starts; that ends by itself
        process.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
