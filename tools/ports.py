"""Ports that nobody listens on, for servers that are told theirs before they start."""

from __future__ import annotations

import itertools
import os
import random
import socket
import sys
from collections.abc import Iterator

FIRST = 20_000  # what lies above 30,000, systems hand out by themselves, also to connections that go out
EACH = 1_000


def _ports() -> Iterator[int]:
    """Yield the ports of this process, again and again.

    The processes of one run of the tests, which pytest-xdist numbers, have different ones; two runs at a time on one
    machine hardly begin at the same place.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST + EACH * (worker % 10)
    start = random.randrange(EACH)
    return itertools.cycle(first + (start + step) % EACH for step in range(EACH))


_next = _ports()


def free_port() -> int:
    """Return a port that nobody listens on now, and that nobody else is given soon."""
    for port in itertools.islice(_next, EACH):
        if _is_free(port):
            return port
    raise OSError(f"somebody listens on each of the {EACH} ports that this process may give")


def kernel_ports() -> dict[str, int | bool]:
    """Return five for a kernel, as its manager takes them.

    Those that a manager chooses itself may be some connection's by the time the kernel listens, which then dies.
    """
    names = ("shell", "iopub", "stdin", "hb", "control")
    return {f"{name}_port": free_port() for name in names} | {"cache_ports": False}


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        if sys.platform != "win32":  # there it would share the port of somebody who listens
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
            sock.listen()
        except OSError:
            return False
    return True
