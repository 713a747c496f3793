"""Waiting for something to become true: asked at once, and whenever something has changed."""

from __future__ import annotations

import asyncio

import pytest

from chatlib import background
from chatlib.client.conditions import Conditions
from tests.support.waiting import until


async def test_what_is_true_already_is_not_waited_for() -> None:
    """Nobody needs to ask again; the answer is what the condition returned."""
    assert await Conditions().until(lambda: "yes") == "yes"


async def test_it_is_asked_again_whenever_something_changed() -> None:
    """On the background loop, also where the one who waits is on another."""
    conditions, seen, loops = Conditions(), [], []

    def condition() -> bool:
        loops.append(background.is_current())
        return len(seen) == 2

    waiting = asyncio.ensure_future(conditions.until(condition))
    await until(lambda: loops)
    for number in range(2):
        assert not waiting.done()
        seen.append(number)
        background.call(conditions.ask)
    await waiting
    assert set(loops) == {True}


async def test_what_it_raises_is_raised_where_one_waits() -> None:
    """And others who wait are still asked."""
    conditions, is_true = Conditions(), []
    patient = asyncio.ensure_future(conditions.until(lambda: bool(is_true)))
    with pytest.raises(ZeroDivisionError):
        await conditions.until(lambda: 1 / 0)
    is_true.append(True)
    background.call(conditions.ask)
    await patient


async def test_nobody_is_asked_who_waits_no_longer() -> None:
    """A time-out, and a wait that was cancelled."""
    conditions, asked = Conditions(), []
    with pytest.raises(TimeoutError):
        await conditions.until(lambda: asked.append("late"), timeout=0.01)
    cancelled = asyncio.ensure_future(conditions.until(lambda: asked.append("cancelled")))
    await until(lambda: "cancelled" in asked)
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    await asyncio.to_thread(background.run, asyncio.sleep(0))  # behind what the end of a wait asks for
    asked.clear()
    background.run(_ask(conditions))
    assert asked == []


async def _ask(conditions: Conditions) -> None:
    conditions.ask()
