"""The page about the protocol says what the code does, and nothing that it does not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from websockets.frames import CloseCode

from chatlib import wire
from chatlib.server.chat_server import CLOSE_SECONDS
from chatlib.server.reception import ECHO_FRAME_BYTES
from tests.support.places import ROOT
from tools import protocol

TEXT = protocol.PAGE.read_text(encoding="utf-8")
SOURCES = [ROOT / "chatlib" / "wire.py", ROOT / "chatlib" / "hub.py", *(ROOT / "chatlib" / "server").glob("*.py")]


def calls(path: Path, *names: str):
    """Yield the arguments of each call of a function of these names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
            if name in names:
                yield node.args


def column(section: str, number: int = 1) -> set[str]:
    """Return what stands in a column of the tables of a section."""
    part = re.search(rf"^## {section}\n(.*?)(?=^## )", TEXT, re.MULTILINE | re.DOTALL)
    assert part
    rows = [line.split("|")[number].strip(" `") for line in part[1].splitlines() if line.startswith("|")]
    return {cell for cell in rows if cell not in ("code", "status") and not cell.startswith("---")}


def test_its_tables_are_those_of_the_code():
    """`python -m tools.protocol` writes them anew; each frame is there, with the fields in their order."""
    assert protocol.filled(TEXT) == TEXT
    for number, name in [(it.value, it.name) for it in wire.MessageType]:
        assert f"### {number} {name}\n" in TEXT


def test_it_speaks_json():
    """Who reads it may know no Python: what docstrings call None is null."""
    assert not re.search(r"\b(None|True|False)\b", TEXT.partition("## Exceptions in Python")[0])


def test_it_tells_the_limit_of_an_echo():
    """It takes more than a room does: 02 has 100,000 letters come back."""
    assert f"on `/echo` {ECHO_FRAME_BYTES // 1024**2} MiB; a longer one closes with 1009." in TEXT


def test_every_example_is_a_frame():
    """What the page shows can be sent, and is read."""
    server, client = (
        re.search(rf"<!-- {name} -->(.*?)<!-- /{name} -->", TEXT, re.DOTALL)[1]
        for name in ("server frames", "client frames")
    )
    examples = [re.findall(r"^```json\n(.*?)\n```$", part, re.MULTILINE) for part in (server, client)]

    assert [type(wire.decode_server(text)).__name__.upper() for text in examples[0]] == [
        it.name for it in wire.MessageType
    ]
    assert {type(wire.decode_client(text)) for text in examples[1]} == {wire.Say, wire.IsTyping, wire.ChangeName}


def test_it_names_every_code_of_an_error():
    """Those of a refusal, and those that come before a Close."""
    raised = {
        arguments[0].value
        for path in SOURCES
        for arguments in calls(path, "BadMessage", "Error", "_error")
        if isinstance(arguments[0], ast.Constant)
    }
    dismissed = {
        arguments[1].value
        for path in SOURCES
        for arguments in calls(path, "_dismiss")
        if isinstance(arguments[1], ast.Constant)
    }

    assert column("Errors") == raised | dismissed


def test_it_tells_with_which_code_a_slow_or_silent_client_is_closed():
    """It reads that behind what it left unread, should it ever read again."""
    (how,) = {
        arguments[0].attr
        for arguments in calls(ROOT / "chatlib" / "server" / "chat_server.py", "end")
        if isinstance(arguments[0], ast.Attribute) and isinstance(arguments[1], ast.Name)
    }
    closes = dict(re.findall(r"^\| `([a-z-]+)` \| (\d{4}|none) \|", TEXT, re.MULTILINE))

    assert {closes["idle"], closes["slow-reader"]} == {str(CloseCode[how].value)}
    assert CLOSE_SECONDS == 2
    assert "has not read that within two seconds, TCP ends" in TEXT


def test_it_names_every_http_status():
    """With what a handshake that is completed gets, and what is served."""
    refused = {
        getattr(arguments[0], "value", None)
        for path in SOURCES
        for arguments in calls(path, "Refused")
        if isinstance(arguments[0], ast.Constant)
    }

    assert column("HTTP answers") == {"101", "200"} | {str(status) for status in refused}
