"""A server in front of slow readers: who waits for whom, and what is kept where, in each of the four ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from chatlib import background
from chatlib.experiments import slow_readers
from chatlib.experiments.slow_readers import DISCONNECT_BYTES, MESSAGE_BYTES, Look, PageLook, Policy, SlowReaders
from chatlib.experiments.whereabouts import KERNEL_TELLS
from tests.support.waiting import no_task_left_behind

SMALL = 8 * 2**10  # bytes, so that little is needed to fill it
ALL = 300  # messages


@pytest.fixture(autouse=True)
def looks_follow_closely(monkeypatch):
    """Nobody watches: the server sends faster, and is looked at more often."""
    monkeypatch.setattr(slow_readers, "TICK_SECONDS", 0.005)
    monkeypatch.setattr(slow_readers, "LOOK_SECONDS", 0.03)


@asynccontextmanager
async def readers(policy: Policy = Policy.NAIVE, **options) -> AsyncIterator[SlowReaders]:
    """Ada, and Bo, who is frozen."""
    server = SlowReaders(("Ada", "Bo"), policy=policy, kernel_buffer=SMALL, **options)
    try:
        server.throttle("Bo", 0)
        yield server
    finally:
        server.close()


def pages(server: SlowReaders) -> tuple[PageLook, PageLook]:
    ada, bo = server.look().pages
    return ada, bo


async def told_all(server: SlowReaders) -> tuple[PageLook, PageLook]:
    """Have all sent, and read by those who read."""
    server.send(ALL)
    await server.until_sent()
    await server.settled()
    return pages(server)


async def test_naive_everybody_waits_for_the_frozen_one():
    """The loop stands in its send(), long before all is sent; thawed, it goes on, and nobody has missed anything."""
    async with readers() as server:
        ada, bo = await told_all(server)

        assert server.look().waits_for == "Bo"
        assert ada.heard == server.sent < ALL
        assert bo.heard == 0
        if KERNEL_TELLS:
            assert bo.waits.total >= (server.sent - 1) * MESSAGE_BYTES
        server.throttle("Bo", None)
        await server.settled()
        assert [(page.heard, page.missed) for page in pages(server)] == [(ALL, 0)] * 2


async def test_broadcast_waits_for_nobody_and_keeps_all():
    """In the server's own memory, what the kernel does not take; the page stays open, and hears all of it late."""
    async with readers(Policy.BROADCAST) as server:
        ada, bo = await told_all(server)

        assert (ada.heard, bo.heard, bo.is_open) == (ALL, 0, True)
        assert server.look().memory == bo.waits.heap > 100 * MESSAGE_BYTES
        server.throttle("Bo", None)
        await server.settled()
        ada, bo = pages(server)
        assert (bo.heard, bo.missed, bo.waits.heap) == (ALL, 0, 0)
        assert bo.latency_ms > ada.latency_ms


async def test_a_queue_keeps_the_newest():
    """So many and no more; Ada has missed nothing; Bo hears what was under way, and then the newest."""
    async with readers(Policy.QUEUE, queue=5) as server:
        ada, bo = await told_all(server)

        assert (ada.heard, ada.missed) == (ALL, 0)
        assert bo.waits.heap < 50 * MESSAGE_BYTES
        server.throttle("Bo", None)
        await server.settled()
        assert pages(server)[1].heard == ALL
        assert pages(server)[1].missed > 100


async def test_who_leaves_too_much_unread_is_disconnected():
    """Nothing is left of it in the server; what the kernels have, it still reads, and then 1006; it comes back."""
    async with readers(Policy.DISCONNECT) as server:
        server.send(2 * DISCONNECT_BYTES // MESSAGE_BYTES)
        await server.until_sent()
        await server.settled()

        ada, bo = pages(server)
        assert (ada.heard, ada.missed) == (server.sent, 0)
        assert (bo.is_open, bo.code, bo.waits.heap) == (False, None, 0)  # frozen, it does not know yet
        server.throttle("Bo", None)
        await server.until(lambda: server.look().pages[1].code == 1006)

        server.come_back("Bo")
        await server.until(lambda: server.look().pages[1].is_open)
        server.send(1)
        await server.until(lambda: server.look().pages[1].heard == server.sent)
        assert pages(server)[1].missed > 0


async def test_another_way_frees_a_loop_that_stands():
    """What is left goes out as it is said now; who was behind the frozen one has missed nothing."""
    server = SlowReaders(("Ada", "Bo", "Cleo"), kernel_buffer=SMALL)
    server.throttle("Bo", 0)
    server.send(ALL)
    await server.until_sent()
    assert server.look().waits_for == "Bo"
    server.behave(Policy.BROADCAST, 10)
    await server.until(lambda: {server.look().pages[n].heard for n in (0, 2)} == {ALL})

    assert (server.left, server.look().waits_for) == (0, "")
    assert [page.missed for page in server.look().pages] == [0, 0, 0]
    server.close()


async def test_it_can_be_halted():
    """Also where it stands; what was sent stays where it is."""
    async with readers() as server:
        await told_all(server)
        server.halt()
        await server.until_sent()

        assert (server.left, server.waits_for) == (0, "")
        assert repr(server) == f"<SlowReaders naive, 2 pages, {server.sent} sent, 0 left>"


async def test_it_stops_before_it_fills_the_machine(monkeypatch):
    """And says so; asked again, it goes on."""
    monkeypatch.setattr(slow_readers, "MOST_BYTES", 50_000)
    async with readers(Policy.BROADCAST) as server:
        server.send(10**9)
        assert server.left <= slow_readers.MOST_MESSAGES
        await server.until_sent()

        assert server.look().is_full
        assert server.sent < ALL
        server.throttle("Bo", None)
        await server.settled()
        server.send(1)
        await server.settled()
        assert not server.look().is_full


async def test_a_throttled_page_is_behind_and_gets_there():
    """Everybody gets all; the slow one later."""
    async with readers(Policy.BROADCAST) as server:
        server.throttle("Bo", 100_000)
        server.send(60)
        await server.settled()

        ada, bo = pages(server)
        assert (ada.heard, bo.heard) == (60, 60)
        assert bo.latency_ms > ada.latency_ms


async def test_each_look_is_told_once():
    """No two that follow each other are equal, and the last is how it is."""
    looks: list[Look] = []
    server = SlowReaders(("Ada",), looks.append, kernel_buffer=SMALL)
    server.send(30)
    await server.settled()
    server.close()

    assert all(one != other for one, other in pairwise(looks))
    assert looks[-1].pages[0].heard == 30
    assert server.look().pages[0].heard == 30


async def test_closing_leaves_nothing_behind():
    """Twice is as good as once; a loop that stands is ended, too, and so is it on the background loop itself."""
    with no_task_left_behind():
        async with readers() as server:
            await told_all(server)
        server.close()
        assert repr(server).startswith("<SlowReaders over")
        other = SlowReaders(("Ada",))

        async def close() -> None:
            other.close()

        await asyncio.wrap_future(background.submit(close()))
        await other.until(lambda: other.is_over)


async def test_names_may_be_anything():
    """They travel in a URL."""
    server = SlowReaders(("你 好/?#%",))
    server.send(1)
    await server.settled()
    assert server.look().pages[0].heard == 1
    server.close()


def test_a_page_of_no_such_name_is_refused():
    """As a dictionary does."""
    server = SlowReaders(("Ada",))
    with pytest.raises(KeyError):
        server.throttle("Bo", 0)
    server.close()
