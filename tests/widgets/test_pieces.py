"""What goes over a wire, in a few words and taken apart."""

from __future__ import annotations

from websockets.frames import Frame, Opcode

from chatlib.experiments.cable import Piece
from chatlib.widgets import pieces

REQUEST = Piece(1, "sent", "handshake", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0.0)
HELLO = Piece(2, "received", "frame", Frame(Opcode.TEXT, b"hello").serialize(mask=False), 0.0)


def test_a_handshake_is_its_lines():
    """The first is its title."""
    assert pieces.title(REQUEST) == "GET / HTTP/1.1"
    assert pieces.as_object(REQUEST) == pieces.as_lines(REQUEST)
    assert pieces.as_lines(REQUEST)["lines"][:2] == ["GET / HTTP/1.1", "Host: a"]


def test_a_frame_is_taken_apart_or_shown_in_hex():
    """With its fields where there is room for them."""
    assert pieces.title(HELLO) == "TEXT hello"
    assert pieces.as_object(HELLO)["frame"]["size"] == 7
    assert pieces.as_lines(HELLO) == {"title": "TEXT hello", "lines": ["81 05 68 65 6c 6c 6f"]}


def test_of_a_long_frame_the_beginning_is_shown():
    """And how long it is."""
    long = Piece(3, "received", "frame", Frame(Opcode.BINARY, bytes(1000)).serialize(mask=False), 0.0)
    (line,) = pieces.as_lines(long)["lines"]

    assert line.startswith("82 7e 03 e8 00")
    assert line.endswith("… (1004 B)")
