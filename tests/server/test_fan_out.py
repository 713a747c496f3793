"""The way out: everybody gets what is for everybody, in one write, and nobody waits for who does not read."""

import asyncio
import json
import re
import socket
from contextlib import suppress

import pytest

from chatlib.limits import Limits
from chatlib.server.fan_out import FanOut
from tests.support.chat import ENTER, ERROR, LEAVE, MSG, SECONDS, STRICT, never_reads, peer, raw, serving
from tests.support.storm import PING, PONG, frame
from tests.support.waiting import until

pytestmark = [*STRICT, pytest.mark.usefixtures("impatient")]


# On the wire


async def test_what_is_for_one_alone_keeps_its_place_among_what_is_for_all():
    """One queue per connection: what one turn of the loop collects is written at once, and in order."""
    async with serving() as server, peer(server, name="Ada") as ada, peer(server) as bo:
        says = [{"type": 2, "msg": text, "id": id_} for text, id_ in [("1", "a"), ("1", "a"), ("x", "a"), ("2", "b")]]
        ada.connection.transport.write(b"".join(frame(json.dumps(each)) for each in says))
        seen = [await ada.frame(MSG, ERROR) for _ in range(4)]
        assert [(f["type"], f["id"]) for f in seen] == [(MSG, "a"), (MSG, "a"), (ERROR, "a"), (MSG, "b")]
        assert [(await bo.frame(MSG, ERROR))["id"] for _ in range(2)] == ["a", "b"]


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


LONG = {"limits": Limits(rate=0), "max_unsent": 100_000}


async def fill(server, count):
    """Have a room keep so many messages of 8,000 bytes; return the place before the first."""
    async with peer(server) as ada:
        since = ada.seen[-1]["seq"]
        for number in range(count):
            await ada.send(f"{number} " + "x" * 8000)
            await ada.frame(MSG)
    return since


async def some_of(sock, size):
    """Read what there is, at most so much; the connection must not have ended."""
    data = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(sock, size), SECONDS)
    assert data
    return data


async def test_who_catches_up_may_take_its_time_while_others_talk():
    """It missed twenty times what may lie unread, reads it bit by bit, and hears all that is said meanwhile."""
    async with serving(**LONG) as server:
        since = await fill(server, 250)
        async with peer(server) as good:
            data = b""
            known = set(server.sockets)
            with await never_reads(server, f"/chat/room?since={since}") as sock:
                await good.frame(ENTER)
                (slow,) = server.sockets - known
                for number in range(250, 300):
                    server._look_after(slow)  # as often as the clock does: a pong cannot be expected
                    await good.send(f"{number} now")
                    await good.frame(MSG)
                    for _ in range(8):
                        data += await some_of(sock, 4096)
                while b'"msg":"299 ' not in data:
                    data += await some_of(sock, 65536)
            assert [int(number) for number in re.findall(rb'"msg":"(\d+) ', data)] == list(range(300))
            assert [f["type"] for f in good.seen if f["type"] in (LEAVE, ERROR)] == []


async def test_who_stops_while_it_catches_up_is_dropped_for_what_piles_up_behind():
    """What it asked for is allowed, and no more than the bound beyond."""
    async with serving(**LONG) as server:
        since = await fill(server, 100)
        async with peer(server) as good:
            with await never_reads(server, f"/chat/room?since={since}"):
                await good.frame(ENTER)
                biggest, said = 0, 0
                while not any(f["type"] == LEAVE for f in good.seen) and said < 60:
                    await good.send(f"{said} " + "x" * 8000)
                    await good.frame(MSG)
                    said += 1
                    biggest = max([biggest, *(each.transport.get_write_buffer_size() for each in server.sockets)])
                assert 10 < said < 20
                assert 800_000 < biggest < 830_000 + 110_000


async def test_who_reads_nothing_of_what_it_asked_for_is_dropped_though_it_answers_pings():
    """It would hold all that memory for ever."""
    async with serving(ping=0.05, **LONG) as server:
        since = await fill(server, 100)
        async with peer(server) as good:
            with await never_reads(server, f"/chat/room?since={since}") as sock:
                await good.frame(ENTER)
                left = asyncio.create_task(good.frame(LEAVE))
                while not left.done():
                    with suppress(OSError):
                        await asyncio.get_running_loop().sock_sendall(sock, frame(b"", opcode=PONG))
                    await asyncio.wait([left], timeout=0.01)
                assert "did not read" in left.result()["msg"]


async def test_who_asks_and_never_reads_the_answers_is_dropped():
    """Pings are answered too, and refusals: no answer may pile up without bound."""
    async with serving(max_unsent=100_000) as server, peer(server) as good:
        _, writer = await raw(server)
        await good.frame(ENTER)
        writer.transport.pause_reading()
        for connection in server.sockets:
            connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
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


# Stepped, with connections that only write down what they are sent


class Transport:
    """Takes everything, and has a buffer as full as a test says."""

    def __init__(self):
        self.written = []
        self.unsent = 0
        self.is_aborted = False

    def abort(self):
        self.is_aborted = True

    def write(self, data):
        self.written.append(data)

    def get_write_buffer_size(self):
        return self.unsent


class Client:
    """What the fan-out knows of a connection."""

    def __init__(self, *, unsent=0, is_open=True):
        self.transport = Transport()
        self.transport.unsent = unsent
        self.paused = unsent > 0
        self.is_open = is_open


class Stage:
    """A fan-out, and what it told its owner."""

    def __init__(self, **settings):
        self.said = []
        self.behind = []
        self.fan_out = FanOut(said=lambda *told: self.said.append(told), behind=self.behind.append, **settings)

    def admitted(self, count=1, room="room", **how):
        """Clients in a room, to whom everything so far was written."""
        clients = [Client(**how) for _ in range(count)]
        for client in clients:
            self.fan_out.admit(client, room)
        self.fan_out.flush()
        for client in clients:
            client.transport.written.clear()
        return clients


def framed(*texts):
    return b"".join(bytes([0x81, len(text)]) + text.encode() for text in texts)


async def test_one_turn_is_one_write_of_the_same_bytes_for_all():
    """Framed once, joined once: not equal bytes, the same."""
    stage = Stage()
    clients = stage.admitted(3)
    for text in ("one", "two", "three"):
        stage.fan_out.broadcast("room", text)
    assert [client.transport.written for client in clients] == [[]] * 3
    await asyncio.sleep(0)

    (first,), (second,), (third,) = (client.transport.written for client in clients)
    assert first == framed("one", "two", "three")
    assert first is second is third


async def test_a_broadcast_reaches_its_room_only():
    """Nobody else, and a room that nobody is in is none."""
    stage = Stage()
    (here,), (there,) = stage.admitted(), stage.admitted(room="tea")
    stage.fan_out.broadcast("room", "hi")
    stage.fan_out.broadcast("nowhere", "hi")
    stage.fan_out.flush()

    assert (here.transport.written, there.transport.written) == ([framed("hi")], [])


async def test_a_write_that_fails_costs_the_others_nothing(caplog):
    """The one is given up, and it is logged; the others get everything, once."""
    stage = Stage()
    first, broken, last = clients = [Client() for _ in range(3)]

    def fails(_data):
        raise ZeroDivisionError

    broken.transport.write = fails
    for client in clients:
        stage.fan_out.admit(client, "room")
    await asyncio.sleep(0)
    for text in ("one", "two"):
        stage.fan_out.broadcast("room", text)
        await asyncio.sleep(0)

    assert first.transport.written[-2:] == last.transport.written[-2:] == [framed("one"), framed("two")]
    assert broken.transport.is_aborted
    assert caplog.records[0].exc_info[0] is ZeroDivisionError
    caplog.clear()


async def test_what_is_for_one_alone_has_its_place_and_costs_no_second_write():
    """Behind what was broadcast before it, before what was broadcast after it."""
    stage = Stage()
    one, other = stage.admitted(2)
    stage.fan_out.broadcast("room", "1")
    stage.fan_out.send(one, "for you")
    stage.fan_out.broadcast("room", "2")
    stage.fan_out.send(one, "and this")
    stage.fan_out.flush()

    assert one.transport.written == [framed("1", "for you", "2", "and this")]
    assert other.transport.written == [framed("1", "2")]


async def test_who_is_admitted_hears_what_comes_after():
    """What was sent to it before it was admitted is there too; what was broadcast before is not."""
    stage = Stage()
    stage.admitted()
    newcomer = Client()
    stage.fan_out.broadcast("room", "before")
    stage.fan_out.send(newcomer, "welcome")
    stage.fan_out.admit(newcomer, "room")
    stage.fan_out.broadcast("room", "after")
    stage.fan_out.flush()

    assert newcomer.transport.written == [framed("welcome", "after")]


async def test_who_is_removed_gets_nothing_more_not_even_what_waits():
    """Its Close frame is on the way: nothing may follow it. A room without anybody leaves nothing behind."""
    stage = Stage()
    (client,) = stage.admitted()
    stage.fan_out.broadcast("room", "hi")
    stage.fan_out.send(client, "for you")
    stage.fan_out.remove(client)
    stage.fan_out.remove(client)
    stage.fan_out.flush()

    assert client.transport.written == []
    assert repr(stage.fan_out) == "<FanOut to 0 connections in 0 rooms>"


async def test_a_room_that_fills_again_in_the_same_turn_is_the_room():
    """The last one went, and another came: it hears what is said from then on."""
    stage = Stage()
    (client,) = stage.admitted()
    newcomer = Client()
    stage.fan_out.broadcast("room", "before")
    stage.fan_out.remove(client)
    stage.fan_out.admit(newcomer, "room")
    stage.fan_out.broadcast("room", "after")
    stage.fan_out.flush()

    assert newcomer.transport.written == [framed("after")]


async def test_who_is_behind_but_within_the_bound_gets_everything():
    """Slow is not dead."""
    stage = Stage(max_unsent=100)
    (slow,) = stage.admitted(unsent=90)
    stage.fan_out.broadcast("room", "12345678")
    stage.fan_out.flush()

    assert (slow.transport.written, stage.behind) == ([framed("12345678")], [])


async def test_beyond_the_bound_nothing_is_written_and_the_owner_is_told():
    """Whether it is for all or for one alone; the others have it."""
    stage = Stage(max_unsent=100)
    (one,), (other,), (good,) = stage.admitted(unsent=95), stage.admitted(unsent=95), stage.admitted()
    stage.fan_out.send(other, "!")
    stage.fan_out.broadcast("room", "12345678")
    stage.fan_out.flush()

    assert sorted(map(id, stage.behind)) == sorted(map(id, [one, other]))
    assert [client.transport.written for client in (one, other, good)] == [[], [], [framed("12345678")]]


async def test_an_empty_buffer_takes_a_frame_beyond_the_bound():
    """Who reads everything is not behind, however long one message is."""
    stage = Stage(max_unsent=4)
    (client,) = stage.admitted()
    stage.fan_out.broadcast("room", "12345678")
    stage.fan_out.flush()
    stage.fan_out.send(client, "for you")
    stage.fan_out.flush()

    assert (client.transport.written, stage.behind) == ([framed("12345678"), framed("for you")], [])


async def test_a_bound_of_0_is_none():
    """A limit of 0 is none."""
    stage = Stage(max_unsent=0)
    (slow,) = stage.admitted(unsent=10**9)
    stage.fan_out.broadcast("room", "hi")
    stage.fan_out.flush()

    assert (slow.transport.written, stage.behind) == ([framed("hi")], [])
    assert not stage.fan_out.is_behind(slow)


async def test_what_was_asked_for_is_counted_as_it_is_read():
    """Only what is still unread of it is allowed beyond the bound."""
    stage = Stage(max_unsent=100)
    client = Client()
    stage.fan_out.send(client, "w" * 120)
    stage.fan_out.admit(client, "room")
    stage.fan_out.flush()
    client.paused, asked = True, len(client.transport.written[0])
    for unsent, is_behind in [(asked, False), (asked + 100, False), (asked + 101, True), (60, False), (161, True)]:
        client.transport.unsent = unsent
        assert stage.fan_out.is_behind(client) is is_behind, unsent
    client.transport.unsent = 0
    assert not stage.fan_out.is_behind(client)
    client.transport.unsent = 101
    assert stage.fan_out.is_behind(client), "it is read, and nothing is left of it"


async def test_whether_it_reads_on_is_known_while_there_is_something_to_read():
    """As long as it has not read all that it asked for."""
    stage = Stage()
    client = Client()
    assert stage.fan_out.reads_on(client) is None
    stage.fan_out.send(client, "welcome")
    stage.fan_out.admit(client, "room")
    stage.fan_out.flush()
    seen = []
    for unsent in (9, 9, 5, 5, 0):
        client.transport.unsent = unsent
        seen.append(stage.fan_out.reads_on(client))

    assert seen == [True, False, True, False, None]


async def test_is_behind_counts_from_the_bound_and_what_may_be_ahead():
    """An echo is one message ahead of it."""
    stage = Stage(max_unsent=100)
    client = Client(unsent=101)

    assert stage.fan_out.is_behind(client)
    assert not stage.fan_out.is_behind(client, ahead=1)


async def test_a_connection_is_closed_behind_what_was_sent_to_it():
    """The owner is told when that is written, with the code that came first."""
    stage = Stage()
    (client,) = stage.admitted()
    stage.fan_out.send(client, "why")
    stage.fan_out.close(client, 1008, "seat-taken")
    stage.fan_out.close(client, 1000, "")
    assert stage.said == []
    await asyncio.sleep(0)

    assert (client.transport.written, stage.said) == ([framed("why")], [(client, 1008, "seat-taken")])


async def test_a_connection_that_is_to_be_closed_is_closed_though_it_reads_nothing():
    """Nobody waits until it has read why."""
    stage = Stage(max_unsent=100)
    (slow,) = stage.admitted(unsent=99)
    stage.fan_out.send(slow, "why")
    stage.fan_out.close(slow, 1008, "seat-taken")
    stage.fan_out.flush()

    assert (slow.transport.written, stage.said, stage.behind) == ([], [(slow, 1008, "seat-taken")], [])


async def test_the_last_word_goes_out_at_once_and_beyond_the_bound():
    """Should it ever read again, it reads why it was let go."""
    stage = Stage(max_unsent=100)
    (slow,) = stage.admitted(unsent=99)
    stage.fan_out.send_last(slow, "goodbye")

    assert slow.transport.written == [framed("goodbye")]


async def test_a_connection_that_is_no_longer_open_is_left_alone():
    """Nothing is written to it, and it is in no room."""
    stage = Stage()
    closed = Client(is_open=False)
    stage.fan_out.send(closed, "hi")
    stage.fan_out.admit(closed, "room")
    stage.fan_out.broadcast("room", "hi")
    stage.fan_out.flush()

    assert closed.transport.written == []
    assert repr(stage.fan_out) == "<FanOut to 0 connections in 0 rooms>"
