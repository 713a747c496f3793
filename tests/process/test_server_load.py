"""Many at once, and those that stop answering: a server in a process of its own, under load."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.load import Swarm, connect
from tests.support.chat import ENTER, LEAVE, MSG, peer, serving
from tests.support.server_process import ServerProcess

ROOM = "/chat/room"
CLIENTS = 200
PING = 0.5

JOIN_AND_WAIT = """
import asyncio, sys
from websockets.asyncio.client import connect

async def main(url):
    async with connect(url, proxy=None) as connection:
        await connection.recv()
        await asyncio.Event().wait()

asyncio.run(main(sys.argv[1]))
"""


def test_two_hundred_at_once_all_see_the_same() -> None:
    """Everyone says something at once; each of them sees every message once, in one order, byte for byte."""
    with ServerProcess("--port", "0") as server, Swarm(server.port, CLIENTS, path=ROOM) as swarm:
        swarm.settle()
        swarm.pipeline(5 * CLIENTS, senders=CLIENTS)


def test_one_that_never_reads_costs_the_others_no_message() -> None:
    """It is dropped beyond its bound, LEAVE says why, and the server holds no more memory than without it."""
    grown = []
    for stuck in (0, 1):
        with (
            ServerProcess("--port", "0", "--rate", "0", "--max-unsent", "1000000") as server,
            never_reading(server.port, stuck),
            Swarm(server.port, 5, path=ROOM) as swarm,
        ):
            swarm.settle()
            before = server.resident()
            swarm.pipeline(6_000, size=2_000)
            grown.append(server.resident() - before)
            reasons = [notice for notice in swarm.notices if b"did not read what was sent" in notice]
            assert len(reasons) == stuck
    assert grown[1] - grown[0] < 3_000_000


@contextmanager
def never_reading(port: int, count: int) -> Iterator[None]:
    """So many clients that read nothing after the handshake."""
    sockets = [sock for sock, _ in connect(port, count, path=ROOM, receive_buffer=4096)]
    try:
        yield
    finally:
        for sock in sockets:
            sock.close()


async def test_a_process_that_stands_still_is_noticed_within_the_keepalives_time() -> None:
    """Its TCP is intact, yet it answers no ping: that takes two pings at most."""
    async with serving(ping=PING) as server, peer(server) as ada:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", JOIN_AND_WAIT, f"ws://127.0.0.1:{server.port}{ROOM}?name=Bo"
        )
        try:
            await ada.frame(ENTER, user="Bo")
            os.kill(process.pid, signal.SIGSTOP)
            stopped = time.monotonic()
            left = await ada.frame(LEAVE, user="Bo")
            assert time.monotonic() - stopped < 2 * PING + 0.3
            assert "lost" in left["msg"]
            await ada.send("who answers stays")
            await ada.frame(MSG)
        finally:
            process.kill()
            await process.wait()
