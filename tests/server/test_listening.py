"""The listening socket, and how many connections can come out of it."""

import asyncio
import errno
import resource
import socket
import sys
from contextlib import ExitStack

import pytest

from chatlib import network
from chatlib.errors import PortInUseError
from chatlib.server import listening
from tests.support.chat import STRICT, serving
from tests.support.waiting import until
from tools.ports import free_port

pytestmark = STRICT


async def test_a_thousand_may_knock_at_once():
    """The queue of the listening socket holds more than asyncio's hundred; a client beyond it waits for seconds."""
    async with serving() as server:
        sockets = [socket.socket() for _ in range(300)]
        try:
            for sock in sockets:  # this loop does not turn meanwhile: nobody accepts
                sock.settimeout(0.5)
                sock.connect(("127.0.0.1", server.port))
        finally:
            for sock in sockets:
                sock.close()


async def test_an_address_that_is_held_cannot_be_listened_on():
    """Bound is not enough: with SO_REUSEADDR two may bind, and one of them may listen."""
    with (await listening.listen("127.0.0.1", 0))[0] as held:
        port = held.getsockname()[1]
        with pytest.raises(OSError, match="in use") as refused:
            await listening.listen("127.0.0.1", port)
        assert refused.value.errno == errno.EADDRINUSE
    for sock in await listening.listen("127.0.0.1", port):
        sock.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"])
async def test_this_machine_is_listened_on_in_both_families(host):
    """``localhost`` leads to either; one port for both, also where any that is free will do."""
    with ExitStack() as sockets:
        first, second = (sockets.enter_context(sock) for sock in await listening.listen(host, 0))
        assert (first.family, second.family) == (socket.AF_INET, socket.AF_INET6)
        assert first.getsockname()[1] == second.getsockname()[1]
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, first.getsockname()[1])).close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"])
async def test_half_a_machine_is_a_port_in_use_that_names_who_has_the_other_half(host):
    """And the half that could be had is given back."""
    port = free_port()  # of those that the system picks for ::1, 127.0.0.1 may have the same one in use
    with socket.create_server(("::1", port), family=socket.AF_INET6):
        with pytest.raises(PortInUseError, match=r"this kernel listens on \[::1?\]"):
            await listening.listen(host, port)
        with socket.create_server(("127.0.0.1", port)):
            pass


async def test_a_free_port_is_free_in_both_families(monkeypatch):
    """One of which somebody has half is passed over."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        bind, asked = network.bind, []

        def first_that_one(host, port):
            asked.append((host, port))
            return bind(host, port or (other.getsockname()[1] if len(asked) == 1 else 0))

        monkeypatch.setattr(network, "bind", first_that_one)
        sockets = await listening.listen("127.0.0.1", 0)
        found = {sock.getsockname()[1] for sock in sockets}
        for sock in sockets:
            sock.close()
        assert len(found) == 1
        assert found != {other.getsockname()[1]}


@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
async def test_a_machine_without_ipv6_has_one_half(number, monkeypatch):
    """There ``localhost`` leads nowhere else; but who asks for ::1 is told."""
    bind = network.bind

    def without_ipv6(host, port):
        if ":" in host:
            raise OSError(number, "no IPv6 here")
        return bind(host, port)

    monkeypatch.setattr(network, "bind", without_ipv6)
    (sock,) = await listening.listen("127.0.0.1", 0)
    sock.close()
    with pytest.raises(OSError, match="no IPv6 here"):
        await listening.listen("::1", 0)


async def test_after_listen_no_more_nobody_is_accepted():
    """Whoever comes later waits in the queue, until the socket is closed."""
    accepted = []

    def accept():
        accepted.append("one")
        return asyncio.Protocol()

    loop = asyncio.get_running_loop()
    sock, other = await listening.listen("127.0.0.1", 0)
    with sock, other:
        server = await loop.create_server(accept, sock=sock)
        for _ in range(2):
            _, writer = await asyncio.open_connection(*sock.getsockname())
            await until(lambda: accepted)
            listening.listen_no_more(server.sockets)
            writer.close()
        for _ in range(3):  # turns in which the second would have been accepted
            await asyncio.sleep(0)
        server.close()

    assert accepted == ["one"]


def test_the_limit_of_open_files_is_raised_and_some_are_kept_in_reserve():
    """The soft limit, to the hard one; what is left is for the notebook's own files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
        sockets = listening.raise_file_limit()
        raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert raised == hard
    assert sockets == (listening.UNLIMITED if hard == resource.RLIM_INFINITY else hard - 64)


def test_where_no_such_limit_exists_there_is_none(monkeypatch):
    """As on Windows."""
    monkeypatch.setitem(sys.modules, "resource", None)

    assert listening.raise_file_limit() == listening.UNLIMITED
