"""Twenty mistakes: each is met in a cell, and each is measured, as docs/mistakes.md says."""

from __future__ import annotations

import functools
import importlib
import re
from dataclasses import dataclass
from typing import Any

import pytest

from chatlib.exercises.predictions import PREDICTIONS
from chatlib.widgets.quiz import Question
from tests.support import answers
from tests.support.course import read
from tests.support.places import ROOT
from tools import course_map, notebooks

ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
MET = re.compile(r"(\w+) `([\w-]+)`")
MEASURED = re.compile(
    r'quiz (?P<quiz>\w+) "(?P<answer>[^"]+)"|prediction (?P<nb>\w+) `(?P<cell>[\w-]+)` "(?P<guess>[^"]+)"'
    r'|exercise (?P<exercise>\w+)\.(?P<n>\d) "(?P<made>[^"]+)"'
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row of the table."""

    number: int
    text: str
    met: str
    measured: str


MISTAKES = [
    Mistake(int(number), *rest) for number, *rest in ROW.findall((ROOT / "docs" / "mistakes.md").read_text("utf-8"))
]
each_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: str(mistake.number))


@functools.cache
def cells(number: str) -> list[Any]:
    """Return the cells of the notebook with this number."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == number]
    return list(read(path).cells)


def exercises(number: str) -> Any:
    return importlib.import_module(f"chatlib.exercises.nb{number}")


def test_all_twenty_are_there():
    """In the order in which a talk would bring them."""
    assert [mistake.number for mistake in MISTAKES] == list(range(1, 21))


@each_mistake
def test_it_is_met(mistake):
    """In a cell that exists; nothing else stands in that column."""
    met = MET.findall(mistake.met)

    assert ", ".join(f"{number} `{cell}`" for number, cell in met) == mistake.met
    assert [(number, cell) for number, cell in met if cell not in {it.id for it in cells(number)}] == []


@each_mistake
def test_it_is_measured(mistake):
    """By a choice that is there and is not right, or by an exercise: an answer that makes the mistake is refused."""
    found = list(MEASURED.finditer(mistake.measured))
    assert ", ".join(it[0] for it in found) == mistake.measured
    for it in found:
        if it["quiz"]:
            choices = {choice: about for _, choices in exercises(it["quiz"]).QUIZ for choice, about in choices.items()}
            assert choices[it["answer"]][0] is False
        elif it["nb"]:
            assert PREDICTIONS[f"{it['nb']} {it['cell']}"][1][it["guess"]][0] is False
        else:
            assert hasattr(exercises(it["exercise"]), f"ex{it['n']}")
            assert any(f"await check.ex{it['n']}(" in cell.source for cell in cells(it["exercise"]))
            given = answers.read(answers.FOLDER / f"{it['exercise']}_{it['n']}.py")
            assert [answer.is_right for answer in given if answer.about == it["made"]] == [False]


def test_a_question_has_no_markdown_but_code():
    """A quiz and a prediction show `code` as such, and asterisks as they are."""
    quizzes = [question for path in notebooks.find() for question in exercises(course_map.number(path)).QUIZ]
    for text, choices in [*quizzes, *PREDICTIONS.values()]:
        assert not re.search(r"\*\w", re.sub(r"`[^`]*`", "", f"{text} {choices}")), text


# Predictions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PREDICTIONS)
def test_a_prediction_is_made_right_before_its_answer(name):
    """The cell that its name means shows what is so; no other code is run between the two."""
    number, cell_id = name.split()
    ids = [cell.id for cell in cells(number)]
    above = [cell for cell in cells(number)[: ids.index(cell_id)] if cell.cell_type == "code"]

    assert f'Prediction(*PREDICTIONS["{name}"])' in above[-1].source
    Question(*PREDICTIONS[name])


def test_every_prediction_that_is_asked_is_one_of_these():
    """None is asked twice, and none is left over."""
    asked = [
        name
        for path in notebooks.find()
        for cell in read(path).cells
        for name in re.findall(r'PREDICTIONS\["([^"]+)"\]', cell.source)
    ]

    assert sorted(asked) == sorted(PREDICTIONS)
