"""Who listens on this machine's ports, and which processes run here.

Linux tells: ``/proc/net/tcp`` and ``tcp6`` have the user of every listening socket, ``/proc/<pid>/fd`` the processes
that hold it (another user's only for root). Elsewhere :func:`listening` is None, and a machine is taken to be one
user's.

Standard library only: the doctor asks here even where a package is missing.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chatlib.words import Text

PROC: Final = Path("/proc")
SHOWN_CHARACTERS: Final = 60

_LISTEN: Final = "0A"  # the kernel's TCP_LISTEN
_SOCKET_LINK: Final = "socket:["


@dataclass(frozen=True, slots=True)
class ListeningSocket:
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


def listening(port: int | None = None) -> tuple[ListeningSocket, ...] | None:
    """Return who listens on a port, or on any, whatever the address; None where the system does not tell."""
    tables = []
    for name in ("tcp", "tcp6"):
        with suppress(OSError):  # no tcp6 without IPv6, neither where there is no /proc
            tables.append((PROC / "net" / name).read_text())
    if not tables:
        return None
    # A table that changes while it is read may have a line twice.
    found = dict.fromkeys(each for table in tables for each in parse_table(table))
    return tuple(each for each in found if port in (None, each.port))


def is_another_users(port: int) -> bool:
    """Tell whether another user listens on the port.

    Under any address: jupyter-server-proxy connects to ``localhost``, which is 127.0.0.1 or ::1 as it pleases.
    """
    return any(each.uid != os.geteuid() for each in listening(port) or ())


def holders(listening_socket: ListeningSocket) -> list[Process]:
    """Return the processes that hold a listening socket: none if they are another user's and we are not root."""
    return [process for process in processes() if listening_socket.inode in sockets_of(process)]


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


def described(process: Process) -> Text:
    """Return a process in words, for people."""
    if process.pid == os.getpid():
        return Text("this kernel")
    program, *arguments = process.command
    command = " ".join([Path(program).name, *arguments])
    # What a foreign program calls itself must not reach a terminal as a control sequence.
    printable = "".join(character for character in command if character.isprintable())
    return Text("process {pid} ({command})", pid=process.pid, command=printable[:SHOWN_CHARACTERS])


def parse_table(table: str) -> Iterator[ListeningSocket]:
    """Yield the listening sockets of a ``/proc/net/tcp`` or ``tcp6``."""
    for line in table.splitlines()[1:]:
        _, local, _, state, _, _, _, uid, _, inode, *_ = line.split()
        if state == _LISTEN:
            address, _, port = local.partition(":")
            yield ListeningSocket(_address(address), int(port, 16), int(uid), int(inode))


def _address(digits: str) -> str:
    """Read an address: 32-bit words in hexadecimal, each in this machine's order of bytes."""
    words = [bytes.fromhex(digits[start : start + 8]) for start in range(0, len(digits), 8)]
    data = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)
