"""A connection between two kernels of a browser, on a browser that is played: what TCP would do, and its ends."""

from __future__ import annotations

import asyncio
import errno

import pytest

from chatlib.browser.connection import WINDOW_BYTES, Connection
from tests.support.origin import Origin
from tests.support.waiting import until

SECONDS = 30


class Told(asyncio.Protocol):
    """A protocol that keeps what it is told; ``stays`` when the peer ends its half."""

    def __init__(self, *, stays: bool = False) -> None:
        self.stays = stays
        self.told: list[object] = []
        self.data = b""
        self.lost = asyncio.get_running_loop().create_future()
        self.transport: Connection

    def connection_made(self, transport):
        self.transport = transport
        self.told.append("made")

    def data_received(self, data):
        self.data += data

    def eof_received(self):
        self.told.append("eof")
        return self.stays

    def pause_writing(self):
        self.told.append("pause")

    def resume_writing(self):
        self.told.append("resume")

    def connection_lost(self, exc):
        self.told.append("lost")
        self.lost.set_result(exc)

    async def ended(self):
        """What it was lost for."""
        return await asyncio.wait_for(self.lost, SECONDS)


class Pair:
    """Two kernels, and the two ends of a connection between them."""

    def __init__(self) -> None:
        self.origin = Origin()
        self.one, self.other = self.origin.kernel(), self.origin.kernel()

    async def made(self, *, stays: bool = False) -> tuple[Told, Told]:
        accepted: list[Told] = []
        server = await self.one.create_server(lambda: (accepted.append(Told(stays=stays)), accepted[-1])[1], port=0)
        port = server.sockets[0].getsockname()[1]
        _, client = await self.other.create_connection(lambda: Told(stays=stays), port=port)
        await until(lambda: accepted)
        server.close()
        return client, accepted[0]

    @property
    def channels(self) -> int:
        """How many ends of channels are open."""
        return len(self.origin.ends)


@pytest.fixture
def pair():
    return Pair()


async def turns(count: int = 10) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_is_written_arrives_whole_and_in_order(pair):
    """In whatever pieces, of whatever type bytes have."""
    client, server = await pair.made()
    for piece in (b"a", bytearray(b"b"), memoryview(b"c"), b"", b"d" * 1000):
        client.transport.write(piece)
    server.transport.write(b"back")
    await until(lambda: len(server.data) == 1003 and client.data)
    assert (server.data, client.data) == (b"abc" + b"d" * 1000, b"back")
    client.transport.abort()
    await server.ended()


async def test_who_does_not_read_is_sent_a_window_and_no_more(pair):
    """The rest stays with the sender, who is told to pause; when it is taken, the sender goes on."""
    client, server = await pair.made()
    server.transport.pause_reading()
    assert not server.transport.is_reading()
    size = 3 * WINDOW_BYTES
    client.transport.write(bytes(size))
    await turns()
    assert client.transport.get_write_buffer_size() == size - WINDOW_BYTES
    assert client.told == ["made", "pause"]
    assert server.data == b""
    server.transport.resume_reading()
    await until(lambda: len(server.data) == size)
    await until(lambda: client.told[-1] == "resume")
    assert client.transport.get_write_buffer_size() == 0
    client.transport.abort()


async def test_a_writer_may_want_to_know_of_every_byte(pair):
    """As chatlib's transport does, with limits of 1 and 0."""
    client, _ = await pair.made()
    client.transport.set_write_buffer_limits(high=1, low=0)
    assert client.transport.get_write_buffer_limits() == (0, 1)
    client.transport.write(bytes(WINDOW_BYTES))
    assert client.told == ["made"]
    client.transport.write(b"ab")
    assert client.told == ["made", "pause"]
    await until(lambda: "resume" in client.told)
    client.transport.abort()


@pytest.mark.parametrize(("options", "limits"), [({}, (16384, 65536)), ({"low": 5}, (5, 20)), ({"high": 8}, (2, 8))])
async def test_limits_are_asyncios(pair, options, limits):
    """The one that is not given follows from the other."""
    client, _ = await pair.made()
    client.transport.set_write_buffer_limits(**options)
    assert client.transport.get_write_buffer_limits() == limits
    client.transport.abort()


async def test_one_half_may_end_and_the_other_go_on(pair):
    """Whoever stays is told that nothing more will come, and may write still; who has ended may not."""
    client, server = await pair.made(stays=True)
    assert client.transport.can_write_eof()
    client.transport.write(b"last words")
    client.transport.write_eof()
    client.transport.write_eof()
    with pytest.raises(RuntimeError, match="after write_eof"):
        client.transport.write(b"?")
    await until(lambda: "eof" in server.told)
    assert server.data == b"last words"
    server.transport.write(b"answer")
    await until(lambda: client.data == b"answer")
    server.transport.close()
    assert await server.ended() is None
    await until(lambda: "eof" in client.told)
    client.transport.close()
    assert await client.ended() is None
    await until(lambda: not pair.channels)


async def test_who_does_not_stay_is_closed_when_the_peer_ends_its_half(pair):
    """As asyncio's protocols do by default."""
    client, server = await pair.made()
    client.transport.write_eof()
    assert (await server.ended(), await client.ended()) == (None, None)
    assert server.told == ["made", "eof", "lost"]
    await until(lambda: not pair.channels)


async def test_close_waits_until_all_is_sent(pair):
    """Nothing more is taken meanwhile, nor written."""
    client, server = await pair.made()
    server.transport.pause_reading()
    client.transport.write(bytes(2 * WINDOW_BYTES))
    client.transport.close()
    client.transport.write(b"ignored")
    server.transport.write(b"not taken")
    await turns()
    assert client.transport.is_closing()
    assert "lost" not in client.told
    server.transport.resume_reading()
    assert await client.ended() is None
    await until(lambda: len(server.data) == 2 * WINDOW_BYTES)
    assert client.data == b""
    assert isinstance(await server.ended(), ConnectionResetError)  # for what it said, nobody took


async def test_abort_loses_what_is_unsent_and_tells_the_peer_the_end(pair):
    """What is under way still arrives."""
    client, server = await pair.made()
    server.transport.pause_reading()
    client.transport.write(bytes(2 * WINDOW_BYTES))
    client.transport.abort()
    client.transport.abort()
    assert await client.ended() is None
    server.transport.resume_reading()
    assert await server.ended() is None
    assert len(server.data) == WINDOW_BYTES
    await until(lambda: not pair.channels)


async def test_abort_is_a_reset_where_something_came_that_nobody_took(pair):
    """As the system does."""
    client, server = await pair.made()
    client.transport.pause_reading()
    server.transport.write(b"never taken")
    await turns()
    client.transport.abort()
    assert isinstance(await server.ended(), ConnectionResetError)
    await until(lambda: not pair.channels)


async def test_who_writes_to_an_end_that_is_closed_gets_a_reset(pair):
    """Though it was told of the end of a half only."""
    client, server = await pair.made(stays=True)
    client.transport.close()
    await client.ended()
    await until(lambda: "eof" in server.told)
    server.transport.write(b"anybody there?")
    error = await server.ended()
    assert (type(error), error.errno) == (ConnectionResetError, errno.ECONNRESET)
    await until(lambda: not pair.channels)


async def test_a_kernel_that_dies_ends_all_that_it_had(pair):
    """An end of file, whether or not anybody reads; whoever goes on writing is told."""
    client, server = await pair.made(stays=True)
    server.transport.pause_reading()
    client.transport.write(b"last words")
    await turns()
    pair.other.parts.die()
    await turns()
    assert server.told == ["made"]
    server.transport.resume_reading()
    await until(lambda: "eof" in server.told)
    assert server.data == b"last words"
    server.transport.write(b"anybody there?")
    assert isinstance(await server.ended(), BrokenPipeError)
    await until(lambda: not pair.channels)


async def test_a_kernel_that_dies_leaves_nobody_waiting_for_room(pair):
    """Nobody will ever take what is unsent."""
    client, server = await pair.made()
    client.transport.pause_reading()
    server.transport.write(bytes(2 * WINDOW_BYTES))
    server.transport.close()
    await turns()
    assert "lost" not in server.told
    pair.other.parts.die()
    assert isinstance(await server.ended(), BrokenPipeError)
    await until(lambda: not pair.channels)


async def test_what_is_left_of_a_closed_end_goes_when_the_peer_dies(pair):
    """It was kept to answer one that goes on writing."""
    _, server = await pair.made(stays=True)
    server.transport.close()
    await server.ended()
    await turns()
    assert pair.channels == 2
    pair.other.parts.die()
    await until(lambda: not pair.channels)


async def test_a_closed_end_holds_no_protocol(pair):
    """However long the channel outlives it."""
    client, server = await pair.made(stays=True)
    assert server.transport.get_protocol() is server
    successor = Told()
    server.transport.set_protocol(successor)
    client.transport.write(b"hi")
    await until(lambda: successor.data)
    server.transport.close()
    await successor.ended()
    assert server.transport.get_protocol() is None
    client.transport.abort()


@pytest.mark.parametrize("what", ["connection_made", "data_received", "eof_received"])
async def test_an_exception_in_a_protocol_costs_it_the_connection(pair, what):
    """And is told to the loop's handler, as with a socket."""

    def fail(*args):
        raise KeyError("lost")

    handled = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: handled.append(context))

    class Failing(Told):
        pass

    setattr(Failing, what, fail)
    accepted = []
    server = await pair.one.create_server(lambda: (accepted.append(Failing()), accepted[-1])[1], port=0)
    transport, _ = await pair.other.create_connection(asyncio.Protocol, port=server.sockets[0].getsockname()[1])
    transport.write(b"hi")
    transport.write_eof()
    await until(lambda: accepted)
    assert isinstance(await accepted[0].ended(), KeyError)
    assert [str(context["exception"]) for context in handled] == ["'lost'"]
    assert handled[0]["message"] == f"{what}() of a protocol failed"
    transport.abort()
    server.close()


async def test_two_ends_that_close_at_once_are_both_gone(pair):
    """Neither waits for the other."""
    client, server = await pair.made()
    client.transport.close()
    server.transport.close()
    assert (await client.ended(), await server.ended()) == (None, None)
    await until(lambda: not pair.channels)
