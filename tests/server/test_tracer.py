"""Traces over real sockets: who asked is told, and what a pong proves."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

import pytest

from chatlib import wire
from chatlib.limits import Limits
from chatlib.server import tracer
from tests.support.chat import ENTER, MSG, SECONDS, STRICT, TRACE, Peer, peer, raw, serving
from tests.support.storm import PING, PONG, frame

pytestmark = STRICT


def say(msg: str, id_: str = "a1", **more: object) -> dict[str, object]:
    return {"type": MSG, "msg": msg, "id": id_, "trace": True, **more}


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next frame of the server on a raw socket."""
    first, size = await reader.readexactly(2)
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    return first & 0x0F, await reader.readexactly(size)


async def read_until(reader: asyncio.StreamReader, opcode: int) -> tuple[bytes, list[int]]:
    """The payload of the next frame of this opcode, and the opcodes before it."""
    before = []
    async with asyncio.timeout(SECONDS):
        while True:
            came, payload = await read_frame(reader)
            if came == opcode:
                return payload, before
            before.append(came)


async def test_who_asks_is_told_and_nobody_else():
    """Times are differences on the server's clock, in their order; the others see the message alone."""
    async with serving() as server, peer(server, name="Ada") as ada, peer(server, name="Bo") as bo:
        await ada.send(say("hi"))
        told = await ada.frame(TRACE)
        await bo.send("that was all")
        await bo.frame(MSG, msg="that was all")

    (heard,) = told["answered"]
    assert (told["id"], heard["user"], told["silent"], told["unasked"]) == ("a1", "Bo", [], 0)
    assert 0 <= told["placed"] <= told["written"] <= heard["ms"] < 1000 * tracer.ANSWER_SECONDS
    assert isinstance(wire.decode_server(json.dumps(told)), wire.Trace)
    assert [seen["type"] for seen in bo.seen[-2:]] == [MSG, MSG]


async def test_who_does_not_ask_is_told_nothing():
    """A page that knows no traces never sees one; neither does who says false."""
    async with serving() as server, peer(server, name="Ada") as ada:
        for text in ("bare", json.dumps(say("two", "a2", trace=False)), json.dumps(say("three", "a3", trace=None))):
            await ada.send(text)
        await ada.frame(MSG, id="a3")
        await ada.send(say("alone", "a4"))
        told = await ada.frame(TRACE)

    assert (told["id"], told["answered"], told["msg"]) == ("a4", [], "0 of 0 have it")
    assert TRACE not in [seen["type"] for seen in ada.seen[:-1]]


@pytest.mark.parametrize("trace", [1, "yes", [], {}])
async def test_what_is_neither_true_nor_false_is_refused(trace):
    """As every wrong field is, with the message's id."""
    async with serving() as server, peer(server, name="Ada") as ada:
        await ada.send(say("hi", trace=trace))
        error = await ada.next()

    assert (error["code"], error["id"]) == ("bad-message", "a1")


async def test_a_pong_counts_only_if_it_answers_the_ping_behind_the_message():
    """The ping comes behind the message; a pong of one's own invention proves nothing, the right one does."""
    async with serving() as server, peer(server, name="Ada") as ada:
        reader, writer = await raw(server, "/chat/room?name=Bo")
        await ada.frame(ENTER, user="Bo")
        await ada.send(say("hi"))
        question, before = await read_until(reader, PING)
        writer.write(frame(b"", opcode=PONG) + frame(b"12345678", opcode=PONG) + frame(question, opcode=PONG))
        told = await ada.frame(TRACE)
        writer.close()

    assert before[-1] == 1  # text: the message itself
    assert [heard["user"] for heard in told["answered"]] == ["Bo"]


async def test_one_pong_answers_the_pings_before_it():
    """A peer may leave out all but the last (RFC 6455, section 5.5.3)."""
    async with serving() as server, peer(server, name="Ada") as ada:
        reader, writer = await raw(server, "/chat/room?name=Bo")
        await ada.frame(ENTER, user="Bo")
        await ada.send(say("one"))
        await read_until(reader, PING)
        await ada.send(say("two", "a2"))
        question, _ = await read_until(reader, PING)
        writer.write(frame(question, opcode=PONG))
        told = [await ada.frame(TRACE), await ada.frame(TRACE)]
        writer.close()

    assert [(each["id"], len(each["answered"])) for each in told] == [("a1", 1), ("a2", 1)]


async def test_who_never_answers_is_named_and_keeps_nobody_waiting(monkeypatch):
    """After a while the trace says what is known; a pong that comes later is no news."""
    monkeypatch.setattr(tracer, "ANSWER_SECONDS", 0.05)
    async with serving() as server, peer(server, name="Ada") as ada, peer(server, name="Bo"):
        reader, writer = await raw(server, "/chat/room?name=Cy")
        await ada.frame(ENTER, user="Cy")
        await ada.send(say("hi"))
        told = await ada.frame(TRACE)
        question, _ = await read_until(reader, PING)
        writer.write(frame(question, opcode=PONG))
        await ada.send(say("again", "a2"))
        assert (await ada.frame(TRACE))["silent"] == ["Cy"]
        writer.close()

    assert ([heard["user"] for heard in told["answered"]], told["silent"]) == (["Bo"], ["Cy"])


async def test_a_crowd_is_asked_in_part(monkeypatch):
    """So many connections at the most; the others are counted."""
    monkeypatch.setattr(tracer, "MOST_ASKED", 2)
    async with serving() as server, peer(server, name="Ada") as ada, AsyncExitStack() as others:
        for name in ("Bo", "Cy", "Di", "Ed"):
            await others.enter_async_context(peer(server, name=name))
        await ada.send(say("hi"))
        told = await ada.frame(TRACE)

    assert ({heard["user"] for heard in told["answered"]}, told["unasked"]) == ({"Bo", "Cy"}, 2)


async def test_what_is_not_placed_has_no_trace():
    """Neither a duplicate, which is answered with the message as it was placed, nor what is refused."""
    async with serving() as server, peer(server, name="Ada") as ada:
        await ada.send(say("hi"))
        await ada.frame(TRACE)
        await ada.send(say("hi"))
        await ada.send(say("other", "a1"))
        await ada.send(say(" ", "a2"))
        await ada.send(say("last", "a3"))
        kinds: list[int] = []
        while not kinds or kinds[-1] != TRACE:
            kinds.append((await ada.next())["type"])

    assert kinds == [MSG, 4, 4, MSG, TRACE] or kinds == [4, MSG, 4, MSG, TRACE]


async def test_a_trace_counts_no_more_than_its_message():
    """The bucket is emptied by what a client sends, asked or not."""
    async with serving(limits=Limits(rate=1, burst=3)) as server, peer(server, name="Ada") as ada:
        for number in range(4):
            await ada.send(say("hi", f"a{number}"))
        assert await ada.error() == "rate-limited"


async def test_who_left_meanwhile_costs_nothing(monkeypatch):
    """A recipient that goes away is silent; a sender that goes away is told nothing, and nothing is logged."""
    monkeypatch.setattr(tracer, "ANSWER_SECONDS", 0.1)
    async with serving() as server, peer(server, name="Ada") as ada:
        reader, writer = await raw(server, "/chat/room?name=Bo")
        await ada.frame(ENTER, user="Bo")
        await ada.send(say("hi"))
        await read_until(reader, PING)
        writer.transport.abort()
        assert (await ada.frame(TRACE))["silent"] == ["Bo"]
        await _leaves_while_traced(server, ada)
        await ada.send(say("last", "a2"))
        await ada.frame(TRACE, id="a2")  # and so the time of what was asked before is over


async def _leaves_while_traced(server: object, watcher: Peer) -> None:
    reader, writer = await raw(server, "/chat/room?name=Mute")  # type: ignore[arg-type]
    await watcher.frame(ENTER, user="Mute")
    async with peer(server, name="Di") as di:  # type: ignore[arg-type]
        await di.send(say("bye", "d1"))
        await read_until(reader, PING)
    writer.close()
