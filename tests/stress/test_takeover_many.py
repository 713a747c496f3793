"""The statistic behind a promise: everyone goes on within two seconds in nineteen of twenty kills."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time

from tests.support.household import household, move_in, owner_of
from tests.support.person import Person
from tests.support.remote import process
from tools.ports import free_port

KILLS = 20
PROMISED_SECONDS = 2.0
LASTING_SECONDS = 1.0  # a connection that lasts so long begins the waits anew: one kill is then like the first


async def test_everyone_goes_on_within_two_seconds_in_nineteen_of_twenty_kills() -> None:
    """From the kill of the owner until a new message of everybody else was delivered, twenty times in a row."""
    port = free_port()
    took: list[float] = []
    async with contextlib.AsyncExitStack() as stack:
        remotes = await stack.enter_async_context(household(process, port))
        witness = Person(f"ws://127.0.0.1:{port}", "Witness")
        await witness.room.joined()
        for _ in range(KILLS):
            await asyncio.sleep(LASTING_SECONDS)
            name = await owner_of(remotes)
            newcomer = await stack.enter_async_context(process())
            await remotes.pop(name).kill()
            killed_at = time.monotonic()
            await witness.room.delivered(witness.room.send(f"after {name}"))
            await asyncio.gather(*(r.run("person.begin(1, pause=0); await person.finish()") for r in remotes.values()))
            took.append(time.monotonic() - killed_at)
            await move_in(newcomer, port, name)
            remotes[name] = newcomer
        lines = witness.lines()
        assert len({seq for seq, _, _ in lines}) == len(lines)
        assert sum(text.startswith("after ") for _, _, text in lines) == KILLS
        for remote in remotes.values():
            await remote.run(f"await person.sees({lines[-1][2]!r})")
            seen = [tuple(line) for line in await remote.run("person.lines()")]
            assert seen == lines[-len(seen) :]
        witness.room.close()
    in_time = sum(seconds <= PROMISED_SECONDS for seconds in took)
    shown = f"median {statistics.median(took):.2f} s, slowest {max(took):.2f} s"
    assert in_time >= KILLS * 19 // 20, f"{in_time} of {KILLS} within {PROMISED_SECONDS:g} s; {shown}: {took}"
