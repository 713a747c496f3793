"""The task source: what is queued on any thread runs on its creator's loop, one by one, with time for who waits."""

from __future__ import annotations

import asyncio
import contextvars
import threading

from chatlib.client.task_source import PATIENCE, TaskSource
from chatlib.client.websocket import WebSocket
from tests.support.peers import TEXT, after_open, peer
from tests.support.socket_events import SECONDS, event


async def test_awaiting_one_after_another_misses_nothing():
    """A burst of messages is caught one by one, also through wait_for() and gather(), which come back turns later."""
    async with peer(after_open(lambda wire: [wire.send(TEXT, str(n).encode()) for n in range(90)])) as server:
        ws = WebSocket(server.url)
        got: list[str] = []
        async with asyncio.timeout(SECONDS):
            await asyncio.wait_for(ws.once("open"), SECONDS)
            for _ in range(30):
                got.append((await ws.once("message")).data)
                got.append((await asyncio.wait_for(ws.once("message"), SECONDS)).data)
                ((inner,),) = await asyncio.gather(asyncio.wait_for(asyncio.gather(ws.once("message")), SECONDS))
                got.append(inner.data)
        assert got == [str(n) for n in range(90)]
        ws.close()
        await event(ws, "close")


async def test_two_waiters_get_the_same_event():
    """Waiting takes nothing away from others, slow ones included."""
    async with peer(after_open(lambda wire: [wire.send(TEXT, str(n).encode()) for n in range(20)])) as server:
        ws = WebSocket(server.url)

        async def direct() -> list[str]:
            return [(await ws.once("message")).data for _ in range(20)]

        async def roundabout() -> list[str]:
            return [(await event(ws, "message")).data for _ in range(20)]

        async with asyncio.timeout(SECONDS):
            first, second = await asyncio.gather(direct(), roundabout())
        assert first == second == [str(n) for n in range(20)]
        ws.close()


async def ran(source: TaskSource) -> None:
    """Wait until all that is queued now has run."""
    done = asyncio.Event()
    source.queue(done.set)
    await asyncio.wait_for(done.wait(), SECONDS)


async def test_what_threads_queue_runs_in_order_on_the_creators_loop() -> None:
    """Nothing runs at once, not even what the loop itself queues."""
    source, log = TaskSource(asyncio.get_running_loop(), lambda: True), []

    def run(number: int) -> None:
        log.append((number, threading.current_thread()))

    source.queue(run, 0)
    assert log == []
    thread = threading.Thread(target=lambda: [source.queue(run, number) for number in (1, 2)])
    thread.start()
    thread.join()
    await ran(source)
    assert log == [(number, threading.current_thread()) for number in range(3)]


async def test_each_runs_in_its_creators_context() -> None:
    """What a task changes there, the next one does not see."""
    variable = contextvars.ContextVar("variable", default="outside")
    variable.set("creator")
    source, log = TaskSource(asyncio.get_running_loop(), lambda: True), []

    def look() -> None:
        log.append(variable.get())
        variable.set("changed")

    variable.set("later")
    source.queue(look)
    source.queue(look)
    await ran(source)
    assert log == ["creator", "creator"]


async def test_a_task_that_raises_does_not_hold_up_the_next() -> None:
    """Its exception is the loop's to report."""
    loop = asyncio.get_running_loop()
    reported: list[object] = []
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))
    source = TaskSource(loop, lambda: True)
    source.queue(lambda: 1 / 0)
    await ran(source)
    assert [type(error) for error in reported] == [ZeroDivisionError]


async def test_it_has_patience_with_who_is_not_ready_but_not_for_ever() -> None:
    """After the first task it waits until all wait again, for so many turns at the most."""
    turns = 0

    def is_ready() -> bool:
        nonlocal turns
        turns += 1
        return False

    source, log = TaskSource(asyncio.get_running_loop(), is_ready), []
    source.queue(log.append, "first")
    await asyncio.sleep(0)
    assert (log, turns) == (["first"], 0)
    await ran(source)
    assert turns == PATIENCE


def test_a_loop_that_is_closed_is_told() -> None:
    """Nothing will run there any more."""
    loop = asyncio.new_event_loop()
    source = TaskSource(loop, lambda: True)
    loop.close()
    assert source.queue(print) is False
