"""Who runs the server on a port: this kernel, or another that answers, for which this one stands by."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import random
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from enum import IntEnum
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from chatlib import background
from chatlib.errors import PortInUseError, ServeError
from chatlib.limits import Limits
from chatlib.machine import ports
from chatlib.machine.ports import LOCALHOST
from chatlib.machine.processes import is_another_users
from chatlib.server import handshake
from chatlib.server.backplane import MemoryBackplane
from chatlib.server.chat_server import ChatServer
from chatlib.server.journal_backplane import JournalBackplane, journal_path
from chatlib.server.settings import Settings

logger = logging.getLogger(__name__)

STANDBY_SECONDS: Final = 0.5
STARTING_ATTEMPTS: Final = 3


class Role(IntEnum):
    """What this kernel is to the server on a port; it only goes forward, on the background loop."""

    NEW = 0
    JOINED = 1
    OWNER = 2
    STOPPED = 3


class Server:
    """What serve() returns: this kernel's server, or the one it joined. Safe from any thread; a context manager.

    ``port`` is the real one. A server that was joined is stood in for: when it is gone, one of the kernels that joined
    it listens in its place, reads the journal, and the room goes on.
    """

    def __init__(self, host: str, port: int, settings: Settings) -> None:
        self.port = port
        self.host = host
        self._settings = settings
        self._role = Role.NEW
        self._engine: ChatServer | None = None
        self._standing_by: asyncio.Task[None] | None = None
        self._tasks = background.Tasks(self._report)
        self._forget: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """The URL that ``/echo`` and ``/chat/<room>`` are appended to."""
        return f"ws://{_url_host(self.host)}:{self.port}"

    @property
    def chat_url(self) -> str:
        """The URL for a ChatClient: :attr:`url`, with the passcode where there is one."""
        return self.url + _passcode_query(self._settings.passcode)

    @property
    def page_url(self) -> str | None:
        """Where a browser finds the chat page: the proxy's path under a JupyterHub. None if it is another user's."""
        query = _passcode_query(self._settings.passcode).removeprefix("/")
        return ports.page_url(_url_host(self.host), self.port, query)

    @property
    def owner(self) -> bool:
        """True if this kernel runs the server."""
        return self._role is Role.OWNER

    @property
    def running(self) -> bool:
        """False after :meth:`stop`."""
        return self._role is not Role.STOPPED

    @property
    def trouble(self) -> str:
        """What this kernel's server cannot keep of its promises (no journal, say), in words; "" if all is well."""
        engine = self._engine
        return engine.trouble if engine else ""

    def __repr__(self) -> str:
        return f"<Server {self.url} {self._role.name.lower()}{', ' + self.trouble if self.trouble else ''}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the server if this kernel runs it (clients are told, and get 1001), else only withdraw; idempotent."""
        # No lock: a garbage collector may call this on any thread, also on that which serve(), holding it, waits for.
        if _servers.get(self.port) is self:
            _servers.pop(self.port, None)
        background.finish(self._stop(), self._report)

    def update(self, settings: Settings) -> None:
        """Take these settings: at once if this kernel runs the server, else when it takes over."""
        self._settings = settings
        if self._engine:
            background.call(self._engine.configure, settings)

    def start_or_join(self) -> None:
        """Start the server, or join the one that holds the port.

        Raises:
            PortInUseError: what holds the port cannot be joined.
            PasscodeError: the server that holds it wants another passcode.
            ServeError: the address cannot be listened on.
        """
        for _ in range(STARTING_ATTEMPTS):
            try:
                background.run(self._start())
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise ServeError(f"cannot listen on {self.host}:{self.port}: {error.strerror or error}") from error
            else:
                return
            passcode = _passcode_query(self._settings.passcode)
            if ports.is_joinable(f"http://{_url_host(self.host)}:{self.port}{passcode}"):
                background.run(self._join(stand_by=not is_another_users(self.port)))  # nobody stands in for a stranger
                return
        raise PortInUseError(self.port, "something holds it, and does not listen")

    def leave_to_parent(self) -> None:
        """In a forked child: it is the parent that serves, or stands by."""
        if self._role is not Role.STOPPED:
            self._become(Role.STOPPED)
        self._engine = None
        self._tasks = background.Tasks(self._report)

    # On the background loop

    async def _start(self) -> None:
        backplane = JournalBackplane(journal_path(self.port)) if self.port else MemoryBackplane()
        engine = ChatServer(self.host, self.port, settings=self._settings, backplane=backplane)
        await engine.start()
        self._engine = engine
        self.port = engine.port
        self._forget = background.at_exit(engine.stop)
        self._become(Role.OWNER)

    async def _join(self, *, stand_by: bool) -> None:
        if self._role is Role.NEW:
            self._become(Role.JOINED)
        if stand_by and self._role is Role.JOINED and (self._standing_by is None or self._standing_by.done()):
            self._standing_by = self._tasks.start(self._stand_by())

    async def _stand_by(self) -> None:
        """Try to listen, again and again: whoever can is the owner. Nothing else is watched, and nobody is elected."""
        while self._role is Role.JOINED:
            await asyncio.sleep(STANDBY_SECONDS * random.uniform(0.8, 1.2))
            with suppress(OSError):
                await self._start()

    async def _stop(self) -> None:
        if self._role is Role.STOPPED:
            return
        self._become(Role.STOPPED)
        await self._tasks.cancel()
        self._forget()
        if self._engine is not None:
            await self._engine.stop()
            self._engine = None

    def _become(self, role: Role) -> None:
        assert role > self._role, f"{self._role.name} -> {role.name}"
        logger.debug("%r: %s -> %s", self, self._role.name, role.name)
        self._role = role

    def _report(self, error: BaseException) -> None:
        logger.error("a task of %r failed", self, exc_info=error)


_lock = threading.RLock()
_servers: dict[int, Server] = {}


def serve(
    port: int | None = None,
    *,
    host: str = LOCALHOST,
    passcode: str = "",
    origins: Iterable[str] = (),
    rate: float = 20,
    max_message: int = 8 * 1024,
    max_clients: int = 1_000,
    max_unsent: int = 1024 * 1024,
    max_kept: int = 256 * 1024 * 1024,
    ping: float = 20,
) -> Server:
    """Start the chat server in this kernel, or join the one that already answers on the port.

    Called again on the same port, it returns the same server with its settings updated.

    Args:
        port: None for ``$CHATLIB_PORT``, else 3000; 0 for an own server on a free port, in memory.
        host: the address to listen on; one that is not loopback needs a passcode.
        passcode: what clients must know, "" for nothing.
        origins: origins of web pages that may connect, beside loopback's and ``$CHATLIB_ORIGINS``.
        rate: messages a second that one connection may send; 0 for any number, here and below.
        max_message: bytes of UTF-8 in one message.
        max_clients: connections at once.
        max_unsent: bytes that a client may leave unread before it is dropped.
        max_kept: bytes of memory for what all rooms keep; beyond it the fullest forget their oldest.
        ping: seconds between keepalive pings, and for the answer to each.

    Raises:
        PortInUseError: what holds the port cannot be joined.
        PasscodeError: the server that holds it wants another passcode.
        ServeError: the address cannot be listened on.
    """
    port = _checked_port(port)
    if not passcode and host not in handshake.LOOPBACK:
        raise ValueError(f"host {host!r} is open to other machines, and so needs a passcode: serve(passcode=...)")
    named = handshake.normalised_origins(tuple(origins))
    settings = Settings(
        passcode=passcode,
        origins=named | handshake.parse_origins(os.environ.get("CHATLIB_ORIGINS", "")),
        limits=replace(Limits(), rate=rate, message_bytes=max_message, total_bytes=max_kept),
        max_clients=max_clients,
        max_unsent=max_unsent,
        ping=ping,
    )
    with _lock:
        return _server_on(port, host, settings)


def _server_on(port: int, host: str, settings: Settings) -> Server:
    """Return this kernel's server on the port, with these settings from now on; a new one if it has none there."""
    server = _servers.get(port)
    if server is None:
        server = Server(host, port, settings)
    elif server.host != host:
        raise ValueError(
            f"{server!r} of this kernel has the port on {server.host}; stop() it before you change the host"
        )
    server.update(settings)
    if not server.owner:
        server.start_or_join()
    if port:
        _servers[port] = server
    return server


def _checked_port(port: int | None) -> int:
    if port is None:
        port = ports.default_port()
    if not 0 <= port <= 65_535:
        raise ValueError(f"a port is a number from 0 to 65535, not {port!r}")
    return port


def _url_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        host = _own_address(host)
    return f"[{host}]" if ":" in host else host


def _own_address(wildcard: str) -> str:
    """Return the address under which others on the network find this machine; nothing is sent for that."""
    family, far = (socket.AF_INET6, "2001:db8::1") if ":" in wildcard else (socket.AF_INET, "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((far, 9))  # for documentation (RFC 5737, RFC 3849): a datagram's route is looked up
            return str(probe.getsockname()[0])
        except OSError:  # no network
            return "::1" if ":" in wildcard else LOCALHOST


def _passcode_query(passcode: str) -> str:
    return f"/?passcode={quote(passcode, safe='')}" if passcode else ""


def _after_fork_in_child() -> None:
    global _lock
    for server in _servers.values():
        server.leave_to_parent()
    _servers.clear()
    _lock = threading.RLock()  # a thread of the parent may have held it


background.after_fork(_after_fork_in_child)
