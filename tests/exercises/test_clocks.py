"""The clocks that a learner reads: ahead where its code is hurried, never set back, and everybody else's are right."""

from __future__ import annotations

import asyncio
import time

from chatlib.exercises.clocks import Clocks
from chatlib.exercises.hurry import FACTOR
from tests.support.cells import run_cell


async def test_a_clock_is_not_set_back():
    """What has once been later stays earlier than what is read then."""
    memory = {"__name__": "__main__"}
    await run_cell("import time\ndef read():\n    return time.monotonic()", memory)
    real = time.monotonic
    with Clocks(memory):
        with Clocks.fast(FACTOR, most=9):
            before = memory["read"]()
            await asyncio.sleep(0.05)
            during = memory["read"]()
        after = memory["read"]()

    assert before + 0.05 * FACTOR <= during <= after
    assert memory["read"]() < after
    assert time.monotonic is real


async def test_a_clock_runs_as_fast_for_who_reads_it_late():
    """A limit that begins only when a connection is open is as short as one that begins at once."""
    memory = {"__name__": "__main__"}
    await run_cell("import time\ndef read():\n    return time.monotonic()", memory)
    with Clocks(memory), Clocks.fast(FACTOR, most=6):
        await asyncio.sleep(6 / FACTOR)
        began = memory["read"]()
        await asyncio.sleep(6 / FACTOR)

        assert memory["read"]() - began >= 6
