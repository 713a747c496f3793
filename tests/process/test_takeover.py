"""The room outlives its server: kernels that stand by, an owner that dies, a server that hangs."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest

from chatlib.client import line
from chatlib.machine import health
from tests.support.chat_fakes import Watch
from tests.support.household import NAMES, Start, household, move_in, owner_of
from tests.support.person import Person
from tests.support.remote import kernel, process
from tests.support.server_that_dies import server_that_dies
from tools.ports import free_port

pytestmark = pytest.mark.usefixtures("forked_kernels")

MESSAGES = 150


@pytest.mark.parametrize("start", [process, kernel])
async def test_the_owner_is_killed_twice_and_the_survivors_lose_nothing(start: Start) -> None:
    """Whoever stood by goes on: all that survivors said is there once, in one order, also for one who comes late."""
    port = free_port()
    async with household(start, port) as remotes:
        witness = Person(f"ws://127.0.0.1:{port}", "Witness")
        await witness.room.joined()
        watch = Watch(witness.room)
        for remote in remotes.values():
            await remote.run(f"person.begin({MESSAGES}, pause=0.02)")
        dead: list[str] = []
        for count in (60, 150):
            await watch.until(lambda count=count: len(witness.room.messages) >= count)  # type: ignore[misc]
            name = await owner_of(remotes)
            dead.append(name)
            await remotes.pop(name).kill()
        (survivor, remote), *others = remotes.items()
        assert others == []
        assert await remote.run("await person.finish()") == MESSAGES
        assert await owner_of({survivor: remote}) == survivor  # its own texts may all have been placed before
        await witness.room.delivered(witness.room.send("the end"))
        await remote.run("await person.sees('the end')")

        lines = witness.lines()
        seen = [tuple(line) for line in await remote.run("person.lines()")]
        assert [line for line in seen if line[2] != "the end"] == [line for line in lines if line[2] != "the end"]
        said = [text for _, _, text in lines]
        assert len(set(said)) == len(said)
        own = {name: [text for text in said if text.startswith(f"{name} ")] for name in NAMES}
        assert own[survivor] == [f"{survivor} {number}" for number in range(MESSAGES)]
        for name in dead:
            assert own[name] == [f"{name} {number}" for number in range(len(own[name]))]
        late = Person(f"ws://127.0.0.1:{port}", "Late")
        await late.room.joined()
        assert late.lines() == lines[-200:]
        for person in (witness, late):
            person.room.close()


async def test_the_owners_kernel_is_restarted_and_its_person_comes_back() -> None:
    """A new kernel runs the same cells: it joins the server that took over, has its name again, and sees it all."""
    port = free_port()
    async with household(process, port) as remotes, process() as fresh:
        await remotes["Ada"].run("person.begin(3, pause=0); await person.finish()")
        assert await owner_of(remotes) == "Ada"
        await remotes.pop("Ada").kill()
        await remotes["Bo"].run("person.begin(3, pause=0); await person.finish()")
        await move_in(fresh, port, "Ada")
        assert not await fresh.run("server.owner")
        assert await fresh.run("person.room.name") == "Ada"
        seen = await fresh.run("[text for _, _, text in person.lines()]")
        assert seen == ["Ada 0", "Ada 1", "Ada 2", "Bo 0", "Bo 1", "Bo 2"]
        await fresh.run("person.begin(1, pause=0); await person.finish()")
        for remote in (*remotes.values(), fresh):
            await remote.run("await person.sees('Ada 0')")
            assert sorted(await remote.run("person.room.people")) == ["Ada", "Bo", "Cy"]


async def test_the_owner_stops_on_purpose_and_the_others_go_on() -> None:
    """``stop()`` leaves the room to whoever stands by; the one who stopped is still a person in it."""
    port = free_port()
    async with household(process, port) as remotes:
        await remotes["Ada"].run("server.stop(); person.begin(3, pause=0); await person.finish()")
        assert await owner_of(remotes) in ("Bo", "Cy")
        for remote in remotes.values():
            await remote.run("await person.sees('Ada 2')")
            assert await remote.run("person.surprises()") == []


async def test_everyone_goes_on_within_two_seconds() -> None:
    """From the kill of the owner to a new message of every survivor; tests/stress has the statistic of many kills."""
    port = free_port()
    async with household(process, port) as remotes:
        await remotes.pop(await owner_of(remotes)).kill()
        killed_at = time.monotonic()
        await asyncio.gather(*(r.run("person.begin(1, pause=0); await person.finish()") for r in remotes.values()))
        assert time.monotonic() - killed_at < 3  # 2 s in 19 of 20, which one kill cannot show


async def test_a_server_that_is_stopped_is_noticed_said_and_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGSTOP: TCP stays open. The client says that the server hangs, and delivers when it runs again."""
    monkeypatch.setattr(line, "OPEN_SECONDS", 0.5)
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.5)
    async with server_that_dies() as server:
        person = Person(server.url, "Ada", ping=0.5)
        await person.room.joined()
        watch = Watch(person.room)
        server.signal(signal.SIGSTOP)
        person.begin(3, pause=0)
        lost = await watch.state("CLOSED")
        assert "no answer to a ping" in lost.text
        hangs = await watch.state("CLOSED")
        assert "no answer for 0.5 s. What to do: restart the kernel" in hangs.text
        server.signal(signal.SIGCONT)
        assert await person.finish() == 3
        assert [text for _, _, text in person.lines()] == ["Ada 0", "Ada 1", "Ada 2"]
        assert person.surprises() == []
        person.room.close()
