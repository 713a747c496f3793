"""What is left of a widget as a recorded session: what can be wound back, and what goes where there is no room."""

from __future__ import annotations

import json

import pytest

from chatlib.widgets.story import RECORDING_BYTES, Story, Told


def story(*events):
    """A story of these events: kind, key, and how many bytes of text it has."""
    told = Story()
    for n, (kind, key, size) in enumerate(events, 1):
        told.keep(Told(n, 10 * n, kind, {"text": "é" * (size // 2)}), key)
    return told


def numbers(recording):
    """Which of the events are left."""
    return [event["t"] // 10 for event in recording["events"]]


def bytes_of(recording):
    return len(json.dumps(recording, ensure_ascii=False).encode())


def test_what_was_replaced_is_in_the_recording_and_a_page_is_not_told():
    """In the order in which it happened; what was forgotten is in neither."""
    told = story(("lamp", "a", 2), ("lamp", "b", 2), ("lamp", "a", 2), ("lamp", "b", 2), ("on", None, 2))
    told.forget("lamp", "b")
    told.forget("never", "there")

    assert [event.n for event in told] == [3, 5]
    assert numbers(told.recording("lamp")) == [1, 3, 5]
    assert told.recording("lamp")["dropped"] == {}


def test_what_is_retired_is_in_the_recording_only():
    """Its key is free for what comes next, which may be forgotten by itself."""
    told = story(("lamp", "a", 2), ("lamp", "b", 2))
    told.retire("lamp", "a")
    told.retire("never", "there")

    assert [event.n for event in told] == [2]
    assert numbers(told.recording("lamp")) == [1, 2]


def test_the_oldest_that_was_replaced_goes_first():
    """What is still true stays, however old it is."""
    told = story(("still", None, 20_000), *[("lamp", "a", 20_000)] * 5)
    recording = told.recording("lamp")

    assert numbers(recording) == [1, 5, 6]
    assert recording["dropped"] == {"lamp": 3}


def test_then_the_oldest_of_what_takes_most_room_goes():
    """So the one event that all others stand on is not the first to go."""
    told = story(("about", None, 2000), *[("frame", None, 6000)] * 20)
    recording = told.recording("view")

    assert numbers(recording) == [1, *range(12, 22)]
    assert recording["dropped"] == {"frame": 10}


@pytest.mark.parametrize("size", [1, 100, 5000, 70_000])
def test_it_is_whole_json_of_at_most_64_kib(size):
    """Whatever it holds; what was dropped is counted, also what went before anybody asked."""
    told = story(*[(f"kind {n % 7}", f"key {n % 3}", size) for n in range(2000)], *[("rest", None, size)] * 700)
    recording = told.recording("lamp")

    assert bytes_of(recording) <= RECORDING_BYTES
    assert len(recording["events"]) + sum(recording["dropped"].values()) == 2000 + 700
    assert recording["events"] or size > RECORDING_BYTES


def test_nothing_recorded_is_a_recording_too():
    """Of a widget that nobody has told anything."""
    assert Story().recording("lamp") == {"version": 1, "widget": "lamp", "events": [], "dropped": {}}
