"""The wire view: what it makes of bytes, and of a connection that lives."""

from __future__ import annotations

import re
import time

import pytest
from websockets.frames import Frame, Opcode

import chatlib
from chatlib.client.websocket import WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.experiments import close_codes
from chatlib.experiments.dissection import dissect, read_handshake
from chatlib.widgets import wire_view
from chatlib.widgets.wire_view import WireView

HELLO_MASKED = bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")  # RFC 6455, 5.7
HELLO = bytes.fromhex("81 05 48 65 6c 6c 6f")


def names(frame):
    return [field.name for field in frame.fields]


def test_a_masked_frame_is_taken_apart_bit_by_bit():
    """The standard's own example: each field's bits, and the payload before and after unmasking."""
    frame = dissect(HELLO_MASKED)

    bits = {name: frame.bits(name) for name in names(frame)}
    assert bits == {
        "FIN": "1",
        "RSV1": "0",
        "RSV2": "0",
        "RSV3": "0",
        "opcode": "0001",
        "MASK": "1",
        "Payload len": "0000101",
        "Masking-key": "00110111111110100010000100111101",
        "Payload Data": "0111111110011111010011010101000101011000",
    }
    assert frame.masking_key == bytes.fromhex("37fa213d")
    assert frame.payload_on_the_wire == bytes.fromhex("7f9f4d5158")
    assert (frame.payload, frame.summary) == (b"Hello", "TEXT Hello")


@pytest.mark.parametrize("mask", [True, False], ids=["masked", "unmasked"])
@pytest.mark.parametrize(
    ("size", "short", "extended"),
    [(0, 0, None), (125, 125, None), (126, 126, 16), (65535, 126, 16), (65536, 127, 64)],
)
def test_fields_cover_every_bit_in_order(size, short, extended, mask):
    """With a length of 7, 16 or 64 bits, masked or not: no gap, no overlap, nothing left."""
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)

    frame = dissect(Frame(Opcode.BINARY, payload).serialize(mask=mask))

    assert frame.field("Payload len").value == str(short)
    assert ("Extended payload length" in names(frame)) is (extended is not None)
    if extended:
        field = frame.field("Extended payload length")
        assert (field.size, int(frame.bits(field.name), 2)) == (extended, size)
    assert ("Masking-key" in names(frame)) is mask
    assert frame.payload == payload
    at = 0
    for field in frame.fields:
        assert field.start == at
        at += field.size
    assert at == 8 * len(frame.raw)


def test_every_field_says_where_the_standard_has_it():
    """A section of RFC 6455 that a reader can look up, and a meaning in words."""
    for opcode in Opcode:
        for field in dissect(Frame(opcode, b"\x03\xe8ok").serialize(mask=True)).fields:
            assert re.fullmatch(r"(5\.[1-7](\.\d)?|7\.[14]\.\d)", field.section)
            assert field.meaning


@pytest.mark.parametrize(
    ("frame", "summary"),
    [
        (Frame(Opcode.CLOSE, b"\x03\xe8bye"), "CLOSE 1000 bye"),
        (Frame(Opcode.CLOSE, b""), "CLOSE"),
        (Frame(Opcode.PING, b"there?"), "PING there?"),
        (Frame(Opcode.PONG, b""), "PONG"),
        (Frame(Opcode.TEXT, "你".encode()[:2], fin=False), "TEXT e4 bd, more follows"),
        (Frame(Opcode.CONT, b"end"), "CONT end"),
        (Frame(Opcode.BINARY, b"\x00\xff"), "BINARY 00 ff"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_control_frames_and_fragments(frame, summary):
    """A few words say what a frame is, masked or not."""
    assert [dissect(frame.serialize(mask=mask)).summary for mask in (False, True)] == [summary] * 2


def test_a_close_frame_shows_its_code_and_its_reason():
    """The payload of a Close frame is two fields."""
    frame = dissect(Frame(Opcode.CLOSE, (4001).to_bytes(2, "big") + "再见".encode()).serialize(mask=False))

    code, reason = frame.fields[-2:]
    assert (code.name, code.value, code.section, int(frame.bits(code.name), 2)) == (
        "Status code",
        "4001",
        "7.4.1",
        4001,
    )
    assert (reason.name, reason.value, reason.size) == ("Reason", "再见", 48)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "missing"),
        (HELLO[:-1], "missing"),
        (HELLO_MASKED[:4], "missing"),
        (HELLO + b"\x81", "1 bytes are left"),
        (b"\xf1\x00", "reserved bits"),
        (b"\x83\x00", "invalid opcode"),
        (b"\x09\x00", "fragmented control frame"),
    ],
)
def test_what_is_no_frame_is_refused(raw, what):
    """A ValueError says what is wrong with the bytes."""
    with pytest.raises(ValueError, match=what):
        dissect(raw)


def test_a_field_that_is_not_there_is_a_key_error():
    """The message names those that are."""
    with pytest.raises(KeyError, match="Payload Data"):
        dissect(HELLO).field("Masking-key")


def test_handshake_lines_are_explained():
    """Each header of the standard with its section; a refusal is one."""
    request = b"GET /echo HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Own: 1\r\n\r\n"

    lines = read_handshake(request)

    assert [line.text.partition(":")[0] for line in lines] == [
        "GET /echo HTTP/1.1",
        "Host",
        "Sec-WebSocket-Key",
        "X-Own",
    ]
    assert [line.section for line in lines] == ["4.1", "4.1", "11.3.1", ""]
    assert "agreed" in read_handshake(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")[0].meaning
    assert "refused" in read_handshake(b"HTTP/1.1 403 Forbidden\r\n\r\n")[0].meaning


def test_every_close_code_has_a_meaning():
    """Those of the standard, the two open ranges, and what is none."""
    assert close_codes.meaning(1000).startswith("normal closure")
    assert "nobody may send" in close_codes.meaning(1006)
    assert close_codes.meaning(3000) != close_codes.meaning(4000) != close_codes.meaning(2999)
    assert [code for code in range(1000, 5000) if "not a close code" in close_codes.meaning(code)] == []
    assert "not a close code" in close_codes.meaning(999)


@pytest.fixture
def server():
    with chatlib.serve(port=0) as server:
        yield server


async def test_a_live_connection_is_seen_from_its_handshake_on(server):
    """Frames are there before the event that they cause; closing the view leaves the connection alone."""
    ws = WebSocket(server.url + "/echo")
    view = WireView(ws)
    await ws.once("open")
    assert [text.split("\r\n")[0] for text in view.handshake] == [
        "GET /echo HTTP/1.1",
        "HTTP/1.1 101 Switching Protocols",
    ]

    ws.send("hi")
    await ws.once("message")
    assert [(frame.summary, frame.masking_key is not None) for frame in view.frames] == [
        ("TEXT hi", True),
        ("TEXT hi", False),
    ]

    view.close()
    ws.send("unseen")
    await ws.once("message")
    ws.close()
    await ws.once("close")
    assert len(view.frames) == 2


async def test_a_view_made_afterwards_shows_what_has_been(server):
    """The next cell, or the one after the connection has ended, still sees the handshake and the frames."""
    ws = WebSocket(server.url + "/echo")
    await ws.once("open")
    ws.send(b"\x01")
    await ws.once("message")
    ws.close(1000, "bye")
    await ws.once("close")

    view = WireView(ws)

    assert len(view.handshake) == 2
    assert [frame.summary for frame in view.frames] == ["BINARY 01", "BINARY 01", "CLOSE 1000 bye", "CLOSE 1000 bye"]
    view.close()


async def test_a_refusal_is_shown_with_what_came_instead_of_frames(server):
    """An HTTP error is an answer without frames."""
    ws = WebSocket(server.url + "/nowhere")
    await ws.once("close")

    view = WireView(ws)

    assert view.handshake[1].startswith("HTTP/1.1 404")
    assert [event["kind"] for event in view.recording()] == ["handshake", "handshake", "rest"]
    view.close()


def test_bytes_that_were_written_down_are_shown():
    """Each argument is a frame, and its mask says who sent it; anything else is refused."""
    view = WireView.of_bytes(HELLO_MASKED, HELLO)

    assert [frame.summary for frame in view.frames] == ["TEXT Hello", "TEXT Hello"]
    assert [event["data"]["direction"] for event in view.recording()] == ["sent", "received"]
    with pytest.raises(ValueError, match="reserved bits"):
        WireView.of_bytes(b"\xf1\x00")
    view.close()


def test_only_the_last_frames_are_kept(monkeypatch):
    """A view of a connection that talks for hours costs no more: neither in frames nor in bytes."""
    sighting = Sighting(time.time(), "received", "frame", HELLO)
    many = WireView([sighting] * 250)
    assert len(many.frames) == len(many.recording()) == 200
    assert many.recording()[0]["data"]["n"] == 51

    monkeypatch.setattr(wire_view, "KEPT_BYTES", 3 * len(HELLO))
    few = WireView([sighting] * 5)
    assert len(few.frames) == len(few.recording()) == 3
    many.close()
    few.close()


def test_a_long_frame_is_recorded_by_its_beginning():
    """A megabyte on the wire is not a megabyte for the page."""
    view = WireView.of_bytes(Frame(Opcode.TEXT, b"x" * 2**20).serialize(mask=True))

    (event,) = view.recording()
    assert event["data"]["size"] > 2**20
    assert len(str(event)) < 5000
    view.close()


def test_the_snapshot_reads_without_styles():
    """Frames as a list of tables, and nothing that a peer sent is markup."""
    view = WireView.of_bytes(Frame(Opcode.TEXT, b"<b>no</b>").serialize(mask=False))

    html = view.snapshot()

    assert "Server → client: <strong>TEXT &lt;b&gt;no&lt;/b&gt;</strong>" in html
    assert "<th scope='row'>opcode</th><td>0x1</td>" in html
    assert not re.search(r"style=|class=|<b>|<script", html)
    assert "No frames yet" in WireView([]).snapshot()
    view.close()


def test_the_page_can_only_look():
    """What a page sends that is no action of this widget is refused."""
    with pytest.raises(ValueError, match="takes no actions"):
        WireView([]).act({"do": "anything"})
