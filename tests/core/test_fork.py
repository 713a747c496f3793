"""After fork: a child that outlives its parent holds neither its port nor its connections."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import contextmanager

from websockets.sync.client import connect

import chatlib
from chatlib.server import chat_server, ownership
from chatlib.server.settings import Settings
from tests.support.places import ROOT
from tests.support.storm import frame, request
from tools.ports import free_port

SECONDS = 30.0

PARENT = """
import os, sys, time
import chatlib
server = chatlib.serve(port=0)
print(server.url, flush=True)
sys.stdin.readline()
child = os.fork()
if child == 0:
    print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(60)
"""


def open_socket(url):
    """A connection to the echo server, after its handshake."""
    sock = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), SECONDS)
    sock.sendall(request("/echo"))
    assert b" 101 " in sock.recv(4096)
    return sock


@contextmanager
def parent_and_child(before_fork):
    """A kernel that serves and then forks; ``before_fork`` gets its URL first. Yields URL, what that gave, parent."""
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        url = parent.stdout.readline().strip()
        given = before_fork(url)
        parent.stdin.write("\n")
        parent.stdin.flush()
        child = int(parent.stdout.readline())
        try:
            yield url, given, parent
        finally:
            parent.kill()
            os.kill(child, signal.SIGKILL)


def test_kill_9_of_the_parent_frees_the_port():
    """A dead server's port would take connections that nobody serves."""
    with parent_and_child(lambda url: None) as (url, _, parent):
        parent.kill()
        parent.wait()
        with socket.create_server(("127.0.0.1", int(url.rpartition(":")[2]))):
            pass


def test_kill_9_of_the_parent_ends_its_connections():
    """Clients see the end at once, not when a keepalive has failed."""
    with parent_and_child(open_socket) as (_, sock, parent), sock:
        sock.sendall(frame(b"still served after the fork"))
        assert sock.recv(4096).endswith(b"still served after the fork")
        parent.kill()
        assert sock.recv(4096) == b""


def test_a_forked_child_can_stop_what_it_inherited_and_serve_itself():
    """And does its parent no harm: the parent's clients hear nothing of it."""
    with chatlib.serve(port=0) as server, connect(server.url + "/echo", proxy=None) as ws:
        child = os.fork()
        if child == 0:
            signal.alarm(int(SECONDS))
            try:
                server.stop()
                with chatlib.serve(port=0) as own, connect(own.url + "/echo", proxy=None) as to_own:
                    to_own.send("child")
                    os._exit(7 if to_own.recv(SECONDS) == "child" else 1)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        ws.send("parent")
        assert ws.recv(SECONDS) == "parent"


def test_the_numbers_of_the_inherited_sockets_stay_taken():
    """Else what the child opens next is closed when the objects that know the number are collected."""
    before = set(chat_server._serving)  # a server that is stopping, say
    with chatlib.serve(port=0) as server, connect(server.url + "/echo", proxy=None):
        (engine,) = chat_server._serving - before
        sockets = [connection.transport.get_extra_info("socket") for connection in engine.sockets]
        sockets += [sock for accepting in engine._accepting for sock in accepting.sockets]
        numbers = [sock.fileno() for sock in sockets]
        child = os.fork()
        if child == 0:
            os._exit(7 if not any(stat.S_ISSOCK(os.fstat(number).st_mode) for number in numbers) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_forked_child_neither_serves_nor_stands_by(monkeypatch):
    """Both are its parent's, which goes on; in the child it is stopped, and stop() waits for nothing."""
    monkeypatch.setattr(ownership, "STANDBY_SECONDS", 0.01)
    port = free_port()
    with ownership.Server("127.0.0.1", port, Settings()) as first:
        first.start_or_join()
        with chatlib.serve(port) as joined:
            child = os.fork()
            if child == 0:
                signal.alarm(int(SECONDS))
                joined.stop()
                os._exit(7 if not joined.running and not joined.owner and not chatlib.serve(port).owner else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
            first.stop()
            deadline = time.monotonic() + SECONDS
            while not joined.owner:
                assert time.monotonic() < deadline, "nobody stands by"
                time.sleep(0.002)
