"""The hall: a handler's server, whose guests a check can hear, slow down and cut off."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosedError

from chatlib.exercises.hall import Hall, first_asked
from chatlib.exercises.verdict import NotYet


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def test_a_guest_says_something_and_hears_the_handlers_answer():
    """And hears nothing when nothing comes."""
    async with Hall(echo) as hall:
        ada, bo = await hall.guests(2)
        await ada.says("Hello")

        assert await ada.hears() == "Hello"
        assert await bo.hears(0.05) is None
        assert hall.returned == 0


async def test_a_handler_that_returns_is_counted():
    """The connection was open then: that is for a check to judge."""

    async def once(connection):
        await connection.send(await connection.recv())

    async with Hall(once) as hall:
        (ada,) = await hall.guests(1)
        await ada.says("Hello")
        await hall.ended(1)

        assert hall.returned == 1


async def test_a_guest_whose_cable_is_cut_is_nobodys_bug():
    """The handler raises then, and the check goes on."""
    async with Hall(echo) as hall:
        ada, bo = await hall.guests(2)
        await hall.cut(ada)
        hall.check()
        await bo.says("Still here")

        assert await bo.hears() == "Still here"


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (ValueError("oops"), "the handler raised ValueError: oops"),
        (RuntimeError("Set changed size during iteration"), "somebody left in the middle"),
        (ConnectionClosedError(None, None), "one guest had gone, and the handler of another"),
    ],
)
async def test_what_a_handler_raises_is_a_hint(error, hint):
    """In words of the exercise."""

    async def fails(connection):
        await connection.recv()
        raise error

    async with Hall(fails) as hall:
        (ada,) = await hall.guests(1)
        await ada.says("Hello")
        await hall.ended(1)
        with pytest.raises(NotYet, match=hint):
            hall.check()


async def test_a_slow_guest_holds_up_who_sends():
    """Until the gate is open: so a check can look on in the middle of a broadcast."""
    async with Hall(echo) as hall:
        (ada,) = await hall.guests(1)
        ada.server.make_slow()
        await ada.says("Hello")
        assert await first_asked([ada]) == [ada]
        hearing = asyncio.create_task(ada.hears())
        ada.server.gate.set()

        assert await hearing == "Hello"
