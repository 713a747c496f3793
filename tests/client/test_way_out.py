"""The way out of a client: in order, as fast as the server likes it, and typing only if there is time for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from chatlib import wire
from chatlib.client import pace, way_out
from chatlib.client.way_out import WayOut
from chatlib.limits import Limits
from chatlib.transcript import Transcript
from tests.support.chat_fakes import TIME
from tests.support.waiting import until

FAST = Limits(rate=0).notice
SLOW = Limits(rate=50, burst=2).notice  # the client keeps to three quarters of that


class Stage:
    """A transcript, and what its way out said."""

    def __init__(self, limits: wire.LimitsNotice) -> None:
        self.said: list[wire.ClientFrame] = []
        self.transcript = Transcript("lobby", name="Ada")
        self.way_out = WayOut(self.transcript, threading.Lock(), self.said.append)
        self.welcome = wire.Welcome("Ada", "lobby", ("Ada",), 1, (), 0, limits, TIME, "Welcome")

    def hear(self, frame: wire.ServerFrame) -> None:
        list(self.transcript.receive(frame))
        self.way_out.heard(frame)

    def say(self, *texts: str) -> None:
        for text in texts:
            self.transcript.say(text, text, TIME)

    @property
    def texts(self) -> list[str]:
        return [frame.msg for frame in self.said if isinstance(frame, wire.Say)]


@contextmanager
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For what counts how fast a client may be: however busy the machine is."""
    now = time.monotonic()
    with monkeypatch.context() as patch:
        patch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now))
        yield


async def test_nothing_goes_out_before_a_welcome() -> None:
    """Only then is it known who one is, and how fast one may be."""
    stage = Stage(FAST)
    stage.say("one")
    stage.way_out.pump()
    assert stage.said == []

    stage.hear(stage.welcome)
    stage.way_out.pump()
    assert stage.texts == ["one"]


async def test_what_is_too_much_at_once_waits_for_its_turn_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pump starts itself again."""
    stage = Stage(SLOW)
    with time_stands_still(monkeypatch):
        stage.hear(stage.welcome)
        stage.say("one", "two", "three")
        stage.way_out.pump()
    assert stage.texts == ["one"]

    await until(lambda: len(stage.texts) == 3)
    assert stage.texts == ["one", "two", "three"]


async def test_a_server_cannot_silence_a_client_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it asks to wait, it is asked again."""
    monkeypatch.setattr(way_out, "LONGEST_PAUSE_SECONDS", 0.01)
    stage = Stage(SLOW)
    stage.hear(stage.welcome)
    stage.say("one")
    stage.way_out.pump()
    stage.hear(wire.Error("rate-limited", "slower", TIME, "one", retry_after=1e15))
    stage.way_out.pump()
    assert stage.texts == ["one"]

    await until(lambda: stage.texts == ["one", "one"])


async def test_typing_is_told_once_in_two_seconds_and_only_if_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that wait tell more; and who types is not to cost them their place."""
    stage = Stage(FAST)
    stage.hear(stage.welcome)
    for _ in range(3):
        stage.way_out.is_typing = True
        stage.way_out.pump()
    assert stage.said == [wire.IsTyping()]

    busy = Stage(SLOW)
    with time_stands_still(monkeypatch):
        busy.hear(busy.welcome)
        busy.say("one", "two")
        busy.way_out.pump()
        busy.way_out.is_typing = True
        busy.way_out.pump()
    assert busy.said == [wire.Say("one", "one")]
