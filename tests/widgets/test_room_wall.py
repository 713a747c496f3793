"""RoomMap on a live server: what its page is told of everybody who is in the room."""

from __future__ import annotations

import pytest

import chatlib
from chatlib import background, chaos
from chatlib.widgets import room_wall
from chatlib.widgets.room_map import RoomMap
from tests.support.waiting import no_task_left_behind, until


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Look more often, and forget those who went sooner."""
    monkeypatch.setattr(room_wall, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(room_wall, "GONE_SECONDS", 0.1)


@pytest.fixture
def server():
    with chatlib.serve(port=0) as server:
        yield server


@pytest.fixture
def wall(server):
    wall = RoomMap(server)
    yield wall
    wall.close()


async def enter(url: str, name: str, room: str = "lobby") -> chatlib.ChatClient:
    client = chatlib.ChatClient(url, name=name, room=room)
    await client.joined()
    return client


def told(wall, kind):
    return [event["data"] for event in wall.told() if event["kind"] == kind]


async def test_everybody_in_the_room_is_on_the_wall(server, wall):
    """Whoever they are and whenever they came; nobody of another room."""
    clients = [await enter(server.url, name) for name in ("Ada", "Bo")]
    clients.append(await enter(server.url, "Cleo", "kitchen"))
    await wall.add("Dora")
    await until(lambda: wall.people == {"Ada": "here", "Bo": "here", "Dora": "here"})

    assert "3 people" in repr(wall)
    assert "<bdi>Bo</bdi></th><td>here</td>" in wall.snapshot()
    assert [about["name"] for about in told(wall, "person")] == ["Ada", "Bo", "Dora"]
    assert told(wall, "room") == [{"room": "lobby", "url": server.url, "live": True}]
    assert told(wall, "member") == [], "what its own members hear is not drawn twice"
    for client in clients:
        client.close()


async def test_a_message_is_told_with_who_said_it(server, wall):
    """Cut, where it is long: it is to be read from the last row."""
    ada = await enter(server.url, "Ada")
    await until(lambda: wall.people)
    await ada.delivered(ada.send("<b>hi</b>"))
    await ada.delivered(ada.send("x" * 1000))
    await until(lambda: len(told(wall, "spoke")) == 2)

    (key,) = [about["key"] for about in told(wall, "person")]
    assert told(wall, "spoke") == [
        {"key": key, "name": "Ada", "text": "<b>hi</b>"},
        {"key": key, "name": "Ada", "text": "x" * room_wall.TEXT_LENGTH},
    ]
    assert told(wall, "tally") == [{"messages": 2, "more": 0}]
    assert "people: 1, messages: 2" in wall.snapshot()
    ada.close()


async def test_who_goes_is_still_seen_for_a_while_with_how_they_went(server, wall, monkeypatch):
    """Then they are forgotten, also for pages that are opened later."""
    monkeypatch.setattr(room_wall, "GONE_SECONDS", 60)
    ada, bo = await enter(server.url, "Ada"), await enter(server.url, "Bo")
    cable = chaos.Proxy("127.0.0.1", server.port)
    cleo = await enter(cable.url, "Cleo")
    await until(lambda: len(wall.people) == 3)
    bo.close()
    cable.stop()
    await until(lambda: wall.people == {"Ada": "here", "Bo": "left", "Cleo": "cut"})
    assert "the connection ended without a goodbye" in wall.snapshot()

    cleo.close()
    monkeypatch.setattr(room_wall, "GONE_SECONDS", 0)
    await until(lambda: "Bo" not in wall.people)
    assert "Bo" not in [about["name"] for about in told(wall, "person")]
    ada.close()


async def test_a_few_bytes_more_are_no_news(server, wall):
    """A page is told once that somebody is here, however often it is looked."""
    ada = await enter(server.url, "Ada")
    await until(lambda: wall.people)
    before = [event for event in wall.told() if event["kind"] == "person"]
    for count in range(5):
        await ada.delivered(ada.send("hi"))
        await until(lambda: len(told(wall, "spoke")) > count)  # noqa: B023  # asked in this turn only

    assert [event for event in wall.told() if event["kind"] == "person"] == before
    ada.close()


async def test_a_stopped_server_is_told_and_its_last_picture_stays():
    """Whoever serves starts it again: the map of somebody's server does not."""
    server = chatlib.serve(port=0)
    wall = RoomMap(server)
    ada = await enter(server.url, "Ada")
    await until(lambda: wall.people)
    with no_task_left_behind():
        server.stop()
        await until(lambda: told(wall, "serving") == [{"state": "stopped"}])
    wall.act({"do": "start"})

    assert wall.people == {"Ada": "here"}
    assert not wall.server.running
    ada.close()
    wall.close()


async def test_a_server_that_another_kernel_runs_cannot_be_seen_until_it_is_taken_over(server, wall, monkeypatch):
    """Then what is seen is this kernel's."""
    engine = server.engine
    monkeypatch.setattr(server, "_engine", None)
    await until(lambda: told(wall, "serving") == [{"state": "elsewhere"}])
    ada = await enter(server.url, "Ada")
    assert wall.people == {}

    monkeypatch.setattr(server, "_engine", engine)
    await until(lambda: wall.people == {"Ada": "here"})
    assert told(wall, "serving") == [{"state": "here"}]
    ada.close()


async def test_a_closed_map_looks_no_more(server):
    """Nothing of it stays on the background loop."""
    with no_task_left_behind():
        wall = RoomMap(server)
        await until(lambda: told(wall, "serving"))
        wall.close()
    assert server.running
    assert background.loop().is_running()
