"""Each fact of the WHATWG WebSocket class, one test per fact, against a peer that can misbehave."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import threading
import time
import weakref
from array import array
from contextlib import suppress

import pytest
from websockets.asyncio.server import ServerConnection

from chatlib import background, network
from chatlib.client import websocket
from chatlib.client.events import MessageEvent
from chatlib.client.transport import Transport
from chatlib.client.websocket import BAD_PORTS, CloseEvent, WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.errors import DOMException
from tests.support import peers
from tests.support.peers import BINARY, CLOSE, TEXT, Wire, after_open, answering_close, closing, peer
from tests.support.socket_events import SECONDS, event, opened, record, start, stop, url_of
from tests.support.waiting import until

# Construction


async def test_construction_returns_at_once():
    """The constructor waits for nothing: readyState is CONNECTING, and the attributes are empty."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        assert (ws.readyState, ws.protocol, ws.extensions, ws.bufferedAmount) == (0, "", "", 0)
        await event(ws, "open")
        assert ws.readyState == 1
        ws.close()
        await event(ws, "close")


async def test_url_travels_in_the_request():
    """What is asked of the server is the path and the query of ``url``."""
    async with peer(peers.echo) as server:
        ws = WebSocket(f"{server.url}/?name=a b")
        await event(ws, "open")
        assert ws.url == f"{server.url}/?name=a%20b"
        assert server.requests[0].startswith("GET /?name=a%20b HTTP/1.1\r\n")
        ws.close()
        await event(ws, "close")


async def test_blocked_port_is_never_connected_to():
    """A port that the fetch standard blocks: no exception and no TCP, but error and close 1006."""
    with socket.socket() as listener:
        for port in sorted(BAD_PORTS, reverse=True):
            with suppress(OSError):
                listener.bind(("127.0.0.1", port))
                break
        listener.listen()
        listener.setblocking(False)
        ws = WebSocket(f"ws://127.0.0.1:{listener.getsockname()[1]}")
        log = record(ws)
        assert (await event(ws, "close")).code == 1006
        assert log == [("error", 3), ("close", 3)]
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("port", [1, 22, 25, 6000, 6697])
def test_well_known_services_are_blocked(port: int):
    """Some of the list, each for a service that could be fooled by a page."""
    assert port in BAD_PORTS


@pytest.mark.parametrize("protocols", ["", "so ap", "a,b", "é", [""], ["soap", "soap"], ["soap", "a/b"]])
def test_bad_subprotocol_is_a_syntax_error(protocols: str | list[str]):
    """Subprotocols are tokens, each at most once."""
    with pytest.raises(DOMException) as caught:
        WebSocket("ws://127.0.0.1", protocols)
    assert caught.value.name == "SyntaxError"


async def test_subprotocol_is_negotiated():
    """``protocol`` is the server's choice, known in onopen."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url, ["soap", "wamp"])
        await event(ws, "open")
        assert ws.protocol == "soap"
        assert "Sec-WebSocket-Protocol: soap, wamp" in server.requests[0]
        ws.close()
        await event(ws, "close")


# Constants and attributes


async def test_constants_and_attributes_are_read_only():
    """The constants are on class and instance; neither they nor the standard's read-only attributes can be set."""
    ws = WebSocket("ws://127.0.0.1:1")
    for number, name in enumerate(["CONNECTING", "OPEN", "CLOSING", "CLOSED"]):
        assert getattr(WebSocket, name) == getattr(ws, name) == number
        for owner in (WebSocket, ws):
            with pytest.raises(AttributeError):
                setattr(owner, name, 7)
    for name in ("readyState", "bufferedAmount", "extensions", "protocol", "url"):
        with pytest.raises(AttributeError):
            setattr(ws, name, 7)
    await event(ws, "close")


async def test_binary_type():
    """It is "blob" at first; an invalid value is ignored; binary data is bytes in any case."""
    async with peer(after_open(lambda wire: [wire.send(BINARY, b"\x00\xff"), wire.close()])) as server:
        ws = WebSocket(server.url)
        assert ws.binaryType == "blob"
        ws.binaryType = "arraybuffer"
        ws.binaryType = "file"
        assert ws.binaryType == "arraybuffer"
        assert (await event(ws, "message")).data == b"\x00\xff"
        ws.close()


# The opening handshake


@pytest.mark.parametrize(
    ("script", "protocols"),
    [
        (peers.hang_up, []),
        (peers.garbage, []),
        (peers.refuse, []),
        (peers.redirect, []),
        (peers.accept_with_wrong_key, []),
        (peers.accept_without_upgrade, []),
        (peers.accept_without_subprotocol, ["soap"]),
        (peers.accept_with_subprotocol_nobody_asked_for, []),
        (peers.accept_with_subprotocol_nobody_asked_for, ["soap"]),
        (peers.accept_with_extension_nobody_asked_for, []),
    ],
)
async def test_failed_handshake(script: peers.Script, protocols: list[str]):
    """Whatever goes wrong in the opening handshake: error, then close 1006; one connection, and never an exception."""
    async with peer(script) as server:
        ws = WebSocket(server.url, protocols)
        log = record(ws)
        closed = await event(ws, "close")
        assert (closed.code, closed.reason, closed.wasClean) == (1006, "", False)
        assert log == [("error", 3), ("close", 3)]
        assert len(server.requests) == 1


async def test_refused_connection():
    """Nobody listens: error, then close 1006."""
    with network.bind("127.0.0.1", 0) as unused:
        ws = WebSocket(f"ws://127.0.0.1:{unused.getsockname()[1]}")
        log = record(ws)
        assert (await event(ws, "close")).code == 1006
        assert log == [("error", 3), ("close", 3)]


async def test_untrusted_certificate():
    """A certificate that nobody vouches for: error, then close 1006."""
    async with peer(peers.echo, context=peers.tls_context()) as server:
        ws = WebSocket(server.url)
        log = record(ws)
        assert (await event(ws, "close")).code == 1006
        assert log == [("error", 3), ("close", 3)]
        assert server.requests == []


async def test_no_proxy_for_loopback(monkeypatch: pytest.MonkeyPatch):
    """A proxy in the environment, as schools have it, is not asked."""
    for name in ("http_proxy", "https_proxy", "ws_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.close()
        await event(ws, "close")


# send() and bufferedAmount


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 3_000_000])
async def test_every_size_goes_through_whole(size: int):
    """At each border of the frame format, and with no limit on receiving, text and binary come back as they went."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        for data in ("x" * size, bytes(size)):
            ws.send(data)
            assert (await event(ws, "message")).data == data
        ws.close()
        await event(ws, "close")


async def test_binary_types_of_python():
    """They are sent as they are at the call; a memoryview's items may be larger than a byte."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        changing = bytearray(b"before")
        ws.send(changing)
        changing[:] = b"after!"
        assert (await event(ws, "message")).data == b"before"
        ws.send(memoryview(b"abcd").cast("H"))
        assert ws.bufferedAmount == 4
        assert (await event(ws, "message")).data == b"abcd"
        ws.send(array("B", b"ef"))
        assert (await event(ws, "message")).data == b"ef"
        ws.close()
        await event(ws, "close")


async def test_any_other_value_is_sent_as_text():
    """As in a browser, where send(5) sends "5"; an address and a subprotocol may be objects, too."""

    class Address:
        def __str__(self) -> str:
            return server.url

    async with peer(peers.echo) as server:
        ws = WebSocket(Address(), 5)
        await event(ws, "open")
        assert ws.protocol == "5"
        for value, text in ((5, "5"), (None, "null"), (1.0, "1"), ([1, 2], "1,2"), ({"type": 2}, "[object Object]")):
            ws.send(value)
            assert (await event(ws, "message")).data == text
        ws.binaryType = ["arraybuffer"]
        assert ws.binaryType == "arraybuffer"
        ws.close()
        await event(ws, "close")


async def test_lone_surrogates_become_replacement_characters():
    """Half a character cannot be UTF-8; a pair of halves is the whole one, as in JavaScript."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.send("a\ud800b\ud83d\ude00")
        assert (await event(ws, "message")).data == "a\ufffdb😀"
        ws.close()
        await event(ws, "close")


async def test_send_while_connecting():
    """That is the one state in which send() raises, and nothing is counted."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        with pytest.raises(DOMException) as caught:
            ws.send("too early")
        assert (caught.value.name, ws.bufferedAmount) == ("InvalidStateError", 0)
        ws.close()
        await event(ws, "close")


async def test_send_after_close_goes_nowhere_but_is_counted():
    """From CLOSING on, send() is silent; what it was given never drains, and is not forgotten at the end."""
    got: list[bytes] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        while (message := await wire.receive())[0] != CLOSE:
            got.append(message[1])
        wire.close()

    async with peer(script) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.send("before")
        ws.close()
        ws.send("äfter")
        assert ws.bufferedAmount == len("before") + len("äfter".encode())
        await event(ws, "close")
        ws.send("later")
        assert ws.bufferedAmount == len("äfter".encode()) + len("later")
        assert got == [b"before"]


async def test_buffered_amount_changes_between_turns_only():
    """It grows by the payload at once, and drains only when the loop has turned, however long a cell blocks."""
    async with peer(peers.echo) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.send("ä" * 10)
        background.run(asyncio.sleep(0.05))  # plenty for the network
        assert ws.bufferedAmount == 20
        await until(lambda: ws.bufferedAmount == 0)
        ws.close()
        await event(ws, "close")


async def test_buffered_amount_waits_for_the_network():
    """While the peer does not read, what TCP did not take stays counted; then it drains."""
    may_read = asyncio.Event()

    async def script(wire: Wire) -> None:
        wire.accept()
        await may_read.wait()
        await wire.receive_close()
        wire.close()

    async with peer(script) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        size = 10_000_000
        ws.send(bytes(size))
        await asyncio.to_thread(background.run, asyncio.sleep(0.05))
        assert ws.bufferedAmount == size
        may_read.set()
        await until(lambda: ws.bufferedAmount == 0)
        ws.close()
        await event(ws, "close")


async def test_buffered_amount_is_not_reset_by_the_end():
    """What the network never took is still counted when the connection is gone."""

    async def script(wire: Wire) -> None:
        wire.accept()
        await wire.reader.readexactly(1)
        wire.reset()

    async with peer(script) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.send(bytes(10_000_000))
        await event(ws, "close")
        assert ws.bufferedAmount == 10_000_000


async def test_close_waits_for_what_was_sent():
    """Messages sent before close() arrive, and drain."""
    async with peer(answering_close(lambda wire: wire.close())) as server:
        ws = WebSocket(server.url)
        await event(ws, "open")
        ws.send(bytes(3_000_000))
        ws.close()
        await event(ws, "close")
        assert ws.bufferedAmount == 0


# Messages


async def test_messages_come_in_order_and_say_from_where():
    """A MessageEvent has type, target, data and origin."""
    async with peer(after_open(lambda wire: [wire.send(TEXT, str(n).encode()) for n in range(100)])) as server:
        ws = WebSocket(f"{server.url}/?room=x")
        got: list[MessageEvent] = []
        ws.onmessage = got.append
        await until(lambda: len(got) == 100)
        assert [event.data for event in got] == [str(n) for n in range(100)]
        assert (got[0].type, got[0].target, got[0].origin) == ("message", ws, server.url)
        ws.close()


# await ws.once(...)


async def test_what_has_happened_need_not_be_waited_for():
    """open, error and close happen once; a notebook's next cell may still ask for them."""
    async with peer(closing(4000)) as server:
        ws = WebSocket(server.url)
        closed = await event(ws, "close")
        assert await event(ws, "close") is closed
        assert repr(await event(ws, "open")) == "<Event open>"


async def test_waiting_for_what_cannot_come():
    """A wait that the end of the connection makes hopeless raises, and so does one that begins later."""
    async with peer(closing(4000)) as server:
        ws = WebSocket(server.url)
        with pytest.raises(ConnectionError, match="no message event will come any more"):
            await event(ws, "message")
        with pytest.raises(ConnectionError, match="CLOSED> is closed, and no error event"):
            await event(ws, "error")
        with pytest.raises(ValueError, match="mesage"):
            ws.once("mesage")  # type: ignore[arg-type]


async def test_a_hopeless_wait_says_why():
    """The exception tells what a browser tells its console only."""
    with network.bind("127.0.0.1", 0) as unused:
        ws = WebSocket(f"ws://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(ConnectionError, match=r"Connect call failed .* no open event will come"):
            await event(ws, "open")


async def test_a_cancelled_wait_leaves_nothing_behind():
    """A time-out takes its waiter away; the next message is for the next wait."""
    async with peer(peers.echo) as server:
        ws = await opened(server)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ws.once("message"), 0.01)
        ws.send("x")
        assert (await event(ws, "message")).data == "x"
        ws.close()
        await event(ws, "close")


# Loops, threads, lives


def test_without_a_loop_it_says_what_to_do():
    """Plain code has no loop to deliver events on."""
    with pytest.raises(RuntimeError, match=r"chatlib\.ChatClient"):
        WebSocket("ws://127.0.0.1:1")


async def test_a_foreign_thread_is_told_what_to_do():
    """Whatever would act or wait raises there; looking at it is harmless."""
    async with peer(peers.echo) as server:
        ws = await opened(server)
        for use in (lambda: ws.send("x"), ws.close, lambda: ws.once("close"), lambda: ws.bufferedAmount):
            with pytest.raises(RuntimeError, match=r"chatlib\.ChatClient"):
                await asyncio.to_thread(use)
        with pytest.raises(RuntimeError, match=r"chatlib\.ChatClient"):
            await asyncio.to_thread(ws.addEventListener, "message", print)
        with pytest.raises(RuntimeError, match=r"chatlib\.ChatClient"):
            await asyncio.to_thread(setattr, ws, "onmessage", print)
        assert await asyncio.to_thread(repr, ws) == f"<WebSocket {server.url}/ OPEN>"
        ws.close()
        await event(ws, "close")


async def test_a_blocking_cell_costs_no_keepalive_timeout():
    """The server's pings are answered while this thread sleeps far beyond the server's patience."""

    async def handler(connection: ServerConnection) -> None:
        await connection.wait_closed()

    server = background.run(start(handler, ping_interval=0.05, ping_timeout=0.1))
    ws = WebSocket(url_of(server))
    await event(ws, "open")
    time.sleep(0.3)  # noqa: ASYNC251 - that is the point
    await asyncio.sleep(0.05)
    assert ws.readyState == 1
    ws.close()
    assert (await event(ws, "close")).wasClean
    background.run(stop(server))


async def test_a_flood_into_a_blocked_cell_is_held_back(monkeypatch: pytest.MonkeyPatch):
    """Past its bound the backlog pauses reading; when the cell has ended everything comes, in order."""
    paused = threading.Event()
    pause_reading = Transport.pause_reading

    def pause(transport: Transport) -> None:
        pause_reading(transport)
        paused.set()

    monkeypatch.setattr(Transport, "pause_reading", pause)
    monkeypatch.setattr(websocket, "BACKLOG_BYTES", 200_000)

    async def handler(connection: ServerConnection) -> None:
        for n in range(40):
            await connection.send(bytes([n]) * 50_000)
        await connection.wait_closed()

    server = background.run(start(handler, compression=None))
    ws = WebSocket(url_of(server))
    got: list[int] = []
    ws.onmessage = lambda event: got.append(event.data[0])
    assert paused.wait(SECONDS)
    assert got == []
    await until(lambda: len(got) == 40)
    assert got == list(range(40))
    ws.close()
    await event(ws, "close")
    background.run(stop(server))


async def test_leaving_a_loop_leaks_nothing():
    """When asyncio.run() ends, the server is told 1001, TCP ends, and no event comes any more."""
    left: list[bytes] = []

    async def script(wire: Wire) -> None:
        wire.accept()
        left.append(await wire.receive_close())
        left.append(await wire.end())

    async with peer(script) as server:
        log: list[tuple[str, int]] = []

        async def main() -> WebSocket:
            ws = WebSocket(server.url)
            await event(ws, "open")
            log.extend(record(ws))
            return ws

        ws = await asyncio.to_thread(asyncio.run, main())
        await until(lambda: len(left) == 2)
        assert left == [b"\x03\xe9", b""]
        assert (ws.readyState, log) == (3, [])


async def test_leaving_a_loop_before_the_first_turn():
    """A connection that was only just asked for is given up too, and so let go of."""
    async with peer(peers.echo) as server:

        async def main() -> weakref.ref[WebSocket]:
            ws = WebSocket(server.url)
            assert ws.readyState == 0
            return weakref.ref(ws)

        known = await asyncio.to_thread(asyncio.run, main())
        await until(lambda: (gc.collect(), known() is None)[1])
        await until(lambda: not server.tasks)


async def test_a_connection_lives_until_it_is_closed():
    """Nobody needs to hold it while it is open; nothing of ours holds it afterwards, and no task is left."""
    async with peer(after_open(lambda wire: wire.send(TEXT, b"still here"))) as server:
        got: list[str] = []

        def begin() -> weakref.ref[WebSocket]:
            ws = WebSocket(server.url)
            ws.onmessage = lambda event: (got.append(event.data), ws.close())
            return weakref.ref(ws)

        known = begin()
        gc.collect()
        await until(lambda: got)
        await until(lambda: (gc.collect(), known() is None)[1])
        assert [task for task in asyncio.all_tasks() if "WebSocket" in task.get_name()] == []


NESTED = """
import asyncio, sys, nest_asyncio
from chatlib.client.websocket import WebSocket

async def talk(url):
    ws = WebSocket(url)
    await ws.once("open")
    for n in range(3):
        ws.send(str(n))
    print([(await asyncio.wait_for(ws.once("message"), 5)).data for n in range(3)])
    ws.onmessage = lambda event: asyncio.get_event_loop().run_until_complete(asyncio.sleep(0))
    ws.send("nested"); ws.send("again")
    await ws.once("message"); await ws.once("message")
    ws.close()
    print(await ws.once("close"), ws)

async def cell(url):
    nest_asyncio.apply()
    asyncio.run(talk(url))
    asyncio.get_event_loop().run_until_complete(talk(url))

asyncio.run(cell(sys.argv[1]))
"""


async def test_the_same_after_nest_asyncio():
    """With nested loops, as that package makes them, a conversation inside a running loop is the same."""
    async with peer(peers.echo) as server:
        command = [sys.executable, "-c", NESTED, server.url]
        result = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=30)
    talk = f"['0', '1', '2']\n<CloseEvent code=1005 reason='' wasClean=True> <WebSocket {server.url}/ CLOSED>\n"
    assert (result.stdout, result.stderr) == (talk * 2, "")


async def test_the_wire_can_be_watched():
    """The wire view sees the handshake and the frames of a lesson's own connection, even if it comes later."""
    async with peer(peers.echo) as server:
        seen: list[Sighting] = []
        ws = WebSocket(server.url)
        await event(ws, "open")
        unwatch = ws.watch(seen.append)
        ws.close()
        await event(ws, "close")
        unwatch()
        kinds = [(sighting.direction, sighting.kind) for sighting in seen if sighting.kind != "bytes"]
        for direction in ("sent", "received"):
            assert [kind for way, kind in kinds if way == direction] == ["handshake", "frame"]


# What a learner sees in a cell


async def test_short_true_reprs():
    """The state is told by name, long data is cut."""
    async with peer(after_open(lambda wire: [wire.send(TEXT, b"x" * 10_000), wire.close(4000, "bye")])) as server:
        ws = WebSocket(f"{server.url}/?a=b")
        assert repr(ws) == f"<WebSocket {server.url}/?a=b CONNECTING>"
        assert len(repr(await event(ws, "message"))) < 100
        closed = await event(ws, "close")
        assert isinstance(closed, CloseEvent)
        assert repr(closed) == "<CloseEvent code=4000 reason='bye' wasClean=True>"
        assert repr(ws) == f"<WebSocket {server.url}/?a=b CLOSED>"
