"""The exercises: a blank fails, the solution passes, a plausible wrong answer gets a hint, another right one passes.

Each runs the notebook's own cells: what it imports, the stub of the exercise, and the call of its check. A verdict must
not hang on chance: ``make test-steady STEADY_ARGS="-- -m process tests/process/test_exercises.py"`` asks for each of
them twenty times, with busy loops beside it.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import pkgutil
import re
import time
from collections import Counter
from functools import cache
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from chatlib import exercises
from chatlib.exercises import flood_trial, nb09b, verdict
from chatlib.exercises.verdict import Verdict, exercise
from chatlib.widgets.quiz import Question
from tests.support import answers
from tests.support.cells import run_cell
from tools import notebooks

MODULES = [name for _, name, _ in pkgutil.iter_modules(exercises.__path__) if name.startswith("nb")]
NOTEBOOKS = {
    number: path
    for path in notebooks.find()
    for number in re.findall(r"from chatlib\.exercises import nb(\w+) as check", path.read_text(encoding="utf-8"))
}
ANSWERS = answers.everything()
EXERCISES = [
    (name.removeprefix("nb"), int(check.removeprefix("ex")))
    for name in MODULES
    for check in vars(importlib.import_module(f"chatlib.exercises.{name}"))
    if re.fullmatch(r"ex\d", check)
]
# Those whose answer is a plain function of what can be typed in one line.
TRIED = [("04", 2), ("04", 3), ("07", 1), ("07", 3), ("07", 4), ("11", 1), ("90", 5)]
each_exercise = pytest.mark.parametrize(("number", "n"), EXERCISES, ids=lambda part: str(part))


def is_constant(statement: ast.stmt) -> bool:
    """Tell whether it gives names to values that stand there."""
    if not isinstance(statement, ast.Assign):
        return False
    if not all(
        isinstance(each, ast.Name) for target in statement.targets for each in getattr(target, "elts", [target])
    ):
        return False
    try:
        ast.literal_eval(statement.value)
    except ValueError:
        return False
    return True


@cache
def cells_of(number: str) -> list[NotebookNode]:
    """Return the cells of a notebook: some hundred answers are given in each."""
    return notebooks.read(NOTEBOOKS[number]).cells


@cache
def kept_of(number: str, before: int) -> list[str]:
    """Return what a notebook imports before this cell, widgets excepted, and the functions and constants it defines."""
    kept = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef
    found = []
    for cell in cells_of(number)[:before]:
        if cell.cell_type == "code" and not notebooks.has_tag(cell, "raises-exception"):
            for statement in ast.parse(TransformerManager().transform_cell(cell.source)).body:
                source = ast.unparse(statement)
                if (isinstance(statement, kept) or is_constant(statement)) and "widgets" not in source:
                    found.append(source)
    return found


class Learner:
    """Somebody who works at one exercise of a notebook."""

    def __init__(self, number: str, n: int) -> None:
        self.number, self.n = number, n
        self.cells = cells_of(number)
        self.check = next(place for place, cell in enumerate(self.cells) if f"await check.ex{n}(" in cell.source)
        self.memory: dict[str, Any] = {"__name__": "__main__"}

    async def runs_the_notebook(self) -> None:
        """Run what it imports, and the functions and constants that it defines, as far as this exercise."""
        for source in kept_of(self.number, self.check - 1):
            await self.runs(source)

    async def has_solved_what_it_asks_for(self) -> None:
        """Run the solutions of those exercises before this one whose answer its check is given, too."""
        given = {each.id for each in ast.walk(ast.parse(self.cells[self.check].source)) if isinstance(each, ast.Name)}
        for earlier in range(1, self.n):
            solution = Learner(self.number, earlier).solution()
            if given & {getattr(each, "name", "") for each in ast.parse(solution).body}:
                await self.runs(solution)

    async def runs(self, source: str) -> Any:
        """Run a cell; return the value of its last line."""
        return await run_cell(source, self.memory)

    async def answers(self, source: str = "") -> Verdict:
        """Run the stub, then the answer, then the check."""
        await self.runs_the_notebook()
        await self.has_solved_what_it_asks_for()
        await self.runs(self.cells[self.check - 1].source)
        await self.runs(source)
        return await self.runs(self.cells[self.check].source)

    def solution(self) -> str:
        """Return the file that the exercise links to."""
        above = "\n".join(cell.source for cell in self.cells[: self.check] if cell.cell_type == "markdown")
        return (notebooks.ROOT / "notebooks" / re.findall(r"\]\((solutions/[^)]+)\)", above)[-1]).read_text("utf-8")


def test_every_exercise_has_wrong_answers():
    """Two at the least: each clause of a task has one that breaks it."""
    counted = Counter((each.number, each.n) for each in ANSWERS if not each.is_right)

    assert [key for key in EXERCISES if counted[key] < 2] == []
    assert set(counted) <= set(EXERCISES)
    assert len(set(map(str, ANSWERS))) == len(ANSWERS)


@each_exercise
async def test_a_blank_is_not_yet_solved(number, n):
    """Run All meets the stub as it is: the check does not raise, and gives a hint."""
    verdict = await Learner(number, n).answers()

    assert not verdict.solved
    assert repr(verdict).startswith("Not yet: ")
    assert "it raised" not in verdict.text


@each_exercise
async def test_the_solution_solves_it(number, n):
    """What `%load` shows is right."""
    learner = Learner(number, n)
    verdict = await learner.answers(learner.solution())

    assert repr(verdict).startswith("Solved: ")


@pytest.mark.parametrize(("number", "n"), TRIED, ids=str)
async def test_what_a_stub_tries_is_what_the_solution_returns(number, n):
    """The last line of a stub is one more to try it with, and says what should come out: a learner adds others."""
    learner = Learner(number, n)
    call, _, said = learner.cells[learner.check - 1].source.splitlines()[-1].partition("  # ")
    value, _, invites = said.partition("; ")
    await learner.runs_the_notebook()
    await learner.runs(learner.solution())

    assert invites == "try others"
    assert await learner.runs(call) == ast.literal_eval(value)


@pytest.mark.parametrize("each", ANSWERS, ids=str)
async def test_an_answer_gets_its_verdict(each):
    """A plausible mistake gets a hint that is true of this very answer, to the last word; what is right is solved."""
    verdict = await Learner(each.number, each.n).answers(each.answer)

    assert verdict.solved == each.is_right
    assert each.fits(repr(verdict)), f"it said: {verdict!r}"


@pytest.mark.parametrize("name", MODULES)
def test_the_quiz_of_each_notebook_is_well_formed(name):
    """Two or three choices, one of them right, each with its reason."""
    quiz = importlib.import_module(f"chatlib.exercises.{name}").QUIZ

    assert len([Question(text, choices) for text, choices in quiz]) >= 3


async def test_code_that_never_returns_is_told_so(monkeypatch):
    """The notebook goes on after some seconds."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)

    @exercise
    async def wait_for_ever() -> str:
        await asyncio.Event().wait()
        return ""

    assert "was not over" in (await wait_for_ever()).text


async def test_a_check_of_many_rounds_gives_the_loop_its_turns():
    """Else a busy machine's watchdog would lay to the learner's code what the check itself keeps for seconds."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    learner = Learner("09b", 1)
    verdict = await learner.answers(learner.solution())
    counting.cancel()

    assert verdict.solved
    assert turns > 30


async def test_a_burst_is_waited_for_by_turns_of_the_loop(monkeypatch):
    """A machine that was busy for seconds has delivered nothing meanwhile: what is there a few turns later counts."""
    monkeypatch.setattr(flood_trial, "SECONDS", 0.06)
    (each,) = (each for each in ANSWERS if str(each) == "11-2-what-passes-goes-to-all-and-something-is-put-before-it")

    async def keep_busy() -> None:
        while True:
            time.sleep(0.07)  # noqa: ASYNC251 - that is the point
            await asyncio.sleep(0)

    busy = asyncio.create_task(keep_busy())
    verdict = await Learner(each.number, each.n).answers(each.answer)
    busy.cancel()

    assert each.fits(repr(verdict)), f"it said: {verdict!r}"


async def test_a_connection_that_cannot_come_is_not_waited_for(monkeypatch):
    """Whoever has closed the socket for good need not wait for half a minute until the verdict."""
    monkeypatch.setattr(nb09b, "WAIT_SECONDS", 1000)
    (each,) = (each for each in ANSWERS if str(each).startswith("09b-3-at-each-connection-closes-the-socket"))

    verdict = await asyncio.wait_for(Learner(each.number, each.n).answers(each.answer), 20)

    assert each.fits(repr(verdict)), f"it said: {verdict!r}"


async def test_a_machine_that_halts_once_in_a_flood_is_not_the_handler_s_fault(monkeypatch):
    """The loop is kept for a moment by something else: who is right is not told that others waited for the handler."""
    floods = flood_trial._floods
    halted = []

    async def halt_in_the_first(mallory, flood):
        if not halted:
            halted.append(True)
            asyncio.get_running_loop().call_later(0.01, time.sleep, 0.4)
        return await floods(mallory, flood)

    monkeypatch.setattr(flood_trial, "_floods", halt_in_the_first)
    learner = Learner("11", 2)
    verdict = await learner.answers(learner.solution())

    assert halted
    assert verdict.solved, f"it said: {verdict!r}"


async def test_a_machine_that_lets_the_loop_queue_in_each_flood_is_not_the_handler_s_fault(monkeypatch):
    """Other threads come by all the while, and are not late."""
    floods = flood_trial._floods
    halts = 0

    async def halt_in_each(mallory, flood):
        nonlocal halts
        halts += 1
        asyncio.get_running_loop().call_later(0.01, time.sleep, 0.4)
        return await floods(mallory, flood)

    monkeypatch.setattr(flood_trial, "_floods", halt_in_each)
    monkeypatch.setattr(flood_trial, "queued_seconds", lambda: 0.4 * halts, raising=False)
    learner = Learner("11", 2)
    verdict = await learner.answers(learner.solution())

    assert halts == flood_trial.FLOODS
    assert verdict.solved, f"it said: {verdict!r}"


async def test_what_an_earlier_check_published_is_no_newer_state():
    """An answer may send whoever comes the newest state that it knows; and a check may be run again."""
    learner = Learner("10", 2)
    (each,) = (each for each in ANSWERS if str(each) == "10-2-right-whoever-comes-is-sent-the-newest-at-once")
    first = await learner.answers(each.answer)
    again = await learner.runs(learner.cells[learner.check].source)

    assert first.solved, f"it said: {first!r}"
    assert again.solved, f"it said: {again!r}"


async def test_a_cancelled_check_is_cancelled():
    """Interrupting the kernel is not a wrong answer."""

    @exercise
    async def wait_for_ever() -> str:
        await asyncio.Event().wait()
        return ""

    checking = asyncio.create_task(wait_for_ever())
    await asyncio.sleep(0)
    checking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await checking


@pytest.mark.parametrize("answer", ["", Learner("90", 3).solution()], ids=["the stub", "the solution"])
async def test_an_unusual_goodbye_leaves_no_traceback_in_the_log(answer, caplog):
    """Who has learnt of 4001 a minute ago may try it: nothing is wrong with the handler."""
    learner = Learner("90", 3)
    await learner.runs_the_notebook()
    await learner.runs(learner.cells[learner.check - 1].source)
    await learner.runs(answer)
    async with serve(learner.memory["chat"], "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", proxy=None) as page:
            await page.close(4001)

    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    assert not learner.memory["pages"]
