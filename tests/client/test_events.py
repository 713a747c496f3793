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


async def test_a_handler_that_is_no_object_is_none(capsys: pytest.CaptureFixture[str]):
    """onX set to a text or a number becomes None, and reads so; another object stays, and nobody calls it."""
    ws = WebSocket("ws://127.0.0.1:1")
    assert ws.onclose is None
    ws.onclose = print
    assert ws.onclose is print
    for primitive in ("print", 5, True):
        ws.onclose = primitive
        assert ws.onclose is None
    ws.onclose = nothing = object()
    assert ws.onclose is nothing
    await event(ws, "close")
    assert (capsys.readouterr().err, "exception" in repr(ws)) == ("", False)


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


@pytest.mark.parametrize("listener", ["print", 5, True, 1.5])
async def test_a_listener_must_be_an_object(listener: object):
    """None is ignored as in browsers; any other primitive value is a mistake to hear about, in both methods."""
    ws = WebSocket("ws://127.0.0.1:1")
    ws.addEventListener("close", None)
    ws.removeEventListener("close", print)
    for method in (ws.addEventListener, ws.removeEventListener):
        with pytest.raises(TypeError, match=f"handleEvent.*{listener!r}"):
            method("close", listener)
    await event(ws, "close")


async def test_an_object_with_handle_event_is_a_listener(capsys: pytest.CaptureFixture[str]):
    """It is looked for at the event; one without it is shown as an error, and the others are called."""

    class Heard(list):
        def handleEvent(self, event: Event) -> None:  # noqa: N802 - the DOM's name
            self.append(event.type)

    ws = WebSocket("ws://127.0.0.1:1")
    heard = Heard()
    ws.addEventListener("close", object())
    ws.addEventListener("close", heard)
    await event(ws, "close")
    assert heard == ["close"]
    assert "handleEvent" in capsys.readouterr().err


async def test_the_options_of_a_listener():
    """A dictionary, or a bool for capture; listeners that capture come first, and are others than those that do not."""
    ws = WebSocket("ws://127.0.0.1:1")
    order: list[str] = []

    def listener(event: Event) -> None:
        order.append("twice")

    ws.addEventListener("close", lambda event: order.append("plain"), {"once": 1, "passive": True})
    ws.addEventListener("close", listener)
    ws.addEventListener("close", listener, True)
    ws.addEventListener("close", listener, {"capture": "yes"})
    ws.addEventListener("error", order.append, True)
    ws.removeEventListener("error", order.append)
    ws.removeEventListener("error", order.append, {"capture": True})
    await event(ws, "close")
    assert order == ["twice", "plain", "twice"]


async def test_a_type_may_be_anything():
    """It becomes a string, so that it is found again."""
    ws = WebSocket("ws://127.0.0.1:1")
    order: list[Event] = []
    ws.addEventListener(["close"], order.append)
    ws.addEventListener("close", order.append)
    await event(ws, "close")
    assert len(order) == 1


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
