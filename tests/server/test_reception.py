"""What an opening request gets: plain HTTP, or a WebSocket as long as there is a place for one."""

import asyncio
import json
import logging

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from chatlib.limits import Limits
from chatlib.server import listening
from tests.support.chat import MSG, SECONDS, STRICT, WELCOME, answer, end_of, get, peer, refusal, serving, url
from tests.support.storm import request
from tests.support.waiting import until

pytestmark = STRICT


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (get("/chat/room"), 426, "WebSocket"),
        (get("/echo"), 426, "WebSocket"),
        (get("/nothing"), 404, "/chat/<room>, /echo, /healthz"),
        (get("/chat/a%2Fb"), 404, "slash"),
        (get("/", host="evil.example"), 403, "evil.example"),
        (get("/", more="Origin: null\r\n"), 403, "null"),
        (get("/", more="Host: localhost\r\n"), 400, "Host"),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", 405, "GET"),
        (b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, ""),
        (b"M-SEARCH * HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "GET"),
        ("GET /chat/ä HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), 400, "percent"),
        (get("/", more="X: " + "x" * 10_000 + "\r\n"), 431, ""),
        (get("/" + "x" * 9_000), 414, ""),
        (request("/echo", key="c2hvcnQ="), 400, "Sec-WebSocket-Key"),
        (request("/echo", version="12"), 400, "Sec-WebSocket-Version"),
    ],
)
async def test_http_refusals_carry_a_status_and_say_why(sent, status, words):
    """And end the connection."""
    async with serving() as server:
        got, headers, body = await answer(server, sent)

    assert (got, words in body) == (status, True)
    assert headers["connection"] == "close"
    assert status != 405 or headers["allow"] == "GET"
    assert status != 426 or headers["upgrade"] == "websocket"


@pytest.mark.parametrize(
    ("settings", "path", "headers", "status"),
    [
        ({}, "/echo", {"Origin": "https://evil.example"}, 403),
        ({}, "/echo", {"Origin": "null"}, 403),
        ({"passcode": "sesame"}, "/echo", {}, 401),
        ({"passcode": "sesame"}, "/chat/room?passcode=Sesame", {}, 401),
        ({}, "/chat/" + "x" * 65, {}, 404),
        ({}, "/chat?client=short", {}, 400),
    ],
)
async def test_a_websocket_is_refused_with_the_same_statuses(settings, path, headers, status):
    """Before the upgrade, with a body."""
    async with serving(**settings) as server:
        got, body = await refusal(server, path, **headers)

    assert got == status
    assert body.strip()


async def test_a_named_origin_and_the_right_passcode_are_let_in():
    """What the settings allow."""
    origin = "https://lab.example"
    async with serving(origins=frozenset({origin}), passcode="sesame") as server:
        ws = await connect(url(server, "/chat", passcode="sesame"), proxy=None, origin=origin)
        assert json.loads(await ws.recv())["type"] == WELCOME
        await ws.close()


async def test_under_a_jupyterhub_the_pages_own_origin_is_let_in(monkeypatch):
    """Through jupyter-server-proxy Origin's host is Host; the hub has asked who it is."""
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    async with serving() as server:
        status, _, _ = await answer(server, get("/", host="hub.example", more="Origin: https://hub.example\r\n"))
        assert status == 200
        status, _, _ = await answer(server, get("/", host="hub.example", more="Origin: https://evil.example\r\n"))
        assert status == 403


@pytest.mark.parametrize("query", ["?passcode=sesame", "?passcode=wrong-guess"])
async def test_a_passcode_is_never_logged(caplog, query):
    """Neither the server's nor a wrong guess, nor a client's secret, though everything else is."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("websockets.client").setLevel(logging.WARNING)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    async with serving(passcode="sesame") as server:
        try:
            async with connect(url(server, f"/chat{query}&client=0123456789abcdef"), proxy=None) as ws:
                await ws.recv()
        except InvalidStatus:
            pass
    logging.getLogger("websockets.client").setLevel(logging.NOTSET)
    logging.getLogger("asyncio").setLevel(logging.NOTSET)

    for secret in ("sesame", "wrong-guess", "0123456789abcdef"):
        assert secret not in caplog.text
    assert "sesame" not in repr(server) + repr(server.settings)


# How many


async def test_more_connections_than_the_limit_are_503():
    """And there is room again when one has gone."""
    async with serving(max_clients=2) as server:
        async with peer(server), connect(url(server, "/echo"), proxy=None):
            status, body = await refusal(server, "/chat/room")
            assert (status, "2 connections" in body) == (503, True)
            assert (await answer(server, get("/healthz")))[0] == 200
        await until(lambda: not server.sockets)
        async with peer(server):
            pass


async def test_in_a_rush_each_one_beyond_the_limit_is_told_so():
    """Far beyond it too: whoever hears nothing takes the server for dead, and comes again at once."""
    async with serving(max_clients=20) as server:
        sent = request("/chat/room")
        lines = []

        async def knock():
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(sent)
            lines.append(await reader.readline())
            if b"503" in lines[-1]:
                assert b"this server takes 20 connections" in await reader.read()
                writer.close()
            else:
                await over.wait()
                writer.transport.abort()

        over = asyncio.Event()
        async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as rush:
            for _ in range(100):
                rush.create_task(knock())
            await until(lambda: len(lines) == 100)
            over.set()
    told = [line.split(b" ")[1] for line in lines]
    assert (told.count(b"101"), told.count(b"503")) == (20, 80)


async def test_of_connections_beyond_the_open_files_none_is_even_told_so(monkeypatch):
    """Each costs a descriptor, of which some are kept in reserve: those beyond them are hung up on."""
    monkeypatch.setattr(listening, "FILES_RESERVED", 8)
    monkeypatch.setattr(listening, "raise_file_limit", lambda: 1)
    async with serving() as server:
        knocking = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(6)]
        for reader, _ in knocking[3:]:
            assert await end_of(reader) == b""
        await until(lambda: len(server.sockets) == 3)
        for _, writer in knocking:
            writer.transport.abort()


async def test_more_rooms_than_the_limit_are_503():
    """Also when several come at once; a room that exists is open to all."""
    async with serving(limits=Limits(rooms=2)) as server:
        attempts = [connect(url(server, f"/chat/{number}"), proxy=None) for number in range(8)]
        made = await asyncio.gather(*attempts, return_exceptions=True)
        refused = [attempt.response.status_code for attempt in made if isinstance(attempt, InvalidStatus)]
        assert refused == [503] * 6
        for connection in made:
            if not isinstance(connection, InvalidStatus):
                path = connection.request.path
                await connection.close()
        async with peer(server, path):
            pass


async def test_at_the_limit_of_rooms_an_empty_one_makes_place():
    """The one that has been empty longest ends; only where somebody is in each room, it is 503."""
    async with serving(limits=Limits(rooms=3)) as server:
        for room in ("/chat/first", "/chat/second", "/chat/third", "/chat/fourth"):
            async with peer(server, room) as person:
                await person.send("hi")
                await person.frame(MSG)
            await until(lambda: not server.hub.peers)
        assert list(server.hub.rooms) == ["second", "third", "fourth"]
        async with peer(server, "/chat/third"), peer(server, "/chat/fifth"), peer(server, "/chat/sixth"):
            assert set(server.hub.rooms) == {"third", "fifth", "sixth"}
            status, body = await refusal(server, "/chat/seventh")
            assert (status, "somebody is in each" in body) == (503, True)


async def test_in_a_rush_there_are_never_more_rooms_than_the_limit():
    """Forty at once into rooms of their own, where three are empty and five may be."""
    async with serving(limits=Limits(rooms=5)) as server:
        for room in ("a", "b", "c"):
            async with peer(server, f"/chat/{room}"):
                pass
        attempts = [connect(url(server, f"/chat/{number}"), proxy=None) for number in range(40)]
        made = await asyncio.gather(*attempts, return_exceptions=True)
        inside = [connection for connection in made if not isinstance(connection, InvalidStatus)]
        for connection in inside:
            await connection.recv()

        assert len(inside) == len(server.hub.rooms) == 5
        for connection in inside:
            await connection.close()
