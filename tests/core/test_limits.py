"""What a limit may be, and what a client is told of it."""

import sys

import pytest

from chatlib.limits import Allowance, Limits
from chatlib.wire import LimitsNotice


@pytest.mark.parametrize(
    "name", ["rate", "burst", "message_bytes", "kept_bytes", "total_bytes", "seat_held", "room_idle"]
)
def test_a_negative_limit_raises_at_once(name):
    """Misuse is said where it was written, with what would be right."""
    with pytest.raises(ValueError, match=name):
        Limits(**{name: -1})


@pytest.mark.parametrize("rate", [float("nan"), float("inf")])
def test_a_rate_is_a_finite_number(rate):
    """WELCOME carries it, and JSON has neither."""
    with pytest.raises(ValueError, match="rate"):
        Limits(rate=rate)


def test_a_rate_needs_a_burst():
    """A bucket that holds nothing lets nothing through."""
    with pytest.raises(ValueError, match="burst"):
        Limits(rate=5, burst=0)


def test_without_a_rate_the_notice_says_0_for_the_burst_too():
    """0 for none, in all of WELCOME's limits."""
    assert Limits(rate=0, message_bytes=0).notice == LimitsNotice(0, 0, 0)
    assert Limits().notice == LimitsNotice(20, 40, 8192)


# What one connection may still send


def taken(allowance, limits, *times):
    return [allowance.take(limits, now) for now in times]


def test_a_bucket_passes_a_burst_and_then_nothing():
    """Forty of forty-one at once."""
    limits = Limits(burst=40)

    assert taken(Allowance(limits, 0), limits, *[0] * 41) == [True] * 40 + [False]


def test_a_bucket_fills_at_its_rate_and_never_over():
    """Two a second: after one second two more; after a thousand, no more than a burst."""
    limits = Limits(rate=2, burst=3)
    allowance = Allowance(limits, 0)

    assert taken(allowance, limits, 0, 0, 0, 1, 1) == [True] * 5
    assert taken(allowance, limits, *[1000] * 4) == [True] * 3 + [False]


def test_once_empty_nothing_passes_until_it_is_full():
    """Though there would be a token before: or a later frame could pass an earlier one that was refused."""
    limits = Limits(rate=2, burst=4)
    allowance = Allowance(limits, 0)
    taken(allowance, limits, *[0] * 5)

    assert [allowance.wait(now) for now in (0, 0.5004, 1.9999, 3)] == [2, 1.5, 0.001, 0]
    assert taken(allowance, limits, 0.5, 1.99, 2, 2, 2, 2, 2) == [False, False, True, True, True, True, False]


def test_a_wait_is_no_longer_than_the_bucket_takes_to_fill():
    """Whatever the clock shows: 400 s are not 400.001 because of the last bit of a float."""
    limits = Limits(rate=0.1, burst=40)
    for hours in range(200):
        allowance = Allowance(limits, now := hours * 3601.7)
        taken(allowance, limits, *[now] * 41)

        assert allowance.wait(now) == 400


def test_refusals_count_for_as_long_as_the_window():
    """Three within 10 s are too many, three within 11 are not; a window of 0 has no end."""
    limits = Limits(refusals=3, refusal_window=10)
    allowance = Allowance(limits, 0)
    assert [allowance.refuse(limits, now) for now in (0, 1, 10, 10.5)] == [False, False, False, True]
    for_ever = Limits(refusals=3, refusal_window=0)
    allowance = Allowance(for_ever, 0)
    assert [allowance.refuse(for_ever, now) for now in (0, 1_000, 1_000_000)] == [False, False, True]


def test_without_a_limit_of_refusals_none_is_remembered():
    """A limit of 0 is none, and costs no memory."""
    limits = Limits(refusals=0)
    allowance = Allowance(limits, 0)

    assert not any(allowance.refuse(limits, 0) for _ in range(1000))
    assert "0 refusals" in repr(allowance)


def test_new_limits_hold_from_the_next_frame_on():
    """They may change at any time, also to none."""
    strict, none = Limits(rate=1, burst=1), Limits(rate=0)
    allowance = Allowance(strict, 0)

    assert taken(allowance, strict, 0, 0) == [True, False]
    assert taken(allowance, none, 0, 0, 0) == [True] * 3
    assert taken(allowance, strict, 0) == [False]


def test_an_allowance_is_small():
    """One for each connection: no dict, and no list before the first refusal."""
    allowance = Allowance(Limits(), 0)

    assert not hasattr(allowance, "__dict__")
    assert sys.getsizeof(allowance) < 80
