"""Keep a copy of the course to work in, so that the course itself stays as it is (`python -m tools.working_copy`).

``my-notebooks/`` is what `make lab` and Binder open: the notebooks without their outputs, and with the answers in their
text folded, so that nobody sees an answer before the question; the solutions and the workspace are beside them. Git
ignores it. Run again after an update of the course, it brings what is new, and never overwrites what somebody wrote: a
notebook in which a cell was changed stays, and the course's new version is put beside it. Outputs are not counted as
written: a cell brings them again.

``--fresh 03`` brings a new copy of one notebook, and keeps the old one under another name. It needs Python only.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
COURSE: Final = ROOT / "notebooks"
COPY: Final = ROOT / "my-notebooks"
LEDGER: Final = ".course.json"  # in the copy: of each file, the digest of the course's version that was brought last
NOT_COPIED: Final = {".ipynb_checkpoints", "__pycache__"}
# In the course's text, what tells an answer is between two comments, the first of them on a line of its own. Where no
# cell is run between question and answer, the course itself folds it.
ANSWER: Final = re.compile(
    r"^<!-- answer -->\n(?:<details><summary>[^<]*</summary>\n\n)?(.+?)(?:\n\n</details>\n)?<!-- /answer -->[ \n]*",
    re.MULTILINE | re.DOTALL,
)
FOLDED: Final = "<details><summary>The answer (run the cell first)</summary>\n\n{}\n\n</details>\n\n"


@dataclass(slots=True)
class Report:
    """What an update did, by the names of files."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)  # who was changed by hand, and where the new version is

    def lines(self) -> Iterator[str]:
        """Yield what a learner should read; nothing, if all is as it was."""
        if self.new:
            yield f"New in {COPY.name}/: {_listed(self.new)}"
        if self.updated:
            yield f"Updated, since you had changed nothing there: {_listed(self.updated)}"
        for yours, new in self.beside:
            yield f"The course has a new version of {yours}. Yours is kept; the new one is {new}."


class WorkingCopy:
    """A folder with a copy of the course, and the ledger of what was brought there."""

    def __init__(self, course: Path = COURSE, folder: Path = COPY) -> None:
        self.course = course
        self.folder = folder
        self._ledger: dict[str, str] = _read_ledger(folder / LEDGER)

    def update(self) -> Report:
        """Bring what is new or has changed; keep what somebody wrote."""
        report = Report()
        for name in self._names():
            content = _delivered(self.course / name)
            digest = _digest(name, content)
            target = self.folder / name
            if not target.exists():
                _write(target, content)
                report.new.append(name)
            elif self._ledger.get(name) != digest and (present := _digest(name, target.read_bytes())) != digest:
                if present == self._ledger.get(name):
                    _write(target, content)
                    report.updated.append(name)
                else:
                    report.beside.append((name, self._put_beside(name, content)))
            self._ledger[name] = digest
        self._save()
        return report

    def _put_beside(self, name: str, content: bytes) -> str:
        """Write the course's version of a file beside somebody's own; return its name."""
        for beside in _names_like(self.folder / name, "new"):
            new = beside.relative_to(self.folder).as_posix()
            if not beside.exists() or _digest(new, beside.read_bytes()) == self._ledger.get(new):
                _write(beside, content)
                self._ledger[new] = _digest(new, content)
                return new
        raise AssertionError("there is always one more name")

    def fresh(self, number: str) -> tuple[str, str | None]:
        """Bring a new copy of the notebook whose name begins so; return its name, and that of the old one, if any.

        Raises:
            LookupError: no notebook of the course begins so, or more than one does.
        """
        found = [name for name in self._names() if name.startswith(number) and name.endswith(".ipynb")]
        if not number or len(found) != 1:
            among = ", ".join(found) or ", ".join(name for name in self._names() if name.endswith(".ipynb"))
            raise LookupError(f"{number!r} begins the name of {len(found)} notebooks; say which one of {among}")
        (name,) = found
        target, kept = self.folder / name, None
        if target.exists():
            kept = next(name for name in _names_like(target, "old") if not name.exists())
            target.rename(kept)
        content = _delivered(self.course / name)
        _write(target, content)
        self._ledger[name] = _digest(name, content)
        self._save()
        return name, kept.relative_to(self.folder).as_posix() if kept else None

    def _names(self) -> list[str]:
        """Return the course's files, by their names below its folder."""
        paths = (path.relative_to(self.course) for path in self.course.rglob("*") if path.is_file())
        return sorted(path.as_posix() for path in paths if NOT_COPIED.isdisjoint(path.parts))

    def _save(self) -> None:
        text = json.dumps(self._ledger, indent=1, sort_keys=True, ensure_ascii=False)
        _write(self.folder / LEDGER, f"{text}\n".encode())


def without_answers(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook whose cells have not been run yet, and whose text keeps to itself what they will show."""
    cells = [
        cell | {"outputs": [], "execution_count": None}
        if cell["cell_type"] == "code"
        else cell | {"source": folded("".join(cell["source"])).splitlines(keepends=True)}
        for cell in notebook["cells"]
    ]
    return notebook | {"cells": cells}


def folded(text: str) -> str:
    """Return Markdown in which the marked answers are folded: a click opens them."""
    within = ANSWER.sub(lambda answer: FOLDED.format(answer[1].strip()), text)
    return text if within == text else within.rstrip("\n")


def _delivered(path: Path) -> bytes:
    """Return what a learner gets of a file of the course."""
    content = path.read_bytes()
    if path.suffix != ".ipynb":
        return content
    notebook = without_answers(json.loads(content))
    return f"{json.dumps(notebook, indent=1, ensure_ascii=False)}\n".encode()


def _digest(name: str, content: bytes) -> str:
    """Return a digest of what people write into a file; of a notebook that is its cells, without their outputs."""
    if name.endswith(".ipynb"):
        try:
            cells = json.loads(content)["cells"]
            texts = [[cell["cell_type"], "".join(cell["source"]), cell.get("attachments", {})] for cell in cells]
            written = [text for text in texts if text[1].strip()]  # Shift + Enter in the last cell adds an empty one
        except (ValueError, KeyError, TypeError):
            pass  # no notebook any more: so somebody wrote it
        else:
            content = json.dumps(written, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()[:16]


def _read_ledger(path: Path) -> dict[str, str]:
    """Return what was brought before; nothing, if that is not known: then whatever differs counts as written."""
    try:
        ledger = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return ledger if isinstance(ledger, dict) else {}


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step, so that nobody ever finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


def _names_like(path: Path, word: str) -> Iterator[Path]:
    """Yield names to put something beside a file: 03_x (new).ipynb, then 03_x (new 2).ipynb."""
    yield path.with_stem(f"{path.stem} ({word})")
    for count in itertools.count(2):
        yield path.with_stem(f"{path.stem} ({word} {count})")


def _listed(names: list[str]) -> str:
    shown = [name for name in names if "/" not in name] or names
    return ", ".join(shown[:3]) + (f" and {len(names) - 3} more files" if len(names) > 3 else "")


def main() -> None:
    """Update the copy, or bring one notebook anew."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.working_copy", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--fresh", metavar="NN", help="bring a new copy of this notebook, and keep the old one")
    options = parser.parse_args()
    copy = WorkingCopy()
    try:
        if options.fresh is None:
            for line in copy.update().lines():
                print(line)
        else:
            name, kept = copy.fresh(options.fresh)
            print(f"{COPY.name}/{name} is new." + (f" What you had is in {COPY.name}/{kept}." if kept else ""))
    except LookupError as error:
        sys.exit(f"{error.args[0]}")
    except OSError as error:
        sys.exit(f"cannot keep a copy of the course in {COPY}: {error.strerror}. Clone the course where you may write.")


if __name__ == "__main__":
    main()
