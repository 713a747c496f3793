"""How a WebSocket ends, whoever ends it: close(), the close event, and what a violation of the protocol looks like."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from chatlib import background
from chatlib.client import transport
from chatlib.client.websocket import WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.errors import DOMException
from tests.support import peers
from tests.support.peers import CLOSE, TEXT, Wire, after_open, answering_close, closing, peer
from tests.support.socket_events import SECONDS, event, record, start, stop, url_of
from tests.support.waiting import until


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0,), "InvalidAccessError"),
        ((999,), "InvalidAccessError"),
        ((1001,), "InvalidAccessError"),
        ((2999,), "InvalidAccessError"),
        ((5000,), "InvalidAccessError"),
        (("a text",), "InvalidAccessError"),
        ((float("nan"),), "InvalidAccessError"),
        ((True,), "InvalidAccessError"),
        (({},), "InvalidAccessError"),
        ((1000, list("x" * 63)), "SyntaxError"),
        ((1001, "x" * 124), "InvalidAccessError"),
        ((1000, "x" * 124), "SyntaxError"),
        ((1000, "é" * 62), "SyntaxError"),
    ],
)
async def test_close_checks_its_arguments_in_every_state(arguments: tuple[Any, ...], name: str):
    """A bad code or reason raises while CONNECTING, OPEN, CLOSING and CLOSED, and changes nothing."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        for state in range(4):
            with pytest.raises(DOMException) as caught:
                ws.close(*arguments)
            assert (caught.value.name, ws.readyState) == (name, state)
            if state == WebSocket.CONNECTING:
                await event(ws, "open")
            elif state == WebSocket.OPEN:
                ws.close()
            elif state == WebSocket.CLOSING:
                await event(ws, "close")


@pytest.mark.parametrize(
    ("arguments", "frame"),
    [
        ((), b""),
        ((1000,), b"\x03\xe8"),
        ((4999, "é" * 61 + "x"), b"\x13\x87" + ("é" * 61 + "x").encode()),
        ((None, "bye"), b"\x03\xe8bye"),
        (("4000", 5), b"\x0f\xa05"),
        ((2999.5, ""), b"\x0b\xb8"),
        ((1000.4, False), b"\x03\xe8false"),
        ((3000, "\ud800"), b"\x0b\xb8\xef\xbf\xbd"),
    ],
)
async def test_close_frame_carries_code_and_reason(arguments: tuple[Any, ...], frame: bytes):
    """A plain close() has an empty frame; a reason needs a code, and gets 1000."""
    got: list[bytes] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        got.append(await wire.receive_close())
        wire.close()

    async with peer(script) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.close(*arguments)
        assert ws.readyState == 2
        await event(ws, "close")
        assert got == [frame]


async def test_close_again_does_nothing():
    """Repeated and nested calls: one Close frame, one close event."""
    frames: list[bytes] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        frames.append(await wire.receive_close())
        wire.close(4000)
        wire.writer.write_eof()
        frames.append(await wire.end())

    async with peer(script) as server:
        ws = WebSocket(server.url)
        log = record(ws)
        ws.onopen = lambda event: (ws.close(4001), ws.close(4002))
        ws.onclose = lambda event: ws.close(4003)
        await event(ws, "close")
        ws.close(4004)
        await until(lambda: len(frames) == 2)
        assert frames == [b"\x0f\xa1", b""]
        assert log == [("open", 1), ("close", 3)]


async def test_close_while_connecting():
    """CLOSING at once, then error and close 1006, even if the connection had just been made."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        log = record(ws)
        ws.close(4000, "changed my mind")
        assert ws.readyState == 2
        closed = await event(ws, "close")
        assert (closed.code, closed.wasClean) == (1006, False)
        assert log == [("error", 3), ("close", 3)]


async def test_close_while_the_open_event_is_on_its_way():
    """The network has opened it, the loop does not know yet: no open event any more, and TCP is dropped."""
    ends: list[int | None] = []
    answered = threading.Event()

    async def handler(connection: ServerConnection) -> None:
        await connection.wait_closed()
        ends.append(connection.close_code)

    def tap(sighting: Sighting) -> None:
        if sighting.direction == "received":
            answered.set()

    server = background.run(start(handler))
    ws = WebSocket(url_of(server))
    ws.watch(tap)
    log = record(ws)
    assert answered.wait(SECONDS)
    background.run(asyncio.sleep(0))  # one more turn there: the transport is open now
    ws.close()
    assert (await event(ws, "close")).code == 1006
    assert log == [("error", 3), ("close", 3)]
    await until(lambda: ends)
    assert ends == [1006]
    background.run(stop(server))


async def test_close_while_connecting_counts_even_if_all_is_over():
    """The server has closed it properly, but the loop had not even heard of the opening: still 1006."""
    over = threading.Event()

    async def handler(connection: ServerConnection) -> None:
        await connection.close(1000)

    def tap(sighting: Sighting) -> None:
        if sighting.direction == "sent" and sighting.kind == "frame":
            over.set()

    server = background.run(start(handler))
    ws = WebSocket(url_of(server))
    ws.watch(tap)
    log = record(ws)
    assert over.wait(SECONDS)
    background.run(stop(server))  # by then TCP has ended too
    ws.close()
    assert (await event(ws, "close")).code == 1006
    assert log == [("error", 3), ("close", 3)]


@pytest.mark.parametrize(
    ("script", "code", "reason", "was_clean"),
    [
        (closing(1000, "done"), 1000, "done", True),
        (closing(4321, "☃"), 4321, "☃", True),
        (closing(1016), 1016, "", True),
        (closing(), 1005, "", True),
        (peers.end_tcp, 1006, "", False),
    ],
)
async def test_the_server_ends_it(script: peers.Script, code: int, reason: str, was_clean: bool):
    """Code and reason are the server's; 1005 when its frame is empty, 1006 when TCP just ends; no error event."""
    async with peer(script) as server:
        ws = WebSocket(server.url)
        log = record(ws)
        closed = await event(ws, "close")
        assert (closed.code, closed.reason, closed.wasClean) == (code, reason, was_clean)
        assert log == [("open", 1), ("close", 3)]


@pytest.mark.parametrize(
    ("answer", "code", "reason", "was_clean"),
    [
        (lambda wire: wire.close(4321, "mine"), 4321, "mine", True),
        (lambda wire: wire.close(), 1005, "", True),
        (lambda wire: None, 1006, "", False),
    ],
)
async def test_the_servers_answer_counts(answer: Callable[[Wire], None], code: int, reason: str, was_clean: bool):
    """Even if the client closed first, with a code of its own, the event has the server's."""
    async with peer(answering_close(answer)) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.close(4000, "bye")
        closed = await event(ws, "close")
        assert (closed.code, closed.reason, closed.wasClean) == (code, reason, was_clean)


@pytest.mark.parametrize(
    ("violation", "code"),
    [
        (lambda wire: wire.send(3), 1002),
        (lambda wire: wire.send(TEXT, b"?", rsv=4), 1002),
        (lambda wire: wire.send(TEXT, b"?", masked=True), 1002),
        (lambda wire: wire.send(TEXT, b"\xff"), 1007),
        (lambda wire: wire.send(TEXT, b"\xff", fin=False), 1007),
        (lambda wire: wire.send(CLOSE, b"\x03"), 1002),
        (lambda wire: wire.close(1006), 1002),
    ],
)
async def test_a_protocol_violation_is_1006(
    violation: Callable[[Wire], None], code: int, monkeypatch: pytest.MonkeyPatch
):
    """The server is told 1002 or 1007 and dropped at once; here it is error and close 1006."""
    for patience in ("CLOSE_SECONDS", "TCP_SECONDS"):  # neither is waited for
        monkeypatch.setattr(transport, patience, 60)
    told: list[bytes] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        violation(wire)
        told.append(await wire.receive_close())
        told.append(await wire.end())

    async with peer(script) as server:
        ws = WebSocket(server.url)
        log = record(ws)
        closed = await event(ws, "close")
        assert (closed.code, closed.reason, closed.wasClean) == (1006, "", False)
        assert log == [("open", 1), ("error", 3), ("close", 3)]
        await until(lambda: len(told) == 2)
        assert (told[0][:2], told[1]) == (code.to_bytes(2, "big"), b"")


async def test_closing_while_the_server_keeps_tcp_open():
    """Once the server's Close frame is there readyState is 2, and no message comes any more, until TCP ends."""
    may_end = asyncio.Event()

    async def script(wire: Wire) -> None:
        wire.accept()
        wire.close(4000)
        wire.send(TEXT, b"behind it")
        await may_end.wait()

    async with peer(script) as server:
        ws = WebSocket(server.url)
        log = record(ws)
        await until(lambda: ws.readyState == 2)
        assert log == [("open", 1)]
        may_end.set()
        assert (await event(ws, "close")).code == 4000


async def test_nothing_after_close():
    """Messages on their way when close() is called are dropped, and no event follows the close event."""
    async with peer(after_open(lambda wire: [wire.send(TEXT), wire.send(TEXT), wire.close()])) as server:
        ws = WebSocket(server.url)
        log = record(ws)
        ws.onmessage = lambda event: ws.close()
        await event(ws, "close")
        ws.close()
        ws.send("x")
        await asyncio.sleep(0.02)
        assert [kind for kind, _ in log] == ["open", "message", "close"]
