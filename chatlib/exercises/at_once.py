"""What the learner wrote, called twice at once: what a global holds, the second call takes from the first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from chatlib.exercises.verdict import NotYet, raised, result_of, shown
from chatlib.words import Text

SECONDS: Final = 4.0  # alone, a call takes a part of one
MEETING_SECONDS: Final = 0.5  # calls that come one after the other share nothing


async def twice_at_once(
    function: Callable[..., Any], one: Sequence[Any], other: Sequence[Any], expected: Callable[[], Iterable[Any]]
) -> None:
    """Call a function that is right alone, with two rows of arguments; refuse other results than the two expected.

    What is expected is asked for when both calls have come back.
    """
    calls = [asyncio.create_task(result_of(function, *arguments)) for arguments in (one, other)]
    try:
        await asyncio.wait(calls, timeout=SECONDS)
    finally:
        for call in calls:
            call.cancel()
            call.add_done_callback(_take_note)
    wrong = [_what_is_wrong(call, right) for call, right in zip(calls, expected(), strict=True)]
    if any(wrong):
        first, second = (each or Text("returned what is right") for each in wrong)
        raise NotYet(
            "your function was called twice at once. One call {first}, and the other {second}. What do they share?",
            first=first,
            second=second,
        )


class Meeting:
    """Where a server's two visitors wait for each other, though not for ever: what the two calls share meets there."""

    def __init__(self) -> None:
        self._came = 0
        self._both = asyncio.Event()

    async def join(self) -> None:
        """Return when the other one has come as well, or does not seem to come."""
        self._came += 1
        if self._came == 2:
            self._both.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._both.wait(), MEETING_SECONDS)


def _what_is_wrong(call: asyncio.Task[Any], right: object) -> Text:
    """Return what a call did that is not right, "" if it returned what is."""
    if not call.done() or call.cancelled():
        return Text("had not come back after {seconds:g} s", seconds=SECONDS)
    if error := call.exception():
        return Text("raised {error}", error=raised(error))
    if (value := call.result()) != right:
        return Text("returned {value}, and not {right!r}", value=shown(value), right=right)
    return Text("")


def _take_note(call: asyncio.Task[Any]) -> None:
    """Look at what it raised, which may be left behind: there is a verdict already."""
    if not call.cancelled():
        call.exception()
