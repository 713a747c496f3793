"""Who sleeps on the loop's thread is seen, by whatever name; who lets another thread sleep is not blamed."""

from __future__ import annotations

import time

import pytest

from chatlib.exercises.naps import Naps
from chatlib.exercises.verdict import exercise, result_of
from tests.support.cells import run_cell

ALL_SLEEP = "Meanwhile the loop stands still, and nobody else has a turn. Which sleep can be awaited?"


@exercise
async def check(answer):
    """A check that looks at nothing but that it returns."""
    await result_of(answer)
    return "it returned."


async def learners(source):
    """Return the function ``answer`` of a learner's cell."""
    memory = {"__name__": "__main__"}
    await run_cell(source, memory)
    return memory["answer"]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import time\nasync def answer():\n    time.sleep(0.001)", "line 3 of answer"),
        ("import time as t\ndef answer():\n    t.sleep(0.001)", "line 3 of answer"),
        ("from time import sleep\nasync def answer():\n    sleep(0.001)", "line 3 of answer"),
        ("from time import sleep as nap\nasync def answer():\n    nap(0.001)", "line 3 of answer"),
        ("import time\ndef wait():\n    time.sleep(0.001)\nasync def answer():\n    wait()", "line 3 of wait"),
        (
            "import asyncio, time\nasync def wait():\n    time.sleep(0.001)\n"
            "async def answer():\n    await asyncio.create_task(wait())",
            "line 3 of wait",
        ),
    ],
)
async def test_a_sleep_on_the_loops_thread_is_seen(source, line):
    answer = await learners(source)

    verdict = await check(answer)

    assert not verdict.solved
    assert verdict.text == f"{line} sleeps with time.sleep(). {ALL_SLEEP}"


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio, time\nasync def answer():\n    await asyncio.to_thread(time.sleep, 0.001)",
        "import asyncio\nfrom time import sleep\nasync def answer():\n    await asyncio.to_thread(sleep, 0.001)",
        (
            "import asyncio, time\ndef nap():\n    time.sleep(0.001)\n"
            "async def answer():\n    await asyncio.to_thread(nap)"
        ),
        (
            "import asyncio, time\nasync def nap():\n    time.sleep(0.001)\n"
            "async def answer():\n    await asyncio.to_thread(asyncio.run, nap())"
        ),
        "import time\nasync def answer():\n    time.sleep(0)",
        "import asyncio\nasync def answer():\n    await asyncio.sleep(0.001)",
    ],
)
async def test_who_keeps_nobody_waiting_is_not_blamed(source):
    answer = await learners(source)

    assert (await check(answer)).solved


def test_what_is_no_learners_may_sleep():
    with Naps({}) as naps:
        time.sleep(0.001)

    assert not naps.line


async def test_all_names_are_back_afterwards():
    real = time.sleep
    memory = {"nap": time.sleep}

    with Naps(memory):
        with Naps(memory) as naps:
            assert time.sleep is memory["nap"]
            assert time.sleep is not real
        memory["made meanwhile"] = 1

    assert time.sleep is memory["nap"] is real
    assert memory["made meanwhile"] == 1
    assert not naps.line
