"""The server with real connections: what its peers see, whatever they and others do."""

import asyncio
import itertools
import logging
import re
import socket
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect

from chatlib.limits import Limits
from chatlib.server import chat_server
from chatlib.server.backplane import MemoryBackplane
from chatlib.server.chat_server import ChatServer
from chatlib.server.connection import READ_BYTES
from chatlib.server.settings import Settings
from tests.support.chat import (
    CLIENT,
    ENTER,
    ERROR,
    LEAVE,
    MSG,
    OTHER_CLIENT,
    SECONDS,
    STRICT,
    TYPING,
    WELCOME,
    answer,
    get,
    never_reads,
    peer,
    raw,
    refusal,
    serving,
    url,
)
from tests.support.storm import frame
from tests.support.waiting import until

pytestmark = STRICT


class Watched(MemoryBackplane):
    """Remembers what kinds of records passed it."""

    def __init__(self):
        super().__init__()
        self.passed = []

    def publish(self, record):
        self.passed.append(type(record).__name__)
        super().publish(record)


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
    limits = Limits(seat_held=0.01)
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
        pytest.param('{"type": ' + "[" * 20_000 + "]" * 20_000 + "}", "bad-message", id="nested too deep"),
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


@pytest.mark.parametrize("settings", [{}, {"rate": 3}, "", 0, False, 5])
def test_settings_of_a_wrong_type_are_refused(settings):
    """Also those that count as nothing: a server that then took the defaults would be open to more than was meant."""
    with pytest.raises(TypeError, match="settings is a Settings, not of type"):
        ChatServer(settings=settings)


async def test_too_fast_is_refused_and_then_closed_with_1008():
    """Forty pass, then ERROR rate-limited a hundred times; the others see the forty and a LEAVE."""
    limits = Limits(rate=0.1)  # a bucket of 40 that is not filled meanwhile, however slow this machine
    async with serving(limits=limits) as server, peer(server) as watcher, peer(server) as flood:
        for number in range(140):
            await flood.send(str(number))
        assert await flood.closed() == (1008, "rate-limited")
        errors = [f for f in flood.seen if f["type"] == ERROR]
        assert [f["code"] for f in errors] == ["rate-limited"] * 100
        assert 350 < errors[0]["retry_after"] <= 400
        seen = [await watcher.frame(MSG, LEAVE) for _ in range(41)]
        assert [f["msg"] for f in seen[:40]] == [str(number) for number in range(40)]
        assert seen[40]["type"] == LEAVE


async def test_of_a_flood_one_turn_of_the_loop_takes_a_part():
    """However much is there already: the others have their turns in between."""
    taken = []

    class Counting(MemoryBackplane):
        async def start(self, shore):
            def deliver(batch):
                taken.append(len(batch))
                shore.deliver(batch)

            await super().start(replace(shore, deliver=deliver))

    message = frame(b"x" * 100)
    server = ChatServer(settings=Settings(limits=Limits(rate=0)), backplane=Counting())
    await server.start()
    _, writer = await raw(server)
    writer.write(message * 2_000)
    await until(lambda: sum(taken) > 2_000, "all of it is placed", seconds=60)
    writer.close()
    await server.stop()
    assert max(taken) <= READ_BYTES // len(message) + 1


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


@pytest.mark.usefixtures("impatient")
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


# Settings


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


@pytest.mark.usefixtures("impatient")
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


@pytest.mark.usefixtures("impatient")
async def test_who_knocks_while_it_stops_is_not_left_hanging():
    """However far it was accepted: it sees the end of the connection."""
    for turns in range(5):
        async with serving() as server:
            knocking = socket.create_connection(("127.0.0.1", server.port))
            for _ in range(turns):
                await asyncio.sleep(0)
        with knocking:
            knocking.settimeout(SECONDS)
            with suppress(ConnectionResetError):
                assert knocking.recv(1) == b""


async def test_nobody_leaves_because_the_server_stops():
    """The room is what it was, for whoever takes over: no LEAVE is placed for those who were cut off."""
    backplane = Watched()
    server = ChatServer(backplane=backplane)
    await server.start()
    async with peer(server), peer(server):
        await server.stop()

    assert backplane.passed == ["Entered", "Entered"]


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


async def test_it_serves_once():
    """Started again it raises at once, while it serves and after."""
    async with serving() as server:
        with pytest.raises(RuntimeError, match="started before"):
            await server.start()
    with pytest.raises(RuntimeError, match="new ChatServer"):
        await server.start()


async def test_a_start_that_is_cancelled_leaves_nothing_listening():
    """Whenever that is: the port is free, and the loop waits for nobody on it."""
    cancelled = 0
    for turns in itertools.count():
        server = ChatServer()
        starting = asyncio.create_task(server.start())
        for _ in range(turns):
            await asyncio.sleep(0)
        if not starting.cancel():
            break
        with pytest.raises(asyncio.CancelledError):
            await starting
        cancelled += 1
        async with serving() as another:  # on the same descriptor, that the loop must have forgotten
            assert (await answer(another, get("/healthz")))[0] == 200
        if server.port:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", server.port)
    await server.stop()

    assert cancelled >= 2


async def test_its_life_is_logged(caplog):
    """From one state to the next, for whoever looks."""
    caplog.set_level(logging.DEBUG, logger="chatlib.server.chat_server")
    async with serving():
        pass

    steps = [record.getMessage().rpartition(": ")[2] for record in caplog.records if " -> " in record.getMessage()]
    assert steps == ["NEW -> STARTING", "STARTING -> SERVING", "SERVING -> STOPPING", "STOPPING -> STOPPED"]


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
    backplane = Watched()
    server = ChatServer(backplane=backplane)
    await server.start()
    async with peer(server) as ada:
        await ada.send("hi")
        await ada.frame(MSG)
    await until(lambda: "Left" in backplane.passed)
    await server.stop()

    assert backplane.passed == ["Entered", "Said", "Left"]
