"""A flood through Redis: no turn of the loop takes over 50 ms, and what is written never keeps from reading."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence

import pytest

from chatlib.limits import Limits
from chatlib.server.chat_server import ChatServer
from chatlib.server.redis_backplane import RedisBackplane
from chatlib.server.settings import Settings
from chatlib.server.stream_backplane import Fields
from chatlib.server.stream_format import EntryError
from tests.support.person import Person
from tests.support.places import ROOT
from tests.support.redis_server import RedisServer
from tests.support.server_that_dies import server_that_dies
from tests.support.turns import Turns

CLIENTS = 100
SWARM = f"""
import sys
from bench.load import Swarm
with Swarm(int(sys.argv[1]), {CLIENTS}) as swarm:
    swarm.settle()
    swarm.pipeline(10_000)
"""  # in a process of its own: in a thread it would wait for this one's interpreter
IN_A_TURN = 0.05
BACKLOG = 3_000


async def test_a_flood_neither_stops_the_loop_nor_the_reading(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """A hundred clients of one server, one of whom says 10,000 at once; another server's client has all."""
    with RedisServer() as redis:
        backplane = RedisBackplane(redis.url)
        server = ChatServer(settings=Settings(limits=Limits(rate=0)), backplane=backplane)
        await server.start()
        written, backlogs = [0], [0]
        append = backplane._store.append

        async def counted(entries: Sequence[tuple[str, Fields]]) -> Mapping[str, EntryError]:
            refused = await append(entries)
            written.append(sum(fields[b"records"].count(b"\n") for _, fields in entries))
            room = server.hub.rooms.get("bench")
            backlogs.append(sum(written) - (room.placed if room else 0))
            return refused

        async with server_that_dies("--redis", redis.url) as other:
            bo = Person(other.url, "Bo", room="bench")
            await bo.room.joined()
            monkeypatch.setattr(backplane._store, "append", counted)
            turns = Turns()
            swarm = await asyncio.create_subprocess_exec(sys.executable, "-c", SWARM, str(server.port), cwd=ROOT)
            assert await swarm.wait() == 0
            longest = turns.end()
            await bo.room.until(lambda: bo.room.messages[-1].msg.startswith("0:9999:"), timeout=60)
            bo.room.close()
        await server.stop()
    record_property("longest turn", longest)
    record_property("backlog", max(backlogs))
    assert max(backlogs) < BACKLOG
    assert longest < IN_A_TURN
