"""How a whole run of the tests is shared out: the Lab's to two processes, every kind evenly through the run."""

from __future__ import annotations

from collections import OrderedDict

import pytest

from tests.support.lanes import in_turn


def test_the_labs_come_first_and_every_kind_comes_evenly():
    """Were all pages judged first, and all that waits last, a core would have nothing to do."""
    pages = [f"tests/browser/test_{n}.py" for n in range(4)]
    long = ["tests/process/test_long.py::test_one"]
    waits = [f"tests/process/test_it.py::test[{n}]" for n in range(39)]
    quick = ["tests/core/test_a.py", "tests/core/test_b.py"]
    units = OrderedDict((scope, {scope: False}) for scope in [*quick, *waits, *long, *pages, "lab 0", "lab 1"])

    turns = list(in_turn(units))

    assert sorted(turns) == sorted(units)
    assert turns[:2] == ["lab 0", "lab 1"]
    assert [turn for turn in turns if turn in waits or turn in long] == [*long, *waits]
    before = [len([turn for turn in turns[: turns.index(page)] if turn in waits]) for page in pages]
    assert before == pytest.approx([8, 16, 24, 32], abs=2)
