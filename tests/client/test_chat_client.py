"""ChatClient: what it promises to its caller, against the real server, and against one that follows a script."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace

import pytest

import chatlib
from chatlib import ChatClient, background, wire
from chatlib.chaos import Proxy
from chatlib.client import backoff, lifecycle, line
from chatlib.errors import JoinError, NotDelivered
from chatlib.machine import health
from chatlib.server.chat_server import ChatServer
from chatlib.server.ownership import Server
from chatlib.transcript import (
    Added,
    Changed,
    ConnectionStatus,
    Dropped,
    Entry,
    Gap,
    Message,
    Notice,
    People,
    Rejected,
    Reset,
    TypingSeen,
)
from tests.support.chat_fakes import SECONDS, TIME, Guest, Watch, enter, leave, msg, rename, stage
from tests.support.lab import ROOT, free_port

Join = Callable[..., ChatClient]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server without a rate limit."""
    with chatlib.serve(port=0, rate=0) as server:
        yield server


@pytest.fixture
def join(server: Server) -> Iterator[Join]:
    """How to make a client: of ``server``, or of another URL; it is closed when the test ends."""
    made: list[ChatClient] = []

    def join(url: str | None = None, **options: object) -> ChatClient:
        client = ChatClient(url or server.url, **options)  # type: ignore[arg-type]
        made.append(client)
        return client

    yield join
    for client in made:
        client.close()


def texts(client: ChatClient) -> list[str]:
    return [message.msg for message in client.messages]


def placed(client: ChatClient) -> list[Entry]:
    return [entry for entry in client.transcript if not (isinstance(entry, Message) and entry.state != "delivered")]


async def within(awaitable: Awaitable[object], seconds: float = SECONDS) -> object:
    async with asyncio.timeout(seconds):
        return await awaitable


# Sending ------------------------------------------------------------------------------------------------------------


async def test_send_returns_at_once_with_the_id_of_a_message_that_is_sending(join: Join) -> None:
    """Nothing is connected yet, and the message is in the transcript already."""
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
    with pytest.raises(TypeError, match=type(text).__name__):
        client.send(text)  # type: ignore[arg-type]
    assert client.messages == []


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
    assert [(m.state, m.code) for m in client.messages] == [("delivered", None), ("failed", code)]


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
        await watch.next(Changed, lambda event: event.message.code == "id-taken")
        client.send("two")
        client.resend(id_)
        await watch.until(lambda: texts(client) == ["two", "one"])
        await watch.until(lambda: watch.transcript() == client.transcript)
        assert [m.state for m in client.messages] == ["sending", "sending"]
        may_place.set()
        await client.delivered(id_)
        await watch.until(lambda: watch.transcript() == client.transcript)
        assert [(m.msg, m.state) for m in client.messages] == [("one", "delivered"), ("two", "sending")]


async def test_resend_leaves_other_messages_alone(join: Join) -> None:
    """Neither a delivered message nor an unknown id is sent."""
    client = join()
    id_ = client.send("once")
    await client.delivered(id_)
    client.resend(id_)
    client.resend("nobody's")
    await client.delivered(client.send("last"))
    assert texts(client) == ["once", "last"]


async def test_five_hundred_pasted_lines_arrive_in_order_and_none_fails(join: Join) -> None:
    """The client keeps below what WELCOME said, so the server never refuses."""
    with chatlib.serve(port=0, rate=500) as limited:
        client = join(limited.url)
        watch = Watch(client)
        lines = [f"line {number}" for number in range(500)]
        ids = [client.send(line) for line in lines]
        await within(client.delivered(ids[-1]), 8)
        assert texts(client) == lines
        assert not [event for event in watch.of(Changed) if event.message.state == "failed"]
        assert not watch.of(Rejected)


async def test_rate_limited_waits_and_sends_again_in_order(join: Join) -> None:
    """Nothing fails: whatever was refused goes again after retry_after, and nothing overtakes it."""
    refused_at = []
    came: list[str] = []

    async def script(guest: Guest) -> None:
        await guest.welcome(limits=wire.LimitsNotice(1000, 1000, 8192))
        await guest.send(msg(1, (await guest.said()).msg, user="Ada", id="other"))
        for _ in range(4):
            await guest.send(wire.Error("rate-limited", "slower", TIME, (await guest.said()).id, 0.2))
        refused_at.append(time.monotonic())
        for number in range(2, 7):
            say = await guest.said()
            came.append(say.msg)
            refused_at.append(time.monotonic())
            await guest.send(msg(number, say.msg, user="Ada", id=say.id))
        await guest.gone()

    async with stage(script) as fake:
        client = join(fake.url)
        watch = Watch(client)
        await client.joined()
        ids = [client.send(f"{number}") for number in range(5)]
        await within(client.delivered(ids[-1]))
        assert came == ["0", "1", "2", "3", "4"]
        assert refused_at[1] - refused_at[0] > 0.19
        assert not [event for event in watch.of(Changed) if event.message.state == "failed"]
        assert {event.retry_after for event in watch.of(Rejected)} == {0.2}


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


# Waiting ------------------------------------------------------------------------------------------------------------


async def test_joined_and_delivered_can_be_awaited_on_any_loop(join: Join) -> None:
    """Two loops, neither the background one."""
    client = join()

    async def elsewhere() -> Message:
        await client.joined()
        return await client.delivered(client.send("from another loop"))

    message = await asyncio.to_thread(asyncio.run, elsewhere())
    assert message.msg == "from another loop"
    assert await client.delivered(message.id) == message
    assert await asyncio.wrap_future(background.submit(client.delivered(message.id))) == message


async def test_delivered_of_an_id_that_was_never_sent_is_a_key_error(join: Join) -> None:
    """Waiting for it would be waiting for ever."""
    with pytest.raises(KeyError, match="nobody"):
        await join().delivered("nobody's")


async def test_after_close_everything_answers_at_once(join: Join) -> None:
    """What was delivered stays so; what is sent now fails; joined() says why there is no joining."""
    client = join()
    early = client.send("early")
    await client.delivered(early)
    watch = Watch(client)
    client.close()
    await watch.closed()
    late = client.send("late")
    with pytest.raises(NotDelivered, match="closed"):
        await within(client.delivered(late), 1)
    with pytest.raises(JoinError, match="closed"):
        await within(client.joined(), 1)
    assert (await within(client.delivered(early), 1)) is not None
    assert [(m.msg, m.state) for m in client.messages] == [("early", "delivered"), ("late", "failed")]


async def test_a_cancelled_wait_disturbs_nobody(join: Join) -> None:
    """Another waits for the same message, and gets it."""
    client = join()
    id_ = client.send("hi")
    impatient = asyncio.ensure_future(client.delivered(id_))
    patient = asyncio.ensure_future(client.delivered(id_))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await within(patient)) is not None


# Not getting in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:3000", "ftp://127.0.0.1", "ws://", "ws://host:notaport", "ws://[::1", "/chat?passcode=sesame"],
)
async def test_a_url_that_is_none_raises_at_once(url: str) -> None:
    """And the text does not show its passcode."""
    with pytest.raises(ValueError, match="URL") as caught:
        ChatClient(url)
    assert "sesame" not in str(caught.value)


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


@pytest.mark.parametrize("room", ["lobby", "Zürich 你好", "100% ?&#+"])
async def test_any_rooms_name_is_quoted(join: Join, room: str) -> None:
    """Two who say the same room meet there."""
    ada, bo = join(room=room), join(room=room)
    await asyncio.gather(ada.joined(), bo.joined())
    id_ = ada.send("hi")
    await Watch(bo).until(lambda: [m.id for m in bo.messages] == [id_])


async def test_no_server_says_what_to_do_and_not_the_passcode(join: Join) -> None:
    """The attempts go on: once a server is there, the client is in."""
    port = free_port()
    url = f"ws://127.0.0.1:{port}/?passcode=sesame&x="
    client = join(url)
    watch = Watch(client)
    shut = await watch.state("CLOSED")
    with pytest.raises(JoinError) as caught:
        await client.joined(timeout=0.05)
    for text in (str(caught.value), shut.text, repr(client), client.shown_url):
        assert "sesame" not in text
        assert f"127.0.0.1:{port}" in text
    assert "What to do" in str(caught.value)
    assert shut.retry_in is not None
    with chatlib.serve(port=port, passcode="sesame", rate=0) as late:
        await client.joined()
        assert late.owner


async def test_a_wrong_passcode_ends_it_and_says_so(join: Join) -> None:
    """A second attempt could not go better; the right one comes in."""
    with chatlib.serve(port=0, passcode="sesame") as locked:
        client = join(locked.url + "/?passcode=secret")
        with pytest.raises(JoinError, match="wants its passcode") as caught:
            await client.joined()
        assert "secret" not in str(caught.value)
        assert client.state == "CLOSED"
        await join(locked.chat_url).joined()


@pytest.mark.parametrize(("status", "is_final"), [(401, True), (403, True), (404, True), (429, False), (503, False)])
async def test_a_refusal_is_shown_and_final_unless_it_may_pass(join: Join, status: int, is_final: bool) -> None:
    """The server's own words are in the text, even where it echoes the URL, but no secret of it is."""
    async with stage(refusal=(status, "because /?passcode=sesame")) as fake:
        client = join(fake.url + "/?passcode=sesame")
        watch = Watch(client)
        shut = await watch.state("CLOSED")
        assert (shut.retry_in is None) is is_final
        assert "sesame" not in shut.text
        assert "passcode" in shut.text if status == 401 else f"HTTP {status}: because" in shut.text


async def drop_before_welcome(guest: Guest) -> None:
    await guest.drop()


@pytest.mark.parametrize(
    ("health", "said", "is_final"),
    [
        ((200, '{"service": "chatlib", "version": "0.1.0", "protocol": 1}'), "wants its passcode", True),
        ((403, "Host 'x' is not this machine"), "not this machine", True),
        ((200, "<html>Grafana</html>"), "no chat server", True),
        ((502, "nothing listens on that port"), "nothing listens", False),
        ((200, '{"service": "chatlib", "version": "0.1.0", "protocol": 1, "rooms": 1}'), "before its welcome", False),
    ],
)
async def test_a_proxy_that_opens_and_then_drops_does_not_hide_why(
    health: tuple[int, str], said: str, is_final: bool
) -> None:
    """Proxies swallow the refusal behind them; ``/healthz`` goes through."""
    async with stage(drop_before_welcome, health=health) as fake:
        client = ChatClient(fake.url)
        shut = await Watch(client).state("CLOSED")
        assert said in shut.text
        assert (shut.retry_in is None) is is_final
        client.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"service": "chat',
    ],
)
async def test_an_answer_that_was_cut_off_is_no_verdict(join: Join, answer: bytes) -> None:
    """What cuts the connection may cut the look-up too: half an answer of ``/healthz`` must not end the client."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer if b"/healthz" in request else b"")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as fake:
        client = join(f"ws://127.0.0.1:{fake.sockets[0].getsockname()[1]}")
        shut = await Watch(client).state("CLOSED")
        assert shut.retry_in is not None


async def test_an_open_connection_without_a_welcome_is_given_up(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy answers pings itself while the server behind it hangs: only WELCOME means joined."""
    monkeypatch.setattr(line, "OPEN_SECONDS", 0.2)
    async with stage(Guest.gone) as fake:
        client = join(fake.url)
        shut = await Watch(client).state("CLOSED")
        assert "welcome" in shut.text


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


async def test_many_renames_keep_below_the_limit_and_the_last_one_counts(join: Join) -> None:
    """Every frame counts at the server, so renames are paced like messages."""
    with chatlib.serve(port=0) as limited:
        client = join(limited.url, name="Ada")
        await client.joined()
        watch = Watch(client)
        for number in range(80):
            client.rename(f"Ada {number}")
        await watch.until(lambda: client.name == "Ada 79")
        assert not watch.of(Rejected)


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
        ("Ada (2)", (enter(3, "Ada", at="before"), enter(4, "Ada (2)"), rename(5, "Ada", "Zed"))),
        ("Ada", (enter(3, "Ada", at="before"), rename(4, "Ada", "Zed"), enter(5, "Ada"))),
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
        await within(client.delivered(client.send("mine")), 5)
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


async def test_a_server_that_restarts_without_memory_gets_what_was_not_acknowledged(join: Join) -> None:
    """``shutdown`` is no reason to stay away; the gap is shown."""
    port = free_port()
    first = ChatServer(port=port)
    background.run(first.start())
    client = join(f"ws://127.0.0.1:{port}", name="Ada")
    await client.delivered(client.send("before"))
    watch = Watch(client)
    await asyncio.to_thread(background.run, first.stop())
    shut = await watch.state("CLOSED")
    assert "shutting down" in shut.text
    id_ = client.send("after")
    second = ChatServer(port=port)
    background.run(second.start())
    try:
        await within(client.delivered(id_))
        assert texts(client) == ["before", "after"]
        assert [entry.missed for entry in client.transcript if isinstance(entry, Gap)] == [None]
    finally:
        client.close()
        await asyncio.to_thread(background.run, second.stop())


async def test_a_seat_that_was_taken_does_not_come_back(join: Join) -> None:
    """Two connections that take each other's seat would do so for ever."""

    async def script(guest: Guest) -> None:
        await guest.welcome()
        await guest.send(wire.Error("seat-taken", "this seat was taken by a newer connection of yours", TIME))
        await guest.connection.close(1008, "seat-taken")

    async with stage(script) as fake:
        client = join(fake.url)
        shut = await Watch(client).closed()
        assert "seat was taken" in shut.text
        assert len(fake.guests) == 1
        with pytest.raises(JoinError, match="seat was taken"):
            await client.joined()


async def test_a_server_that_hangs_is_noticed_and_said_plainly(
    join: Join, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half-open: TCP stays, nothing comes. The keepalive's interval and patience, and not much more, go by."""
    with Proxy("127.0.0.1", server.port) as proxy:
        client = join(proxy.url, ping=0.2)
        await client.joined()
        watch = Watch(client)
        frozen_at = time.monotonic()
        proxy.freeze()
        shut = await watch.state("CLOSED")
        assert 0.2 < time.monotonic() - frozen_at < 1.5
        assert "no answer" in shut.text
        monkeypatch.setattr(line, "OPEN_SECONDS", 0.2)
        monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.2)
        shut = await watch.state("CLOSED")
        assert "no answer for 0.2 s. What to do: restart the kernel" in shut.text
        proxy.thaw()
        await client.joined()


async def test_a_machine_that_slept_reconnects_at_once(
    join: Join, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock jumped, the monotonic one did not: nobody waits for the keepalive."""
    client = join()
    await client.joined()
    watch = Watch(client)
    offset = 0.0
    clock = SimpleNamespace(time=lambda: time.time() + offset, monotonic=time.monotonic)
    monkeypatch.setattr(line, "time", clock)
    await watch.until(lambda: client.state == "OPEN")
    offset = 3600.0
    shut = await watch.state("CLOSED")
    assert "asleep" in shut.text
    await client.joined()


@pytest.mark.parametrize(
    ("takeover_seconds", "expected"),
    [(60, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0]), (0, [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])],
)
async def test_the_attempts_back_off_with_full_jitter(
    join: Join, monkeypatch: pytest.MonkeyPatch, takeover_seconds: float, expected: list[float]
) -> None:
    """The bound doubles up to its cap, which is low while a stand-by may still come; the wait is anywhere below it."""
    bounds: list[float] = []

    def no_wait(low: float, high: float) -> float:
        assert low == 0
        bounds.append(high)
        return 0

    monkeypatch.setattr(backoff, "TAKEOVER_SECONDS", takeover_seconds)
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=no_wait))
    client = join(f"ws://127.0.0.1:{free_port()}")
    await Watch(client).until(lambda: len(bounds) > len(expected))
    assert bounds[: len(expected)] == expected


async def test_frames_that_are_none_cost_nothing(join: Join) -> None:
    """Whatever a server sends: what can be read is taken, the rest is skipped."""

    async def script(guest: Guest) -> None:
        await guest.send(msg(1, "before the welcome"))
        await guest.welcome()
        await guest.send(enter(1, "Ada"))
        junk = ["", "hello", "[]", "7", "{}", '{"type": 2}', '{"type": 99}', '{"type": []}', '{"type": 2, "user": 7}']
        await guest.send(*junk)
        await guest.connection.send(b"\x00\xff")
        bad = '{"type": 2, "user": "Bo", "msg": "x", "id": "1", "seq": 7, "time": ""}'
        await guest.send(bad, bad.replace("7", '"e-one"'), bad.replace("7", "null"))
        await guest.send(msg(2, "good"))
        await guest.gone()

    async with stage(script) as fake:
        client = join(fake.url)
        await Watch(client).until(lambda: "good" in texts(client))
        assert texts(client) == ["good"]
        assert len(fake.guests) == 1


# Closing ------------------------------------------------------------------------------------------------------------


async def test_close_delivers_what_is_pending_and_may_be_called_twice(join: Join) -> None:
    """Even when nothing was connected yet: the message was taken."""
    witness, client = join(), join(name="Ada")
    await witness.joined()
    ids = [client.send(f"{number}") for number in range(20)]
    client.close()
    client.close()
    for id_ in ids:
        await within(client.delivered(id_))
    watch = Watch(witness)
    await watch.until(lambda: "Ada" not in witness.people and len(witness.messages) == 20)
    await Watch(client).until(lambda: client.state == "CLOSED")


async def test_close_says_1000_so_that_the_seat_is_free_at_once(join: Join) -> None:
    """The others see LEAVE without the ten seconds of a held seat."""
    codes = []

    async def script(guest: Guest) -> None:
        await guest.welcome()
        await guest.gone()
        codes.append(guest.connection.close_code)

    async with stage(script) as fake:
        client = join(fake.url)
        await client.joined()
        watch = Watch(client)
        client.close()
        await watch.closed()
        assert [event.state for event in watch.of(ConnectionStatus)] == ["CLOSING", "CLOSED"]
    assert codes == [1000]


async def test_close_is_over_soon_whatever_the_server_does(
    join: Join, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen network: what is pending fails after CLOSE_SECONDS, and nothing hangs."""
    monkeypatch.setattr(lifecycle, "CLOSE_SECONDS", 0.2)
    with Proxy("127.0.0.1", server.port) as proxy:
        client = join(proxy.url)
        await client.joined()
        proxy.freeze()
        id_ = client.send("too late")
        client.close()
        with pytest.raises(NotDelivered, match="closed"):
            await within(client.delivered(id_), 1)
        await Watch(client).until(lambda: client.state == "CLOSED")


async def test_close_while_no_server_is_there_ends_at_once(join: Join) -> None:
    """With nothing to say there is nothing to wait for, also in the middle of an attempt or of a pause."""
    client = join(f"ws://127.0.0.1:{free_port()}")
    watch = Watch(client)
    await watch.state("CLOSED")
    waiting = asyncio.ensure_future(client.joined())
    client.close()
    await within(watch.closed(), 1)
    with pytest.raises(JoinError):
        await within(waiting, 1)


async def test_close_is_heard_while_the_reason_is_looked_up(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """``/healthz`` may take two seconds; what is asked for meanwhile is not forgotten."""
    asked, may_answer = threading.Event(), asyncio.Event()

    async def ask(url: str) -> health.Answer:
        asked.set()
        await may_answer.wait()
        return health.Answer(trouble="no answer")

    monkeypatch.setattr(health, "ask", ask)
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=lambda low, high: 60))
    client = join(f"ws://127.0.0.1:{free_port()}")
    await asyncio.to_thread(asked.wait, SECONDS)
    watch = Watch(client)
    client.close()
    background.call(may_answer.set)  # behind what close() asked for
    await within(watch.closed(), 2)


async def test_nothing_is_left_after_close(server: Server) -> None:
    """No task, no thread, no socket, nothing to do at exit: ten clients more or less leave the process as it was."""

    async def tasks() -> int:
        return len(asyncio.all_tasks())

    async def come_and_go() -> None:
        client = ChatClient(server.url)
        await client.delivered(client.send("hi"))
        watch = Watch(client)
        client.close()
        await watch.closed()

    await come_and_go()
    await asyncio.to_thread(background.run, _no_clients(server))
    before = background.run(tasks()), threading.active_count(), len(os.listdir("/proc/self/fd"))
    await asyncio.gather(*(come_and_go() for _ in range(10)))
    await asyncio.to_thread(background.run, _no_clients(server))
    after = background.run(tasks()), threading.active_count(), len(os.listdir("/proc/self/fd"))
    assert after == before


async def _no_clients(server: Server) -> None:
    """Wait until the server has let go of everybody's socket too."""
    async with asyncio.timeout(SECONDS):
        while server._engine is not None and server._engine.sockets:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)


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


async def test_a_listener_that_raises_costs_the_others_nothing(join: Join, capsys: pytest.CaptureFixture[str]) -> None:
    """Its traceback is shown, the client counts it, and it is called again."""
    client = join()
    called = []

    def clumsy(event: object) -> None:
        called.append(event)
        raise RuntimeError("clumsy listener")

    client.subscribe(clumsy)
    watch = Watch(client)
    await client.delivered(client.send("hi"))
    await watch.next(Added, lambda event: isinstance(event.entry, Message))
    assert len(called) > 1
    assert "RuntimeError: clumsy listener" in capsys.readouterr().err
    assert "exceptions in listeners" in repr(client)


async def test_unsubscribed_is_not_called_again_and_twice_is_once(join: Join) -> None:
    """Ending one subscription leaves the other of the same listener alone."""
    client = join()
    called: list[object] = []
    end_first = client.subscribe(called.append)
    client.subscribe(called.append)
    await client.joined()
    end_first()
    end_first()
    watch = Watch(client)
    await watch.next(Reset)
    called.clear()
    await client.delivered(client.send("hi"))
    await watch.next(Added)
    assert len([e for e in called if isinstance(e, Added)]) == 1


async def test_whoever_subscribes_in_the_middle_has_the_whole_transcript(join: Join) -> None:
    """Replay and events fit together, whenever the listener comes: nothing is missing, nothing is there twice."""
    ada, bo = join(name="Ada"), join(name="Bo")
    await ada.joined()
    await bo.joined()
    watches: list[Watch] = []

    async def talk(client: ChatClient, turns: random.Random) -> None:
        for number in range(150):
            client.send(f"{number}" if turns.random() > 0.1 else " ")
            if turns.random() > 0.9:
                watches.append(Watch(bo))
            await asyncio.sleep(0)

    await asyncio.gather(talk(ada, random.Random(1)), talk(bo, random.Random(2)))
    await ada.delivered(ada.send("end"))
    last = Watch(bo)
    await last.until(lambda: "end" in texts(bo) and all(m.state != "sending" for m in bo.messages))
    await bo.delivered(bo.send("the very end"))
    assert len(watches) > 10
    for watch in watches:
        await watch.until(lambda watch=watch: watch.transcript() == bo.transcript)  # type: ignore[misc]


async def test_beyond_its_limit_the_transcript_drops_the_oldest(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how many; one who waits for a dropped message is not left waiting."""
    client = join()
    client._transcript.kept = 10
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


async def test_people_are_told_once_for_all_that_one_turn_brings(join: Join) -> None:
    """A class that enters at once does not redraw the list thirty times for each of them."""
    client = join(name="Ada")
    await client.joined()
    watch = Watch(client)
    others = [join() for _ in range(30)]
    await asyncio.gather(*(other.joined() for other in others))
    await watch.until(lambda: watch.of(People) and len(watch.of(People)[-1].names) == 31)
    assert len(set(client.people)) == 31


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
        background.at_exit(lambda: asyncio.sleep(0.5))  # a server of this kernel that takes its time to stop
        room = chatlib.ChatClient(sys.argv[1], name="Ada")
        asyncio.run(room.joined())
    """
    watch = Watch(witness)
    await asyncio.to_thread(run_python, program, witness.url)
    await watch.until(lambda: any(isinstance(e, Notice) and e.kind == "leave" for e in witness.transcript))
    await witness.delivered(witness.send("alone again"))
    notices = [(entry.kind, entry.user) for entry in witness.transcript if isinstance(entry, Notice)]
    assert notices == [("enter", "Witness"), ("enter", "Ada"), ("leave", "Ada")]
