"""Several hubs on one store of streams, which is in memory here and can fail wherever a test wants it to."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect

from chatlib.limits import Limits
from chatlib.records import Ended, Said
from chatlib.server import journal_format, stream_backplane, stream_format
from chatlib.server.backplane import Shore, new_hub_id
from chatlib.server.chat_server import ChatServer
from chatlib.server.settings import Settings
from chatlib.server.stream_backplane import Outgoing
from chatlib.server.stream_format import Place
from tests.support import stream_store
from tests.support.chat import CLIENT, ENTER, ERROR, LEAVE, MSG, RENAME, peer, refusal, url
from tests.support.rooms import Rooms
from tests.support.stream_store import FakeBackplane, Streams
from tests.support.waiting import until

ADA, NOON = "a" * 32, "2026-01-01T12:00:00.000Z"


@asynccontextmanager
async def serving(streams, **limits):
    """A server on these streams; its backplane is ``server.plane``, and its way to the store ``server.store``."""
    plane = FakeBackplane(streams, new_hub_id())
    server = ChatServer(settings=Settings(limits=Limits(rate=0, **limits)), backplane=plane)
    server.plane, server.store = plane, plane.store
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def state(server, room="room"):
    return server.hub.snapshot(room)


async def same(*servers, room="room"):
    first, *others = servers
    await until(lambda: all(state(it, room) == state(first, room) is not None for it in others), "the same everywhere")


async def test_every_hub_decides_alike():
    """Names, numbers, ids that come twice, over two servers."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two:
        ada_and_bo = peer(one, name="Ada"), peer(two, name="Ada")
        async with ada_and_bo[0] as ada, ada_and_bo[1] as bo:
            assert bo.seen[0]["user"] == "Ada (2)"
            for number in range(20):
                await (ada if number % 2 else bo).send({"type": MSG, "msg": f"{number}", "id": f"id {number // 2}"})
            await until(lambda: state(one).placed >= 12)
            await same(one, two)
            assert len({frame["seq"] for frame in ada.seen if "seq" in frame}) == len(
                [1 for f in ada.seen if "seq" in f]
            )


async def test_a_long_wish_for_a_name_is_cut_as_everywhere():
    """Neither a query nor a frame of it leaves anybody outside."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two, peer(one, name="A" * 5000) as ada:
        assert ada.seen[0]["user"] == "A" * 32
        await ada.send({"type": RENAME, "msg": "B" * 50_000})
        assert (await ada.frame(RENAME))["user"] == "B" * 32
        async with peer(two):
            await same(one, two)


async def test_what_a_hub_wrote_it_reads_only_where_another_wrote_the_same_number(monkeypatch):
    """Its own entries are known to the letter; one that bears its name and is another's is not taken for them."""
    read = []
    record = journal_format.record
    monkeypatch.setattr(journal_format, "record", lambda line, *more: read.append(line) or record(line, *more))
    streams = Streams()
    async with serving(streams) as one, peer(one, name="Ada") as ada:
        await ada.send("hi")
        await ada.frame(MSG)
        assert read == []
        forged = Said("room", next(iter(one.hub.rooms["room"].members)), "id", "forged", NOON)
        ((lines, _),) = stream_format.entries([forged])
        streams.append("room", stream_format.entry(one.plane.hub, 3, lines))
        await ada.send("own")
        assert (await ada.frame(MSG))["msg"] == "forged"
        assert len(read) == 1
        await ada.send("next")
        assert (await ada.frame(MSG))["msg"] == "next"


async def test_an_answer_that_is_lost_has_nothing_placed_twice():
    """The same entries go out again, with the same numbers."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two, peer(one, name="Ada") as ada, peer(two) as bo:
        for number in range(5):
            one.store.swallows = True
            await ada.send(f"{number}")
            assert (await bo.frame(MSG))["msg"] == f"{number}"
        await same(one, two)
        assert [frame["msg"] for frame in bo.seen if frame["type"] == MSG] == [f"{number}" for number in range(5)]
        assert len(streams.logs["room"]) > 10


async def test_a_hub_that_gets_no_answer_sends_everybody_away_and_lets_nobody_in():
    """With an ERROR `waiting` and Close 1013; nothing is acknowledged; afterwards all is as before."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two, peer(two, name="Bo") as bo:
        async with peer(one, name="Ada", client=CLIENT) as ada:
            await bo.frame(ENTER, user="Ada")
            one.store.is_cut = True
            await ada.send("not yet")
            assert (await ada.frame(ERROR))["code"] == "waiting"
            assert await ada.closed() == (1013, "waiting")
            assert MSG not in [frame["type"] for frame in ada.seen]
        assert await refusal(one, "/chat/room") == (503, one.trouble + "\n")
        one.store.is_cut = False
        await until(lambda: not one.trouble)
        async with peer(one, client=CLIENT, back="yes") as back:
            assert back.seen[0]["user"] == "Ada"
            await same(one, two)
        assert LEAVE not in [frame["type"] for frame in bo.seen]


async def test_a_fault_of_this_servers_own_sends_everybody_away(monkeypatch, caplog):
    """Nobody waits for ever on a server that reads no more: it says so, also to whoever asks how it is."""
    async with serving(Streams()) as one, peer(one, name="Ada") as ada:
        monkeypatch.setattr(stream_format, "read_entry", None)
        await ada.send("never read")
        assert (await ada.frame(ERROR))["code"] == "waiting"
        assert "this server can use no longer" in one.trouble
        assert await refusal(one, "/chat/room") == (503, one.trouble + "\n")
    assert "a task of <FakeBackplane" in caplog.text


async def test_who_came_back_in_vain_has_the_seat_when_it_can_be_placed():
    """The connection that was not placed is lost like any other: nobody hears of it."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two, peer(two, name="Bo") as bo:
        async with peer(one, name="Ada", client=CLIENT):
            await bo.frame(ENTER, user="Ada")
            one.store.is_cut = True
            async with connect(url(one, "/chat/room", name="Ada", client=CLIENT), proxy=None) as in_vain:
                await in_vain.wait_closed()
        one.store.is_cut = False
        await until(lambda: not one.trouble)
        async with peer(one, client=CLIENT, back="yes") as back:
            assert back.seen[0]["user"] == "Ada"
            await back.send("here")
            await bo.frame(MSG)
        assert LEAVE not in [frame["type"] for frame in bo.seen]


async def test_seats_are_held_for_as_long_as_nobody_can_come_back():
    """And then as long as ever."""
    streams = Streams()
    async with serving(streams, seat_held=0.05) as one:
        async with peer(one, name="Ada", client=CLIENT) as ada:
            one.store.is_cut = True
            await ada.closed()
        await asyncio.sleep(0.2)
        (member,) = one.hub.rooms["room"].members.values()
        one.hub.hold_on(now=0)
        assert member.held_until == 0.05


async def test_who_was_on_a_hub_that_is_gone_leaves_once(quick):
    """Its seats are held; every hub would say so, and the first is heard."""
    streams = Streams()
    async with serving(streams, seat_held=0.05) as one, serving(streams, seat_held=0.05) as two:
        ada_and_bo = peer(one, name="Ada"), peer(two, name="Bo")
        async with ada_and_bo[0] as ada, ada_and_bo[1] as bo:
            gone = FakeBackplane(streams, new_hub_id())
            dead = ChatServer(backplane=gone)
            await dead.start()
            async with peer(dead, name="Gone", client=CLIENT):
                await until(lambda: len(state(one).members) == 3)
                gone.store.is_cut = True
                streams.hubs.discard(gone.hub)
                assert (await ada.frame(LEAVE))["user"] == (await bo.frame(LEAVE))["user"] == "Gone"
                await ada.send("after")
                for person in (ada, bo):
                    await person.frame(MSG)
                    assert [frame["type"] for frame in person.seen].count(LEAVE) == 1
                await same(one, two)
            await dead.stop()


async def test_a_hub_that_lives_after_all_has_its_seats_back():
    """Its lease was gone for a while; nobody left."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two, peer(one), peer(two, client=CLIENT):
        await until(lambda: len(state(one).members) == 2)
        keep, two.store.look_at_hubs = two.store.look_at_hubs, one.store.look_at_hubs
        streams.hubs.discard(two.plane.hub)
        await until(lambda: [it for _, it in one.hub.rooms.members() if it.held_until is not None])
        two.store.look_at_hubs = keep
        await until(lambda: not [it for _, it in one.hub.rooms.members() if it.held_until is not None])


@pytest.fixture
def small(monkeypatch):
    """Rooms are kept after a few messages, and trimmed soon."""
    monkeypatch.setattr(stream_backplane, "SMALL_BYTES", 500)
    monkeypatch.setattr(stream_store, "QUICK", replace(stream_store.QUICK, untrimmed=0.05))


async def test_a_late_hub_begins_with_the_room_as_it_was_kept(small):
    """And reads only what came after that."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two, peer(one, name="Ada") as ada:
        for number in range(50):
            await ada.send(f"{number}")
            await ada.frame(MSG)
        await until(lambda: b"room" in streams.kept["room"])
        place = Place.read(streams.kept["room"][b"place"])
        streams.logs["room"] = [entry for entry in streams.logs["room"] if entry[0] > place]
        async with peer(two, name="Bo"):
            await until(lambda: len(state(one).members) == 2)
            await same(one, two)
            assert state(two).placed == 52


async def test_a_hub_past_which_the_stream_was_trimmed_begins_again(small):
    """It cannot know what it missed: its people are sent away, and find the room as the others have it."""
    streams = Streams()
    async with serving(streams) as one, serving(streams) as two, peer(one, name="Ada") as ada:
        async with peer(two, name="Bo", client=CLIENT) as bo:
            two.store.is_cut = True
            await bo.closed()
        known = streams.ms
        while streams.logs["room"][0][0].ms <= known:  # until that is trimmed
            await ada.send("between")
            await ada.frame(MSG)
        two.store.is_cut = False
        await same(one, two)
        await until(lambda: not two.trouble)
        async with peer(two, client=CLIENT, back="yes") as back:
            assert back.seen[0]["user"] == "Bo"
            await same(one, two)


@pytest.mark.parametrize("ahead", [0, 10**13])
async def test_a_stream_is_trimmed_though_the_time_in_its_places_stands_still(small, ahead):
    """The store's clock was set back, or another program wrote a place centuries ahead: no place goes back."""
    streams = Streams()
    async with serving(streams) as one, peer(one, name="Ada") as ada:
        streams.ms += ahead
        streams.append("room", {b"hub": b"somebody else"})
        streams.stands_still = True
        async with asyncio.timeout(30):
            while streams.logs["room"][0][0] <= Place(streams.ms):  # until that is trimmed
                await ada.send("on and on")
                await ada.frame(MSG)
        await ada.send("still here")
        assert (await ada.frame(MSG))["msg"] == "still here"


async def test_a_room_that_began_anew_elsewhere_is_let_go():
    """Its keys are gone: those in it come again, with a word, and are in the new one."""
    streams = Streams()
    async with serving(streams) as one, peer(one, name="Ada") as ada:
        streams.kept.clear()
        streams.logs.clear()
        assert (await ada.frame(ERROR))["code"] == "connect-again"
        assert await ada.closed() == (1012, "connect again")
        async with peer(one, name="Bo"):
            assert state(one).placed == 1


async def test_a_store_that_lost_the_last_is_noticed():
    """It went back behind what was read: the room is begun again as it is there."""
    streams = Streams()
    async with serving(streams) as one, peer(one, name="Ada") as ada:
        await ada.send("lost")
        await ada.frame(MSG)
        one.store.is_cut = True
        del streams.logs["room"][-1]
        await ada.closed()
        one.store.is_cut = False
        await until(lambda: state(one) and not any(b"lost" in frame for frame in state(one).kept), "it begins again")
        await until(lambda: not one.trouble)
        async with peer(one, name="Bo") as bo:
            assert bo.seen[0]["history"] == []


async def test_rooms_in_which_nobody_is_are_not_read():
    """Their state is in the store; who comes back finds it."""
    streams = Streams()
    async with serving(streams) as one:
        async with peer(one, name="Ada") as ada:
            await ada.send("kept")
            await ada.frame(MSG)
        await until(lambda: "room" not in one.hub.rooms)
        async with peer(one, name="Bo") as bo:
            assert [frame["msg"] for frame in bo.seen[0]["history"]] == ["kept"]


async def test_what_is_bad_in_a_stream_is_skipped_and_logged_once(caplog):
    """Entries and records, from whomever."""
    streams = Streams()
    async with serving(streams) as one, peer(one, name="Ada") as ada:
        for bad in ({}, {b"hub": b"0123abcd", b"n": b"1", b"records": b'["Ended"]\n["Ended",5]\n'}) * 3:
            streams.append("room", bad)
        await ada.send("hi")
        await ada.frame(MSG)

        assert one.plane.skipped == 9
        assert len([record for record in caplog.records if "none of ours" in record.getMessage()]) == 1


async def test_a_room_kept_in_a_way_that_is_none_begins_anew():
    """Another program wrote there; it is taken away."""
    streams = Streams()
    streams.kept["room"] = {b"born": b"x", b"room": b"rubbish", b"place": b"?", b"numbers": b"{}"}
    async with serving(streams) as one, peer(one, name="Ada"):
        assert state(one).placed == 1
        assert b"room" not in streams.kept["room"]


async def test_it_stops_while_people_come_and_nothing_is_left_running():
    """Closed in the middle of everything, with and without an answer."""
    for is_cut in (False, True):
        streams = Streams()
        plane = FakeBackplane(streams, new_hub_id())
        before = asyncio.all_tasks()
        await plane.start(Shore(lambda batch: None, Rooms()))
        plane.store.is_cut = is_cut
        for number in range(50):
            plane.publish(Said(f"room{number % 7}", ADA, f"id{number}", "hi", NOON))
        await plane.close()
        plane.publish(Ended("room0"))
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == before


async def test_more_than_can_be_taken_sends_people_away(monkeypatch):
    """A store that is slow must not fill the memory."""
    monkeypatch.setattr(stream_backplane, "MOST_TAKEN", 10)
    told = []
    plane = FakeBackplane(Streams(), new_hub_id())
    await plane.start(Shore(lambda batch: None, Rooms(), wait=told.append))
    for number in range(11):
        plane.publish(Said("room", ADA, f"id{number}", "hi", NOON))
    await until(lambda: not plane.waiting)
    await plane.close()

    assert len(told) == 1
    assert "does not keep up" in told[0]


async def test_what_is_in_flight_is_numbered_once():
    """A second try is the same entries."""
    outgoing = Outgoing("0123abcd")
    for room in "aab":
        outgoing.add(room, Ended(room))
    await outgoing.next()
    first = list(outgoing.in_flight)
    outgoing.add("a", Ended("a"))

    assert [(room, written[b"n"]) for room, written in first] == [("a", b"1"), ("b", b"2")]
    assert outgoing.in_flight == first
    assert (len(outgoing), outgoing.rooms()) == (4, {"a", "b"})
    again = dict(first[0][1])
    assert outgoing.came_back("b", again) == outgoing.came_back("a", again | {b"hub": b"00000000"}) == ()
    assert outgoing.came_back("a", again) == [Ended("a"), Ended("a")]
    assert outgoing.came_back("a", again) == ()
    outgoing.written()
    await outgoing.next()
    assert [(room, written[b"n"]) for room, written in outgoing.in_flight] == [("a", b"3")]
    outgoing.written()
    await outgoing.all_written()
