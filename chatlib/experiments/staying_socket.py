"""A socket that stays: when its connection ends it makes another, and its events are those of whichever it has."""

from __future__ import annotations

import asyncio

from chatlib.client.backoff import Backoff
from chatlib.client.events import Event, EventHandler, EventTarget, MessageEvent
from chatlib.client.websocket import WebSocket


class StayingSocket(EventTarget):
    """As many libraries have one: ``open`` fires at each connection, and the listeners stay from one to the next.

    It fires ``open``, ``message`` and ``close``, and loses what is sent while there is no connection.
    """

    onopen = EventHandler()
    onmessage = EventHandler()
    onclose = EventHandler()

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.connections = 0
        """How often it was connected."""
        self._backoff = Backoff()
        self._retry: asyncio.TimerHandle | None = None
        self._opened = 0.0
        self._waiter: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._ws = self._connect()

    def __repr__(self) -> str:
        return f"<StayingSocket {self.url}, {self.connections} connections>"

    @property
    def is_open(self) -> bool:
        """Whether there is a connection now."""
        return self._ws.readyState == WebSocket.OPEN

    def send(self, text: str) -> None:
        """Send a message, if there is a connection."""
        if self.is_open:
            self._ws.send(text)

    async def until_connected(self, times: int = 1) -> None:
        """Return when it has been connected so often."""
        while self.connections < times:
            self._waiter = self._waiter or self._loop.create_future()
            await self._waiter

    def close(self) -> None:
        """Close it, and stay away."""
        if self._retry is not None:
            self._retry.cancel()
        self._ws.removeEventListener("close", self._is_closed)
        self._ws.close()

    def _connect(self) -> WebSocket:
        ws = WebSocket(self.url)
        ws.addEventListener("open", self._is_open)
        ws.addEventListener("message", self._hears)
        ws.addEventListener("close", self._is_closed)
        return ws

    def _connect_again(self) -> None:
        self._ws = self._connect()

    def _is_open(self, _event: Event) -> None:
        self.connections += 1
        self._opened = self._loop.time()
        self._dispatch(Event("open", self))
        if self._waiter is not None:
            self._waiter.set_result(None)
            self._waiter = None

    def _hears(self, event: MessageEvent) -> None:
        self._dispatch(MessageEvent("message", self, event.data, event.origin))

    def _is_closed(self, _event: Event) -> None:
        lasted = self._loop.time() - self._opened if self._opened else 0
        self._opened = 0.0
        self._retry = self._loop.call_later(self._backoff.next(lasted=lasted), self._connect_again)
        self._dispatch(Event("close", self))
