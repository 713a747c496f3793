"""A WebSocket server made of raw bytes, which can therefore misbehave in every way there is."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
import ssl
import struct
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from chatlib import network
from chatlib.network import Listening
from chatlib.server import listening

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Wire:
    """One connection as the server sees it: its request, and everything that can be done to the client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: str) -> None:
        self.reader = reader
        self.writer = writer
        self.request = request
        self.path = request.split(" ")[1]
        fields = (line.partition(":") for line in request.splitlines()[1:])
        self.said_close = False
        self.headers = {name.lower(): value.strip() for name, _, value in fields}

    def head(self, *, status: str = "101 Switching Protocols", without: str = "", **headers: str) -> bytes:
        """A good answer to the request, but for what is asked."""
        key = self.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        fields = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Accept": base64.b64encode(hashlib.sha1(key.encode()).digest()).decode(),
        }
        fields.pop(without, None)
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def write(self, raw: bytes) -> None:
        self.writer.write(raw)

    def accept(self, **headers: str) -> None:
        self.write(self.head(**headers))

    def send(self, opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = False) -> None:
        self.said_close = self.said_close or opcode == CLOSE
        length = len(payload)
        if length < 126:
            size = bytes([length])
        elif length < 2**16:
            size = b"\x7e" + struct.pack("!H", length)
        else:
            size = b"\x7f" + struct.pack("!Q", length)
        if masked:  # with a key of zeros, which changes nothing
            size = bytes([size[0] | 0x80]) + size[1:] + bytes(4)
        self.write(bytes([fin << 7 | rsv << 4 | opcode]) + size + payload)

    def close(self, code: int | None = None, reason: str = "") -> None:
        self.send(CLOSE, b"" if code is None else struct.pack("!H", code) + reason.encode())

    async def receive(self) -> tuple[int, bytes]:
        """The client's next message or control frame: opcode and payload."""
        opcode, payload, fin = await self.receive_frame()
        while not fin:
            _, more, fin = await self.receive_frame()
            payload += more
        return opcode, payload

    async def receive_frame(self) -> tuple[int, bytes, bool]:
        """The client's next frame: opcode, payload, and whether the message ends with it."""
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        assert second & 0x80, "a client masks its frames"
        key = await self.reader.readexactly(4)
        data = await self.reader.readexactly(length)
        mask = (key * (length // 4 + 1))[:length]
        plain = int.from_bytes(data, "big") ^ int.from_bytes(mask, "big")
        return first & 0x0F, plain.to_bytes(length, "big"), bool(first & 0x80)

    async def receive_close(self) -> bytes:
        """The payload of the client's Close frame, whatever came before it."""
        while True:
            opcode, payload = await self.receive()
            if opcode == CLOSE:
                return payload

    async def end(self) -> bytes:
        """What else the client sends until it ends TCP."""
        return await self.reader.read()

    def reset(self) -> None:
        """End TCP with a reset."""
        linger_not = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        self.writer.transport.abort()


Script = Callable[[Wire], Awaitable[object]]


class Peer:
    """A server on a free port that follows one script per path; it owns all that it accepts, to the end of TCP."""

    def __init__(self, scripts: dict[str, Script], listener: Listening, context: ssl.SSLContext | None = None) -> None:
        self.scripts = scripts
        self.context = context
        self.listener = listener
        self.server: asyncio.Server | None = None
        self.port = listener.getsockname()[1]
        self.url = f"{'wss' if context else 'ws'}://127.0.0.1:{self.port}"
        self.requests: list[str] = []
        self.errors: list[Exception] = []
        self.tasks: set[asyncio.Task[object]] = set()

    async def accept(self) -> None:
        """Serve whoever comes."""
        self.server = await asyncio.start_server(self.begin, sock=self.listener, ssl=self.context)

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self.serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.play(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # a connection may end early: that is what these tests are about
        except Exception as error:
            self.errors.append(error)
        finally:
            writer.transport.abort()

    async def play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.requests.append(request)
        wire = Wire(reader, writer, request)
        try:
            await self.scripts[wire.path.partition("?")[0]](wire)
        finally:
            writer.close()
        await writer.wait_closed()

    async def stop(self) -> None:
        """Be gone, with every connection."""
        assert self.server is not None
        listening.listen_no_more(self.server.sockets)
        for _ in range(2):  # what was accepted becomes a connection: asyncio's server, once closed, forgets it open
            await asyncio.sleep(0)
        self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the turn in which transports that were aborted let go of their sockets


@asynccontextmanager
async def peer(
    *script: Script, scripts: dict[str, Script] | None = None, context: ssl.SSLContext | None = None
) -> AsyncIterator[Peer]:
    """A peer with one script at ``/``, or several at their paths; an error in a script fails the test."""
    listener = await network.hold("127.0.0.1", 0, backlog=100)
    peer = Peer({"/": script[0]} if script else scripts or {}, listener, context)
    await peer.accept()
    try:
        yield peer
    finally:
        await peer.stop()
    assert not peer.errors, peer.errors


# Scripts that more than one test wants


async def echo(wire: Wire) -> None:
    """Sends back what comes, and a Close frame too; chooses the first subprotocol."""
    offered = wire.headers.get("sec-websocket-protocol")
    wire.accept(**({"Sec_WebSocket_Protocol": offered.split(",")[0]} if offered else {}))
    while True:
        opcode, payload = await wire.receive()
        wire.send(opcode, payload)
        if opcode == CLOSE:
            return


async def hang_up(wire: Wire) -> None:
    """Ends TCP without an answer."""


async def garbage(wire: Wire) -> None:
    wire.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
    await wire.end()


async def refuse(wire: Wire) -> None:
    wire.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nnot today")
    await wire.end()


async def refuse_without_length(wire: Wire) -> None:
    wire.write(b"HTTP/1.1 401 Unauthorized\r\n\r\nwho are you?")
    await wire.end()


async def redirect(wire: Wire) -> None:
    wire.write(b"HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n")
    await wire.end()


async def accept_with_wrong_key(wire: Wire) -> None:
    wire.accept(Sec_WebSocket_Accept="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    await wire.end()


async def accept_without_upgrade(wire: Wire) -> None:
    wire.accept(without="Upgrade")
    await wire.end()


async def accept_without_subprotocol(wire: Wire) -> None:
    wire.accept()
    await wire.end()


async def accept_with_subprotocol_nobody_asked_for(wire: Wire) -> None:
    wire.accept(Sec_WebSocket_Protocol="chess")
    await wire.end()


async def accept_with_extension_nobody_asked_for(wire: Wire) -> None:
    wire.accept(Sec_WebSocket_Extensions="x-unknown")
    await wire.end()


def after_open(act: Callable[[Wire], object]) -> Script:
    """A script that accepts, does one thing, and ends when the client has sent its Close frame."""

    async def script(wire: Wire) -> None:
        wire.accept()
        act(wire)
        await wire.receive_close()
        if not wire.said_close:
            wire.close()

    return script


def answering_close(act: Callable[[Wire], object]) -> Script:
    """A script that accepts, waits for the client's Close frame, does one thing, and ends TCP."""

    async def script(wire: Wire) -> None:
        wire.accept()
        await wire.receive_close()
        act(wire)

    return script


def closing(code: int | None = None, reason: str = "") -> Script:
    """A script that accepts, sends a Close frame, waits for the answer, and ends TCP."""
    return after_open(lambda wire: wire.close(code, reason))


async def end_tcp(wire: Wire) -> None:
    wire.accept()


async def reset_tcp(wire: Wire) -> None:
    wire.accept()
    await wire.receive()
    wire.reset()


# A certificate for localhost that nobody vouches for, and its key; it is good for nothing else, until the year 2126.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUf72K99sz0Ws5mPEVzKzA5lDfnP8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE2MzMzM1oYDzIxMjYxMDMw
MTYzMzMzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATrEXYCAd1UUs6/vJIM20X34B2ZJweMM0xYMpvKJYJmGLUGuPh5+lAj
ljRnn1PEmG3ziVUu7yfYvhcBbogp7uJ+o28wbTAdBgNVHQ4EFgQUwp5F019Jscmo
GgMzdYfgczMlXRIwHwYDVR0jBBgwFoAUwp5F019JscmoGgMzdYfgczMlXRIwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgCwUJspDqmYwLehdbQneY+1jCmGTKbUDaPAbFyPQfBBICIQDC
ycZDt/tpdAPLI+uCKor0xLA01BEQEtMnvR6cZjgIyg==
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgb7XabAvArOYwIqYX
zJlbUv/kKIBk+CClvgZQ8IsC5v+hRANCAATrEXYCAd1UUs6/vJIM20X34B2ZJweM
M0xYMpvKJYJmGLUGuPh5+lAjljRnn1PEmG3ziVUu7yfYvhcBbogp7uJ+
-----END PRIVATE KEY-----
"""


def tls_context() -> ssl.SSLContext:
    """What a server needs to speak TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "chain.pem"
        chain.write_text(KEY + CERTIFICATE)
        context.load_cert_chain(chain)
    return context
