"""How fast a client sends: below the server's limits, and in order when it is asked to wait."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

import chatlib
from chatlib import wire
from chatlib.client import pace
from chatlib.client.pace import Pace
from chatlib.limits import Limits
from chatlib.transcript import Failed, Rejected
from tests.support.chat import serving
from tests.support.chat_fakes import TIME, Guest, Join, Watch, msg, stage, texts, within


async def test_five_hundred_pasted_lines_arrive_in_order_and_none_fails(join: Join) -> None:
    """The client keeps below what WELCOME said, so the server never refuses: not even where it reads a second late."""
    lines = [f"line {number}" for number in range(500)]
    async with serving(limits=Limits(rate=125, burst=480)) as limited:
        client = join(f"ws://127.0.0.1:{limited.port}")
        watch = Watch(client)
        ids = [client.send(line) for line in lines]
        await within(client.delivered(ids[-1]))
        assert texts(client) == lines
        assert not watch.of(Failed)
        assert not watch.of(Rejected)


async def test_rate_limited_waits_and_sends_again_in_order(join: Join) -> None:
    """Nothing fails: whatever was refused goes again after retry_after, and nothing overtakes it."""
    refused_at = []
    came: list[str] = []

    async def script(guest: Guest) -> None:
        await guest.welcome(limits=wire.LimitsNotice(1000, 1000, 8192))
        await guest.send(msg(1, (await guest.said()).msg, user="Ada", id="other"))
        for _ in range(4):
            await guest.send(wire.Error("rate-limited", "slower", TIME, (await guest.said()).id, 0.2))
        refused_at.append(time.monotonic())
        for number in range(2, 7):
            say = await guest.said()
            came.append(say.msg)
            refused_at.append(time.monotonic())
            await guest.send(msg(number, say.msg, user="Ada", id=say.id))
        await guest.gone()

    async with stage(script) as fake:
        client = join(fake.url)
        watch = Watch(client)
        await client.joined()
        ids = [client.send(f"{number}") for number in range(5)]
        await within(client.delivered(ids[-1]))
        assert came == ["0", "1", "2", "3", "4"]
        assert refused_at[1] - refused_at[0] > 0.19
        assert not watch.of(Failed)
        assert {event.retry_after for event in watch.of(Rejected)} == {0.2}


async def test_many_renames_keep_below_the_limit_and_the_last_one_counts(join: Join) -> None:
    """Every frame counts at the server, so renames are paced like messages."""
    with chatlib.serve(port=0) as limited:
        client = join(limited.url, name="Ada")
        await client.joined()
        watch = Watch(client)
        for number in range(80):
            client.rename(f"Ada {number}")
        await watch.until(lambda: client.name == "Ada 79")
        assert not watch.of(Rejected)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that goes when the test says so."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_it_keeps_to_three_quarters_of_the_limits(clock: SimpleNamespace) -> None:
    """So jitter on the network cannot push several frames over them at once."""
    bucket = Pace(wire.LimitsNotice(20, 40, 8192))
    assert [bucket.delay() for _ in range(31)] == [0] * 30 + [pytest.approx(1 / 15)]
    clock.now += 1
    assert [bucket.delay() for _ in range(16)][-2:] == [0, pytest.approx(1 / 15)]


def test_after_a_refusal_nothing_goes_before_its_time(clock: SimpleNamespace) -> None:
    """And then one by one: the burst is used up."""
    bucket = Pace(wire.LimitsNotice(20, 40, 8192))
    bucket.wait(2)
    assert bucket.delay() == pytest.approx(2)
    clock.now += 2
    assert [bucket.delay() for _ in range(2)] == [0, pytest.approx(1 / 15)]


def test_no_limit_is_no_wait(clock: SimpleNamespace) -> None:
    """0 means none."""
    bucket = Pace(wire.LimitsNotice(0, 0, 8192))
    assert {bucket.delay() for _ in range(1000)} == {0}
