"""What a client knows of its messages' ways: differences on one clock, and nothing that it did not see."""

from __future__ import annotations

import json

import pytest
from websockets.frames import Frame, Opcode

import chatlib
from chatlib import ChatClient, wire
from chatlib.client import journeys
from chatlib.client.journeys import Journey, Journeys
from chatlib.client.wire_log import Sighting
from tests.support.chat_fakes import TIME, Guest, msg, stage

TRACE = wire.Trace("a1", 0.1, 0.2, (), (), 0, TIME, "0 of 0 have it")


def seen(direction, at, id_="a1", kind=wire.MessageType.MSG):
    data = json.dumps({"type": kind, "id": id_}).encode()
    return Sighting(0.0, direction, "frame", data, Frame(Opcode.TEXT, data), at)


def journey(*sightings, began=None):
    return Journey.seen("a1", sightings, began=began)


def test_only_differences_come_out():
    """Whatever the clock showed: from send() to the frame, and from there until it came back."""
    for zero in (0.0, 5000.0):
        way = journey(seen("sent", zero + 0.002), seen("received", zero + 0.005), began=zero)
        assert (way.before, way.round_trip, way.is_traced) == (2.0, 3.0, True)


@pytest.mark.parametrize(
    ("sightings", "began", "known"),
    [
        ([], None, (None, None)),
        ([], 1.0, (None, None)),
        ([seen("sent", 2.0)], None, (None, None)),
        ([seen("received", 2.0)], None, (None, None)),
        ([seen("sent", 2.0)], 1.0, (1000.0, None)),
    ],
)
def test_what_was_not_seen_is_left_out(sightings, began, known):
    """A frame that is gone, one that is still away, and a message of somebody else."""
    way = journey(*sightings, began=began)
    assert (way.before, way.round_trip) == known


def test_sent_again_the_last_frame_before_the_answer_counts():
    """Over a cut connection: the first one was lost, and a third one is too late to be what was answered."""
    frames = [seen("sent", 1.0), seen("sent", 3.0), seen("received", 3.5), seen("sent", 4.0)]
    way = journey(*frames, began=0.5)

    assert (way.before, way.round_trip) == (500.0, 500.0)


def test_only_a_messages_own_frames_carry_it():
    """Not a welcome that repeats it, an error about it, a message that quotes its id, or what nobody can read."""
    quoting = Sighting(0.0, "sent", "frame", b"", Frame(Opcode.TEXT, b'{"type": 2, "id": "b1", "msg": "a1"}'))
    others = [seen("received", 1, kind=kind) for kind in (3, 4, 8)]
    nested = Sighting(0.0, "received", "frame", b"", Frame(Opcode.TEXT, b'{"id": "a1", "x": ' + b"[" * 20_000))
    known = Journeys(lambda: [seen("sent", 1), quoting, nested, *others, seen("sent", 2, id_="a11")])

    assert known.sightings("a1") == [seen("sent", 1)]


def test_what_was_traced_stays_when_its_frames_are_gone():
    """As long as it is one of the last; what the server tells of a message that nobody asked about is no news."""
    frames = [seen("sent", 1.0), seen("received", 2.0)]
    known = Journeys(lambda: frames)
    known.heard(TRACE)
    assert known.of("a1").trace is None
    known.tracing = True
    known.begin("a1")
    known.heard(TRACE)
    frames.clear()
    assert (known.of("a1").round_trip, known.of("a1").trace) == (1000.0, TRACE)
    for number in range(journeys.KEPT):
        known.begin(f"b{number}")
        known.heard(wire.Trace(f"b{number}", 0.1, 0.2, (), (), 0, TIME, ""))
    assert known.of("a1") == Journey("a1")


def test_a_message_asks_only_while_that_is_wanted():
    """Once marked it asks whenever it is sent again."""
    known = Journeys(list)
    known.begin("a1")
    known.tracing = True
    known.begin("a2")
    known.tracing = False

    frames = [wire.Say("hi", "a1"), wire.Say("hi", "a2"), wire.IsTyping(), wire.ChangeName("Bo")]
    said: list[wire.ClientFrame] = []
    say = known.marking(said.append)
    for frame in [*frames, frames[1]]:
        say(frame)
    marked = wire.Say("hi", "a2", trace=True)
    assert said == [frames[0], marked, *frames[2:], marked]
    assert repr(known) == "<Journeys of 1 traced messages, tracing off>"


async def test_a_client_learns_the_way_of_its_message():
    """All of it: its own time, the frames there and back, and what the server told; the other one nothing of that."""
    with chatlib.serve(port=0) as server:
        ada, bo = ChatClient(server.url, name="Ada"), ChatClient(server.url, name="Bo")
        await ada.joined()
        await bo.joined()
        ada.journeys.tracing = True
        id_ = ada.send("hi")
        await ada.until(lambda: ada.journeys.of(id_).trace, timeout=30)
        way, theirs = ada.journeys.of(id_), bo.journeys.of(id_)
        for client in (ada, bo):
            client.close()

    assert way.trace is not None
    assert [answered.user for answered in way.trace.answered] == ["Bo"]
    assert [sighting.direction for sighting in way.sightings] == ["sent", "received"]
    assert way.before is not None
    assert way.before >= 0
    assert way.round_trip is not None
    assert way.round_trip >= way.trace.written  # the server's part lies within it
    assert [sighting.direction for sighting in theirs.sightings] == ["received"]
    assert (theirs.before, theirs.round_trip, theirs.trace, theirs.is_traced) == (None, None, None, False)


async def test_a_server_that_knows_no_traces_leaves_that_part_out():
    """It passes over the wish, and everything else is as it was."""

    async def play(guest: Guest) -> None:
        await guest.welcome()
        said = await guest.said()
        await guest.send(msg(1, said.msg, user="Ada", id=said.id))
        await guest.gone()

    async with stage(play) as old:
        client = ChatClient(old.url, name="Ada")
        client.journeys.tracing = True
        id_ = client.send("hi")
        await client.delivered(id_)
        way = client.journeys.of(id_)
        client.close()

    assert (way.trace, way.is_traced, way.round_trip is None) == (None, True, False)
