"""A transcript that follows a script: see ``tests/core/transcripts/README.md``. Its twin is ``performance.mjs``."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from chatlib import wire
from chatlib.errors import BadMessage
from chatlib.transcript import KEPT_ENTRIES, Transcript, Update
from chatlib.widgets.chat_panel import page_events

TOO_BIG = 1009


class Performance:
    """What a transcript told, and what went out, since that was last looked at."""

    def __init__(self, kept: int = KEPT_ENTRIES) -> None:
        self.transcript = Transcript(kept=kept)
        self.told: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []

    def step(self, step: dict[str, Any]) -> None:
        transcript = self.transcript
        match step:
            case {"connected": True}:
                pass  # nothing counts on it before its welcome
            case {"lost": True}:
                self.tell(transcript.lost())
            case {"lost": int(code)}:
                self.tell(transcript.lost(too_big=code == TOO_BIG))
            case {"frame": wire_object}:
                self.receive(json.dumps(wire_object))
            case {"text": str(text)}:
                self.receive(text)
            case {"say": {"id": str(id_), "msg": str(text), "time": str(time)}}:
                self.tell(transcript.say(id_, text, time))
            case {"resend": str(id_)}:
                self.tell(transcript.resend(id_))
            case {"discard": str(id_)}:
                self.tell(transcript.discard(id_))
            case {"rename": str(name)}:
                self.tell(transcript.rename(name))
            case {"told": expected}:
                assert self.told == expected
                self.told = []
            case {"sent": expected}:
                assert self.sent == expected
                self.sent = []
            case {"since": expected}:
                assert transcript.since == expected
            case _:
                raise ValueError(f"no step of a script: {step!r}")
        while out := transcript.take():
            self.sent.append(json.loads(wire.encode_client(out)))

    def receive(self, text: str) -> None:
        with suppress(BadMessage):
            if frame := wire.decode_server(text):
                self.tell(self.transcript.receive(frame))

    def tell(self, updates: list[Update]) -> None:
        for update in updates:
            for kind, data, _ in page_events(update):
                self.told.append(json.loads(json.dumps({"kind": kind, "data": data})))
