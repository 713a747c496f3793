"""Which port is ours, where a browser finds what is there, and what answers on it."""

from __future__ import annotations

import http.server
import os
import socket
import threading

import pytest

import chatlib
from chatlib.errors import PasscodeError, PortInUseError
from chatlib.machine import health, ports, processes
from tests.support.made_up_proc import MadeUpProc


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


def test_a_port_of_another_user_has_no_link(tmp_path, monkeypatch):
    """The proxy would hand them the Jupyter cookie; a port of one's own, or of nobody, has its link."""
    proc = MadeUpProc(tmp_path / "proc")
    proc.add_socket(3000)
    proc.add_socket(3001, uid=os.geteuid() + 1)
    monkeypatch.setattr(processes, "PROC", proc.folder)
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)

    assert ports.page_url("127.0.0.1", 3000) == "http://127.0.0.1:3000/"
    assert ports.page_url("127.0.0.1", 3001) is None
    assert ports.page_url("[::1]", 3002, "?passcode=x") == "http://[::1]:3002/?passcode=x"


def test_another_user_under_another_address_counts(tmp_path, monkeypatch):
    """The proxy connects to ``localhost``, and that may be ::1 before it is 127.0.0.1."""
    proc = MadeUpProc(tmp_path / "proc")
    proc.add_socket(3000)
    proc.add_socket(3000, host="::", uid=os.geteuid() + 1)
    monkeypatch.setattr(processes, "PROC", proc.folder)

    assert ports.page_url("127.0.0.1", 3000) is None


def test_a_machine_that_does_not_tell_is_one_users(tmp_path, monkeypatch):
    """macOS and Windows have no /proc, and their users a link."""
    monkeypatch.setattr(processes, "PROC", tmp_path / "nothing")

    assert ports.page_url("127.0.0.1", 3000)


def test_under_a_hub_the_page_is_behind_the_proxy(monkeypatch):
    """The browser is on another machine: only the hub's own address reaches this one."""
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/demo/")

    assert ports.page_url("127.0.0.1", 3000, "?passcode=x") == "/user/demo/proxy/3000/?passcode=x"


def is_joinable(port: int, query: str = "") -> bool:
    return ports.is_joinable(f"http://127.0.0.1:{port}{query}")


def test_a_chat_server_is_joined_and_nobody_is_not():
    """While it runs the port is taken, afterwards it is free."""
    with chatlib.serve(port=0) as server:
        assert ports.is_taken(server.port)
        assert is_joinable(server.port)

    assert not ports.is_taken(server.port)
    assert not is_joinable(server.port)


def test_a_chat_server_with_a_passcode_is_joined_by_those_who_know_it():
    """Whether none was given or a wrong one is told apart."""
    with chatlib.serve(port=0, passcode="a b&c") as server:
        assert is_joinable(server.port, "?passcode=a%20b%26c")
        for query, given in [("", False), ("?passcode=abc", True)]:
            with pytest.raises(PasscodeError) as refused:
                is_joinable(server.port, query)
            assert refused.value.given is given


def test_another_program_s_web_server_is_named_as_that():
    """It has the port, and does not speak our language."""
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as web:
        threading.Thread(target=web.handle_request, daemon=True).start()
        with pytest.raises(PortInUseError, match="another program's web server"):
            is_joinable(web.server_port)


def test_what_gives_no_answer_holds_its_port(monkeypatch):
    """A kernel that was stopped, say: not nobody."""
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as hanging, pytest.raises(PortInUseError, match="no answer"):
        is_joinable(hanging.getsockname()[1])


def test_a_port_that_the_system_keeps_is_neither_free_nor_taken(monkeypatch):
    """Windows keeps whole ranges for itself, and Linux what is below 1024."""

    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(PermissionError):
        ports.is_taken(3000)
