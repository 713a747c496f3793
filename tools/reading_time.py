"""Say how many minutes a slow reader needs for each notebook, section by section (`python -m tools.reading_time`).

A slow reader reads English as a second language, and does everything: runs every cell, makes every guess, answers the
quiz, plays with every widget, and does every exercise. The numbers below are stated, not measured on people; what they
are multiplied with is counted. ``--write`` puts the minutes where people read them: into "You need" of each notebook,
and into the table of docs/teaching.md.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode

from tools import course_map, notebooks

GUIDE: Final = notebooks.ROOT / "docs" / "teaching.md"

PROSE: Final = 130  # words a minute
CODE: Final = 100
SKIMMED: Final = 250  # outputs and tables
CELL: Final = 6 / 60  # minutes, to run it and to look
PREDICTION: Final = 20 / 60
QUESTION: Final = 30 / 60
WIDGETS: Final = {  # minutes of play, once for each kind in a notebook
    "AttackerConsole": 5.0,
    "BrowserPage": 2.0,
    "BufferGauges": 4.0,
    "ChaosBoard": 5.0,
    "ChatPanel": 5.0,
    "EventLog": 2.0,
    "IntSlider": 0.5,
    "LoopPulse": 2.0,
    "RoomMap": 3.0,
    "StateTheatre": 4.0,
    "TransportRace": 4.0,
    "VBox": 2.0,
    "WireView": 3.0,
}
ROUNDED_TO: Final = 5

_FENCE: Final = re.compile(r"^```")
_SECTION: Final = re.compile(r"^##? (.+)$")
_EXERCISE: Final = re.compile(r"^### (?:\d+\.|Your turn)")
_MINUTES: Final = re.compile(r"\((\d+) minutes?\)$")
_NOT_READ: Final = re.compile(r"<!-- course map -->.*?<!-- /course map -->|<!--.*?-->|\]\([^)]*\)", re.DOTALL)
_SHOWN: Final = re.compile(rf"^<?({'|'.join(WIDGETS)})\b")
_QUIZ: Final = re.compile(r"^<Quiz of (\d+) questions")
_NEED: Final = re.compile(r"(?<=\*\*You need\*\* )\d+ minutes(?: \([^)]*\))?")
_TABLE: Final = re.compile(r"(?<=<!-- minutes -->\n).*?(?=<!-- /minutes -->)", re.DOTALL)
_CLOCK: Final = re.compile(r"(?<=<!-- clock -->\n).*?(?=<!-- /clock -->)", re.DOTALL)


@dataclass(slots=True)
class Section:
    """A section of a notebook: its heading, and the minutes to walk through it and to do its exercises."""

    title: str
    walk: float = 0.0
    exercises: float = 0.0

    @property
    def minutes(self) -> float:
        """All of it."""
        return self.walk + self.exercises


@dataclass(slots=True)
class ReadingTime:
    """What a slow reader needs for a notebook, section by section."""

    name: str
    sections: list[Section] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The number that the notebook's name begins with, such as 08a."""
        return self.name.partition("_")[0]

    @property
    def title(self) -> str:
        """The notebook's title."""
        return self.sections[0].title

    @property
    def exercises(self) -> int:
        """The minutes of its exercises; their numbers are whole."""
        return round(sum(section.exercises for section in self.sections))

    @property
    def minutes(self) -> float:
        """All of it, not rounded."""
        return sum(section.minutes for section in self.sections)

    @property
    def stated(self) -> int:
        """The minutes that the notebook states: rounded up, since nobody minds to be early."""
        return math.ceil(self.minutes / ROUNDED_TO) * ROUNDED_TO

    @property
    def need(self) -> str:
        """What stands behind "You need"."""
        return f"{self.stated} minutes ({self.exercises} of them for the exercises)"

    def whole(self) -> Iterator[tuple[Section, int]]:
        """Yield each section with whole minutes, which add up to those of the notebook."""
        before = 0.0
        for section in self.sections:
            after = before + section.minutes
            yield section, round(after) - round(before)
            before = after


class _Reader:
    """Somebody who goes through a notebook from the top, and adds up the minutes."""

    def __init__(self, path: Path) -> None:
        self.time = ReadingTime(path.name)
        self._in_exercise = False
        self._played: set[str] = set()

    def reads(self, notebook: NotebookNode) -> ReadingTime:
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                self._reads_text(_NEED.sub("", _NOT_READ.sub("]", cell.source)))
            elif not self._in_exercise:  # what an exercise states is for its cells, too
                self._spends(CELL + _words(cell.source) / CODE + sum(map(self._looks_at, cell.outputs)))
        return self.time

    def _reads_text(self, text: str) -> None:
        in_fence = False
        for line in text.splitlines():
            if _FENCE.match(line):
                in_fence = not in_fence
            elif not in_fence and line.startswith("#"):
                self._comes_to(line)
            elif not self._in_exercise:
                speed = CODE if in_fence else SKIMMED if line.startswith("|") else PROSE
                self._spends(_words(line) / speed + PREDICTION * line.count("*Predict"))

    def _comes_to(self, heading: str) -> None:
        if section := _SECTION.match(heading):
            self.time.sections.append(Section(section[1]))
        self._in_exercise = bool(_EXERCISE.match(heading))
        self._spends(_words(heading) / PROSE)
        if self._in_exercise:
            if not (stated := _MINUTES.search(heading)):
                raise notebooks.NotebookError(
                    self.time.name, f"the exercise {heading!r} states no time: end the line with, say, '(5 minutes)'"
                )
            self.time.sections[-1].exercises += int(stated[1])

    def _looks_at(self, output: NotebookNode) -> float:
        shown = "".join(output.get("text") or output.get("data", {}).get("text/plain") or output.get("traceback", ""))
        if quiz := _QUIZ.match(shown):
            return int(quiz[1]) * QUESTION
        if widget := _SHOWN.match(shown):
            is_new = widget[1] not in self._played
            self._played.add(widget[1])
            return WIDGETS[widget[1]] if is_new else 0.0
        return PREDICTION if shown.startswith("<Prediction") else _words(shown) / SKIMMED

    def _spends(self, minutes: float) -> None:
        self.time.sections[-1].walk += minutes


def measure(path: Path) -> ReadingTime:
    """Return what a slow reader needs for a notebook.

    Raises:
        NotebookError: an exercise does not say how many minutes it takes.
    """
    return _Reader(path).reads(notebooks.read(path))


def with_need(source: str, time: ReadingTime) -> str:
    """Return a notebook's first cell with the minutes in "You need"."""
    return _NEED.sub(time.need, source, count=1)


def table(times: list[ReadingTime]) -> str:
    """Return the table of docs/teaching.md: each notebook, and each of its sections."""
    rows = [
        f"| {time.number} {time.title} | {time.stated} | {time.exercises} | "
        + " · ".join(f"{section.title} {minutes}" for section, minutes in time.whole() if minutes)
        + " |"
        for time in times
    ]
    return "\n".join(
        ["| notebook | minutes | of them exercises | section by section |", "|---|---|---|---|", *rows, ""]
    )


def clock(time: ReadingTime) -> str:
    """Return the plan of a lesson with one notebook: from which minute to which a section takes a slow reader."""
    rows, now = [], 0
    for section, minutes in time.whole():
        if minutes:
            rows.append(f"| {now} | {now + minutes} | {section.title} |")
        now += minutes
    return "\n".join(["| from | to | section |", "|---|---|---|", *rows, ""])


def with_tables(text: str, times: list[ReadingTime]) -> str:
    """Return the teacher's guide with the table, and the clock of the ninety minutes, in their places."""
    text = _TABLE.sub(lambda _: table(times), text)
    (short,) = [time for time in times if time.number == course_map.SHORT]
    return _CLOCK.sub(lambda _: clock(short), text)


def write(times: list[ReadingTime]) -> None:
    """Write the minutes into the notebooks and into the teacher's guide."""
    for path, time in zip(notebooks.find(), times, strict=True):
        notebook = notebooks.read(path)
        opening = notebook.cells[0]
        source = with_need(opening.source, time)
        if source != opening.source:
            opening.source = source
            path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    GUIDE.write_text(with_tables(GUIDE.read_text(encoding="utf-8"), times), encoding="utf-8")


def _words(text: str) -> int:
    return len(re.findall(r"[\w'’]+", text))


def main() -> None:
    """Print the minutes, or write them where they are read."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write them into the notebooks and docs/teaching.md")
    options = parser.parse_args()
    times = [measure(path) for path in notebooks.find()]
    if options.write:
        write(times)
    for time in times:
        print(f"{time.number:4} {time.minutes:5.1f}  {time.title}, {time.need}")
        for section, minutes in time.whole():
            print(f"     {minutes:5}  {section.title}")


if __name__ == "__main__":
    main()
