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

P = ParamSpec("P")

SECONDS: Final = 10.0


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

    What the learner's code raises is a hint too, and so is that it never returns.
    """

    @functools.wraps(check)
    async def checked(*args: P.args, **kwargs: P.kwargs) -> Verdict:
        try:
            async with asyncio.timeout(SECONDS) as patience:
                return Verdict(True, await check(*args, **kwargs))
        except NotYet as hint:
            return Verdict(False, str(hint))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return _raised(error)
        except Exception as error:
            if patience.expired():
                return Verdict(False, f"it did not come back within {SECONDS:g} seconds. What is it waiting for?")
            return _raised(error)

    return checked


async def result_of(function: Callable[..., Any], *args: Any) -> Any:
    """Call what the learner wrote, ``def`` or ``async def``; return its result."""
    result = function(*args)
    return await result if inspect.isawaitable(result) else result


def _raised(error: BaseException) -> Verdict:
    text = f": {error}" if str(error) else ""
    return Verdict(False, f"it raised {type(error).__name__}{_place(error.__traceback__)}{text}.")


def _place(trace: TracebackType | None) -> str:
    """Return which line of the learner's own code raised it, "" if none did."""
    own = [
        (frame, number) for frame, number in traceback.walk_tb(trace) if frame.f_globals.get("__name__") == "__main__"
    ]
    return f" in line {own[-1][1]} of {own[-1][0].f_code.co_name}" if own else ""
