"""Big rooms in Redis: while one is kept, and while a hub begins with it, no turn of the loop takes over 50 ms."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from chatlib import wire
from chatlib.records import Resumed
from chatlib.server import stream_backplane
from chatlib.server.chat_server import ChatServer
from chatlib.server.redis_backplane import RedisBackplane
from tests.support.chat import MSG, peer
from tests.support.redis_server import RedisServer
from tests.support.turns import Turns
from tests.support.waiting import until

EPOCH, NOON = "e" * 32, "2026-01-01T12:00:00.000Z"
ENTRIES = 10_000


def full(size: int) -> Resumed:
    """The fullest room there is."""
    frames = (wire.Msg("Ada", "x" * size, f"id{n}", f"{EPOCH}-{n + 1}", NOON) for n in range(ENTRIES))
    return Resumed("room", EPOCH, ENTRIES, ENTRIES, 0, (), tuple(wire.encode(frame).encode() for frame in frames))


@pytest.mark.parametrize("size", [20, 1400])
async def test_nobody_waits_for_a_big_room(
    size: int, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """Ten thousand entries, up to 16 MiB: kept by one hub, begun with by another."""
    with RedisServer() as redis:
        first, second = (ChatServer(backplane=RedisBackplane(redis.url)) for _ in range(2))
        await first.start()
        await second.start()
        async with peer(first, name="Ada") as ada:
            first.hub.deliver(full(size))
            async with peer(first, name="Bo") as bo:
                gc.collect()
                turns = Turns()
                monkeypatch.setattr(stream_backplane, "SMALL_BYTES", 0)
                for log in first._backplane._logs.values():  # type: ignore[attr-defined]
                    log.keep_above = 0
                await bo.send("to be kept")
                await bo.frame(MSG)
                await until(lambda: b"room\r\n" in redis.ask("HKEYS", "chatlib:{room}:kept"), seconds=20)
                keeping = turns.end()
                gc.collect()
                turns = Turns()
                async with peer(second, name="Cy") as cy:
                    await cy.send("here")
                    await cy.frame(MSG)
                    beginning = turns.end()
                    assert second.hub.rooms["room"].placed == first.hub.rooms["room"].placed
            assert ada is not None
        await second.stop()
        await first.stop()
    record_property("keeping", keeping)
    record_property("beginning", beginning)
    assert keeping < 0.05
    assert beginning < 0.05
