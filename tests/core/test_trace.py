"""A message's trace at its server, stepped by hand: only what was seen is told, and only as differences."""

from __future__ import annotations

import pytest

from chatlib import wire
from chatlib.trace import Trace

TIME = "2026-01-01T00:00:00.000Z"


def written(*, taken: float = 0.0, unasked: int = 0, **names: str) -> Trace:
    trace = Trace("a1", taken=taken)
    trace.place(now=taken + 0.0002)
    trace.write(names, unasked=unasked, now=taken + 0.0004)
    return trace


def test_it_can_be_stepped_in_a_cell():
    """What the module's first lines promise."""
    trace = written(b="Bo", c="Cy")
    trace.hear("b", now=0.0011)

    assert trace.frame(TIME) == wire.Trace(
        "a1", 0.2, 0.4, (wire.Answered("Bo", 1.1),), ("Cy",), 0, TIME, "1 of 2 have it"
    )
    assert (trace.is_over, repr(trace)) == (False, "<Trace of a1: 1 answered, 1 did not yet>")
    trace.hear("c", now=0.002)
    assert trace.is_over


def test_no_clock_reading_leaves_it():
    """Whatever the clock showed when the message was taken: what is told is the same."""
    told = []
    for taken in (0.0, 1234.5):
        trace = written(taken=taken, b="Bo")
        trace.hear("b", now=taken + 0.003)
        told.append(trace.frame(TIME))

    assert told[0] == told[1]


def test_who_was_not_asked_or_answered_before_tells_nothing():
    """A pong that nobody waits for is no news."""
    trace = written(b="Bo", unasked=7)
    for who, now in (("b", 0.001), ("b", 0.009), ("x", 0.002)):
        trace.hear(who, now=now)

    frame = trace.frame(TIME)
    assert (frame.answered, frame.unasked) == ((wire.Answered("Bo", 1.0),), 7)


def test_alone_in_a_room_there_is_nobody_to_wait_for():
    """What is known is known at once."""
    assert written().is_over


def test_what_has_no_place_has_no_trace():
    """Nothing is made up: neither a place nor a writing."""
    trace = Trace("a1", taken=0.0)
    with pytest.raises(AssertionError):
        trace.write({}, now=1)
    with pytest.raises(AssertionError):
        trace.frame(TIME)
