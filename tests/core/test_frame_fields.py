"""What a field of a frame may hold; what both clients make of it is in the scripts and in tests/node/test_twins.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chatlib import frame_fields as fields


@pytest.mark.parametrize(
    ("read", "good"),
    [
        (fields.text, ["", "hi", "你好🙂", "\x00"]),
        (fields.word, ["x", " "]),
        (fields.seq, ["e-1", "e-1-0", "a\nb-007", "-5-5"]),
        (fields.time, ["2024-02-29T23:59:59.999Z", "2000-02-29T00:00:00Z", "2026-12-31T00:00:00.000Z"]),
        (fields.amount, [0, 0.5, 2**53 - 1]),
        (fields.count, [0, 7, 2.0]),
    ],
)
def test_what_can_be_read_is_returned(read: Callable[[Any], Any], good: list[Any]) -> None:
    """As it came."""
    assert [read(value) for value in good] == good


@pytest.mark.parametrize(
    ("read", "bad"),
    [
        (fields.text, [None, 7, b"hi", "\ud800"]),
        (fields.word, [None, ""]),
        (fields.seq, [None, 7, "", "e-", "-1", "e-one", "e-1e9", "e-\u00b2", "e-" + "9" * 16, "e--"]),
        (fields.time, [None, "", "now", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z"]),
        (fields.amount, [None, True, "1", -1, float("nan"), float("inf"), 10**400]),
        (fields.count, [None, True, 1.5, -1]),
    ],
)
def test_what_cannot_raises_and_says_what_came(read: Callable[[Any], Any], bad: list[Any]) -> None:
    """ValueError or TypeError, which the reader of frames turns into one."""
    for value in bad:
        with pytest.raises((TypeError, ValueError)):
            read(value)


def test_a_place_is_taken_apart_at_its_last_hyphen() -> None:
    """An epoch is whatever a room makes up."""
    assert fields.place_of("e-1-12") == ("e-1", 12)


def test_a_list_is_read_item_by_item() -> None:
    """One bad item, and there is no list."""
    assert fields.list_of(fields.word, ["Ada", "Bo"]) == ("Ada", "Bo")
    for value in (("Ada",), "Ada", ["Ada", ""], None):
        with pytest.raises((TypeError, ValueError)):
            fields.list_of(fields.word, value)
