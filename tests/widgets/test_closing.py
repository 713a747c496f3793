"""Closing a widget where a garbage collector does it: on any thread, also the background loop's, also half made."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator

import pytest

import chatlib
from chatlib import background
from chatlib.widgets import (
    ChatPanel,
    EventLog,
    LoopPulse,
    Prediction,
    Question,
    Quiz,
    RoomMap,
    StateTheatre,
    TransportRace,
    WireView,
    __all__,
)
from chatlib.widgets.live import LiveWidget

SECONDS = 10
URL = "ws://127.0.0.1:1"

WHOLE: dict[str, Callable[[], LiveWidget]] = {
    "ChatPanel": lambda: ChatPanel(URL),
    "EventLog": lambda: EventLog(chatlib.WebSocket(URL)),
    "LoopPulse": LoopPulse,
    "Prediction": lambda: Prediction("?", {"a": (True, "so"), "b": (False, "so")}),
    "Quiz": lambda: Quiz([Question("?", {"a": (True, "so"), "b": (False, "so")})]),
    "RoomMap": RoomMap,
    "StateTheatre": StateTheatre,
    "TransportRace": TransportRace,
    "WireView": lambda: WireView(chatlib.WebSocket(URL)),
}

HALF: dict[str, Callable[[], LiveWidget]] = {
    "ChatPanel": lambda: ChatPanel(URL, room=""),
    "EventLog": lambda: EventLog(None),  # type: ignore[arg-type]
    "Prediction": lambda: Prediction("?", None),  # type: ignore[arg-type]
    "Quiz": lambda: Quiz(None),  # type: ignore[arg-type]
    "RoomMap": lambda: RoomMap(room=""),
    "TransportRace": lambda: TransportRace(rate=-1),
    "WireView": lambda: WireView(None),  # type: ignore[arg-type]
}


@pytest.fixture
def nothing_is_unraisable(recwarn: pytest.WarningsRecorder) -> Iterator[None]:
    """No ``__del__`` may fail, where nobody hears of it."""
    yield
    gc.collect()
    assert [warning for warning in recwarn if warning.category is pytest.PytestUnraisableExceptionWarning] == []


def test_every_widget_is_here() -> None:
    """A new one is closed here, too."""
    assert {*WHOLE, "Question", "snapshots"} == set(__all__)


@pytest.mark.usefixtures("nothing_is_unraisable")
@pytest.mark.parametrize("make", WHOLE.values(), ids=WHOLE)
async def test_a_widget_may_be_closed_on_the_background_loop(make: Callable[[], LiveWidget]) -> None:
    """It waits for nothing that runs there, and once more is no harm."""
    widget = make()

    async def collect() -> None:
        widget.__del__()
        widget.close()

    async with asyncio.timeout(SECONDS):
        await asyncio.wrap_future(background.submit(collect()))
    assert widget.comm is None


@pytest.mark.usefixtures("nothing_is_unraisable")
@pytest.mark.parametrize("make", HALF.values(), ids=HALF)
async def test_a_half_made_widget_leaves_nothing_behind(make: Callable[[], LiveWidget]) -> None:
    """Neither a widget that could be shown, nor an exception in its ``__del__``."""
    before = set(chatlib.widgets.snapshots())
    with pytest.raises((TypeError, ValueError, AttributeError)):
        make()
    assert set(chatlib.widgets.snapshots()) == before


@pytest.mark.usefixtures("nothing_is_unraisable")
@pytest.mark.parametrize(
    "make", [lambda: EventLog(None), LoopPulse, StateTheatre], ids=["EventLog", "LoopPulse", "StateTheatre"]
)
def test_a_widget_that_needs_a_loop_says_so(make: Callable[[], LiveWidget]) -> None:
    """And is closed as if it had never been."""
    with pytest.raises(RuntimeError, match="no running event loop"):
        make()
