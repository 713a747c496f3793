"""JSON that somebody else wrote: what is read, and what is refused, on every Python alike."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext

import pytest

from chatlib import json_text
from chatlib.json_text import DEEPEST


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("text", ["{}", '{"a": [1, "[{"]}', "7", nested(DEEPEST), json.dumps([[]] * 2 * DEEPEST)])
def test_json_is_read(text):
    """However many arrays there are, as long as not too many stand within each other."""
    assert json_text.loads(text) == json.loads(text)


def test_a_bracket_within_a_string_is_none():
    """Also behind a quote that is escaped, and in a text with more of them than may be nested."""
    value = ['"' + "[{" * DEEPEST, "\\", "[" * DEEPEST]

    assert json_text.loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    [nested(DEEPEST + 1), '{"a":' * (DEEPEST + 1), '["\\"", ' + nested(DEEPEST) + "]", "[" * 1_000_000],
)
def test_what_is_nested_too_deep_is_refused(text):
    """At one depth everywhere: Pythons differ, and in a browser's tab the kernel would be gone."""
    with pytest.raises(ValueError, match="nested more than 500 deep"):
        json_text.loads(text)


def test_whoever_is_deep_in_calls_is_refused_like_others():
    """Python counts both together."""

    def within(calls: int) -> object:
        return within(calls - 1) if calls else json_text.loads(nested(DEEPEST))

    with pytest.raises(ValueError, match="nested too deep") if sys.version_info < (3, 12) else nullcontext():
        within(sys.getrecursionlimit() - 300)


@pytest.mark.parametrize("text", ["", "hi", "NaN", "[Infinity]", '{"a": -Infinity}', "[1", "'a'"])
def test_what_is_not_json_is_refused(text):
    """A browser's JSON.parse() takes no NaN either."""
    with pytest.raises(json.JSONDecodeError):
        json_text.loads(text)
