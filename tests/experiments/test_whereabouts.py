"""Where unread bytes are: what the kernel says of two sockets, and that nothing is said where it is not known."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from chatlib.experiments import whereabouts
from chatlib.experiments.whereabouts import KERNEL_TELLS, Whereabouts, look
from tests.support.waiting import until

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """The server's and the client's end of a TCP connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        server, _ = listening.accept()
    yield server, client
    for end in (server, client):
        end.close()


async def test_what_was_sent_and_not_read_is_in_the_clients_kernel(ends):
    """To the byte, where this system tells; nothing is made up where it does not."""
    server, client = ends
    server.sendall(bytes(5000))

    if KERNEL_TELLS:
        await until(lambda: look(7, server, client) == Whereabouts(7, 0, 0, 5000))
        client.recv(2000)
        assert look(7, server, client) == Whereabouts(7, 0, 0, 3000)
        assert look(7, server, client).total == 3007
    else:
        assert look(7, server, client) == Whereabouts(7)


async def test_what_does_not_fit_there_waits_in_the_servers_kernel(ends):
    """All together is what was sent."""
    server, client = ends
    server.setblocking(False)
    sent = 0
    with suppress(BlockingIOError):
        while True:
            sent += server.send(bytes(2**16))

    if KERNEL_TELLS:
        await until(lambda: look(0, server, client).total == sent)
        waits = look(0, server, client)
        assert waits.our_kernel
        assert waits.their_kernel


def test_of_a_socket_that_is_closed_nothing_is_known(ends):
    """And the other end can still tell."""
    server, client = ends
    server.close()

    waits = look(3, server, client)

    assert (waits.heap, waits.our_kernel, waits.wire) == (3, None, None)
    assert waits.their_kernel == (0 if KERNEL_TELLS else None)
    client.close()
    assert look(3, server, client) == Whereabouts(3)
    assert look(3, server, client).total == 3


def test_where_the_kernel_does_not_tell_the_figures_are_none(ends, monkeypatch):
    """As on macOS and Windows: no zero is shown for what is not known."""
    monkeypatch.setattr(whereabouts, "_asked", lambda *_: None)

    assert look(1, *ends) == Whereabouts(1, None, None, None)


def test_the_sizes_of_the_buffers_are_those_that_the_kernel_gave(ends):
    """Not those that it was asked for: Linux gives twice as much."""
    assert all(size > 1000 for size in whereabouts.kernel_buffers(*ends))
