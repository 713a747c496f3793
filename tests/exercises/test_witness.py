"""A server that remembers its visitors: what they said, and how they left."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from chatlib import background
from chatlib.exercises.outbox_trial import soon
from chatlib.exercises.witness import REFUSED_PATH, Visit, Witness


async def test_it_echoes_and_remembers_what_was_said_and_how_each_left():
    """Text as text, bytes as bytes; the code and the reason are the visitor's."""
    async with Witness() as witness:
        async with connect(witness.url, proxy=None) as visitor:
            for message in ("hello", b"\x00"):
                await visitor.send(message)
                assert await visitor.recv() == message
            await visitor.close(3000, "enough")

        assert await witness.everyone_left()
    (visit,) = witness.visits
    assert visit.messages == ["hello", b"\x00"]
    assert (visit.is_over, visit.close_code, visit.close_reason) == (True, 3000, "enough")


async def test_who_stays_is_not_taken_for_gone_and_is_sent_away_at_the_end():
    """The check goes on; nothing stays open behind it."""
    async with Witness() as witness, connect(witness.url, proxy=None) as visitor:
        await visitor.send("here")
        await visitor.recv()

        assert not await witness.everyone_left(0.05)
        assert not witness.visits[0].is_over
        assert witness.visits[0].close_code is None
        await witness.__aexit__(None, None, None)
        await visitor.wait_closed()
        assert visitor.close_code == 1006


async def test_its_handler_is_the_checks_own():
    """One that raises closes with 1011, as any server's."""

    async def raises(visit: Visit) -> None:
        visit.messages.append(await visit.connection.recv())
        raise RuntimeError("on purpose")

    async with Witness(raises) as witness, connect(witness.url, proxy=None) as visitor:
        await visitor.send("hello")
        await visitor.wait_closed()

        assert visitor.close_code == 1011
        assert witness.visits[0].messages == ["hello"]


async def test_it_ends_at_once_though_nobody_reads_what_came():
    """A connection whose handler has returned is closing, and does not see that its cable is cut."""

    gone = asyncio.Event()

    async def reads_nothing(visit: Visit) -> None:
        await gone.wait()

    async with asyncio.timeout(5), Witness(reads_nothing) as witness:
        visitor = await connect(witness.url, proxy=None)
        for _ in range(100):
            await visitor.send("hello")
        assert await soon(lambda: witness.visits and witness.visits[0].connection.recv_messages.paused, seconds=3)
        visitor.transport.abort()
        background.call(gone.set)


async def test_one_path_is_refused():
    """Before there is a visit: HTTP 403."""
    async with Witness() as witness:
        with pytest.raises(InvalidStatus) as refused:
            await connect(witness.url + REFUSED_PATH, proxy=None)

    assert refused.value.response.status_code == 403
    assert witness.visits == []


async def test_who_only_knows_its_port_is_no_visitor():
    """As one who tries again and again to reach a server that was at this port before."""
    async with Witness() as witness:
        with pytest.raises(InvalidStatus, match="404"):
            await connect(witness.url.rpartition("/")[0] + "/chat", proxy=None)
        async with connect(witness.url + "/chat", proxy=None):
            pass

        assert [visit.path for visit in witness.visits] == ["/chat"]
