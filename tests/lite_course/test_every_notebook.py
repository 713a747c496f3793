"""Every notebook of the course in a browser tab (`make test-lite`)."""

from __future__ import annotations

import pytest

from tests.support.lite import runs_as_it_shall
from tools import notebooks


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda it: it.stem)
async def test_run_all_raises_what_it_shall_and_no_more(tab, path):
    """What a tab cannot do is said, and stops nobody."""
    await runs_as_it_shall(tab, path)
