"""A page that reads as fast as it may: all, some, nothing, and again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from chatlib.experiments.slow_page import TICK_SECONDS, SlowPage, listening_socket, open_page
from tests.support.waiting import until


class Server:
    """A server on the test's own loop, and the connection of its last guest."""

    connection: ServerConnection
    port: int

    async def handle(self, connection: ServerConnection) -> None:
        self.connection = connection
        await connection.wait_closed()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    async with serve(server.handle, sock=listening_socket(), compression=None, ping_interval=None) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
        for connection in listening.connections:
            connection.transport.abort()


@asynccontextmanager
async def opened(server: Server, **options) -> AsyncIterator[tuple[SlowPage, list[str]]]:
    heard: list[str] = []
    page = await open_page(server.port, heard.append, **options)
    await until(lambda: hasattr(server, "connection"))
    yield page, heard
    page.leave()


async def test_it_hears_what_the_server_sends(server):
    """Also a long text, and one that is not ASCII."""
    async with opened(server, path="/%E4%BD%A0") as (page, heard):
        assert server.connection.request is not None
        assert server.connection.request.path == "/%E4%BD%A0"
        texts = ["hi", "你好", "x" * 200_000]
        for text in texts:
            await server.connection.send(text)
        await until(lambda: heard == texts)
        assert repr(page) == "<SlowPage open, reads on>"


async def test_a_frozen_page_reads_nothing_and_thawed_it_reads_all(server):
    """In order, and what waited first. The server's send() has long returned."""
    async with opened(server) as (page, heard):
        page.throttle(0)
        for number in range(20):
            await server.connection.send(str(number))
        await asyncio.sleep(0.1)  # for what must not come
        assert heard == []
        assert repr(page) == "<SlowPage open, frozen>"

        page.throttle(None)
        await until(lambda: heard == [str(number) for number in range(20)])


async def test_a_throttled_page_reads_in_small_pieces(server):
    """At most what its rate allows for one tick; and it does get on."""
    async with opened(server) as (page, heard):
        page.throttle(20_000)
        assert len(page.get_buffer(-1)) == 20_000 * TICK_SECONDS
        for _ in range(3):
            await server.connection.send("x" * 1000)
        await until(lambda: len(heard) == 3)
        assert repr(page) == "<SlowPage open, reads 20000 bytes/s>"


async def test_it_knows_how_it_ended(server):
    """1006 where the server just dropped it; the server's own code after a goodbye."""
    for how, code in ((lambda: server.connection.transport.abort(), 1006), (None, 4001)):
        async with opened(server) as (page, _):
            assert page.close_code is None
            if how:
                how()
            else:
                await server.connection.close(4001)
            await until(lambda: page.is_over)
            assert page.close_code == code
            page.throttle(None)  # nothing is left to read, and nothing is raised
            assert repr(page) == "<SlowPage over, reads on>"


async def test_nobody_listens():
    """The error is the system's own."""
    sock = listening_socket()
    port = sock.getsockname()[1]
    sock.close()

    with pytest.raises(ConnectionRefusedError):
        await open_page(port, print)


async def test_a_smaller_buffer_can_be_asked_for(server):
    """What the kernel makes of it is its own business."""
    async with opened(server, kernel_buffer=16_384) as (page, _), opened(server) as (usual, _):
        small, large = (each.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) for each in (page, usual))
        assert small < large
