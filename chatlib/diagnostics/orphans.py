"""What is left over of earlier sessions: servers that nobody looks after, and journals; and how to get rid of them.

Only this user's, and only chatlib's. A process is known by its pid and by when it started, so that no other that came
to have the pid is ever ended. Where the system does not tell who holds a port, no server is looked for.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from chatlib import background
from chatlib.errors import PortInUseError
from chatlib.machine import health, ports, processes
from chatlib.machine.processes import Process
from chatlib.server.journal_backplane import OLD_SECONDS
from chatlib.server.journal_file import journal_path
from chatlib.server_url import LOCALHOST
from chatlib.words import Text, joined

TERM_SECONDS: Final = 5  # a server tells its clients first
KILL_SECONDS: Final = 2
POLL_SECONDS: Final = 0.05


def orphans() -> list[tuple[Process, list[int]]]:
    """Return this user's servers that nobody looks after any more, with their ports.

    That is ``python -m chatlib serve`` whose terminal is gone, and a kernel with a chat server whose Jupyter server is
    gone. A server that was started to stand alone (in a session of its own: ``setsid``, a system's service, a
    container's first process) is none.
    """
    port_of = {listening.inode: listening.port for listening in processes.listening() or ()}
    found = []
    for process in processes.processes():
        if process.uid == os.geteuid() and process.pid != os.getpid() and _is_left_over(process):
            own = sorted({port_of[inode] for inode in processes.sockets_of(process) & port_of.keys()})
            if own and (_is_serve(process) or any(map(_is_chatlib, own))):
                found.append((process, own))
    return found


def reset() -> Iterator[Text]:
    """End the orphans, remove the journals that no running server writes; yield what was done, in words."""
    yield from _end_orphans()
    yield from _remove_journals()


def _is_left_over(process: Process) -> bool:
    if jupyter := processes.environment_of(process).get("JPY_PARENT_PID"):
        return jupyter.isdigit() and processes.process_of(int(jupyter)) is None
    # Who starts no session is in its parent's; if it is in another, that parent is not the one that started it.
    parent = processes.process_of(process.parent)
    return _is_serve(process) and parent is not None and process.session not in (process.pid, parent.session)


def _is_serve(process: Process) -> bool:
    command = process.command
    return ("-m", "chatlib", "serve") in zip(command, command[1:], command[2:], strict=False)


def _is_chatlib(port: int) -> bool:
    return bool(background.run(health.ask(f"http://{LOCALHOST}:{port}")).health)


def _end_orphans() -> Iterator[Text]:
    found = orphans()
    for number, seconds in ((signal.SIGTERM, TERM_SECONDS), (signal.SIGKILL, KILL_SECONDS)) if found else ():
        left = [process for process, _ in found if _lives(process)]
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
        deadline = time.monotonic() + seconds
        while any(map(_lives, left)) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    for process, held in found:
        server = Text(
            "{process} on port {ports}", process=processes.described(process), ports=joined(map(str, held), Text(", "))
        )
        ended = Text("{server} was ended", server=server)
        yield Text("{server} could not be ended", server=server) if _lives(process) else ended


def _lives(process: Process) -> bool:
    now = processes.process_of(process.pid)
    return now is not None and now.started == process.started


def _remove_journals() -> Iterator[Text]:
    for path, port in _journals():
        try:
            if time.time() - path.stat().st_mtime <= OLD_SECONDS and _has_a_server(port):
                yield Text(
                    "the journal of port {port} was kept: a server writes it; shut that down, and ask again", port=port
                )
            else:
                path.unlink()
                yield Text("the journal of port {port} was removed", port=port)
        except OSError as error:
            yield Text("the journal of port {port} could not be removed: {why}", port=port, why=error.strerror)


def _has_a_server(port: int) -> bool:
    try:
        return ports.is_taken(port)
    except PortInUseError:  # a program on the other half: no server can have begun beside it
        return False


def _journals() -> Iterator[tuple[Path, int]]:
    """Yield the journals of this host, with their ports: another host may share the folder."""
    example = journal_path(0)
    pattern = re.escape(example.name).replace("0\\.journal", r"(\d+)\.journal")
    for path in sorted(example.parent.glob("*.journal")):
        if match := re.fullmatch(pattern, path.name):
            yield path, int(match[1])
