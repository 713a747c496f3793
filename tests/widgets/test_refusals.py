"""What no widget takes: an argument of a wrong type is refused by every constructor, in words, and at once."""

from __future__ import annotations

import inspect
import re
from types import NoneType
from typing import Any

import pytest

import chatlib
from chatlib import widgets
from chatlib.widgets import (
    BrowserPage,
    BufferGauges,
    ChaosBoard,
    ChatPanel,
    EventLog,
    Prediction,
    Question,
    Quiz,
    RoomMap,
    TransportRace,
    WireView,
)

URL = "ws://127.0.0.1:1"
CHOICES = {"a": (True, "so"), "b": (False, "so")}
NUMBER = (1, int, float)

# Each class, and for each of its parameters a value that fits, and the types that are not refused for their type.
TAKES: dict[Any, dict[str, tuple[Any, ...]]] = {
    BrowserPage: {"url": (URL, str), "source": ("<p>", str), "copies": (1, int)},
    BufferGauges: {"policy": ("naive", str), "queue": (1, int)},
    ChaosBoard: {
        "guarantee": ("exactly once", str),
        "comes_back": (True, bool),
        "watchdog": (2, int, float, NoneType),
        "keepalive": (1, int, float, NoneType),
    },
    ChatPanel: {"url": (URL, str, NoneType), "name": ("Ada", str), "room": ("lobby", str)},
    EventLog: {"ws": (None,), "browser": (False, bool)},
    Prediction: {"text": ("?", str), "choices": (CHOICES, dict)},
    Question: {"text": ("?", str), "choices": (CHOICES, dict)},
    Quiz: {"questions": ([],)},
    RoomMap: {"server": (None, NoneType), "room": ("lobby", str)},
    TransportRace: dict.fromkeys(("rate", "seconds", "poll_every"), NUMBER) | {"delay": (0, int, float)},
    WireView: {"source": ([],)},
}
NOTHING = {"AttackerConsole", "LoopPulse", "StateTheatre", "snapshots"}
WRONG: tuple[Any, ...] = (None, 5, 0.5, True, "x", b"x", [None], [5], (1, "x"), {1: 2}, object())

CASES = [
    pytest.param(made, name, value, id=f"{made.__name__} {name} {type(value).__name__}")
    for made, parameters in TAKES.items()
    for name, (_, *types) in parameters.items()
    for value in WRONG
    if type(value) not in types
]


def test_every_parameter_of_every_widget_is_here() -> None:
    """A new one is refused in words, too."""
    assert {made.__name__ for made in TAKES} | NOTHING == set(widgets.__all__)
    for made, parameters in TAKES.items():
        assert list(parameters) == list(inspect.signature(made).parameters)


@pytest.mark.parametrize(("made", "name", "value"), CASES)
async def test_a_value_of_a_wrong_type_is_refused_in_words(made: Any, name: str, value: object) -> None:
    """Which argument it is, what was expected, and what came."""
    arguments = {each: fits for each, (fits, *_) in TAKES[made].items()}
    if "ws" in arguments:
        arguments["ws"] = chatlib.WebSocket(URL)
    with pytest.raises(TypeError) as refused:
        made(**arguments | {name: value})
    expected = rf"(each of )?({name}|a room's name) is .+, not (None|of type \w+)"
    assert re.fullmatch(expected, str(refused.value)), refused.value


@pytest.mark.parametrize("about", [None, 5, "x", True, (True,), (1, "so"), (True, 5), (True, "so", "more"), {}])
def test_a_choice_says_whether_it_is_right_and_why(about: object) -> None:
    """Two things, a bool and words; the error shows how that looks, and which choice it is."""
    with pytest.raises(TypeError, match=r"'b' is right or not, and why: \(True, 'the reason'\), not "):
        Question("?", {"a": (True, "so"), "b": about})  # type: ignore[dict-item]


def test_a_choice_is_words() -> None:
    """It stands on a button."""
    with pytest.raises(TypeError, match="each of choices is a string, not of type int"):
        Question("?", {"a": (True, "so"), 2: (False, "so")})  # type: ignore[dict-item]
