"""The server with real connections: what its peers see, whatever they and others do."""

import asyncio
import http.client
import json
import logging
import re
import socket
import struct
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

import chatlib
from chatlib.limits import Limits
from chatlib.server import chat_server, reception
from chatlib.server.backplane import MemoryBackplane
from chatlib.server.chat_server import ChatServer
from chatlib.server.settings import Settings
from tests.support.chat import (
    CLIENT,
    ENTER,
    ERROR,
    LEAVE,
    MSG,
    OTHER_CLIENT,
    SECONDS,
    TYPING,
    WELCOME,
    answer,
    peer,
    raw,
    serving,
    url,
)
from tests.support.storm import CLOSE, PING, frame, request

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Wait less for peers that do not hang up, and look at the clock more often."""
    monkeypatch.setattr(chat_server, "CLOSE_SECONDS", 0.2)
    monkeypatch.setattr(chat_server, "TICK_SECONDS", 0.02)


@pytest.fixture(autouse=True)
def nothing_logged(caplog):
    """Whatever a peer does wrong is no error of the server's: it logs no warning and no traceback."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def end_of(reader):
    """Read until the server ends TCP; whatever it sends until then."""
    async with asyncio.timeout(SECONDS):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def close_frame(reader):
    """The code of the Close frame that the server sends, whatever it sends before, and what comes after it: nothing."""
    sent = await end_of(reader)
    codes = re.findall(rb"\x88[\x02-\x7d](..)[^\x88]*$", sent, re.DOTALL)
    return struct.unpack("!H", codes[0])[0] if codes else None


async def refusal(server, path, **headers):
    """The status and the body with which a WebSocket is refused."""
    with pytest.raises(InvalidStatus) as refused:
        await connect(url(server) + path, proxy=None, additional_headers=headers)
    return refused.value.response.status_code, refused.value.response.body.decode()


async def until(condition):
    """Wait, a turn of the loop at a time, for what no frame announces."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - nothing sets an event for it
            await asyncio.sleep(0.005)


def get(path, host="localhost", more=""):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


# Echo


async def test_echo_sends_text_and_binary_back_as_they_came():
    """Up to 1 MiB, empty ones too."""
    async with serving() as server, connect(url(server, "/echo"), proxy=None, max_size=None) as ws:
        for message in ["你好🙂", b"\x00\xff", "", b"", "x" * 2**20, bytes(2**20)]:
            await ws.send(message)
            assert await ws.recv() == message


async def test_echo_puts_fragments_together():
    """A message is a message, in however many frames."""
    async with serving() as server, connect(url(server, "/echo"), proxy=None) as ws:
        await ws.send(["a", "b", "", "c"])

        assert await ws.recv() == "abc"


async def test_nothing_is_compressed():
    """Compression costs time and 33 KB a connection: it is not agreed to, though most clients offer it."""
    async with serving() as server, connect(url(server, "/echo"), proxy=None, compression="deflate") as ws:
        assert "Sec-WebSocket-Extensions" in ws.request.headers
        assert "Sec-WebSocket-Extensions" not in ws.response.headers


@pytest.mark.parametrize(
    ("path", "sent", "code"),
    [
        ("/echo", frame(b"x" * (2**20 + 1)), 1009),
        ("/chat/room", frame(b"x" * (2**16 + 1)), 1009),
        ("/chat/room", frame(b"x", declared=2**62, wide=127), 1009),
        ("/chat/room", frame(b"x" * 40_000, fin=False) + frame(b"x" * 40_000, opcode=0), 1009),
        ("/chat/room", frame(b"\xff"), 1007),
        ("/chat/room", frame(b"\xe4\xbd", fin=False) + frame(b"\x20", opcode=0), 1007),
        ("/chat/room", frame(b"\xed\xa0\x80"), 1007),
        ("/echo", frame(b"\xff"), 1007),
        ("/chat/room", frame(b"x", reserved=4), 1002),
        ("/chat/room", frame(b"x", masked=False), 1002),
        ("/chat/room", frame(b"x", opcode=3), 1002),
        ("/chat/room", frame(b"x", opcode=0), 1002),
        ("/chat/room", frame(b"x" * 126, opcode=PING), 1002),
        ("/chat/room", frame(b"x", opcode=PING, fin=False), 1002),
        ("/chat/room", frame(b"x", fin=False) + frame(b"x"), 1002),
        ("/chat/room", frame(b"\x03", opcode=CLOSE), 1002),
    ],
)
async def test_what_rfc_6455_forbids_is_closed_with_its_code(path, sent, code):
    """1009 too big, 1007 no UTF-8, 1002 against the protocol; others in the room see a LEAVE and nothing else."""
    async with serving() as server, peer(server) as watcher:
        reader, writer = await raw(server, path)
        if path != "/echo":
            await watcher.frame(ENTER)
        writer.write(sent)
        assert await close_frame(reader) == code
        if path != "/echo":
            assert (await watcher.next())["type"] == LEAVE
        writer.close()


async def test_a_message_in_fragments_is_one_message():
    """With a ping between them, and a character cut in two."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await raw(server)
        text = "你好".encode()
        writer.write(frame(text[:2], fin=False) + frame(b"?", opcode=PING) + frame(b"", opcode=0, fin=False))
        writer.write(frame(text[2:], opcode=0))
        assert (await watcher.frame(MSG))["msg"] == "你好"
        writer.close()


async def test_nothing_after_a_failed_message_is_taken():
    """RFC 6455, section 7.1.7, also for what came in the same packet."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await raw(server)
        writer.write(frame(b"before") + frame(b"\xff") + frame(b"after"))
        assert (await watcher.frame(MSG, LEAVE))["msg"] == "before"
        assert (await watcher.frame(MSG, LEAVE))["type"] == LEAVE
        writer.close()


# Rooms


async def test_welcome_history_own_enter_then_what_is_new():
    """The order in which a newcomer sees things; and a time in ISO 8601, UTC, milliseconds, on every frame."""
    async with serving() as server, peer(server, name="Ada") as ada:
        await ada.send("before")
        await ada.frame(MSG)
        async with peer(server, name="Bo") as bo:
            await ada.send("after")
            await bo.frame(MSG)
            assert [f["type"] for f in bo.seen] == [WELCOME, ENTER, MSG]
            assert [f["msg"] for f in bo.seen[0]["history"]] == ["before"]
            for seen in bo.seen:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", seen["time"])


@pytest.mark.parametrize("path", ["/", "/chat", "/chat/lobby"])
async def test_the_lobby_has_three_paths(path):
    """They lead to the same room."""
    async with serving() as server, peer(server, "/chat/lobby") as one, peer(server, path) as other:
        assert other.seen[0]["room"] == "lobby"
        await other.send("hi")
        assert (await one.frame(MSG))["msg"] == "hi"


async def test_every_transcript_has_the_same_order():
    """Ten people at once, twenty messages each: everyone sees the same two hundred, each sender's in its order."""
    limits = Limits(rate=0)
    async with serving(limits=limits) as server, AsyncExitStack() as stack:
        people = [await stack.enter_async_context(peer(server, name=str(n))) for n in range(10)]

        async def talk(person, number):
            for i in range(20):
                await person.send(f"{number} {i}")

        async def listen(person):
            return [(await person.frame(MSG))["msg"] for _ in range(200)]

        *transcripts, _ = await asyncio.gather(*map(listen, people), asyncio.gather(*map(talk, people, range(10))))
    assert all(transcript == transcripts[0] for transcript in transcripts)
    for number in range(10):
        assert [m for m in transcripts[0] if m.startswith(f"{number} ")] == [f"{number} {i}" for i in range(20)]


async def test_who_joins_while_others_talk_misses_nothing_and_sees_nothing_twice():
    """History and then the live frames: together they are the whole conversation."""
    async with serving(limits=Limits(rate=0)) as server, peer(server) as talker:

        async def talk():
            for number in range(150):
                await talker.send(str(number))
                await talker.frame(MSG)

        async def come():
            async with peer(server) as newcomer:
                said = [f["msg"] for f in newcomer.seen[0]["history"]]
                said += [f["msg"] for f in newcomer.seen if f["type"] == MSG]
                while said[-1:] != ["149"]:
                    said.append((await newcomer.frame(MSG))["msg"])
                return said

        _, *transcripts = await asyncio.gather(talk(), *(come() for _ in range(5)))
    assert transcripts == [[str(number) for number in range(150)]] * 5


async def test_since_brings_back_what_was_missed_on_the_same_seat():
    """Cut off, back with client and since: WELCOME, the missed message, and no LEAVE or ENTER for anybody."""
    async with serving() as server, peer(server, name="Bo") as bo:
        async with peer(server, name="Ada", client=CLIENT) as ada:
            since = ada.seen[-1]["seq"]
            ada.connection.transport.abort()
        await until(lambda: len(server.hub.peers) == 1)
        await bo.send("missed")
        async with peer(server, name="x", client=CLIENT, since=since) as back:
            await back.frame(MSG, msg="missed")
            await bo.send("new")
            await back.frame(MSG, msg="new")
            assert (back.seen[0]["user"], back.seen[0]["missed"]) == ("Ada", 0)
            assert [f["type"] for f in back.seen] == [WELCOME, MSG, MSG]
        assert [f["type"] for f in bo.seen].count(LEAVE) == 0


async def test_a_close_frame_ends_the_seat_at_once():
    """LEAVE comes with it, though a client was given; the name is free."""
    async with serving() as server, peer(server) as watcher:
        async with peer(server, name="Ada", client=CLIENT):
            pass
        assert (await watcher.frame(LEAVE))["user"] == "Ada"
        async with peer(server, name="Ada", client=OTHER_CLIENT) as ada:
            assert ada.seen[0]["user"] == "Ada"


async def test_an_older_connection_of_the_same_client_is_told_and_closed():
    """ERROR seat-taken, then 1008; the newer one has the seat."""
    query = {"name": "Ada", "client": CLIENT}
    async with serving() as server, peer(server, **query) as older, peer(server, **query, back="1") as newer:
        assert await older.error() == "seat-taken"
        assert await older.closed() == (1008, "seat-taken")
        assert newer.seen[0]["user"] == "Ada"
        await newer.send("still here")
        await newer.frame(MSG)


async def test_a_seat_that_was_held_long_enough_is_left():
    """The server's own clock sees to it."""
    limits = Limits(seat_held=0.1)
    async with serving(limits=limits) as server, peer(server) as watcher, peer(server, client=CLIENT) as ada:
        ada.connection.transport.abort()
        assert (await watcher.frame(LEAVE))["user"] == "User 2"


async def test_typing_goes_to_others_that_gave_a_client():
    """And to no page that would print it."""
    async with serving() as server, AsyncExitStack() as stack:
        queries = [{"client": CLIENT}, {"client": OTHER_CLIENT}, {}]
        ada, bo, seed = [await stack.enter_async_context(peer(server, **query)) for query in queries]
        await ada.send({"type": TYPING})
        assert (await bo.frame(TYPING))["user"] == "User 1"
        await ada.send("done")
        for person in (ada, seed):
            await person.frame(MSG)
            assert TYPING not in [f["type"] for f in person.seen]


async def test_a_room_is_gone_some_time_after_its_last_member():
    """The server's own clock sees to that too."""
    async with serving(limits=Limits(room_idle=0.01)) as server:
        async with peer(server) as one:
            await one.send("hi")
            await one.frame(MSG)
        await until(lambda: not server.hub.rooms)
        async with peer(server) as other:
            assert (other.seen[0]["user"], other.seen[0]["history"]) == ("User 1", [])


async def test_what_is_for_one_alone_keeps_its_place_among_what_is_for_all():
    """One queue per connection: what one turn of the loop collects is written at once, and in order."""
    async with serving() as server, peer(server, name="Ada") as ada, peer(server) as bo:
        says = [{"type": 2, "msg": text, "id": id_} for text, id_ in [("1", "a"), ("1", "a"), ("x", "a"), ("2", "b")]]
        ada.connection.transport.write(b"".join(frame(json.dumps(each)) for each in says))
        seen = [await ada.frame(MSG, ERROR) for _ in range(4)]
        assert [(f["type"], f["id"]) for f in seen] == [(MSG, "a"), (MSG, "a"), (ERROR, "a"), (MSG, "b")]
        assert [(await bo.frame(MSG, ERROR))["id"] for _ in range(2)] == ["a", "b"]


async def test_last_words_arrive_before_the_leave():
    """Said and closed in one packet."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await raw(server)
        writer.write(frame(b"goodbye") + frame(b"\x03\xe8", opcode=CLOSE))
        await watcher.frame(ENTER)
        assert [(await watcher.next())["type"] for _ in range(2)] == [MSG, LEAVE]
        writer.close()


async def test_a_message_sent_with_the_opening_request_is_placed():
    """Some clients do not wait for the answer: what they say is not lost."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request("/chat/room") + frame(b"hasty"))
        await watcher.frame(ENTER)
        await watcher.frame(MSG, msg="hasty")
        writer.close()


# Bad messages


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (" \u200b", "empty"),
        ("x" * 8193, "too-long"),
        (b"binary", "text-only"),
        ({"type": 99}, "bad-message"),
        ('{"type": true, "msg": "hi"}', "bad-message"),
        ('{"type": 2.0, "msg": "hi"}', "bad-message"),
        ('{"type": 2, "msg": "\\ud800"}', "bad-message"),
        ('{"type": ' + "[" * 20_000 + "]" * 20_000 + "}", "bad-message"),
    ],
)
async def test_bad_input_costs_nobody_a_message(sent, code):
    """Its sender is told and stays; the others see only what was said before and after."""
    async with serving() as server, peer(server) as good, peer(server) as bad:
        await good.send("before")
        await bad.frame(MSG, msg="before")
        await bad.send(sent)
        assert await bad.error() == code
        await bad.send("after")
        await bad.frame(MSG, msg="after")
        assert [(await good.frame(MSG, ERROR, LEAVE))["msg"] for _ in range(2)] == ["before", "after"]


async def test_too_fast_is_refused_and_then_closed_with_1008():
    """Forty pass, then ERROR rate-limited a hundred times; the others see the forty and a LEAVE."""
    async with serving() as server, peer(server) as watcher, peer(server) as flood:
        for number in range(140):
            await flood.send(str(number))
        assert await flood.closed() == (1008, "rate-limited")
        errors = [f for f in flood.seen if f["type"] == ERROR]
        assert [f["code"] for f in errors] == ["rate-limited"] * 100
        assert 1.5 < errors[0]["retry_after"] <= 2
        seen = [await watcher.frame(MSG, LEAVE) for _ in range(41)]
        assert [f["msg"] for f in seen[:40]] == [str(number) for number in range(40)]
        assert seen[40]["type"] == LEAVE


async def test_a_fault_of_ours_costs_the_others_nothing(monkeypatch, caplog):
    """A record that cannot be delivered is logged, and the rest of its batch is delivered."""
    async with serving() as server, peer(server) as ada:
        deliver = server.hub.deliver

        def faulty(record):
            if getattr(record, "msg", "") == "two":
                raise ZeroDivisionError
            return deliver(record)

        monkeypatch.setattr(server.hub, "deliver", faulty)
        for text in ("one", "two", "three"):
            await ada.send(text)
        assert [(await ada.frame(MSG))["msg"] for _ in range(2)] == ["one", "three"]
        assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]
        caplog.clear()


@pytest.mark.parametrize("path", ["/chat/room", "/echo"])
async def test_a_fault_of_ours_in_a_connection_is_logged(monkeypatch, caplog, path):
    """Nothing of ours is silent."""

    def faulty(*_, **__):
        raise ZeroDivisionError

    async with serving() as server:
        monkeypatch.setattr(chat_server.Connection, "start", faulty)
        async with connect(url(server, path), proxy=None) as ws:
            await ws.wait_closed()
        await until(lambda: [record for record in caplog.records if record.exc_info])
        assert caplog.records[-1].exc_info[0] is ZeroDivisionError
        caplog.clear()


async def test_ids_that_the_server_makes_cannot_be_claimed_in_advance():
    """Who has seen one cannot name the next, and so make somebody's bare text a duplicate."""
    async with serving() as server, peer(server) as seed, peer(server) as rogue:
        await seed.send("one")
        id_ = (await rogue.frame(MSG))["id"]
        for step in range(1, 30):
            guess = f"{int(id_, 16) + step:0{len(id_)}x}"
            await rogue.send({"type": 2, "msg": "mine", "id": guess})
            await rogue.frame(MSG, id=guess)
        await seed.send("two")
        assert (await rogue.frame(MSG))["msg"] == "two"


# Peers that do not read, do not answer, do not finish


async def never_reads(server, path="/chat/room"):
    """A client with small buffers that reads nothing after its handshake."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(sock, ("127.0.0.1", server.port))
    known = set(server.sockets)
    await loop.sock_sendall(sock, request(path))
    await until(lambda: len(server.sockets) > len(known) or server.sockets - known)
    for connection in server.sockets - known:
        connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return sock


async def test_a_reader_that_never_reads_is_dropped_and_costs_the_others_nothing():
    """Everyone else has every message; the one is let go at its bound, and LEAVE says why."""
    settings = {"limits": Limits(rate=0), "max_unsent": 100_000}
    async with serving(**settings) as server, peer(server) as good:
        with await never_reads(server):
            await good.frame(ENTER)
            biggest = 0
            for number in range(60):
                await good.send(f"{number} " + "x" * 8000)
                assert (await good.frame(MSG))["msg"].startswith(f"{number} ")
                buffers = [connection.transport.get_write_buffer_size() for connection in server.sockets]
                biggest = max(biggest, *buffers)
            left = next((f for f in good.seen if f["type"] == LEAVE), None) or await good.frame(LEAVE)
            assert re.search("did not read", left["msg"])
            assert 50_000 < biggest < 110_000
            await until(lambda: len(server.sockets) == 1)


async def test_who_asks_and_never_reads_the_answers_is_dropped():
    """Pings are answered too, and refusals: no answer may pile up without bound."""
    async with serving(max_unsent=100_000) as server, peer(server) as good:
        _, writer = await raw(server)
        await good.frame(ENTER)
        writer.transport.pause_reading()
        pings = frame(b"x" * 125, opcode=PING) * 500
        left = asyncio.create_task(good.frame(LEAVE))
        biggest = 0
        while not left.done():
            writer.write(pings)
            await asyncio.wait([left, asyncio.ensure_future(writer.drain())], timeout=0.01)
            biggest = max([biggest, *(each.transport.get_write_buffer_size() for each in server.sockets)])
        assert "did not read" in left.result()["msg"]
        assert biggest < 100_000 + 2**20 + 2**18  # the bound, an echo's message, and what one turn of the loop reads
        writer.transport.abort()


async def test_empty_fragments_are_not_piled_up():
    """A message that never ends and never grows holds no memory."""
    async with serving() as server:
        reader, writer = await raw(server)
        writer.write(frame(b"x", fin=False) + frame(b"", opcode=0, fin=False) * 50_000 + frame(b"?", opcode=PING))
        async with asyncio.timeout(SECONDS):
            await reader.readuntil(b"\x8a\x01?")  # the pong: all that came before it was taken
        (connection,) = server.sockets
        assert len(connection.fragments) < 10
        writer.close()


async def test_a_peer_that_answers_no_ping_is_dropped():
    """Noticed within two pings; LEAVE says so; whoever answers stays."""
    async with serving(ping=0.2) as server, peer(server) as good:
        reader, writer = await raw(server)
        await good.frame(ENTER)
        assert "lost" in (await good.frame(LEAVE))["msg"]
        assert await close_frame(reader) == 1008
        writer.close()
        await good.send("still here")
        await good.frame(MSG)


async def test_an_echo_peer_that_answers_no_ping_is_dropped_too():
    """A half-open connection holds no descriptor."""
    async with serving(ping=0.1) as server:
        reader, writer = await raw(server, "/echo")
        assert await close_frame(reader) == 1008
        writer.close()


async def test_ping_0_sends_none():
    """A limit of 0 is none: a silent peer stays."""
    async with serving(ping=0) as server:
        reader, writer = await raw(server, "/echo")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
        writer.close()


@pytest.mark.parametrize("sent", [b"", b"GET", request("/echo")[:-2], b"\x16\x03\x01"])
async def test_a_handshake_that_is_not_finished_in_time_is_dropped(monkeypatch, sent):
    """Whatever was sent of it; the time is 10 s, here less."""
    monkeypatch.setattr(chat_server, "HANDSHAKE_SECONDS", 0.1)
    async with serving() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(sent)
        assert await end_of(reader) == b""
        await until(lambda: not server.sockets)
        writer.close()


@pytest.mark.parametrize("path", ["/chat/room", "/echo"])
@pytest.mark.parametrize("sent", [frame(b"\x03\xe8", opcode=CLOSE), frame(b"x", reserved=4), frame(b"\xff")])
async def test_a_peer_that_does_not_end_tcp_is_dropped(path, sent):
    """After a Close frame or a violation the connection is over, whether or not the peer hangs up."""
    async with serving() as server:
        _, writer = await raw(server, path)
        writer.write(sent)
        await until(lambda: not server.sockets)
        assert all(not room.members for room in server.hub.rooms.values())
        writer.close()


async def test_a_violation_leaves_the_room_at_once(monkeypatch):
    """The others need not wait for the peer to hang up."""
    monkeypatch.setattr(chat_server, "CLOSE_SECONDS", 2 * SECONDS)
    async with serving() as server, peer(server) as watcher:
        _, writer = await raw(server)
        await watcher.frame(ENTER)
        writer.write(frame(b"x", reserved=4))
        await watcher.frame(LEAVE)
        assert len(server.sockets) == 2
        writer.close()


# Plain HTTP


async def test_the_chat_page_is_on_slash():
    """HTML that may run its own script and connect, no more; its URL, which may hold a passcode, goes nowhere."""
    async with serving() as server:
        for path in ("/", "/?room=tea"):
            status, headers, body = await answer(server, get(path))
            assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert body.lower().startswith("<!doctype html>")
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "no-referrer"


async def test_healthz_says_what_runs_here():
    """JSON for programs: the service, its version, the protocol's, and how many are here."""
    async with serving() as server, peer(server), peer(server), connect(url(server, "/echo"), proxy=None):
        status, headers, body = await answer(server, get("/healthz"))

    assert (status, headers["content-type"]) == (200, "application/json")
    expected = {"service": "chatlib", "version": chatlib.__version__, "protocol": 1, "rooms": 1, "clients": 2}
    assert json.loads(body) == expected


async def test_healthz_without_the_passcode_shows_service_version_and_protocol_only():
    """Enough to tell who holds a port, no more."""
    async with serving(passcode="sesame") as server:
        queries = ["", "?passcode=x", "?passcode=sesame"]
        bodies = [(await answer(server, get("/healthz" + query)))[2] for query in queries]

    assert [set(json.loads(body)) for body in bodies] == [
        {"service", "version", "protocol"},
        {"service", "version", "protocol"},
        {"service", "version", "protocol", "rooms", "clients"},
    ]


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


async def test_a_big_body_that_nobody_wants_is_refused_readably():
    """An upload is answered with 405, not with a reset before the answer was read."""
    async with serving() as server:

        def upload():
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
            connection.request("POST", "/", body=bytes(200_000))
            return connection.getresponse().status

        assert await asyncio.to_thread(upload) == 405


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


# Limits


def test_the_limits_are_those_of_the_design():
    """What a user can rely on without a setting."""
    settings = Settings()

    assert (settings.max_clients, settings.max_unsent, settings.ping) == (1_000, 2**20, 20)
    assert (settings.limits.rate, settings.limits.burst, settings.limits.message_bytes) == (20, 40, 8192)
    assert (reception.ROOM_FRAME_BYTES, reception.ECHO_FRAME_BYTES) == (2**16, 2**20)
    assert chat_server.HANDSHAKE_SECONDS == 10


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


async def test_limits_of_0_are_none():
    """Rate, message length, unsent bytes, connections, pings."""
    limits = Limits(rate=0, message_bytes=0)
    async with serving(limits=limits, max_unsent=0, max_clients=0, ping=0) as server, peer(server) as ada:
        assert ada.seen[0]["limits"] == {"rate": 0, "burst": 0, "message_bytes": 0}
        await ada.send("x" * 200_000)
        assert len((await ada.frame(MSG))["msg"]) == 200_000
        for _ in range(300):
            await ada.send("hi")
        for _ in range(300):
            await ada.frame(MSG)


@pytest.mark.parametrize("name", ["max_clients", "max_unsent", "ping"])
def test_a_negative_setting_raises_at_once(name):
    """Where it was written."""
    with pytest.raises(ValueError, match=name):
        Settings(**{name: -1})


async def test_new_settings_hold_for_connections_that_are_there():
    """The owner changes its mind; nobody is sent away."""
    async with serving() as server, peer(server) as ada:
        server.configure(replace(server.settings, limits=Limits(message_bytes=5), passcode="sesame"))
        await ada.send("longer")
        assert await ada.error() == "too-long"
        assert (await refusal(server, "/chat/room"))[0] == 401


# Starting and stopping


async def test_stop_tells_everyone_and_closes_with_1001():
    """ERROR shutdown first, since proxies swallow close codes; then the port is free; twice is once."""
    async with serving() as server, peer(server) as ada, connect(url(server, "/echo"), proxy=None) as echo:
        await server.stop()
        await server.stop()
        assert await ada.error() == "shutdown"
        assert (await ada.closed())[0] == 1001
        await echo.wait_closed()
        assert echo.close_code == 1001
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", server.port)
    again = ChatServer(port=server.port)
    await again.start()
    await again.stop()


async def test_stop_waits_for_no_peer():
    """Neither for one that says nothing, nor for one that does not read, nor for one that does not hang up."""
    async with serving(limits=Limits(rate=0)) as server, peer(server) as good:
        _, mute = await asyncio.open_connection("127.0.0.1", server.port)
        _, stubborn = await raw(server)
        with await never_reads(server):
            while (await good.frame(ENTER))["online"] < 3:
                pass
            for _ in range(30):
                await good.send("x" * 8000)
                await good.frame(MSG)
            async with asyncio.timeout(3):
                await server.stop()
        assert not server.sockets
        mute.close()
        stubborn.close()


async def test_stop_leaves_no_task_behind():
    """Every task has an owner, also those of connections that were closing."""
    before = asyncio.all_tasks()
    async with serving(ping=0.05) as server:
        async with peer(server) as one, connect(url(server, "/echo"), proxy=None):
            await one.send("hi")
        await raw(server)
        await asyncio.open_connection("127.0.0.1", server.port)
    left = asyncio.all_tasks() - before
    await asyncio.wait(left, timeout=SECONDS) if left else None

    assert [task for task in left if not task.done()] == []


async def test_a_port_that_is_held_is_an_error_and_leaves_nothing_open():
    """The caller decides what to do about it."""
    async with serving() as server:
        second = ChatServer(port=server.port)
        with pytest.raises(OSError, match="in use"):
            await second.start()
        await second.stop()


async def test_a_thousand_may_knock_at_once():
    """The queue of the listening socket holds more than asyncio's hundred; a client beyond it waits for seconds."""
    async with serving() as server:
        sockets = [socket.socket() for _ in range(300)]
        try:
            for sock in sockets:  # this loop does not turn meanwhile: nobody accepts
                sock.settimeout(0.5)
                sock.connect(("127.0.0.1", server.port))
        finally:
            for sock in sockets:
                sock.close()


async def test_descriptors_come_back():
    """After a hundred connections of all kinds, none is left."""
    async with serving() as server:
        for number in range(25):
            async with peer(server, name=str(number)), connect(url(server, "/echo"), proxy=None):
                await answer(server, get("/"))
                _, writer = await raw(server)
                writer.transport.abort()
        await until(lambda: not server.sockets)
        assert not server.hub.peers
        assert not server.hub.connections
        assert not server._chatting


def test_repr_says_where_it_is_and_whether_it_serves():
    """In a notebook it is the interface."""
    assert repr(ChatServer(port=1)) == "<ChatServer 127.0.0.1:1 not serving, 0 rooms, 0 clients>"


async def test_the_backplane_may_be_chosen():
    """One road: everything passes it."""
    passed = []

    class Watched(MemoryBackplane):
        def publish(self, record):
            passed.append(type(record).__name__)
            super().publish(record)

    server = ChatServer(backplane=Watched())
    await server.start()
    async with peer(server) as ada:
        await ada.send("hi")
        await ada.frame(MSG)
    await until(lambda: "Left" in passed)
    await server.stop()

    assert passed == ["Entered", "Said", "Left"]
