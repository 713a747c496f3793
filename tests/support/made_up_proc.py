"""A /proc of one's own making: who listens on which port, and which processes hold the sockets."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

LISTENING = "0A"
HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = "   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 {uid:5d} 0 {inode} 1 0 100 0 0 10 0\n"


def row(port: int, *, host: str = "127.0.0.1", state: str = LISTENING, uid: int = 0, inode: int = 7) -> str:
    """A line of /proc/net/tcp or tcp6: its addresses are 32-bit words in this machine's order of bytes."""
    packed = socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    words = [packed[start : start + 4] for start in range(0, len(packed), 4)]
    digits = "".join((word[::-1] if sys.byteorder == "little" else word).hex() for word in words).upper()
    return ROW.format(local=f"{digits}:{port:04X}", state=state, uid=uid, inode=inode)


class MadeUpProc:
    """A folder that reads like /proc; its processes are the user's own, as their folders are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "net").mkdir(parents=True)
        (folder / "net" / "tcp").write_text(HEADER)

    def add_socket(self, port: int, *, host: str = "127.0.0.1", uid: int | None = None, inode: int = 7) -> None:
        """Have somebody listen: this user, unless another is named."""
        table = self.folder / "net" / ("tcp6" if ":" in host else "tcp")
        if not table.exists():
            table.write_text(HEADER)
        with table.open("a") as file:
            file.write(row(port, host=host, uid=os.geteuid() if uid is None else uid, inode=inode))

    def add_process(
        self,
        pid: int,
        *,
        parent: int = 1,
        session: int | None = None,
        state: str = "S",
        started: int = 100,
        command: Iterable[str] = ("python",),
        environment: Mapping[str, str] | None = None,
        inodes: Iterable[int] = (),
    ) -> None:
        """Have a process run, in a session of its own unless another is named."""
        folder = self.folder / str(pid)
        (folder / "fd").mkdir(parents=True)
        between = " ".join(["0"] * 15)  # fields 7 to 21 of proc(5): terminal, flags, times
        stat = f"{pid} (a (strange) name) {state} {parent} {pid} {session or pid} {between} {started} 0\n"
        (folder / "stat").write_text(stat)
        (folder / "cmdline").write_text("".join(f"{argument}\0" for argument in command))
        (folder / "environ").write_text("".join(f"{name}={text}\0" for name, text in (environment or {}).items()))
        for number, inode in enumerate(inodes):
            (folder / "fd" / str(number)).symlink_to(f"socket:[{inode}]")
        (folder / "fd" / "9").symlink_to("/dev/null")
