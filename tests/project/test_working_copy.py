"""The copy of the course that learners work in: no answers before the questions, and nothing of theirs is ever lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.support.places import ROOT
from tools import notebooks
from tools.working_copy import COPY, LEDGER, WorkingCopy, folded

FIRST = "00_first.ipynb"
SECOND = "01_second.ipynb"


class Course:
    """A course of two notebooks and a solution, and its copy."""

    def __init__(self, directory: Path) -> None:
        self.course = directory / "notebooks"
        self.folder = directory / "my-notebooks"
        self.course.mkdir()
        (self.course / "solutions").mkdir()
        (self.course / "solutions" / "00_it.py").write_text("it = 1\n")
        self.publish(FIRST, "1 + 1")
        self.publish(SECOND, "2 + 2")

    def publish(self, name: str, *sources: str) -> None:
        """Write a notebook of the course, with outputs."""
        write(self.course / name, *sources)

    def work(self, name: str, *sources: str) -> None:
        """Write a notebook of the copy, as JupyterLab saves one that was run."""
        write(self.folder / name, *sources)

    def update(self):
        return WorkingCopy(self.course, self.folder).update()

    def fresh(self, number: str):
        return WorkingCopy(self.course, self.folder).fresh(number)

    def sources(self, name: str) -> list[str]:
        return [cell.source for cell in nbformat.read(self.folder / name, as_version=4).cells]

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("[!.]*"))


def write(path: Path, *sources: str) -> None:
    cells = [
        new_code_cell(source, execution_count=7, outputs=[new_output("stream", text=f"output of {source}")])
        for source in sources
    ]
    nbformat.write(new_notebook(cells=cells), path)


@pytest.fixture
def course(tmp_path) -> Course:
    course = Course(tmp_path)
    course.update()
    return course


def test_a_copy_has_everything_but_the_outputs(course):
    """Solutions are where the notebooks look for them; a cell has not been run yet; nothing half-written is left."""
    cell = notebooks.read(course.folder / FIRST).cells[0]

    assert (cell.source, cell.outputs, cell.execution_count) == ("1 + 1", [], None)
    assert (course.folder / "solutions" / "00_it.py").read_text() == "it = 1\n"
    assert sorted(path.name for path in course.folder.iterdir()) == [LEDGER, FIRST, SECOND, "solutions"]


def test_an_answer_is_folded_until_somebody_opens_it(course):
    """What is marked goes behind a click, in Markdown that is still Markdown; the course's own page shows it."""
    text = "<!-- answer -->\nNo: *2*,\nand not 3.<!-- /answer --> It begins\nto close."
    nbformat.write(new_notebook(cells=[new_markdown_cell(text)]), course.course / FIRST)
    course.update()

    (source,) = course.sources(FIRST)
    summary, answer, rest = source.split("\n\n", 2)
    assert summary.startswith("<details><summary>")
    assert answer == "No: *2*,\nand not 3."
    assert rest == "</details>\n\nIt begins\nto close."


def test_an_answer_that_the_course_folds_is_folded_once():
    """Where no cell is run between question and answer."""
    inside = "<details><summary>The answer</summary>\n\nNo.\n\n</details>\n"

    assert folded(f"<!-- answer -->\n{inside}<!-- /answer -->") == folded("<!-- answer -->\nNo.<!-- /answer -->")


def test_a_text_without_answers_is_copied_to_the_letter():
    """Also one that speaks of folding, and one that ends in an answer has no blank lines at its end."""
    text = "Text.\n\n<details><summary>What you should see</summary>\n\nNothing.\n\n</details>\n"

    assert folded(text) == text
    assert folded("<!-- answer -->\nYes.<!-- /answer -->").endswith("Yes.\n\n</details>")


def test_an_update_without_news_changes_nothing(course):
    """`make lab` says nothing then, and a notebook that was run keeps its outputs."""
    course.work(FIRST, "1 + 1")
    before = (course.folder / FIRST).read_bytes()

    assert list(course.update().lines()) == []
    assert (course.folder / FIRST).read_bytes() == before


def test_an_update_brings_what_is_new_and_what_nobody_touched(course):
    """To run a notebook is not to write into it: the new version comes, and its cells bring their outputs again."""
    course.work(FIRST, "1 + 1")
    course.publish(FIRST, "1 + 1", "3 + 3")
    course.publish("02_third.ipynb", "4")
    report = course.update()

    assert (report.updated, report.new, report.beside) == ([FIRST], ["02_third.ipynb"], [])
    assert course.sources(FIRST) == ["1 + 1", "3 + 3"]
    assert course.names() == [FIRST, SECOND, "02_third.ipynb", "solutions"]


@pytest.mark.parametrize("written", [["my answer"], ["1 + 1", "a cell of my own"], []])
def test_what_somebody_wrote_is_kept_and_the_new_version_stands_beside_it(course, written):
    """A changed cell, a new one, a deleted one; it is told once, and a learner's copy of that is kept, too."""
    course.work(FIRST, *written)
    course.publish(FIRST, "new")
    report = course.update()

    assert report.beside == [(FIRST, "00_first (new).ipynb")]
    assert course.sources(FIRST) == written
    assert course.sources("00_first (new).ipynb") == ["new"]
    assert list(course.update().lines()) == []

    course.publish(FIRST, "newer")
    course.update()
    assert course.sources("00_first (new).ipynb") == ["newer"]

    course.work("00_first (new).ipynb", "my second answer")
    course.publish(FIRST, "newest")
    course.update()
    assert course.sources("00_first (new).ipynb") == ["my second answer"]
    assert course.sources("00_first (new 2).ipynb") == ["newest"]
    assert course.sources(FIRST) == written


def test_an_empty_cell_is_nothing_written(course):
    """JupyterLab adds one when somebody runs the last cell with Shift + Enter."""
    course.update()
    course.work(FIRST, "1 + 1", "")
    course.publish(FIRST, "1 + 2")

    assert course.update().updated == [FIRST]
    assert course.sources(FIRST) == ["1 + 2"]


@pytest.mark.parametrize("content", [b"", b"not JSON", b'{"cells": 5}', b"[]"])
def test_a_file_that_is_no_notebook_any_more_is_somebodys(course, content):
    """What cannot be read is not overwritten."""
    (course.folder / FIRST).write_bytes(content)
    course.publish(FIRST, "new")
    course.update()

    assert (course.folder / FIRST).read_bytes() == content
    assert course.sources("00_first (new).ipynb") == ["new"]


@pytest.mark.parametrize("ledger", [None, "", "[]", "{"])
def test_without_its_ledger_nothing_is_overwritten(course, ledger):
    """Then nobody knows what was brought: what differs counts as written."""
    course.work(FIRST, "1 + 1")
    course.publish(FIRST, "new")
    (course.folder / LEDGER).unlink()
    if ledger is not None:
        (course.folder / LEDGER).write_text(ledger)
    report = course.update()

    assert course.sources(FIRST) == ["1 + 1"]
    assert (report.beside, report.updated) == ([(FIRST, "00_first (new).ipynb")], [])


def test_a_solution_is_kept_like_a_notebook(course):
    """It is a file that one may write into, too."""
    (course.folder / "solutions" / "00_it.py").write_text("it = 'mine'\n")
    (course.course / "solutions" / "00_it.py").write_text("it = 2\n")
    report = course.update()

    assert report.beside == [("solutions/00_it.py", "solutions/00_it (new).py")]
    assert (course.folder / "solutions" / "00_it.py").read_text() == "it = 'mine'\n"


def test_one_notebook_comes_anew_and_the_old_one_is_kept(course):
    """As often as one likes; and an update then knows the new one."""
    course.work(FIRST, "my answer")
    assert course.fresh("00") == (FIRST, "00_first (old).ipynb")
    course.work(FIRST, "another answer")
    assert course.fresh("00_f") == (FIRST, "00_first (old 2).ipynb")

    assert course.sources(FIRST) == ["1 + 1"]
    assert course.sources("00_first (old).ipynb") == ["my answer"]
    assert course.sources("00_first (old 2).ipynb") == ["another answer"]
    course.publish(FIRST, "new")
    assert course.update().updated == [FIRST]


def test_a_notebook_that_was_deleted_comes_back(course):
    """With `make lab`, or by its number."""
    (course.folder / FIRST).unlink()
    assert course.update().new == [FIRST]
    (course.folder / FIRST).unlink()
    assert course.fresh("00") == (FIRST, None)


@pytest.mark.parametrize("number", ["", "0", "09", "solutions"])
def test_what_names_no_single_notebook_is_refused(course, number):
    """The error lists what there is, and nothing was moved."""
    with pytest.raises(LookupError, match=r"say which one of 00_first\.ipynb"):
        course.fresh(number)
    assert course.names() == [FIRST, SECOND, "solutions"]


def test_the_courses_own_notebooks_are_copied_with_nothing_shown(tmp_path):
    """And otherwise to the letter: cells, their names, their tags, metadata. No mark of an answer is left over."""
    WorkingCopy(folder=tmp_path).update()
    for path in notebooks.find():
        course, copy = notebooks.read(path), notebooks.read(tmp_path / path.name)
        for cell in course.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
            else:
                cell.source = folded(cell.source)
                assert "answer -->" not in cell.source, cell.id
        assert copy == course, path.name


def test_git_does_not_see_the_copy():
    """A learner who updates the course with git is never asked about it."""
    assert f"/{COPY.name}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"--ServerApp.root_dir={COPY.name}" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_it_needs_python_only():
    """It runs before anything is installed: in Binder's build, and without make."""
    command = [sys.executable, "-I", "-S", "-c", "import runpy; runpy.run_path('tools/working_copy.py')"]

    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_the_ledger_is_text_that_one_can_read(course):
    """A name, and a digest of what people may write there."""
    ledger = json.loads((course.folder / LEDGER).read_text(encoding="utf-8"))

    assert set(ledger) == {FIRST, SECOND, "solutions/00_it.py"}
