"""WireView: the opening handshake and every frame as they went over the wire, down to the bit."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict
from html import escape
from typing import Any, Self

from chatlib import background
from chatlib.arguments import check_row, check_type
from chatlib.client.websocket import WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.experiments.dissection import SHOWN_BYTES, Dissection, dissect, read_handshake
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets import markup
from chatlib.widgets.live import LiveWidget

KEPT_FRAMES = 200
KEPT_BYTES = 4 * 2**20
SNAPSHOT_FRAMES = 20
NO_TIME = 0.0  # of what was written down


class WireView(LiveWidget):
    """What went over the wire: of a WebSocket, from its handshake on, or of sightings that were kept.

    Of a live connection the handshake and the last 200 frames are kept, and it follows what passes. :attr:`frames` has
    a frame before the event that it causes is delivered.
    """

    _esm = front_end("wire_view")
    _css = style_sheet("wire_view")

    def __init__(self, source: WebSocket | Iterable[Sighting]) -> None:
        words = "a chatlib.WebSocket, or what was seen on a wire"
        sightings = () if isinstance(source, WebSocket) else check_row("source", source, words)
        for sighting in sightings:
            check_type("each of source", sighting, Sighting, "what was seen on a wire")
        super().__init__()
        self._guard = threading.Lock()
        self._handshake: list[Sighting] = []
        self._frames: deque[tuple[int, Dissection]] = deque()
        self._seen = 0
        if isinstance(source, WebSocket):
            self.at_close.callback(source.watch(self._saw, self._tell_end))
            background.run(_turn())  # what is kept has been shown when this returns
        for sighting in sightings:
            self._saw(sighting)

    @classmethod
    def of_bytes(cls, *frames: bytes) -> Self:
        """Show frames that were written down: each argument is one, masked if the client sent it.

        Raises:
            TypeError: one of them is not bytes.
            ValueError: one of them is not exactly one frame that RFC 6455 allows without an extension.
        """
        for frame in frames:
            check_type("a frame", frame, bytes, "bytes")
            dissect(frame)
        return cls(Sighting(NO_TIME, "sent" if frame[1] & 0x80 else "received", "frame", frame) for frame in frames)

    @property
    def frames(self) -> list[Dissection]:
        """The frames in the order in which they were seen, the last 200; a masked one was sent by the client."""
        with self._guard:
            return [frame for _, frame in self._frames]

    @property
    def handshake(self) -> list[str]:
        """The opening request and its answer, as far as they were seen."""
        with self._guard:
            return [sighting.raw.decode("latin-1") for sighting in self._handshake]

    def __repr__(self) -> str:
        return f"<WireView of {len(self.frames)} frames>"

    def act(self, action: dict[str, Any]) -> None:
        """Refuse: the page only looks."""
        raise ValueError(f"a WireView takes no actions, and this came: {action!r}")

    def snapshot(self) -> str:
        """Return the handshake and the frames, as semantic HTML."""
        with self._guard:
            handshake, frames = list(self._handshake), list(self._frames)
        parts = ["<p><strong>On the wire</strong></p>"]
        for sighting in handshake:
            lines = "".join(f"<li><code>{escape(line.text)}</code></li>" for line in read_handshake(sighting.raw))
            parts.append(f"<p>{_SENDERS[sighting.direction]}, opening handshake</p><ol>{lines}</ol>")
        if frames:
            shown = frames[-SNAPSHOT_FRAMES:]
            start = f' start="{shown[0][0]}"' if shown[0][0] > 1 else ""
            parts.append(f"<ol{start}>{''.join(f'<li>{_as_html(frame)}</li>' for _, frame in shown)}</ol>")
        else:
            parts.append("<p><em>No frames yet.</em></p>")
        return "".join(parts)

    def _tell_end(self) -> None:
        self.record("closed", {}, key="")

    def _saw(self, sighting: Sighting) -> None:
        """Take what passed: on the background loop, if it is live."""
        about: dict[str, Any] = {"direction": sighting.direction, "time": round(1000 * sighting.time) or None}
        match sighting.kind:
            case "handshake":
                with self._guard:
                    self._handshake.append(sighting)
                lines = [asdict(line) for line in read_handshake(sighting.raw)]
                self.record("handshake", {**about, "lines": lines}, key=sighting.direction)
            case "frame":
                frame = dissect(sighting.raw)
                with self._guard:
                    self._seen += 1
                    self._frames.append((self._seen, frame))
                    self._drop_old()
                about |= {"n": self._seen, "json": frame.json_text}
                self.record("frame", about | frame.as_object(), key=str(self._seen))
            case "rest":
                rest = {"raw": sighting.raw[:SHOWN_BYTES].hex(), "size": len(sighting.raw)}
                self.record("rest", {**about, **rest}, key=sighting.direction)

    def _drop_old(self) -> None:
        while len(self._frames) > KEPT_FRAMES or sum(len(frame.raw) for _, frame in self._frames) > KEPT_BYTES:
            self.forget("frame", str(self._frames.popleft()[0]))


_SENDERS = {"sent": "Client → server", "received": "Server → client"}


def _as_html(frame: Dissection) -> str:
    sender = _SENDERS["sent" if frame.masking_key is not None else "received"]
    rows = "".join(
        f"<tr><th scope='row'>{escape(field.name)}</th><td>{markup.text(field.value)}</td>"
        f"<td>{escape(field.meaning)}</td><td>{field.section}</td></tr>"
        for field in frame.rows
    )
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Field", "Value", "Meaning", "RFC 6455"))
    return (
        f"{sender}: <strong>{markup.text(frame.summary)}</strong><br><code>{escape(_hex(frame.raw))}</code>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _hex(raw: bytes) -> str:
    return raw[:64].hex(" ") + (f" … ({len(raw)} bytes)" if len(raw) > 64 else "")


async def _turn() -> None:
    """Take a turn of the loop."""
