"""What is seen of a room from its server: over real sockets, for a look is at what the transports hold."""

from __future__ import annotations

import asyncio

import pytest

from chatlib.limits import Limits
from chatlib.server import lookout
from chatlib.server.chat_server import ChatServer
from chatlib.server.lookout import Lookout, Person, Spoken, Standing
from tests.support.chat import CLIENT, LEAVE, MSG, RENAME, SECONDS, STRICT, never_reads, peer, raw, serving
from tests.support.waiting import until

pytestmark = STRICT

PAUSED = 64 * 1024  # bytes unsent: from there on the bound is looked at


def people(seen: lookout.View) -> dict[str, str]:
    return {person.name: str(person.standing) for person in seen.people}


async def test_everybody_in_the_room_is_seen_and_what_they_said_since_the_last_look():
    """Not what was said before the first, nor in another room."""
    async with (
        serving() as server,
        peer(server, name="Ada") as ada,
        peer(server, name="Bo") as bo,
        peer(server, "/chat/kitchen", name="Cleo") as cleo,
    ):
        await ada.send("before")
        await bo.frame(MSG)
        view = Lookout(server.hub, "room")
        first = view.look(now=0)
        await cleo.send("elsewhere")
        await cleo.frame(MSG)
        await ada.send("<b>hi</b>")
        await bo.frame(MSG)
        second = view.look(now=1)

    assert people(first) == people(second) == {"Ada": "here", "Bo": "here"}
    (key,) = [person.key for person in second.people if person.name == "Ada"]
    assert (first.said, second.said) == ((), (Spoken(key, "Ada", "<b>hi</b>"),))
    assert (first.messages, second.messages) == (1, 2)


async def test_all_is_seen_of_a_room_that_begins_after_the_first_look():
    """Who opens the wall before anybody is there misses nothing, however quick the first to speak."""
    async with serving() as server:
        view = Lookout(server.hub, "room")
        assert view.look(now=0).said == ()
        async with peer(server, name="Ada") as ada:
            await ada.send("hi")
            await ada.frame(MSG)
            assert [spoken.text for spoken in view.look(now=1).said] == ["hi"]


async def test_who_says_goodbye_left_and_who_does_not_was_cut():
    """Once each, with the look after they went; the next knows them no more."""
    async with serving() as server:
        view = Lookout(server.hub, "room")
        async with peer(server, name="Ada") as ada, peer(server, name="Bo") as bo:
            _, cut = await raw(server, "/chat/room?name=Cleo")
            await ada.frame(user="Cleo")
            view.look(now=0)
            await bo.connection.close()
            cut.transport.abort()
            await ada.frame(LEAVE)
            await ada.frame(LEAVE)

            assert people(view.look(now=1)) == {"Ada": "here", "Bo": "left", "Cleo": "cut"}
            assert people(view.look(now=2)) == {"Ada": "here"}


async def test_a_seat_that_is_held_is_cut_until_it_is_taken_back_by_the_same_person():
    """A ChatClient's cable is pulled and put in again: nobody left, nobody came."""
    async with serving() as server, peer(server, name="Ada") as ada:
        view = Lookout(server.hub, "room")
        _, cut = await raw(server, f"/chat/room?name=Bo&client={CLIENT.replace(' ', '+')}")
        await ada.frame(user="Bo")
        (here,) = [person for person in view.look(now=0).people if person.name == "Bo"]
        cut.transport.abort()
        await until(lambda: people(view.look(now=1))["Bo"] == "cut")
        async with peer(server, name="Bo", client=CLIENT, back="yes"):
            assert [person for person in view.look(now=2).people if person.name == "Bo"] == [here]


async def test_a_name_may_change_and_the_person_stays():
    """The key is theirs; the message is theirs, too."""
    async with serving() as server, peer(server, name="Ada") as ada:
        view = Lookout(server.hub, "room")
        (before,) = view.look(now=0).people
        await ada.send({"type": RENAME, "msg": "Grace"})
        await ada.frame(RENAME)
        await ada.send("hi")
        await ada.frame(MSG)
        after = view.look(now=1)

    assert after.people == (Person(before.key, "Grace", Standing.HERE),)
    assert after.said == (Spoken(before.key, "Grace", "hi"),)


async def fill(server: ChatServer, view: Lookout) -> None:
    """Have so much said that somebody who does not read has bytes unsent."""
    async with peer(server, name="Ada") as ada:
        async with asyncio.timeout(SECONDS):
            while not any(person.unsent > PAUSED for person in view.look(now=0).people):
                await ada.send("x" * 8000)
                await ada.frame(MSG)


async def test_who_does_not_read_is_slow_after_a_second_and_then_dropped_with_a_word():
    """One large message on its way is not slow yet; past the bound they are cut, and it is said why."""
    async with serving(limits=Limits(rate=0), max_unsent=0) as server:
        view = Lookout(server.hub, "room")
        slow = await never_reads(server, "/chat/room?name=Bo")
        await fill(server, view)
        assert people(view.look(now=lookout.SLOW_SECONDS / 2))["Bo"] == "here"
        (bo,) = [person for person in view.look(now=lookout.SLOW_SECONDS).people if person.name == "Bo"]
        assert bo.standing is Standing.SLOW
        assert bo.unsent > 0

        async with peer(server, name="Cleo") as cleo:
            server.configure(server.settings.updated(max_unsent=1))
            await cleo.send("the last straw")
            await cleo.frame(LEAVE)
            (gone,) = [person for person in view.look(now=2).people if person.name == "Bo"]
        slow.close()

    assert (gone.standing, gone.why) == (Standing.CUT, "did not read what was sent")


async def test_who_does_not_answer_a_ping_is_slow():
    """A laptop that sleeps: TCP is there, and nobody behind it."""
    async with serving() as server:
        view = Lookout(server.hub, "room")
        _, writer = await raw(server, "/chat/room?name=Bo")
        await until(lambda: people(view.look(now=0)) == {"Bo": "here"})
        (connection,) = server.sockets
        connection.probe()

        assert people(view.look(now=1)) == {"Bo": "here"}
        assert people(view.look(now=1 + lookout.SILENT_SECONDS)) == {"Bo": "slow"}
        writer.close()


async def test_of_very_much_only_the_last_is_read_and_the_rest_is_counted(monkeypatch):
    """A look costs the same whatever was said."""
    monkeypatch.setattr(lookout, "MOST_FRAMES", 2)
    monkeypatch.setattr(lookout, "MOST_PEOPLE", 1)
    async with serving() as server, peer(server, name="Ada") as ada, peer(server, name="Bo"):
        view = Lookout(server.hub, "room")
        view.look(now=0)
        for text in "12345":
            await ada.send(text)
            await ada.frame(MSG, msg=text)
        seen = view.look(now=1)

    assert [spoken.text for spoken in seen.said] == ["4", "5"]
    assert (seen.messages, seen.passed_over, seen.more) == (5, 3, 1)


@pytest.mark.parametrize("room", ["room", "never"])
async def test_a_room_that_nobody_is_in_is_empty(room):
    """One that was never opened, too."""
    async with serving() as server:
        assert Lookout(server.hub, room).look(now=0) == lookout.View()
