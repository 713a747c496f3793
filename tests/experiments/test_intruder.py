"""The intruder's connection: it writes what it is told, and keeps what passed."""

from __future__ import annotations

from contextlib import asynccontextmanager

from websockets.asyncio.server import serve

from chatlib.experiments.intruder import KEPT_MESSAGES, Intruder


async def echo(connection):
    async for message in connection:
        if message == "enough":
            await connection.close(4001, "so be it")
            return
        await connection.send(message)


@asynccontextmanager
async def intruder(**options):
    async with serve(echo, "127.0.0.1", 0, compression=None, **options) as server:
        one = await Intruder.connect(server.sockets[0].getsockname()[1])
        yield one
        await one.leave()


async def test_it_writes_its_headers_by_hand_and_keeps_both_heads():
    """Whatever a browser would add by itself, it adds."""
    async with intruder() as one:
        one.asks("/", "evil.example", Origin="http://evil.example", Cookie="a=b")
        assert await one.until(lambda: one.status)

        request, answer = one.pieces
        assert one.status == 101
        assert request.lines[:2] == ("GET / HTTP/1.1", "Host: evil.example")
        assert request.lines[-2:] == ("Origin: http://evil.example", "Cookie: a=b")
        assert (answer.direction, answer.title) == ("received", "HTTP/1.1 101 Switching Protocols")


async def test_of_many_messages_it_keeps_the_first_and_counts_the_rest():
    """And every Close frame, with its bytes."""
    async with intruder() as one:
        one.asks("/", "127.0.0.1")
        for number in range(10):
            one.says(f"{number}")
        one.says("enough")
        assert await one.until(lambda: one.closed)

        titles = [str(piece.title) for piece in one.pieces if piece.direction == "received"]
        assert titles[1:] == ["TEXT 0", "TEXT 1", "TEXT 2", f"and {10 - KEPT_MESSAGES} more", "CLOSE 4001 so be it"]
        assert one.pieces[-1].lines == ("88 0a 0f a1 73 6f 20 62 65 20 69 74",)
        assert (one.closed.code, one.closed.reason) == (4001, "so be it")
        assert [str(piece.title) for piece in one.pieces if piece.direction == "sent"][-1] == "and 8 more"


async def test_a_refusal_is_kept_with_its_body():
    """What the server says why, and the end of the connection."""
    refuse = lambda connection, request: connection.respond(403, "No.\n")  # noqa: E731
    async with intruder(process_request=refuse) as one:
        one.asks("/", "127.0.0.1")
        assert await one.until(lambda: one.is_over)

        assert one.status == 403
        assert one.answer.endswith(b"No.\n")
        assert one.pieces[-1].lines == ("No.",)
        assert not await one.until(lambda: one.frames)  # it does not wait for what cannot come
        one.says("to nobody")
