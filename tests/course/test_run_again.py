"""A cell that learners run once more still finds what it calls. (Such runs: tests/process/test_run_again.)"""

from __future__ import annotations

import ast

import pytest

from tests.support.course import read
from tools import notebooks


def functions(cell: ast.Module) -> set[str]:
    """Return the names of the functions that a cell defines."""
    return {each.name for each in cell.body if isinstance(each, ast.AsyncFunctionDef | ast.FunctionDef)}


def given(cell: ast.Module) -> set[str]:
    """Return the names to which a cell itself gives a value, and no function of it."""
    lines = [line for line in cell.body if not isinstance(line, ast.AsyncFunctionDef | ast.FunctionDef | ast.ClassDef)]
    nodes = [node for line in lines for node in ast.walk(line)]
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda path: path.stem)
def test_no_exercise_takes_the_name_of_a_function_above(path):
    """Whoever goes back from an exercise, and runs a cell above once more, finds there what it calls."""
    cells = read(path).cells
    exercises = next(place for place, cell in enumerate(cells) if cell.source.startswith("## Exercises"))
    above, below = (
        [ast.parse(cell.source) for cell in part if cell.cell_type == "code" and not cell.source.startswith("%%")]
        for part in (cells[:exercises], cells[exercises:])
    )

    assert set().union(*map(functions, above)) & set().union(*map(given, below)) == set()
