"""Whether an engine elsewhere answers, and how long people can be kept waiting for it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

logger = logging.getLogger(__name__)


class Unanswered(OSError):
    """What was asked may have been done or not; its text says why there is no answer, with no secret in it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long what takes, in seconds."""

    lease: float = 2.5
    look: float = 0.7  # between two looks at leases and rooms
    room_look: float = 5  # between two looks at one room
    answer: float = 2.0
    patience: float = 2.0  # without an answer, before people are told
    retry: float = 0.25
    block: float = 1.0
    close: float = 2.0
    room: float = 600  # that a room outlives its last hub
    untrimmed: float = 60  # so that whoever was cut off for less misses nothing


class Patience:
    """Whether Redis answers, whoever asks; ``tell`` is called with why not, and with "" when it does again."""

    def __init__(self, pace: Pace, tell: Callable[[str], None]) -> None:
        self._pace = pace
        self._tell = tell
        self._why = "does not answer"
        self._asked: dict[str, asyncio.TimerHandle] = {}  # by what waits for an answer
        self._more: dict[str, float] = {}  # seconds that an answer may take besides
        self._ended: set[str] = set()  # what has waited for too long

    def __repr__(self) -> str:
        return f"<Patience {', '.join(sorted(self._ended)) or 'with all'}>"

    @asynccontextmanager
    async def answer(self, what: str, more: float = 0) -> AsyncIterator[None]:
        """Note whether Redis answered; where it did not, wait a little, for the caller tries again."""
        if what not in self._asked:
            self._more[what] = more
            self._begin(what)
        try:
            yield
        except Unanswered as error:
            self._why = str(error)
            logger.debug("%s: %s", what, self._why)
            await asyncio.sleep(self._pace.retry * random.uniform(0.5, 1.5))
        else:
            self._asked.pop(what).cancel()
            if what in self._ended:
                self._ended.remove(what)
                if not self._ended:
                    self._why = "does not answer"
                    for other in self._asked:  # it answers again: whoever has no answer yet has as long as at first
                        self._asked[other].cancel()
                        self._begin(other)
                    self._tell("")

    def _begin(self, what: str) -> None:
        """In two steps: a loop that stood still has not heard the answer yet."""
        half = (self._pace.patience + self._more[what]) / 2
        later = asyncio.get_running_loop().call_later
        self._asked[what] = later(half, lambda: self._asked.update({what: later(half, self.end, what)}))

    def end(self, what: str, why: str = "") -> None:
        """Have waited long enough."""
        is_first = not self._ended
        self._ended.add(what)
        if is_first:
            self._tell(why or self._why)

    def close(self) -> None:
        """Wait for nothing more."""
        for timer in self._asked.values():
            timer.cancel()
