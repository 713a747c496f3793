"""Presence: who stays when nobody holds the client any more, and who leaves. The rest is in test_chat_client."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from chatlib import ChatClient, background, wire
from chatlib.client.presence import Presence
from chatlib.errors import JoinError, NotDelivered
from chatlib.machine import cells
from chatlib.server.ownership import Server
from tests.support.chat_fakes import SECONDS, TIME, Guest, Join, stage, within

Ends = Callable[[], None]


@pytest.fixture
def cell_ends_well(monkeypatch: pytest.MonkeyPatch) -> Ends:
    """How to end the run of the cell that made what the test makes, and holds in a variable."""
    made: list[tuple[Presence, Callable[[], None]]] = []
    monkeypatch.setattr(cells, "when_held", lambda *resident_and_action: made.append(resident_and_action))

    def end() -> None:
        for presence, act in made:
            assert presence.handle() is not None
            act()
        made.clear()

    return end


async def is_staying(presence: Presence) -> bool:
    """Tell whether it goes on, once all is done that a garbage collector may have asked for."""
    gc.collect()
    await asyncio.wrap_future(background.submit(asyncio.sleep(0)))
    return not presence.lifecycle.is_gone


async def over(presence: Presence) -> None:
    """Wait until it has left."""
    gc.collect()
    async with asyncio.timeout(SECONDS):
        await asyncio.wrap_future(background.submit(presence.lifecycle.over()))


async def test_whoever_can_no_longer_be_reached_leaves(join: Join, server: Server, cell_ends_well: Ends) -> None:
    """As by close(): the others see it at once."""
    witness = join(name="Witness")
    client = ChatClient(server.url, name="Ada")
    cell_ends_well()
    await client.joined()
    presence = client._presence
    assert await is_staying(presence)
    del client
    await over(presence)
    await witness.until(lambda: witness.people == ("Witness",), timeout=SECONDS)


async def test_whom_no_variable_of_a_notebook_held_stays(server: Server) -> None:
    """A script's client; and in a cell a bare ``ChatClient(...)``, which leaves when that is run again."""
    presence = ChatClient(server.url)._presence
    assert await is_staying(presence)
    presence.close()
    await over(presence)


class Holds:
    """Ways to hold a client; each returns what holds it, and lets go when that is collected or ended."""

    @staticmethod
    def in_a_task(client: ChatClient) -> Any:
        async def bot() -> None:
            await asyncio.Event().wait()
            client.send("never")

        return asyncio.create_task(bot())

    @staticmethod
    def in_a_generator(client: ChatClient) -> Any:
        def lines() -> Any:
            yield
            client.send("never")

        generator = lines()
        next(generator)
        return generator

    @staticmethod
    def in_a_thread(client: ChatClient) -> Any:
        end = threading.Event()
        thread = threading.Thread(target=lambda held: end.wait(SECONDS), args=(client,))
        thread.start()
        return SimpleNamespace(cancel=lambda: (end.set(), thread.join()))

    @staticmethod
    def in_a_timer(client: ChatClient) -> Any:
        return asyncio.get_running_loop().call_later(60, client.send, "never")


@pytest.mark.parametrize(
    "hold",
    [
        lambda client: [client],
        lambda client: {"deep": [SimpleNamespace(inside=({"deeper": client},))]},
        lambda client: deque([client]),
        lambda client: client.send,
        lambda client: lambda: client.send("never"),
        lambda client: partial(client.send, "never"),
        Holds.in_a_task,
        Holds.in_a_generator,
        Holds.in_a_thread,
        Holds.in_a_timer,
    ],
)
async def test_whoever_something_holds_stays(server: Server, cell_ends_well: Ends, hold: Callable[..., Any]) -> None:
    """However deep, and wherever, Python knows; and when that is over, too."""
    client = ChatClient(server.url)
    cell_ends_well()
    presence, holder = client._presence, hold(client)
    await asyncio.sleep(0)  # a task has begun
    del client
    assert await is_staying(presence)
    if hasattr(holder, "cancel"):
        holder.cancel()
        await asyncio.sleep(0)
    del holder
    await over(presence)


@pytest.mark.parametrize(
    "wait",
    [
        lambda client: client.until(lambda: client.people == ("nobody",)),
        lambda client: client.delivered(client.send("hi")),
        lambda client: client.joined(timeout=SECONDS),
    ],
)
async def test_whoever_somebody_waits_for_stays(cell_ends_well: Ends, wait: Callable[..., Any]) -> None:
    """Also in a task that nobody keeps."""

    async def script(guest: Guest) -> None:
        await may_go_on.wait()
        await guest.welcome()
        while True:
            said = await guest.said()
            await guest.send(wire.Msg("Ada", said.msg, said.id, "e-1", TIME))

    async def waits(client: ChatClient) -> None:
        with suppress(NotDelivered, JoinError):  # at the end of the test
            await wait(client)

    may_go_on = asyncio.Event()
    async with stage(script) as fake:
        client = ChatClient(fake.url)
        cell_ends_well()
        presence = client._presence
        asyncio.create_task(waits(client))  # noqa: RUF006 - nobody keeps it
        await asyncio.sleep(0)
        del client
        assert await is_staying(presence)
        may_go_on.set()
        presence.close()
        await over(presence)


async def test_whoever_has_a_subscriber_stays_until_it_has_none(
    join: Join, server: Server, cell_ends_well: Ends
) -> None:
    """As a WebSocket with listeners does, which are no less alive than what holds them."""
    told: asyncio.Queue[object] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    client = ChatClient(server.url, name="Ada")
    end = client.subscribe(lambda update: loop.call_soon_threadsafe(told.put_nowait, update) and None)
    cell_ends_well()
    presence = client._presence
    del client
    assert await is_staying(presence)
    witness = join(name="Witness")
    await witness.until(lambda: witness.people == ("Ada", "Witness"), timeout=SECONDS)
    id_ = witness.send("hi")
    async with asyncio.timeout(SECONDS):
        while getattr(getattr(await told.get(), "entry", None), "id", None) != id_:
            pass
    end()
    await over(presence)


async def test_what_is_not_delivered_yet_is_delivered_first(cell_ends_well: Ends) -> None:
    """However long a server takes to come back: nobody has said that this is to end."""

    async def drops(guest: Guest) -> None:
        await guest.welcome()
        await guest.said()
        assert await is_staying(presence)
        await guest.drop()

    async def takes(guest: Guest) -> None:
        await guest.welcome()
        said = await guest.said()
        assert await is_staying(presence)
        await guest.send(wire.Msg("Ada", said.msg, said.id, "e-1", TIME))
        await guest.gone()

    async with stage(drops, takes) as fake:
        client = ChatClient(fake.url, name="Ada")
        cell_ends_well()
        presence = client._presence
        client.send("hi")
        del client
        await over(presence)
        assert [(message.msg, message.state) for message in presence.transcript.entries] == [("hi", "delivered")]


async def test_a_garbage_collector_may_come_where_locks_are_held(server: Server, cell_ends_well: Ends) -> None:
    """On any thread, the background loop's too; as part of a ring, which only it finds."""
    for is_ring in (False, True):
        for place in (lambda act: act(), lambda act: background.run(_on_the_loop(act))):
            client = ChatClient(server.url)
            cell_ends_well()
            presence = client._presence
            held: list[Any] = [client]
            if is_ring:
                held.append(held)
            ring = [held]
            del client, held

            def collect(presence: Presence = presence, ring: list[Any] = ring) -> None:
                with presence.lock, background._lock:
                    ring.clear()
                    gc.collect()

            await asyncio.to_thread(place, collect)
            await over(presence)


async def _on_the_loop(act: Callable[[], None]) -> None:
    act()


async def test_a_client_that_was_closed_is_no_one_s_any_more(server: Server, cell_ends_well: Ends) -> None:
    """Nothing of ours holds it, though its subscriber does."""
    client = ChatClient(server.url)
    client.subscribe(partial(print, client, file=io.StringIO()))
    cell_ends_well()
    presence, handle = client._presence, client._presence.handle
    client.close()
    await over(presence)
    del client, presence
    gc.collect()
    assert handle() is None


def collected_in_a_child(held: list[Any]) -> int:
    """Fork a child that lets go of what is held; return 7 if it began no loop for that."""
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(int(SECONDS))
            held.clear()
            gc.collect()
            os._exit(7 if background._loop is None else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


async def test_what_a_forked_child_collects_stays_in_the_room(server: Server, cell_ends_well: Ends) -> None:
    """It is the parent's, which still holds it."""
    held = [ChatClient(server.url, name="Ada")]
    cell_ends_well()
    await held[0].joined()
    assert await asyncio.to_thread(collected_in_a_child, held) == 7
    await within(held[0].delivered(held[0].send("still here")))
