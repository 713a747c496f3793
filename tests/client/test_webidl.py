"""What a browser makes of the arguments it gets, in Python; tests/browser holds the same values against Chromium."""

from __future__ import annotations

import array
import math
from decimal import Decimal
from enum import IntEnum

import pytest

from chatlib.client import webidl

INFINITY = math.inf


class Code(IntEnum):
    OWN = 4000


class Named:
    """An object that says itself what it is as text."""

    def __str__(self) -> str:
        return "mine"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[("a text", "a text"), ("", ""), (None, "null"), (True, "true"), (False, "false")],
        *[(5, "5"), (-5, "-5"), (10**21, "1" + "0" * 21), (Code.OWN, "4000")],
        *[(5.0, "5"), (-0.0, "0"), (0.1, "0.1"), (-12.5, "-12.5"), (1e-6, "0.000001"), (1.5e-7, "1.5e-7")],
        *[(1e20, "1" + "0" * 20), (1e21, "1e+21"), (1.25e25, "1.25e+25"), (5e-324, "5e-324")],
        *[(math.nan, "NaN"), (INFINITY, "Infinity"), (-INFINITY, "-Infinity")],
        *[
            ([], ""),
            ([1, [None, "x"], (True,)], "1,,x,true"),
            ({"a": 1}, "[object Object]"),
            (Named(), "mine"),
            (b"\x01\x02", "1,2"),
        ],
    ],
)
def test_anything_becomes_a_string_as_in_javascript(value: object, text: str) -> None:
    """What both languages have is written as JavaScript does; an object says itself what it is."""
    assert webidl.dom_string(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *[(None, 0), (True, 1), (False, 0), (7, 7), (1.5, 1.5), (Decimal("2.5"), 2.5), (Code.OWN, 4000)],
        *[
            ("", 0),
            (" \n7\ufeff", 7),
            ("1e3", 1000),
            (".5", 0.5),
            ("5.", 5),
            ("-0x1", math.nan),
            ("-Infinity", -INFINITY),
        ],
        *[("0x1F", 31), ("0o17", 15), ("0B11", 3), ("010", 10)],
        *[("a text", math.nan), ("1_000", math.nan), ("inf", math.nan), ("nan", math.nan), ("٣", math.nan)],
        *[([], 0), ([1000], 1000), ([1, 2], math.nan), ({}, math.nan), (Named(), math.nan), (b"7", 55)],
    ],
)
def test_anything_becomes_a_number_as_in_javascript(value: object, number: float) -> None:
    """A text that is no number of JavaScript's is NaN, also where Python would read one."""
    assert webidl.number(value) == pytest.approx(number, nan_ok=True, abs=0, rel=0)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1, 0),
        (65536, 65535),
        (10**400, 65535),
        (INFINITY, 65535),
        (math.nan, 0),
        (999.5, 1000),
        (1000.5, 1000),
        ("x", 0),
    ],
)
def test_a_code_is_clamped_and_rounded_to_the_even_one(value: object, code: int) -> None:
    """[Clamp] takes the nearest that there is, where a plain conversion would wrap around."""
    assert webidl.clamped_unsigned_short(value) == code


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        *[(None, False), (0, False), (-0.0, False), (math.nan, False), ("", False), (False, False)],
        *[(1, True), ("false", True), ([], True), ({}, True), (INFINITY, True)],
    ],
)
def test_anything_is_true_or_false_as_in_javascript(value: object, truth: bool) -> None:
    """Every object is true, also one that is empty; NaN is not."""
    assert webidl.boolean(value) is truth


def test_what_can_be_iterated_is_a_sequence_of_strings() -> None:
    """A str is one string, and so is a dict, whose twin in JavaScript cannot be iterated."""
    assert webidl.strings("soap") == ["soap"]
    assert webidl.strings(["soap", 5, None]) == ["soap", "5", "null"]
    assert webidl.strings(name for name in "ab") == ["a", "b"]
    assert webidl.strings({"soap": 1}) == ["[object Object]"]
    assert webidl.strings(5) == ["5"]


def test_what_has_pythons_buffer_protocol_is_binary() -> None:
    """The bytes as they are now, whatever the size of the items; a list of numbers is none."""
    assert webidl.buffer(array.array("H", [1, 2])) == array.array("H", [1, 2]).tobytes()
    assert webidl.buffer(memoryview(b"abcd")[::2]) == b"ac"
    assert webidl.buffer([1, 2]) is None
    assert webidl.buffer("text") is None


def test_half_a_character_becomes_a_replacement_character() -> None:
    """A pair of halves is the whole one, as in JavaScript; what is whole already is not touched."""
    assert webidl.usv_string("a\ud800b\ud83d\ude00") == "a\ufffdb😀"
    assert webidl.usv_string(["é", "\ud800"]) == "é,\ufffd"
