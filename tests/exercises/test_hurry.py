"""The learner's own timers run faster, however they are set; nobody else's does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from chatlib.exercises import hurry, nb01, nb02, nb03, nb90
from chatlib.exercises.clocks import Clocks
from chatlib.exercises.hurry import FACTOR, TICK_SECONDS, be_slow, hurried
from chatlib.exercises.verdict import exercise, result_of
from tests.support.cells import run_cell

SECONDS = 4.0
LONGEST = {nb01: 1, nb02: 5, nb03: 2, nb90: 2}  # of MOST_SECONDS: so long a call may take


@exercise
async def check(answer, *arguments, lasts=None):
    """A check that tells for how long its answer waited."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    with hurried(lasts=lasts):
        await result_of(answer, *arguments)
    return f"{loop.time() - began:.3f}"


async def waits(source, *arguments, lasts=None):
    """Return for how long a learner's ``answer`` waited."""
    memory = {"__name__": "__main__", "SECONDS": SECONDS, "asyncio": asyncio, "suppress": suppress}
    await run_cell(source, memory)
    return float((await check(memory["answer"], *arguments, lasts=lasts)).text)


@pytest.mark.parametrize(
    "source",
    [
        "await asyncio.sleep(SECONDS)",
        "await asyncio.gather(asyncio.sleep(SECONDS), asyncio.sleep(SECONDS))",
        "await asyncio.wait([asyncio.create_task(over.wait())], timeout=SECONDS)",
        "with suppress(TimeoutError): await asyncio.wait_for(over.wait(), SECONDS)",
        "with suppress(TimeoutError):\n        async with asyncio.timeout(SECONDS): await over.wait()",
        "asyncio.get_running_loop().call_later(SECONDS, over.set); await over.wait()",
    ],
)
async def test_a_timer_of_the_learners_runs_faster(source):
    waited = await waits(f"async def answer():\n    over = asyncio.Event()\n    {source}")

    assert SECONDS / FACTOR - TICK_SECONDS <= waited < SECONDS / 2


@pytest.mark.parametrize(
    "source",
    [
        "async with asyncio.timeout(10): await library()",
        "await asyncio.wait_for(library(), 10)",
        "await asyncio.wait([asyncio.create_task(library())], timeout=10)",
    ],
)
async def test_a_generous_limit_stays_as_it_is(source):
    """A busy network may take longer than it says, and who has waited for ten seconds has waited enough."""

    async def library():
        await asyncio.sleep(12 / FACTOR)

    assert 12 / FACTOR <= await waits(f"async def answer(library):\n    {source}", library) < SECONDS


async def test_who_looks_often_has_soon_looked_often_and_waited_for_as_long_as_that_is(monkeypatch):
    """A selector waits for whole milliseconds: of a hundred waits for a fifth of one, eighty take no time."""
    loop = asyncio.get_running_loop()
    call_later, delays = loop.call_later, []

    def note(delay, *args, **options):
        delays.append(round(delay, 6))
        return call_later(delay, *args, **options)

    monkeypatch.setattr(loop, "call_later", note)
    await waits("async def answer():\n    for _ in range(100):\n        await asyncio.sleep(0.01)")

    assert Counter(each for each in delays if each <= TICK_SECONDS) == {0: 80, TICK_SECONDS: 20}


async def test_it_tells_what_has_run_out():
    """A limit that was not needed is none that anybody waited for."""

    @exercise
    async def limits(answer):
        with hurried() as seconds:
            await result_of(answer)
        return f"{seconds}"

    memory = {"__name__": "__main__", "asyncio": asyncio}
    await run_cell(
        "async def answer():\n    await asyncio.wait_for(asyncio.sleep(0), 5)\n    await asyncio.sleep(3)", memory
    )

    assert (await limits(memory["answer"])).text == "[3]"


async def test_a_timer_of_a_library_does_not():
    """What is called takes its time."""

    async def library():
        await asyncio.sleep(2 * SECONDS / FACTOR)

    assert await waits("async def answer(library):\n    await library()", library) >= 2 * SECONDS / FACTOR


async def test_a_task_that_is_spared_waits_as_long_as_it_says():
    """What it starts does not."""
    spared = set()

    @exercise
    async def compare(answer):
        spared.add(asyncio.current_task())
        with hurried(spares=spared) as timers:
            began = asyncio.get_running_loop().time()
            await result_of(answer)
            return f"{asyncio.get_running_loop().time() - began:.3f} {timers}"

    memory = {"__name__": "__main__", "asyncio": asyncio}
    await run_cell(
        "async def answer():\n    other = asyncio.create_task(asyncio.sleep(4))\n"
        "    await asyncio.sleep(0.3)\n    assert other.done()",
        memory,
    )
    seconds, timers = (await compare(memory["answer"])).text.split()

    assert float(seconds) >= 0.3
    assert timers == "[4]"


async def test_afterwards_the_clock_is_as_it_was():
    loop = asyncio.get_running_loop()
    before = loop.call_at

    await waits("async def answer(): pass")

    assert loop.call_at == before


@pytest.mark.parametrize("clock", ["time.time", "time.monotonic", "time.perf_counter", "now"])
async def test_a_clock_that_the_learner_reads_runs_as_fast(clock):
    """By whatever name."""
    waited = await waits(
        "import time\nfrom time import monotonic as now\n"
        f"async def answer():\n    end = {clock}() + SECONDS\n    while {clock}() < end: await asyncio.sleep(0)"
    )

    assert SECONDS / FACTOR - TICK_SECONDS <= waited < SECONDS / 2


@pytest.mark.parametrize("lasts", [0, *(times * each.MOST_SECONDS for each, times in LONGEST.items())])
async def test_a_generous_limit_by_a_clock_is_not_over_sooner(lasts):
    """Of ten seconds there is more left than a call takes."""
    with Clocks(memory := {"__name__": "__main__"}):
        await run_cell("import time\ndef read():\n    return time.monotonic()", memory)
        with hurried(lasts=lasts):
            began, real = memory["read"](), time.monotonic()
            await asyncio.sleep(10 / FACTOR)
            passed, really = memory["read"]() - began, time.monotonic() - real

    assert 1 < passed - really < 10 - lasts


@pytest.mark.parametrize(
    "source",
    [
        "for _ in range(200): await asyncio.sleep(0.05)",
        "for _ in range(10): await asyncio.wait([never], timeout=1)",
        "for _ in range(2):\n        with suppress(TimeoutError): await asyncio.wait_for(asyncio.shield(never), 5)",
        "left = 10\n    while left > 0:\n        await asyncio.sleep(0.5)\n        left -= 0.5",
    ],
)
async def test_a_generous_limit_in_many_parts_is_not_over_sooner(source):
    """Ten seconds are as long, however they are counted: longer than anything is slow."""
    never = asyncio.Future()
    running = asyncio.create_task(waits(f"async def answer(never):\n    {source}", never, lasts=1))
    await asyncio.wait([running], timeout=1)

    assert not running.done()
    running.cancel()


@pytest.mark.parametrize("seconds", [10, 12, 15])
async def test_what_is_left_of_a_generous_limit_is_not_over_sooner(seconds):
    """A clock has run ahead, and what it leaves is below ten seconds: that is no short limit."""
    never = asyncio.Future()
    source = (
        f"import time\nasync def answer(never):\n    end = time.monotonic() + {seconds}\n    await asyncio.sleep(5)\n"
        "    with suppress(TimeoutError): await asyncio.wait_for(never, end - time.monotonic())"
    )
    running = asyncio.create_task(waits(source, never))
    await asyncio.wait([running], timeout=1)

    assert not running.done()
    running.cancel()


async def test_who_is_slow_by_a_loop_is_slower_where_it_is_late(monkeypatch):
    """Fifty looks of a tenth of a second are five, and not too few because each of them is late."""
    monkeypatch.setattr(hurry, "LATE_SECONDS", 30)
    loop = asyncio.get_running_loop()

    async def lag():
        while True:
            time.sleep(0.01)  # noqa: ASYNC251 - it is late on purpose
            await asyncio.sleep(0)

    lagging = asyncio.create_task(lag())
    began = loop.time()
    slow = asyncio.create_task(asyncio.to_thread(asyncio.run, be_slow(0.3, loop)))
    await waits("async def answer():\n    for _ in range(50): await asyncio.sleep(0.1)")
    looked = loop.time() - began

    assert not slow.done()
    await slow
    lagging.cancel()
    assert looked > 0.3


async def test_who_is_slow_by_a_loop_does_not_wait_for_one_that_stands_still(monkeypatch):
    """A right answer may block it while it waits for what is slow."""
    monkeypatch.setattr(hurry, "LATE_SECONDS", 0.1)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as threads:
        threads.submit(asyncio.run, be_slow(0.1, loop)).result(timeout=30)  # the loop waits here
