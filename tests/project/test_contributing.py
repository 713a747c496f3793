"""CONTRIBUTING.md leads nowhere in vain: every file, folder, make target and name in it exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.targets import MAKEFILE, targets

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE = re.findall(r"```\n(.*?)```", TEXT, flags=re.DOTALL) + re.findall(r"`([^`\n]+)`", TEXT)
WORDS = {word.strip('",') for line in CODE for word in line.split()}

# `NAME`, `NN_...` and `nbNN` stand for what the reader is about to make.
PLACEHOLDER = re.compile(r"NAME|NN_|nbNN|X\.Y\.Z|exN")
MADE = (".venv", "build/")


def is_path(word: str) -> bool:
    return bool(re.fullmatch(r"[\w./-]+/[\w./-]*|[\w-]+\.(?:py|js|css|md|toml|txt|ipynb)", word))


PATHS = sorted(word for word in WORDS if is_path(word) and not PLACEHOLDER.search(word) and not word.startswith(MADE))


def test_every_file_and_folder_exists():
    """Who follows the tour finds the next station."""
    assert PATHS
    assert [path for path in PATHS if not (ROOT / path).exists()] == []


def test_every_target_exists():
    """`make` does what the text says that it does."""
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", "\n".join(CODE)))

    assert {"test", "test-fast", "notebooks"} <= named <= targets()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("chatlib/widgets/live.py", ["LiveWidget", "record", "act", "snapshot"]),
        (
            "chatlib/wire.py",
            ["MessageType", "ServerFrame", "ClientFrame", "encode_client", "decode_client", "PROTOCOL"],
        ),
        ("chatlib/wire.py", ["_READ_FIELD"]),
        ("chatlib/front_end/server_frame.js", ["FrameType", "ServerFrame", "FIELDS"]),
        ("chatlib/server/journal_format.py", ["_CLASSES"]),
        ("chatlib/server/stream_format.py", ["_IS_GOOD", "_check_room"]),
        ("chatlib/widgets/chat_panel.py", ["page_events"]),
        ("chatlib/hub.py", ["Publish", "Broadcast", "receive", "deliver"]),
        ("chatlib/exercises/verdict.py", ["exercise", "NotYet"]),
        ("chatlib/exercises/witness.py", ["Witness"]),
        ("chatlib/front_end/words.js", ["words"]),
        ("chatlib/front_end/instruments.js", ["MOUNTS"]),
        ("chatlib/front_end/playing.js", ["MANNERS"]),
        ("tests/project/test_public_names.py", ["NAMES", "MEMBERS"]),
        ("tools/reading_time.py", ["WIDGETS"]),
        ("tests/widgets/test_refusals.py", ["TAKES"]),
        ("tests/widgets/test_closing.py", ["WHOLE"]),
        ("tests/lab/test_instruments.py", ["SHOWN"]),
        ("tests/support/many_runs.py", ["PLAY"]),
        ("tests/browser/test_controls.py", ["NAMES"]),
        ("tests/support/instruments.py", ["played"]),
        ("tests/browser/test_recorded_widgets.py", ["TITLES"]),
        ("tests/browser/test_player.py", ["PICTURES"]),
        ("tests/node/test_twins.py", ["fields"]),
    ],
)
def test_every_name_is_where_the_text_looks_for_it(path, names):
    """A name that moved takes the text with it."""
    source = (ROOT / path).read_text(encoding="utf-8")

    for name in names:
        assert re.search(rf"\b{name}\b", source), name
        assert re.search(rf"\b{name}\b", TEXT), name


def test_the_table_of_the_wings_has_them_all():
    """A new folder of chatlib says there what it is for."""
    folders = {path.parent.relative_to(ROOT).as_posix() + "/" for path in Path(ROOT / "chatlib").glob("*/*.py")}
    listed = set(re.findall(r"^\| `(chatlib/\w+/)`", TEXT, flags=re.MULTILINE))

    assert listed == folders


def test_it_tells_in_how_many_processes_the_tests_run():
    """All of them, and the fast ones."""
    makefile = MAKEFILE.read_text(encoding="utf-8")
    fast = re.search(r"^fast := --numprocesses (\d+)", makefile, re.MULTILINE)
    every = re.search(r"^test:.*(?:\n\t.*)*? --numprocesses (\d+) ", makefile, re.MULTILINE)

    assert fast
    assert every
    assert f"run in {every[1]} processes, the fast ones in {fast[1]}" in TEXT


def test_the_readme_leads_here():
    """Whoever wants to work on it starts at the README."""
    assert "(CONTRIBUTING.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
