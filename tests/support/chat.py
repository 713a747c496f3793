"""What the server's tests talk with: a server on this test's own loop, plain clients of the chat, and raw sockets."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chatlib.server.chat_server import ChatServer
from chatlib.server.settings import Settings
from tests.support.storm import request
from tests.support.waiting import until

SECONDS = 30.0
ENTER, LEAVE, MSG, WELCOME, ERROR, TYPING, RENAME = range(7)
TRACE = 8
CLIENT = "a secret of Ada's own"
OTHER_CLIENT = "a secret of Bo's own"

STRICT = [  # whatever peers do, the server logs no warning, and nothing fails unseen
    pytest.mark.usefixtures("quick", "nothing_logged"),
    pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning"),
]


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


def get(path: str, host: str = "localhost", more: str = "") -> bytes:
    """A plain HTTP request."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


async def refusal(server: ChatServer, path: str, **headers: str) -> tuple[int, str]:
    """The status and the body with which a WebSocket is refused."""
    try:
        await connect(url(server) + path, proxy=None, additional_headers=headers)
    except InvalidStatus as refused:
        return refused.response.status_code, refused.response.body.decode()
    raise AssertionError(f"{path} was not refused")


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """Read until the server ends TCP; whatever it sends until then."""
    async with asyncio.timeout(SECONDS):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def close_frame(reader: asyncio.StreamReader) -> int | None:
    """The code of the Close frame that the server sends, whatever it sends before, and what comes after it: nothing."""
    sent = await end_of(reader)
    codes = re.findall(rb"\x88[\x02-\x7d](..)[^\x88]*$", sent, re.DOTALL)
    return struct.unpack("!H", codes[0])[0] if codes else None


async def never_reads(server: ChatServer, path: str = "/chat/room") -> socket.socket:
    """A client with small buffers that reads nothing after its handshake."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    loop = asyncio.get_running_loop()
    known = set(server.sockets)
    await loop.sock_connect(sock, ("127.0.0.1", server.port))
    await until(lambda: server.sockets - known)
    for connection in server.sockets - known:  # before it is sent anything
        connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    await loop.sock_sendall(sock, request(path))
    return sock
