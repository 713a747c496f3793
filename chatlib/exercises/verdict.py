"""What a check is made of: a coroutine that returns praise, or raises NotYet with a hint."""

from __future__ import annotations

import asyncio
import functools
import inspect
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, ParamSpec

from chatlib.exercises.watchdog import Watchdog

P = ParamSpec("P")

SECONDS: Final = 10.0
SHOWN_CHARACTERS: Final = 80
NO_TURN: Final = "While it runs, nothing can arrive. Where it waits for something, it needs an await."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says: ``solved`` for programs, ``text`` for people."""

    solved: bool
    text: str

    def __repr__(self) -> str:
        return f"{'Solved' if self.solved else 'Not yet'}: {self.text}"


class NotYet(Exception):
    """The answer is not right yet; the message is a hint, and not the answer."""


def exercise(check: Callable[P, Awaitable[str]]) -> Callable[P, Awaitable[Verdict]]:
    """Make a check of a coroutine function that returns praise or raises NotYet.

    What the learner's code raises is a hint too, and so is that it never returns, or never lets anything else run. The
    check's own timeout and Kernel → Interrupt are stronger than an ``except`` in what it runs.
    """

    @functools.wraps(check)
    async def checked(*args: P.args, **kwargs: P.kwargs) -> Verdict:
        task = asyncio.current_task()
        assert task is not None, "a check is awaited, so there is a task"
        interrupted_before = task.cancelling()
        with Watchdog(__name__) as watchdog:
            try:
                verdict = await _judge(check(*args, **kwargs))
            except BaseException:
                if not watchdog.found:
                    raise
        if task.cancelling() > interrupted_before:
            raise asyncio.CancelledError
        if watchdog.found:
            return Verdict(False, f"{watchdog.found}. {NO_TURN}")
        return verdict

    return checked


async def _judge(check: Awaitable[str]) -> Verdict:
    verdict: Verdict
    try:
        async with asyncio.timeout(SECONDS) as patience:
            verdict = Verdict(True, await check)
    except NotYet as hint:
        verdict = Verdict(False, str(hint))
    except (asyncio.CancelledError, Exception) as error:
        verdict = _raised(error)
    if patience.expired():
        return Verdict(False, f"it did not come back within {SECONDS:g} seconds. What is it waiting for?")
    return verdict


async def result_of(function: Callable[..., Any], *args: Any) -> Any:
    """Call what the learner wrote, ``def`` or ``async def``; return its result."""
    result = function(*args)
    return await result if inspect.isawaitable(result) else result


def shown(value: object) -> str:
    """Return what a learner's value looks like, for a hint: short, and with its type where that says more."""
    text = repr(value)
    text = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    kind = type(value).__name__
    return text if value is None else f"{text}, {'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"


def _raised(error: BaseException) -> Verdict:
    text = f": {error}" if str(error) else ""
    return Verdict(False, f"it raised {type(error).__name__}{_place(error.__traceback__)}{text}.")


def _place(trace: TracebackType | None) -> str:
    """Return which line of the learner's own code raised it, "" if none did."""
    own = [
        (frame, number) for frame, number in traceback.walk_tb(trace) if frame.f_globals.get("__name__") == "__main__"
    ]
    return f" in line {own[-1][1]} of {own[-1][0].f_code.co_name}" if own else ""
