"""Whether an engine answers: who is told, after how long, and when it is over."""

import asyncio
from dataclasses import replace

from chatlib.server.patience import Patience, Unanswered
from tests.support.stream_store import QUICK
from tests.support.waiting import until

PACE = replace(QUICK, patience=0.05, retry=0.001)


async def fail(patience, why="does not answer"):
    async with patience.answer("asking"):
        raise Unanswered(why)


async def succeed(patience, what="asking"):
    async with patience.answer(what):
        pass


async def test_one_failure_is_forgiven():
    """The next answer comes within patience: nobody is told."""
    told = []
    patience = Patience(PACE, told.append)
    await fail(patience)
    await succeed(patience)
    await asyncio.sleep(2 * PACE.patience)

    assert told == []


async def test_without_an_answer_people_are_told_why_once_and_when_it_is_over():
    """However often it is tried, by whomever."""
    told = []
    patience = Patience(PACE, told.append)
    while not told:
        await fail(patience, "wants another user or password")
    await fail(patience)
    assert told == ["wants another user or password"]
    await succeed(patience)

    assert told == ["wants another user or password", ""]


async def test_it_is_over_when_everybody_has_an_answer_again():
    """One of two still waits."""
    told = []
    patience = Patience(PACE, told.append)
    hangs = [asyncio.create_task(hang(patience, what)) for what in ("reading", "writing")]
    await until(lambda: repr(patience) == "<Patience reading, writing>")
    await succeed(patience, "reading")
    assert told == ["does not answer"]
    await succeed(patience, "writing")
    assert told == ["does not answer", ""]
    for task in hangs:
        task.cancel()


async def test_when_it_answers_again_whoever_has_no_answer_yet_waits_anew():
    """One that began to wait a little later is not told at once that there is none."""
    told = []
    patience = Patience(replace(PACE, patience=60), told.append)
    await fail(patience)
    (began,) = patience._asked.values()
    patience.end("reading")
    await succeed(patience, "reading")
    (anew,) = patience._asked.values()

    assert told == ["does not answer", ""]
    assert began.cancelled()
    assert anew.when() > began.when()
    patience.close()


async def hang(patience, what):
    async with patience.answer(what):
        await asyncio.Event().wait()


async def test_one_that_was_closed_tells_nobody():
    """Its timers are gone."""
    told = []
    patience = Patience(PACE, told.append)
    await fail(patience)
    patience.close()
    await asyncio.sleep(2 * PACE.patience)

    assert told == []
