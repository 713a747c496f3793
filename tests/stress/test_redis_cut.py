"""A server that is cut off from its Redis for twenty seconds, at the pace that it has by default."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from chatlib.chaos import Proxy
from chatlib.server.chat_server import ChatServer
from chatlib.server.redis_backplane import RedisBackplane
from tests.support.person import Person
from tests.support.redis_server import RedisServer
from tests.support.waiting import until

CUT_SECONDS = 20
SAID = 500


def hang(proxy: Proxy) -> None:
    proxy.freeze()


def refuse(proxy: Proxy) -> None:
    proxy.refuse()
    proxy.cut()


@pytest.mark.parametrize("break_it", [hang, refuse])
async def test_twenty_seconds_without_redis_lose_and_double_nothing(break_it: Callable[[Proxy], None]) -> None:
    """Its people see "sending" and a word, and then all arrives once, in one order; the others go on meanwhile."""
    with RedisServer() as redis, Proxy("127.0.0.1", redis.port) as proxy:
        urls = redis.url, f"redis://127.0.0.1:{proxy.port}"
        backplanes = [RedisBackplane(url) for url in urls]
        servers = [ChatServer(backplane=backplane) for backplane in backplanes]
        for server in servers:
            await server.start()
        people = [Person(f"ws://127.0.0.1:{server.port}", name) for server, name in zip(servers, "AB", strict=True)]
        ada, bo = people
        for one in people:
            await one.room.joined()
            one.begin(SAID, pause=0.07)  # 35 s: they talk before, meanwhile and after
        await bo.room.until(lambda: len(bo.room.messages) >= 50)

        break_it(proxy)
        over = asyncio.create_task(asyncio.sleep(CUT_SECONDS))
        await until(lambda: backplanes[1].waiting, "it says that it waits", seconds=10)
        await bo.room.until(lambda: "waits for its Redis" in bo.room.connection.text)
        before = len(ada.room.messages)
        await over
        assert bo.room.messages[-1].state == "sending"
        assert "waits for its Redis" in bo.room.connection.text
        assert len(ada.room.messages) - before > 100
        assert (ada.room.state, backplanes[0].waiting) == ("OPEN", "")

        proxy.cut()
        proxy.heal()
        assert [await one.finish() for one in people] == [SAID, SAID]
        for one in people:
            await one.room.until(lambda one=one: len(one.lines()) == 2 * SAID, timeout=30)  # type: ignore[misc]
        assert ada.lines() == bo.lines()
        assert len({text for _, _, text in ada.lines()}) == 2 * SAID
        assert {user for _, user, _ in ada.lines()} == {"A", "B"}
        await until(lambda: servers[0].hub.snapshot("lobby") == servers[1].hub.snapshot("lobby"), "the same room")
        for one in people:
            one.room.close()
        for server in servers:
            await server.stop()
