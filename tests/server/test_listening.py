"""The listening socket, and how many connections can come out of it."""

import asyncio
import errno
import resource
import socket
import sys

import pytest

from chatlib.server import listening
from tests.support.chat import STRICT, serving
from tests.support.waiting import until

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


def test_an_address_that_is_held_cannot_be_listened_on():
    """Bound is not enough: with SO_REUSEADDR two may bind, and one of them may listen."""
    with listening.listen("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        with pytest.raises(OSError, match="in use") as refused:
            listening.listen("127.0.0.1", port)
        assert refused.value.errno == errno.EADDRINUSE
    listening.listen("127.0.0.1", port).close()


async def test_after_listen_no_more_nobody_is_accepted():
    """Whoever comes later waits in the queue, until the socket is closed."""
    accepted = []

    def accept():
        accepted.append("one")
        return asyncio.Protocol()

    loop = asyncio.get_running_loop()
    with listening.listen("127.0.0.1", 0) as sock:
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
