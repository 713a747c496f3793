"""Pictures of QR codes, as a reader takes them: bytes of grey, row by row."""

from __future__ import annotations

QUIET = 4  # modules around a code


def scaled(code: list[list[bool]], *, quiet: int, scale: int = 3) -> memoryview:
    """Draw a code with so many pixels for each module."""
    size = (len(code) + 2 * quiet) * scale
    rows = bytearray()
    margin = [False] * quiet
    blank = [[False] * (len(code) + 2 * quiet)] * quiet
    for row in (*blank, *(margin + line + margin for line in code), *blank):
        rows += b"".join((b"\0" if dark else b"\xff") * scale for dark in row) * scale
    return grey(bytes(rows), size, size)


def grey(pixels: bytes, width: int, height: int) -> memoryview:
    """Take pixels as a picture of this size."""
    return memoryview(pixels).cast("B", shape=(height, width))
