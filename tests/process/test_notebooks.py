"""The course: every notebook is well formed, and runs as it is committed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import notebooks

pytestmark = pytest.mark.usefixtures("forked_kernels")

COURSE = notebooks.find()
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


@pytest.fixture(params=COURSE, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


def markdown(path: Path) -> list[str]:
    """Return the text cells, without what stands in code fences."""
    texts = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown"]
    return [re.sub(r"```.*?```", "", text, flags=re.DOTALL) for text in texts]


def test_the_course_has_its_first_notebook():
    """`make lab` opens it."""
    assert COURSE[0].name == "00_check_your_seat.ipynb"


def test_run_all_twice_shows_what_is_committed(path):
    """A fresh kernel, Run All, Run All: no cell fails, and both runs show what a reader of the file sees."""
    notebooks.check(path)


def test_a_cell_finds_the_python_of_a_folder_whose_name_has_a_space(tmp_path):
    """It is cut at none: "Couldn't find program" would stand where the text goes on about what the cell shows."""
    (tmp_path / "the course").mkdir()
    (tmp_path / "the course" / ".venv").symlink_to(sys.prefix)
    python = tmp_path / "the course" / ".venv" / "bin" / "python"
    sources = [cell.source for path in COURSE for cell in notebooks.read(path).cells]
    cells = [source for source in sources if source.startswith("%%script")]
    code = f"python = {str(python)!r}\nfor cell in {cells!r}: get_ipython().run_cell(cell)"
    shown = subprocess.run([sys.executable, "-m", "IPython", "--quick", "-c", code], capture_output=True, text=True)

    assert shown.stdout.splitlines() == ["['before', 'somebody else', 'after']"], shown.stdout + shown.stderr


def test_the_file_is_a_valid_notebook_for_python3(path):
    """Any Jupyter opens it and finds its kernel; the ids of its cells are there and differ."""
    notebook = notebooks.read(path)
    nbformat.validate(notebook, relax_add_props=False)

    ids = [cell.id for cell in notebook.cells]
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    assert len(set(ids)) == len(ids)
    assert notebook.metadata.kernelspec.name == "python3"


def test_nothing_in_the_file_needs_a_kernel_to_be_read(path):
    """No model of a widget, which no later reader can load, and no widget state, which hides what stands beside it."""
    notebook = notebooks.read(path)

    assert "widgets" not in notebook.metadata
    assert notebooks.WIDGET_VIEW not in path.read_text(encoding="utf-8")


def test_the_name_and_the_one_title_say_what_to_do(path):
    """NN_verb_object, and one H1, at the top."""
    titles = [line for text in markdown(path) for line in text.splitlines() if line.startswith("# ")]

    assert re.fullmatch(r"\d\d[ab]?(_[a-z0-9]+)+", path.stem)
    assert len(titles) == 1
    assert markdown(path)[0].startswith(titles[0])


def test_links_between_files_lead_somewhere(path):
    """A link to another notebook or file finds it, from the notebook's own place."""
    links = [link for text in markdown(path) for link in LINK.findall(text)]
    local = [link for link in links if not re.match(r"[a-z]+:", link)]

    assert [link for link in local if not (path.parent / link).exists()] == []
