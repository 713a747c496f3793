"""Clocks beside a learner's own: what they say depends on the loop, and not on how busy the machine is."""

from __future__ import annotations

import asyncio
import time

from chatlib.exercises.timer import Ticker, Timer


async def test_it_is_over_when_the_loop_has_got_round_to_its_end():
    """Who waits for as long, and began after it, finds it over."""
    timer = Timer(0.05)
    assert not timer.is_over
    assert not timer.is_overdue

    await asyncio.sleep(0.05)

    assert timer.is_over
    assert not timer.is_overdue


async def test_it_is_over_for_a_timer_that_a_browser_has_cut_to_whole_milliseconds():
    """Such a one ends a millisecond too soon, or so."""
    timer = Timer(0.05)
    await asyncio.sleep(0.0485)

    assert timer.is_over


async def test_it_is_late_where_the_loop_is_late():
    """A loop that stood still makes nobody late who had no turn, either."""
    timer = Timer(0.01)
    time.sleep(0.1)  # noqa: ASYNC251 - the loop shall stand still

    assert not timer.is_over
    assert timer.is_overdue
    assert timer.since_end == 0
    assert timer.since_start >= 0.1


async def test_it_counts_from_its_end():
    """How long ago that was, and not how long it ran."""
    timer = Timer(0.05)
    await asyncio.sleep(0.1)

    assert 0 < timer.since_end < timer.since_start


async def test_a_ticker_counts_tenths():
    """Never before the clock has got so far."""
    began = time.monotonic()
    with Ticker(0.1) as ticker:
        await asyncio.sleep(0.2)

    assert 0 < ticker.ticks <= (time.monotonic() - began) / 0.01


async def test_a_ticker_halts_with_the_machine():
    """What the loop slept through is one tick, however long it was; then it goes on."""
    with Ticker(0.2) as ticker:
        time.sleep(0.4)  # noqa: ASYNC251 - the loop shall stand still
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # a timer's turn comes behind those that were ready
        assert ticker.ticks == 1
        await asyncio.sleep(0.1)

    assert 1 < ticker.ticks < 10


async def test_a_ticker_ends_with_its_block():
    """It leaves no timer behind."""
    with Ticker(0.01) as ticker:
        pass
    await asyncio.sleep(0.05)

    assert ticker.ticks == 0
