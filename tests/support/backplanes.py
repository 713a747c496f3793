"""What every backplane promises, from one source: run on memory and the journal, on streams in memory, on a Redis.

Each promise takes ``make``, which makes one more backplane for the same rooms: the next one in a journal's case.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from chatlib.records import Entered, Record, Renamed, Said, WasTyping
from chatlib.server.backplane import Backplane, Shore
from chatlib.server.chat_server import ChatServer
from chatlib.server.settings import Settings
from tests.support.chat import CLIENT, ENTER, LEAVE, MSG, OTHER_CLIENT, RENAME, TYPING, peer
from tests.support.rooms import Rooms
from tests.support.waiting import until

Make = Callable[[], Backplane]

NOON = "2026-01-01T12:00:00.000Z"
ADA = "a" * 32


def said(number: int, room: str = "room") -> Said:
    return Said(room, ADA, f"id{number}", f"message {number}", NOON)


@asynccontextmanager
async def begun(make: Make) -> AsyncIterator[tuple[Backplane, list[Record]]]:
    """A backplane that was started, and what it delivers."""
    delivered: list[Record] = []
    backplane = make()
    await backplane.start(Shore(delivered.extend, Rooms()))
    try:
        yield backplane, delivered
    finally:
        await backplane.close()


@asynccontextmanager
async def serving_on(make: Make) -> AsyncIterator[ChatServer]:
    server = ChatServer(settings=Settings(), backplane=make())
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def it_delivers_once_and_in_the_order_of_publishing(make: Make) -> None:
    """Whatever comes between, and never within publish() itself: a hub is never entered twice."""
    records: list[Record] = [Entered("room", ADA, "Ada", None, ADA, NOON)]
    async with begun(make) as (backplane, delivered):
        for number in range(300):
            records += [said(number), WasTyping("room", ADA, NOON), Renamed("room", ADA, f"Ada {number}", NOON)]
        for place, record in enumerate(records):
            before = list(delivered)
            backplane.publish(record)
            assert delivered == before
            if place % 50 == 0:
                await asyncio.sleep(0.001)
        await until(lambda: len(delivered) >= len(records))
        assert delivered == records


async def it_keeps_the_order_of_each_room(make: Make) -> None:
    """However many there are."""
    async with begun(make) as (backplane, delivered):
        for number in range(20):
            for room in "abcdefghij":
                backplane.publish(said(number, room))
        await until(lambda: len(delivered) == 200)
        for room in "abcdefghij":
            assert [it for it in delivered if it.room == room] == [said(number, room) for number in range(20)]


async def what_is_published_while_delivering_comes_after(make: Make) -> None:
    """Once, and behind what was there before it."""
    delivered: list[Record] = []
    backplane = make()

    def deliver(batch: Sequence[Record]) -> None:
        delivered.extend(batch)
        if said(1) in batch:
            backplane.publish(said(3))

    await backplane.start(Shore(deliver, Rooms()))
    for number in (1, 2):
        backplane.publish(said(number))
    await until(lambda: len(delivered) == 3)
    await backplane.close()

    assert delivered == [said(1), said(2), said(3)]


async def after_close_it_delivers_nothing_more(make: Make) -> None:
    """What was published before is placed, what comes later is not; closing twice is fine."""
    async with begun(make) as (backplane, delivered):
        backplane.publish(said(1))
        await until(lambda: delivered)
        await backplane.close()
        await backplane.close()
        backplane.publish(said(2))
        await asyncio.sleep(0.01)
        assert delivered == [said(1)]


async def people_talk_and_leave(make: Make) -> None:
    """Through a whole server: names are unique, an id is placed once, everybody is told the same."""
    async with serving_on(make) as server, peer(server, name="Ada") as ada, peer(server, name="ada") as bo:
        assert bo.seen[0]["user"] == "ada (2)"
        for _ in range(2):
            await ada.send({"type": MSG, "msg": "hi", "id": "the same"})
        await ada.send({"type": MSG, "msg": "ho", "id": "another"})
        first, second = [await bo.frame(MSG) for _ in range(2)]
        assert [first["id"], second["id"]] == ["the same", "another"]
        assert int(second["seq"].rpartition("-")[2]) == int(first["seq"].rpartition("-")[2]) + 1
        await ada.send({"type": RENAME, "msg": "Cy"})
        assert (await bo.frame(RENAME))["user"] == "Cy"
        await ada.connection.close()
        assert (await bo.frame(LEAVE))["user"] == "Cy"


async def a_seat_is_held_and_taken_back(make: Make) -> None:
    """Whoever is cut off comes back under the same name, and nobody hears of it."""
    async with serving_on(make) as server, peer(server, name="Bo") as bo:
        async with peer(server, name="Ada", client=CLIENT) as ada:
            await ada.send("before")
            since = (await ada.frame(MSG))["seq"]
            await bo.frame(MSG)
            ada.connection.transport.abort()
        await bo.send("between")
        await bo.frame(MSG)
        async with peer(server, name="x", client=CLIENT, since=since) as back:
            assert (back.seen[0]["user"], back.seen[0]["missed"]) == ("Ada", 0)
            await back.send("after")
            assert [(await back.frame(MSG))["msg"] for _ in range(2)] == ["between", "after"]
            await bo.frame(MSG, msg="after")
        assert {frame["type"] for frame in bo.seen[2:]} <= {ENTER, MSG}


async def who_types_is_told_to_those_who_understand(make: Make) -> None:
    """Typing takes the same road, and has no place in the order."""
    async with (
        serving_on(make) as server,
        peer(server, name="Ada", client=CLIENT) as ada,
        peer(server, name="Bo", client=OTHER_CLIENT) as bo,
    ):
        await ada.send({"type": TYPING})
        assert (await bo.frame(TYPING))["user"] == "Ada"


PROMISES: list[Callable[[Make], Awaitable[None]]] = [
    it_delivers_once_and_in_the_order_of_publishing,
    it_keeps_the_order_of_each_room,
    what_is_published_while_delivering_comes_after,
    after_close_it_delivers_nothing_more,
    people_talk_and_leave,
    a_seat_is_held_and_taken_back,
    who_types_is_told_to_those_who_understand,
]
