"""What is around: each thing is broken, and the doctor has to say so, with the line that mends it."""

from __future__ import annotations

import http.server
import json
import os
import pwd
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jupyter_core.paths
import pytest

import chatlib
from chatlib.diagnostics import orphans
from chatlib.diagnostics.report import Colour, Finding
from chatlib.diagnostics.seat import Seat, python
from chatlib.diagnostics.surroundings import (
    check_class_server,
    check_journal,
    check_orphans,
    check_place,
    check_port,
    check_proxies,
)
from chatlib.errors import PortInUseError
from chatlib.machine import health, ports, processes
from chatlib.server import journal_file
from tests.support.findings import finding
from tests.support.made_up_proc import MadeUpProc

GREEN, AMBER, RED = Colour


def port() -> int:
    return int(os.environ["CHATLIB_PORT"])


# Proxies ------------------------------------------------------------------------------------------------------------


def test_a_proxy_for_this_machine_is_amber_and_its_password_is_not_shown(monkeypatch):
    """The line that mends it keeps what is excepted already."""
    monkeypatch.setenv("http_proxy", "http://ada:secret@proxy.example:3128/")
    monkeypatch.setenv("no_proxy", "intranet.example")
    found = finding(check_proxies)

    assert found.colour is AMBER
    assert "proxy.example:3128" in found.text
    assert "secret" not in str(found)
    assert found.mend == "export no_proxy=intranet.example,127.0.0.1,localhost"


def test_a_proxy_that_leaves_this_machine_alone_is_green(monkeypatch):
    """The line of the test above, obeyed."""
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")

    assert finding(check_proxies).colour is GREEN


# The port -----------------------------------------------------------------------------------------------------------


def test_a_port_that_is_none_is_red(monkeypatch):
    """The line that mends it names the usual one."""
    monkeypatch.setenv("CHATLIB_PORT", "three thousand")
    found = finding(check_port)

    assert (found.colour, found.mend) == (RED, "export CHATLIB_PORT=3000")


def test_port_0_is_amber(monkeypatch):
    """Every kernel would chat with itself."""
    monkeypatch.setenv("CHATLIB_PORT", "0")
    found = finding(check_port)

    assert (found.colour, found.mend) == (AMBER, "export CHATLIB_PORT=3000")


def test_a_chat_server_of_ones_own_is_green():
    """In this kernel, which is named as such."""
    with chatlib.serve():
        found = finding(check_port)

    assert (found.colour, "this kernel" in found.text) == (GREEN, True)


def test_a_chat_server_with_a_passcode_is_amber():
    """It can be joined by those who know it."""
    with chatlib.serve(passcode="open sesame"):
        found = finding(check_port)

    assert found.colour is AMBER
    assert "passcode=" in found.mend
    assert "sesame" not in str(found)


class Web(http.server.BaseHTTPRequestHandler):
    answer = b"hello"

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *args):
        pass


class OtherProtocol(Web):
    answer = b'{"service": "chatlib", "version": "9.0", "protocol": 9, "rooms": 1, "clients": 0}'


@contextmanager
def serving(handler: type[Web], at: int = 0) -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", at), handler) as web:
        threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield web.server_port
        web.shutdown()


@pytest.mark.parametrize(
    ("handler", "words"), [(Web, "another program's web server"), (OtherProtocol, "speaks protocol 9")]
)
def test_a_foreign_web_server_and_another_protocol_are_red(handler, words):
    """What serve() would say, who it is, and how to go elsewhere."""
    with serving(handler, port()):
        found = finding(check_port)

    assert found.colour is RED
    assert words in found.text
    assert "this kernel" in found.text, "it is this process that listens"
    assert f"export CHATLIB_PORT={port() + 1}" in found.mend


def test_a_listener_that_hangs_is_red(monkeypatch):
    """A kernel that was stopped, say."""
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", port())):
        found = finding(check_port)

    assert found.colour is RED
    assert "no answer" in found.text


def test_a_listener_without_http_is_red():
    """A database, a mail server: it answers, and not in HTTP."""
    with socket.create_server(("127.0.0.1", port())) as server:

        def answer() -> None:
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(b"220 mail.example ready\r\n")
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        found = finding(check_port)

    assert found.colour is RED
    assert "no HTTP" in found.text


def test_a_port_that_the_system_keeps_is_not_called_free(monkeypatch):
    """Windows keeps whole ranges for itself, and Linux what is below 1024."""

    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    found = finding(check_port)

    assert found.colour is RED
    assert "Permission denied" in found.text


@contextmanager
def another_program(port: int, host: str = "::1") -> Iterator[int]:
    """A web server in a process of its own; yield its process."""
    command = [sys.executable, "-P", "-c", OTHER, host, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"listening\n"
            yield process.pid
        finally:
            process.kill()


OTHER = """
import http.server, socket, sys
class Server(http.server.HTTPServer):
    address_family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with Server((sys.argv[1], int(sys.argv[2])), http.server.BaseHTTPRequestHandler) as server:
    print("listening", flush=True)
    server.serve_forever()
"""


class OursWeb(Web):
    answer = b'{"service": "chatlib", "version": "0.1.0", "protocol": 1, "rooms": 1, "clients": 0}'


def test_a_program_on_the_other_half_of_the_loopback_is_red():
    """Without a chat server serve() refuses, and so the port is not called free; it is named as serve() names it."""
    with another_program(port()) as pid:
        found = finding(check_port)
        with pytest.raises(PortInUseError) as refused:
            chatlib.serve()

    assert found.colour is RED
    assert "is free for" not in found.text
    assert refused.value.found in found.text
    assert f"process {pid}" in refused.value.found
    assert f"export CHATLIB_PORT={port() + 1}" in found.mend
    assert finding(check_port).colour is GREEN


def test_a_program_beside_a_server_that_has_but_one_half_is_red():
    """Kernels join the server, but localhost leads to the other one; who it is, and how to go elsewhere."""
    with another_program(port()) as pid, serving(OursWeb, port()):
        found = finding(check_port)

    assert (found.colour, "serve() joins it" in found.text) == (RED, True)
    assert f"[::1] as well, and who listens there is yours, process {pid}" in found.text
    assert "this kernel" not in found.text
    assert f"export CHATLIB_PORT={port() + 1}" in found.mend


def test_a_program_on_our_half_is_named_and_not_we_on_the_other():
    """Our server has [::1], which was its host; who is to be ended is the other one."""
    with (
        another_program(port(), "127.0.0.1") as pid,
        socket.create_server(("::1", port()), family=socket.AF_INET6),
    ):
        found = finding(check_port)

    assert found.colour is RED
    assert (f"process {pid}" in found.text, "this kernel" in found.text) == (True, False)


def test_a_server_on_both_halves_is_one(monkeypatch):
    """With a socket for each, or one for both."""
    with serving(OursWeb, port()), socket.create_server(("::1", port()), family=socket.AF_INET6):
        assert finding(check_port).colour is GREEN
    with socket.create_server(("::", port()), family=socket.AF_INET6, dualstack_ipv6=True):
        monkeypatch.setattr(ports, "is_joinable", lambda url: True)
        assert finding(check_port).colour is GREEN


def test_a_system_that_does_not_tell_who_listens_is_asked_what_answers(tmp_path, monkeypatch):
    """macOS and Windows: somebody is there, and it is no chat server."""
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert finding(check_port).colour is GREEN
    with another_program(port()):
        alone = finding(check_port)
        with serving(OursWeb, port()):
            beside = finding(check_port)

    assert (alone.colour, "somebody listens on [::1]" in alone.text) == (RED, True)
    assert (beside.colour, "who listens there is somebody" in beside.text) == (RED, True)


STRANGER = next(user for user in pwd.getpwall() if user.pw_uid != os.geteuid())


@pytest.mark.parametrize(("uid", "name"), [(STRANGER.pw_uid, STRANGER.pw_name), (4_000_000, "4000000")])
def test_a_server_of_another_user_is_amber_and_has_no_link(tmp_path, monkeypatch, uid, name):
    """Kernels may join; a browser would hand them the Jupyter cookie."""
    with chatlib.serve() as server:
        proc = MadeUpProc(tmp_path / "proc")
        proc.add_socket(server.port, uid=uid)
        monkeypatch.setattr(processes, "PROC", proc.folder)
        found, place = finding(check_port), finding(check_place)

    assert found.colour is AMBER
    assert f"user {name}'s" in found.text
    assert f"http://127.0.0.1:{server.port}" not in str(place)


# What is left over --------------------------------------------------------------------------------------------------


def test_servers_that_are_left_over_are_amber(monkeypatch):
    """Each with its process and its ports; what ends them is typed here."""
    process = processes.Process(77, os.geteuid(), 1, 5, 0, ("/usr/bin/python", "-m", "chatlib", "serve"))
    monkeypatch.setattr("chatlib.diagnostics.surroundings.orphans", lambda: [(process, [3000, 3001])])

    assert finding(check_orphans) == Finding(
        "Orphans",
        AMBER,
        "servers whose terminal or JupyterLab is gone: process 77 (python -m chatlib serve), port 3000, 3001",
        f"{python()} -m chatlib doctor --reset",
    )


def test_a_system_that_does_not_tell_is_not_called_clean(tmp_path, monkeypatch):
    """macOS and Windows: nothing is found, and the doctor does not pretend to have looked."""
    monkeypatch.setattr(processes, "PROC", tmp_path)

    assert "not looked for" in finding(check_orphans).text
    assert list(orphans.reset()) == []


# Where it runs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "colour", "words"),
    [
        ({}, GREEN, "http://127.0.0.1:3000/"),
        ({"JUPYTERHUB_USER": "demo", "JUPYTERHUB_SERVICE_PREFIX": "/user/demo/"}, GREEN, "/user/demo/proxy/3000/"),
        ({"BINDER_LAUNCH_HOST": "https://mybinder.org/", "JUPYTERHUB_SERVICE_PREFIX": "/user/x/"}, GREEN, "Binder"),
        ({"COLAB_RELEASE_TAG": "release"}, AMBER, "no socket"),
        ({"VSCODE_PID": "77"}, AMBER, "VS Code"),
    ],
    ids=["laptop", "hub", "Binder", "Colab", "VS Code"],
)
def test_it_knows_where_it_runs_and_the_urls_there(monkeypatch, environment, colour, words):
    """Kernels connect to this machine everywhere; what a browser opens depends."""
    for name, value in (environment | {"CHATLIB_PORT": "3000"}).items():
        monkeypatch.setenv(name, value)
    found = finding(check_place)

    assert found.colour is colour
    assert words in found.text
    assert "ws://127.0.0.1:3000" in found.text
    assert bool(found.mend) == (colour is AMBER)


@pytest.mark.parametrize("base", ["/", "/lab/ada/"])
def test_a_lab_that_is_reached_under_another_name_has_the_proxys_path_beside_the_link(monkeypatch, base):
    """A kernel does not know that name. 127.0.0.1 leads nowhere there, and is still right on this machine."""
    runtime = jupyter_core.paths.jupyter_runtime_dir()
    Path(runtime).mkdir(parents=True, exist_ok=True)
    server = {"pid": os.getpid(), "base_url": base}
    Path(runtime, f"jpserver-{os.getpid()}.json").write_text(json.dumps(server))
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getpid()))
    found = finding(check_place)

    assert found.colour is GREEN
    assert f"http://127.0.0.1:{port()}/" in found.text
    assert f"one elsewhere {base}proxy/{port()}/ behind the address of its JupyterLab" in found.text
    assert "CHATLIB_ORIGINS" in found.text


def test_the_classs_server_is_asked(monkeypatch):
    """Well, with the wrong passcode, not chatlib, not there; the passcode is shown in none of them."""
    assert list(check_class_server(Seat.here())) == [], "no class, no finding"
    with chatlib.serve(port=0, passcode="sesame") as server:
        monkeypatch.setenv("CHATLIB_URL", server.chat_url)
        assert finding(check_class_server).colour is GREEN
        monkeypatch.setenv("CHATLIB_URL", server.chat_url.replace("sesame", "sesam"))
        assert "another passcode" in finding(check_class_server).text
        assert "sesam" not in str(finding(check_class_server))
    assert "Connection refused" in finding(check_class_server).text
    monkeypatch.setenv("CHATLIB_URL", "not a URL")
    found = finding(check_class_server)
    assert (found.colour, bool(found.mend)) == (RED, True)


@pytest.mark.parametrize(("handler", "words"), [(Web, "is no chat server"), (OtherProtocol, "speaks protocol 9")])
def test_a_class_server_that_is_none_is_red(monkeypatch, handler, words):
    """Whatever else answers there, or another version of the course."""
    with serving(handler) as its_port:
        monkeypatch.setenv("CHATLIB_URL", f"ws://127.0.0.1:{its_port}")
        found = finding(check_class_server)

    assert found.colour is RED
    assert words in found.text


# The journal --------------------------------------------------------------------------------------------------------


def test_a_journal_that_cannot_be_written_is_amber(tmp_path, monkeypatch):
    """The runtime directory lies below a file; and then a folder lies where the journal should."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file" / "runtime"))
    found = finding(check_journal)
    assert (found.colour, str(tmp_path / "file") in found.text) == (AMBER, True)
    assert "JUPYTER_RUNTIME_DIR" in found.mend

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    journal_file.journal_path(port()).mkdir(parents=True)
    assert finding(check_journal).colour is AMBER


def test_a_fresh_an_old_and_a_damaged_journal_are_told_apart():
    """The next server goes on with the room, or starts it anew, or has none."""
    path = journal_file.journal_path(port())
    assert "none yet" in finding(check_journal).text
    chatlib.serve().stop()
    assert "fresh" in finding(check_journal).text

    path.write_text("not a journal\n")
    found = finding(check_journal)
    assert (found.colour, "--reset" in found.mend) == (AMBER, True)

    os.utime(path, (time.time() - 3600,) * 2)
    found = finding(check_journal)
    assert (found.colour, "old" in found.text) == (GREEN, True)


def test_a_server_in_memory_has_no_journal(monkeypatch):
    """Port 0 is said to be amber elsewhere; here there is nothing to look for."""
    monkeypatch.setenv("CHATLIB_PORT", "0")

    assert list(check_journal(Seat.here())) == []
