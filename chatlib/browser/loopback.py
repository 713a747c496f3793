"""127.0.0.1 among the kernels of a browser's origin: who listens where, and how to reach them.

A port is a lock: one kernel has it, and nobody once its kernel is dead, so that standing by for a port works as ever.
Who knocks at a port that nobody has is refused; else whoever listens there answers, now or later, on a channel of their
own: the connection.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import os
import random
import secrets
import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Self

from chatlib import background
from chatlib.browser.connection import Address, Connection
from chatlib.browser.parts import Channel, Kind, Parts, Value
from chatlib.network import Listening
from chatlib.server_url import LOCALHOST, LOCALHOST_6

FREE_PORTS: Final = range(49_152, 65_536)  # IANA's, for whoever asks for any
LEASE_PORTS: Final = 128  # a kernel's share of them: so any that is free is known at once
HERE: Final = {"localhost": LOCALHOST, "0.0.0.0": LOCALHOST, "": LOCALHOST, "::": LOCALHOST_6}

Factory = Callable[[], asyncio.BaseProtocol]


class Port:
    """A port of this kernel's, or one that it asks for: what stands for a socket that listens."""

    def __init__(self, network: Loopback, address: Address) -> None:
        self._network = network
        self._address = address
        self._claimed: asyncio.Future[bool] | None = None
        self._release: Callable[[], None] | None = None
        self._door: Channel | None = None
        self._waiting: list[str] = []
        self._accept: Callable[[str, str, int], None] | None = None
        self._is_closed = False

    def __repr__(self) -> str:
        state = "closed" if self._is_closed else "bound" if self._release is None else "taken"
        return f"<Port {self._address[0]}:{self._address[1]} {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: Any) -> None:
        self.close()

    @property
    def family(self) -> socket.AddressFamily:
        """Its address's."""
        return socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET

    def getsockname(self) -> Address:
        """Return the address."""
        return self._address

    def fileno(self) -> int:
        """Return -1: the system knows nothing of it."""
        return -1

    def setblocking(self, flag: bool, /) -> None:
        """Do nothing: it never blocks."""

    def listen(self, backlog: int = 0, /) -> None:
        """Ask for the port, and keep whoever knocks meanwhile; :meth:`claimed` says whether it is ours."""
        self._ask()
        if self._door is None:
            self._door = self._network.parts.channel(_door(self._address), self._knock)

    async def claimed(self) -> None:
        """Wait until the port is ours.

        Raises:
            OSError: errno.EADDRINUSE if it is another's.
        """
        if not await asyncio.shield(self._ask()):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))

    def close(self) -> None:
        """Give it back, and refuse whoever was not accepted."""
        self._is_closed = True
        self._accept = None
        self._network.bound.discard(self)
        if self._door is not None:
            self._door.close()
            self._door = None
        for knock in self._waiting if self._release else ():
            refusal = self._network.parts.channel(f"connection {knock.split()[0]}", lambda kind, value: None)
            refusal.post(Kind.REFUSED)
            refusal.close()
        self._waiting.clear()
        if self._release is not None:
            self._release()
            self._release = None

    def accept(self, accept: Callable[[str, str, int], None] | None) -> None:
        """Have ``accept`` called for each who knocks, and has knocked: connection, kernel, port."""
        self._accept = accept
        self._let_in()

    @property
    def is_accepting(self) -> bool:
        """Tell whether who knocks is let in."""
        return self._accept is not None

    def _ask(self) -> asyncio.Future[bool]:
        if self._claimed is None:
            self._claimed = asyncio.get_running_loop().create_future()
            self._network.parts.claim(_door(self._address), self._answered)
        return self._claimed

    def _answered(self, release: Callable[[], None] | None) -> None:
        assert self._claimed is not None
        self._release = release
        self._claimed.set_result(release is not None)
        if self._is_closed and release is not None:
            self.close()
        self._let_in()

    def _knock(self, kind: Kind, value: Value) -> None:
        assert isinstance(value, str)
        self._waiting.append(value)
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._accept is not None and self._release is not None:
            name, kernel, port = self._waiting.pop(0).split()
            self._accept(name, kernel, int(port))


class Server(asyncio.AbstractServer):
    """asyncio's server, on ports of the network."""

    def __init__(self, network: Loopback, ports: list[Port], factory: Factory) -> None:
        self._network = network
        self._ports = ports
        self._factory = factory
        self._loop = asyncio.get_running_loop()
        self._open: set[Connection] = set()
        self._over = asyncio.Event()

    def __repr__(self) -> str:
        return f"<Server on {self._ports}>"

    @property
    def sockets(self) -> tuple[Port, ...]:
        """The ports, none once it is closed."""
        return tuple(self._ports)

    async def start_serving(self) -> None:
        """Accept whoever knocks.

        Raises:
            OSError: errno.EADDRINUSE if another one has a port.
        """
        for port in self._ports:
            port.listen()
            await port.claimed()
            port.accept(functools.partial(self._accept, port.getsockname()))

    def _accept(self, here: Address, name: str, kernel: str, number: int) -> None:
        connection = Connection(self._network.parts, name, self._factory, here, (here[0], number))
        self._open.add(connection)
        connection.lost.add_done_callback(lambda _: self._lost(connection))
        connection.accept(self._network.kernel, kernel)

    def _lost(self, connection: Connection) -> None:
        self._open.discard(connection)
        self._see_whether_it_is_over()

    async def serve_forever(self) -> None:
        """Serve until it is closed, or the caller is cancelled."""
        await self.start_serving()
        try:
            await self._over.wait()
        finally:
            self.close()

    def close(self) -> None:
        """Give the ports back; connections stay."""
        for port in self._ports:
            port.close()
        self._ports = []
        self._see_whether_it_is_over()

    def close_clients(self) -> None:
        """Close every connection."""
        for connection in list(self._open):
            connection.close()

    def abort_clients(self) -> None:
        """End every connection at once."""
        for connection in list(self._open):
            connection.abort()

    def _see_whether_it_is_over(self) -> None:
        if not self._ports and not self._open:
            self._over.set()

    async def wait_closed(self) -> None:
        """Wait until it is closed, and every connection lost."""
        await self._over.wait()

    def is_serving(self) -> bool:
        """Tell whether whoever knocks is accepted."""
        return any(port.is_accepting for port in self._ports)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return its loop."""
        return self._loop


class Loopback:
    """The network of one kernel: what its loop and ``chatlib.network`` ask for."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.kernel = secrets.token_hex(8)
        self._ready: asyncio.Future[None] | None = None
        self.bound: set[Port] = set()
        self._lease: deque[int] = deque()  # the ports that may be given away, the next one first

    def __repr__(self) -> str:
        return f"<Loopback of kernel {self.kernel}, {len(self.bound)} ports>"

    def begin(self) -> asyncio.Future[None]:
        """Show the others that this kernel lives, and take a share of the free ports; once."""
        if self._ready is None:
            self._ready = asyncio.ensure_future(self._begin())
        return self._ready

    async def ready(self) -> None:
        """Wait until that is done."""
        await asyncio.shield(self.begin())

    async def _begin(self) -> None:
        await self._claim(f"kernel {self.kernel}")
        shares = range(len(FREE_PORTS) // LEASE_PORTS)
        for share in random.sample(shares, len(shares)):
            if await self._claim(f"ports {share}"):
                self._lease = deque(FREE_PORTS[share * LEASE_PORTS : (share + 1) * LEASE_PORTS])
                return
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))

    async def _claim(self, name: str) -> bool:
        """Take a lock for as long as this kernel lives."""
        claimed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.parts.claim(name, lambda release: claimed.set_result(release is not None))
        return await claimed

    def bind(self, host: str, port: int) -> Port:
        """Return a port that is asked for when it is to listen.

        Raises:
            OSError: the host is not this kernel's.
        """
        if not _is_here(host):
            raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
        bound = Port(self, (host, port or self._free_port()))
        self.bound.add(bound)
        return bound

    async def confirm(self, bound: Listening) -> None:
        """Make sure that a port is ours.

        Raises:
            OSError: errno.EADDRINUSE if it is another's.
        """
        assert isinstance(bound, Port)
        await bound.claimed()

    def own_address(self, wildcard: str) -> str:
        """Return the loopback's address: there are no others on this network."""
        return HERE[wildcard]

    def _free_port(self) -> int:
        if not self._lease:
            background.run(self.ready())
        taken = {port.getsockname()[1] for port in self.bound}
        for _ in range(len(self._lease)):
            self._lease.rotate(-1)
            if self._lease[-1] not in taken:
                return self._lease[-1]
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))

    async def create_server(
        self,
        protocol_factory: Factory,
        host: str | None = None,
        port: int | None = None,
        *,
        sock: Port | None = None,
        backlog: int = 100,
        start_serving: bool = True,
        **_: Any,
    ) -> Server:
        """Listen, as asyncio's loop does."""
        await self.ready()
        server = Server(self, [sock or self.bind(host or LOCALHOST, port or 0)], protocol_factory)
        try:
            if start_serving:
                await server.start_serving()
        except BaseException:
            server.close()
            raise
        return server

    async def create_connection(
        self,
        protocol_factory: Factory,
        host: str = LOCALHOST,
        port: int = 0,
        *,
        ssl: Any = None,
        sock: Any = None,
        **_: Any,
    ) -> tuple[Connection, Any]:
        """Connect, as asyncio's loop does; refused if nobody has the port before somebody there answers."""
        if not _is_here(host):
            raise OSError(errno.ENETUNREACH, f"a kernel in a browser reaches 127.0.0.1 only, not {host}")
        if ssl or sock:
            raise OSError(errno.EPROTONOSUPPORT, f"kernels in a browser have no {'TLS' if ssl else 'sockets'}")
        await self.ready()
        name, door = secrets.token_hex(8), _door((host, port))
        here = (LOCALHOST, random.choice(FREE_PORTS))  # nobody needs it
        connection = Connection(self.parts, name, protocol_factory, here, (host, port))
        call_off = self.parts.when_free(door, connection.refuse)
        knocking = self.parts.channel(door, lambda kind, value: None)
        knocking.post(Kind.KNOCK, f"{name} {self.kernel} {here[1]}")
        knocking.close()
        try:
            await connection.answered
        except asyncio.CancelledError:
            connection.abort()
            raise
        finally:
            call_off()
        return connection, connection.get_protocol()


def _is_here(host: str) -> bool:
    return HERE.get(host, host) in (LOCALHOST, LOCALHOST_6)


def _door(address: Address) -> str:
    host, port = address
    return f"port {HERE.get(host, host)} {port}"
