"""Fifty runs of a cell with every instrument."""

from __future__ import annotations

from tests.support.many_runs import leave_nothing_behind


async def test_fifty_runs_of_a_cell_leave_nothing_behind(lab, browser):
    """What not each of them leaves, the three of `make test` may not see."""
    await leave_nothing_behind(lab, browser, runs=50)
