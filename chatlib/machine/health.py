"""What answers where a chat server is expected: one GET of ``/healthz``, under one deadline.

The standard library, ``chatlib.words`` and ``chatlib.json_text`` only, and on the background loop.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from chatlib import json_text
from chatlib.words import Text

SERVICE: Final = "chatlib"
PATIENCE_SECONDS: Final = 2.0
ANSWER_BYTES: Final = 64 * 1024
STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] (\d{3})")
CONTENT_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: ``status`` is None where no whole HTTP answer did, and ``trouble`` says why.

    ``is_held`` tells that somebody listens there, though no answer came in time. ``health`` is chatlib's JSON, empty
    if it is another program's.
    """

    status: int | None = None
    body: bytes = b""
    trouble: str = ""
    is_held: bool = False

    @property
    def health(self) -> dict[str, Any]:
        """The JSON of a chatlib server: service, version, protocol; rooms and clients too, if it lets us in."""
        try:
            health: dict[str, Any] = json_text.loads(self.body.decode())
            is_chatlib = health["service"] == SERVICE and {"version", "protocol"} <= health.keys()
        except (ValueError, TypeError, KeyError, AttributeError):
            is_chatlib = False
        return health if is_chatlib and self.status == 200 else {}


async def ask(url: str) -> Answer:
    """Ask the server at ``url`` (ws, wss, http or https; its query is kept) how it is; never raises for the network."""
    parts = urlsplit(url)
    secure = parts.scheme in ("wss", "https")
    port = parts.port or (443 if secure else 80)
    target = f"{parts.path.rstrip('/')}/healthz" + (f"?{parts.query}" if parts.query else "")
    address = parts.netloc.rpartition("@")[2]
    # HTTP/1.0: the answer comes in one piece, and ends where the connection ends.
    request = f"GET {target} HTTP/1.0\r\nHost: {address}\r\nAccept: application/json\r\n\r\n"
    writer = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            context = ssl.create_default_context() if secure else None
            reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
            writer.write(request.encode())
            data = b""
            while not _is_whole(data) and (piece := await reader.read(ANSWER_BYTES)):
                data += piece
    except TimeoutError:
        return Answer(trouble=Text("no answer for {seconds:g} s", seconds=PATIENCE_SECONDS), is_held=writer is not None)
    except (OSError, ValueError) as error:
        return Answer(trouble=_in_words(error), is_held=writer is not None)
    finally:
        if writer is not None:
            writer.transport.abort()
    return _read(data)


def _in_words(error: OSError | ValueError) -> str:
    """Say why it failed: asyncio's own words only say at which call, and TLS and the resolver number their own way."""
    if isinstance(error, ssl.SSLError | socket.gaierror):
        return error.strerror or str(error)
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if number else str(error) or Text("the connection was cut")  # asyncio says no more


def _is_whole(data: bytes) -> bool:
    """Tell whether nothing more is expected, though the connection may stay open."""
    head, blank_line, body = data.partition(b"\r\n\r\n")
    length = CONTENT_LENGTH.search(head)
    return len(data) >= ANSWER_BYTES or bool(blank_line and length and len(body) >= int(length[1]))


def _read(data: bytes) -> Answer:
    head, blank_line, body = data.partition(b"\r\n\r\n")
    status = STATUS_LINE.match(head)
    if not status:
        return Answer(trouble=Text("what came is no HTTP"), is_held=True)
    if not blank_line or (CONTENT_LENGTH.search(head) and not _is_whole(data)):
        return Answer(trouble=Text("the answer was cut off"), is_held=True)
    return Answer(int(status[1]), body)
