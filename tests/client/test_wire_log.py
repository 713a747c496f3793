"""What a tap sees of a connection, and what the log keeps of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from websockets.frames import Opcode

from chatlib import background
from chatlib.client.transport import Transport
from chatlib.client.wire_log import KEPT_BYTES, KEPT_FRAMES, Cutter, Sighting, WireLog
from tests.support import peers
from tests.support.ear import Ear, begin, begin_and_open
from tests.support.peers import Wire, after_open, peer


async def tapped(script: peers.Script, talk: Callable[[Transport], object] | None = None) -> list[Sighting]:
    seen: list[Sighting] = []
    async with peer(script) as server:
        ear = Ear()
        connection = begin(server.url, ear, tap=seen.append)
        if talk is not None:
            await ear.heard(lambda what: what == "opened")
            background.call(talk, connection)
        await ear.end()
    return seen


async def test_the_tap_sees_the_handshake_and_every_frame():
    """Requests and responses as they were, and each frame with its exact bytes, mask included, and its meaning."""

    def talk(connection: Transport) -> None:
        connection.send_text(b"hi")
        connection.close(1000)

    seen = await tapped(peers.echo, talk)
    pieces = [(s.direction, s.kind, s.frame.opcode if s.frame else None) for s in seen if s.kind != "bytes"]
    assert sorted(pieces[:2]) == [("received", "handshake", None), ("sent", "handshake", None)]
    assert sorted(pieces[2:]) == [
        ("received", "frame", Opcode.TEXT),
        ("received", "frame", Opcode.CLOSE),
        ("sent", "frame", Opcode.TEXT),
        ("sent", "frame", Opcode.CLOSE),
    ]
    request, response = (s.raw for s in seen if s.kind == "handshake")
    assert request.startswith(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:")
    assert response.startswith(b"HTTP/1.1 101 ")
    (text,) = (s for s in seen if s.direction == "sent" and s.frame and s.frame.opcode is Opcode.TEXT)
    mask, masked = text.raw[2:6], text.raw[6:]
    assert text.raw[:2] == b"\x81\x82"
    assert bytes(a ^ b for a, b in zip(masked, mask, strict=False)) == b"hi"
    assert text.frame is not None
    assert bytes(text.frame.data) == b"hi"


async def test_the_tap_misses_no_byte_however_tcp_cuts_them():
    """The pieces of each direction, put together, are the bytes that passed; frames that came in drops are whole."""

    async def script(wire: Wire) -> None:
        answer = wire.head()
        for raw in (answer + b"\x81\x05he", b"l", b"lo\x89\x00\x82", b"\x7e\x00\x80" + bytes(128), b"\x88\x00"):
            wire.write(raw)
            await wire.writer.drain()
            await asyncio.sleep(0.005)
        await wire.receive_close()

    seen = await tapped(script)
    for direction in ("sent", "received"):
        passed = b"".join(s.raw for s in seen if s.direction == direction and s.kind == "bytes")
        assert passed == b"".join(s.raw for s in seen if s.direction == direction and s.kind != "bytes")
    frames = [s.raw for s in seen if s.direction == "received" and s.frame]
    assert frames == [b"\x81\x05hello", b"\x89\x00", b"\x82\x7e\x00\x80" + bytes(128), b"\x88\x00"]


@pytest.mark.parametrize(
    ("script", "rest"),
    [(peers.refuse, b"not today"), (peers.garbage, b""), (after_open(lambda wire: wire.send(3, b"?")), b"\x83\x01?")],
)
async def test_the_tap_shows_what_is_no_frame(script: peers.Script, rest: bytes):
    """A refusal's body and a violation are there, as bytes without a meaning."""
    seen = await tapped(script)
    assert b"".join(s.raw for s in seen if s.kind == "rest") == rest


async def test_a_tap_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture):
    """It is logged, and the conversation goes on."""
    async with peer(peers.echo) as server:
        ear = Ear()
        connection = await begin_and_open(server.url, ear, tap=lambda sighting: 1 / 0)
        background.call(connection.close)
        assert (await ear.end()).was_clean
    assert "a tap failed" in caplog.text


def frame(raw: bytes) -> Sighting:
    return Sighting(0.0, "received", "frame", raw)


def test_the_log_keeps_the_last_frames_and_no_more_bytes_than_it_may() -> None:
    """The oldest go first, by their number or by their size."""
    log = WireLog()
    for number in range(KEPT_FRAMES + 3):
        log(frame(str(number).encode()))
    assert [int(sighting.raw) for sighting in log.frames] == list(range(3, KEPT_FRAMES + 3))
    log(frame(bytes(KEPT_BYTES - 10)))
    assert sum(len(sighting.raw) for sighting in log.frames) <= KEPT_BYTES
    assert len(log.frames[-1].raw) == KEPT_BYTES - 10


def test_the_log_has_the_handshake_of_the_last_connection_only() -> None:
    """A request begins another one; bytes that are shown again, cut, are not kept."""
    log = WireLog()
    for raw in (b"first", b"second"):
        log(Sighting(0.0, "sent", "handshake", raw))
        log(Sighting(0.0, "received", "handshake", b"answer to " + raw))
        log(Sighting(0.0, "sent", "bytes", raw))
    assert [sighting.raw for sighting in log.handshake] == [b"second", b"answer to second"]
    assert log.frames == []


def test_a_cutter_cuts_wherever_the_bytes_were_cut_before() -> None:
    """Byte by byte it finds the same handshake and the same frames."""
    seen: list[Sighting] = []
    cutter = Cutter("received", seen.append)
    passed = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"\x81\x02hi" + b"\x89\x00"
    for byte in passed:
        cutter.feed(bytes([byte]))
    pieces = [(sighting.kind, sighting.raw) for sighting in seen if sighting.kind != "bytes"]
    assert pieces == [("handshake", passed[:-6]), ("frame", b"\x81\x02hi"), ("frame", b"\x89\x00")]
