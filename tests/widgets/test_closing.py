"""Closing a widget where a garbage collector does it: on any thread, also the background loop's, also half made."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

import chatlib
from chatlib import background
from chatlib.client.wire_log import Sighting
from chatlib.widgets import (
    AttackerConsole,
    BrowserPage,
    BufferGauges,
    ChaosBoard,
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

SECONDS = 30.0
URL = "ws://127.0.0.1:1"

WHOLE: dict[str, Callable[[], LiveWidget]] = {
    "AttackerConsole": AttackerConsole,
    "BrowserPage": lambda: BrowserPage(URL, "<p>Hello</p>"),
    "BufferGauges": BufferGauges,
    "ChaosBoard": ChaosBoard,
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
    "BrowserPage": lambda: BrowserPage(URL, None),  # type: ignore[arg-type]
    "BufferGauges": lambda: BufferGauges(policy="hope"),
    "ChaosBoard": lambda: ChaosBoard(guarantee="never"),
    "ChatPanel": lambda: ChatPanel(URL, room=""),
    "EventLog": lambda: EventLog(None),  # type: ignore[arg-type]
    "Prediction": lambda: Prediction("?", None),  # type: ignore[arg-type]
    "Quiz": lambda: Quiz(None),  # type: ignore[arg-type]
    "RoomMap": lambda: RoomMap(room=""),
    "TransportRace": lambda: TransportRace(rate=-1),
    "WireView": lambda: WireView(None),  # type: ignore[arg-type]
    "WireView of what is no frame": lambda: WireView([Sighting(0, "sent", "frame", b"")]),
}

CLASSES = (ChaosBoard, ChatPanel, EventLog, LoopPulse, Quiz, RoomMap, StateTheatre, TransportRace, WireView)
WRONG: tuple[Any, ...] = (None, 5, -1, True, "x", b"x", [], [None], {}, object(), float("nan"))


@pytest.fixture
def nothing_is_unraisable(recwarn: pytest.WarningsRecorder) -> Iterator[None]:
    """
    No ``__del__`` may fail, where nobody hears of it.

    Since 3.13 asyncio's own does, of a connection that was accepted in the moment in which its server was closed:
    https://github.com/python/cpython/issues/109564. The socket is closed by then.
    """
    yield
    gc.collect()
    failed = [str(it.message) for it in recwarn if it.category is pytest.PytestUnraisableExceptionWarning]
    assert [it for it in failed if not ("_SelectorTransport.__del__" in it and "in _wakeup" in it)] == []


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


def test_a_notebooks_help_shows_what_a_widget_takes() -> None:
    """And not what every class could take."""
    assert list(inspect.signature(ChatPanel).parameters) == ["url", "name", "room"]
    assert list(inspect.signature(TransportRace).parameters) == ["rate", "seconds", "poll_every", "delay"]


@pytest.mark.usefixtures("nothing_is_unraisable")
@pytest.mark.parametrize("name", WHOLE)
async def test_whatever_it_is_called_with_a_widget_is_whole_or_nothing(name: str) -> None:
    """Also where the call itself is wrong, and the constructor never runs."""
    before, widget = set(chatlib.widgets.snapshots()), getattr(chatlib.widgets, name)
    names = list(inspect.signature(widget).parameters)
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = [((value,), {}) for value in WRONG]
    calls += [((), {each: value}) for each in [*names, "no_such_name"] for value in WRONG]
    for args, kwargs in [*calls, ((1, 2, 3, 4, 5, 6), {})]:
        with suppress(TypeError, ValueError, AttributeError):
            widget(*args, **kwargs).close()
        gc.collect(0)

    assert set(chatlib.widgets.snapshots()) == before


@pytest.mark.usefixtures("nothing_is_unraisable")
@pytest.mark.parametrize("make", WHOLE.values(), ids=WHOLE)
async def test_a_widget_whose_making_is_interrupted_leaves_nothing_behind(
    make: Callable[[], LiveWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt comes where it pleases: here whenever the background loop is to be handed something."""
    make().close()
    before, loop = set(chatlib.widgets.snapshots()), background.loop
    for place in range(1, 6):
        calls = count(1)

        def interrupted(place: int = place, calls: Iterator[int] = calls) -> asyncio.AbstractEventLoop:
            if threading.current_thread() is threading.main_thread() and next(calls) == place:
                raise KeyboardInterrupt
            return loop()

        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr(background, "loop", interrupted)
            make().close()

        assert set(chatlib.widgets.snapshots()) == before, place


@pytest.mark.usefixtures("nothing_is_unraisable")
@pytest.mark.parametrize(
    "make", [lambda: EventLog(None), LoopPulse, StateTheatre], ids=["EventLog", "LoopPulse", "StateTheatre"]
)
def test_a_widget_that_needs_a_loop_says_so(make: Callable[[], LiveWidget]) -> None:
    """And is closed as if it had never been."""
    with pytest.raises(RuntimeError, match="no running event loop"):
        make()
