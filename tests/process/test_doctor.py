"""The doctor among real processes: in a kernel, beside a server, and with servers that are really left over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from jupyter_client.manager import KernelManager

from chatlib.__main__ import main
from chatlib.diagnostics import orphans
from chatlib.diagnostics.report import Colour, Finding
from chatlib.diagnostics.seat import Seat, python
from chatlib.diagnostics.surroundings import check_orphans, check_port
from chatlib.machine import processes
from tests.support.own_machine import own_machine as own_machine
from tests.support.server_process import ServerProcess
from tools.ports import kernel_ports

SECONDS = 30.0


def finding(check) -> Finding:
    (found,) = check(Seat.here())
    return found


def test_it_runs_in_a_kernel_and_says_what_to_type_there(tmp_path, monkeypatch):
    """A cell has a running loop, and needs %pip and %env."""
    monkeypatch.setenv("CHATLIB_PORT", "x")
    manager = KernelManager(kernel_name="python3", **kernel_ports())
    manager.start_kernel(cwd=tmp_path)
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=SECONDS)
        said: list[str] = []
        code = "import chatlib; [f for f in chatlib.doctor().findings if f.topic in ('Loop', 'Port')]"
        client.execute_interactive(
            code,
            timeout=SECONDS,
            output_hook=lambda message: said.append(message["content"].get("data", {}).get("text/plain", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    assert "UnixSelectorEventLoop" in "".join(said)
    assert "%env CHATLIB_PORT=3000" in "".join(said)


def test_a_chat_server_in_another_process_is_green():
    """And is named by its command."""
    with ServerProcess():
        found = finding(check_port)

    assert (found.colour, "-m chatlib serve" in found.text) == (Colour.GREEN, True)


@pytest.fixture
def leave_over() -> Iterator:
    """Start a Python whose starter then ends; return its process and the port that it printed."""
    started: list[psutil.Process] = []

    def start(*arguments: str, environment: dict[str, str] | None = None, alone: bool = False) -> tuple[int, int]:
        script = f'{"setsid " if alone else ""}"$@" & echo $!'
        starter = subprocess.Popen(
            ["sh", "-c", script, "sh", sys.executable, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | (environment or {}),
            start_new_session=True,
        )
        pid = int(starter.stdout.readline())
        started.append(psutil.Process(pid))
        url = starter.stdout.readline().strip()
        assert starter.wait(SECONDS) == 0
        return pid, int(url.rpartition(":")[2])

    yield start
    for process in started:
        if process.is_running():
            process.kill()


SERVE = ("-m", "chatlib", "serve", "--port", "0")
KERNEL = "import sys, threading, chatlib; print(chatlib.serve(port=0).url, flush=True); threading.Event().wait()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + KERNEL


def a_dead_pid() -> str:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait(SECONDS)
    return str(child.pid)


def test_a_server_whose_terminal_is_gone_is_found_and_ended(leave_over, capsys):
    """Amber, with its process and its port; the reset asks it to stop, and says so."""
    pid, own = leave_over(*SERVE)
    found = finding(check_orphans)

    assert found.colour is Colour.AMBER
    assert f"process {pid}" in found.text
    assert f"port {own}" in found.text
    assert found.mend == f"{python()} -m chatlib doctor --reset"
    assert main(["doctor", "--reset"]) == 0
    assert f"process {pid}" in capsys.readouterr().out.splitlines()[0]
    assert processes.process_of(pid) is None
    assert finding(check_orphans).colour is Colour.GREEN


def test_a_kernel_whose_jupyter_server_is_gone_is_ended_even_if_it_does_not_listen(leave_over, monkeypatch):
    """It is asked first, and after a while not asked any more."""
    monkeypatch.setattr(orphans, "TERM_SECONDS", 0.5)
    pid, own = leave_over("-c", DEAF, environment={"JPY_PARENT_PID": a_dead_pid()})

    assert [(process.pid, ports) for process, ports in orphans.orphans()] == [(pid, [own])]
    (told,) = orphans.reset()
    assert told.endswith(f"on port {own} was ended")
    assert processes.process_of(pid) is None


def test_what_is_looked_after_and_what_is_not_ours_is_left_alone(leave_over):
    """A server with its terminal, one that was started to stand alone, a kernel with its Jupyter, a foreign program."""
    foreign = "import http.server as h; s = h.HTTPServer(('127.0.0.1', 0), h.BaseHTTPRequestHandler); "
    foreign += "print(f':{s.server_port}', flush=True); s.serve_forever()"
    with ServerProcess("--port", "0") as looked_after:
        alone, _ = leave_over(*SERVE, alone=True)
        kernel, _ = leave_over("-c", KERNEL, environment={"JPY_PARENT_PID": str(os.getpid())})
        other, _ = leave_over("-c", foreign, environment={"JPY_PARENT_PID": a_dead_pid()})

        assert list(orphans.reset()) == []
        assert looked_after.alive
        assert None not in [processes.process_of(pid) for pid in (alone, kernel, other)]


def test_a_pid_that_was_given_away_is_not_ended(leave_over, monkeypatch):
    """Between finding and ending, a process may end and another get its number."""
    pid, _ = leave_over(*SERVE)
    found = orphans.orphans()
    earlier = [(processes.Process(p.pid, p.uid, p.parent, p.session, p.started - 1, p.command), o) for p, o in found]
    monkeypatch.setattr(orphans, "orphans", lambda: earlier)
    list(orphans.reset())

    assert processes.process_of(pid) is not None
