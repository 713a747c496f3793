"""The life of a client: what ends it, what does not, and how it says goodbye."""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from chatlib import ChatClient, background, wire
from chatlib.chaos import Proxy
from chatlib.client import backoff, lifecycle
from chatlib.client.lifecycle import LEADS_TO, Life
from chatlib.errors import JoinError, NotDelivered
from chatlib.machine import health
from chatlib.server.chat_server import ChatServer
from chatlib.server.ownership import Server
from chatlib.transcript import ConnectionStatus, Gap
from tests.support.chat_fakes import SECONDS, TIME, Guest, Join, Watch, stage, texts, within
from tools.ports import free_port


async def test_a_server_that_restarts_without_memory_gets_what_was_not_acknowledged(join: Join) -> None:
    """``shutdown`` is no reason to stay away; the gap is shown."""
    port = free_port()
    first = ChatServer(port=port)
    background.run(first.start())
    client = join(f"ws://127.0.0.1:{port}", name="Ada")
    await client.delivered(client.send("before"))
    watch = Watch(client)
    await asyncio.to_thread(background.run, first.stop())
    shut = await watch.state("CLOSED")
    assert "shutting down" in shut.text
    id_ = client.send("after")
    second = ChatServer(port=port)
    background.run(second.start())
    try:
        await within(client.delivered(id_))
        assert texts(client) == ["before", "after"]
        assert [entry.missed for entry in client.transcript if isinstance(entry, Gap)] == [None]
    finally:
        client.close()
        await asyncio.to_thread(background.run, second.stop())


async def test_a_seat_that_was_taken_does_not_come_back(join: Join) -> None:
    """Two connections that take each other's seat would do so for ever."""

    async def script(guest: Guest) -> None:
        await guest.welcome()
        await guest.send(wire.Error("seat-taken", "this seat was taken by a newer connection of yours", TIME))
        await guest.connection.close(1008, "seat-taken")

    async with stage(script) as fake:
        client = join(fake.url)
        shut = await Watch(client).closed()
        assert "seat was taken" in shut.text
        assert len(fake.guests) == 1
        with pytest.raises(JoinError, match="seat was taken"):
            await client.joined()


async def test_close_delivers_what_is_pending_and_may_be_called_twice(join: Join) -> None:
    """Even when nothing was connected yet: the message was taken."""
    witness, client = join(), join(name="Ada")
    await witness.joined()
    ids = [client.send(f"{number}") for number in range(20)]
    client.close()
    client.close()
    for id_ in ids:
        await within(client.delivered(id_))
    watch = Watch(witness)
    await watch.until(lambda: "Ada" not in witness.people and len(witness.messages) == 20)
    await Watch(client).until(lambda: client.state == "CLOSED")


async def test_close_says_1000_so_that_the_seat_is_free_at_once(join: Join) -> None:
    """The others see LEAVE without the ten seconds of a held seat."""
    codes = []

    async def script(guest: Guest) -> None:
        await guest.welcome()
        await guest.gone()
        codes.append(guest.connection.close_code)

    async with stage(script) as fake:
        client = join(fake.url)
        await client.joined()
        watch = Watch(client)
        client.close()
        await watch.closed()
        assert [event.state for event in watch.of(ConnectionStatus)] == ["CLOSING", "CLOSED"]
    assert codes == [1000]


async def test_close_is_over_soon_whatever_the_server_does(
    join: Join, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen network: what is pending fails after LEAVE_SECONDS, and nothing hangs."""
    monkeypatch.setattr(lifecycle, "LEAVE_SECONDS", 0.2)
    with Proxy("127.0.0.1", server.port) as proxy:
        client = join(proxy.url)
        await client.joined()
        proxy.freeze()
        id_ = client.send("too late")
        client.close()
        with pytest.raises(NotDelivered, match="closed"):
            await within(client.delivered(id_))
        await Watch(client).until(lambda: client.state == "CLOSED")


async def test_close_while_no_server_is_there_ends_at_once(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing to say there is nothing to wait for, also in the middle of an attempt or of a pause."""
    monkeypatch.setattr(lifecycle, "LEAVE_SECONDS", 60)
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=lambda low, high: 60))
    client = join(f"ws://127.0.0.1:{free_port()}")
    watch = Watch(client)
    await watch.until(lambda: client.state == "CLOSED")
    waiting = asyncio.ensure_future(client.joined())
    client.close()
    await within(watch.closed())
    with pytest.raises(JoinError):
        await within(waiting)


async def test_close_is_heard_while_the_reason_is_looked_up(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """``/healthz`` may take two seconds; what is asked for meanwhile is not forgotten."""
    asked, may_answer = threading.Event(), asyncio.Event()

    async def ask(url: str) -> health.Answer:
        asked.set()
        await may_answer.wait()
        return health.Answer(trouble="no answer")

    monkeypatch.setattr(health, "ask", ask)
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=lambda low, high: 60))
    client = join(f"ws://127.0.0.1:{free_port()}")
    await asyncio.to_thread(asked.wait, SECONDS)
    watch = Watch(client)
    client.close()
    background.call(may_answer.set)  # behind what close() asked for
    await within(watch.closed())


async def test_nothing_is_left_after_close(server: Server) -> None:
    """No task, no thread, no socket, nothing to do at exit: ten clients more or less leave the process as it was."""

    async def tasks() -> int:
        return len(asyncio.all_tasks())

    async def come_and_go() -> None:
        client = ChatClient(server.url)
        await client.delivered(client.send("hi"))
        watch = Watch(client)
        client.close()
        await watch.closed()

    await come_and_go()
    await asyncio.to_thread(background.run, _no_clients(server))
    before = background.run(tasks()), threading.active_count(), len(os.listdir("/proc/self/fd"))
    await asyncio.gather(*(come_and_go() for _ in range(10)))
    await asyncio.to_thread(background.run, _no_clients(server))
    after = background.run(tasks()), threading.active_count(), len(os.listdir("/proc/self/fd"))
    assert after == before


async def _no_clients(server: Server) -> None:
    """Wait until the server has let go of everybody's socket too."""
    async with asyncio.timeout(SECONDS):
        while server._engine is not None and server._engine.sockets:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)


def test_a_life_goes_round_until_it_leaves_and_then_only_forward() -> None:
    """Nobody is let in again who said goodbye, and nothing follows the end."""
    for life in (Life.CONNECTING, Life.OPEN, Life.WAITING):
        assert LEADS_TO[life] >= {Life.LEAVING, Life.ENDING, Life.CLOSED}
        assert not any(life in LEADS_TO[gone] for gone in (Life.LEAVING, Life.ENDING, Life.CLOSED))
    assert LEADS_TO[Life.ENDING] == {Life.CLOSED}
    assert LEADS_TO[Life.CLOSED] == set()


async def test_each_change_of_a_life_is_told_and_logged(join: Join, caplog: pytest.LogCaptureFixture) -> None:
    """Old and new by name, and without the passcode."""
    caplog.set_level("DEBUG", "chatlib.client.lifecycle")
    client = join()
    watch = Watch(client)
    await client.joined()
    client.close()
    await watch.closed()
    changes = [" -> ".join(record.args[1:3]) for record in caplog.records if record.name.endswith("lifecycle")]
    assert changes == ["CONNECTING -> OPEN", "OPEN -> LEAVING", "LEAVING -> ENDING", "ENDING -> CLOSED"]


async def test_away_from_the_server_there_is_one_status_and_the_next_attempt(join: Join, server: Server) -> None:
    """Told once when it is lost, for each attempt that failed, and once when it is back."""
    with Proxy("127.0.0.1", server.port) as proxy:
        client = join(proxy.url)
        await client.joined()
        watch = Watch(client)
        proxy.refuse()
        proxy.cut()
        await watch.next(ConnectionStatus, lambda status: status.attempt == 3)
        proxy.heal()
        await client.joined()
        await watch.next(ConnectionStatus, lambda status: status.state == "OPEN")
    *away, back = watch.of(ConnectionStatus)
    assert [status.attempt for status in away] == list(range(1, len(away) + 1))
    assert {status.state for status in away} == {"CLOSED"}
    assert back == ConnectionStatus("OPEN")
    for status in away:
        assert status.text
        assert status.retry_in is not None
        assert status.retry_at is not None
        assert abs((datetime.fromisoformat(status.retry_at) - datetime.now(UTC)).total_seconds()) < SECONDS


async def test_who_does_not_want_to_wait_makes_the_next_attempt_now(
    join: Join, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From any thread; where none is waited for, nothing happens, also later."""
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=lambda low, high: 60))
    with Proxy("127.0.0.1", server.port) as proxy:
        client = join(proxy.url)
        await client.joined()
        client.reconnect()
        watch = Watch(client)
        proxy.cut()
        lost = await watch.state("CLOSED")
        assert (lost.attempt, lost.retry_in) == (1, 60)
        assert client._presence.lifecycle.life is Life.WAITING
        client.reconnect()
        await client.joined()
        client.close()
        await watch.closed()
        client.reconnect()
    assert client.state == "CLOSED"


async def test_a_client_whose_life_fails_is_over_and_says_so(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is logged and shown, and what is pending fails: nobody waits for ever."""

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(lifecycle, "Line", fails)
    client = join()
    id_ = client.send("hello?")
    with pytest.raises(JoinError, match="ZeroDivisionError"):
        await within(client.joined())
    with pytest.raises(NotDelivered):
        await within(client.delivered(id_))
    assert client.state == "CLOSED"


async def test_an_interrupt_while_something_is_handed_over_silences_nobody(join: Join) -> None:
    """Kernel, Interrupt, in the very moment: what comes afterwards is told and sent as ever."""
    client = join()
    await client.joined()
    await asyncio.wrap_future(background.submit(asyncio.sleep(0)))  # what joining handed over is done
    call = background.call

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    background.call = interrupted
    try:
        with pytest.raises(KeyboardInterrupt):
            client.send("one")
    finally:
        background.call = call
    await within(client.delivered(client.send("two")))
