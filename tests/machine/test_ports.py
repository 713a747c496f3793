"""Who holds a port: read from /proc as it is, from a made-up one, and, as root, from a server of another user."""

from __future__ import annotations

import asyncio
import http.server
import os
import pwd
import socket
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

import chatlib
from chatlib.errors import PasscodeError, PortInUseError
from chatlib.machine import ports, processes
from tests.support.lab import ROOT, free_port
from tests.support.server_process import ServerProcess

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = "   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 {uid:5d} 0 {inode} 1 0 100 0 0 10 0\n"
LOOPBACK_3000 = "0100007F:0BB8" if sys.byteorder == "little" else "7F000001:0BB8"


def made_up_proc(tmp_path: Path, *rows: str) -> Path:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(HEADER + "".join(rows))
    return tmp_path


def row(local: str = LOOPBACK_3000, *, state: str = "0A", uid: int = 0, inode: int = 7) -> str:
    return ROW.format(local=local, state=state, uid=uid, inode=inode)


def test_a_table_gives_its_listening_sockets_only():
    """Connections of the same port, in whatever state, are not listeners."""
    rows = [row(uid=1001, inode=42), row(state="01"), row(state="06")]

    assert list(processes.parse_table(HEADER + "".join(rows))) == [processes.Listener("127.0.0.1", 3000, 1001, 42)]


def test_addresses_are_read_in_this_machines_order_of_bytes():
    """IPv4 and IPv6 addresses are 32-bit words as the machine has them."""
    words = ["20010DB8", "00000000", "00000000", "00000001"]
    swapped = [bytes.fromhex(word)[::-1].hex() if sys.byteorder == "little" else word for word in words]

    (listener,) = processes.parse_table(HEADER + row(f"{''.join(swapped)}:1F90"))

    assert (listener.address, listener.port) == ("2001:db8::1", 8080)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0"])
def test_this_process_is_found_to_hold_its_socket(host):
    """The real /proc: user, process and command of who listens, under any address."""
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as server:
        port = server.getsockname()[1]
        (listener,) = processes.listening(port)

        assert (listener.address, listener.uid) == (host, os.geteuid())
        (holder,) = processes.holders(listener)
        assert (holder.pid, holder.uid, holder.parent) == (os.getpid(), os.geteuid(), os.getppid())
        assert holder.session == os.getsid(0)
        assert processes.is_another_users(port) is False
    assert processes.listening(port) == ()


def test_a_process_that_nobody_waited_for_is_gone():
    """A zombie holds no port, and its pid is still in /proc."""
    child = subprocess.Popen([sys.executable, "-c", "pass"], stdout=subprocess.PIPE)
    child.stdout.read()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert Path(f"/proc/{child.pid}").exists()
    assert processes.process_of(child.pid) is None
    child.communicate()
    assert processes.process_of(child.pid) is None


def test_a_port_of_another_user_has_no_link(tmp_path, monkeypatch):
    """The proxy would hand them the Jupyter cookie; a port of one's own, or of nobody, has its link."""
    rows = [row(uid=os.geteuid()), row(LOOPBACK_3000.replace("0BB8", "0BB9"), uid=os.geteuid() + 1)]
    monkeypatch.setattr(processes, "PROC", made_up_proc(tmp_path, *rows))
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)

    assert ports.page_url("127.0.0.1", 3000) == "http://127.0.0.1:3000/"
    assert ports.page_url("127.0.0.1", 3001) is None
    assert ports.page_url("[::1]", 3002, "?passcode=x") == "http://[::1]:3002/?passcode=x"


def test_another_user_under_another_address_counts(tmp_path, monkeypatch):
    """The proxy connects to ``localhost``, and that may be ::1 before it is 127.0.0.1."""
    proc = made_up_proc(tmp_path, row(uid=os.geteuid()))
    (proc / "net" / "tcp6").write_text(HEADER + row(f"{'0' * 32}:0BB8", uid=os.geteuid() + 1))
    monkeypatch.setattr(processes, "PROC", proc)

    assert ports.page_url("127.0.0.1", 3000) is None


def test_a_machine_that_does_not_tell_is_one_users(tmp_path, monkeypatch):
    """macOS and Windows have no /proc: nothing is known, and nothing fails."""
    monkeypatch.setattr(processes, "PROC", tmp_path / "nothing")

    assert processes.listening() is None
    assert processes.is_another_users(3000) is False
    assert list(processes.processes()) == []
    assert ports.page_url("127.0.0.1", 3000)


def test_under_a_hub_the_page_is_behind_the_proxy(monkeypatch):
    """The browser is on another machine: only the hub's own address reaches this one."""
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/demo/")

    assert ports.page_url("127.0.0.1", 3000, "?passcode=x") == "/user/demo/proxy/3000/?passcode=x"


@pytest.mark.parametrize("text", ["three thousand", "-1", "65536", "3000.5", "٣٠٠٠"])
def test_a_port_that_is_none_is_refused(monkeypatch, text):
    """The error names the variable."""
    monkeypatch.setenv("CHATLIB_PORT", text)
    with pytest.raises(ValueError, match="CHATLIB_PORT"):
        ports.default_port()


def test_the_port_is_3000_unless_the_variable_says_otherwise(monkeypatch):
    """An empty variable is none."""
    for text, port in [("", 3000), ("4000", 4000)]:
        monkeypatch.setenv("CHATLIB_PORT", text)
        assert ports.default_port() == port


def test_what_answers_is_told_apart():
    """A chat server that lets us in, one with a passcode, another web server, what gives no answer, and nobody."""

    def is_joinable(port: int, query: str = "") -> bool:
        return ports.is_joinable(f"http://127.0.0.1:{port}{query}")

    with chatlib.serve(port=0) as server:
        assert ports.is_taken(server.port)
        assert is_joinable(server.port)
    assert not ports.is_taken(server.port)
    assert not is_joinable(server.port)
    with chatlib.serve(port=0, passcode="a b&c") as server:
        assert is_joinable(server.port, "?passcode=a%20b%26c")
        for query, given in [("", False), ("?passcode=abc", True)]:
            with pytest.raises(PasscodeError) as refused:
                is_joinable(server.port, query)
            assert refused.value.given is given
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        with pytest.raises(PortInUseError, match="another program's web server"):
            is_joinable(web.server_port)
        web.shutdown()
    with socket.create_server(("127.0.0.1", 0)) as hanging, pytest.raises(PortInUseError, match="no answer"):
        is_joinable(hanging.getsockname()[1])


SERVE_AS = """
import os, sys
import chatlib
from chatlib.server import journal_backplane
from chatlib.__main__ import main

journal_backplane.journal_path(0)
chatlib.serve(port=0).stop()  # now all is imported: another user may not be let into this Python's folder
os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
sys.exit(main(["serve", "--port", sys.argv[2]]))
"""

AS_ROOT = os.geteuid() == 0
if not AS_ROOT:
    warnings.warn("not root: the tests with a server of another user were not collected", stacklevel=1)


if AS_ROOT:
    NOBODY = pwd.getpwnam("nobody").pw_uid

    @pytest.fixture
    def foreign_server():
        """A chat server that another user of this machine runs, and its port."""
        port = free_port()
        command = [sys.executable, "-c", SERVE_AS, str(NOBODY), str(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout.readline().strip(), "the server of the other user did not start"
        yield process, port
        process.terminate()
        process.communicate(timeout=10)

    def test_as_root_a_server_of_another_user_is_known_by_its_user(foreign_server):
        """The listener is theirs, and a browser gets no link to it."""
        process, port = foreign_server

        (listener,) = processes.listening(port)

        assert listener.uid == NOBODY
        assert [holder.pid for holder in processes.holders(listener)] == [process.pid]
        assert processes.is_another_users(port) is True
        assert ports.page_url("127.0.0.1", port) is None

    async def test_as_root_a_server_of_another_user_is_joined_for_kernels_only(foreign_server):
        """Kernels talk through it; there is no link for a browser, and nobody stands by for a stranger."""
        process, port = foreign_server

        with chatlib.serve(port) as server:
            ws = chatlib.WebSocket(server.url + "/echo")
            await ws.once("open")
            ws.send("across users")
            assert (await ws.once("message")).data == "across users"
            assert (server.owner, server.page_url) == (False, None)

            process.terminate()
            await ws.once("close")
            process.wait(10)
            deadline = time.monotonic() + 2  # four times what a kernel that stands by takes
            while time.monotonic() < deadline:
                assert not server.owner
                await asyncio.sleep(0.05)
            assert not ports.is_taken(port)

    def test_as_root_a_server_of_ones_own_is_joined_with_a_link(monkeypatch):
        """The rule is about other users: another process of the same user is no stranger."""
        monkeypatch.setenv("CHATLIB_PORT", str(free_port()))
        with ServerProcess() as own, chatlib.serve() as server:
            assert (server.owner, server.port) == (False, own.port)
            assert server.page_url == f"http://127.0.0.1:{own.port}/"
