"""Fifty runs of a cell with every instrument."""

from __future__ import annotations

from tests.support.many_runs import leave_nothing_behind


async def test_fifty_runs_of_a_cell_leave_nothing_behind(lab, browser):
    """What a dozen leave in `make test` could hide in the noise."""
    await leave_nothing_behind(lab, browser, runs=50)
