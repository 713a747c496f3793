"""Notebook 09a's checks, where two hints are true of one answer: which is told is no matter of chance."""

from __future__ import annotations

import asyncio
import time

from chatlib.exercises import nb09a


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
