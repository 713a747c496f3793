"""The stand-in for a WebSocket on a slow network: what it counts, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from chatlib.client.websocket import WebSocket
from chatlib.exercises.uplink import REST_SECONDS, Uplink
from tests.support.waiting import until

RATE = 100_000  # a thousand bytes a tick


@pytest.fixture
def uplink() -> Iterator[Uplink]:
    uplink = Uplink(RATE)
    yield uplink
    uplink.end()


async def test_it_counts_bytes_of_utf_8_from_the_moment_of_send(uplink):
    """As a browser does; and what its network has taken is counted no more."""
    uplink.send("你好")
    uplink.send("hi")

    assert uplink.bufferedAmount == uplink.most_queued == 8
    assert repr(uplink) == "<WebSocket OPEN, 8 queued>"
    await until(lambda: uplink.bufferedAmount == 0)
    assert uplink.most_queued == 8
    assert uplink.sent == ["你好", "hi"]


async def test_it_knows_how_much_of_the_network_was_used(uplink):
    """All, as long as there was enough; half, where half of each tick's bytes were there."""
    assert uplink.used == 1
    uplink.send("x" * 5000)
    await until(lambda: uplink.bufferedAmount <= 2000)
    uplink.send("")
    assert uplink.used == 1

    slow = Uplink(RATE)
    slow.send("x" * 500)
    for _ in range(3):
        await until(lambda: slow.bufferedAmount == 0)
        slow.send("x" * 500)
    slow.end()
    assert slow.used <= 0.5


async def test_it_ends_where_the_page_waits(uplink):
    """Not in the middle of a send; from then on nothing is taken, and what is sent is only counted."""
    cut = Uplink(RATE, cut_after=2000)
    over: list[object] = []
    cut.addEventListener("close", over.append)
    cut.addEventListener("message", over.append)
    cut.onclose = cut.onerror = over.append
    cut.send("x" * 3000)
    await until(lambda: cut.bufferedAmount <= 1000)
    cut.send("y" * 100)
    assert cut.readyState == cut.OPEN
    await asyncio.sleep(0)

    assert cut.readyState == cut.CLOSED
    assert [repr(event) for event in over] == 2 * ["<CloseEvent code=1006 reason='' wasClean=False>"]
    before = cut.bufferedAmount
    cut.send("z")
    assert cut.bufferedAmount == before + 1
    assert "z" not in cut.sent
    assert not cut.was_closed


async def test_it_knows_whether_the_page_closed_it(uplink):
    """Twice is once."""
    uplink.close()
    uplink.close()

    assert uplink.was_closed
    assert uplink.readyState == Uplink.CLOSED


async def test_a_listener_that_was_taken_away_hears_nothing(uplink):
    """As in a browser."""
    over: list[object] = []
    uplink.addEventListener("close", over.append)
    uplink.removeEventListener("close", over.append)
    uplink.close(4000, "enough")

    assert over == []


async def test_its_end_can_be_awaited(uplink):
    """Whether it has come or not; and what cannot come any more raises."""
    assert (await uplink.once("open")).type == "open"
    waiting = [asyncio.create_task(uplink.once(kind)) for kind in ("close", "message")]
    await asyncio.sleep(0)
    uplink.close(4000, "enough")

    assert (await uplink.once("close")).code == 4000
    assert (await waiting[0]).reason == "enough"
    with pytest.raises(ConnectionError, match="no message event will come any more"):
        await waiting[1]
    with pytest.raises(ValueError, match="and no 'end'"):
        uplink.once("end")


async def test_it_has_what_a_websocket_of_chatlib_has(uplink):
    """But how its bytes can be watched: there are none."""
    missing = {name for name in dir(WebSocket) if not name.startswith("_")} - {*dir(uplink)}

    assert missing == {"watch", "state_changed"}


async def test_what_a_websocket_does_not_have_is_refused(uplink):
    """Who sets it would wait for ever; and what it counts is not for the page to set."""
    with pytest.raises(AttributeError, match="a page's WebSocket has no 'onClose'"):
        uplink.onClose = print
    with pytest.raises(AttributeError, match="a page's WebSocket has no 'buffered'"):
        _ = uplink.buffered
    with pytest.raises(AttributeError):
        uplink.bufferedAmount = 0


async def test_only_texts_are_sent(uplink):
    """The pieces of the exercise are texts."""
    with pytest.raises(TypeError, match=r"send\(\) was given b'x', and the pieces are texts"):
        uplink.send(b"x")


async def test_it_rests_once():
    """At first it takes nothing, and then it is as any other."""
    uplink = Uplink(RATE, rests=True)
    began = asyncio.get_running_loop().time()
    uplink.send("x" * 2000)

    await until(lambda: uplink.bufferedAmount < 2000)

    assert asyncio.get_running_loop().time() - began > REST_SECONDS / 2
    await until(lambda: uplink.bufferedAmount == 0)
    uplink.end()
