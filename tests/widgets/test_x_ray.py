"""What the X-ray is told of a message: all that its client saw, made of JSON values."""

from __future__ import annotations

import json

import pytest

import chatlib
from chatlib import languages, wire
from chatlib.client import journeys
from chatlib.client.journeys import Journey
from chatlib.client.wire_log import Sighting
from chatlib.widgets import chat_panel
from chatlib.widgets.x_ray import journey_object

FRAME = b"\x81\x82\x01\x02\x03\x04\x69\x6b"
TRACE = wire.Trace("a1", 0.1, 0.2, (wire.Answered("Bo", 1.5),), ("Cy",), 3, "2026-01-01T00:00:00.000Z", "1 of 2")


@pytest.fixture
def panel():
    """A panel on a server of its own."""
    with chatlib.serve(port=0) as server:
        made = chatlib.ChatPanel(server.chat_url, name="Ada", room="tea & cake")
        yield made
        made.close()


def traces(panel):
    return [event["data"] for event in panel.told() if event["kind"] == "trace"]


def test_a_journey_is_made_of_json():
    """With each frame taken apart, and its payload as text."""
    told = journey_object(Journey("a1", (Sighting(0, "sent", "frame", FRAME),), 1.0, 2.0, TRACE, is_traced=True))

    assert told == json.loads(json.dumps(told)) | {"trace": told["trace"]}
    assert json.loads(json.dumps(told["trace"])) == {
        "id": "a1",
        "placed": 0.1,
        "written": 0.2,
        "answered": [{"user": "Bo", "ms": 1.5}],
        "silent": ["Cy"],
        "unasked": 3,
    }
    (frame,) = told["frames"]
    assert (frame["direction"], frame["text"], frame["frame"]["size"]) == ("sent", "hi", 8)
    assert (told["before"], told["round_trip"], told["traced"]) == (1.0, 2.0, True)


def test_what_is_not_known_is_null():
    """Nothing is made up for a message that was never seen."""
    assert journey_object(Journey("a1")) == {
        "id": "a1",
        "before": None,
        "round_trip": None,
        "traced": False,
        "trace": None,
        "frames": [],
    }


async def test_a_panel_tells_the_way_of_a_message(panel):
    """When it is asked, and by itself once the server told of it: so a recorded session has it."""
    await panel.client.joined()
    assert panel.act({"do": "tracing", "on": True}) is None
    id_ = panel.act({"do": "say", "id": "a1", "msg": "hi"})
    await panel.client.until(lambda: traces(panel), timeout=30)

    (told,) = traces(panel)
    assert languages.for_pages(panel.act({"do": "x_ray", "id": id_})) == told | {"tracing": True}
    assert [frame["direction"] for frame in told["frames"]] == ["sent", "received"]
    assert json.loads(told["frames"][0]["text"]) == {"type": 2, "msg": "hi", "id": "a1", "trace": True}
    panel.act({"do": "tracing", "on": False})
    assert panel.client.journeys.tracing is False


async def test_the_last_traces_are_kept_for_pages_to_come(panel, monkeypatch):
    """So many, and no more, however long the switch is on."""
    monkeypatch.setattr(journeys, "KEPT", 8)
    monkeypatch.setattr(chat_panel, "KEPT", 8)
    await panel.client.joined()
    panel.client.journeys.tracing = True
    ids = [panel.client.send(f"{number}") for number in range(20)]
    await panel.client.until(lambda: [trace["id"] for trace in traces(panel)] == ids[-8:], timeout=30)


async def test_where_a_room_is_found_is_told_only_when_asked(panel):
    """A passcode may be in it, which no recording is to hold."""
    await panel.client.joined()
    url = panel.act({"do": "invite"})

    assert url == panel.page_url
    assert url.endswith("?room=tea+%26+cake")
    assert url not in json.dumps(panel.told())


@pytest.mark.parametrize("action", [{"do": "x_ray"}, {"do": "tracing", "on": 1}, {"do": "bytes", "id": "a1"}])
def test_an_action_that_is_none_is_refused(panel, action):
    """What the page can ask for, and nothing else."""
    with pytest.raises(ValueError, match="expected an action"):
        panel.act(action)
