"""Pyodide's loop, made fair: what it does at once, what it puts off, and that the order of calls stays."""

from __future__ import annotations

import asyncio
import contextvars

import pytest

from chatlib.browser import breath
from chatlib.browser.breath import BREATH_SECONDS, BUSY_SECONDS, Breath


class WebLoop(asyncio.AbstractEventLoop):
    """As much of Pyodide's loop as is asked: what is to be called is kept, with the delay; soon is later by nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, asyncio.Handle]] = []

    def get_debug(self):
        return False

    def call_later(self, delay, callback, *args, context=None):
        handle = asyncio.Handle(callback, args, self, context)
        self.asked.append((delay, handle))
        return handle

    def call_soon(self, callback, *args, context=None):
        return self.call_later(0, callback, *args, context=context)

    def run(self):
        """Do what was asked for, in this order."""
        asked, self.asked = self.asked, []
        for _, handle in asked:
            if not handle.cancelled():
                handle._run()

    @property
    def delays(self):
        return [delay for delay, _ in self.asked]


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    now = [100.0]
    monkeypatch.setattr(breath.time, "perf_counter", lambda: now[0])
    return now


@pytest.fixture
def loop(clock):
    return WebLoop()


def test_as_long_as_it_is_not_busy_all_is_as_it_was(loop):
    """What is due now is done at once."""
    Breath(loop)
    told = []
    loop.call_soon(told.append, 1)
    loop.call_later(0, told.append, 2)
    loop.call_later(-1, told.append, 3)  # asyncio takes it, Pyodide does not
    assert loop.delays == [0, 0, 0]
    loop.run()

    assert told == [1, 2, 3]


@pytest.mark.parametrize(("delay", "expected"), [(0.0001, BREATH_SECONDS), (0.002, BREATH_SECONDS), (5, 5)])
def test_a_timer_is_a_timer(loop, delay, expected):
    """Of the browser's, however short: Pyodide would make it a message."""
    Breath(loop)
    loop.call_later(delay, print)

    assert loop.delays == [expected]


def test_once_busy_it_takes_a_breath_and_the_order_stays(loop, clock):
    """What comes meanwhile waits behind it; what was cancelled is not called; each has its context."""
    Breath(loop)
    told, name = [], contextvars.ContextVar("name")
    loop.call_soon(told.append, 1)
    clock[0] += BUSY_SECONDS
    loop.call_soon(lambda: told.append(name.get("nobody")))
    name.set("somebody")
    loop.call_soon(lambda: told.append(name.get()))
    loop.call_soon(told.append, "cancelled").cancel()
    own = contextvars.Context()
    own.run(name.set, "own")
    loop.call_soon(lambda: told.append(name.get()), context=own)
    name.set("changed")
    assert loop.delays == [0, BREATH_SECONDS]
    loop.run()
    loop.call_soon(told.append, 2)
    assert told == [1]
    assert loop.delays == [0] * 5
    loop.run()

    assert told == [1, "nobody", "somebody", "own", 2]


@pytest.mark.parametrize("by", ["timer", "message"])
def test_whatever_else_the_browser_hands_out_is_a_breath(loop, clock, by):
    """Right after it nothing needs to wait."""
    taken = Breath(loop)
    loop.call_later(1, lambda: None)
    clock[0] += BUSY_SECONDS
    loop.run() if by == "timer" else taken.taken()
    loop.call_soon(print)

    assert loop.delays[-1] == 0
