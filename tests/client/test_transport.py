"""The transport beneath WebSocket and ChatClient: how it ends, what a tap sees, and what it leaves behind."""

from __future__ import annotations

import asyncio
import gc
import ssl
import subprocess
import sys
import threading
import weakref

import pytest
from websockets.uri import parse_uri

from chatlib import background, network
from chatlib.client import transport
from chatlib.client.transport import End, Keepalive, Transport
from tests.support import peers
from tests.support.ear import Ear, begin, begin_and_open
from tests.support.peers import CLOSE, PING, PONG, TEXT, Wire, closing, peer
from tests.support.waiting import SECONDS, until


async def hold_tcp_open(wire: Wire) -> None:
    """Accepts, and then says nothing more."""
    wire.accept()
    await wire.end()


# Life and end


async def test_a_conversation():
    """opened, each message whole, closing, and closed with the peer's code, in this order."""
    async with peer(peers.echo) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear, subprotocols=["soap", "wamp"])
        assert (connection.subprotocol, connection.extensions) == ("soap", "")
        background.call(connection.send_text, "hé".encode())
        background.call(connection.send_binary, b"\x00")
        background.call(connection.close, 4000, "bye")
        assert await ear.end() == End(code=4000, reason="bye", was_clean=True)
        assert ear.told[:-1] == ["opened", "hé", b"\x00", "closing"]
        assert connection.handed_over == 4


@pytest.mark.parametrize(
    ("script", "status", "body"),
    [
        (peers.refuse, 403, b"not today"),
        (peers.refuse_without_length, 401, b"who are you?"),
        (peers.redirect, 302, b""),
        (peers.accept_without_upgrade, 101, b""),
        (peers.hang_up, None, b""),
        (peers.garbage, None, b""),
    ],
)
async def test_a_refusal_tells_status_and_body(
    monkeypatch: pytest.MonkeyPatch, script: peers.Script, status: int | None, body: bytes
):
    """A program can tell an HTTP answer from a server that is none; a body without a length is not waited for long."""
    monkeypatch.setattr(transport, "BODY_SECONDS", 0.1)
    async with peer(script) as server:
        ear = Ear()
        begin(server.url, ear)
        end = await ear.end()
        assert (end.code, end.failed, end.status, end.body) == (1006, True, status, body)
        assert end.error
        assert ear.told == [end]


async def test_a_refused_tcp_connection_has_no_status():
    """Then the error is the system's."""
    with network.bind("127.0.0.1", 0) as unused:
        ear = Ear()
        begin(f"ws://127.0.0.1:{unused.getsockname()[1]}", ear)
        end = await ear.end()
    assert (end.status, end.failed) == (None, True)
    assert "Connect call failed" in end.error


async def test_localhost_needs_no_resolver_and_no_thread():
    """The name is tried as both loopback addresses, on the one background thread."""
    async with peer(peers.echo) as server:
        ear = Ear()
        connection = Transport(parse_uri(f"ws://localhost:{server.port}"), ear)
        before = threading.active_count()
        background.call(connection.connect)
        await ear.heard(lambda what: what == "opened")
        assert threading.active_count() == before
        background.call(connection.close)
        await ear.end()


async def test_an_unanswered_handshake_is_given_up():
    """``open_timeout`` spans all of it; the error names it."""

    async def script(wire: Wire) -> None:
        await wire.end()

    async with peer(script) as server:
        ear = Ear()
        begin(server.url, ear, open_timeout=0.05)
        assert (await ear.end()).error == "the opening handshake was not finished in 0.05 s"


async def test_a_close_frame_that_nobody_answers(monkeypatch: pytest.MonkeyPatch):
    """After a while TCP is dropped: 1006, and the error says why."""
    monkeypatch.setattr(transport, "CLOSE_SECONDS", 0.05)
    async with peer(hold_tcp_open) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear)
        background.call(connection.close)
        assert await ear.end() == End(error="the peer did not answer the Close frame")


async def test_a_peer_that_reads_no_more_cannot_hold_the_end_up(monkeypatch: pytest.MonkeyPatch):
    """The Close frame waits behind a message for as long as TCP takes some of it, and no longer."""
    monkeypatch.setattr(transport, "CLOSE_SECONDS", 0.05)
    ended = asyncio.Event()

    async def script(wire: Wire) -> None:
        wire.accept()
        await ended.wait()

    async with peer(script) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear)
        background.call(connection.send_binary, bytes(10_000_000))
        background.call(connection.close)
        assert await ear.end() == End(error="the peer did not answer the Close frame")
        ended.set()


async def test_a_slow_reader_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    """However often the time to answer a Close frame passes: what goes before that goes out, while the peer reads."""
    awaited: list[int] = []  # what was unsent whenever that time began; it passes when the peer below says so
    monkeypatch.setattr(transport._Timer, "start", lambda timer, seconds, action, *args: awaited.extend(args))
    size = 12_000_000

    async def script(wire: Wire) -> None:
        wire.accept()
        rest = 14 + size + 6  # two frames, with their headers
        for turn in range(3):
            await until(lambda turn=turn: len(awaited) > turn)
            while not background.run(time_passes(awaited[turn])):
                rest -= len(await wire.reader.read(2**16))
        await until(lambda: len(awaited) > 3)
        await wire.reader.readexactly(rest)
        wire.close(1000)

    async def time_passes(unsent_before: int) -> bool:
        """Let it pass if something went out; asked on the loop that sends, else bytes may be counted nowhere."""
        if connection._socket.get_write_buffer_size() + connection._outbox.size == unsent_before:
            return False
        connection._await_answer(unsent_before)
        return True

    async with peer(script) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear)
        background.call(connection.send_binary, bytes(size))
        background.call(connection.close)
        assert await ear.end() == End(code=1000, was_clean=True)


async def test_tcp_that_nobody_ends(monkeypatch: pytest.MonkeyPatch):
    """After both Close frames the peer has a moment to end TCP; then we do, and it was clean all the same."""
    monkeypatch.setattr(transport, "TCP_SECONDS", 0.05)

    async def script(wire: Wire) -> None:
        wire.accept()
        wire.close(1000)
        await wire.end()

    async with peer(script) as server:
        ear = Ear()
        await begin_and_open(server.url, ear)
        assert await ear.end() == End(code=1000, was_clean=True)


@pytest.mark.parametrize("how", ["abort", "leave"])
async def test_dropping_tcp_at_once(how: str):
    """abort() says nothing to the peer, leave() says 1001; neither waits."""
    got: list[bytes] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        got.append(await wire.end())

    async with peer(script) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear)
        background.call(getattr(connection, how))
        assert (await ear.end()).code == 1006
        async with asyncio.timeout(SECONDS):
            while not got:  # noqa: ASYNC110 - the peer has no event
                await asyncio.sleep(0.001)
        assert len(got[0]) == (0 if how == "abort" else 8)


async def test_giving_up_while_connecting():
    """close() and abort() before the handshake is through: one end, and no opened()."""
    async with peer(hold_tcp_open) as server:
        for how in ("close", "abort"):
            ear = Ear()
            connection = begin(server.url, ear)
            background.call(getattr(connection, how))
            end = await ear.end()
            assert (end.code, end.failed, ear.told) == (1006, True, [end])


async def test_use_after_the_end_is_silent():
    """Whoever has not heard of the end yet does no harm."""
    async with peer(closing(1000)) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear)
        await ear.end()

        async def use() -> None:
            connection.send_text(b"x")
            connection.send_binary(b"x")
            connection.pause_reading()
            connection.resume_reading()
            connection.close()
            connection.leave()
            connection.abort()

        background.run(use())
        assert (connection.handed_over, len(ear.told)) == (0, 3)


async def test_it_is_freed_at_the_end():
    """No timer, task or list keeps it."""
    async with peer(peers.echo) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear, keepalive=Keepalive(60, 60), open_timeout=60)
        background.call(connection.close)
        await ear.end()
        known = weakref.ref(connection)
        del connection
        background.run(asyncio.sleep(0))
        gc.collect()
        assert known() is None


EXITS = """
import asyncio, sys
from tests.support.ear import Ear, begin

ear = Ear()
begin(sys.argv[1], ear)
asyncio.run(ear.heard(lambda what: what == "opened"))
"""


async def test_the_end_of_the_process_is_told():
    """A kernel that shuts down goes away with 1001, as a closed tab does."""
    got: list[bytes] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        got.append(await wire.receive_close())

    async with peer(script) as server:
        command = [sys.executable, "-c", EXITS, server.url]
        await asyncio.to_thread(subprocess.run, command, check=True, timeout=30)
        assert got == [b"\x03\xe9"]


# TLS


async def test_wss_with_a_trusted_certificate():
    """The context is the caller's to give; the tap still sees the plain bytes."""
    context = ssl.create_default_context(cadata=peers.CERTIFICATE)
    async with peer(peers.echo, context=peers.tls_context()) as server:
        for host in ("127.0.0.1", "localhost"):
            ear = Ear()
            connection = await begin_and_open(f"wss://{host}:{server.port}", ear, ssl_context=context)
            background.call(connection.send_binary, bytes(1_000_000))
            await ear.heard(lambda what: what == bytes(1_000_000))
            assert connection.handed_over == 1_000_000
            background.call(connection.close)
            assert (await ear.end()).was_clean


# Keepalive


async def test_no_ping_unless_asked_for():
    """A browser sends none."""
    got: list[int] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        while CLOSE not in got:
            got.append((await wire.receive())[0])
        wire.close()

    async with peer(script) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear)
        await asyncio.to_thread(background.run, asyncio.sleep(0.1))
        background.call(connection.close)
        await ear.end()
        assert got == [CLOSE]


async def test_pings_go_on_while_they_are_answered():
    """Anything that comes counts as a sign of life."""
    pings = 0

    async def script(wire: Wire) -> None:
        nonlocal pings
        wire.accept()
        while pings < 5:
            opcode, payload = await wire.receive()
            pings += opcode == PING
            wire.send(*((PONG, payload) if pings % 2 else (TEXT, b"alive")))
        wire.close(1000)
        await wire.receive_close()

    async with peer(script) as server:
        ear = Ear()
        await begin_and_open(server.url, ear, keepalive=Keepalive(0.01, 2))
        assert (await ear.end()).code == 1000
        assert pings == 5


async def test_a_peer_that_answers_no_ping_is_given_up():
    """It is 1006, failed, and says why."""
    async with peer(hold_tcp_open) as server:
        ear = Ear()
        await begin_and_open(server.url, ear, keepalive=Keepalive(0.01, 0.05))
        assert await ear.end() == End(failed=True, error="no answer to a ping in 0.05 s")
