"""Where ports are had: the system's sockets, and what may stand in for them."""

import errno
import os
import socket

import pytest

from chatlib import network
from chatlib.network import SystemNetwork


@pytest.mark.parametrize(("host", "family"), [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)])
async def test_what_is_held_is_bound_and_listens_if_that_is_asked_for(host, family):
    """A client gets through to who listens, whenever somebody comes to accept it; to who is bound it does not."""
    with await network.hold(host, 0) as bound, socket.socket(family) as client:
        assert (bound.family, bound.getblocking()) == (family, False)
        assert client.connect_ex(bound.getsockname()) == errno.ECONNREFUSED
    with await network.hold(host, 0, backlog=1) as listening, socket.socket(family) as client:
        assert client.connect_ex(listening.getsockname()) == 0


async def test_who_finds_it_taken_leaves_nothing_open():
    """Neither where bind() finds out, nor where listen() does: with SO_REUSEADDR two may bind."""
    with await network.hold("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with await network.hold("127.0.0.1", port, backlog=1):
            before = len(os.listdir("/proc/self/fd"))
            with pytest.raises(OSError, match="in use"):
                await network.hold("127.0.0.1", port, backlog=1)
            first.close()
            with pytest.raises(OSError, match="in use"):
                await network.hold("127.0.0.1", port, backlog=1)
            assert len(os.listdir("/proc/self/fd")) == before - 1


@pytest.mark.parametrize(("wildcard", "loopback"), [("0.0.0.0", "127.0.0.1"), ("::", "::1")])
def test_this_machine_has_an_address_for_others(wildcard, loopback, monkeypatch):
    """One of its family; the loopback where there is no network."""
    family = socket.AF_INET6 if ":" in wildcard else socket.AF_INET
    assert socket.inet_pton(family, network.own_address(wildcard))

    def unreachable(*address):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(network.socket.socket, "connect", unreachable)
    assert network.own_address(wildcard) == loopback


async def test_ports_may_be_had_elsewhere(monkeypatch):
    """There it may take a while to be sure; who is not, gives it back."""
    asked = []

    class Elsewhere:
        def bind(self, host, port):
            asked.append((host, port))
            return SystemNetwork().bind("127.0.0.1", 0)

        async def confirm(self, bound):
            asked.append(bound)
            raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(network, "_network", SystemNetwork())
    network.move(Elsewhere())
    with pytest.raises(OSError, match="in use"):
        await network.hold("example", 80)

    assert asked[0] == ("example", 80)
    assert asked[1].fileno() == -1
