"""Pyodide's loop, made fair.

It does at once, as a message to itself, whatever is due within 2 ms. As long as there is always one more such message,
Chromium hands out nothing else: no timer, no channel's message, no lock. A quick machine gets there in the gaps; where
a turn takes 10 ms or more, a task that polls, with ``sleep(0)`` or ``sleep(0.001)``, keeps everything else waiting for
ever, its own timeout too. So a test that should have failed after 5 s never ended, and whatever came after it in its
kernel hung as well. Here a timer is always a timer of the browser's, and a loop that has been busy for a while takes a
breath.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable
from typing import Any, Final

BUSY_SECONDS: Final = 0.03
BREATH_SECONDS: Final = 0.003  # the shortest that Pyodide makes a timer of the browser's


class Breath:
    """Has a loop of Pyodide's take a breath whenever it has been busy for a while."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._call_later = loop.call_later
        self._held: list[tuple[asyncio.Handle, Callable[..., object], tuple[Any, ...], contextvars.Context]] = []
        self._last = time.perf_counter()
        loop.call_later = self.call_later  # type: ignore[method-assign,assignment]  # call_soon() goes there too

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> Any:
        """Call later, or soon: then in the order of the calls."""
        if delay > 0:
            return self._call_later(max(delay, BREATH_SECONDS), self._timer, callback, args, context=context)
        if not self._held and time.perf_counter() - self._last < BUSY_SECONDS:
            return self._call_later(0, callback, *args, context=context)
        context = context or contextvars.copy_context()
        handle = asyncio.Handle(callback, args, self._loop, context)
        if not self._held:
            self._call_later(BREATH_SECONDS, self._go_on)
        self._held.append((handle, callback, args, context))
        return handle

    def taken(self) -> None:
        """Take note that the browser has just handed out something else."""
        self._last = time.perf_counter()

    def _timer(self, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.taken()
        callback(*args)

    def _go_on(self) -> None:
        self.taken()
        held, self._held = self._held, []
        for handle, callback, args, context in held:
            self._call_later(0, _unless_cancelled, handle, callback, args, context=context)


def _unless_cancelled(handle: asyncio.Handle, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
    if not handle.cancelled():
        callback(*args)
