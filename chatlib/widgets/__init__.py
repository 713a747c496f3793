"""Live widgets: one file each, its front end in ``front_end/``.

Nothing here is loaded by ``import chatlib``, and ipywidgets only by the first widget.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatlib.widgets.attacker_console import AttackerConsole
    from chatlib.widgets.browser_page import BrowserPage
    from chatlib.widgets.buffer_gauges import BufferGauges
    from chatlib.widgets.chaos_board import ChaosBoard
    from chatlib.widgets.chat_panel import ChatPanel
    from chatlib.widgets.event_log import EventLog
    from chatlib.widgets.loop_pulse import LoopPulse
    from chatlib.widgets.prediction import Prediction
    from chatlib.widgets.quiz import Question, Quiz
    from chatlib.widgets.room_map import RoomMap
    from chatlib.widgets.state_theatre import StateTheatre
    from chatlib.widgets.transport_race import TransportRace
    from chatlib.widgets.wire_view import WireView

_HOME = {
    "AttackerConsole": "attacker_console",
    "BrowserPage": "browser_page",
    "BufferGauges": "buffer_gauges",
    "ChaosBoard": "chaos_board",
    "ChatPanel": "chat_panel",
    "EventLog": "event_log",
    "LoopPulse": "loop_pulse",
    "Prediction": "prediction",
    "Question": "quiz",
    "Quiz": "quiz",
    "RoomMap": "room_map",
    "StateTheatre": "state_theatre",
    "TransportRace": "transport_race",
    "WireView": "wire_view",
}

__all__ = [
    "AttackerConsole",
    "BrowserPage",
    "BufferGauges",
    "ChaosBoard",
    "ChatPanel",
    "EventLog",
    "LoopPulse",
    "Prediction",
    "Question",
    "Quiz",
    "RoomMap",
    "StateTheatre",
    "TransportRace",
    "WireView",
    "snapshots",
]


def snapshots() -> dict[str, dict[str, Any]]:
    """Return what an output keeps of every widget of this kernel that is not closed, as a MIME bundle, by model id.

    Its ``text/html`` is semantic HTML, what the widget shows now; the other entry is its recorded session.
    """
    from chatlib.widgets import live

    return live.snapshots()


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'chatlib.widgets' has no attribute {name!r}")
    value = getattr(import_module(f"chatlib.widgets.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
