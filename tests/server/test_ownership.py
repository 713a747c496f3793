"""serve(): it starts a server in this kernel, joins the one that answers, or says what holds the port."""

import asyncio
import errno
import gc
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

import chatlib
from chatlib import PasscodeError, PortInUseError, ServeError, background, network
from chatlib.machine import health, ports
from chatlib.server import listening, ownership
from chatlib.server.settings import Settings
from tests.support.blocking import connect
from tests.support.chat import MSG
from tests.support.places import ROOT
from tests.support.waiting import soon
from tools.ports import free_port

SECONDS = 30.0


@pytest.fixture
def port():
    """A free port; whatever this test left on it is stopped."""
    port = free_port()
    yield port
    if server := ownership._servers.get(port):
        server.stop()


@contextmanager
def another_kernel(*flags, port):
    """A chatlib server in a process of its own."""
    command = [sys.executable, "-m", "chatlib", "serve", "--port", str(port), *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout.readline()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def listener(answer=None):
    """A program that accepts, and says one thing or nothing; its port."""
    accepted = []

    async def say(reader, writer):
        accepted.append(writer)
        if answer is not None:
            with suppress(OSError):  # who asked may be gone before it has read it all
                await reader.read(4096)
                writer.write(answer)
                writer.write_eof()

    async def begin():
        return await asyncio.start_server(say, sock=await network.hold("127.0.0.1", 0, backlog=100))

    async def end():
        server.close()
        for writer in accepted:
            writer.transport.abort()

    server = background.run(begin())
    port = server.sockets[0].getsockname()[1]
    yield port
    background.run(end())


def web_server(status=200, body=b"<h1>another program</h1>"):
    """Somebody else's web server; its port."""
    return listener(f"HTTP/1.0 {status} Whatever\r\nServer: another/1\r\n\r\n".encode() + body)


def echo(url):
    with connect(url, open_timeout=SECONDS) as ws:
        ws.send("hi")
        return ws.recv(SECONDS)


# Starting


def test_port_0_is_always_an_own_server_on_a_free_port():
    """For lessons and tests: two are two."""
    with chatlib.serve(port=0) as one, chatlib.serve(port=0) as other:
        assert one is not other
        assert one.port != other.port
        assert one.owner
        assert other.owner
        assert echo(one.url + "/echo") == echo(other.url + "/echo") == "hi"


def test_url_port_and_owner_say_where_it_is(port):
    """What is promised, and a repr that is the interface in a notebook."""
    server = chatlib.serve(port)

    assert (server.url, server.port, server.owner) == (f"ws://127.0.0.1:{port}", port, True)
    assert repr(server) == f"<Server ws://127.0.0.1:{port} owner>"
    assert server.page_url == f"http://127.0.0.1:{port}/"


def test_without_a_port_it_is_that_of_the_environment(port, monkeypatch):
    """``$CHATLIB_PORT``, else 3000."""
    monkeypatch.setenv("CHATLIB_PORT", str(port))
    assert chatlib.serve().port == port
    assert ports.DEFAULT_PORT == 3000


@pytest.mark.parametrize("text", ["x", "-1", "3000.5", "65536", " 3000 x", "３０００"])
def test_a_port_in_the_environment_that_is_none_raises_at_once(text, monkeypatch):
    """And says what came."""
    monkeypatch.setenv("CHATLIB_PORT", text)
    with pytest.raises(ValueError, match=text.strip("-")):
        chatlib.serve()


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_is_none_raises_at_once(port):
    """Misuse, said in the caller's line."""
    with pytest.raises(ValueError, match=str(port)):
        chatlib.serve(port)


def test_it_is_quick():
    """A usable URL in under 0.2 s."""

    with ExitStack() as servers:
        server = soon(lambda: servers.enter_context(chatlib.serve(free_port())), 0.2)

        assert echo(server.url + "/echo") == "hi"


def test_again_on_the_same_port_is_the_same_server_with_its_settings_updated(port):
    """Run All, twice: never "address in use", and a changed cell takes effect for who comes and who is there."""
    server = chatlib.serve(port, max_message=10)
    with connect(server.url + "/chat/room") as ws:
        limits = json.loads(ws.recv(SECONDS))["limits"]
        assert chatlib.serve(port, max_message=20) is server
        ws.send("x" * 15)
        frames = [json.loads(ws.recv(SECONDS)) for _ in range(2)]
    assert limits["message_bytes"] == 10
    assert frames[1]["msg"] == "x" * 15


def test_a_host_that_is_not_loopback_needs_a_passcode():
    """Open to other machines means open to all who find it."""
    with pytest.raises(ValueError, match="passcode"):
        chatlib.serve(port=0, host="0.0.0.0")
    with chatlib.serve(port=0, host="0.0.0.0", passcode="sesame") as server:
        assert echo(f"ws://127.0.0.1:{server.port}/echo?passcode=sesame") == "hi"


def test_ipv6_loopback():
    """Its URL has brackets."""
    with chatlib.serve(port=0, host="::1") as server:
        assert server.url == f"ws://[::1]:{server.port}"
        assert echo(server.url + "/echo") == "hi"


def test_an_address_that_is_not_this_machines_is_a_serve_error():
    """Not a bare OSError, and it says which."""
    with pytest.raises(ServeError, match=r"203\.0\.113\.1"):
        chatlib.serve(port=0, host="203.0.113.1", passcode="sesame")


def test_page_url_carries_the_passcode_and_the_proxys_path(monkeypatch):
    """Where a browser finds the page: under a hub through jupyter-server-proxy."""
    with chatlib.serve(port=0, passcode="a&b") as server:
        assert server.page_url == f"http://127.0.0.1:{server.port}/?passcode=a%26b"
        monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
        assert server.page_url == f"/user/ada/proxy/{server.port}/?passcode=a%26b"


def test_the_passcode_is_in_no_repr():
    """A cell's output is shown to the class."""
    with chatlib.serve(port=0, passcode="sesame") as server:
        assert "sesame" not in repr(server)


def test_origins_come_from_the_call_and_from_the_environment(monkeypatch):
    """Both are let in."""
    monkeypatch.setenv("CHATLIB_ORIGINS", "https://b.example")
    with chatlib.serve(port=0, origins=["https://a.example"]) as server:
        for origin in ("https://a.example", "https://b.example"):
            with connect(server.url + "/echo", origin=origin):
                pass
        with (
            pytest.raises(InvalidStatus, match="403"),
            connect(server.url + "/echo", origin="https://c.example"),
        ):
            pass


# Joining


def test_it_joins_the_server_of_another_kernel(port):
    """The same room for all; stopping then only withdraws."""
    with another_kernel(port=port):
        server = chatlib.serve(port)
        assert not server.owner
        assert "joined" in repr(server)
        assert chatlib.serve(port) is server
        server.stop()
        assert echo(f"ws://127.0.0.1:{port}/echo") == "hi"


def test_a_server_with_a_passcode_is_joined_only_with_it(port):
    """Else PasscodeError, that says what to do and never the passcode."""
    with another_kernel("--passcode", "sesame", port=port):
        for passcode, words in (("", "no passcode was given"), ("wrong", "another passcode")):
            with pytest.raises(PasscodeError, match=words) as refused:
                chatlib.serve(port, passcode=passcode)
            assert "sesame" not in str(refused.value)
        assert not chatlib.serve(port, passcode="sesame").owner


@pytest.mark.parametrize("status", [200, 404, 500])
@pytest.mark.parametrize(
    "body", [b"<h1>hi</h1>", b"{}", b"[]", b'"chatlib"', b'{"service": "x", "version": 1}', b"\xff"]
)
def test_another_programs_web_server_is_a_port_in_use(status, body, monkeypatch):
    """Which port, what answered, what to do."""
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 20)  # a machine that hiccups is not what this is about
    with web_server(status, body) as port, pytest.raises(PortInUseError) as refused:
        chatlib.serve(port)

    assert refused.value.port == port
    for words in (f"port {port}", "web server", str(status), "CHATLIB_PORT"):
        assert words in str(refused.value)


def test_another_version_of_the_protocol_is_a_port_in_use():
    """Two versions of chatlib on one machine."""
    body = json.dumps({"service": "chatlib", "version": "9.0", "protocol": 99, "rooms": 1, "clients": 1}).encode()
    with web_server(200, body) as port, pytest.raises(PortInUseError, match=r"9\.0.*protocol 99"):
        chatlib.serve(port)


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.9\r\n", b"", b"\x15\x03\x01\x00\x02\x02F", b"HTTP/1.1 \r\n\r\n"]
)
def test_what_speaks_no_http_is_a_port_in_use(answer):
    """A database, an ssh server, one that hangs up."""
    with listener(answer) as port, pytest.raises(PortInUseError, match="HTTP"):
        chatlib.serve(port)


def test_a_server_that_hangs_is_a_port_in_use(monkeypatch):
    """After 2 s, here less: a kernel must not wait for it."""
    assert health.PATIENCE_SECONDS == 2
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.3)
    with listener() as port, pytest.raises(PortInUseError, match="no answer"):
        chatlib.serve(port)


def test_a_server_that_drips_is_a_port_in_use(monkeypatch):
    """A byte now and then is no answer either: the two seconds are for the whole of it."""
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.3)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip():
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not over.wait(0.02):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        guard = threading.Timer(2, over.set)
        guard.start()
        try:
            with pytest.raises(PortInUseError, match="no answer"):
                chatlib.serve(listening.getsockname()[1])
            assert not over.is_set()
        finally:
            over.set()
            guard.cancel()
            thread.join()


def test_a_holder_that_is_gone_before_it_was_asked_is_no_hindrance(port, monkeypatch):
    """Between the attempt to listen and the question who is there, the other kernel may have ended."""
    listen, attempts = listening.listen, []

    def too_late(*address):
        attempts.append(address)
        if len(attempts) == 1:
            raise OSError(errno.EADDRINUSE, "Address already in use")
        return listen(*address)

    monkeypatch.setattr(listening, "listen", too_late)

    assert chatlib.serve(port).owner


def test_a_port_that_is_held_without_listening_is_a_port_in_use():
    """Some program bound it, or has a connection out of it: nobody can be asked."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(PortInUseError, match=f"port {bound.getsockname()[1]} is taken"):
            chatlib.serve(bound.getsockname()[1])


# What a call gives, and what it does not


def stranger(server):
    """The status that somebody gets who brings nothing; 101 is a welcome."""
    try:
        with connect(server.url + "/chat"):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def test_what_a_later_call_does_not_give_stays_as_it_was(port):
    """A door does not open by itself: neither passcode nor limits fall away where they are not named again."""
    server = chatlib.serve(port, passcode="sesame", rate=3, max_message=500, origins=["https://a.example"])
    settings = server._engine.settings
    assert chatlib.serve(port) is server
    assert chatlib.serve(port, ping=7) is server

    assert stranger(server) == 401
    assert server.chat_url.endswith("?passcode=sesame")
    assert server._engine.settings == replace(settings, ping=7)
    assert (settings.limits.rate, settings.limits.message_bytes) == (3, 500)


def test_what_a_later_call_gives_is_taken(port):
    """Another passcode, and none at all, said on purpose; other origins, but always the environment's."""
    server = chatlib.serve(port, passcode="sesame", origins=["https://a.example"])
    chatlib.serve(port, passcode="other", origins=["https://b.example"])
    assert server.chat_url.endswith("?passcode=other")
    assert stranger(server) == 401
    assert server._engine.settings.origins == {"https://b.example"}
    chatlib.serve(port, passcode="")

    assert stranger(server) == 101
    assert server.chat_url == server.url


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"rate": -1}, ValueError),
        ({"rate": "20"}, TypeError),
        ({"origins": ["nonsense"]}, ValueError),
        ({"origins": "https://a.example"}, TypeError),
        ({"passcode": 1234}, TypeError),
        ({"max_clients": True}, TypeError),
        ({"max_message": "500"}, TypeError),
        ({"host": "0.0.0.0"}, ValueError),
        ({"host": ""}, ValueError),
        ({"host": 5}, TypeError),
    ],
)
def test_a_call_that_fails_changes_nothing(port, wrong, error):
    """Not the half that was right either; and it fails in words, before anybody gets in."""
    server = chatlib.serve(port, passcode="sesame")
    before = server._engine.settings
    (name,) = wrong
    with pytest.raises(error, match=name.rstrip("s")):
        chatlib.serve(port, **{"passcode": "other", "max_unsent": 5, **wrong})

    assert server._engine.settings == server.settings == before


@pytest.mark.parametrize("wrong", ["3000", 3000.0, True, b"3000"])
def test_a_port_of_another_type_is_refused(wrong):
    """In words."""
    with pytest.raises(TypeError, match="port is a whole number, not of type"):
        chatlib.serve(wrong)


def test_a_first_call_that_fails_leaves_nothing(port, monkeypatch):
    """No server, no stand-by, nothing on the port: also where the learner interrupts it when it runs already."""
    run, stopped = background.run, []

    def run_until_it_serves(coroutine):
        result = run(coroutine)
        if coroutine.__qualname__ == "Server._start":
            stopped.append(True)
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch:
        patch.setattr(background, "run", run_until_it_serves)
        with pytest.raises(KeyboardInterrupt):
            chatlib.serve(port)

    assert stopped
    assert port not in ownership._servers
    assert not ports.is_taken(port)


# Hosts


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "::1", "[::1]", "127.0.0.1"])
def test_another_spelling_of_the_host_is_the_same_server(port, host):
    """And without one it is the server that is there."""
    server = chatlib.serve(port, host=host)
    assert echo(server.url + "/echo") == "hi"

    for other in (None, "localhost", "127.0.0.1", "::1"):
        assert chatlib.serve(port, host=other) is server


def test_without_a_host_it_is_the_server_that_is_there(port):
    """Also one for other machines; to make it one for this machine alone, it has to be stopped."""
    server = chatlib.serve(port, host="0.0.0.0", passcode="sesame")
    assert chatlib.serve(port) is server
    with pytest.raises(ValueError, match="stop"):
        chatlib.serve(port, host="127.0.0.1")

    assert server.owner


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_localhost_is_ours_whatever_it_leads_to(port, host, address):
    """A browser, and the proxy, take the one or the other."""
    chatlib.serve(port, host=host)

    assert echo(f"ws://{address}:{port}/echo") == "hi"


def test_a_program_on_the_other_half_is_a_port_in_use(port):
    """Else localhost:3000 led to it, and a page and the cookie with it; it is named, and nothing stays behind."""
    with socket.create_server(("::1", port), family=socket.AF_INET6):
        with pytest.raises(PortInUseError, match=rf"port {port} is taken: .*this kernel listens on \[::1\]"):
            chatlib.serve(port)
        assert port not in ownership._servers
        network.bind("127.0.0.1", port).close()

    assert chatlib.serve(port).owner


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_who_has_the_first_half_is_asked_however_the_host_is_typed(port, host, monkeypatch):
    """With ``::1`` nothing was asked where it listens, and the error said that nobody does."""
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(PortInUseError, match="listens there: no answer"):
        chatlib.serve(port, host=host)


def test_a_program_on_one_address_is_in_the_way_of_all(port):
    """It is said where it listens: not at the address that others would have."""
    with another_kernel(port=port), pytest.raises(PortInUseError, match=r"listens on 127\.0\.0\.1") as refused:
        chatlib.serve(port, host="0.0.0.0", passcode="sesame")
    assert "chatlib serve" in refused.value.found


# Standing by


def test_a_join_that_fails_leaves_nothing_and_one_that_succeeds_is_kept(port, monkeypatch):
    """The passcode that the server wants, once known, is that of this kernel's panels, and of the server to come."""
    monkeypatch.setattr(ownership, "STANDBY_SECONDS", 0.01)
    with another_kernel("--passcode", "sesame", port=port) as process:
        with pytest.raises(PasscodeError):
            chatlib.serve(port)
        assert port not in ownership._servers
        assert background.run(standing_by()) == 0
        server = chatlib.serve(port, passcode="sesame", rate=7)
        with pytest.raises(PasscodeError):
            chatlib.serve(port, passcode="wrong", rate=9)
        assert chatlib.serve(port) is server
        assert server.chat_url.endswith("?passcode=sesame")
        assert background.run(standing_by()) == 1
        process.kill()
        process.wait()
    until(lambda: server.owner)

    assert stranger(server) == 401
    assert server._engine.settings.limits.rate == 7
    assert echo(f"{server.url}/echo?passcode=sesame") == "hi"


def test_while_another_program_has_half_the_port_one_goes_on_standing_by(two_kernels, monkeypatch):
    """Whoever has the first half, and cannot have the second, gives it back and tries again."""
    first, second = two_kernels
    listen, attempts = listening.listen, []

    def half_is_taken(*address):
        attempts.append(address)
        if len(attempts) < 3:
            raise PortInUseError(address[1], "another program has half of it")
        return listen(*address)

    monkeypatch.setattr(listening, "listen", half_is_taken)
    first.stop()
    until(lambda: second.owner)

    assert len(attempts) >= 3


def test_who_cannot_take_over_says_so_and_takes_over_when_it_can(port, monkeypatch, caplog):
    """Nobody serves, and a program on the other half is in the way: it is named, and logged once."""
    monkeypatch.setattr(ownership, "STANDBY_SECONDS", 0.01)
    with socket.create_server(("::1", port), family=socket.AF_INET6), monkeypatch.context() as one_half:
        one_half.setattr(ports, "addresses", lambda host: (host,))
        first, second = [ownership.Server("127.0.0.1", port, Settings()) for _ in range(2)]
        for server in (first, second):
            server.start_or_join()
        assert second.trouble == "", "somebody serves"
        one_half.undo()
        first.stop()
        until(lambda: second.trouble)
        trouble = second.trouble
        attempts = count_attempts(monkeypatch)
        until(lambda: len(attempts) > 2)
        logged = [record.getMessage() for record in caplog.records]
        caplog.clear()
    until(lambda: second.owner)

    assert "cannot take over" in trouble
    assert "this kernel listens on [::1]" in trouble
    assert logged == [f"port {port}: {trouble}"]
    assert second.trouble == ""
    second.stop()


def test_who_withdraws_has_no_trouble_any_more(port, monkeypatch, caplog):
    """It wants nothing of the port, and other failures are told too."""
    monkeypatch.setattr(ownership, "STANDBY_SECONDS", 0.01)
    with another_kernel(port=port):
        server = chatlib.serve(port)
        monkeypatch.setattr(listening, "listen", lambda *_: (_ for _ in ()).throw(PermissionError(13, "not for you")))
        until(lambda: server.trouble)
        assert "cannot take over: not for you" in repr(server)
        server.stop()
    assert server.trouble == ""
    caplog.clear()


def count_attempts(monkeypatch):
    """A list that grows with each attempt to listen."""
    listen, attempts = listening.listen, []
    monkeypatch.setattr(listening, "listen", lambda *address: attempts.append(address) or listen(*address))
    return attempts


@pytest.fixture
def two_kernels(port, monkeypatch):
    """What two kernels on one machine have: a server that runs on a port, and one that was joined there."""
    monkeypatch.setattr(ownership, "STANDBY_SECONDS", 0.01)
    servers = [ownership.Server("127.0.0.1", port, Settings(max_clients=number)) for number in (10, 20)]
    for server in servers:
        server.start_or_join()
    yield servers
    for server in servers:
        server.stop()


def test_what_is_given_while_one_takes_over_is_taken(two_kernels, monkeypatch):
    """A passcode that is set in that very moment holds: serve() finds no engine yet, and the engine is made already."""
    first, second = two_kernels
    given = Settings(passcode="sesame")

    class GivenMeanwhile(ownership.ChatServer):
        async def start(self):
            await super().start()
            second.settings = given  # on another thread

    monkeypatch.setattr(ownership, "ChatServer", GivenMeanwhile)
    first.stop()
    until(lambda: second.owner)

    assert second.settings is given
    until(lambda: second._engine.settings is given)
    assert stranger(second) == 401


async def standing_by():
    """How many tasks stand by on the background loop."""
    return sum(task.get_coro().__qualname__ == "Server._stand_by" for task in asyncio.all_tasks())


def until(condition):
    """Wait, in this thread, for what happens on the background loop."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {SECONDS:g} s"
        time.sleep(0.002)


def test_who_joined_takes_over_when_the_owner_stops(two_kernels):
    """With settings of its own, the same port, and the room as it was."""
    first, second = two_kernels
    assert (first.owner, second.owner) == (True, False)
    with connect(first.url + "/chat/room") as ws:
        ws.send("before")
        while (json.loads(said := ws.recv(SECONDS)))["type"] != MSG:
            pass
        first.stop()
    until(lambda: second.owner)

    assert (first.owner, first.running, second.url) == (False, False, first.url)
    assert second._engine.settings.max_clients == 20
    with connect(second.url + "/chat/room") as ws:
        assert json.loads(ws.recv(SECONDS))["history"] == [json.loads(said)]


def test_who_withdraws_takes_nothing_over(two_kernels):
    """stop() of one that was joined is the end of its standing by, and no more."""
    first, second = two_kernels
    assert background.run(standing_by()) == 1
    second.stop()
    assert background.run(standing_by()) == 0
    first.stop()
    with pytest.raises(ConnectionRefusedError):
        echo(first.url)

    assert not second.owner


def test_joining_again_stands_by_once(two_kernels):
    """Run All, twice."""
    _, second = two_kernels
    for _ in range(3):
        second.start_or_join()

    assert background.run(standing_by()) == 1


def test_for_another_users_server_nobody_stands_by(port, monkeypatch):
    """Whoever listened there next would have been handed what was meant for a stranger."""
    monkeypatch.setattr(ownership, "STANDBY_SECONDS", 0.01)
    monkeypatch.setattr(ownership, "is_another_users", lambda _: True)
    with ownership.Server("127.0.0.1", port, Settings()) as first:
        first.start_or_join()
        with ownership.Server("127.0.0.1", port, Settings()) as second:
            second.start_or_join()
            assert (second.owner, background.run(standing_by())) == (False, 0)


def test_who_can_no_longer_stand_by_says_so(two_kernels, monkeypatch, caplog):
    """Trouble that is not the port's is a fault of ours: it is logged, and it is not silent."""

    def broken(*_, **__):
        raise ZeroDivisionError

    first, second = two_kernels
    with monkeypatch.context() as patch:
        patch.setattr(ownership, "ChatServer", broken)
        until(lambda: caplog.records)
    assert "a task of <Server" in caplog.text
    assert caplog.records[0].exc_info[0] is ZeroDivisionError
    second.start_or_join()
    first.stop()
    until(lambda: second.owner)


def test_what_it_is_goes_forward_and_is_logged(two_kernels, caplog):
    """From one role to the next, for whoever looks."""
    caplog.set_level(logging.DEBUG, logger="chatlib.server.ownership")
    first, second = two_kernels
    first.stop()
    until(lambda: second.owner)
    second.stop()

    steps = [record.getMessage().rpartition(": ")[2] for record in caplog.records if " -> " in record.getMessage()]
    assert steps == ["OWNER -> STOPPED", "JOINED -> OWNER", "OWNER -> STOPPED"]


# Stopping


def test_stop_frees_the_port_and_may_be_called_twice(port):
    """And the next serve() starts a new one."""
    server = chatlib.serve(port)
    server.stop()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        echo(server.url)
    again = chatlib.serve(port)

    assert "stopped" in repr(server)
    assert again is not server
    assert again.owner


async def test_it_can_be_stopped_on_the_background_loop_too(port):
    """Where a garbage collector closes a widget, say, while another thread waits in serve(): nothing waits there."""
    server = chatlib.serve(port)

    async def stop():
        server.stop()

    with ownership._lock:
        await asyncio.wait_for(asyncio.wrap_future(background.submit(stop())), SECONDS)
    await asyncio.to_thread(until, lambda: not server.running)


def test_the_end_of_a_with_block_stops_it():
    """Also when the block raises."""
    with pytest.raises(KeyError), chatlib.serve(port=0) as server:
        raise KeyError
    with pytest.raises(ConnectionRefusedError):
        echo(server.url)


def test_two_threads_that_serve_one_port_have_one_server(port):
    """Notebook callbacks come from any thread."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(chatlib.serve(port))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)

    assert len(found) == 4
    assert len(set(map(id, found))) == 1


async def all_tasks():
    return len(asyncio.all_tasks())


def test_starting_and_stopping_leaks_nothing(port):
    """No thread, no task, no descriptor, no server object: Run All, as often as you like."""

    def round_trip():
        for number in (port, 0):
            with chatlib.serve(number) as server:
                echo(server.url + "/echo")

    def counted():
        gc.collect()
        servers = sum(type(each) is chatlib.ChatServer for each in gc.get_objects())
        descriptors = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        return threading.active_count(), background.run(all_tasks()), descriptors, servers

    round_trip()
    before = counted()
    for _ in range(5):
        round_trip()

    more = [now - then for now, then in zip(counted(), before, strict=True)]
    assert max(more) <= 0, more  # less is no leak: what an earlier test left may have gone meanwhile


def test_at_the_end_of_the_process_clients_are_told(port):
    """A kernel that ends in the ordinary way says goodbye: ERROR shutdown and 1001."""
    script = f"import chatlib, sys; print(chatlib.serve({port}).url, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as kernel:
        with connect(kernel.stdout.readline().strip()) as ws:
            ws.recv(SECONDS)
            ws.recv(SECONDS)
            kernel.stdin.close()
            assert json.loads(ws.recv(SECONDS))["code"] == "shutdown"
            with pytest.raises(ConnectionClosed, match="1001"):
                ws.recv(SECONDS)
        assert kernel.wait(SECONDS) == 0


def test_without_the_posix_only_modules_it_serves():
    """As on Windows: no resource, no fork, no fcntl."""
    script = """
import os, sys
for name in ("resource", "fcntl", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "register_at_fork", "getuid", "geteuid"):
    if hasattr(os, name):
        delattr(os, name)
import chatlib
with chatlib.serve(port=0) as server:
    print(server.owner)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, cwd=ROOT)

    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", 0)
