"""127.0.0.1 among the kernels of a browser, on a browser that is played: who has a port, and who reaches it."""

from __future__ import annotations

import asyncio
import errno
import os

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from chatlib.browser.loopback import FREE_PORTS, LEASE_PORTS, Loopback
from tests.support.origin import Origin
from tests.support.waiting import until

SECONDS = 30


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def streams(kernel: Loopback, port: int, host: str = "127.0.0.1") -> tuple[asyncio.StreamReader, ...]:
    """asyncio.open_connection(), in this kernel."""
    reader = asyncio.StreamReader()
    transport, protocol = await kernel.create_connection(lambda: asyncio.StreamReaderProtocol(reader), host, port)
    return reader, asyncio.StreamWriter(transport, protocol, reader, asyncio.get_running_loop())


async def start(kernel: Loopback, handler=echo, **options):
    """asyncio.start_server(), in this kernel; and the port."""

    def factory() -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(), handler)

    server = await kernel.create_server(factory, "127.0.0.1", **options)
    return server, server.sockets[0].getsockname()[1]


async def says(kernel: Loopback, port: int, host: str = "127.0.0.1") -> bytes:
    """What an echo server on the port makes of ``hi``."""
    reader, writer = await streams(kernel, port, host)
    writer.write(b"hi")
    writer.write_eof()
    async with asyncio.timeout(SECONDS):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("kernels", [1, 2])
async def test_whoever_knocks_at_a_port_reaches_who_listens_there(kernels):
    """In the same kernel, and in another one of the origin; from there each sees the other's address."""
    origin = Origin()
    one, other = origin.kernel(), origin.kernel()
    server, port = await start(one)
    reader, writer = await streams((one, other)[kernels - 1], port)
    writer.write(b"hi")
    assert await reader.read(10) == b"hi"
    assert writer.get_extra_info("peername") == ("127.0.0.1", port)
    assert writer.get_extra_info("sockname")[1] in FREE_PORTS
    writer.close()
    server.close()
    await asyncio.wait_for(server.wait_closed(), SECONDS)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", ""])
async def test_this_kernels_host_has_many_names(host):
    """As on any machine."""
    origin = Origin()
    server, port = await start(origin.kernel())
    assert await says(origin.kernel(), port, host) == b"hi"
    server.close()


async def test_a_port_that_nobody_has_refuses_at_once():
    """In asyncio's words; and nothing of it is left."""
    origin = Origin()
    kernel = origin.kernel()
    with pytest.raises(ConnectionRefusedError, match=r"Connect call failed \('127.0.0.1', 3000\)"):
        await kernel.create_connection(asyncio.Protocol, "127.0.0.1", 3000)
    assert origin.ends == []
    assert origin.waiting == []


async def test_a_port_that_is_bound_refuses_until_it_listens():
    """A server that is closed and goes on having its port, as a chaos proxy does that refuses."""
    kernel = Origin().kernel()
    await kernel.ready()
    with kernel.bind("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            await streams(kernel, port)
        server, _ = await start(kernel, sock=bound)
        assert await says(kernel, port) == b"hi"
        server.close()


async def test_who_listens_gets_whoever_comes_before_it_accepts():
    """The backlog: a connection that was asked for as soon as listen() returned is not refused."""
    kernel = Origin().kernel()
    await kernel.ready()
    bound = kernel.bind("127.0.0.1", 0)
    bound.listen()
    asking = asyncio.create_task(says(kernel, bound.getsockname()[1]))
    await kernel.confirm(bound)
    await asyncio.sleep(0)
    assert not asking.done()
    server, _ = await start(kernel, sock=bound)
    assert await asking == b"hi"
    server.close()


async def test_who_waits_at_a_port_that_is_closed_is_refused():
    """Before anybody accepted."""
    origin = Origin()
    one, other = origin.kernel(), origin.kernel()
    await one.ready()
    with one.bind("127.0.0.1", 0) as bound:
        bound.listen()
        await one.confirm(bound)
        asking = asyncio.create_task(streams(other, bound.getsockname()[1]))
        await until(lambda: any(kind == "knock" for _, kind, _ in origin.posted))
        await asyncio.sleep(0)
    with pytest.raises(ConnectionRefusedError):
        await asking


async def test_one_kernel_has_a_port_and_the_next_when_it_is_closed():
    """Whether the first is closed, or its kernel dies: standing by is all the same."""
    origin = Origin()
    one, two, three = (origin.kernel() for _ in range(3))
    server, _ = await start(one, port=3000)
    with pytest.raises(OSError, match="in use") as refused:
        await start(two, port=3000)
    assert refused.value.errno == errno.EADDRINUSE
    server.close()
    second, _ = await start(two, port=3000)
    assert second.is_serving()
    two.parts.die()
    third, _ = await start(three, port=3000)
    assert await says(one, 3000) == b"hi"
    third.close()


async def test_the_two_families_are_two_addresses():
    """As a server that listens on 127.0.0.1 and ::1 expects it."""
    kernel = Origin().kernel()
    server, _ = await start(kernel, port=3000)
    with pytest.raises(ConnectionRefusedError):
        await streams(kernel, 3000, "::1")
    six = kernel.bind("::1", 3000)
    six.listen()
    await kernel.confirm(six)
    six.close()
    server.close()


async def test_any_port_that_is_free_is_known_at_once_and_nobody_elses():
    """Each kernel has a share of them, and gives none away twice while it is in use."""
    origin = Origin()
    kernels = [origin.kernel() for _ in range(5)]
    for kernel in kernels:
        await kernel.ready()
    bound = [kernel.bind("127.0.0.1", 0) for kernel in kernels for _ in range(LEASE_PORTS)]
    assert len({port.getsockname()[1] for port in bound}) == 5 * LEASE_PORTS
    with pytest.raises(OSError, match=os.strerror(errno.EADDRNOTAVAIL)):
        kernels[0].bind("127.0.0.1", 0)
    bound[3].close()
    assert kernels[0].bind("127.0.0.1", 0).getsockname() == bound[3].getsockname()


async def test_more_kernels_than_shares_are_told():
    """As on a machine that has no port left."""
    origin = Origin()
    for number in range(len(FREE_PORTS) // LEASE_PORTS):
        origin.kernel().parts.claim(f"ports {number}", lambda release: None)
    with pytest.raises(OSError, match=os.strerror(errno.EADDRNOTAVAIL)):
        await origin.kernel().ready()


@pytest.mark.parametrize(
    ("options", "said"), [({"host": "example.org"}, "127.0.0.1 only"), ({"ssl": True}, "TLS"), ({"sock": 1}, "sockets")]
)
async def test_what_it_is_not_it_says(options, said):
    """Nothing is looked up, and nothing goes out."""
    origin = Origin()
    with pytest.raises(OSError, match=said):
        await origin.kernel().create_connection(asyncio.Protocol, **{"port": 3000, **options})
    assert origin.posted == []


async def test_a_host_that_is_not_this_kernels_cannot_be_had():
    """As on any machine."""
    with pytest.raises(OSError, match=os.strerror(errno.EADDRNOTAVAIL)):
        Origin().kernel().bind("192.0.2.1", 3000)


def test_whoever_listens_on_all_addresses_is_found_on_the_loopback():
    """There are no others; and nothing is asked of a system that would open a WebSocket for it."""
    kernel = Origin().kernel()
    assert (kernel.own_address("0.0.0.0"), kernel.own_address("::")) == ("127.0.0.1", "::1")


async def test_a_server_waits_for_its_connections():
    """And closes them, or ends them at once, if it is asked to."""
    kernel = Origin().kernel()
    for end in ("close_clients", "abort_clients"):
        server, port = await start(kernel)
        reader, writer = await streams(kernel, port)
        writer.write(b"hi")
        assert await reader.read(2) == b"hi"
        server.close()
        closed = asyncio.create_task(server.wait_closed())
        await asyncio.sleep(0)
        assert not closed.done()
        getattr(server, end)()
        await asyncio.wait_for(closed, SECONDS)
        assert await reader.read() == b""
        writer.close()


async def test_who_gives_up_before_it_is_answered_leaves_nobody_waiting():
    """A server that accepts it later has a connection that is over."""
    origin = Origin()
    one, other = origin.kernel(), origin.kernel()
    await one.ready()
    bound = one.bind("127.0.0.1", 0)
    bound.listen()
    await one.confirm(bound)
    asking = asyncio.create_task(streams(other, bound.getsockname()[1]))
    await until(lambda: any(kind == "knock" for _, kind, _ in origin.posted))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    told = asyncio.Event()

    async def handler(reader, writer):
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        told.set()

    server, _ = await start(one, handler, sock=bound)
    await asyncio.wait_for(told.wait(), SECONDS)
    server.close()
    await asyncio.wait_for(server.wait_closed(), SECONDS)


async def test_websockets_runs_on_it_as_it_is(monkeypatch):
    """Server and client, each in its kernel, with a message larger than the window."""
    origin = Origin()
    one, other = origin.kernel(), origin.kernel()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "create_server", one.create_server, raising=False)
    monkeypatch.setattr(loop, "create_connection", other.create_connection, raising=False)

    async def handler(connection):
        async for message in connection:
            await connection.send(message)

    async with serve(handler, "127.0.0.1", 0, max_size=None) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", max_size=None, proxy=None) as ws:
            for message in ("hi", bytes(2_000_000)):
                await ws.send(message)
                assert await asyncio.wait_for(ws.recv(), SECONDS) == message


async def test_what_is_over_leaves_nothing():
    """No channel, no lock and no wish for one, but those of kernels that live."""
    origin = Origin()
    one, other = origin.kernel(), origin.kernel()
    server, port = await start(one)
    for _ in range(3):
        await says(other, port)
    server.close()
    await asyncio.wait_for(server.wait_closed(), SECONDS)
    await until(lambda: not origin.ends)

    assert {name.split()[0] for name in origin.locks} == {"kernel", "ports"}
    assert origin.waiting == []


async def test_reprs_say_what_a_reader_asks():
    """Where, and what of it is left."""
    kernel = Origin().kernel()
    server, port = await start(kernel)
    _, writer = await streams(kernel, port)
    assert repr(kernel) == f"<Loopback of kernel {kernel.kernel}, 1 ports>"
    assert repr(server) == f"<Server on [<Port 127.0.0.1:{port} taken>]>"
    assert repr(writer.transport).endswith(f"to {port} open, 0 bytes unsent>")
    writer.close()
    server.close()
    assert repr(server) == "<Server on []>"
