"""Who listens, and which processes run: read from /proc as it is, and from a made-up one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from chatlib.machine import processes
from chatlib.machine.processes import ListeningSocket, Process
from tests.support.made_up_proc import HEADER, MadeUpProc, row


@pytest.fixture
def proc(tmp_path, monkeypatch) -> MadeUpProc:
    proc = MadeUpProc(tmp_path / "proc")
    monkeypatch.setattr(processes, "PROC", proc.folder)
    return proc


def test_a_table_gives_its_listening_sockets_only():
    """Connections of the same port, in whatever state, are none."""
    rows = [row(3000, uid=1001, inode=42), row(3000, state="01"), row(3000, state="06")]

    assert list(processes.parse_table(HEADER + "".join(rows))) == [ListeningSocket("127.0.0.1", 3000, 1001, 42)]


def test_addresses_are_read_in_this_machines_order_of_bytes():
    """IPv4 and IPv6 addresses are 32-bit words as the machine has them."""
    words = ["20010DB8", "00000000", "00000000", "00000001"]
    swapped = [bytes.fromhex(word)[::-1].hex() if sys.byteorder == "little" else word for word in words]
    line = row(8080).replace(row(8080).split()[1], f"{''.join(swapped)}:1F90")

    (found,) = processes.parse_table(HEADER + line)

    assert (found.address, found.port) == ("2001:db8::1", 8080)


def test_a_socket_that_stands_twice_in_the_table_is_one(proc):
    """The kernel's table changes while it is read; whoever holds the socket is not to be named twice."""
    for _ in range(2):
        proc.add_socket(3000, inode=42)
    proc.add_socket(3000, host="::1", inode=43)

    assert [found.inode for found in processes.listening(3000)] == [42, 43]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0"])
def test_this_process_is_found_to_hold_its_socket(host):
    """The real /proc: user, process and command of who listens, under any address."""
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as server:
        port = server.getsockname()[1]
        (found,) = processes.listening(port)

        assert (found.address, found.uid) == (host, os.geteuid())
        (holder,) = processes.holders(found)
        assert (holder.pid, holder.uid, holder.parent) == (os.getpid(), os.geteuid(), os.getppid())
        assert holder.session == os.getsid(0)
        assert processes.is_another_users(port) is False
    assert processes.listening(port) == ()


def test_a_process_is_read_whatever_it_calls_itself(proc):
    """Its name may hold blanks and brackets, and its environment what is no pair."""
    proc.add_process(77, parent=5, session=6, started=1234, command=["/bin/x y", "-m"], environment={"A": "b=c"})

    process = processes.process_of(77)

    assert process == Process(77, os.geteuid(), 5, 6, 1234, ("/bin/x y", "-m"))
    assert processes.environment_of(process) == {"A": "b=c"}
    assert list(processes.processes()) == [process]


def test_the_holders_of_a_socket_are_those_that_have_it_open(proc):
    """A forked child holds what its parent listens on."""
    proc.add_socket(3000, inode=42)
    for pid, inodes in [(7, [41]), (8, [42]), (9, [1, 42])]:
        proc.add_process(pid, inodes=inodes)

    (found,) = processes.listening(3000)

    assert [holder.pid for holder in processes.holders(found)] == [8, 9]


def test_another_user_under_another_address_counts(proc):
    """The proxy connects to ``localhost``, and that may be ::1 before it is 127.0.0.1."""
    proc.add_socket(3000)
    assert not processes.is_another_users(3000)

    proc.add_socket(3000, host="::", uid=os.geteuid() + 1)
    assert processes.is_another_users(3000)
    assert not processes.is_another_users(3001)


def test_a_process_that_nobody_waited_for_is_gone():
    """A zombie holds no port, and its pid is still in /proc."""
    child = subprocess.Popen([sys.executable, "-S", "-c", "pass"], stdout=subprocess.PIPE)
    child.stdout.read()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert Path(f"/proc/{child.pid}").exists()
    assert processes.process_of(child.pid) is None
    child.communicate()
    assert processes.process_of(child.pid) is None


def test_what_ends_while_it_is_looked_at_is_not_there():
    """Nothing fails for a process that is gone: it has no sockets, and no environment."""
    gone = Process(2**22 + 1, os.geteuid(), 1, 1, 0, ("gone",))

    assert processes.process_of(gone.pid) is None
    assert processes.sockets_of(gone) == frozenset()
    assert processes.environment_of(gone) == {}


def test_a_machine_that_does_not_tell_is_one_users(tmp_path, monkeypatch):
    """macOS and Windows have no /proc: nothing is known, and nothing fails."""
    monkeypatch.setattr(processes, "PROC", tmp_path / "nothing")

    assert processes.listening() is None
    assert processes.is_another_users(3000) is False
    assert list(processes.processes()) == []


def test_control_characters_of_a_foreign_command_do_not_reach_the_terminal():
    """A program may call itself anything."""
    process = Process(1, 0, 0, 0, 0, ("/usr/bin/evil\x1b]0;owned\x07", "\x1b[2J"))

    assert processes.described(process) == "process 1 (evil]0;owned [2J)"


def test_a_process_is_described_by_its_command():
    """Without its folder, and not at any length; this one is named for what it is to a learner."""
    long = Process(12, 0, 0, 0, 0, ("/usr/bin/python3", "-m", "chatlib", "x" * 100))

    assert processes.described(long) == f"process 12 (python3 -m chatlib {'x' * 41})"
    assert processes.described(processes.process_of(os.getpid())) == "this kernel"
