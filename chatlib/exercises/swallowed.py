"""What a learner's function finds among tasks: the exceptions of those that have failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from chatlib.exercises.verdict import NotYet, is_list, raised, result_of, shown, take_note
from chatlib.words import Text

GRACE_SECONDS: Final = 0.5  # for what must not come
TURNS: Final = 50  # of the loop, which a function may need that waits for nothing


async def found_by(
    swallowed: Callable[[list[asyncio.Task[Any]]], Any], tasks: list[asyncio.Task[Any]], errors: list[Exception]
) -> list[Any]:
    """Return what the learner's function found, as a list."""
    given = [*tasks]
    before = [task.cancelling() for task in given]
    looking = asyncio.ensure_future(result_of(swallowed, tasks))
    looking.add_done_callback(take_note)
    await asyncio.wait([looking], timeout=GRACE_SECONDS)
    for _ in range(TURNS):  # on a busy machine: who does not wait needs no time, but some turns
        await asyncio.sleep(0)
    if [task.cancelling() for task in given] != before:
        looking.cancel()
        raise NotYet("a task that was not finished yet has been cancelled. It is not yours to stop.")
    if not looking.done():
        looking.cancel()
        raise NotYet(
            "your function had not returned after {seconds:g} s. Some tasks never finish. Ask a task "
            "whether it is done, and do not wait for it.",
            seconds=GRACE_SECONDS,
        )
    try:
        found = looking.result()
    except (asyncio.CancelledError, asyncio.InvalidStateError) as error:
        kind = Text("cancelled") if isinstance(error, asyncio.CancelledError) else Text("not finished yet")
        raise NotYet(
            "a task was {kind}, and {raised} came out of your function. What can you ask a task first?",
            kind=kind,
            raised=type(error).__name__,
        ) from None
    except Exception as error:
        if error in errors:
            raise NotYet(
                "a task had failed, and its exception came out of your function: {raised}. Every task has a method "
                "that returns it instead.",
                raised=raised(error),
            ) from None
        raise
    if found is None and not errors:
        raise NotYet("no task had failed, and you returned None. Return a list: there is nothing in it then.")
    if found is None:
        raise NotYet("you returned None. Return a list. Every task has a method that tells its exception.")
    if not is_list(found):
        raise NotYet("a list of exceptions was asked for, and you returned {found}.", found=shown(found))
    return list(found)


def what_is_wrong(found: list[Any], errors: list[Exception]) -> Text:
    """Return what to say of a list that does not have each exception once."""
    if None in found:
        return Text(
            "you returned {found!r}. None is no exception: a task that went well says None when asked for its own.",
            found=found,
        )
    if too_early := sum(isinstance(one, asyncio.InvalidStateError) for one in found):
        return Text(
            "there are {count} InvalidStateErrors in your list. No task raised them: they come where you ask "
            "a task that is not finished. Ask first whether it is done.",
            count=too_early,
        )
    if any(isinstance(one, asyncio.CancelledError) for one in found):
        return Text("you returned {found!r}. Somebody has cancelled that task: this is no failure.", found=found)
    if any(isinstance(one, asyncio.Task) for one in found):
        return Text("there is a task in your list. Its exception was asked for.")
    if any(isinstance(one, type) for one in found):
        return Text("you returned {found!r}. A class is no exception: return the exceptions themselves.", found=found)
    if any(isinstance(one, str) for one in found):
        return Text("you returned {found!r}. A text is no exception: return the exceptions themselves.", found=found)
    return Text(
        "{count} tasks had failed, and you returned {found!r}. Return the exception of each, once.",
        count=len(errors),
        found=found,
    )


async def check_none_failed(swallowed: Callable[[list[asyncio.Task[Any]]], Any]) -> None:
    """Refuse one that has no list to return where no task has failed, or waits until one does, or is finished."""
    fine = asyncio.create_task(asyncio.sleep(0))
    cancelled, unfinished = (asyncio.create_task(asyncio.Event().wait()) for _ in range(2))
    cancelled.cancel()
    await asyncio.wait([fine, cancelled])
    try:
        for tasks in ([fine, cancelled, unfinished], [unfinished]):
            if found := await found_by(swallowed, tasks, []):
                raise NotYet.saying(what_is_wrong(found, []))
    finally:
        unfinished.cancel()
