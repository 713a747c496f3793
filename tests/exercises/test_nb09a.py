"""Notebook 09a's checks: which of two true hints is told is no matter of chance, and whose fault a lag is neither."""

from __future__ import annotations

import asyncio
import time

import pytest

from chatlib.exercises import nb09a
from chatlib.exercises.verdict import NotYet, result_of
from tests.support.cells import run_cell

SECONDS = 1.0


async def has_more_patience(ws, seconds, alarm):
    heard = time.monotonic()

    def hear(event):
        nonlocal heard
        heard = time.monotonic()

    ws.addEventListener("message", hear)
    while time.monotonic() - heard < 1.4 * seconds:
        if time.monotonic() - heard >= seconds / 2:
            ws.send("ping")
        await asyncio.sleep(seconds / 50)
    if ws.readyState == 1:
        alarm()


async def test_who_is_late_for_every_server_is_told_of_the_one_that_speaks(monkeypatch):
    """With these times it spoke last of all: its alarm comes when those of the quiet ones have long come."""
    monkeypatch.setattr(nb09a, "TALK_SECONDS", 0.86)
    monkeypatch.setattr(nb09a.random, "uniform", lambda *_: 0.6)

    assert "after the server's last word" in str(await nb09a.ex1(has_more_patience))


@pytest.mark.parametrize(("line", "is_told"), [("pass", False), (f"time.sleep({SECONDS})", True)])
async def test_a_loop_that_stood_still_is_laid_to_whose_line_kept_it(monkeypatch, line, is_told):
    """A busy machine may let one thread wait and another not: then it is judged once more."""
    tries = 0

    async def is_late_at_first(watch, _seconds):
        nonlocal tries
        tries += 1
        await asyncio.sleep(0.1)
        if tries == 1:
            await result_of(watch, None, SECONDS, None)
            if not is_told:
                time.sleep(SECONDS)  # noqa: ASYNC251 - the loop stands still, and for no line of the learner's
            await asyncio.sleep(0.1)
            raise NotYet("the alarm came late.")

    monkeypatch.setattr(nb09a, "_watched", is_late_at_first)
    memory = {"__name__": "__main__", "time": time}
    await run_cell(f"def watch(ws, seconds, alarm):\n    {line}", memory)

    verdict = await nb09a.ex1(memory["watch"])

    assert ("nothing else had a turn" in verdict.text) == is_told
    assert verdict.solved != is_told


async def test_an_alarm_before_a_goodbye_is_told_as_too_early():
    """And not as one that the goodbye has brought."""

    async def watch(ws, seconds, alarm):
        await asyncio.sleep(0.1)
        alarm()

    with pytest.raises(NotYet, match="the server speaks seldom, and you gave the alarm after"):
        await nb09a._leaver(watch, 0.5, code=1000, after=0.3)
