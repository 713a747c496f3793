"""Two notebooks of the course in a browser tab; `make test-lite` runs them all."""

from __future__ import annotations

import pytest

from tests.support.lite import runs_as_it_shall
from tools import notebooks

HERE = ("02", "06")


@pytest.mark.parametrize("path", [it for it in notebooks.find() if it.name.startswith(HERE)], ids=lambda it: it.stem)
async def test_run_all_raises_what_it_shall_and_no_more(tab, path):
    """What a tab cannot do is said, and stops nobody."""
    await runs_as_it_shall(tab, path)
