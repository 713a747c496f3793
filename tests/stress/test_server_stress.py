"""More than tests/process/test_fuzz.py and test_server_load.py: a thousand clients, long storms, slow handshakes."""

from __future__ import annotations

import asyncio
import re
import socket
from random import Random

from bench.load import Swarm
from tests.support.server_process import ServerProcess
from tests.support.storm import CLOSE, ROOM, frame, request, talk, weather
from tests.support.waiting import until

CLIENTS = 1_000
COMINGS_AND_GOINGS = 2_000
AT_ONCE = 50
SEEDS = 10
ROUNDS = 40
SLOW = 500
SECONDS = 15.0


def test_a_thousand_at_once_all_see_the_same() -> None:
    """Everyone says something at once; each of them sees every message once, in one order, byte for byte."""
    with ServerProcess("--port", "0") as server, Swarm(server.port, CLIENTS, path="/chat/room") as swarm:
        swarm.settle()
        swarm.pipeline(2 * CLIENTS, senders=CLIENTS)


async def test_two_thousand_come_and_go_while_two_talk() -> None:
    """With a Close frame or without one; the two see everyone enter and leave, and the files are closed."""
    random = Random(1)
    waiting = iter(range(COMINGS_AND_GOINGS))

    async def come_and_go(port: int) -> None:
        for _ in waiting:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request())
            await reader.readuntil(b"entered the room")
            if random.random() < 0.5:
                writer.write(frame(b"\x03\xe8", opcode=CLOSE))
                await reader.read()
            writer.transport.abort()

    with ServerProcess("--port", "0") as server:
        before = server.open_files()
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(talk(server.port, over))
            async with asyncio.TaskGroup() as visitors:
                for _ in range(AT_ONCE):
                    visitors.create_task(come_and_go(server.port))
            over.set()
        await until(lambda: server.open_files() == before, "the files are closed", seconds=SECONDS)
        assert not re.search("Traceback|ERROR|WARNING", server.log())


async def test_two_talk_through_many_storms() -> None:
    """Storm after storm, each from another seed."""
    with ServerProcess("--port", "0") as server:
        before = server.open_files()
        for seed in range(SEEDS):
            assert await weather(server.port, seed=seed, rounds=ROUNDS)
            what = f"the files of storm {seed} are closed"
            await until(lambda: server.open_files() == before, what, seconds=SECONDS)
            assert not re.search("Traceback|ERROR|WARNING", server.log())


async def test_handshakes_that_are_never_finished_are_dropped() -> None:
    """Half a request, and then nothing: after ten seconds the server hangs up, and nobody noticed."""
    with ServerProcess("--port", "0") as server:
        before = server.open_files()
        sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(SLOW)]
        for number, sock in enumerate(sockets):
            sock.sendall(request(f"/chat/{ROOM}")[: number % 150])
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(talk(server.port, over))
            await until(lambda: server.open_files() > before + SLOW, "all are connected", seconds=SECONDS)
            await until(lambda: server.open_files() < before + 10, "all were dropped", seconds=SECONDS)
            over.set()
        for sock in sockets:
            sock.close()
