"""What holds a TCP port of this machine: which port is ours, what answers there, and who listens.

Linux tells who: ``/proc/net/tcp`` and ``tcp6`` have the user of every listening socket, ``/proc/<pid>/fd`` the
processes that hold it (another user's only for root). Elsewhere :func:`listening` is None, and a machine is taken to be
one user's.

Standard library only: the doctor asks here even where a package is missing.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from chatlib import background, health, wire
from chatlib.errors import PasscodeError, PortInUseError

DEFAULT_PORT: Final = 3000
LOCALHOST: Final = "127.0.0.1"
PROC: Final = Path("/proc")

_LISTEN: Final = "0A"  # the kernel's TCP_LISTEN
_SOCKET_LINK: Final = "socket:["


# Which port, and what answers there ---------------------------------------------------------------------------------


def default_port() -> int:
    """Return ``$CHATLIB_PORT``, else 3000.

    Raises:
        ValueError: the variable holds no port.
    """
    text = os.environ.get("CHATLIB_PORT", "") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise ValueError(f"CHATLIB_PORT must be a port number, not {text!r}")
    return int(text)


def page_url(host: str, port: int, query: str = "") -> str | None:
    """Return where a browser finds a server's page: the proxy's path under a JupyterHub, else at ``host``.

    None if another user listens there: the proxy would hand them the Jupyter cookie of whoever clicks.
    """
    if is_another_users(port):
        return None
    if prefix := os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return f"{prefix.rstrip('/')}/proxy/{port}/{query}"
    return f"http://{host}:{port}/{query}"


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound as a server's is, which fails where somebody listens; it does not listen yet.

    Raises:
        OSError: errno.EADDRINUSE if somebody listens there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio leaves Nagle's delay on
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where SO_REUSEADDR would share the port with anyone
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound


def is_taken(port: int, host: str = LOCALHOST) -> bool:
    """Tell whether a server would find somebody on the port.

    Raises:
        OSError: the system does not let us have the port, nor anybody else.
    """
    try:
        bind(host, port).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return True
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
        raise PortInUseError(port, f"something listens there: {answer.trouble}")
    if not answer.health:
        raise PortInUseError(port, f"another program's web server answered there (HTTP {answer.status})")
    version, protocol = answer.health["version"], answer.health["protocol"]
    if protocol != wire.PROTOCOL:
        found = f"a chatlib {version} server that speaks protocol {protocol}, this one speaks {wire.PROTOCOL}"
        raise PortInUseError(port, found, "use one version of chatlib in all kernels, and restart those of the other")
    if "rooms" not in answer.health:
        raise PasscodeError(port, given="passcode" in parse_qs(parts.query))
    return True


# Who listens --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listener:
    """A listening TCP socket; the inode names it among the files of the processes that hold it."""

    address: str
    port: int
    uid: int
    inode: int


@dataclass(frozen=True, slots=True)
class Process:
    """A process as /proc has it; ``started``, in clock ticks since the boot, tells it from a later one with its pid."""

    pid: int
    uid: int
    parent: int
    session: int
    started: int
    command: tuple[str, ...]


def listening(port: int | None = None) -> tuple[Listener, ...] | None:
    """Return who listens on a port, or on any, whatever the address; None where the system does not tell."""
    tables = []
    for name in ("tcp", "tcp6"):
        with suppress(OSError):  # no tcp6 without IPv6, neither where there is no /proc
            tables.append((PROC / "net" / name).read_text())
    if not tables:
        return None
    found = [listener for table in tables for listener in parse_table(table)]
    return tuple(listener for listener in found if port in (None, listener.port))


def is_another_users(port: int) -> bool:
    """Tell whether another user listens on the port.

    Under any address: jupyter-server-proxy connects to ``localhost``, which is 127.0.0.1 or ::1 as it pleases.
    """
    return any(listener.uid != os.geteuid() for listener in listening(port) or ())


def holders(listener: Listener) -> list[Process]:
    """Return the processes that hold a listening socket: none if they are another user's and we are not root."""
    return [process for process in processes() if listener.inode in sockets_of(process)]


def processes() -> Iterator[Process]:
    """Yield the processes of this machine; none where there is no /proc."""
    with suppress(OSError):
        for pid in sorted(int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()):
            if process := process_of(pid):
                yield process


def process_of(pid: int) -> Process | None:
    """Return the process that has a pid now; None if there is none, or only a dead one that nobody has waited for."""
    directory = PROC / str(pid)
    try:
        # "pid (name, that may hold anything) state parent group session ...": proc(5) counts from 1.
        state, parent, _, session, *rest = (directory / "stat").read_text().rpartition(")")[2].split()
        command = (directory / "cmdline").read_bytes().decode(errors="replace").removesuffix("\0")
        uid = directory.stat().st_uid
    except OSError:
        return None
    if state == "Z":
        return None
    return Process(pid, uid, int(parent), int(session), started=int(rest[15]), command=tuple(command.split("\0")))


def sockets_of(process: Process) -> frozenset[int]:
    """Return the inodes of a process's sockets; empty if it is not for us to know."""
    inodes = set()
    with suppress(OSError):
        for entry in (PROC / str(process.pid) / "fd").iterdir():
            with suppress(OSError):  # closed in between
                target = os.readlink(entry)
                if target.startswith(_SOCKET_LINK):
                    inodes.add(int(target[len(_SOCKET_LINK) : -1]))
    return frozenset(inodes)


def environment_of(process: Process) -> dict[str, str]:
    """Return the environment that a process was started with; empty if it is not for us to know."""
    try:
        text = (PROC / str(process.pid) / "environ").read_bytes().decode(errors="replace")
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)


def parse_table(table: str) -> Iterator[Listener]:
    """Yield the listening sockets of a ``/proc/net/tcp`` or ``tcp6``."""
    for line in table.splitlines()[1:]:
        _, local, _, state, _, _, _, uid, _, inode, *_ = line.split()
        if state == _LISTEN:
            address, _, port = local.partition(":")
            yield Listener(_address(address), int(port, 16), int(uid), int(inode))


def _address(digits: str) -> str:
    """Read an address: 32-bit words in hexadecimal, each in this machine's order of bytes."""
    words = [bytes.fromhex(digits[start : start + 8]) for start in range(0, len(digits), 8)]
    data = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)
