"""The transcript, stepped by hand, and by the scripts that the chat page's JavaScript client follows too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chatlib import wire
from chatlib.errors import BadMessage
from chatlib.transcript import KEPT_ENTRIES, Added, Gap, Message, Notice, Pending, People, Seated, Transcript
from chatlib.widgets.chat_panel import page_events
from tests.support.chat_fakes import NO_LIMITS, TIME, enter, msg

SCRIPTS = sorted(Path(__file__).with_name("transcripts").glob("*.json"))


class Performance:
    """A transcript that follows a script: what it told, and what went out, since that was last looked at."""

    def __init__(self, kept: int) -> None:
        self.transcript = Transcript(kept=kept)
        self.told: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []

    def step(self, step: dict[str, Any]) -> None:
        transcript = self.transcript
        match step:
            case {"connected": True}:
                pass  # nothing counts on it before its welcome
            case {"lost": True}:
                transcript.lost()
            case {"frame": wire_object}:
                if frame := wire.decode_server(json.dumps(wire_object)):
                    self.tell(transcript.receive(frame))
            case {"say": {"id": str(id_), "msg": str(text), "time": str(time)}}:
                self.tell(transcript.say(id_, text, time))
            case {"resend": str(id_)}:
                self.tell(transcript.resend(id_))
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

    def tell(self, updates: list[Any]) -> None:
        for update in updates:
            for kind, data, _ in page_events(update):
                self.told.append(json.loads(json.dumps({"kind": kind, "data": data})))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_follows_the_script(path: Path) -> None:
    """Frames in, events out: each file says in a sentence what it is about."""
    script = json.loads(path.read_text(encoding="utf-8"))
    performance = Performance(script.get("limit", KEPT_ENTRIES))
    for number, step in enumerate(script["steps"]):
        try:
            performance.step(step)
        except AssertionError as error:
            raise AssertionError(f"{script['about']} At step {number}, {step}: {error}") from error
