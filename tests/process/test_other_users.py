"""As root only: a chat server that another user of this machine runs is joined by kernels, and by no browser."""

from __future__ import annotations

import asyncio
import os
import pwd
import subprocess
import sys
import time
import warnings

import pytest

import chatlib
from chatlib.machine import ports, processes
from tests.support.places import ROOT
from tests.support.server_process import ServerProcess
from tools.ports import free_port

SERVE_AS = """
import os, sys
import chatlib
from chatlib.server import journal_file
from chatlib.__main__ import main

journal_file.journal_path(0)
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

    def test_a_server_of_another_user_is_known_by_its_user(foreign_server):
        """The sockets are theirs, in both families, and a browser gets no link to them."""
        process, port = foreign_server

        found = processes.listening(port)

        assert [each.address for each in found] == ["127.0.0.1", "::1"]
        for each in found:
            assert each.uid == NOBODY
            assert [holder.pid for holder in processes.holders(each)] == [process.pid]
        assert processes.is_another_users(port) is True
        assert ports.page_url("127.0.0.1", port) is None

    async def test_a_server_of_another_user_is_joined_for_kernels_only(foreign_server):
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

    def test_a_server_of_ones_own_is_joined_with_a_link(monkeypatch):
        """The rule is about other users: another process of the same user is no stranger."""
        monkeypatch.setenv("CHATLIB_PORT", str(free_port()))
        with ServerProcess() as own, chatlib.serve() as server:
            assert (server.owner, server.port) == (False, own.port)
            assert server.page_url == f"http://127.0.0.1:{own.port}/"
