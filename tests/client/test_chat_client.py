"""ChatClient: what it promises to its caller, against the real server, and against one that follows a script."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import threading
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

import chatlib
from chatlib import ChatClient, wire
from chatlib.chaos import Proxy
from chatlib.client import backoff, lifecycle
from chatlib.errors import NotDelivered
from chatlib.machine import cells
from chatlib.server.ownership import Server
from chatlib.transcript import (
    Added,
    ConnectionStatus,
    Discarded,
    Dropped,
    Failed,
    Gap,
    Message,
    Notice,
    Reset,
    TypingSeen,
)
from tests.support.chat_fakes import (
    SECONDS,
    TIME,
    Guest,
    Join,
    Watch,
    enter,
    leave,
    msg,
    placed,
    rename,
    stage,
    texts,
    within,
)
from tests.support.places import ROOT
from tests.support.waiting import background_busy

# Sending ------------------------------------------------------------------------------------------------------------


async def test_send_returns_at_once_with_the_id_of_a_message_that_is_sending(join: Join) -> None:
    """Nothing is connected yet, and the message is in the transcript already."""
    with background_busy():
        client = join(name="Ada")
        id_ = client.send("hi")
        message = client.messages[-1]
    assert (message.id, message.msg, message.state, message.seq, message.own) == (id_, "hi", "sending", None, True)
    delivered = await client.delivered(id_)
    assert (delivered.id, delivered.state, delivered.user) == (id_, "delivered", "Ada")
    assert delivered.seq is not None


async def test_send_works_from_a_cell_a_thread_and_a_listener(join: Join) -> None:
    """A listener runs on the background loop, a widget's callback on any thread."""
    client = join()
    await client.joined()
    watch = Watch(client)

    def answer(event: object) -> None:
        if isinstance(event, Added) and isinstance(event.entry, Message) and event.entry.msg == "from a thread":
            client.send("from a listener")

    client.subscribe(answer)
    client.send("from a cell")
    thread = threading.Thread(target=client.send, args=("from a thread",))
    thread.start()
    thread.join()
    await watch.until(lambda: [m.state for m in client.messages] == ["delivered"] * 3)
    assert texts(client) == ["from a cell", "from a thread", "from a listener"]


@pytest.mark.parametrize("text", [None, b"hi", 7, ["hi"]])
async def test_only_a_str_can_be_sent(join: Join, text: object) -> None:
    """Misuse raises at once, and says what came."""
    client = join()
    with pytest.raises(TypeError, match="None" if text is None else type(text).__name__):
        client.send(text)  # type: ignore[arg-type]
    assert client.messages == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"url": None}, "url is a string, such as server.chat_url, not None"),
        ({"url": object()}, "url is a string, such as server.chat_url, not of type object"),
        ({"room": 5}, "room is a string, not of type int"),
        ({"name": None}, "name is a string, not None"),
        ({"name": b"Ada"}, "name is a string, not of type bytes"),
        ({"ping": "20"}, "ping is a number of seconds, not of type str"),
        ({"ping": None}, "ping is a number of seconds, not None"),
        ({"ping": True}, "ping is a number of seconds, not of type bool"),
        ({"ping": -1}, "ping is a number of seconds, 0 or more, not -1"),
        ({"ping": float("nan")}, "ping is a number of seconds, 0 or more, not nan"),
        ({"ping": float("inf")}, "ping is a number of seconds, 0 or more, not inf"),
    ],
)
async def test_misuse_of_the_constructor_raises_at_the_call(arguments: dict[str, object], said: str) -> None:
    """In words: what it is for, and what came; nobody enters a room."""
    with pytest.raises((TypeError, ValueError)) as caught:
        ChatClient(**{"url": "ws://127.0.0.1:1", **arguments})  # type: ignore[arg-type]
    assert str(caught.value) == said


async def test_misuse_of_a_method_raises_at_the_call(join: Join) -> None:
    """Nothing is left to fail later, on the background loop, where nobody looks."""
    client: Any = join()
    for wrong in (None, 5, ["id"]):
        with pytest.raises(TypeError, match="a message's id"):
            client.resend(wrong)
        with pytest.raises(TypeError, match="a message's id"):
            client.discard(wrong)
        with pytest.raises(TypeError, match="a message's id"):
            client.sightings(wrong)
        with pytest.raises(TypeError, match="a message's id"):
            await client.delivered(wrong)
        with pytest.raises(TypeError, match="name is a string"):
            client.rename(wrong)
        with pytest.raises(TypeError, match="a subscriber is a function"):
            client.subscribe(wrong, replay=True)
        with pytest.raises(TypeError, match="a condition is a function"):
            await client.until(wrong)
    with pytest.raises(TypeError, match="a subscriber is a plain function, not async def"):
        client.subscribe(test_misuse_of_a_method_raises_at_the_call)
    with pytest.raises(TypeError, match="a condition is a plain function, not async def"):
        await client.until(test_misuse_of_a_method_raises_at_the_call)
    for method in (client.joined, lambda timeout: client.until(list, timeout=timeout)):
        for timeout in ("5", float("nan"), -1):
            with pytest.raises((TypeError, ValueError), match="timeout is a number of seconds"):
                await method(timeout=timeout)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\u200b", "empty"),
        ("x" * 8193, "too-long"),
        ("é" * 4097, "too-long"),
        ("\ud83d", "bad-message"),
    ],
)
async def test_what_no_room_takes_fails_with_the_servers_code(join: Join, text: str, code: str) -> None:
    """Whoever waits for it is told, and what is sent after it is delivered."""
    client = join()
    bad, good = client.send(text), client.send("good")
    with pytest.raises(NotDelivered) as caught:
        await client.delivered(bad)
    assert (caught.value.id, caught.value.code) == (bad, code)
    await client.delivered(good)
    with pytest.raises(NotDelivered, match=code):
        await client.delivered(bad)
    assert [(m.state, m.code) for m in client.messages] == [("failed", code), ("delivered", None)]


async def test_a_message_of_just_the_allowed_length_is_delivered(join: Join) -> None:
    """Every character of it takes six bytes in JSON."""
    client = join()
    assert (await client.delivered(client.send("\x01" * 8191 + "x"))).state == "delivered"


async def test_what_the_server_refuses_by_id_fails_and_can_be_sent_again_by_hand(join: Join) -> None:
    """The message that goes again goes last; the events tell the same order as the transcript."""

    may_place = asyncio.Event()

    async def script(guest: Guest) -> None:
        await guest.welcome()
        first = await guest.said()
        await guest.send(wire.Error("id-taken", "no", TIME, first.id))
        await guest.said()
        assert await guest.said() == first
        await may_place.wait()
        await guest.send(msg(1, first.msg, user="Ada", id=first.id))
        await guest.gone()

    async with stage(script) as fake:
        client = join(fake.url)
        watch = Watch(client)
        id_ = client.send("one")
        await watch.next(Failed, lambda event: event.message.code == "id-taken")
        client.send("two")
        client.resend(id_)
        await watch.until(lambda: texts(client) == ["two", "one"])
        await watch.until(lambda: watch.transcript() == client.transcript)
        assert [m.state for m in client.messages] == ["sending", "sending"]
        may_place.set()
        await client.delivered(id_)
        await watch.until(lambda: watch.transcript() == client.transcript)
        assert [(m.msg, m.state) for m in client.messages] == [("one", "delivered"), ("two", "sending")]


TOO_LONG = {"letters": "x" * 65_000, "chinese": "聊" * 21_800, "escaped": "\x01" * 20_000 + "x", "huge": "x" * 300_000}


@pytest.mark.parametrize("text", TOO_LONG.values(), ids=TOO_LONG)
async def test_a_text_too_long_for_a_frame_fails_before_it_goes(join: Join, text: str) -> None:
    """It is over the limit that WELCOME told: the connection stays, and what is said after it is delivered."""
    client = join()
    await client.joined()
    watch = Watch(client)
    bad = client.send(text)
    await client.delivered(client.send("good"))
    with pytest.raises(NotDelivered, match="too-long"):
        await client.delivered(bad)
    assert watch.of(ConnectionStatus) == []


async def test_what_a_server_without_limits_takes_arrives(join: Join) -> None:
    """Where WELCOME tells no limit, none is made up."""
    with chatlib.serve(port=0, rate=0, max_message=0) as server:
        client = join(server.url)
        for text in TOO_LONG.values():
            assert (await client.delivered(client.send(text))).msg == text


@pytest.mark.parametrize("text", TOO_LONG.values(), ids=TOO_LONG)
async def test_after_close_1009_that_message_has_failed_and_the_others_go_on(join: Join, text: str) -> None:
    """A server that tells no limit, and has one for frames: one connection ends, and not one after the other."""

    async def script(guest: Guest) -> None:
        await guest.welcome(limits=wire.LimitsNotice(0, 0, 0))
        for number in count(len(fake.guests) * 100):
            said = await guest.said()
            await guest.send(msg(number, said.msg, user="Ada", id=said.id))

    async with stage(script, frame_bytes=2**15) as fake:
        client = join(fake.url)
        ids = [client.send(each) for each in ("before", text, "after")]
        assert [(await within(client.delivered(ids[place]))).msg for place in (0, 2)] == ["before", "after"]
        with pytest.raises(NotDelivered, match="too-long"):
            await within(client.delivered(ids[1]))
        assert len(fake.guests) == 2


@pytest.mark.parametrize(("first", "expected"), [(100.0, [100.0, 200.0, 400.0, 800.0]), (1e-9, [1e-9] * 4)])
async def test_only_a_welcome_that_lasts_begins_the_waits_anew(
    join: Join, monkeypatch: pytest.MonkeyPatch, first: float, expected: list[float]
) -> None:
    """As long as the wait before it; whatever ends one connection after the other, the attempts become fewer."""
    drawn: list[float] = []
    bounds: list[float] = []

    def no_wait(low: float, high: float) -> float:
        drawn.append(high)
        return 0

    class Watched(backoff.Backoff):
        def next(self, *, lasted: float = 0) -> float:
            seconds = super().next(lasted=lasted)
            bounds.append(drawn[-1])  # its own: a client of another test may still be on its way out
            return seconds

    monkeypatch.setattr(lifecycle, "Backoff", Watched)
    monkeypatch.setattr(backoff, "FIRST_RETRY_SECONDS", first)
    monkeypatch.setattr(backoff, "SOON_RETRY_SECONDS", 10_000.0)
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=no_wait))

    async def short(guest: Guest) -> None:
        await guest.welcome()
        await guest.said()  # so that the welcome has lasted for a moment, however busy the machine is
        await guest.drop()

    async with stage(short) as fake:
        client = join(fake.url)
        client.send("never placed, and so sent behind each welcome")
        await Watch(client).until(lambda: len(bounds) > len(expected))
        client.close()
    assert bounds[: len(expected)] == expected


async def test_a_failed_message_can_be_taken_back(join: Join) -> None:
    """Its text is handed out, once; any other message stays as it is."""
    client = join()
    bad, good = client.send(" "), client.send("good")
    await client.delivered(good)
    watch = Watch(client)
    assert [client.discard(id_) for id_ in (bad, bad, good, "nobody's")] == [" ", None, None, None]
    assert texts(client) == ["good"]
    assert (await watch.next(Discarded)).message.id == bad
    await watch.until(lambda: watch.transcript() == client.transcript)
    with pytest.raises(KeyError):
        await client.delivered(bad)


async def test_a_failed_message_keeps_its_place_in_time(join: Join) -> None:
    """What is said later comes after it; sent again, it goes last."""

    async def script(guest: Guest) -> None:
        await guest.welcome()
        first = await guest.said()
        await guest.send(msg(1, "before"), wire.Error("from later on", "no", TIME, first.id), msg(2, "after"))
        again = await guest.said()
        assert again == first
        await guest.send(msg(3, again.msg, user="Ada", id=again.id))
        await guest.gone()

    async with stage(script) as fake:
        client = join(fake.url)
        watch = Watch(client)
        id_ = client.send("mine")
        await watch.until(lambda: texts(client) == ["before", "mine", "after"])
        assert client.messages[1].retryable
        client.resend(id_)
        await client.delivered(id_)
        assert texts(client) == ["before", "after", "mine"]
        await watch.until(lambda: watch.transcript() == client.transcript)


async def test_a_caller_may_bring_the_messages_id(join: Join) -> None:
    """A page mints it before the kernel has heard of the message; the room's answer carries it."""
    client = join()
    assert client.send("hi", id="from the page") == "from the page"
    delivered = await client.delivered("from the page")
    assert (delivered.msg, delivered.state) == ("hi", "delivered")


async def test_the_same_id_twice_is_one_message(join: Join) -> None:
    """Pending or delivered: it is sent once, whoever may say it again."""
    client = join()
    for _ in range(2):
        assert client.send("hi", id="once") == "once"
    assert texts(client) == ["hi"]
    await client.delivered("once")
    client.send("other words", id="once")
    await client.delivered(client.send("last"))
    assert texts(client) == ["hi", "last"]


@pytest.mark.parametrize("id_", ["", "x" * 65, "a\nb", 7, b"id"])
async def test_what_is_no_id_raises_at_once(join: Join, id_: object) -> None:
    """Misuse is not left for the server to find."""
    client = join()
    with pytest.raises(ValueError, match="1 to 64 printable"):
        client.send("hi", id=id_)  # type: ignore[arg-type]
    assert client.messages == []


async def test_resend_leaves_other_messages_alone(join: Join) -> None:
    """Neither a delivered message nor an unknown id is sent."""
    client = join()
    id_ = client.send("once")
    await client.delivered(id_)
    client.resend(id_)
    client.resend("nobody's")
    await client.delivered(client.send("last"))
    assert texts(client) == ["once", "last"]


async def test_typing_is_throttled(join: Join) -> None:
    """A hundred keys are one frame; nobody is told of one's own typing."""
    frames: list[wire.ClientFrame] = []

    async def script(guest: Guest) -> None:
        await guest.welcome()
        while not (frames and isinstance(frames[-1], wire.Say)):
            frames.append(await guest.receive())
        await guest.send(wire.Typing("Bo", TIME, "Bo is typing"))
        await guest.gone()

    async with stage(script) as fake:
        client = join(fake.url)
        watch = Watch(client)
        await client.joined()
        for _ in range(100):
            client.typing()
        client.send("done")
        assert (await watch.next(TypingSeen)).user == "Bo"
        assert [type(frame) for frame in frames] == [wire.IsTyping, wire.Say]


# Getting in -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["", "a/b", "x" * 65, "a\nb"])
async def test_a_room_that_cannot_be_one_raises_at_once(server: Server, room: str) -> None:
    with pytest.raises(ValueError, match="room"):
        ChatClient(server.url, room=room)


@pytest.mark.parametrize("name", ["\ud800", "A" * 20_000, "\u202eAda", "Ada\r\nHost: evil", "名前 & =?#"])
async def test_any_name_joins(join: Join, name: str) -> None:
    """The room gives a name like the one asked for, or its own."""
    client = join(name=name)
    await client.joined()
    assert client.people == (client.name,)


@pytest.mark.parametrize("room", ["lobby", "Zürich 你好", "100% &+;=@%41"])
async def test_any_rooms_name_is_quoted(join: Join, room: str) -> None:
    """Two who say the same room meet there."""
    ada, bo = join(room=room), join(room=room)
    await asyncio.gather(ada.joined(), bo.joined())
    id_ = ada.send("hi")
    await Watch(bo).until(lambda: [m.id for m in bo.messages] == [id_])


async def test_rooms_that_look_alike_are_one(join: Join) -> None:
    """Composed or not, with a space too many, or with what nobody sees."""
    rooms = ["café", "cafe\u0301", " café\u3000", "ca\u200bfé"]
    people = [join(room=room) for room in rooms]
    await asyncio.gather(*(each.joined() for each in people))

    assert {each.room for each in people} == {"café"}
    await people[0].until(lambda: len(people[0].people) == len(rooms), timeout=SECONDS)


@pytest.mark.parametrize("room", ["a?b", "a#b", "a/b", "a\\b", ".", "..", "a\n", "", "\u200b"])
def test_a_room_that_would_be_lost_on_the_way_is_refused(room: str) -> None:
    """At the call, and not by landing in another one."""
    with pytest.raises(ValueError, match="a room's name has"):
        ChatClient("ws://127.0.0.1:1", room=room)


BEFORE = "2025-12-31T23:59:59.999Z"  # another time than that of the welcome


# Names and people ---------------------------------------------------------------------------------------------------


async def test_rename_while_here_and_while_away(join: Join, server: Server) -> None:
    """A wish made offline is granted at the next welcome."""
    ada, bo = join(name="Ada"), join(name="Bo")
    await ada.joined()
    await bo.joined()
    watch, others = Watch(ada), Watch(bo)
    ada.rename("Bo")
    await watch.until(lambda: ada.name == "Bo (2)")
    await others.until(lambda: "Bo (2)" in bo.people)
    assert set(bo.people) == {"Bo", "Bo (2)"}
    with Proxy("127.0.0.1", server.port) as proxy:
        cy = join(proxy.url, name="Cy")
        await cy.joined()
        proxy.refuse()
        proxy.cut()
        watch = Watch(cy)
        await watch.until(lambda: cy.state == "CLOSED")
        cy.rename("Cyan")
        proxy.heal()
        await watch.until(lambda: cy.name == "Cyan")
        await others.until(lambda: "Cyan" in bo.people and "Cy" not in bo.people)


async def test_a_name_that_got_lost_on_its_way_is_asked_for_again(join: Join) -> None:
    """The connection ended before the room had answered; then it was refused for coming too fast."""

    async def first(guest: Guest) -> None:
        await guest.welcome()
        assert await guest.receive() == wire.ChangeName("Grace")
        await guest.drop()

    async def second(guest: Guest) -> None:
        assert guest.query["name"] == "Grace"
        await guest.welcome()
        assert await guest.receive() == wire.ChangeName("Grace")
        await guest.send(wire.Error("rate-limited", "slower", TIME, retry_after=0.01))
        assert await guest.receive() == wire.ChangeName("Grace")
        await guest.send(rename(1, "Ada", "Grace"))
        await guest.gone()

    async with stage(first, second) as fake:
        client = join(fake.url, name="Ada")
        await client.joined()
        client.rename("Grace")
        await client.until(lambda: "Grace" in client.people, timeout=SECONDS)
        assert client.name == "Grace"


async def test_a_name_of_half_a_character_is_no_trouble(join: Join) -> None:
    """Neither now nor at the next connection."""
    client = join(name="Ada")
    await client.joined()
    client.rename("B\ud800o")
    await Watch(client).until(lambda: client.name == "Bo")


async def test_people_are_right_after_enters_and_leaves_were_missed(join: Join, server: Server) -> None:
    """And the transcript tells all of it, in the same order as to one who was there all the time."""
    with Proxy("127.0.0.1", server.port) as proxy:
        witness, bo = join(name="Witness"), join(name="Bo")
        await witness.joined()
        await bo.joined()
        ada = join(proxy.url, name="Ada")
        await ada.joined()
        proxy.refuse()
        proxy.cut()
        bo.rename("Cy")
        bo.send("while you were away")
        seen = Watch(witness)
        await seen.until(lambda: "while you were away" in texts(witness))
        bo.close()
        dee = join(name="Bo")
        await dee.joined()
        await seen.until(lambda: "Bo" in witness.people)
        proxy.heal()
        watch = Watch(ada)
        await watch.until(lambda: placed(ada)[-1] == placed(witness)[-1])
        assert set(ada.people) == set(witness.people) == {"Witness", "Ada", "Bo"}
        since = next(n for n, entry in enumerate(placed(witness)) if isinstance(entry, Notice) and entry.user == "Ada")
        seen_by_ada = [e for e in placed(ada) if isinstance(e, Notice)]
        assert seen_by_ada == [e for e in placed(witness)[since:] if isinstance(e, Notice)]


async def test_people_and_own_name_are_right_after_names_changed_hands_unseen(join: Join) -> None:
    """WELCOME tells the state now; what was missed must not be applied on top of it once more."""

    async def first(guest: Guest) -> None:
        await guest.welcome(users=("Ada", "Bo", "Eve"))
        await guest.send(enter(3, "Ada"))
        await guest.drop()

    async def second(guest: Guest) -> None:
        assert guest.query["since"] == "e-3"
        await guest.welcome(user="Bo", users=("Bo", "Cy", "Eve"))
        await guest.send(rename(4, "Bo", "Cy"), rename(5, "Ada", "Bo"), msg(6, "all told"))
        await guest.gone()

    async with stage(first, second) as fake:
        client = join(fake.url, name="Ada")
        await Watch(client).until(lambda: texts(client) == ["all told"])
        assert sorted(client.people) == ["Bo", "Cy", "Eve"]
        assert client.name == "Bo"


@pytest.mark.parametrize(
    ("given", "missed"),
    [
        ("Ada (2)", (enter(3, "Ada", at=BEFORE), enter(4, "Ada (2)"), rename(5, "Ada", "Zed"))),
        ("Ada", (enter(3, "Ada", at=BEFORE), rename(4, "Ada", "Zed"), enter(5, "Ada"))),
    ],
)
async def test_own_name_is_ours_whoever_had_it_meanwhile(
    join: Join, given: str, missed: tuple[wire.ServerFrame, ...]
) -> None:
    """Our seat was given up unseen, and somebody else took our name: we are who we came back as."""

    async def first(guest: Guest) -> None:
        await guest.welcome(users=("Ada",))
        await guest.send(enter(1, "Ada"))
        await guest.drop()

    async def second(guest: Guest) -> None:
        await guest.welcome(user=given, users=("Zed", given))
        await guest.send(leave(2, "Ada"), *missed, msg(6, "end"))
        await guest.gone()

    async with stage(first, second) as fake:
        client = join(fake.url, name="Ada")
        await Watch(client).until(lambda: texts(client) == ["end"])
        assert sorted(client.people) == sorted([given, "Zed"])
        assert client.name == given


# Coming back --------------------------------------------------------------------------------------------------------


async def test_a_blink_is_not_announced_and_doubles_nothing(join: Join, server: Server) -> None:
    """The seat is taken back: the others see neither LEAVE nor ENTER, and what was missed is fetched."""
    with Proxy("127.0.0.1", server.port) as proxy:
        witness = join(name="Witness")
        await witness.joined()
        ada = join(proxy.url, name="Ada")
        await ada.delivered(ada.send("one"))
        watch = Watch(ada)
        proxy.refuse()
        proxy.cut()
        await watch.state("CLOSED")
        mine = ada.send("three")
        await witness.delivered(witness.send("two"))
        proxy.heal()
        await ada.delivered(mine)
        assert texts(ada) == ["one", "two", "three"]
        await Watch(witness).until(lambda: texts(witness) == texts(ada))
        notices = [entry.user for entry in witness.transcript if isinstance(entry, Notice)]
        assert notices == ["Witness", "Ada"]
        assert [message.seq for message in ada.messages] == [message.seq for message in witness.messages]
        assert not any(isinstance(entry, Gap) for entry in ada.transcript)


async def test_what_was_seen_is_dropped_and_what_is_unacknowledged_is_sent_again(join: Join) -> None:
    """``since`` is the last seq seen; the outbox goes again in order, under the same ids."""
    sent: list[wire.Say] = []

    async def first(guest: Guest) -> None:
        await guest.welcome()
        await guest.send(enter(1, "Ada"), msg(2, "old"))
        sent.extend([await guest.said(), await guest.said()])
        await guest.drop()

    async def second(guest: Guest) -> None:
        assert guest.query["since"] == "e-2"
        assert guest.query["client"] == fake.guests[0].query["client"]
        assert 16 <= len(guest.query["client"]) <= 64
        await guest.welcome()
        await guest.send(msg(1, "old"), msg(2, "old"), msg(3, sent[0].msg, user="Ada", id=sent[0].id))
        assert [await guest.said(), await guest.said()] == sent
        await guest.send(msg(3, sent[0].msg, user="Ada", id=sent[0].id))
        await guest.send(msg(4, sent[1].msg, user="Ada", id=sent[1].id))
        await guest.gone()

    async with stage(first, second) as fake:
        client = join(fake.url)
        client.send("a")
        await within(client.delivered(client.send("b")))
        assert texts(client) == ["old", "a", "b"]


async def test_an_acknowledgement_from_before_the_history_still_counts(join: Join) -> None:
    """The message was placed, then our first connection ended with no seq seen, and history no longer reaches back."""

    async def first(guest: Guest) -> None:
        await guest.welcome()
        await guest.said()
        await guest.drop()

    async def second(guest: Guest) -> None:
        assert "since" not in guest.query
        await guest.welcome(history=(msg(300, "later"),))
        say = await guest.said()
        await guest.send(msg(7, say.msg, user="Ada", id=say.id))
        await guest.send(msg(300, "later"), msg(301, "last"))
        await guest.gone()

    async with stage(first, second) as fake:
        client = join(fake.url)
        await within(client.delivered(client.send("mine")))
        await Watch(client).until(lambda: "last" in texts(client))
        assert sorted(texts(client)) == ["last", "later", "mine"]


@pytest.mark.parametrize(("missed", "history"), [(7, ()), (None, (msg(5, "kept", epoch="f"),))])
async def test_what_is_no_longer_kept_is_a_gap(join: Join, missed: int | None, history: tuple[wire.Msg, ...]) -> None:
    """It stands where the missing ones would; None when the server cannot tell how many."""

    async def first(guest: Guest) -> None:
        await guest.welcome()
        await guest.send(enter(1, "Ada"), msg(2, "before"))
        await guest.drop()

    async def second(guest: Guest) -> None:
        await guest.welcome(missed=missed, history=history)
        epoch = "f" if missed is None else "e"
        await guest.send(msg(10, "after", epoch=epoch))
        await guest.gone()

    async with stage(first, second) as fake:
        client = join(fake.url)
        await Watch(client).until(lambda: "after" in texts(client))
        shown = [entry.missed if isinstance(entry, Gap) else entry.msg for entry in client.transcript]
        assert shown == ["Ada entered the room", "before", missed, *(m.msg for m in history), "after"]


async def test_a_newcomer_knows_how_many_messages_were_said_before(join: Join, server: Server) -> None:
    """What a room's history leaves out is counted; whoever listens later is told it, too."""
    ada = join(name="Ada")
    for number in range(230):
        last = ada.send(str(number))
    await ada.delivered(last)
    bo = join(name="Bo")
    await bo.joined()

    assert (ada.earlier, bo.earlier, len(texts(bo))) == (0, 30, 200)
    await Watch(bo).next(Reset, lambda event: event.earlier == 30)


async def test_a_room_that_forgot_doubles_nothing(join: Join) -> None:
    """Without a journal a resent message is placed anew; whoever saw it before sees it once."""

    async def first(guest: Guest) -> None:
        await guest.welcome()
        await guest.send(enter(1, "Ada"), msg(2, "seen", id="twice"))
        await guest.drop()

    async def second(guest: Guest) -> None:
        await guest.welcome(missed=None)
        await guest.send(enter(1, "Ada", epoch="f"), msg(2, "seen", id="twice", epoch="f"), msg(3, "new", epoch="f"))
        await guest.gone()

    async with stage(first, second) as fake:
        client = join(fake.url)
        await Watch(client).until(lambda: "new" in texts(client))
        assert texts(client) == ["seen", "new"]


# Listeners and the transcript ---------------------------------------------------------------------------------------


async def test_two_clients_in_one_kernel_are_two_people(join: Join) -> None:
    """The same name is given once."""
    first, second = join(name="Ada"), join(name="Ada")
    await first.joined()
    await second.joined()
    assert {first.name, second.name} == {"Ada", "Ada (2)"}
    id_ = first.send("hi")
    await Watch(second).until(lambda: [m.id for m in second.messages] == [id_])
    assert (first.messages[0].own, second.messages[0].own) == (True, False)


async def test_until_waits_for_whatever_can_be_read_off_a_client(join: Join) -> None:
    """On any loop, with the condition's own answer; who is here, what was said, how the connection stands."""
    ada, bo = join(name="Ada"), join(name="Bo")
    assert await ada.until(lambda: len(ada.people) == 2 and ada.people, timeout=SECONDS) == ada.people
    bo.send("hi")

    async def elsewhere() -> list[Message]:
        return await ada.until(lambda: [m for m in ada.messages if m.msg == "hi"], timeout=SECONDS)

    (heard,) = await asyncio.to_thread(asyncio.run, elsewhere())
    assert heard.user == "Bo"
    bo.close()
    await bo.until(lambda: bo.state == "CLOSED", timeout=SECONDS)
    with pytest.raises(TimeoutError):
        await ada.until(lambda: False, timeout=0.01)


async def test_beyond_its_limit_the_transcript_drops_the_oldest(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how many; one who waits for a dropped message is not left waiting."""
    client = join()
    client._presence.transcript.kept = 10
    await client.joined()
    watch = Watch(client)
    ids = [client.send(f"{number}") for number in range(30)]
    await client.delivered(ids[-1])
    assert texts(client) == [f"{number}" for number in range(20, 30)]
    assert client.dropped == 21  # twenty messages, and the notice of our own entering
    await watch.next(Dropped, lambda event: event.count == 21)
    assert watch.transcript() == client.transcript
    with pytest.raises(KeyError):
        await client.delivered(ids[0])


async def test_repr_tells_who_where_and_how_it_stands(join: Join, server: Server) -> None:
    """It is what a learner sees of a client."""
    client = join(name="Ada")
    await client.delivered(client.send("hi"))
    assert repr(client) == f"<ChatClient Ada in lobby at {server.url} OPEN, 1 messages, 0 of them sending>"


# Other processes ----------------------------------------------------------------------------------------------------


def run_python(program: str, *arguments: str) -> str:
    """Run a program in a process of its own; return what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


async def test_without_ipython_and_after_nest_asyncio(server: Server) -> None:
    """The patched loop may be applied before, and in the middle."""
    program = """
        import asyncio, sys
        sys.modules["IPython"] = None
        import chatlib, nest_asyncio

        async def main():
            room = chatlib.ChatClient(sys.argv[1], name="Ada")
            await room.joined()
            nest_asyncio.apply()
            asyncio.run(room.delivered(room.send("nested")))
            other = chatlib.ChatClient(sys.argv[1], name="Bo")
            await other.delivered(other.send("after"))
            print(sorted(other.people), [message.msg for message in other.messages])

        asyncio.run(main())
    """
    said = await asyncio.to_thread(run_python, program, server.url)
    assert said == "['Ada', 'Bo'] ['nested', 'after']\n"


async def test_the_end_of_the_process_gives_up_the_seat_at_once(join: Join) -> None:
    """A kernel that is shut down says 1001: the others see one LEAVE, and nobody come back."""
    witness = join(name="Witness")
    await witness.joined()
    program = """
        import asyncio, sys, chatlib
        from chatlib import background
        background.at_exit(lambda: asyncio.sleep(0.2))  # a server of this kernel that takes its time to stop
        room = chatlib.ChatClient(sys.argv[1], name="Ada")
        asyncio.run(room.joined())
    """
    watch = Watch(witness)
    await asyncio.to_thread(run_python, program, witness.url)
    await watch.until(lambda: any(isinstance(e, Notice) and e.kind == "leave" for e in witness.transcript))
    await witness.delivered(witness.send("alone again"))
    notices = [(entry.kind, entry.user) for entry in witness.transcript if isinstance(entry, Notice)]
    assert notices == [("enter", "Witness"), ("enter", "Ada"), ("leave", "Ada")]


async def test_of_several_called_alike_each_comes_again_as_the_one_that_it_was(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that makes two Adas and is run again has the same two, and not whoever is the quicker."""
    clients = [join(name="Ada"), join(name="Ada")]
    for client in clients:
        await client.joined()
    (old,) = (client for client in clients if client.name == "Ada (2)")
    monkeypatch.setattr(cells, "enter", lambda resident, kind: old._presence)
    monkeypatch.setattr(cells, "may_be_added_to", lambda resident: False)
    again = join(name="Ada")
    assert again.name == "Ada (2)"  # what it asks for
    monkeypatch.undo()
    await again.joined()
    assert again.name == "Ada (2)"
