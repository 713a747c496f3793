"""What goes over a wire, as the widgets show it: a piece of it in a few words, and taken apart for the page."""

from __future__ import annotations

from typing import Any, Final

from chatlib.experiments.cable import Piece
from chatlib.experiments.dissection import dissect, read_handshake

SHOWN_BYTES: Final = 24


def title(piece: Piece) -> str:
    """Return a piece in a few words."""
    return dissect(piece.raw).summary if piece.kind == "frame" else read_handshake(piece.raw)[0].text


def as_object(piece: Piece) -> dict[str, Any]:
    """Return a piece as the front end takes it apart."""
    if piece.kind == "handshake":
        return as_lines(piece)
    frame = dissect(piece.raw)
    return {"title": frame.summary, "frame": frame.as_object(), "lines": []}


def as_lines(piece: Piece) -> dict[str, Any]:
    """Return a piece as lines only, which takes a tenth of the room: its beginning in hex, or its lines of HTTP."""
    if piece.kind == "handshake":
        lines = [line.text for line in read_handshake(piece.raw)]
    else:
        more = "" if len(piece.raw) <= SHOWN_BYTES else f" … ({len(piece.raw)} B)"
        lines = [piece.raw[:SHOWN_BYTES].hex(" ") + more]
    return {"title": title(piece), "lines": lines}
