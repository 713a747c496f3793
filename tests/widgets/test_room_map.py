"""The room map: members with a network each, what they hear, and who waits for whom."""

from __future__ import annotations

import asyncio
import threading

import pytest

import chatlib
from chatlib import background
from chatlib.client import lifecycle
from chatlib.errors import JoinError, NotDelivered
from chatlib.server import chat_server
from chatlib.server.ownership import Server
from chatlib.widgets import room_map as rooms
from chatlib.widgets.room_map import RoomMap
from tests.support.waiting import no_task_left_behind, until


@pytest.fixture
async def room_map(monkeypatch):
    monkeypatch.setattr(chat_server, "CLOSE_SECONDS", 0.2)  # who is frozen answers no Close frame
    room_map = RoomMap()
    for name in ("Ada", "Bo", "Cleo"):
        await room_map.add(name)
    yield room_map
    room_map.close()


def told(room_map, kind):
    return [event["data"] for event in room_map.told() if event["kind"] == kind]


async def test_a_message_goes_to_all(room_map):
    """The one who said it hears it, too: from the server."""
    await room_map.say("Ada", "hi")
    await room_map.say("Bo", "<b>hello</b>")

    assert room_map.transcripts == {name: ["hi", "<b>hello</b>"] for name in ("Ada", "Bo", "Cleo")}
    assert [said["name"] for said in told(room_map, "said")] == ["Ada", "Bo"]
    assert sorted(heard["name"] for heard in told(room_map, "heard")) == sorted(["Ada", "Bo", "Cleo"] * 2)


async def test_nobody_waits_for_who_is_frozen(room_map):
    """The others hear at once; the frozen one hears it all, in order, after the thaw."""
    room_map.freeze("Bo")
    await room_map.say("Ada", "one")
    await room_map.say("Cleo", "two")

    assert room_map.transcripts == {"Ada": ["one", "two"], "Bo": [], "Cleo": ["one", "two"]}
    assert room_map.frozen == ["Bo"]
    assert "Bo (frozen)" in repr(room_map)

    room_map.thaw("Bo")
    await room_map.settled()
    assert room_map.transcripts["Bo"] == ["one", "two"]
    assert room_map.frozen == []


async def test_what_comes_of_a_thaw_is_told_behind_it(room_map, monkeypatch):
    """However late the thread is that asked for it: nobody is seen to hear while frozen."""
    room_map.freeze("Bo")
    await room_map.say("Ada", "one")
    network, seen, record = room_map._members["Bo"].network, [], room_map.record

    def note(kind, data, **how):
        seen.append((kind, data["name"]))
        record(kind, data, **how)

    def thaw_and_be_late():
        thaw()
        background.run(until(lambda: room_map.transcripts["Bo"]))

    thaw = network.thaw
    monkeypatch.setattr(room_map, "record", note)
    monkeypatch.setattr(network, "thaw", thaw_and_be_late)
    await asyncio.to_thread(room_map.thaw, "Bo")
    assert seen == [("frozen", "Bo"), ("heard", "Bo")]


async def test_what_a_frozen_member_says_waits(room_map):
    """It is heard by nobody, and by all after the thaw."""
    room_map.freeze("Bo")
    await room_map.say("Bo", "from the ice")
    await room_map.say("Ada", "meanwhile")
    assert room_map.transcripts == {"Ada": ["meanwhile"], "Bo": [], "Cleo": ["meanwhile"]}

    room_map.thaw("Bo")
    await room_map.settled()
    assert room_map.transcripts == {name: ["meanwhile", "from the ice"] for name in ("Ada", "Bo", "Cleo")}


@pytest.mark.parametrize("is_frozen", [False, True])
async def test_who_leaves_is_gone_for_all(room_map, is_frozen):
    """Frozen or not; the others talk on, and the name is free again."""
    if is_frozen:
        room_map.freeze("Bo")
    await room_map.leave("Bo")
    await room_map.say("Ada", "gone?")

    assert room_map.transcripts == {"Ada": ["gone?"], "Cleo": ["gone?"]}
    assert [member["name"] for member in told(room_map, "member")] == ["Ada", "Cleo"]
    await room_map.add("Bo")
    assert room_map.transcripts["Bo"] == ["gone?"], "the server tells a newcomer what was said"


async def test_the_page_can_do_it_all(room_map):
    """Say, freeze, thaw; and nothing for somebody who has just left."""
    room_map.act({"do": "freeze", "name": "Cleo", "frozen": True})
    room_map.act({"do": "say", "name": "Ada", "text": "clicked"})
    await room_map.settled()
    room_map.act({"do": "say", "name": "Nobody", "text": "hi"})
    room_map.act({"do": "freeze", "name": "Nobody", "frozen": True})

    assert room_map.transcripts == {"Ada": ["clicked"], "Bo": ["clicked"], "Cleo": []}
    with pytest.raises(ValueError, match="expected an action"):
        room_map.act({"do": "freeze", "name": "Ada"})


async def test_misuse_is_told_at_once(room_map):
    """Who is not there, who is there twice, what the server does not take."""
    with pytest.raises(KeyError):
        await room_map.say("Nobody", "hi")
    with pytest.raises(ValueError, match="is here already"):
        await room_map.add("Ada")
    with pytest.raises(NotDelivered, match="empty"):
        await room_map.say("Ada", "  ")
    for n in range(5):
        await room_map.add(f"Member {n}")
    with pytest.raises(ValueError, match="place for 8"):
        await room_map.add("One more")


async def test_somebody_s_room_can_be_shown():
    """Members join it beside others; the server goes on when the map is closed."""
    with chatlib.serve(port=0, passcode="secret") as server:
        room_map = RoomMap(server, room="kitchen")
        other = chatlib.ChatClient(server.chat_url, room="kitchen", name="Other")
        await other.joined()
        await room_map.add("Ada")
        await other.delivered(other.send("from outside"))
        await room_map.settled()
        await room_map.say("Ada", "from the map")

        assert room_map.transcripts == {"Ada": ["from outside", "from the map"]}
        assert "secret" not in str(room_map.told()) + repr(room_map)
        room_map.close()
        await other.delivered(other.send("still here"))
        other.close()


async def test_nobody_comes_back_to_a_server_that_was_stopped():
    """A lesson stops its server and leaves the map: no client knocks for ever, and the transcripts stay."""
    room_map = RoomMap(chatlib.serve(port=0))
    await room_map.add("Ada")
    await room_map.say("Ada", "hi")
    with no_task_left_behind():
        room_map.server.stop()

        await until(lambda: told_no_more(room_map))
    assert room_map.transcripts == {"Ada": ["hi"]}
    with pytest.raises(NotDelivered, match="closed"):
        await room_map.say("Ada", "anybody?")
    room_map.close()


def told_no_more(room_map):
    connection = room_map._members["Ada"].client.connection
    return connection.state == "CLOSED" and connection.retry_in is None


async def test_closing_ends_everything(monkeypatch):
    """Members, networks and the server; a frozen one, with something to say, does not hold it up for long."""
    monkeypatch.setattr(lifecycle, "LEAVE_SECONDS", 0.1)
    with no_task_left_behind():
        room_map = RoomMap()
        await room_map.add("Ada")
        room_map.freeze("Ada")
        await room_map.say("Ada", "never heard")

        room_map.close()
        room_map.close()

    assert not room_map.server.running


async def test_a_map_that_nobody_holds_ends_wherever_it_is_collected(monkeypatch):
    """The garbage collector may come on the background loop, which must not wait for itself; and once is enough."""
    with no_task_left_behind():
        stops: list[str] = []
        stop = Server.stop

        def noting(server: Server) -> None:
            stops.append(threading.current_thread().name)
            stop(server)

        monkeypatch.setattr(Server, "stop", noting)
        room_map = RoomMap()
        await room_map.add("Ada")

        async def collect() -> None:
            room_map.close()
            room_map.close()

        await asyncio.wrap_future(background.submit(collect()))
        await until(lambda: not room_map.server.running)

    assert stops == [background.THREAD_NAME]


async def test_the_recording_is_bounded(room_map, monkeypatch):
    """The oldest messages go, with all that was told of them."""
    monkeypatch.setattr("chatlib.widgets.room_map.MESSAGES_SHOWN", 3)
    for n in range(6):
        await room_map.say("Ada", str(n))

    assert [said["text"] for said in told(room_map, "said")] == ["3", "4", "5"]
    assert len(told(room_map, "heard")) == 9


async def test_the_snapshot_tells_who_heard_what(room_map):
    """A table, with what was said as text."""
    room_map.freeze("Bo")
    await room_map.say("Ada", "<b>hi</b>")

    snapshot = room_map.snapshot()
    assert "<th scope='row'><bdi>Bo</bdi> (frozen)</th><td><em>nothing yet</em></td>" in snapshot
    assert (
        "<th scope='row'><bdi>Cleo</bdi></th><td><ol><li><bdi>Ada</bdi>: &lt;b&gt;hi&lt;/b&gt;</li></ol></td>"
        in snapshot
    )
    room_map.close()
    assert "Nobody is here" in room_map.snapshot()


def test_a_map_that_fails_leaves_no_server(monkeypatch):
    """Neither where the server was none, nor where it had one of its own already."""
    made = []

    def served(**how):
        made.append(chatlib.serve(**how))
        return made[-1]

    monkeypatch.setattr(rooms, "serve", served)
    with pytest.raises(TypeError, match=r"server is what chatlib\.serve"):
        RoomMap("ws://127.0.0.1:3000")
    assert not made
    monkeypatch.setattr(RoomMap, "record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        RoomMap()

    assert [server.running for server in made] == [False]


async def test_who_is_not_let_in_is_not_on_the_map(monkeypatch):
    """Neither who does not get through, nor who has no name; each may try again, and no network stays."""
    with no_task_left_behind():
        room_map = RoomMap()

        async def never(self, *, timeout: float = 0) -> None:
            raise JoinError(room_map.server.url, "not today")

        with monkeypatch.context() as patch:
            patch.setattr(chatlib.ChatClient, "joined", never)
            with pytest.raises(JoinError):
                await room_map.add("Ada")
        with pytest.raises(TypeError):
            await room_map.add(5)
        assert room_map.members == []
        await room_map.add("Ada")
        assert room_map.members == ["Ada"]
        room_map.close()


async def test_a_stopped_room_says_so_and_starts_again_with_the_same_members(room_map):
    """Run All stops it at the notebook's end: whoever clicks later is told, and can have it back."""
    await room_map.say("Ada", "hi")
    room_map.freeze("Bo")
    old = room_map.server
    old.stop()
    await until(lambda: told(room_map, "stopped"))
    room_map.act({"do": "say", "name": "Ada", "text": "anybody?"})
    assert room_map.transcripts["Ada"] == ["hi"]

    room_map.act({"do": "start"})
    room_map.act({"do": "start"})
    assert room_map.members == ["Ada", "Bo", "Cleo"]
    assert (room_map.frozen, told(room_map, "stopped")) == ([], [])
    assert told(room_map, "room") == [{"room": "lobby", "url": room_map.server.url, "live": False}]
    assert room_map.server is not old
    await room_map.settled()
    await room_map.say("Ada", "again")
    assert room_map.transcripts == {name: ["again"] for name in ("Ada", "Bo", "Cleo")}
    await until(lambda: len(told(room_map, "heard")) == 3)  # a page is told after the transcript has it
    assert {heard["text"] for heard in told(room_map, "heard")} == {"again"}


async def test_a_member_leaves_a_stopped_room(room_map):
    """Nobody is told of it any more, and nobody is waited for."""
    room_map.server.stop()

    async with asyncio.timeout(5):
        await room_map.leave("Ada")
    assert room_map.members == ["Bo", "Cleo"]


async def test_a_room_that_was_stopped_while_empty_is_told_at_the_next_click():
    """No client was there to notice it."""
    room_map = RoomMap()
    room_map.server.stop()
    room_map.act({"do": "say", "name": "Ada", "text": "hi"})

    assert told(room_map, "stopped") == [{}]
    room_map.close()
