"""The check of the outbox, where chance leaves nothing to see: no cut comes after an acknowledgement."""

from __future__ import annotations

import json

from chatlib.exercises import nb09b


class ForgetsNothing:
    """Sends everything again to each connection, whatever was acknowledged."""

    def __init__(self):
        self.ws, self.frames = None, []

    def say(self, text):
        self.frames.append(json.dumps({"id": str(len(self.frames)), "msg": text}))
        if self.ws:
            self.ws.send(self.frames[-1])

    def opened(self, ws):
        self.ws = ws
        for frame in self.frames:
            ws.send(frame)

    def heard(self, data):
        """Forget nothing."""

    def closed(self):
        self.ws = None


async def test_an_outbox_that_forgets_nothing_is_found_out_without_any_cut(monkeypatch):
    """On a busy machine every cut came before the first acknowledgement, and it passed."""
    monkeypatch.setattr(nb09b, "CUTS", 0)

    verdict = await nb09b.ex2(ForgetsNothing)

    assert "times you sent again what was acknowledged" in str(verdict)
