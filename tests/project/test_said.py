"""What chatlib says to people stands in one catalogue, whole and in good order; and nothing is said beside it."""

from __future__ import annotations

import ast
import itertools
import json
from functools import cache

import pytest

from chatlib import languages
from tests.support import said
from tests.support.places import ROOT

PACKAGE = ROOT / "chatlib"
SOURCES = sorted({*PACKAGE.rglob("*.py")} - {PACKAGE / "words.py"})  # which only makes them
DATA = [*sorted((PACKAGE / said.QUIZZES).glob("nb*.py")), PACKAGE / said.PREDICTIONS]
HALF_WIDTH = ",;:!?"


@cache
def everything_said():
    marked = [(path, text) for path in SOURCES for text in said.heard(path)[0]]
    return [*marked, *((path, text) for path in DATA for text in said.said_as_data(path))]


def name(path):
    return path.relative_to(ROOT).as_posix()


def test_every_text_is_in_the_catalogue():
    """A text without Chinese is shown in English in the middle of a Chinese page."""
    missing = [
        f"{name(path)}, line {text.line}: {text.template!r}"
        for path, text in everything_said()
        if text.template and text.template not in languages.chinese()
    ]

    assert missing == [], "put their Chinese into chatlib/words.zh.json"


def test_every_entry_of_the_catalogue_is_said():
    """What is no longer said goes: nobody translates it twice."""
    assert set(languages.chinese()) - {text.template for _, text in everything_said()} == set()


def test_no_entry_stands_twice():
    """JSON would keep the last one, and say nothing."""
    pairs = json.loads(languages.CATALOGUE.read_text(encoding="utf-8"), object_pairs_hook=list)

    assert len(pairs) == len(dict(pairs))


def test_values_have_the_same_names_everywhere():
    """In the call, in English and in Chinese."""
    wrong = []
    for path, text in everything_said():
        if text.values:
            chinese = languages.chinese().get(text.template, text.template)
            names = [text.values, said.placeholders(text.template), said.placeholders(chinese)]
            if names != [text.values] * 3:
                wrong.append(f"{name(path)}, line {text.line}: {names}")

    assert wrong == []


def test_people_are_spoken_to_with_texts_only():
    """What is no ``Text`` cannot be said in Chinese. mypy finds what is not seen here."""
    assert {name(path): unmarked for path in SOURCES if (unmarked := said.heard(path)[1])} == {}


@pytest.mark.parametrize(
    "source",
    [
        'NotYet(f"you returned {value!r}.")',
        'NotYet("you returned " + value)',
        "Text(words)",
        'Text("{count} of them", 3)',
        'NotYet("your page sent nothing.{why}", why=f" It said {line}")',
        'Text("{outcome}", outcome="ended" if over else "going on")',
        'Finding("Port", Colour.RED, "it is taken")',
        'Finding("Port", Colour.RED, Text("it is taken"), mend=f"end {it}")',
        'Field("FIN", 0, 1, "1", "the message ends here", "5.4")',
        'Line(first, name or "an ordinary HTTP header", "4.1")',
        'Ending("this machine was asleep")',
        'Verdict(True, "well done")',
        '@exercise\nasync def ex1(answer):\n    return "well done"',
        '@long_exercise\nasync def ex2(page):\n    return f"{page} is well done" if page else Text("well done")',
    ],
)
def test_what_is_no_text_is_found(source):
    """One of each kind of place at which people are spoken to."""
    assert said.unmarked(ast.parse(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        'NotYet("you returned {value!r}.", value=value)',
        'Text("{text}{why}", text=found or "", why=Text(" It was late.") if late else "")',
        'Finding("Port", Colour.GREEN, Text("it is free"), "")',
        '@exercise\nasync def ex1(answer):\n    return Text("well done")',
    ],
)
def test_a_text_is_let_through(source):
    """Data, and texts within texts."""
    assert said.unmarked(ast.parse(source)) == []


def test_a_text_is_read_from_its_source():
    """With the names of its values; and a quiz's words wherever they stand."""
    assert list(said.said_in(ast.parse('x = Text("{count} bytes", count=1)\nraise NotYet("no")'))) == [
        said.Said("{count} bytes", frozenset({"count"}), 1),
        said.Said("no", frozenset(), 2),
    ]


def test_chinese_is_written_in_full_width():
    """No comma, colon or question mark of English stands behind a Chinese character."""
    mixed = [
        chinese
        for chinese in languages.chinese().values()
        if any("一" <= one <= "鿿" and other in HALF_WIDTH for one, other in itertools.pairwise(chinese))
    ]

    assert mixed == []
