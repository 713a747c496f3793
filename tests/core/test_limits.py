"""What a limit may be, and what a client is told of it."""

import pytest

from chatlib.limits import Limits
from chatlib.wire import LimitsNotice


@pytest.mark.parametrize("name", ["rate", "burst", "message_bytes", "kept_bytes", "seat_held", "room_idle"])
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
