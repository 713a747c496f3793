"""What a field of a server's frame may hold: each function returns the value, or raises.

Pure. A frame is read as a whole or not at all, so that nothing in it can trouble whoever shows it. The chat page reads
frames by the same rules (``front_end/server_frame.js``); the scripts in ``tests/core/transcripts`` check both. What
must not be here: which frame has which field (``wire``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from chatlib.arguments import LARGEST

T = TypeVar("T")

_SEQ: Final = re.compile(r"(?P<epoch>.+)-(?P<number>[0-9]{1,15})", re.DOTALL)
_TIME: Final = re.compile(
    r"(?P<year>[1-9][0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3][0-9])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3})?Z"
)


def text(value: Any) -> str:
    """Return any string that UTF-8 can carry."""
    if not isinstance(value, str):
        raise TypeError(f"expected a string, not {value!r}")
    value.encode()  # UnicodeEncodeError, a ValueError, for half of a surrogate pair
    return value


def word(value: Any) -> str:
    """Return a name, a code or an id: a text that is not empty."""
    if not text(value):
        raise ValueError("expected a string with at least one character, not ''")
    return str(value)


def seq(value: Any) -> str:
    """Return a place in a room's order."""
    place_of(text(value))
    return str(value)


def place_of(place: str) -> tuple[str, int]:
    """Take a ``seq`` apart: the epoch of the room's order, and the place in it."""
    found = _SEQ.fullmatch(place)
    if found is None:
        raise ValueError(f"a seq looks like e1-4, not {place!r}")
    return found["epoch"], int(found["number"])


def time(value: Any) -> str:
    """Return a time, in UTC, that is in the calendar."""
    found = _TIME.fullmatch(text(value))
    if found is None or not 1 <= int(found["day"]) <= _days(int(found["year"]), int(found["month"])):
        raise ValueError(f"a time looks like 2026-01-31T23:59:59.999Z, not {value!r}")
    return str(value)


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def amount(value: Any) -> float:
    """Return a number of what there cannot be less than none of."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise ValueError(f"expected a number, 0 or more, not {value!r}")
    return value


def count(value: Any) -> int:
    """Return a whole number, 0 or more."""
    if amount(value) != int(value):
        raise ValueError(f"expected a whole number, not {value!r}")
    return int(value)


def list_of(read: Callable[[Any], T], value: Any) -> tuple[T, ...]:
    """Return a list's items, each of them read."""
    if not isinstance(value, list):
        raise TypeError(f"expected a list, not {value!r}")
    return tuple(map(read, value))
