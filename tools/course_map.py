"""Write the map of the course, where README.md and notebook 00 have the place for it (`make notebooks`).

The map is made from the notebooks themselves: the title, what "You will" do, and the minutes that "You need".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nbformat

from tools import notebooks

README: Final = notebooks.ROOT / "README.md"
SHORT: Final = "90"  # the notebook that stands alone: what fits into ninety minutes
HALF_DAY: Final = ("02", "03", "06", "08a", "08b")
DAY_ENDS: Final = "08b"  # what comes behind is for those who go on
PLACE: Final = re.compile(r"(?<=<!-- course map -->\n).*?(?=<!-- /course map -->)", re.DOTALL)
OPENING: Final = re.compile(
    r"# (?P<title>.+?)\n.*\*\*You will\*\* (?P<what>.+?)\.?\n- "
    r".*\*\*You need\*\* (?P<minutes>\d+) minutes(?: \((?P<exercises>\d+) of them for the exercises\))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the map says about a notebook."""

    path: Path
    title: str
    what: str
    minutes: int
    exercises: int

    @classmethod
    def read(cls, path: Path) -> Lesson:
        """Read a notebook's first cell."""
        opening = OPENING.match(notebooks.read(path).cells[0].source)
        if opening is None:
            raise notebooks.NotebookError(
                path.name, "its first cell needs a title, 'You will' and 'You need NN minutes'"
            )
        what = " ".join(opening["what"].split())
        what = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", what)
        return cls(path, opening["title"], what, int(opening["minutes"]), int(opening["exercises"] or 0))

    @property
    def number(self) -> str:
        """The number that its name begins with, such as 08a."""
        return number(self.path)


def number(path: Path) -> str:
    """Return the number that a notebook's name begins with."""
    return path.name.partition("_")[0]


def in_order() -> list[Path]:
    """Return the notebooks that lead from one to the next; the one of ninety minutes is for itself."""
    return [path for path in notebooks.find() if number(path) != SHORT]


def course_map(prefix: str) -> str:
    """Return the map as Markdown; ``prefix`` stands before the names of files in its links."""
    lessons = [Lesson.read(path) for path in notebooks.find()]
    rows = [f"| [{it.number} {it.title}]({prefix}{it.path.name}) | {it.what} | {it.minutes} |" for it in lessons]
    header = ["| Notebook | You will | Minutes |", "|---|---|---|"]
    return "\n".join([*header, *rows, "", *_tracks(lessons, prefix), ""])


def _tracks(lessons: list[Lesson], prefix: str) -> Iterator[str]:
    """Yield a line for each track, with the minutes of a slow reader who does every exercise."""
    yield "Minutes are those of a slow reader who does every exercise; breaks come on top."
    yield ""
    for it in lessons:
        if it.number == SHORT:
            yield f"- **In 90 minutes**: [{it.number} {it.title}]({prefix}{it.path.name}), which stands alone."
    half = [it for it in lessons if it.number in HALF_DAY]
    yield f"- **In half a day**, with some of the exercises: {' '.join(it.number for it in half)} ({_sum(half)})."
    path = [it for it in lessons if it.number != SHORT]
    day = [it for it in path if it.number <= DAY_ENDS]
    yield f"- **In a day**, or in two with every exercise: {day[0].number} to {day[-1].number} ({_sum(day)})."
    if after := path[len(day) :]:
        yield f"- **After that**, an hour at a time: {' '.join(it.number for it in after)} ({_sum(after)})."


def _sum(lessons: Iterable[Lesson]) -> str:
    """Return the minutes of several notebooks."""
    minutes = sum(it.minutes for it in lessons)
    return f"{minutes} minutes, {minutes - sum(it.exercises for it in lessons)} without exercises"


def fill(text: str, prefix: str) -> str:
    """Return a text with the map in its place; a text that has none comes back as it is."""
    return PLACE.sub(lambda _: course_map(prefix), text)


def main() -> None:
    """Write the map into README.md and into notebook 00."""
    README.write_text(fill(README.read_text(encoding="utf-8"), "notebooks/"), encoding="utf-8")
    path = notebooks.find()[0]
    notebook = notebooks.read(path)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = fill(cell.source, "")
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
