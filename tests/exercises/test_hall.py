"""The hall: a server around a learner's handler, and guests who can be slow, or leave, at a given moment."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from chatlib.exercises.hall import Hall, Registry, first_asked, says_closed, serving, two_speak_at_once
from chatlib.exercises.verdict import NotYet


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def test_each_guest_has_both_ends_of_one_connection():
    """What one end says the other one hears."""
    async with Hall(echo) as hall:
        ada, bo = await hall.guests(2)
        await ada.says("from Ada")
        await bo.server.send("to Bo")

        assert [await ada.hears(), await bo.hears()] == ["from Ada", "to Bo"]
        assert ada.server is not bo.server


async def test_a_slow_guest_holds_up_whoever_sends_to_it():
    """Until the gate opens; that it was asked can be waited for."""
    async with Hall(echo) as hall:
        ada, bo = await hall.guests(2)
        ada.server.make_slow()
        await ada.says("hello")

        assert await first_asked([ada, bo]) == [ada]
        assert await ada.hears(0.05) is None
        ada.server.gate.set()
        assert await ada.hears() == "hello"


async def test_waiting_ends_when_another_task_is_done():
    """A broadcast asks no connection's send."""
    async with Hall(echo) as hall:
        (ada,) = await hall.guests(1)

        assert await first_asked([ada], asyncio.create_task(asyncio.sleep(0))) == []


async def test_the_handler_of_a_guest_who_was_cut_off_has_ended():
    """When cut() returns; that its own connection was lost is no bug."""
    async with Hall(echo) as hall:
        (ada,) = await hall.guests(1)
        await hall.cut(ada)

        hall.check()
        assert hall.returned == 0


async def test_the_end_of_another_handler_is_not_taken_for_that_of_a_guest():
    """One whose guest has left may still have something to do, and be done just as the next one leaves."""
    others_guest_left = asyncio.Event()
    slow_one_may_end = asyncio.Event()
    ended = []

    async def slow_at_the_end(connection):
        await connection.wait_closed()
        if connection is slow.server:
            others_guest_left.set()
            await slow_one_may_end.wait()
        else:
            slow_one_may_end.set()
            await asyncio.sleep(0.05)
        ended.append(connection)

    async with Hall(slow_at_the_end) as hall:
        slow, ada = await hall.guests(2)
        slow.client.transport.abort()
        await others_guest_left.wait()
        await hall.cut(ada)

        assert ended == [slow.server, ada.server]


async def test_a_handler_that_leaves_an_open_connection_is_counted():
    """The server then says goodbye, with 1000."""

    async def at_once(connection):
        pass

    async with Hall(at_once) as hall:
        (ada,) = await hall.guests(1)

        assert await ada.hears() is None
        assert hall.returned == 1


async def test_what_the_handler_raised_is_a_hint():
    """Also that somebody else's end was the end of a connection that was open."""
    others = []

    async def send_to_others(connection):
        others.append(connection)
        async for message in connection:
            for other in others:
                await other.send(message)

    async with Hall(send_to_others) as hall:
        ada, bo = await hall.guests(2)
        await hall.cut(bo)
        await ada.says("Are you there?")
        await hall.ended(ada, bo)

        with pytest.raises(NotYet, match="the handler of a guest who was still there raised ConnectionClosedError"):
            hall.check()


async def test_a_loop_over_what_changes_is_named():
    """Python's own words, and a question."""

    async def loop_over_a_set(connection):
        numbers = {1, 2}
        for number in numbers:
            numbers.remove(number)

    async with Hall(loop_over_a_set) as hall:
        await hall.ended(*await hall.guests(1))

        with pytest.raises(NotYet, match=r"changed size during iteration\. Over what could you loop"):
            hall.check()


async def test_a_client_of_a_server_that_was_at_this_port_before_is_no_guest():
    """It tries again for ever, and knows the port, but not the path."""
    came: list[str] = []

    async def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        came.append(connection.request.path)

    async with serving(handler) as url:
        address = urlsplit(url)
        with pytest.raises(InvalidStatus, match="404"):
            await connect(f"ws://{address.netloc}/echo", proxy=None)
        async with connect(f"{url}/plain", proxy=None) as guest:
            await guest.wait_closed()

    assert came == [f"{address.path}/plain"]


@asynccontextmanager
async def in_hall(handler):
    async with Hall(handler) as hall:
        yield await hall.guests(1)


@asynccontextmanager
async def served(handler):
    async with serving(handler) as url, connect(url, proxy=None) as guest:
        yield guest


@pytest.mark.parametrize("place", [in_hall, served])
@pytest.mark.parametrize("lost", [0, 1])
async def test_a_handler_that_never_returns_holds_up_no_verdict(place, lost):
    """Where a hint is raised, a server does not wait for the handlers that go on: they are cancelled.

    That may be lost, as in wait_for() where a limit is over in the same moment: then they are cancelled again.
    """
    began, ended = asyncio.Event(), asyncio.Event()

    async def wait_for_ever(connection):
        began.set()
        for _ in range(lost):
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def check():
        async with place(wait_for_ever):
            await began.wait()
            raise NotYet("it goes on.")

    with pytest.raises(NotYet):
        await asyncio.wait_for(check(), 5)

    assert ended.is_set()


async def test_a_handler_that_left_while_its_guest_was_there_is_refused():
    """However early, and however late."""

    async def after_one_message(connection):
        await connection.recv()

    async with Hall(after_one_message) as hall:
        (ada,) = await hall.guests(1)
        hall.check()
        await ada.says("hello")
        await hall.ended(ada)

        with pytest.raises(NotYet, match="returned while its guest was still there"):
            hall.check()


async def test_who_has_gone_is_not_said_to_be_missing():
    """That a connection is open is sure only if its handler has neither returned nor raised."""
    here = set()

    async def returns(connection):
        here.add(connection)
        await connection.recv()
        here.remove(connection)

    async with Hall(returns) as hall:
        (ada,) = everybody = await hall.guests(1)
        registry = Registry(returns, here)
        hall.check_registered("here", everybody, registry)
        await ada.says("hello")
        await hall.ended(ada)

        with pytest.raises(NotYet, match="returned while its guest was still there"):
            hall.check_registered("here", everybody, registry)


async def test_a_registry_may_be_a_dictionary():
    """With the connection as its key, or under one."""
    here = {}

    async def stay(connection):
        await connection.wait_closed()

    async with Hall(stay) as hall:
        ada, bo = everybody = await hall.guests(2)
        here.update({ada.server: "Ada", "Bo": bo.server})
        hall.check_registered("here", everybody, Registry(stay, here))
        del here["Bo"]

        with pytest.raises(NotYet, match="2 connections are open, and here has 1 of them"):
            hall.check_registered("here", everybody, Registry(stay, here))


def test_a_group_says_that_a_connection_has_ended_if_all_in_it_do():
    """An error beside it is not passed over."""
    closed = ConnectionClosedError(None, None)

    assert says_closed(ExceptionGroup("", [closed, ExceptionGroup("", [closed])]))
    assert not says_closed(ExceptionGroup("", [closed, NameError()]))


async def test_who_gives_both_speakers_to_all_passes_two_at_once():
    """One after the other, while all are slow."""
    pages = set()

    async def chat(connection):
        pages.add(connection)
        async for message in connection:
            for page in list(pages):
                await page.send(message)

    async with Hall(chat) as hall:
        await two_speak_at_once(hall, await hall.guests(3))


async def test_what_two_handlers_share_is_found_out():
    """The message of one is overwritten by the other's while it is on its way."""
    pages, last = set(), None

    async def chat(connection):
        nonlocal last
        pages.add(connection)
        async for last in connection:
            for page in list(pages):
                await page.send(last)

    async with Hall(chat) as hall:
        with pytest.raises(NotYet, match="What do the handlers of two connections share"):
            await two_speak_at_once(hall, await hall.guests(3))
