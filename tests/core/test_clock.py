"""The time of day as frames carry it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chatlib import clock, frame_fields


def test_it_is_now_or_in_so_many_seconds() -> None:
    """To the millisecond, and as frames are read."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    now, then = (datetime.fromisoformat(frame_fields.time(clock.timestamp(after=after))) for after in (0, 60))
    assert before < now < before + timedelta(seconds=30)
    assert timedelta(seconds=60) <= then - now < timedelta(seconds=90)
