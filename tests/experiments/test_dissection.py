"""The dissection: every bit of a frame has its field, and every field its place in the standard."""

from __future__ import annotations

import re

import pytest
from websockets.frames import Frame, Opcode

from chatlib.experiments.dissection import SHOWN_BYTES, SHOWN_CHARACTERS, WHOLE_BYTES, dissect, read_handshake

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


def test_text_is_shown_and_bytes_are_counted():
    """For the page: a long frame by its beginning, its size in full, text as text, a ping's bytes as none."""
    long = dissect(Frame(Opcode.TEXT, b"x" * 2**20).serialize(mask=True)).as_object()
    ping = dissect(Frame(Opcode.PING, b"there?").serialize(mask=False)).as_object()

    assert long["size"] == 2**20 + 14
    assert (len(long["raw"]), long["payload"]) == (2 * SHOWN_BYTES, 14)
    assert len(long["fields"][-1]["value"]) == SHOWN_CHARACTERS + 1
    assert bytes.fromhex(long["key"]) == bytes.fromhex(long["raw"])[10:14]
    assert (ping["key"], ping["raw"]) == (None, "890674686572653f")
    assert [field["name"] for field in ping["fields"]][-1] == "Payload Data"


def test_the_reserved_bits_stand_in_one_row():
    """A table has one row for the three of them; each is still a field of its own, as the standard has it."""
    frame = dissect(HELLO)

    assert [row.name for row in frame.rows] == ["FIN", "RSV1–3", "opcode", "MASK", "Payload len", "Payload Data"]
    reserved = frame.rows[1]
    assert (reserved.start, reserved.size, reserved.value) == (1, 3, "0 0 0")
    assert names(frame)[1:4] == ["RSV1", "RSV2", "RSV3"]
    assert [row["name"] for row in frame.as_object()["fields"]] == [row.name for row in frame.rows]


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (Frame(Opcode.TEXT, b'{"type": 2, "msg": "hi"}'), '{"type": 2, "msg": "hi"}'),
        (Frame(Opcode.TEXT, b"[1, [2]]"), "[1, [2]]"),
        (Frame(Opcode.TEXT, b"[1]" + b" " * WHOLE_BYTES), None),
        (Frame(Opcode.TEXT, b"[" * (WHOLE_BYTES // 2) + b"]" * (WHOLE_BYTES // 2)), None),
        (Frame(Opcode.TEXT, b"[" * 501 + b"]" * 501), None),
        (Frame(Opcode.TEXT, b"[1", fin=False), None),
        (Frame(Opcode.TEXT, b"[1]", fin=False), None),
        (Frame(Opcode.TEXT, b"[NaN]"), None),
        (Frame(Opcode.TEXT, b"7"), None),
        (Frame(Opcode.TEXT, b"hi"), None),
        (Frame(Opcode.TEXT, b"[\xff]"), None),
        (Frame(Opcode.BINARY, b"[1]"), None),
    ],
)
def test_what_is_a_whole_json_object_or_array_can_be_drawn_as_one(frame, text):
    """What a browser's JSON.parse() refuses is none, nor is a part of a message, nor what is too long to be drawn."""
    assert dissect(frame.serialize(mask=False)).json_text == text
