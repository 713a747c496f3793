"""What every backplane promises, and what the in-memory one does beyond: one batch for each turn of the loop."""

import asyncio

import pytest

from chatlib.hub import Hub
from chatlib.records import Ended
from chatlib.server.backplane import MemoryBackplane, Shore, new_hub_id
from chatlib.server.journal_backplane import JournalBackplane
from chatlib.server.journal_file import DiskFile
from tests.support.backplanes import PROMISES
from tests.support.stream_store import FakeBackplane, Streams


@pytest.fixture(params=["memory", "journal", "streams"])
def make(request, tmp_path):
    """What makes one more backplane for the same rooms."""
    streams = Streams()
    return {
        "memory": MemoryBackplane,
        "journal": lambda: JournalBackplane(DiskFile(tmp_path / "chatlib.journal")),
        "streams": lambda: FakeBackplane(streams, new_hub_id()),
    }[request.param]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
async def test_every_backplane_keeps_what_all_of_them_promise(promise, make):
    """tests/process/test_redis.py asks a real Redis for the same."""
    await promise(make)


async def turn():
    await asyncio.sleep(0)


async def started():
    batches = []
    backplane = MemoryBackplane()
    await backplane.start(Shore(batches.append, Hub()))
    return backplane, batches


async def test_what_one_turn_published_is_delivered_in_the_next_in_one_batch():
    """In the order of publishing, and not within publish() itself: a hub is never entered twice."""
    backplane, batches = await started()
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

    await backplane.start(Shore(deliver, Hub()))
    backplane.publish(Ended("a"))
    await turn()
    assert batches == [[Ended("a")]]
    await turn()
    await turn()

    assert batches == [[Ended("a")], [Ended("b")]]


async def test_close_delivers_what_was_taken_and_then_nothing_more():
    """What was published before is placed; what comes later is not; closing twice is fine."""
    backplane, batches = await started()
    backplane.publish(Ended("a"))
    await backplane.close()
    await backplane.close()
    backplane.publish(Ended("b"))
    await turn()
    await turn()

    assert batches == [[Ended("a")]]


def test_hubs_are_told_apart():
    """By what the ids of their members begin with."""
    assert len({new_hub_id() for _ in range(100)}) == 100
    assert len(MemoryBackplane().hub) == 8
