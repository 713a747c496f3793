"""The listening sockets, and how many connections can come out of it."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import Any, Final

from chatlib.errors import PortInUseError
from chatlib.machine import ports, processes

BACKLOG: Final = 1024
FILES_RESERVED: Final = 64  # open files for all else that this process does
ACCEPTED_AT_ONCE: Final = FILES_RESERVED // 8  # in one turn of the loop, beyond the limit too
UNLIMITED: Final = 1_000_000
FREE_PORT_ATTEMPTS: Final = 20  # to find one that is free in both families

_NO_IPV6: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on all that is ``host``, on one port, with a queue for a whole class.

    Where this machine has no IPv6, the IPv4 half is all there is.

    Raises:
        OSError: the address cannot be listened on; errno.EADDRINUSE if somebody else does.
        PortInUseError: another program has one half of it: whoever says ``localhost`` might reach that one.
    """
    for _ in range(0 if port else FREE_PORT_ATTEMPTS):
        with suppress(PortInUseError):
            return _listen_on_all(host, 0)
    return _listen_on_all(host, port)


def _listen_on_all(host: str, port: int) -> list[socket.socket]:
    first, *others = ports.addresses(host)
    with ExitStack() as failed:
        sockets = [failed.enter_context(_listen_on(first, port))]
        port = sockets[0].getsockname()[1]
        for address in others:
            try:
                sockets.append(failed.enter_context(_listen_on(address, port)))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise PortInUseError(port, _other_half(address, port)) from error
                if host == address or error.errno not in _NO_IPV6:
                    raise
        failed.pop_all()
    return sockets


def _listen_on(address: str, port: int) -> socket.socket:
    listening = ports.bind(address, port)
    try:
        listening.listen(BACKLOG)  # bind alone is no lock: with SO_REUSEADDR two may bind, and one may listen
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening


def _other_half(address: str, port: int) -> str:
    """Say who has the half of a host that we could not get."""
    held = [each for each in processes.listening(port) or () if ":" in each.address]
    who = "; ".join(processes.described(process) for each in held for process in processes.holders(each))
    return f"its IPv4 half is free, but {who or 'somebody'} listens on [{address}], where localhost may lead as well"


def listen_no_more(listening: Iterable[Any]) -> None:
    """Have the running loop accept nothing more; what it has accepted becomes connections within two turns."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # the proactor loop of Windows has no readers
        for sock in listening:
            loop.remove_reader(sock.fileno())


def raise_file_limit() -> int:
    """Raise this process's soft limit of open files to the hard one; return how many sockets that leaves."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return UNLIMITED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):  # macOS says "unlimited", and means less
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return UNLIMITED if soft == resource.RLIM_INFINITY else max(1, soft - FILES_RESERVED)
