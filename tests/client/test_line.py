"""One connection of a client: only WELCOME means joined, a hang and a sleep are noticed, and junk is skipped."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from chatlib import wire
from chatlib.chaos import Proxy
from chatlib.client import line
from chatlib.machine import health
from chatlib.server.ownership import Server
from tests.support.chat_fakes import SECONDS, TIME, Guest, Join, Watch, enter, msg, stage, texts
from tests.support.waiting import TRIES


async def test_an_open_connection_without_a_welcome_is_given_up(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy answers pings itself while the server behind it hangs: only WELCOME means joined."""
    monkeypatch.setattr(line, "OPEN_SECONDS", 0.2)
    async with stage(Guest.gone) as fake:
        client = join(fake.url)
        shut = await Watch(client).state("CLOSED")
        assert "welcome" in shut.text


async def test_a_server_that_hangs_is_noticed_and_said_plainly(
    join: Join, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half-open: TCP stays, nothing comes. The keepalive's interval and patience, and not much more, go by."""
    with Proxy("127.0.0.1", server.port) as proxy:
        client = join(proxy.url, ping=0.2)
        monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.1)
        took: list[float] = []
        while not took or took[-1] >= 1.5:  # a busy machine may hold up one try, or some
            assert len(took) < TRIES, took
            monkeypatch.setattr(line, "OPEN_SECONDS", SECONDS)
            proxy.thaw()
            await client.joined()
            watch = Watch(client)
            monkeypatch.setattr(line, "OPEN_SECONDS", 0.1)
            frozen_at = time.monotonic()
            proxy.freeze()
            shut = await watch.state("CLOSED")
            took.append(time.monotonic() - frozen_at)
            assert took[-1] > 0.2
            assert "no answer" in shut.text
        shut = await watch.state("CLOSED")
        assert "no answer for 0.1 s. What to do: restart the kernel" in shut.text
        monkeypatch.setattr(line, "OPEN_SECONDS", SECONDS)
        proxy.thaw()
        await client.joined()


async def test_a_machine_that_slept_reconnects_at_once(
    join: Join, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock jumped, the monotonic one did not: nobody waits for the keepalive."""
    monkeypatch.setattr(line, "CLOCK_SECONDS", 0.05)
    client = join()
    await client.joined()
    watch = Watch(client)
    offset = 0.0
    clock = SimpleNamespace(time=lambda: time.time() + offset, monotonic=time.monotonic)
    monkeypatch.setattr(line, "time", clock)
    await watch.until(lambda: client.state == "OPEN")
    offset = 3600.0
    shut = await watch.state("CLOSED")
    assert "asleep" in shut.text
    await client.joined()


async def test_frames_that_are_none_cost_nothing(join: Join) -> None:
    """Whatever a server sends: what can be read is taken, the rest is skipped."""

    async def script(guest: Guest) -> None:
        await guest.send(msg(1, "before the welcome"))
        await guest.welcome()
        await guest.send(enter(1, "Ada"))
        junk = ["", "hello", "[]", "7", "{}", '{"type": 2}', '{"type": 99}', '{"type": []}', '{"type": 2, "user": 7}']
        await guest.send(*junk)
        await guest.connection.send(b"\x00\xff")
        bad = '{"type": 2, "user": "Bo", "msg": "x", "id": "1", "seq": 7, "time": ""}'
        await guest.send(bad, bad.replace("7", '"e-one"'), bad.replace("7", "null"))
        await guest.send(msg(2, "good"))
        await guest.gone()

    async with stage(script) as fake:
        client = join(fake.url)
        await Watch(client).until(lambda: "good" in texts(client))
        assert texts(client) == ["good"]
        assert len(fake.guests) == 1


def test_a_clock_that_is_set_right_a_little_is_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall clock drifts and is corrected; a suspended machine is further off, in either direction."""
    wall = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(line, "time", SimpleNamespace(time=lambda: wall.now, monotonic=lambda: 5.0))
    clock = line.Clock()
    jumps = []
    for wall.now in (1000.0, 1002.9, 1003.1, 996.9):
        jumps.append(clock.jumped())
    assert jumps == [False, False, True, True]


async def test_a_welcome_that_cannot_be_read_is_none(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line ends as if none had come, and the next one is welcome."""

    async def mad(guest: Guest) -> None:
        await guest.welcome(history=(wire.Msg("Bo", "hi", "id1", "no place", TIME),))
        await guest.gone()

    async def sane(guest: Guest) -> None:
        await guest.welcome()
        await guest.gone()

    monkeypatch.setattr(line, "OPEN_SECONDS", 0.2)
    async with stage(mad, sane) as fake:
        client = join(fake.url)
        await client.joined()
        assert len(fake.guests) == 2
        assert client.messages == []
