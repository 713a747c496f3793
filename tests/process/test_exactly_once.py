"""Nothing is lost, nothing is doubled: real processes, a server that is killed, a network that is cut."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator

import pytest

import chatlib
from chatlib.chaos import Proxy
from tests.support.chat_fakes import Watch
from tests.support.person import Line, Person
from tests.support.redis_server import RedisServer
from tests.support.remote import Remote, process
from tests.support.server_that_dies import server_that_dies

pytestmark = pytest.mark.usefixtures("forked_kernels")

SEED = 5
KILLS = 5
MESSAGES = 200
CUTS = 20
AT_A_TIME = 12  # messages of each of two, between two cuts


def expected(people: dict[str, int]) -> list[str]:
    """What so many numbered messages of each person are, sorted."""
    return sorted(f"{name} {number}" for name, count in people.items() for number in range(count))


def check(transcripts: list[list[Line]], people: dict[str, int]) -> None:
    """Each message exactly once, all transcripts alike, and everyone's own messages in the order they were said."""
    first, *others = transcripts
    assert sorted(text for _, _, text in first) == expected(people)
    for other in others:
        assert other == first
    for name, count in people.items():
        said = [text for _, _, text in first if text.startswith(f"{name} ")]
        assert said == [f"{name} {number}" for number in range(count)]


@pytest.fixture(autouse=True)
def _log(caplog: pytest.LogCaptureFixture) -> None:
    """A failure shows what became of every connection: it may be one in hundreds of runs."""
    caplog.set_level(logging.DEBUG, "chatlib")


@pytest.fixture(params=["journal", "redis"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a Redis for the rooms, or "" for a journal."""
    if request.param == "journal":
        yield ""
        return
    with RedisServer() as redis:
        yield redis.url


async def test_five_clients_and_a_server_that_is_killed_five_times(engine: str) -> None:
    """Killed at random points of the talk and started again: who waits for a message gets it, all see the same."""
    turns = random.Random(SEED)
    names = {0: ["Ada", "Bo"], 1: ["Cy", "Dee", "Eve"]}
    people = dict.fromkeys(["Ada", "Bo", "Cy", "Dee", "Eve"], MESSAGES)
    flags = ["--redis", engine] if engine else []
    async with server_that_dies(*flags) as server, process() as first, process() as second:
        remotes: list[Remote] = [first, second]
        witness = Person(server.url, "Witness")
        await witness.room.joined()
        for place, remote in enumerate(remotes):
            await remote.run("from tests.support.person import Person")
            await remote.run(f"people = [Person({server.url!r}, name) for name in {names[place]!r}]")
            await remote.run("for person in people: await person.room.joined()")
        for remote in remotes:
            await remote.run(f"for person in people: person.begin({MESSAGES}, pause=0.01)")
        watch = Watch(witness.room)
        for count in sorted(turns.sample(range(20, len(people) * MESSAGES - 20), KILLS)):
            await watch.until(lambda count=count: len(witness.room.messages) >= count)  # type: ignore[misc]
            await server.kill()
            await server.start(*flags)
        for remote in remotes:
            await remote.run("for person in people: await person.finish()")
        await watch.until(lambda: len(witness.room.messages) >= len(people) * MESSAGES)
        last = witness.lines()[-1][2]
        transcripts = [witness.lines()]
        for remote in remotes:
            await remote.run(f"for person in people: await person.sees({last!r})")
            seen = await remote.run("[person.lines() for person in people]")
            transcripts += [[tuple(line) for line in lines] for lines in seen]
            assert await remote.run("sum((person.surprises() for person in people), [])") == []
        assert witness.surprises() == []
        check(transcripts, people)
        witness.room.close()


async def test_twenty_cuts_in_five_hundred_messages(engine: str) -> None:
    """TCP is cut in the middle of a frame, of a handshake, of a WELCOME, wherever the bytes run out."""
    turns = random.Random(SEED)
    with chatlib.serve(port=0, rate=0, redis=engine) as server, Proxy("127.0.0.1", server.port) as proxy:
        witness = Person(server.url, "Witness")
        ada, bo = Person(proxy.url, "Ada"), Person(proxy.url, "Bo")
        for person in (witness, ada, bo):
            await person.room.joined()
        watch = Watch(ada.room)
        for number in range(CUTS):
            proxy.cut(after_bytes=turns.randrange(1, 3000))
            for person in (ada, bo):  # more bytes than that, however slow the machine is
                person.begin(AT_A_TIME, pause=0.012, first=number * AT_A_TIME)
            await watch.until(lambda number=number: proxy.cuts > number)  # type: ignore[misc]
            await asyncio.gather(ada.pauses(), bo.pauses())
        for person in (ada, bo):
            person.begin(AT_A_TIME, pause=0.012, first=CUTS * AT_A_TIME)
        await asyncio.gather(ada.finish(), bo.finish())
        last = ada.room.messages[-1].msg
        for person in (witness, ada, bo):
            await person.sees(last)
            assert person.surprises() == []
        each = (CUTS + 1) * AT_A_TIME
        check([person.lines() for person in (witness, ada, bo)], {"Ada": each, "Bo": each})
        for person in (witness, ada, bo):
            person.room.close()
