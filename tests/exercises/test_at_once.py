"""What is called twice at once: each call has to be right, and what came of a wrong one is said."""

from __future__ import annotations

import asyncio
import time

import pytest
from websockets.protocol import State

from chatlib.client.websocket import WebSocket
from chatlib.exercises import at_once
from chatlib.exercises.at_once import MEETINGS, Together, twice_at_once
from chatlib.exercises.verdict import NotYet
from chatlib.exercises.witness import Visit, Witness


async def double(number):
    await asyncio.sleep(0)
    return 2 * number


async def test_two_right_calls_are_right():
    """What is expected may be known only when they have come back."""
    answers = []

    async def noted(number):
        answers.append(await double(number))
        return answers[-1]

    await twice_at_once(noted, (1,), (2,), lambda: answers)

    assert answers == [2, 4]


async def test_who_keeps_something_in_a_global_is_found_out():
    """The second call overwrites what the first has put there."""
    kept = 0

    async def keep(number):
        nonlocal kept
        kept = number
        await asyncio.sleep(0)
        return 2 * kept

    with pytest.raises(NotYet, match="One call returned 4, an int, and not 2, and the other returned what is right"):
        await twice_at_once(keep, (1,), (2,), lambda: (2, 4))


async def test_what_a_call_raises_is_said():
    """And the other call is looked at, too."""

    async def refuse_two(number):
        if number == 2:
            raise ValueError("two")
        return await double(number)

    with pytest.raises(NotYet, match="One call returned what is right, and the other raised ValueError: two"):
        await twice_at_once(refuse_two, (1,), (2,), lambda: (2, 4))


async def test_a_call_that_does_not_come_back_is_ended(monkeypatch):
    """It waits for what the other call has taken."""
    monkeypatch.setattr(at_once, "SECONDS", 0.05)
    ended = asyncio.Event()

    async def wait_for_ever(number):
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(NotYet, match="neither call had come back after"):
        await twice_at_once(wait_for_ever, (1,), (2,), lambda: (None, None))
    await asyncio.wait_for(ended.wait(), 5)


async def test_two_who_are_answered_together_have_both_answers_before_either_goes_on():
    """Not now and then, as on a network: one that looks for its own among what both have heard is found out."""

    async def answer(visit: Visit) -> None:
        async for message in visit.connection:
            await together.answer(visit.path, visit.connection, f"{visit.path} {message!s}")

    async with Witness(answer) as witness:
        for _ in range(10):
            together = Together()
            heard = []

            async def hear_twice(path, url=witness.url, heard=heard):
                ws = WebSocket(url + path)
                ws.addEventListener("message", lambda event: heard.append(event.data))
                await ws.once("open")
                so_far = []
                for word in ("one", "two"):
                    ws.send(word)
                    await ws.once("message")
                    so_far.append(sorted(heard))
                ws.close()
                await ws.once("close")
                return so_far

            both = [["/a one", "/b one"], ["/a one", "/a two", "/b one", "/b two"]]
            await twice_at_once(hear_twice, ("/a",), ("/b",), lambda both=both: (both, both))


async def test_who_is_told_first_does_not_hang_on_who_came_first_to_the_server():
    """On a busy machine that is chance; the one is told first, and then the other."""
    together = Together()
    came, heard, loop = asyncio.Event(), [], asyncio.get_running_loop()

    async def answer(visit: Visit) -> None:
        async for _ in visit.connection:
            loop.call_soon_threadsafe(came.set)
            await together.answer(visit.path, visit.connection, visit.path)

    async with Witness(answer) as witness:
        sockets = {path: WebSocket(witness.url + path) for path in ("/a", "/b")}
        for ws in sockets.values():
            ws.addEventListener("message", lambda event: heard.append(event.data))
            await ws.once("open")
        for arrival in (["/a", "/b"], ["/b", "/a"]):
            hearing = [asyncio.create_task(ws.once("message")) for ws in sockets.values()]
            for path in arrival:
                came.clear()
                sockets[path].send("go")
                await came.wait()
            await asyncio.gather(*hearing)
        for ws in sockets.values():
            ws.close()
            await ws.once("close")

    assert heard == ["/a", "/b", "/b", "/a"]


async def test_the_third_time_the_one_has_left_before_the_other_is_answered():
    """One that is told only that some answer has come, to whomever, finds none of its own."""
    together = Together()
    seen = []

    async def answer(visit: Visit) -> None:
        async for message in visit.connection:
            await together.answer(visit.path, visit.connection, f"{visit.path} {message!s}")
            seen.append((visit.path, [each.path for each in witness.visits if each.connection.state is State.OPEN]))

    async def hear(url, path):
        ws = WebSocket(url + path)
        await ws.once("open")
        for word in ("one", "two", "three"):
            ws.send(word)
            await ws.once("message")
        ws.close()
        await ws.once("close")

    async with Witness(answer) as witness:
        await twice_at_once(hear, (witness.url, "/a"), (witness.url, "/b"), lambda: (None, None))

    assert len([path for path, here in seen[-2:] if here == [path]]) == 1


async def test_who_looks_a_moment_after_the_other_has_left_finds_no_answer_of_its_own():
    """Each looks ten times a second whether anybody still waits; the other one begins to look later."""
    together, waiting = Together(), 0

    async def answer(visit: Visit) -> None:
        async for message in visit.connection:
            await together.answer(visit.path, visit.connection, f"{visit.path} {message!s}")

    async def ask(url, word):
        nonlocal waiting
        ws, heard = WebSocket(url), []

        def hear(event):
            nonlocal waiting
            heard.append(event.data)
            waiting = 0

        ws.onmessage = hear
        await ws.once("open")
        waiting += 1
        ws.send(word)
        if url == other:
            await asyncio.sleep(0.15)
        while waiting:  # noqa: ASYNC110 - as learners do
            await asyncio.sleep(0.1)
        ws.close()
        await ws.once("close")
        return heard[0]

    async with Witness(answer) as witness:
        one, other = f"{witness.url}/a", f"{witness.url}/b"
        for _ in range(MEETINGS - 1):
            await twice_at_once(ask, (one, "word"), (other, "word"), lambda: ("/a word", "/b word"))
        with pytest.raises(NotYet, match="What do they share"):
            await twice_at_once(ask, (one, "word"), (other, "word"), lambda: ("/a word", "/b word"))


async def test_who_is_alone_or_whose_other_has_left_is_answered_too(monkeypatch):
    """A wrong answer may open one connection, or end it before it is answered."""
    monkeypatch.setattr(at_once, "MEETING_SECONDS", 0.05)
    together = Together()

    async def answer(visit: Visit) -> None:
        if visit.path == "/leaves":
            await visit.connection.wait_closed()
        await together.answer(visit.path, visit.connection, visit.path)
        await visit.connection.wait_closed()

    async def hear(url, path):
        ws = WebSocket(url + path)
        event = await ws.once("message")
        ws.close()
        await ws.once("close")
        return event.data

    async with Witness(answer) as witness:
        assert await asyncio.wait_for(hear(witness.url, "/alone"), 5) == "/alone"
        monkeypatch.setattr(at_once, "MEETING_SECONDS", 5)
        stays = asyncio.create_task(hear(witness.url, "/stays"))
        leaves = WebSocket(witness.url + "/leaves")
        await leaves.once("open")
        leaves.close()
        assert await asyncio.wait_for(stays, 4) == "/stays"


async def test_a_loop_tells_of_what_has_come_before_it_is_halted():
    """One event in each of its turns: else a connection that has just opened would hear its answer after the other."""
    loop = asyncio.get_running_loop()
    told = []

    def tell(number: int) -> None:
        told.append(number)
        if number < 5:
            loop.call_soon(tell, number + 1)

    async def halt() -> list[int]:
        loop.call_soon_threadsafe(time.sleep, 0.1)  # so that it does neither of both before it knows of both
        loop.call_soon_threadsafe(tell, 1)
        async with at_once._halted(loop):
            return [*told]

    assert await asyncio.to_thread(asyncio.run, halt()) == [1, 2, 3, 4, 5]
