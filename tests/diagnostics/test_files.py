"""Files that hide a module: which do, which do not, and what the doctor says of them."""

from __future__ import annotations

import importlib.machinery
import subprocess
import sys
from pathlib import Path

import pytest

from chatlib.diagnostics import files
from chatlib.diagnostics.report import Colour
from chatlib.diagnostics.seat import Seat
from tests.support.places import ROOT


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The notebook's folder; of the course it is known that it imports these."""
    monkeypatch.chdir(tmp_path)
    imported = frozenset({"random", "json", "websockets", "traitlets", "sys", "os", "chatlib"})
    monkeypatch.setattr(files, "imported_by_the_course", lambda: imported)
    return tmp_path


def hidden() -> list[str]:
    found = list(files.check_files(Seat.here()))
    assert {each.colour for each in found} <= {Colour.RED}
    return [each.text.partition(" hides the module ")[0] for each in found]


def package(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    (folder / name / "__init__.py").touch()
    return folder / name


def test_a_file_a_package_and_a_compiled_module_hide_what_has_their_name(folder):
    """Of the standard library and of what is installed."""
    (folder / "random.py").touch()
    (folder / f"json{importlib.machinery.EXTENSION_SUFFIXES[0]}").touch()
    (folder / "traitlets.pyc").touch()
    package(folder, "websockets")

    names = [f"json{importlib.machinery.EXTENSION_SUFFIXES[0]}", "random.py", "traitlets.pyc", "websockets"]
    assert hidden() == [str(folder / name) for name in names]


def test_what_hides_nothing_is_not_named(folder):
    """What is built or frozen in comes first, a plain folder last; and the learner's own names are the learner's."""
    for name in ("sys.py", "os.py", "turtle.py", "lesson.py", "random.txt", "json.ipynb", "Websockets.py"):
        (folder / name).touch()
    (folder / "websockets").mkdir()
    package(folder, "tea_party")

    assert hidden() == []


def test_the_folder_of_the_course_hides_nothing(monkeypatch):
    """A terminal stands there; its chatlib is the one that runs."""
    monkeypatch.chdir(ROOT)

    assert hidden() == []


def test_each_folder_before_the_standard_library_is_looked_into(folder, monkeypatch, tmp_path_factory):
    """PYTHONPATH's, say. What lies behind hides nothing."""
    before, behind = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("behind")
    for path in (before, behind):
        (path / "random.py").touch()
    monkeypatch.setattr(sys, "path", [str(before), *sys.path, str(behind)])

    assert hidden() == [str(before / "random.py")]


def test_where_no_kernel_starts_every_file_that_hides_a_module_is_named(folder, monkeypatch):
    """Nobody can tell then what a kernel imports, and the file may be why."""

    def fail() -> frozenset[str]:
        raise subprocess.CalledProcessError(1, "python")

    monkeypatch.setattr(files, "imported_by_the_course", fail)
    (folder / "turtle.py").touch()

    assert hidden() == [str(folder / "turtle.py")]


def test_the_line_that_mends_it_names_the_file(folder):
    """The kernel keeps what it has imported until it is restarted."""
    (folder / "random.py").touch()
    (found,) = files.check_files(Seat.here())

    assert found.mend == "give random.py another name, then restart the kernel"
