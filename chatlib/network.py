"""Where the ports are had that this process listens on: the system's sockets, unless told otherwise.

All else that sockets do, asyncio's loop does.
"""

from __future__ import annotations

import socket
from typing import Any, Protocol, Self

from chatlib.server_url import LOCALHOST, LOCALHOST_6


class Listening(Protocol):
    """A listening socket, or what stands for one: what of ``socket.socket`` is asked of it, here and by asyncio."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc: Any) -> bool | None: ...

    def getsockname(self) -> Any:
        """Return the address."""

    def listen(self, backlog: int = ..., /) -> None:
        """Take connections, so many ahead of who accepts them."""

    def setblocking(self, flag: bool, /) -> None:
        """Have calls wait, or not."""

    def fileno(self) -> int:
        """Return what the system knows it by, -1 for none."""

    def close(self) -> None:
        """Give the address back."""


class Network(Protocol):
    """Where the ports of this machine are had; all else that sockets do, asyncio's loop does."""

    def bind(self, host: str, port: int) -> Listening:
        """Return what is bound to the address, which fails where somebody listens; it does not listen yet."""

    async def confirm(self, bound: Listening) -> None:
        """Make sure that nobody else has the address.

        Raises:
            OSError: errno.EADDRINUSE if somebody has.
        """

    def own_address(self, wildcard: str) -> str:
        """Return the address under which others on the network find whoever listens on ``0.0.0.0`` or ``::``."""


class SystemNetwork:
    """The system's sockets: the network of every ordinary Python."""

    def bind(self, host: str, port: int) -> socket.socket:
        """Return a socket bound as a server's is."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio leaves Nagle's delay on
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where SO_REUSEADDR would share the port with anyone
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
            bound.bind((host, port))
            bound.setblocking(False)
        except BaseException:
            bound.close()
            raise
        return bound

    async def confirm(self, bound: Listening) -> None:
        """Do nothing: bind() and listen() have told."""

    def own_address(self, wildcard: str) -> str:
        """Return this machine's address; nothing is sent for that."""
        family, far = (socket.AF_INET6, "2001:db8::1") if ":" in wildcard else (socket.AF_INET, "192.0.2.1")
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((far, 9))  # for documentation (RFC 5737, RFC 3849): a datagram's route is looked up
                return str(probe.getsockname()[0])
            except OSError:  # no network
                return LOCALHOST_6 if ":" in wildcard else LOCALHOST


_network: Network = SystemNetwork()


def move(network: Network) -> None:
    """Have the ports of another network from now on."""
    global _network
    _network = network


def bind(host: str, port: int) -> Listening:
    """Return a socket bound as a server's is, which fails where somebody listens; it does not listen yet.

    Raises:
        OSError: errno.EADDRINUSE if somebody listens there.
    """
    return _network.bind(host, port)


def own_address(wildcard: str) -> str:
    """Return the address under which others on the network find whoever listens on ``0.0.0.0`` or ``::``."""
    return _network.own_address(wildcard)


async def hold(host: str, port: int, *, backlog: int | None = None) -> Listening:
    """Return a socket of which it is sure that nobody else has its address; it listens, with this backlog.

    Raises:
        OSError: errno.EADDRINUSE if somebody listens there.
    """
    bound = bind(host, port)
    try:
        if backlog is not None:
            bound.listen(backlog)  # bind alone is no lock: with SO_REUSEADDR two may bind, and one may listen
        await _network.confirm(bound)
    except BaseException:
        bound.close()
        raise
    return bound
