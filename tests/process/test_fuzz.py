"""Whatever is sent to the server, it stays up, stays clean, and those who behave lose nothing."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

import pytest

from bench.load import Swarm
from chatlib.limits import Limits
from tests.support.chat import ERROR, peer, serving
from tests.support.server_process import ServerProcess
from tests.support.storm import KINDS, ROOM, cases, frame, play_storm, request, weather
from tests.support.waiting import until

SEED = 20_240
ROUNDS = 8  # `make stress` has storm after storm
SECONDS = 30.0


def fill_history(port: int) -> None:
    """Have so much said that the room keeps all it ever will: what then grows is not its history."""
    talkative, each = 260, Limits().burst - 2
    with Swarm(port, talkative, path=f"/chat/{ROOM}") as swarm:
        swarm.settle()
        swarm.pipeline(talkative * each, senders=talkative)
    assert talkative * each + 2 * talkative > Limits().kept_messages


async def test_two_talk_through_a_storm_and_the_server_is_as_before() -> None:
    """They lose nothing and see nothing twice; files are closed, a second storm adds no memory, nothing is logged."""
    with ServerProcess("--port", "0") as server:
        before = server.open_files()
        await asyncio.to_thread(fill_history, server.port)
        resident = []
        for _ in range(2):
            assert await weather(server.port, seed=SEED, rounds=ROUNDS)
            what = f"{before} open files, not {server.open_files()}"
            await until(lambda: server.open_files() == before, what, seconds=SECONDS)
            resident.append(server.resident())
        assert server.alive
        assert not re.search("Traceback|ERROR|WARNING", server.log())
        assert resident[1] < 1.1 * resident[0]


def test_a_seed_is_a_storm() -> None:
    """The same seed gives the same clients, each kind as often as any other; another seed gives others."""
    storm = list(cases(SEED, 2))

    assert storm == list(cases(SEED, 2))
    assert storm != list(cases(SEED + 1, 2))
    assert Counter(case.kind for case in storm) == dict.fromkeys(KINDS, 2)


async def test_a_storm_leaves_nothing_behind() -> None:
    """No connection, no member, no seat and no task is left when all have gone."""
    async with serving() as server:
        before = len(asyncio.all_tasks())
        await play_storm(server.port, seed=SEED, rounds=2)
        await until(lambda: len(asyncio.all_tasks()) == before, "the tasks are done", seconds=SECONDS)
        assert not server.sockets
        assert not server.hub.peers
        assert not server.hub.connections
        rooms = server.hub.rooms.values()  # the last LEAVE is placed a turn after its connection ended
        await until(lambda: not any(room.members or room.names for room in rooms), "all have left", seconds=SECONDS)


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(b"", id="nothing but the end"),
        pytest.param(b"a body that nobody asked for", id="a body"),
        pytest.param(request("/healthz"), id="another request"),
        pytest.param(frame("early"), id="a frame"),
    ],
)
async def test_whatever_comes_behind_a_request_it_is_answered(behind: bytes) -> None:
    """A client that has ended its side, as ``nc -N`` does, or goes on before the answer, still gets one."""
    async with serving() as server, asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + behind)
        writer.write_eof()
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()

        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"chatlib" in body


async def test_json_nested_to_any_depth_gets_an_answer() -> None:
    """Around the depth where the JSON reader gives up, an envelope of no type is bad-message like any other."""
    async with serving(limits=Limits(rate=0)) as server, peer(server) as ada:
        for depth in (*range(900, 1_010), 10_000, 30_000):
            await ada.send('{"type":' + "[" * depth + "]" * depth + "}")
            assert (await ada.frame(ERROR))["code"] == "bad-message"
