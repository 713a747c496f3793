"""The listening sockets, and how many connections can come out of it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from chatlib import network
from chatlib.errors import PortInUseError
from chatlib.machine import ports
from chatlib.network import Listening

BACKLOG: Final = 1024
FILES_RESERVED: Final = 64  # open files for all else that this process does
ACCEPTED_AT_ONCE: Final = FILES_RESERVED // 8  # in one turn of the loop, beyond the limit too
UNLIMITED: Final = 1_000_000
FREE_PORT_ATTEMPTS: Final = 20  # to find one that is free in both families


async def listen(host: str, port: int) -> list[Listening]:
    """Return sockets that listen on all that is ``host``, on one port, with a queue for a whole class.

    Where this machine has no IPv6, the IPv4 half is all there is.

    Raises:
        OSError: the address cannot be listened on; errno.EADDRINUSE if somebody else does.
        PortInUseError: another program has one half of it: whoever says ``localhost`` might reach that one.
    """
    open_one = functools.partial(network.hold, backlog=BACKLOG)
    for _ in range(0 if port else FREE_PORT_ATTEMPTS):
        with suppress(PortInUseError):
            return await ports.take(host, 0, open_one)
    return await ports.take(host, port, open_one)


def listen_no_more(listening: Iterable[Any]) -> None:
    """Have the running loop accept nothing more; what it has accepted becomes connections within two turns."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # the proactor loop of Windows has no readers
        for sock in listening:
            loop.remove_reader(sock.fileno())


def raise_file_limit() -> int:
    """Raise this process's soft limit of open files to the hard one; return how many sockets that leaves."""
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit, setrlimit
    except ImportError:  # Windows has no such limit, nor has a browser
        return UNLIMITED
    soft, hard = getrlimit(RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):  # macOS says "unlimited", and means less
            setrlimit(RLIMIT_NOFILE, (hard, hard))
        soft, _ = getrlimit(RLIMIT_NOFILE)
    return UNLIMITED if soft == RLIM_INFINITY else max(1, soft - FILES_RESERVED)
