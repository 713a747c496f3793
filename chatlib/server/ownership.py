"""Who runs the server on a port: this kernel, or another that answers, for which this one stands by."""

from __future__ import annotations

import asyncio
import errno
import logging
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from chatlib import background, network
from chatlib.arguments import check_amount, check_text, check_texts
from chatlib.errors import PortInUseError, ServeError
from chatlib.machine import environment, ports, processes
from chatlib.machine.processes import is_another_users
from chatlib.server import journal_file
from chatlib.server.backplane import Backplane, MemoryBackplane
from chatlib.server.chat_server import ChatServer
from chatlib.server.journal_backplane import JournalBackplane
from chatlib.server.origins import canonical_host, normalised_origins, parse_origins
from chatlib.server.settings import Settings
from chatlib.server_url import LOCALHOST, LOOPBACK

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

    ``port`` is the real one, and ``settings`` are this kernel's own: while another one serves, that one's apply. A
    server that was joined is stood in for: when it is gone, one of the kernels that joined it listens in its place,
    reads the journal, and the room goes on.
    """

    def __init__(self, host: str, port: int, settings: Settings) -> None:
        self.port = port
        self.host = host
        self.settings = settings
        self._role = Role.NEW
        self._engine: ChatServer | None = None
        self._standing_by: asyncio.Task[None] | None = None
        self._hindrance = ""  # to a take-over, in words
        self._tasks = background.Tasks(self._report)
        self._forget: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """The URL that ``/echo`` and ``/chat/<room>`` are appended to."""
        return f"ws://{_url_host(self.host)}:{self.port}"

    @property
    def chat_url(self) -> str:
        """The URL for a ChatClient: :attr:`url`, with the passcode where there is one."""
        return self.url + _passcode_query(self.settings.passcode)

    @property
    def page_url(self) -> str | None:
        """Where a browser finds the chat page: the proxy's path under a JupyterHub. None if it is another user's.

        A browser on another machine than this needs :attr:`proxy_path`.
        """
        query = _passcode_query(self.settings.passcode).removeprefix("/")
        return ports.page_url(_url_host(self.host), self.port, query)

    @property
    def proxy_path(self) -> str | None:
        """The chat page's path behind the address of the Lab, whatever that is. None as above, and without a Lab."""
        return ports.proxy_path(self.port, _passcode_query(self.settings.passcode).removeprefix("/"))

    @property
    def owner(self) -> bool:
        """True if this kernel runs the server."""
        return self._role is Role.OWNER

    @property
    def engine(self) -> ChatServer | None:
        """The server itself, None where another kernel runs it. Only the background loop may touch it."""
        return self._engine

    @property
    def running(self) -> bool:
        """False after :meth:`stop`."""
        return self._role is not Role.STOPPED

    @property
    def trouble(self) -> str:
        """What this kernel's server cannot keep of its promises, in words; "" if all is well.

        It has no journal, say; or it stands by, nobody serves, and another program keeps it from taking over.
        """
        engine = self._engine
        return engine.trouble if engine else self._hindrance

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

    def start_or_join(self, settings: Settings | None = None) -> None:
        """Start the server, or join the one that holds the port, or be what it is: with these settings from now on.

        If another kernel runs the server, they apply when this one takes over. A call that fails changes nothing.

        Raises:
            PortInUseError: what holds the port cannot be joined.
            PasscodeError: the server that holds it wants another passcode.
            ServeError: the address cannot be listened on.
        """
        settings = settings or self.settings
        if not self.owner:
            self._find_place(settings)
        self.settings = settings
        if engine := self._engine:  # once: another thread may stop() it
            background.call(engine.configure, settings)

    def _find_place(self, settings: Settings) -> None:
        for _ in range(STARTING_ATTEMPTS):
            try:
                background.run(self._start(settings))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise ServeError(f"cannot listen on {self.host}:{self.port}: {error.strerror or error}") from error
            else:
                return
            # Of the loopback, the first half is the lock: who has that one is asked, whichever this one was named for.
            host = LOCALHOST if self.host in LOOPBACK else _url_host(self.host)
            if ports.is_joinable(f"http://{host}:{self.port}{_passcode_query(settings.passcode)}"):
                background.run(self._join(stand_by=not is_another_users(self.port)))  # nobody stands in for a stranger
                return
        raise PortInUseError(self.port, _who_listens(self.port))

    def leave_to_parent(self) -> None:
        """In a forked child: it is the parent that serves, or stands by."""
        if self._role is not Role.STOPPED:
            self._become(Role.STOPPED)
        self._engine = None
        self._tasks = background.Tasks(self._report)

    # On the background loop

    async def _start(self, settings: Settings) -> None:
        engine = ChatServer(self.host, self.port, settings=settings, backplane=_backplane(self.port, settings))
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
            self._hinder(await self._try_to_start())

    async def _try_to_start(self) -> str:
        """Listen if that can be done; return what keeps this kernel from it, "" if it did, or a server is there."""
        settings = self.settings
        try:
            await self._start(settings)
        except PortInUseError as error:
            return f"cannot take over: {error.found}"
        except ServeError as error:
            return f"cannot take over: {error}"
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return f"cannot take over: {error.strerror or error}"
        else:
            if self._engine is not None and self.settings is not settings:
                self._engine.configure(self.settings)  # serve() was called meanwhile, and found no engine
        return ""

    def _hinder(self, hindrance: str) -> None:
        if hindrance and hindrance != self._hindrance:
            logger.warning("port %s: %s", self.port, hindrance)
        self._hindrance = hindrance

    async def _stop(self) -> None:
        if self._role is Role.STOPPED:
            return
        self._become(Role.STOPPED)
        await self._tasks.cancel()
        self._hindrance = ""
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
    host: str | None = None,
    passcode: str | None = None,
    origins: Iterable[str] | None = None,
    rate: float | None = None,
    max_message: int | None = None,
    max_clients: int | None = None,
    max_unsent: int | None = None,
    max_kept: int | None = None,
    ping: float | None = None,
    redis: str | None = None,
    namespace: str | None = None,
) -> Server:
    """Start the chat server in this kernel, or join the one that already answers on the port.

    Called again on the same port, it returns the same server, with what is given updated and all else as it was; a
    call that fails changes nothing.

    Args:
        port: None for ``$CHATLIB_PORT``, else 3000; 0 for an own server on a free port, in memory.
        host: the address to listen on (127.0.0.1 and ::1); one that is not loopback needs a passcode.
        passcode: what clients must know, "" for nothing.
        origins: origins of web pages that may connect, beside loopback's and ``$CHATLIB_ORIGINS``.
        rate: messages a second that one connection may send (20); 0 for any number, here and below.
        max_message: bytes of UTF-8 in one message (8 KiB).
        max_clients: connections at once (1,000).
        max_unsent: bytes that a client may leave unread before it is dropped (1 MiB).
        max_kept: bytes of memory for what all rooms keep (256 MiB); beyond it the fullest forget their oldest.
        ping: seconds between keepalive pings, and for the answer to each (20).
        redis: the URL of a Redis that keeps the rooms, "" for none: servers with one ``namespace`` in it are one.

    Raises:
        TypeError: something is not of the type that it should be.
        ValueError: something has no meaning, or the kernel's server on this port has another host or Redis.
        PortInUseError: what holds the port cannot be joined.
        PasscodeError: the server that holds it wants another passcode.
        ServeError: the address cannot be listened on, or the Redis not be used.
    """
    port = ports.default_port() if port is None else ports.checked_port(port)
    for name, amount in (("max_message", max_message), ("max_kept", max_kept)):
        if amount is not None:
            check_amount(name, amount, whole=True)  # among the settings it has another name
    given = {
        "passcode": passcode,
        "origins": None if origins is None else _origins_beside(origins),
        "rate": rate,
        "message_bytes": max_message,
        "max_clients": max_clients,
        "max_unsent": max_unsent,
        "total_bytes": max_kept,
        "ping": ping,
        "redis": redis,
        "namespace": namespace,
    }
    with _lock:
        return _server_on(port, host, given)


def _server_on(port: int, host: str | None, given: Mapping[str, object]) -> Server:
    """Return this kernel's server on the port, or a new one, with what is given, by its name among the settings."""
    if host is not None:
        check_text("host", host)
        host = canonical_host(host)
    known = _servers.get(port)
    server = known or Server(host or LOCALHOST, port, Settings(origins=_origins_beside(())))
    if host and ports.addresses(host) != ports.addresses(server.host):
        raise ValueError(f"{server!r} of this kernel has the port; stop() it before you change the host")
    settings = server.settings.updated(**given)
    if server.owner and _engine_of(settings) != _engine_of(server.settings):
        raise ValueError(f"{server!r} of this kernel has the port; stop() it before you change redis or namespace")
    if not settings.passcode and server.host not in LOOPBACK:
        raise ValueError(
            f"host {server.host!r} is open to other machines, and so needs a passcode: serve(passcode=...)"
        )
    try:
        server.start_or_join(settings)
    except BaseException:
        if known is None:
            server.stop()  # an interrupt may come when it runs already
        raise
    if port:
        _servers[port] = server
    return server


def _engine_of(settings: Settings) -> tuple[str, str]:
    return settings.redis, settings.namespace if settings.redis else ""


def _backplane(port: int, settings: Settings) -> Backplane:
    """Return what puts the records of a server on this port in order, and keeps them.

    Raises:
        ServeError: a package is missing for it.
    """
    if not settings.redis:
        return JournalBackplane(journal_file.of_port(port)) if port else MemoryBackplane()
    try:
        from chatlib.server.redis_backplane import RedisBackplane
    except ImportError as error:
        raise ServeError(
            f"for rooms in Redis, install what speaks to it: pip install 'chatlib[redis]' ({error})"
        ) from None
    return RedisBackplane(settings.redis, settings.namespace)


def _origins_beside(named: Iterable[str]) -> frozenset[str]:
    """Return the origins that are named here, and those of the environment."""
    texts = check_texts("origins", named, "https://example.org")
    return normalised_origins(texts) | parse_origins(environment.variable("CHATLIB_ORIGINS"))


def _who_listens(port: int) -> str:
    """Say who has a port, where nobody answers at our own address: they may listen on another one of this machine."""
    told = []
    for each in processes.listening(port) or ():
        names = [processes.described(process) for process in processes.holders(each)]
        told.append(f"{', '.join(names) or 'somebody'} listens on {each.address}")
    return "; ".join(told) or "something holds it, and does not listen"


def _url_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        host = network.own_address(host)
    return f"[{host}]" if ":" in host else host


def _passcode_query(passcode: str) -> str:
    return f"/?passcode={quote(passcode, safe='')}" if passcode else ""


def _after_fork_in_child() -> None:
    global _lock
    for server in _servers.values():
        server.leave_to_parent()
    _servers.clear()
    _lock = threading.RLock()  # a thread of the parent may have held it


background.after_fork(_after_fork_in_child)
