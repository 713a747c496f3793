"""What the tests of chatlib.WebSocket share: waiting for its events, and servers of the library to talk to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from chatlib.client.websocket import WebSocket
from tests.support import peers

SECONDS = 30.0


async def event(ws: WebSocket, kind: str) -> Any:
    return await asyncio.wait_for(ws.once(kind), SECONDS)


def record(ws: WebSocket) -> list[tuple[str, int]]:
    """A list that fills with each event's type and the readyState in its handler."""
    log: list[tuple[str, int]] = []
    for kind in ("open", "message", "error", "close"):
        ws.addEventListener(kind, lambda event: log.append((event.type, ws.readyState)))
    return log


async def opened(server: peers.Peer) -> WebSocket:
    ws = WebSocket(server.url)
    await event(ws, "open")
    return ws


async def start(handler: Callable[[ServerConnection], Any], **options: Any) -> Any:
    return await serve(handler, "127.0.0.1", 0, **options)


async def stop(server: Any) -> None:
    server.close()
    await server.wait_closed()


def url_of(server: Any) -> str:
    return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
