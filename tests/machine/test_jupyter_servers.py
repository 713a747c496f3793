"""Which Jupyter server this process belongs to: from what the servers wrote into the runtime directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jupyter_core.paths
import pytest

import chatlib
from chatlib.machine import jupyter_servers, ports, processes


@pytest.fixture(autouse=True)
def no_lab(monkeypatch) -> None:
    """Whatever runs the tests."""
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def wrote():
    """Have a Jupyter server write of itself what it does, at a time."""
    runtime = Path(jupyter_core.paths.jupyter_runtime_dir())
    runtime.mkdir(parents=True, exist_ok=True)

    def wrote(pid: int, text: str | dict, *, at: float = 1_000_000) -> None:
        path = runtime / f"jpserver-{pid}.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        os.utime(path, (at, at))

    return wrote


def a_dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait(20)
    return child.pid


def test_without_a_lab_there_is_no_path():
    """A plain terminal, and a runtime directory that nobody has made."""
    assert jupyter_servers.base_url() is None
    assert ports.proxy_path(3000) is None


def test_the_server_that_started_this_kernel_is_its_own(wrote, monkeypatch):
    """Among several: Jupyter tells a kernel its process."""
    wrote(os.getpid(), {"pid": os.getpid(), "base_url": "/ada/"})
    wrote(os.getppid(), {"pid": os.getppid(), "base_url": "/later/"}, at=2_000_000)
    assert jupyter_servers.base_url() == "/later/", "a terminal: the one that was started last"
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getpid()))

    assert jupyter_servers.base_url() == "/ada/"
    assert ports.proxy_path(3000, "?passcode=x") == "/ada/proxy/3000/?passcode=x"


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"pid": 1}', '{"pid": "1", "base_url": "/"}', '{"pid": 1, "base_url": 2}']
)
def test_a_file_that_is_none_is_passed_over(wrote, text):
    """Half written, or of another program."""
    wrote(1, text)

    assert jupyter_servers.base_url() is None


def test_a_server_that_is_gone_is_none(wrote, tmp_path, monkeypatch):
    """A kill leaves its file. Where the system does not tell, the file is believed."""
    pid = a_dead_pid()
    wrote(pid, {"pid": pid, "base_url": "/"})
    assert jupyter_servers.base_url() is None
    monkeypatch.setattr(processes, "PROC", tmp_path / "nothing")

    assert jupyter_servers.base_url() == "/"


def test_under_a_hub_it_is_the_hubs(monkeypatch):
    """With a slash at its end, whether the hub has one or not."""
    for prefix in ("/user/demo", "/user/demo/"):
        monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", prefix)
        assert jupyter_servers.base_url() == "/user/demo/"


def test_a_server_knows_its_path_with_its_passcode(wrote):
    """Beside the page's URL, which is for browsers on this machine."""
    wrote(os.getpid(), {"pid": os.getpid(), "base_url": "/"})
    with chatlib.serve(port=0, passcode="a&b") as server:
        assert server.page_url == f"http://127.0.0.1:{server.port}/?passcode=a%26b"
        assert server.proxy_path == f"/proxy/{server.port}/?passcode=a%26b"
