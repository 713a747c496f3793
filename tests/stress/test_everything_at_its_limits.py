"""Everything at its limits at once: nobody waits for the bookkeeping, and the memory stays bounded."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatlib import wire
from chatlib.hub import Hub
from chatlib.limits import Limits
from chatlib.records import Ended, Entered, Record, Resumed, Said
from chatlib.server import journal_backplane, journal_format
from chatlib.server.backplane import Shore
from chatlib.server.chat_server import ChatServer
from chatlib.server.journal_backplane import JournalBackplane
from chatlib.server.journal_file import DiskFile
from chatlib.server.settings import Settings
from tests.support.chat import MSG, WELCOME, peer
from tests.support.server_process import ServerProcess
from tests.support.waiting import until

NOON = "2026-01-01T12:00:00.000Z"
TURN_SECONDS = 0.05
ROUND_TRIP_SECONDS = 0.25
MIB = 1024 * 1024


def full(name: str, *, entries: int, size: int) -> Resumed:
    """A room that nobody is in, with so many messages of this size."""
    frames = [
        wire.encode(wire.Msg("Ada", "x" * size, os.urandom(16).hex(), f"epoch-{number}", NOON)).encode()
        for number in range(1, entries + 1)
    ]
    return Resumed(name, "epoch", entries, entries, 0, (), tuple(frames))


class Turns:
    """Notes how long each turn of the running loop computes: what else this machine does is not its fault."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._loop = asyncio.get_running_loop()
        self._last = time.thread_time()
        self._handle = self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        now = time.thread_time()
        self.longest = max(self.longest, now - self._last)
        self._last = now
        self._handle = self._loop.call_soon(self._turn)

    def stop(self) -> float:
        self._handle.cancel()
        return self.longest


async def round_trips(server: ChatServer, over: asyncio.Event) -> list[float]:
    """Say something in a room of one's own, again and again; return how long each took to come back."""
    times = []
    async with peer(server, "/chat/bystander") as person:
        while not over.is_set():
            began = time.perf_counter()
            await person.send("are you there?")
            await person.frame(MSG)
            times.append(time.perf_counter() - began)
            await asyncio.sleep(0.002)
    return times


@pytest.mark.parametrize(("rooms", "entries", "size"), [(30, 10_000, 900), (30, 10_000, 20), (999, 900, 60)])
async def test_nobody_waits_while_the_journal_is_rewritten(
    tmp_path: Path, rooms: int, entries: int, size: int, record_property: Callable[[str, object], None]
) -> None:
    """At the limit of memory, with every room full, one is written into, and the journal is rewritten three times."""
    path = tmp_path / "chatlib.journal"
    backplane = JournalBackplane(DiskFile(path))
    server = ChatServer(settings=Settings(limits=Limits(rate=0)), backplane=backplane)
    for number in range(rooms):
        room = full(f"room{number}", entries=entries, size=size)
        server.hub.deliver(room)
    while server.hub.rooms.held_bytes > server.hub.limits.total_bytes:
        server.hub.tick(now=0, time=NOON)
    await server.start()
    try:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            trips = group.create_task(round_trips(server, over))
            async with peer(server, "/chat/room1"):
                turns = Turns()
                for _ in range(3):
                    backplane._begin_rewrite()
                    while backplane._rewrite is not None:
                        for number in range(20):
                            backplane.publish(Said("room1", "nobody", f"{number}", "x" * size, NOON))
                        await asyncio.sleep(0)
                longest = turns.stop()
            over.set()
        record_property("longest turn", longest)
        record_property("longest round trip", max(trips.result()))
        assert server.trouble == ""
        assert path.stat().st_size <= journal_backplane.MOST_BYTES
        assert server.hub.rooms.held_bytes <= server.hub.limits.total_bytes
        assert longest < TURN_SECONDS
        assert max(trips.result()) < ROUND_TRIP_SECONDS
    finally:
        await server.stop()


async def test_nobody_waits_for_who_comes_back_or_for_rooms_that_end() -> None:
    """A full history, all that a full room keeps, a thousand rooms empty for long, and place for a new one."""
    server = ChatServer(settings=Settings(limits=Limits(rate=0, room_idle=0.001)))
    for number in range(1000):
        server.hub.deliver(full(f"room{number}", entries=700, size=60))
    server.hub.deliver(full("lobby", entries=10_000, size=1400))
    await server.start()
    try:
        turns = Turns()
        async with peer(server, "/chat/new"):
            pass
        async with peer(server, "/chat/lobby") as person:
            assert len(person.seen[0]["history"]) > 100
        async with peer(server, "/chat/lobby", since="epoch-1") as person:
            assert person.seen[0]["type"] == WELCOME
        await until(lambda: len(server.hub.rooms) < 980)
        assert turns.stop() < TURN_SECONDS
    finally:
        await server.stop()


def journal(path: Path, records: Iterator[Record]) -> None:
    """Write a journal of the greatest size, as a server that was killed leaves it."""
    with path.open("wb") as file:
        file.write(journal_format.header())
        for record in records:
            file.write(journal_format.written(record))


@pytest.mark.parametrize(("rooms", "entries", "size"), [(4, 8_200, 1900), (30, 7_600, 20), (1000, 228, 20)])
async def test_the_longest_journal_is_read_within_a_second(
    tmp_path: Path, rooms: int, entries: int, size: int, record_property: Callable[[str, object], None]
) -> None:
    """64 MiB of what rooms keep, or half of that in short messages, and the most records that may follow."""
    least = journal_backplane.MOST_BYTES // (1 if size > 1000 else 2)

    def records() -> Iterator[Record]:
        for number in range(rooms):
            yield full(f"room{number}", entries=entries, size=size)
        yield Entered("room0", "member", "Ada", None, "epoch", NOON)
        for number in range(journal_backplane.MOST_RECORDS - 2):
            yield Said("room0", "member", f"{number:032}", "hi", NOON)
        yield Ended("nowhere")

    path = tmp_path / "chatlib.journal"
    journal(path, records())
    assert path.stat().st_size > least
    hub = Hub()
    backplane = JournalBackplane(DiskFile(path))
    began = time.thread_time()
    await backplane.start(Shore(lambda batch: [hub.deliver(record) for record in batch] and None, hub))
    took = time.thread_time() - began
    await backplane.close()

    record_property("seconds", took)
    assert (len(hub.rooms), hub.rooms["room0"].placed) == (rooms, entries + journal_backplane.MOST_RECORDS - 1)
    assert took < 1


@pytest.mark.parametrize("letter", ["x", "漢", "🙂"])
async def test_the_memory_of_a_server_is_bounded_whatever_is_said(
    letter: str, record_property: Callable[[str, object], None]
) -> None:
    """Thirty rooms are filled with three times what may be kept: the process has that, and what a process needs."""
    kept = 32 * MIB
    text = letter * 2000
    with ServerProcess("--port", "0", "--rate", "0", "--max-kept", f"{kept}") as server:
        before = server.resident()

        async def fill(number: int) -> None:
            async with peer(server, f"/chat/room{number}") as person:
                for _ in range(3 * kept // 30 // len(text.encode())):
                    await person.send(text)
                    await person.frame(MSG)

        async with asyncio.TaskGroup() as group:
            for number in range(30):
                group.create_task(fill(number))
        grown = server.resident() - before

    record_property("grown by", grown)
    assert 0.7 * kept < grown < 1.3 * kept + 8 * MIB
