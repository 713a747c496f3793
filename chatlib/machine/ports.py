"""The TCP ports of this machine: which one is ours, and what answers there.

Standard library only: the doctor asks here even where a package is missing.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Final
from urllib.parse import parse_qs, urlsplit

from chatlib import background, network, wire
from chatlib.arguments import check_type
from chatlib.errors import PasscodeError, PortInUseError
from chatlib.machine import environment, health, jupyter_servers, processes, tab
from chatlib.machine.processes import is_another_users
from chatlib.network import Listening
from chatlib.server_url import LOCALHOST, LOCALHOST_6, LOOPBACK
from chatlib.words import Text, joined

DEFAULT_PORT: Final = 3000

_NO_IPV6: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})


def default_port() -> int:
    """Return ``$CHATLIB_PORT``, else 3000.

    Raises:
        ValueError: the variable holds no port.
    """
    text = environment.variable("CHATLIB_PORT") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        typed = os.environ["CHATLIB_PORT"]
        raise ValueError(Text("CHATLIB_PORT must be a port number, not {typed!r}", typed=typed))
    return int(text)


def checked_port(port: int) -> int:
    """Return the port if it can be one, 0 for any that is free; else TypeError or ValueError."""
    check_type("port", port, int, "a whole number")
    if not 0 <= port <= 65_535:
        raise ValueError(f"a port is a number from 0 to 65535, not {port!r}")
    return port


def page_url(host: str, port: int, query: str = "") -> str | None:
    """Return where a browser finds a server's page: the proxy's path under a JupyterHub, else at ``host``.

    None if another user listens there: the proxy would hand them the Jupyter cookie of whoever clicks; and in a
    browser's tab, whose server no page has a socket to.
    """
    if tab.is_here():
        return None
    if "JUPYTERHUB_SERVICE_PREFIX" in os.environ:
        return proxy_path(port, query)
    return None if is_another_users(port) else f"http://{host}:{port}/{query}"


def proxy_path(port: int, query: str = "") -> str | None:
    """Return where the page is behind the address of the Lab, whatever that is; None without a Lab, and as above."""
    base = jupyter_servers.base_url()
    return None if base is None or is_another_users(port) else f"{base}proxy/{port}/{query}"


def addresses(host: str) -> tuple[str, ...]:
    """Return every address that a server of this host listens on; the first is the lock, of which others make way.

    ``localhost`` is 127.0.0.1 or ::1 as a browser or a proxy pleases: whoever had the other one would be taken for us.
    """
    if host in LOOPBACK:
        return LOCALHOST, LOCALHOST_6
    return {"0.0.0.0": ("0.0.0.0", LOCALHOST_6), "::": ("0.0.0.0", "::")}.get(host, (host,))


async def take(
    host: str, port: int, open_one: Callable[[str, int], Awaitable[Listening]] = network.hold
) -> list[Listening]:
    """Return a socket for each address of ``host``, on one port: all, or none at all.

    This decides whether a port is free, for serve() and for the doctor. Where this machine has no IPv6, the IPv4 half
    is all there is.

    Raises:
        OSError: the port cannot be had; errno.EADDRINUSE if somebody listens on the first address: ask them who.
        PortInUseError: another program has one half of it: whoever says ``localhost`` might reach that one.
    """
    first, *others = addresses(host)
    with ExitStack() as failed:
        sockets: list[Listening] = [failed.enter_context(await open_one(first, port))]
        port = sockets[0].getsockname()[1]
        for address in others:
            try:
                sockets.append(failed.enter_context(await open_one(address, port)))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise PortInUseError(port, _other_half(address, port)) from error
                if host == address or error.errno not in _NO_IPV6:
                    raise
        failed.pop_all()
    return sockets


def _other_half(address: str, port: int) -> Text:
    """Say who has the half of a host that cannot be had."""
    held = [each for each in processes.listening(port) or () if ":" in each.address]
    names = [processes.described(process) for each in held for process in processes.holders(each)]
    return Text(
        "its IPv4 half is free, but {who} listens on [{address}], where localhost may lead as well",
        who=joined(names, Text("; ")) or Text("somebody"),
        address=address,
    )


def is_taken(port: int, host: str = LOCALHOST) -> bool:
    """Tell whether a server would find somebody on the port who can be asked who it is.

    Raises:
        OSError: the system does not let us have the port, nor anybody else.
        PortInUseError: another program has one half of it.
    """
    try:
        sockets = background.run(take(host, port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return True
    for sock in sockets:
        sock.close()
    return False


def is_joinable(url: str) -> bool:
    """Ask what holds a port: True for a chatlib server that lets us in, False if nobody is there any more.

    Raises:
        PortInUseError: it is something else.
        PasscodeError: it wants another passcode than that in the URL's query.
    """
    parts = urlsplit(url)
    port = parts.port or 0
    answer = background.run(health.ask(url))
    if answer.status is None:
        if not answer.is_held:
            return False
        raise PortInUseError(port, Text("something listens there: {trouble}", trouble=answer.trouble))
    if not answer.health:
        found = Text("another program's web server answered there (HTTP {status})", status=answer.status)
        raise PortInUseError(port, found)
    version, protocol = answer.health["version"], answer.health["protocol"]
    if protocol != wire.PROTOCOL:
        found = Text(
            "a chatlib {version} server that speaks protocol {theirs}, this one speaks {ours}",
            version=version,
            theirs=protocol,
            ours=wire.PROTOCOL,
        )
        raise PortInUseError(port, found, "use one version of chatlib in all kernels, and restart those of the other")
    if "rooms" not in answer.health:
        raise PasscodeError(port, given="passcode" in parse_qs(parts.query))
    return True
