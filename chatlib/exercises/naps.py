"""``time.sleep()`` in a learner's code: while it lasts the loop stands still, and no result need show it."""

from __future__ import annotations

import sys
import threading
import time
from asyncio import events
from typing import Any, Final, Self

from chatlib.exercises.watchdog import learners_line
from chatlib.words import Text

CALLERS: Final = {"chatlib.exercises.verdict", events.__name__}


class Naps:
    """Notes who sleeps on this thread, for the length of a ``with``; ``line`` is the first learner's line, or "".

    Also where it has another name in the notebook whose ``names`` these are, as after ``from time import sleep``.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self.line = Text("")
        self._names = names
        self._loops_thread = threading.get_ident()
        self._real_sleep = time.sleep
        self._stand_in = self._sleep

    def __enter__(self) -> Self:
        exchange_in_time(self._names, self._real_sleep, self._stand_in)
        return self

    def __exit__(self, *_: object) -> None:
        exchange_in_time(self._names, self._stand_in, self._real_sleep)

    def _sleep(self, seconds: float, /) -> None:
        if seconds > 0 and threading.get_ident() == self._loops_thread:
            self.line = self.line or learners_line(sys._getframe(1), CALLERS)
        self._real_sleep(seconds)


def exchange_in_time(names: dict[str, Any], one: object, other: object) -> None:
    """Have another function stand in for one of the module ``time``: there, and by whatever name a notebook has it."""
    for each in (names, vars(time)):
        each.update(dict.fromkeys([name for name, value in each.items() if value is one], other))
