"""A WebSocket client that blocks, as a cell does: on the background loop, so it needs neither a socket nor a thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.asyncio import client
from websockets.asyncio.client import ClientConnection

from chatlib import background


class Caller:
    """A connection, of which each call waits until it is done."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def send(self, message: str | bytes) -> None:
        """Send a message."""
        background.run(self._connection.send(message))

    def recv(self, seconds: float | None = None) -> Any:
        """Return the next message, which comes within so many seconds."""
        return background.run(self._connection.recv(), timeout=seconds)


@contextmanager
def connect(url: str, **options: Any) -> Iterator[Caller]:
    """Connect, and close in the end."""
    connection = background.run(_connected(url, options))
    try:
        yield Caller(connection)
    finally:
        background.run(connection.close())


async def _connected(url: str, options: dict[str, Any]) -> ClientConnection:
    return await client.connect(url, proxy=None, **options)
