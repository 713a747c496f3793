"""The bad network: what each setting does to the bytes of a real connection."""

import asyncio
import random
import socket
import time
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosedError

from chatlib import background, chaos

SECONDS = 30.0


@pytest.fixture
def proxy() -> Iterator[chaos.Proxy]:
    """A proxy before a plain TCP echo server."""

    async def echo(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def start():
        return await asyncio.start_server(echo, "127.0.0.1", 0)

    async def end():
        server.close()

    server = background.run(start())
    with chaos.Proxy("127.0.0.1", server.sockets[0].getsockname()[1], rng=random.Random(7)) as made:
        yield made
    background.run(end())


def dial(proxy):
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=SECONDS)


def read(client, count):
    """Read ``count`` bytes, or fewer if the connection ends first."""
    data = b""
    while len(data) < count and (more := client.recv(count - len(data))):
        data += more
    return data


def ended(client):
    """Whether the other side is gone: an end or a reset, with nothing left to read."""
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def wait_for(condition):
    """Wait until ``condition()`` is true, at most some seconds."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def test_a_good_network_passes_bytes_and_counts_them(proxy):
    """With no setting the proxy is only a wire."""
    with dial(proxy) as client:
        client.sendall(b"hello")
        assert read(client, 5) == b"hello"
        assert (proxy.bytes_up, proxy.bytes_down, proxy.connections) == (5, 5, 1)
        assert "1 open, 5 bytes up, 5 down, 0 cuts" in repr(proxy)
    wait_for(lambda: proxy.connections == 0)
    with dial(proxy) as client:
        client.sendall(b"hello")
        assert read(client, 5) == b"hello"
        assert (proxy.connections, proxy.accepted) == (1, 2)


def test_the_end_of_a_connection_passes_too(proxy):
    """A client that leaves is seen to leave, and what was on its way still arrives."""
    with dial(proxy) as client:
        client.sendall(b"bye")
        client.shutdown(socket.SHUT_WR)
        assert read(client, 10) == b"bye"
    wait_for(lambda: proxy.connections == 0)


def test_delay_keeps_order_and_many_bytes_wait_together(proxy):
    """Jitter never reorders, and a delay is a distance, not a queue: fifty messages need not wait one after another."""
    with dial(proxy) as client:
        proxy.delay(0.1, jitter=0.05)
        began = time.monotonic()
        for number in range(50):
            client.sendall(b"%04d" % number)
            wait_for(lambda: proxy.held_bytes + proxy.bytes_up >= 4 * (number + 1))  # noqa: B023 - used at once
        assert read(client, 200) == b"".join(b"%04d" % number for number in range(50))
        assert 0.2 <= time.monotonic() - began < 50 * 0.1


def test_throttle_bounds_the_rate(proxy):
    """A thousand bytes at ten thousand a second need a tenth of a second."""
    with dial(proxy) as client:
        proxy.throttle(10_000)
        began = time.monotonic()
        client.sendall(bytes(1000))
        assert len(read(client, 1000)) == 1000
        assert time.monotonic() - began >= 0.1


def test_frozen_bytes_wait_and_the_connection_stays_open(proxy):
    """A frozen peer says nothing and closes nothing; what it was sent arrives after the thaw, in order."""
    with dial(proxy) as client:
        client.sendall(b"1")
        assert read(client, 1) == b"1"
        proxy.freeze()
        client.sendall(b"2")
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)
        assert (proxy.connections, proxy.bytes_up) == (1, 1)
        client.settimeout(SECONDS)
        client.sendall(b"3")
        proxy.thaw()
        assert read(client, 2) == b"23"


def test_a_frozen_network_hides_that_a_peer_left(proxy):
    """Half-open: the client is gone, and the connection to the server stands until the thaw brings the news."""
    with dial(proxy) as client:
        client.sendall(b"1")
        assert read(client, 1) == b"1"
        proxy.freeze()
    with dial(proxy) as second:
        wait_for(lambda: proxy.connections == 2)
        proxy.thaw()
        wait_for(lambda: proxy.connections == 1)
        second.sendall(b"still here")
        assert read(second, 10) == b"still here"


def test_cut_drops_every_connection_now_and_takes_new_ones(proxy):
    """A cut ends what is open; whoever dials again gets through."""
    with dial(proxy) as first, dial(proxy) as second:
        for client in (first, second):
            client.sendall(b"x")
            assert read(client, 1) == b"x"
        proxy.cut()
        assert ended(first)
        assert ended(second)
        assert (proxy.connections, proxy.cuts) == (0, 1)
    with dial(proxy) as third:
        third.sendall(b"again")
        assert read(third, 5) == b"again"


def test_cut_after_bytes_lets_exactly_those_through(proxy):
    """Ten bytes up and six down are sixteen: the client reads six and then the end."""
    with dial(proxy) as client:
        proxy.cut(after_bytes=16)
        client.sendall(b"0123456789")
        assert read(client, 10) == b"012345"
        assert ended(client)
    assert (proxy.bytes_up, proxy.bytes_down, proxy.cuts) == (10, 6, 1)


def test_a_cut_in_mid_frame_is_1006_for_a_websocket():
    """The client has the head of a frame and no Close frame: it must not take the part for a message."""

    async def story():
        async def handler(connection):
            await connection.send("before")
            await connection.recv()
            await connection.send("x" * 1000)
            await connection.wait_closed()

        async with serve(handler, "127.0.0.1", 0, compression=None) as server:
            with chaos.Proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
                async with connect(proxy.url, proxy=None, compression=None) as client:
                    assert await client.recv() == "before"
                    proxy.cut(after_bytes=500)
                    await client.send("go")
                    with pytest.raises(ConnectionClosedError) as closed:
                        await asyncio.wait_for(client.recv(), SECONDS)
        return closed.value.rcvd, client.close_code

    assert background.run(story(), timeout=3 * SECONDS) == (None, 1006)


def test_refuse_then_heal_on_the_same_port(proxy):
    """Refused as where nothing listens, while open connections go on; healed, the same port answers."""
    with dial(proxy) as old:
        old.sendall(b"1")
        assert read(old, 1) == b"1"
        proxy.refuse()
        assert "refusing" in repr(proxy)
        with pytest.raises(ConnectionRefusedError):
            dial(proxy)
        old.sendall(b"2")
        assert read(old, 1) == b"2"
        proxy.heal()
        with dial(proxy) as new:
            new.sendall(b"3")
            assert read(new, 1) == b"3"


def test_heal_ends_every_setting(proxy):
    """After heal() the proxy says nothing of trouble, and a round trip is quick."""
    proxy.delay(5)
    proxy.throttle(1)
    proxy.freeze()
    proxy.cut(after_bytes=1)
    for word in ("delay 5", "1 bytes/s", "frozen", "cut in 1 bytes"):
        assert word in repr(proxy)
    proxy.heal()
    with dial(proxy) as client:
        client.sendall(b"well")
        assert read(client, 4) == b"well"
    assert "frozen" not in repr(proxy)


def test_it_reads_no_faster_than_it_writes(proxy):
    """Sent into a frozen network without end, a sender is stopped, and the proxy holds a bounded number of bytes."""
    bound = chaos.PIECE_BYTES * (chaos.LINE_PIECES + 2)
    with dial(proxy) as client:
        proxy.freeze()
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.sendall(bytes(64 * 1024 * 1024))
        assert bound / 4 < proxy.held_bytes <= bound


def test_a_server_that_is_not_there_ends_the_connection():
    """The proxy accepts, finds nobody behind, and hangs up."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with chaos.Proxy("127.0.0.1", nobody.getsockname()[1]) as proxy, dial(proxy) as client:
            assert ended(client)


def test_stop_twice_frees_the_port_and_later_settings_raise(proxy):
    """A stopped proxy is gone, says so, and takes no more settings."""
    with dial(proxy) as client:
        client.sendall(b"x")
        assert read(client, 1) == b"x"
        proxy.stop()
        proxy.stop()
        assert ended(client)
    with pytest.raises(ConnectionRefusedError):
        dial(proxy)
    with pytest.raises(RuntimeError, match="stopped"):
        proxy.heal()


@pytest.mark.parametrize(
    "misuse",
    [lambda p: p.delay(-1), lambda p: p.delay(1, jitter=-1), lambda p: p.throttle(0), lambda p: p.cut(after_bytes=0)],
)
def test_a_setting_that_means_nothing_raises_at_once(proxy, misuse):
    """Misuse is the caller's error, said in the caller's line."""
    with pytest.raises(ValueError, match="must be"):
        misuse(proxy)


WRONG = (True, b"1", [1])
TAKES = {
    "seconds": (lambda p, value: p.delay(value), (*WRONG, "1", None)),
    "jitter": (lambda p, value: p.delay(0, jitter=value), (*WRONG, "1", None)),
    "bytes_per_second": (lambda p, value: p.throttle(value), (*WRONG, "1")),
    "after_bytes": (lambda p, value: p.cut(after_bytes=value), (*WRONG, "1", 0.5)),
    "host": (lambda p, value: chaos.Proxy(value, p.port), (*WRONG, None, 1)),
    "port": (lambda p, value: chaos.Proxy("127.0.0.1", value), (*WRONG, "1", None, 0.5)),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (_, values) in TAKES.items() for value in values])
def test_a_setting_of_a_wrong_type_is_refused_in_words(proxy, name, value):
    """At the call, and not on the loop, where the next byte would fall over it."""
    misuse, _ = TAKES[name]
    with pytest.raises(TypeError, match=rf"^{name} is a.+, not (None|of type \w+)$"):
        misuse(proxy, value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400])
@pytest.mark.parametrize("setting", ["delay", "throttle"])
def test_a_number_that_no_timer_can_be_set_to_raises_at_once(proxy, setting, value):
    """Misuse too."""
    with pytest.raises(ValueError, match=r"must be .*9007199254740991"):
        getattr(proxy, setting)(value)
