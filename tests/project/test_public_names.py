"""Every public name, written down: who takes one away, or gives it another home, has to say so here."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager

import chatlib
import chatlib.widgets
from chatlib.__main__ import COMMANDS, main
from tests.support.course import read
from tests.support.places import ROOT
from tools import notebooks

EXERCISES = ["QUIZ", "ex1", "ex2", "ex3"]

NAMES = {
    "chatlib": [
        "ChatClient",
        "ChatPanel",
        "ChatServer",
        "ChatlibError",
        "CloseEvent",
        "DOMException",
        "Event",
        "JoinError",
        "MessageEvent",
        "PasscodeError",
        "PortInUseError",
        "ServeError",
        "Server",
        "WebSocket",
        "doctor",
        "serve",
    ],
    "chatlib.widgets": [
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
    ],
    "chatlib.chaos": ["Proxy"],
    "chatlib.errors": [
        "BadMessage",
        "ChatlibError",
        "DOMException",
        "JoinError",
        "NotDelivered",
        "PasscodeError",
        "PortInUseError",
        "Refused",
        "ServeError",
    ],
    "chatlib.hub": ["Broadcast", "Hub", "Publish"],
    "chatlib.wire": ["Say", "decode_client"],
    "chatlib.transcript": ["TypingSeen"],
    "chatlib.client.backoff": ["Backoff"],
    "chatlib.experiments.slow_page": ["open_page"],
    "chatlib.experiments.whereabouts": ["look"],
    "chatlib.experiments.staying_socket": ["StayingSocket"],
    "chatlib.exercises.nb00": EXERCISES,
    "chatlib.exercises.nb01": EXERCISES,
    "chatlib.exercises.nb02": EXERCISES,
    "chatlib.exercises.nb03": EXERCISES,
    "chatlib.exercises.nb04": EXERCISES,
    "chatlib.exercises.nb05": EXERCISES,
    "chatlib.exercises.nb06": EXERCISES,
    "chatlib.exercises.nb07": [*EXERCISES, "ex4"],
    "chatlib.exercises.nb08a": [*EXERCISES, "ex4"],
    "chatlib.exercises.nb08b": ["QUIZ", "ex1", "ex2"],
    "chatlib.exercises.in_browser": [
        "broadcast_stage",
        "bubble_stage",
        "bubbles",
        "chat_page",
        "echo_stage",
        "five_steps",
        "two_pages",
    ],
    "chatlib.exercises.nb09a": ["QUIZ", "ex1", "ex2"],
    "chatlib.exercises.nb09b": [*EXERCISES, "ex4"],
    "chatlib.exercises.nb10": EXERCISES,
    "chatlib.exercises.nb11": ["QUIZ", "ex1", "ex2"],
    "chatlib.exercises.nb90": ["QUIZ", "ex1", "ex2", "ex3", "ex4", "ex5"],
    "chatlib.exercises.predictions": ["PREDICTIONS"],
}

LIVE = ["close", "recording", "snapshot"]  # what every widget has

MEMBERS = {
    "chatlib.WebSocket": [
        "CLOSED",
        "CLOSING",
        "CONNECTING",
        "OPEN",
        "addEventListener",
        "binaryType",
        "bufferedAmount",
        "close",
        "extensions",
        "once",
        "onclose",
        "onerror",
        "onmessage",
        "onopen",
        "protocol",
        "readyState",
        "removeEventListener",
        "send",
        "url",
        "watch",
    ],
    "chatlib.Event": ["target", "type"],
    "chatlib.MessageEvent": ["data", "origin", "target", "type"],
    "chatlib.CloseEvent": ["code", "reason", "target", "type", "wasClean"],
    "chatlib.Server": ["chat_url", "owner", "page_url", "proxy_path", "running", "stop", "trouble", "url"],
    "chatlib.ChatClient": [
        "close",
        "delivered",
        "joined",
        "messages",
        "name",
        "people",
        "rename",
        "resend",
        "send",
        "sightings",
        "state",
        "subscribe",
        "typing",
        "until",
    ],
    "chatlib.chaos.Proxy": [
        "connections",
        "cut",
        "delay",
        "freeze",
        "heal",
        "refuse",
        "stop",
        "thaw",
        "throttle",
        "url",
    ],
    "chatlib.hub.Hub": ["deliver", "join", "leave", "receive"],
    "chatlib.widgets.ChatPanel": LIVE,
    "chatlib.widgets.AttackerConsole": [
        *LIVE,
        "attack",
        "defences",
        "evil_url",
        "outcomes",
        "start",
        "stop",
        "switch_off",
        "switch_on",
        "victim_url",
    ],
    "chatlib.widgets.BrowserPage": [
        *LIVE,
        "asks_for_open",
        "codes",
        "console",
        "is_open",
        "lines",
        "texts",
        "types",
        "until",
    ],
    "chatlib.widgets.BufferGauges": [
        *LIVE,
        "close_code",
        "come_back",
        "freeze",
        "heard",
        "latency_ms",
        "memory",
        "missed",
        "policy",
        "publish",
        "sent",
        "settled",
        "start",
        "stop",
        "thaw",
        "throttle",
        "until",
        "waiting",
        "waits_for",
    ],
    "chatlib.widgets.ChaosBoard": [
        *LIVE,
        "accept",
        "bo_says",
        "cable",
        "clear",
        "close_code",
        "close_reason",
        "comes_back",
        "connect",
        "cut",
        "delay",
        "entries",
        "freeze",
        "guarantee",
        "heal",
        "ladder",
        "page_says",
        "play",
        "refuse",
        "server_state",
        "settled",
        "start",
        "stop",
        "thaw",
        "throttle",
        "until",
        "watchdog",
        "ws",
    ],
    "chatlib.experiments.staying_socket.StayingSocket": ["addEventListener", "close", "send", "until_connected"],
    "chatlib.widgets.EventLog": [*LIVE, "browser_closes", "browser_events", "browser_sends", "events"],
    "chatlib.widgets.LoopPulse": [*LIVE, "beats", "gaps", "longest_gap", "running", "stop", "tasks"],
    "chatlib.widgets.Prediction": [*LIVE, "choice", "choose", "is_right", "reveal", "score"],
    "chatlib.widgets.Quiz": [*LIVE, "answer", "answers", "score"],
    "chatlib.widgets.RoomMap": [
        *LIVE,
        "add",
        "freeze",
        "frozen",
        "leave",
        "members",
        "say",
        "settled",
        "thaw",
        "transcripts",
    ],
    "chatlib.widgets.StateTheatre": [
        *LIVE,
        "abort",
        "client_closes",
        "client_sends",
        "close_code",
        "close_reason",
        "connect",
        "entries",
        "events",
        "said_by",
        "server_close_code",
        "server_closes",
        "server_raises",
        "server_returns",
        "server_states",
        "states",
        "was_clean",
        "ws",
    ],
    "chatlib.widgets.TransportRace": [*LIVE, "results", "run"],
    "chatlib.widgets.WireView": [*LIVE, "frames", "handshake", "of_bytes"],
}

FLAGS = {
    "serve": [
        "--host",
        "--max-clients",
        "--max-kept",
        "--max-message",
        "--max-unsent",
        "--origin",
        "--passcode",
        "--ping",
        "--redis",
        "--namespace",
        "--port",
        "--rate",
    ],
    "doctor": ["--reset"],
}


def test_every_public_name_is_where_it_was():
    """Notebooks, solutions and other people's programs import it from there."""
    homes = {module: importlib.import_module(module) for module in NAMES}

    gone = [f"{module}.{name}" for module, names in NAMES.items() for name in names if not hasattr(homes[module], name)]
    assert gone == []


@pytest.mark.parametrize("face", [chatlib, chatlib.widgets], ids=lambda face: face.__name__)
def test_the_faces_hand_out_what_is_listed_and_nothing_else(face):
    """What ``import *`` takes, and what completion offers, are the same names."""
    assert set(NAMES[face.__name__]) <= set(dir(face))
    taken: dict[str, object] = {}
    exec(f"from {face.__name__} import *", taken)

    assert sorted(face.__all__) == sorted(NAMES[face.__name__])
    assert set(taken) - {"__builtins__"} == set(NAMES[face.__name__])
    with pytest.raises(AttributeError, match="no attribute 'Chatclient'"):
        _ = face.Chatclient


def test_every_public_member_is_there():
    """Of the classes that lessons use."""
    owners = {owner: pkgutil.resolve_name(owner) for owner in MEMBERS}

    gone = [f"{owner}.{name}" for owner, names in MEMBERS.items() for name in names if not hasattr(owners[owner], name)]
    assert gone == []


def test_what_is_set_when_it_is_made_is_there():
    """A server's real port, and the panel's person and server."""
    with chatlib.serve(port=0) as server:
        panel = chatlib.ChatPanel(server.url)
        assert server.port > 0
        assert isinstance(panel.client, chatlib.ChatClient)
        assert panel.server is None
        panel.close()


def test_the_commands_and_their_flags_are_those_listed(capsys):
    """``python -m chatlib serve`` and ``doctor``: scripts and services are written for them."""
    assert set(COMMANDS) == set(FLAGS)
    for command, flags in FLAGS.items():
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        told = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
        assert told - {"--help"} == set(flags)


SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.py"))


def test_what_a_lesson_uses_is_listed():
    """So that the list is whole: a name that a new notebook uses is public from then on."""
    listed = {f"{module}.{name}" for module, names in NAMES.items() for name in names} | {*NAMES, "chatlib"}
    unlisted = {path.name: used(sources(path)) - listed for path in [*notebooks.find(), *SOLUTIONS]}

    assert {lesson: names for lesson, names in unlisted.items() if names} == {}


def test_a_name_is_used_where_an_earlier_cell_imported_its_module():
    """An import at the top of a notebook holds for all its cells."""
    cells = ["from chatlib.exercises import nb02 as check\nimport chatlib", "chatlib.serve()", "await check.ex1(f)"]

    assert used(cells) == {"chatlib", "chatlib.serve", "chatlib.exercises.nb02", "chatlib.exercises.nb02.ex1"}


def sources(path: Path) -> Iterator[str]:
    if path.suffix == ".py":
        yield path.read_text(encoding="utf-8")
    else:
        yield from (cell.source for cell in read(path).cells if cell.cell_type == "code")


def used(cells: Iterable[str]) -> set[str]:
    """Return the full names of ours that cells import, or reach through what they, or cells before them, imported."""
    names: set[str] = set()
    modules = {"chatlib": "chatlib"}
    for cell in cells:
        tree = ast.parse(TransformerManager().transform_cell(cell))  # magics become calls
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names if alias.name.partition(".")[0] == "chatlib"}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "chatlib":
                for alias in node.names:
                    modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                    names.add(f"{node.module}.{alias.name}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                origin = modules.get(node.value.id)
                if origin in {*NAMES, "chatlib"}:
                    names.add(f"{origin}.{node.attr}")
    return names
