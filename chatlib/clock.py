"""The time of day as frames carry it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def timestamp(*, after: float = 0) -> str:
    """Return the time in so many seconds from now: ISO 8601, UTC, to the millisecond."""
    time = datetime.now(UTC) + timedelta(seconds=after)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
