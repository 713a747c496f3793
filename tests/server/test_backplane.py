"""The in-memory backplane: the order of publishing, in one batch for each turn of the loop."""

import asyncio

from chatlib.hub import Hub
from chatlib.records import Ended
from chatlib.server.backplane import MemoryBackplane


async def turn():
    await asyncio.sleep(0)


def started():
    batches = []
    backplane = MemoryBackplane()
    backplane.start(batches.append, Hub())
    return backplane, batches


async def test_what_one_turn_published_is_delivered_in_the_next_in_one_batch():
    """In the order of publishing, and not within publish() itself: a hub is never entered twice."""
    backplane, batches = started()
    for room in "abc":
        backplane.publish(Ended(room))
    assert batches == []
    await turn()

    assert batches == [[Ended("a"), Ended("b"), Ended("c")]]


async def test_what_is_published_while_delivering_comes_in_the_turn_after():
    """Once, and behind what was there before it."""
    backplane = MemoryBackplane()
    batches = []

    def deliver(batch):
        batches.append(list(batch))
        if batch == [Ended("a")]:
            backplane.publish(Ended("b"))

    backplane.start(deliver, Hub())
    backplane.publish(Ended("a"))
    await turn()
    assert batches == [[Ended("a")]]
    await turn()
    await turn()

    assert batches == [[Ended("a")], [Ended("b")]]


async def test_close_delivers_what_was_taken_and_then_nothing_more():
    """What was published before is placed; what comes later is not; closing twice is fine."""
    backplane, batches = started()
    backplane.publish(Ended("a"))
    backplane.close()
    backplane.close()
    backplane.publish(Ended("b"))
    await turn()
    await turn()

    assert batches == [[Ended("a")]]
