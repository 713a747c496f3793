"""A socket that stays: it connects again by itself, and its listeners stay."""

from __future__ import annotations

import pytest_asyncio

from chatlib.exercises.witness import Visit, Witness
from chatlib.experiments.staying_socket import StayingSocket
from tests.support.waiting import until


async def drops(visit: Visit) -> None:
    """Send back what comes; at the word "drop" the connection is dropped."""
    async for word in visit.connection:
        visit.messages.append(word)
        if word == "drop":
            visit.connection.transport.abort()
        else:
            await visit.connection.send(word)


@pytest_asyncio.fixture
async def witness():
    async with Witness(drops) as witness:
        yield witness


async def test_it_connects_again_and_its_listeners_stay(witness):
    """open fires at each connection, and each message comes once to each listener."""
    events, socket = [], StayingSocket(witness.url)
    for type_ in ("open", "message", "close"):
        socket.addEventListener(type_, lambda event: events.append(event.type))
    await until(lambda: socket.is_open)
    socket.send("drop")
    await socket.until_connected(2)
    socket.send("hello")
    await until(lambda: "message" in events)
    socket.close()

    assert events == ["open", "close", "open", "message"]


async def test_its_handlers_stay_too_and_each_has_one_place(witness):
    """As a WebSocket's: who sets onmessage at each connection hears each message once."""
    heard, socket = [], StayingSocket(witness.url)

    def opened(_event):
        socket.onmessage = lambda event: heard.append(event.data)

    socket.onopen = opened
    await socket.until_connected(1)
    socket.send("drop")
    await socket.until_connected(2)
    socket.send("hello")
    await until(lambda: heard)
    socket.close()

    assert heard == ["hello"]
    assert repr(socket) == f"<StayingSocket {witness.url}, 2 connections>"


async def test_what_is_sent_while_there_is_no_connection_is_lost(witness):
    """It raises nothing."""
    socket = StayingSocket(witness.url)
    socket.send("too early")
    await until(lambda: socket.is_open)
    socket.send("in time")
    await until(lambda: witness.visits and witness.visits[0].messages)
    socket.close()

    assert witness.visits[0].messages == ["in time"]


async def test_closed_it_stays_away(witness):
    """No other connection is made, and nobody is told of a close that was asked for."""
    events, socket = [], StayingSocket(witness.url)
    socket.addEventListener("close", events.append)
    await until(lambda: socket.is_open)
    socket.close()
    assert await witness.everyone_left()

    assert (len(witness.visits), events) == (1, [])
