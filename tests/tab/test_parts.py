"""What the network asks of a browser: of one that is played, and in a kernel in a tab of a real one."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from chatlib.browser.parts import Kind
from tests.support import origin
from tests.support.waiting import until

SECONDS = 30
NAMES = (f"lock {number}" for number in range(1000))  # in a real browser, each test needs its own


@pytest.fixture
def two():
    return origin.parts_of_two_kernels()


async def claimed(parts, name):
    """How to give a lock back, None if somebody has it."""
    answer = asyncio.get_running_loop().create_future()
    parts.claim(name, answer.set_result)
    return await asyncio.wait_for(answer, SECONDS)


async def test_one_has_a_lock_until_it_is_given_back(two):
    """Then it can be had at once, by anybody."""
    one, other = two
    name = next(NAMES)
    give_back = await claimed(one, name)
    assert callable(give_back)
    assert (await claimed(other, name), await claimed(one, name)) == (None, None)
    for _ in range(5):
        give_back()
        give_back = await claimed(one, name)
        assert callable(give_back)
    give_back()


async def test_who_waits_for_a_lock_to_be_free_is_told(two):
    """At once where nobody has it; not if that was called off; and it has it nobody's way."""
    one, other = two
    name = next(NAMES)
    told = []
    one.when_free(name, lambda: told.append("at once"))
    await until(lambda: told == ["at once"])
    give_back = await claimed(one, name)
    other.when_free(name, lambda: told.append("waited"))
    call_off = one.when_free(name, lambda: told.append("called off"))
    call_off()
    call_off()
    assert await claimed(other, name) is None
    give_back()
    await until(lambda: told[1:])
    again = await claimed(one, name)
    assert callable(again)
    again()
    call_off()
    assert told == ["at once", "waited"]


async def test_what_is_posted_every_other_end_hears_in_order(two):
    """Each kind, with what it brings; not the end that posts; and nothing behind its end."""
    one, other = two
    name = next(NAMES)
    heard, own = [], []
    there = other.channel(name, lambda *message: heard.append(message))
    here = one.channel(name, lambda *message: own.append(message))
    messages = [(Kind.DATA, b"\x00\xff" * 1000), (Kind.TOOK, 2**18), (Kind.OPEN, "name"), (Kind.END, None)]
    for message in messages:
        here.post(*message)
    await until(lambda: len(heard) == 4)
    there.post(Kind.RESET)
    await until(lambda: own)
    there.close()
    there.close()
    there.post(Kind.RESET)
    here.post(Kind.RESET)
    later = one.channel(name, lambda *message: heard.append("later"))
    here.post(Kind.REFUSED)
    await until(lambda: heard[4:])
    here.close()
    later.close()

    assert heard == [*messages, "later"]
    assert [type(value) for _, value in heard[:4]] == [bytes, int, str, type(None)]
    assert own == [(Kind.RESET, None)]


class Owner:
    """Somebody who hears and is told."""

    def hear(self, kind, value):
        """Hear a message."""

    def tell(self, *answer):
        """Be told."""


async def test_what_is_over_is_held_by_nobody(two):
    """Neither by a channel that was closed, nor by a wish that was called off, or came true, or did not."""
    one, other = two
    name = next(NAMES)
    give_back = await claimed(one, name)
    owner = Owner()
    known = weakref.ref(owner)
    channel = one.channel(name, owner.hear)
    call_off = other.when_free(name, owner.tell)
    other.claim(name, owner.tell)
    channel.close()
    call_off()
    del owner
    await until(lambda: (gc.collect(), known() is None)[1])
    give_back()
