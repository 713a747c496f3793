"""A text: an ordinary string in English, which can be said in another language as well."""

from __future__ import annotations

import copy
import json

import pytest

from chatlib.words import Text, joined

GERMAN = {"{count} bytes": "{count} Byte", "{who} sent {what}": "{what} kam von {who}", "Ada": "Die Ada", ", ": " und "}


def test_a_text_is_its_english():
    """Whoever does not know of languages gets a string."""
    text = Text("{count} bytes", count=5)

    assert text == "5 bytes"
    assert json.dumps({"size": text}) == '{"size": "5 bytes"}'
    assert repr(text) == "'5 bytes'"


def test_a_text_is_said_by_other_templates():
    """Values keep their names, whatever their order is there."""
    assert Text("{count} bytes", count=5).by(GERMAN) == "5 Byte"
    assert Text("{who} sent {what}", who="Bo", what="a wave").by(GERMAN) == "a wave kam von Bo"


def test_a_text_within_a_text_is_said_too():
    """A sentence is put together in either language."""
    text = Text("{who} sent {what}", who="Bo", what=Text("{count} bytes", count=5))

    assert text == "Bo sent 5 bytes"
    assert text.by(GERMAN) == "5 Byte kam von Bo"


def test_formats_and_conversions_hold_in_both():
    """``!r`` and ``:.1f`` are a template's own affair."""
    text = Text("{word!r} after {seconds:.1f} s", word="hi", seconds=0.25)

    assert text == "'hi' after 0.2 s"
    assert text.by({"{word!r} after {seconds:.1f} s": "nach {seconds:.0f} s {word!r}"}) == "nach 0 s 'hi'"


def test_what_nobody_knows_stays_english():
    """A template that is not in the catalogue, and values that are data."""
    assert Text("{who} left", who=Text("Ada")).by(GERMAN) == "Die Ada left"
    assert Text("{who} left", who="Ada").by(GERMAN) == "Ada left"


def test_braces_without_values_are_braces():
    """As with logging: JSON in a sentence needs no doubling."""
    assert Text('send {"type": 2}') == 'send {"type": 2}'
    assert Text('send {"type": 2}').by({'send {"type": 2}': 'sende {"type": 2}'}) == 'sende {"type": 2}'


def test_a_text_of_data():
    """A string that stands elsewhere; a text stays what it is."""
    text = Text("{count} bytes", count=5)

    assert Text.of_data("Ada").by(GERMAN) == "Die Ada"
    assert Text.of_data(text) is text


def test_joined_texts():
    """What stands between them is said as well; braces in data are data."""
    texts = joined([Text("Ada"), Text("{count} bytes", count=5), "{x}"], Text(", "))

    assert texts == "Ada, 5 bytes, {x}"
    assert texts.by(GERMAN) == "Die Ada und 5 Byte und {x}"
    assert joined([], Text(", ")) == ""


def test_a_value_is_seen_once():
    """What is said later is still what was said."""
    heard = ["one"]
    text = Text("{heard}, which is {heard!r}; {error}, or {error!r}", heard=heard, error=ValueError("no"))
    heard.append("two")

    assert text == "['one'], which is ['one']; no, or ValueError('no')"
    assert text.by({text.template: "{heard} {error!r}"}) == "['one'] ValueError('no')"


def test_a_copy_is_a_text():
    """``dataclasses.asdict`` copies what is in a field."""
    assert copy.deepcopy([Text("{count} bytes", count=5)])[0].by(GERMAN) == "5 Byte"


def test_a_value_that_is_missing_is_an_error():
    """At its place, and not where it is read."""
    with pytest.raises(KeyError):
        Text("{count} bytes", size=5)
