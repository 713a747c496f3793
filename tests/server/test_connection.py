"""One client's connection: what its peer sees of it, and what its owner is told, whatever the peer does."""

import asyncio
import functools
import http.client
import socket
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
from websockets.asyncio.server import serve as serve_websockets
from websockets.frames import Opcode

from chatlib.limits import Limits
from chatlib.server import chat_server
from chatlib.server.connection import Connection, Phase
from tests.support.chat import (
    CLIENT,
    ENTER,
    LEAVE,
    MSG,
    SECONDS,
    STRICT,
    close_frame,
    end_of,
    never_reads,
    peer,
    raw,
    serving,
)
from tests.support.storm import CLOSE, PING, PONG, frame, request
from tests.support.waiting import until

pytestmark = [*STRICT, pytest.mark.usefixtures("impatient")]


# Requests


async def test_a_big_body_that_nobody_wants_is_refused_readably():
    """An upload is answered with 405, not with a reset before the answer was read."""
    async with serving() as server:

        def upload():
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
            connection.request("POST", "/", body=bytes(200_000))
            return connection.getresponse().status

        assert await asyncio.to_thread(upload) == 405


async def test_a_message_sent_with_the_opening_request_is_placed():
    """Some clients do not wait for the answer: what they say is not lost."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request("/chat/room") + frame(b"hasty"))
        await watcher.frame(ENTER)
        await watcher.frame(MSG, msg="hasty")
        writer.close()


async def test_who_is_cut_off_behind_its_opening_request_keeps_its_seat():
    """As when a server that stood still goes on: it finds requests whose senders gave up, and will be back."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request(f"/chat/room?client={quote(CLIENT)}"))
        writer.write_eof()
        await watcher.frame(ENTER)
        await until(lambda: len(server.hub.peers) == 1)
        assert [member.held_until is not None for member in server.hub.rooms["room"].members.values()] == [False, True]
        writer.close()


@pytest.mark.parametrize("sent", [b"", b"GET", request("/echo")[:-2], b"\x16\x03\x01"])
async def test_a_handshake_that_is_not_finished_in_time_is_dropped(monkeypatch, sent):
    """Whatever was sent of it; the time is 10 s, here less."""
    monkeypatch.setattr(chat_server, "HANDSHAKE_SECONDS", 0.03)
    async with serving() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(sent)
        assert await end_of(reader) == b""
        await until(lambda: not server.sockets)
        writer.close()


# Messages


async def test_a_message_in_fragments_is_one_message():
    """With a ping between them, and a character cut in two."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await raw(server)
        text = "你好".encode()
        writer.write(frame(text[:2], fin=False) + frame(b"?", opcode=PING) + frame(b"", opcode=0, fin=False))
        writer.write(frame(text[2:], opcode=0))
        assert (await watcher.frame(MSG))["msg"] == "你好"
        writer.close()


async def test_empty_fragments_are_not_piled_up():
    """A message that never ends and never grows holds no memory."""
    async with serving() as server:
        reader, writer = await raw(server)
        writer.write(frame(b"x", fin=False) + frame(b"", opcode=0, fin=False) * 5_000 + frame(b"?", opcode=PING))
        async with asyncio.timeout(SECONDS):
            await reader.readuntil(b"\x8a\x01?")  # the pong: all that came before it was taken
        (connection,) = server.sockets
        assert len(connection.fragments) < 10
        writer.close()


async def test_nothing_after_a_failed_message_is_taken():
    """RFC 6455, section 7.1.7, also for what came in the same packet."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await raw(server)
        writer.write(frame(b"before") + frame(b"\xff") + frame(b"after"))
        assert (await watcher.frame(MSG, LEAVE))["msg"] == "before"
        assert (await watcher.frame(MSG, LEAVE))["type"] == LEAVE
        writer.close()


async def test_last_words_arrive_before_the_leave():
    """Said and closed in one packet."""
    async with serving() as server, peer(server) as watcher:
        _, writer = await raw(server)
        writer.write(frame(b"goodbye") + frame(b"\x03\xe8", opcode=CLOSE))
        await watcher.frame(ENTER)
        assert [(await watcher.next())["type"] for _ in range(2)] == [MSG, LEAVE]
        writer.close()


# The end


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


async def test_a_peer_that_answers_no_ping_is_dropped():
    """Noticed within two pings; LEAVE says so; whoever answers stays."""
    async with serving(ping=0.1) as server, peer(server) as good:
        reader, writer = await raw(server)
        await good.frame(ENTER)
        assert "lost" in (await good.frame(LEAVE))["msg"]
        assert await close_frame(reader) == 1008
        writer.close()
        await good.send("still here")
        await good.frame(MSG)


async def test_an_echo_peer_that_answers_no_ping_is_dropped_too():
    """A half-open connection holds no descriptor."""
    async with serving(ping=0.03) as server:
        reader, writer = await raw(server, "/echo")
        assert await close_frame(reader) == 1008
        writer.close()


async def test_ping_0_sends_none():
    """A limit of 0 is none: a silent peer stays."""
    async with serving(ping=0) as server:
        reader, writer = await raw(server, "/echo")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)
        writer.close()


@asynccontextmanager
async def half_closed(server, good):
    """A client that has ended its side of TCP while much was still unsent to it, yet less than pauses its writing."""
    known = set(server.sockets)
    with await never_reads(server) as stuck:
        (connection,) = server.sockets - known
        connection.close_timeout = SECONDS
        await good.frame(ENTER)
        while connection.transport.get_write_buffer_size() < 16_000:
            await good.send("x" * 8000)
            await good.frame(MSG)
        stuck.shutdown(socket.SHUT_WR)
        await until(lambda: not connection.is_open)
        assert not connection.paused
        yield stuck, connection


async def test_who_ends_its_side_and_never_reads_costs_the_others_nothing():
    """Nothing more is written to it: not one of them misses a message, or has it twice."""
    async with serving(limits=Limits(rate=0)) as server, peer(server) as good, half_closed(server, good):
        for text in ("one", "two", "three"):
            await good.send(text)
            assert (await good.frame(MSG))["msg"] == text
        assert len(server.sockets) == 2


async def test_who_ends_its_side_and_never_reads_is_given_up():
    """After the time that a peer has to end TCP; then it is out of its room."""
    async with serving(limits=Limits(rate=0)) as server, peer(server) as good:
        with await never_reads(server) as stuck:
            await good.frame(ENTER)
            for _ in range(10):
                await good.send("x" * 8000)
                await good.frame(MSG)
            stuck.shutdown(socket.SHUT_WR)
            await good.frame(LEAVE)
            await until(lambda: len(server.sockets) == 1)


async def test_who_ends_its_side_and_reads_on_gets_what_was_sent_and_is_no_error():
    """asyncio ends TCP when all is written; nobody aborts, or closes, what is no longer there."""
    async with serving(limits=Limits(rate=0)) as server, peer(server) as good:
        async with half_closed(server, good) as (stuck, connection):
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(SECONDS):
                while await loop.sock_recv(stuck, 65536):
                    pass
            await connection.end(1000, "")
            await good.frame(LEAVE)
        await good.send("still here")
        await good.frame(MSG)


# What its owner is told, and asks


class Diary:
    """An owner that writes down what it is told, and what its connection then was."""

    def __init__(self):
        self.told = []
        self.taken = []

    def connected(self, connection):
        self.told.append(("connected", connection.phase))

    def about_to_write(self, connection):
        self.told.append(("about to write", connection.phase))

    def ended(self, connection):
        self.told.append(("ended", connection.phase))

    def disconnected(self, connection):
        self.told.append(("disconnected", connection.phase))

    def take(self, opcode, data):
        self.taken.append((opcode, data))


@asynccontextmanager
async def one_connection(take=None, patience=0.03):
    """An owner's diary, the server's end of its one connection, and a raw peer's reader and writer."""
    diary, made = Diary(), asyncio.get_running_loop().create_future()

    async def handle(connection):
        connection.start(functools.partial(take or Diary.take, diary))
        made.set_result(connection)
        await connection.wait_closed()

    make = functools.partial(Connection, diary)
    options = {"create_connection": make, "compression": None, "ping_interval": None, "close_timeout": patience}
    async with serve_websockets(handle, "127.0.0.1", 0, **options) as server:
        server.port = server.sockets[0].getsockname()[1]
        reader, writer = await raw(server)
        yield diary, await made, reader, writer
        writer.transport.abort()


async def test_the_owner_is_told_what_becomes_of_it():
    """TCP is there; the handshake is answered; the peer's Close frame is answered, and is the end; TCP is gone."""
    async with one_connection(patience=SECONDS) as (diary, connection, reader, writer):
        writer.write(frame(b"\x03\xe8", opcode=CLOSE))
        await end_of(reader)
        writer.close()
        await connection.wait_closed()

    assert diary.told == [
        ("connected", Phase.OPENING),
        ("about to write", Phase.OPENING),
        ("about to write", Phase.OPEN),
        ("ended", Phase.ENDED),
        ("disconnected", Phase.ENDED),
    ]
    assert connection.has_said_goodbye


async def test_messages_are_handed_over_whole():
    """In the order of their ends; pongs are none."""
    async with one_connection() as (diary, _, _, writer):
        writer.write(frame(b"a", fin=False) + frame(b"", opcode=PONG) + frame(b"b", opcode=0))
        writer.write(frame(b"c") + frame(b"d", opcode=2, fin=False) + frame(b"e", opcode=0) + frame(b"f"))
        await until(lambda: len(diary.taken) == 4)

    assert diary.taken == [
        (Opcode.TEXT, b"ab"),
        (Opcode.TEXT, b"c"),
        (Opcode.BINARY, b"de"),
        (Opcode.TEXT, b"f"),
    ]


async def test_from_a_connection_that_parts_nothing_is_taken():
    """Not even what came in the same packet; it parts once."""

    def take_one(diary, opcode, data):
        diary.take(opcode, data)
        diary.parted = [connections[0].part(), connections[0].part()]

    connections = []
    async with one_connection(take_one) as (diary, connection, reader, writer):
        connections.append(connection)
        writer.write(frame(b"one") + frame(b"two") + frame(b"three", fin=False) + frame(b"?", opcode=PING))
        await reader.readuntil(b"\x8a\x01?")

        assert (diary.taken, diary.parted) == ([(Opcode.TEXT, b"one")], [True, False])
        assert not connection.fragments


async def test_it_ends_whether_or_not_the_peer_answers_its_close_frame():
    """With the closing handshake, and after some time without."""
    async with one_connection() as (diary, connection, reader, _):
        await connection.end(1008, "rate-limited")
        assert await close_frame(reader) == 1008
        await connection.wait_closed()

        assert diary.told[-1][0] == "disconnected"
        assert not connection.is_open


async def test_a_probe_is_a_ping_and_fails_where_nothing_came_since_the_last():
    """Whatever came is a sign of life, not a pong only."""
    async with one_connection() as (diary, connection, reader, writer):
        assert connection.probe()
        assert not connection.probe()
        writer.write(frame(b"alive"))
        await until(lambda: diary.taken)
        assert connection.probe()
        await reader.readexactly(len(b"\x89\x00" * 2))
