"""What a beginner does by mistake, and to see it once more: a cell is run twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cells import run_cell
from tests.support.course import read
from tools import course_map, notebooks

RUNS = [
    ("02", "start-server create-socket wait-for-open send-hello send-hello listen look-into-list", ["Hello again"]),
    ("90", "start-server wire frames frames", ["81 82", "81 02 48 69"]),
]


@pytest.mark.parametrize(("number", "ids", "shown"), RUNS, ids=[number for number, *_ in RUNS])
async def test_a_cell_that_was_run_twice_makes_nothing_red(number, ids, shown):
    """Where what it does can be done again, and the text that follows is as true as before."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == number]
    sources = {cell.id: cell.source for cell in read(path).cells}
    memory: dict[str, Any] = {}

    for cell_id in ids.split():
        value = await run_cell(sources[cell_id], memory)
    memory["server"].stop()

    assert all(given.startswith(wanted) for given, wanted in zip(value, shown, strict=True))
