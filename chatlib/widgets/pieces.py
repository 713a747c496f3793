"""What goes over a wire, as the widgets show it: a piece of it in a few words, and taken apart for the page."""

from __future__ import annotations

from typing import Any, Final

from chatlib.experiments.cable import Piece
from chatlib.experiments.dissection import dissect, read_handshake

SHOWN_BYTES: Final = 32


def title(piece: Piece) -> str:
    """Return a piece in a few words."""
    return dissect(piece.raw).summary if piece.kind == "frame" else read_handshake(piece.raw)[0].text


def as_object(piece: Piece) -> dict[str, Any]:
    """Return a piece as the front end takes it apart."""
    if piece.kind == "frame":
        frame = dissect(piece.raw)
        return {"title": frame.summary, "frame": frame.as_object(), "lines": []}
    return {"title": title(piece), "frame": None, "lines": [line.text for line in read_handshake(piece.raw)]}


def as_lines(piece: Piece) -> dict[str, Any]:
    """Return a piece as lines only, which takes a tenth of the room: its beginning in hex, or its lines of HTTP."""
    if piece.kind == "handshake":
        return as_object(piece)
    more = "" if len(piece.raw) <= SHOWN_BYTES else f" … ({len(piece.raw)} bytes)"
    hexes = piece.raw[:SHOWN_BYTES].hex(" ") + more
    frame = dissect(piece.raw)
    return {"title": frame.summary, "frame": None, "lines": [hexes]}
