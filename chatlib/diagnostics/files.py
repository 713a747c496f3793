"""The doctor's look at files that hide a module: ``random.py``, or a package ``websockets``, beside the notebook."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path

import chatlib
from chatlib import shadows
from chatlib.diagnostics.imports import imported_by_the_course
from chatlib.diagnostics.report import Colour, Finding
from chatlib.diagnostics.seat import Seat
from chatlib.words import Text


def check_files(seat: Seat) -> Iterator[Finding]:
    """Name each file that hides a module which a kernel of the course imports; say nothing where there is none."""
    first = {Path.cwd(), *(Path(entry).resolve() for entry in shadows.folders_that_come_first(sys.path))}
    hiding = [(name, file) for folder in sorted(first) for name, file in _hiding(folder, first)]
    if not hiding:
        return
    try:
        imported = imported_by_the_course()
    except subprocess.SubprocessError:  # no kernel starts here: any of them may be why
        imported = frozenset(name for name, _ in hiding)
    for name, file in hiding:
        if name in imported:
            text = Text("{file} hides the module {name}, which the course imports", file=file, name=name)
            mend = Text("give {name} another name, then restart the kernel", name=file.name)
            yield Finding("Files", Colour.RED, text, mend)


def _hiding(folder: Path, first: set[Path]) -> Iterator[tuple[str, Path]]:
    """Yield each module that the folder hides, and the file or the package that does."""
    if not folder.is_dir():
        return
    importlib.invalidate_caches()  # a file may have come a moment ago
    elsewhere = [entry for entry in sys.path if Path(entry).resolve() not in first]
    for name in sorted({path.name.partition(".")[0] for path in folder.iterdir()}):
        if BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name):
            continue  # no file can hide it
        here = _module(name, [str(folder)])
        if here and here != Path(chatlib.__file__).parent and _module(name, elsewhere):
            yield name, here


def _module(name: str, folders: list[str]) -> Path | None:
    """Return the file, or the package, that a module is there; a folder without ``__init__.py`` hides none."""
    spec = PathFinder.find_spec(name, folders)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
