"""A server that ticks until it hears something."""

from __future__ import annotations

from websockets.asyncio.client import connect

from chatlib.exercises.ticking import Ticking
from chatlib.exercises.witness import Witness


async def test_it_ticks_until_it_hears_something_and_says_one_thing_more():
    """Who shows all of it to the end was served; who left before the server had closed was not."""
    ticking = Ticking()
    async with Witness(ticking.tick_until_stopped) as witness, connect(witness.url, proxy=None) as connection:
        ticking.shown.append(await connection.recv())
        await connection.send("stop")
        async for message in connection:
            ticking.shown.append(message)

    assert ticking.was_served
    ticking.left_early = True
    assert not ticking.was_served
    assert ticking.story(None) == "it returned before the server had closed"
