"""What the server's tests talk with: a server on this test's own loop, plain clients of the chat, and raw sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chatlib.server.chat_server import ChatServer
from chatlib.server.settings import Settings
from tests.support.storm import request

SECONDS = 5.0
ENTER, LEAVE, MSG, WELCOME, ERROR, TYPING, RENAME = range(7)
CLIENT = "a secret of Ada's own"
OTHER_CLIENT = "a secret of Bo's own"


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[ChatServer]:
    """A server with these settings on a free port, on the running loop."""
    server = ChatServer(settings=Settings(**settings))
    await server.start()
    try:
        yield server
    finally:
        async with asyncio.timeout(2 * SECONDS):
            await server.stop()


def url(server: ChatServer, path: str = "", **query: str) -> str:
    """The URL of a path of the server."""
    return f"ws://127.0.0.1:{server.port}{path}" + (f"?{urlencode(query)}" if query else "")


class Peer:
    """One plain client; it does nothing on its own."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.seen: list[dict[str, Any]] = []

    async def send(self, what: str | bytes | dict[str, Any]) -> None:
        """Send text or bytes as they are, an envelope as JSON."""
        await self.connection.send(json.dumps(what) if isinstance(what, dict) else what)

    async def frame(self, *kinds: int, **wanted: Any) -> dict[str, Any]:
        """Wait for the next frame of one of these types and with these fields; the others are passed over."""
        async with asyncio.timeout(SECONDS):
            while True:
                frame = json.loads(await self.connection.recv())
                self.seen.append(frame)
                if (not kinds or frame["type"] in kinds) and wanted.items() <= frame.items():
                    return frame

    async def next(self) -> dict[str, Any]:
        """Wait for the very next frame."""
        return await self.frame()

    async def error(self) -> str:
        """Wait for the next ERROR and return its code."""
        return (await self.frame(ERROR))["code"]

    async def closed(self) -> tuple[int | None, str | None]:
        """Wait for the end, reading what comes until then, and return the code and the reason."""
        async with asyncio.timeout(SECONDS):
            try:
                while True:
                    self.seen.append(json.loads(await self.connection.recv()))
            except ConnectionClosed:
                return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def peer(server: ChatServer, path: str = "/chat/room", **query: str) -> AsyncIterator[Peer]:
    """A client that is in the room: its WELCOME and, if it placed one, its own ENTER are in ``seen``."""
    async with connect(url(server, path, **query), proxy=None, max_size=None, max_queue=None) as connection:
        made = Peer(connection)
        me = (await made.frame(WELCOME))["user"]
        if "since" not in query and "back" not in query:
            await made.frame(ENTER, user=me)
        yield made


async def raw(
    server: ChatServer, path: str = "/chat/room", **how: Any
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket on which the server has accepted the handshake: what comes now is up to the test."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request(path, **how))
    async with asyncio.timeout(SECONDS):
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def answer(server: ChatServer, sent: bytes) -> tuple[int, dict[str, str], str]:
    """Send bytes as an HTTP client and return the answer's status, its headers in lower case, and its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(sent)
        async with asyncio.timeout(SECONDS):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split(" ")[1]), headers, body.decode()
