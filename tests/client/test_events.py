"""The DOM's events, on the target that this project has: listeners, their order, and what they raise."""

from __future__ import annotations

import asyncio

import pytest

from chatlib.client.events import Event, MessageEvent
from chatlib.client.websocket import WebSocket
from tests.support import peers
from tests.support.peers import peer
from tests.support.socket_events import event, opened
from tests.support.waiting import until


async def test_listeners_are_called_in_order():
    """An onX keeps its place when it is replaced, and goes to the end when it was None in between."""
    async with peer(peers.echo) as server:
        ws = await opened(server)
        order: list[str] = []
        ws.addEventListener("message", lambda event: order.append("first"))
        ws.onmessage = lambda event: order.append("old")
        ws.addEventListener("message", lambda event: order.append("last"))
        ws.onmessage = lambda event: order.append("new")
        ws.send("1")
        await event(ws, "message")
        ws.onmessage = None
        ws.onmessage = lambda event: order.append("moved")
        ws.send("2")
        await event(ws, "message")
        assert order == ["first", "new", "last", "first", "last", "moved"]
        ws.close()
        await event(ws, "close")


async def test_a_handler_that_cannot_be_called_is_none():
    """onX set to anything else becomes None, and reads so."""
    ws = WebSocket("ws://127.0.0.1:1")
    assert ws.onclose is None
    ws.onclose = print
    assert ws.onclose is print
    ws.onclose = "print"
    assert ws.onclose is None
    await event(ws, "close")


async def test_the_same_listener_twice_fires_once():
    """Adding again changes nothing, not for a bound method either; with once it fires for one event only."""
    async with peer(peers.echo) as server:
        ws = await opened(server)
        always: list[Event] = []
        single: list[Event] = []
        for _ in range(2):
            ws.addEventListener("message", always.append)
            ws.addEventListener("message", single.append, once=True)
        for _ in range(2):
            ws.send("x")
            await event(ws, "message")
        assert (len(always), len(single)) == (2, 1)
        ws.removeEventListener("message", always.append)
        ws.send("x")
        await event(ws, "message")
        assert len(always) == 2
        ws.close()
        await event(ws, "close")


async def test_listeners_change_during_dispatch():
    """One removed by an earlier one is not called any more; one added meanwhile waits for the next event."""
    async with peer(peers.echo) as server:
        ws = await opened(server)
        order: list[str] = []

        def removed(event: Event) -> None:
            order.append("removed")

        def added(event: Event) -> None:
            order.append("added")

        def first(event: Event) -> None:
            order.append("first")
            ws.removeEventListener("message", removed)
            ws.addEventListener("message", added)

        ws.addEventListener("message", first)
        ws.addEventListener("message", removed)
        ws.send("x")
        await event(ws, "message")
        assert order == ["first"]
        ws.send("x")
        await event(ws, "message")
        assert order == ["first", "first", "added"]
        ws.close()
        await event(ws, "close")


async def test_a_listener_must_be_callable():
    """None is ignored as in browsers; anything else that cannot be called is a mistake to hear about."""
    ws = WebSocket("ws://127.0.0.1:1")
    ws.addEventListener("close", None)
    ws.removeEventListener("close", print)
    with pytest.raises(TypeError, match="callable"):
        ws.addEventListener("close", "print")  # type: ignore[arg-type]
    await event(ws, "close")


async def test_an_exception_stops_nobody_else(capsys: pytest.CaptureFixture[str]):
    """A failing handler is shown and counted; the others are called, and the connection stays."""
    async with peer(peers.echo) as server:
        ws = await opened(server)
        got: list[Event] = []
        ws.addEventListener("message", lambda event: 1 / 0)
        ws.addEventListener("message", got.append)
        ws.send("x")
        await event(ws, "message")
        assert len(got) == ws.readyState == 1
        assert "ZeroDivisionError: division by zero" in capsys.readouterr().err
        assert repr(ws) == f"<WebSocket {server.url}/ OPEN, 1 exception in handlers>"
        ws.close()
        await event(ws, "close")


async def test_a_handler_may_be_a_coroutine(capsys: pytest.CaptureFixture[str]):
    """An async handler runs as a task that somebody owns, so its exception is shown as well."""
    async with peer(peers.echo) as server:
        ws = await opened(server)

        async def answer(event: MessageEvent) -> None:
            await asyncio.sleep(0)
            raise LookupError(event.data)

        ws.onmessage = answer
        ws.send("lost")
        await until(lambda: "1 exception" in repr(ws))
        assert "LookupError: lost" in capsys.readouterr().err
        ws.close()
        await event(ws, "close")
