"""Another thread that touches a loop: nobody wakes the loop for that, and where something else does, all seems well."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, Self
from unittest import mock

from chatlib.words import Text

SOMETHING: Final = Text("something of yours")


class Strangers:
    """Notes who touches the running loop from another thread, for the length of a ``with``.

    ``line`` is the first learner's line that did, or "": who sets an event or a future, fills a queue or makes a task
    asks the loop for a turn in that. With ``call_soon_threadsafe()`` other threads may ask; this is not noted.
    """

    def __init__(self) -> None:
        self.line = Text("")
        self._loop = asyncio.get_running_loop()
        self._loops_thread = threading.get_ident()
        self._noting = mock.patch.multiple(
            self._loop, call_soon=self._noted(self._loop.call_soon), call_at=self._noted(self._loop.call_at)
        )

    def __enter__(self) -> Self:
        self._noting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._noting.stop()

    def _noted(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **options: Any) -> Any:
            if threading.get_ident() != self._loops_thread:
                self.line = self.line or _learners_line(sys._getframe(1))
            return ask(*args, **options)

        return noted


def tell_of_strangers(loop: asyncio.AbstractEventLoop) -> None:
    """Have it noted if this is another thread than this loop's: ask the loop for a turn, as a full transport does.

    Called where a connection writes: whether its transport is full, and asks, is chance.
    """
    try:
        if asyncio.get_running_loop() is loop:
            return
    except RuntimeError:
        pass
    loop.call_soon(int)


def _learners_line(frame: FrameType | None) -> Text:
    """Return the innermost line of the learner's that is being run; a thread may have been given a library's method."""
    while frame is not None:
        if frame.f_globals.get("__name__") == "__main__":
            return Text("line {number} of {name}", number=frame.f_lineno, name=frame.f_code.co_name)
        frame = frame.f_back
    return SOMETHING
