"""What is left over: which process is an orphan and which is not, and how both, and journals, are got rid of."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from dataclasses import replace

import pytest

import chatlib
from chatlib.diagnostics import orphans
from chatlib.machine import processes
from chatlib.server import journal_file
from tests.support.made_up_proc import MadeUpProc
from tools.ports import free_port

SERVE = ("/usr/bin/python3", "-m", "chatlib", "serve")
KERNEL = ("/usr/bin/python3", "-m", "ipykernel_launcher")
INIT, TERMINAL, ORPHAN = 1, 50, 77
GONE = {"JPY_PARENT_PID": "40"}


@pytest.fixture
def proc(tmp_path, monkeypatch) -> MadeUpProc:
    """A machine with its first process, a terminal, and whatever a test adds."""
    proc = MadeUpProc(tmp_path / "proc")
    proc.add_process(INIT)
    proc.add_process(TERMINAL, session=TERMINAL)
    monkeypatch.setattr(processes, "PROC", proc.folder)
    return proc


def found() -> list[tuple[int, list[int]]]:
    return [(process.pid, held) for process, held in orphans.orphans()]


def test_a_server_whose_terminal_is_gone_is_an_orphan(proc):
    """It is in the session of a terminal, and its parent, which took it in, is not; with every port that it holds."""
    proc.add_socket(3001, inode=11)
    proc.add_socket(3000, inode=10)
    proc.add_process(ORPHAN, parent=INIT, session=TERMINAL - 1, command=SERVE, inodes=[10, 11, 12])

    assert found() == [(ORPHAN, [3000, 3001])]


@pytest.mark.parametrize(
    ("parent", "session", "command", "inodes"),
    [
        (TERMINAL, TERMINAL, SERVE, [10]),
        (INIT, ORPHAN, SERVE, [10]),
        (INIT, TERMINAL - 1, KERNEL, [10]),
        (INIT, TERMINAL - 1, SERVE, []),
    ],
    ids=["its terminal is there", "it was started to stand alone", "it is no server", "it holds no port"],
)
def test_what_is_looked_after_is_none(proc, parent, session, command, inodes):
    """Nor is what somebody left running on purpose."""
    proc.add_socket(3000, inode=10)
    proc.add_process(ORPHAN, parent=parent, session=session, command=command, inodes=inodes)

    assert found() == []


def test_a_kernel_whose_jupyter_is_gone_is_an_orphan_if_it_serves_a_chat(proc):
    """Jupyter names its own process to the kernels that it starts. A kernel with another server is none of ours."""
    with chatlib.serve(port=0) as server:
        proc.add_socket(server.port, inode=10)
        proc.add_process(ORPHAN, command=KERNEL, environment=GONE, inodes=[10])
        proc.add_process(ORPHAN + 1, command=KERNEL, environment={"JPY_PARENT_PID": str(TERMINAL)}, inodes=[10])
        assert found() == [(ORPHAN, [server.port])]

    assert found() == [], "what listens there does not answer as a chat server"


def test_another_user_s_are_none_and_neither_is_this_process(proc, monkeypatch):
    """Nobody ends what is not theirs, nor themselves."""
    proc.add_socket(3000, inode=10)
    proc.add_process(os.getpid(), parent=INIT, session=TERMINAL - 1, command=SERVE, inodes=[10])
    assert found() == []

    proc.add_process(ORPHAN, parent=INIT, session=TERMINAL - 1, command=SERVE, inodes=[10])
    assert found() == [(ORPHAN, [3000])]
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert found() == []


class Orphan:
    """A server that is left over, and ends at some signals, or at none."""

    def __init__(self, proc: MadeUpProc, *ends_at: signal.Signals) -> None:
        proc.add_socket(3000, inode=10)
        proc.add_process(ORPHAN, parent=INIT, session=TERMINAL - 1, command=SERVE, inodes=[10])
        self.sent: list[signal.Signals] = []
        self._folder = proc.folder / str(ORPHAN)
        self._ends_at = ends_at

    def kill(self, pid: int, number: signal.Signals) -> None:
        assert pid == ORPHAN
        self.sent.append(number)
        if number in self._ends_at:
            shutil.rmtree(self._folder)


@pytest.mark.parametrize(
    ("ends_at", "sent", "outcome"),
    [
        ([signal.SIGTERM], [signal.SIGTERM], "was ended"),
        ([signal.SIGKILL], [signal.SIGTERM, signal.SIGKILL], "was ended"),
        ([], [signal.SIGTERM, signal.SIGKILL], "could not be ended"),
    ],
    ids=["it listens", "it is deaf", "it cannot be ended"],
)
def test_the_reset_asks_an_orphan_first_and_then_does_not_ask(proc, monkeypatch, ends_at, sent, outcome):
    """A server tells its clients when it is asked; one that does not listen is ended all the same. It says which."""
    for name in ("TERM_SECONDS", "KILL_SECONDS"):
        monkeypatch.setattr(orphans, name, 0.1)
    orphan = Orphan(proc, *ends_at)
    monkeypatch.setattr(os, "kill", orphan.kill)

    assert list(orphans.reset()) == [f"process {ORPHAN} (python3 -m chatlib serve) on port 3000 {outcome}"]
    assert orphan.sent == sent


def test_a_pid_that_was_given_away_is_not_ended(proc, monkeypatch):
    """Between finding and ending, a process may end and another get its number."""
    orphan = Orphan(proc, signal.SIGTERM)
    monkeypatch.setattr(os, "kill", orphan.kill)
    earlier = [(replace(process, started=process.started - 1), held) for process, held in orphans.orphans()]
    monkeypatch.setattr(orphans, "orphans", lambda: earlier)

    list(orphans.reset())

    assert (len(earlier), orphan.sent) == (1, [])


def test_the_reset_removes_this_hosts_journals_but_none_that_a_server_writes():
    """Another host may share the folder, and another program the ending."""
    with chatlib.serve() as server:
        mine = journal_file.journal_path(server.port)
        (left := journal_file.journal_path(free_port())).write_text("{}\n")
        (elsewhere := mine.with_name(f"chatlib-elsewhere-{server.port}.journal")).touch()
        (other := mine.with_name("notes.journal")).touch()

        assert len(list(orphans.reset())) == 2
        assert [path.exists() for path in (mine, left, elsewhere, other)] == [True, False, True, True]
    with socket.create_server(("::1", server.port), family=socket.AF_INET6):  # a stranger's: it writes no journal
        assert list(orphans.reset()) == [f"the journal of port {server.port} was removed"]
    assert not mine.exists()
