"""The minutes: counted in a notebook, and the same wherever they are read."""

from __future__ import annotations

import functools
import re

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

from chatlib import widgets
from tests.support.course import read
from tests.support.places import ROOT
from tools import course_map, notebooks, reading_time

NINETY = 90
TO_SPARE = 15
HALF_A_DAY = 180


@pytest.fixture
def measured(tmp_path):
    """Return the time of a notebook of these cells."""

    def measure(*cells: NotebookNode) -> reading_time.ReadingTime:
        path = tmp_path / "00_a_notebook.ipynb"
        path.write_text(writes(new_notebook(cells=[new_markdown_cell("# A notebook"), *cells])), encoding="utf-8")
        return reading_time.measure(path)

    return measure


def minutes_of(time: reading_time.ReadingTime) -> float:
    """Return its minutes without those of the title."""
    return time.minutes - 2 / reading_time.PROSE


def showing(text: str) -> NotebookNode:
    return new_code_cell("", outputs=[new_output("execute_result", {"text/plain": text})])


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        (new_markdown_cell("word " * 130), 1),
        (new_markdown_cell("| word " * 250), 1),
        (new_markdown_cell("```js\n" + "word " * 100 + "\n```"), 1),
        (new_markdown_cell("<!-- course map -->\n" + "| word " * 250 + "\n<!-- /course map -->"), 0),
        (new_markdown_cell("*Predict:* " + "word " * 129), 1 + 20 / 60),
        (new_code_cell("word " * 100), 1 + 6 / 60),
        (showing("word " * 250), 1 + 6 / 60),
        (showing("<Quiz of 4 questions, 0 answered, 0 right>"), 2 + 6 / 60),
        (showing("<Prediction: What will it be?>"), 20 / 60 + 6 / 60),
        (showing("<RoomMap of lobby at ws://127.0.0.1:1: nobody>"), 3 + 6 / 60),
    ],
)
def test_what_is_read_run_guessed_and_played_with_takes_its_time(measured, cell, minutes):
    """Prose at 130 words a minute, code at 100, outputs at 250, and the rest as stated."""
    assert minutes_of(measured(cell)) == pytest.approx(minutes)


def test_a_widget_of_a_kind_is_played_with_once(measured):
    """Who knows one room map knows the second."""
    first, second = showing("<RoomMap of lobby>"), showing("<RoomMap of the garden>")

    assert minutes_of(measured(first, second)) == pytest.approx(3 + 12 / 60)


def test_every_widget_has_a_time():
    """A new one says how long people play with it; a quiz is counted by its questions."""
    counted_otherwise = {"Prediction", "Question", "Quiz", "snapshots"}

    assert set(widgets.__all__) - counted_otherwise <= set(reading_time.WIDGETS)


def test_an_exercise_takes_what_its_heading_states(measured):
    """Its text and its cells are part of that; what follows it is counted again."""
    exercise = new_markdown_cell("## Exercises\n\n### 1. Do it (7 minutes)\n\n" + "word " * 500)
    after = new_markdown_cell("## Next\n\n" + "word " * 129)
    time = measured(exercise, new_code_cell("word " * 500), after)

    assert time.exercises == 7
    assert [(section.title, minutes) for section, minutes in time.whole()] == [
        ("A notebook", 0),
        ("Exercises", 7),
        ("Next", 1),
    ]


def test_an_exercise_without_a_time_is_named(measured):
    """Whoever adds one is told what to write."""
    with pytest.raises(notebooks.NotebookError, match=r"'### 1\. Do it' states no time"):
        measured(new_markdown_cell("## Exercises\n\n### 1. Do it\n\nNow."))


def test_the_opening_says_what_was_measured(measured):
    """Rounded up to five minutes; written twice it is the same."""
    time = measured(new_markdown_cell("## Exercises\n\n### Your turn: do it (7 minutes)\n"))
    opening = "# A notebook\n\n- **You need** 10 minutes, and nothing else. It takes 3 minutes (or 4)."
    said = reading_time.with_need(opening, time)

    assert said == opening.replace("10 minutes", "10 minutes (7 of them for the exercises)")
    assert reading_time.with_need(said, time) == said


measure = functools.cache(reading_time.measure)


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda path: path.stem)
def test_each_notebook_needs_what_it_says(path, monkeypatch):
    """So the map of README.md and notebook 00, which is made of it, is true as well."""
    monkeypatch.setattr(notebooks, "read", read)
    opening = read(path).cells[0].source

    assert reading_time.with_need(opening, measure(path)) == opening, "run `make notebooks`"
    assert course_map.Lesson.read(path).minutes == measure(path).stated


def test_the_teachers_guide_has_every_section():
    """Each section of each notebook, and the clock of the ninety minutes."""
    guide = reading_time.GUIDE.read_text(encoding="utf-8")

    assert reading_time.with_tables(guide, [measure(path) for path in notebooks.find()]) == guide, (
        "run `make notebooks`"
    )
    assert re.search(r"<!-- minutes -->\n\| notebook", guide)
    assert re.search(r"<!-- clock -->\n\| from", guide)


def test_the_ninety_minutes_leave_time():
    """For arriving, for questions, for a machine that does not start."""
    (short,) = [path for path in notebooks.find() if course_map.number(path) == course_map.SHORT]

    assert measure(short).minutes + TO_SPARE <= NINETY


def test_half_a_day_is_honest():
    """The README says how long it takes a slow reader; without the exercises it is no more than half a day."""
    half = [measure(path) for path in notebooks.find() if course_map.number(path) in course_map.HALF_DAY]
    minutes = sum(time.stated for time in half)
    walk = minutes - sum(time.exercises for time in half)

    assert walk <= HALF_A_DAY
    said = f"({minutes} minutes, {walk} without exercises)"
    assert said in (ROOT / "README.md").read_text(encoding="utf-8")
