"""The classroom kit: what it tells a teacher to type exists."""

from __future__ import annotations

import re
import shlex

import pytest

from chatlib.__main__ import main
from tests.support.places import ROOT
from tools import notebooks

DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
TEXT = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^\S+/python -m chatlib (.+)$|`python -m chatlib ([^`]+)`", TEXT, re.MULTILINE)))
# What `make lab` installs has an environment of its own; to make that one, and to fetch packages, any Python will do.
ANOTHER_PYTHON = re.compile(
    r"^(?:[A-Z_]+=\S+ )*(?:python|pip) (?!-m venv |download ).*|`pip install[^`]*`", re.MULTILINE
)


@pytest.mark.parametrize("line", [block or inline for block, inline in COMMANDS])
def test_every_command_is_understood(line, capsys):
    """With --help behind it nothing is done, and a flag before it that is none is an error."""
    command, *flags = shlex.split(line)
    with pytest.raises(SystemExit) as ended:
        main([command, *flags, "--help"])

    assert ended.value.code == 0, capsys.readouterr().err
    known = capsys.readouterr().out
    assert [flag for flag in flags if flag.startswith("--") and flag not in known] == []


@pytest.mark.parametrize("path", [ROOT / "README.md", *DOCUMENTS, *notebooks.find()], ids=lambda path: path.name)
def test_what_is_typed_is_for_the_python_of_the_course(path):
    """Another one of the machine knows no websockets, and its doctor looks at what nobody uses."""
    assert ANOTHER_PYTHON.findall(path.read_text(encoding="utf-8")) == []


def test_it_names_what_the_class_needs():
    """The promises of the kit: a passcode instead of a token, one variable, one reset, and a way without a network."""
    for words in (
        "CHATLIB_URL",
        "--passcode",
        "--reset",
        "--no-index --find-links wheels",
        "Never share a Jupyter token",
    ):
        assert words in TEXT


def test_the_files_that_it_names_exist():
    """The workspace, the lock, the first notebook."""
    named = ["notebooks/chat.jupyterlab-workspace", "binder/constraints.txt", "requirements.txt"]
    named.append("notebooks/00_check_your_seat.ipynb")

    assert [name for name in named if name.rpartition("/")[2] not in TEXT or not (ROOT / name).exists()] == []
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", TEXT, re.MULTILINE):
        assert re.search(rf"^{target}:", targets, re.MULTILINE), target
