"""``python -m chatlib serve``, run as a user runs it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from chatlib.server.chat_server import HANDSHAKE_SECONDS
from tests.support.places import ROOT
from tests.support.storm import request

SECONDS = 30.0


@contextmanager
def serving(*flags, files=None):
    """The process and the URL that it printed; it is gone afterwards, whatever the test found."""
    command = [sys.executable, "-m", "chatlib", "serve", "--port", "0", *flags]
    if files:
        command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes, cwd=ROOT) as process:
        try:
            yield process, process.stdout.readline().rstrip("\n")
        finally:
            process.kill()


@contextmanager
def joined(url, **how):
    """A connection that has seen WELCOME and its own ENTER, and the WELCOME."""
    with connect(url, proxy=None, open_timeout=SECONDS, **how) as ws:
        welcome = json.loads(ws.recv(SECONDS))
        ws.recv(SECONDS)
        yield ws, welcome


def refused(url, **how):
    """The status with which a connection is refused."""
    with pytest.raises(InvalidStatus) as refusal, connect(url, proxy=None, **how):
        pass
    return refusal.value.response.status_code


def knock(url, path):
    """A plain socket that has sent a good opening request, and does nothing more."""
    sock = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), SECONDS)
    sock.sendall(request(path))
    return sock


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_tells_the_clients_and_ends_it_with_status_0(number):
    """ERROR shutdown and 1001 for everybody; nothing more is printed."""
    with serving() as (process, url), joined(url) as (ws, _):
        process.send_signal(number)
        assert json.loads(ws.recv(SECONDS))["code"] == "shutdown"
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(SECONDS)
        assert closed.value.rcvd.code == 1001
        output, errors = process.communicate(timeout=SECONDS)
        assert (process.returncode, output, errors) == (0, "", "")


def test_no_client_can_hold_up_its_end():
    """Before a handshake times out, though one does not answer the Close frame, and one has not finished its own."""
    with serving() as (process, url), knock(url, "/chat") as deaf:
        deaf.recv(1)
        with socket.create_connection(deaf.getpeername()):
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) == 0
            assert time.monotonic() - began < HANDSHAKE_SECONDS - 2


def test_it_prints_one_line_with_a_url_that_can_be_connected_to():
    """At once, so that a script can wait for it."""
    with serving() as (_, url):
        assert re.fullmatch(r"ws://127\.0\.0\.1:\d+", url)
        with joined(url) as (_, welcome):
            assert welcome["room"] == "lobby"


def test_a_port_that_is_held_is_status_1_and_one_line_of_reason():
    """It never joins, not even another chatlib server."""
    with serving() as (_, url):
        port = url.rpartition(":")[2]
        command = [sys.executable, "-m", "chatlib", "serve", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, cwd=ROOT)

    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"chatlib serve: port {port} is taken: .*chatlib.*\n", done.stderr)


def test_a_host_that_is_not_loopback_gets_a_passcode_that_works():
    """One is made and is in the printed URL; without it nobody gets in."""
    with serving("--host", "0.0.0.0") as (_, url):
        assert re.search(r"\?passcode=[\w-]{8,}$", url)
        with joined(url):
            assert refused(url.partition("?")[0]) == 401


def test_two_made_passcodes_differ():
    """They are random."""
    with serving("--host", "0.0.0.0") as (_, one), serving("--host", "0.0.0.0") as (_, other):
        assert one.partition("=")[2] != other.partition("=")[2]


def test_a_passcode_of_ones_own_is_in_the_url():
    """Encoded; and the room can be named in the path."""
    with serving("--passcode", "a&b c") as (_, url):
        base, _, query = url.partition("?")
        with joined(f"{base.rstrip('/')}/chat/tea?{query}") as (_, welcome):
            assert welcome["room"] == "tea"


def test_every_limit_is_a_flag():
    """--rate, --max-message, --max-clients, --origin; WELCOME shows what it shows of them."""
    flags = ["--rate", "5", "--max-message", "99", "--max-clients", "1", "--max-unsent", "5000", "--ping", "3"]
    flags += ["--max-kept", "1000000"]
    origins = ["--origin", "https://a.example", "--origin", "https://b.example"]
    with serving(*flags, *origins) as (_, url), joined(url, origin="https://b.example") as (_, welcome):
        assert welcome["limits"] == {"rate": 5, "burst": 40, "message_bytes": 99}
        assert refused(url) == 503
        assert refused(url, origin="https://c.example") == 403


def test_the_ping_flag_sets_the_keepalive():
    """A client that says nothing is pinged at that interval."""
    with serving("--ping", "0.2") as (_, url), knock(url, "/echo") as client:
        received = b""
        while b"\x89\x00" not in received:
            received += client.recv(4096)


def test_idle_strangers_cannot_use_up_the_open_files():
    """With 200 files allowed, some are kept in reserve for the process itself, and no traceback is logged."""
    with serving(files=200) as (process, url), ExitStack() as strangers:
        port = int(url.rpartition(":")[2])
        for _ in range(260):
            last = strangers.enter_context(socket.create_connection(("127.0.0.1", port), SECONDS))
        with suppress(ConnectionError):  # it was accepted last: then all the others were
            assert last.recv(1) == b""
        strangers.close()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=2 * SECONDS)
        assert (process.returncode, errors) == (0, "")
