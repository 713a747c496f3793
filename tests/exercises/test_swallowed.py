"""What is found among tasks is looked at as it was returned; a task that never finishes holds up nobody."""

from __future__ import annotations

import asyncio

import pytest

from chatlib.exercises.swallowed import check_none_failed, found_by
from chatlib.exercises.verdict import NotYet


async def failed_task(error):
    async def fail():
        raise error

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    return task


async def test_what_a_callback_puts_into_the_list_later_does_not_count():
    """It was empty when it was returned."""
    error = ValueError("a bug")
    task = await failed_task(error)

    def too_late(tasks):
        found = []
        tasks[0].add_done_callback(lambda task: found.append(task.exception()))
        return found

    assert await found_by(too_late, [task], [error]) == []
    assert await found_by(lambda tasks: [tasks[0].exception()], [task], [error]) == [error]


async def test_an_exception_that_comes_out_is_said_to_have_been_one_of_the_tasks():
    """It is not the function's own."""
    error = ValueError("a bug")
    task = await failed_task(error)

    with pytest.raises(NotYet, match="its exception came out of your function: ValueError"):
        await found_by(lambda tasks: tasks[0].result(), [task], [error])


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda tasks: None, "no task had failed, and you returned None"),
        (lambda tasks: [ValueError()], "0 tasks had failed"),
        (lambda tasks: asyncio.wait(tasks), "had not returned after"),
    ],
)
async def test_where_none_failed_an_empty_list_is_right(answer, hint):
    await check_none_failed(lambda tasks: [])

    with pytest.raises(NotYet, match=hint):
        await check_none_failed(answer)
