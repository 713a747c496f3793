"""People for an exercise's check: each in the room, each seen by all."""

from __future__ import annotations

import chatlib
from chatlib.exercises.company import people
from tests.support.waiting import until


async def test_everybody_is_there_and_sees_the_others():
    """In a room of their own: the learner's room hears nothing of it."""
    async with people("Ada", "Bo", "Cleo") as company:
        assert [sorted(client.people) for client in company] == [["Ada", "Bo", "Cleo"]] * 3
        message = await company[0].delivered(company[0].send("hi"))
        await company[2].until(lambda: message.msg in [each.msg for each in company[2].messages])


async def test_nobody_and_nothing_is_left_when_it_is_over():
    """Also when the check fails in the middle of it."""
    left: list[chatlib.ChatClient] = []
    try:
        async with people("Ada", "Bo") as company:
            left += company
            raise RuntimeError("the check fails")
    except RuntimeError:
        pass

    await until(lambda: [client.state for client in left] == ["CLOSED", "CLOSED"])
