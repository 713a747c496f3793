"""Answers to the exercises, as files of cells: ``answers/02_1.py`` has those to exercise 1 of notebook 02.

Each answer is a cell of its own. Its first line says which clause of the task it breaks, and how; the comment below is
the whole verdict that it gets, where ``<...>`` stands for what chance decides (a random word, a port, a time)::

    # %% never closes
    # Not yet: the connection is still open after your function has returned. Step five is close().

    async def echo_three(ws): ...

An answer that is right, but is spelt otherwise than the solution, has its place there too: people write it, and a check
that asks for too much would refuse it::

    # %% right: listens with a callback
    # Solved: the server was sent three words, and then a clean goodbye.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "answers"
_CELL: Final = re.compile(r"# %% (?P<about>.+)\n(?P<verdict>(?:# .*\n)+)(?P<answer>(?:.*\n)*)")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what it is about (the clause that it breaks), the code, and the verdict that it must get."""

    number: str
    n: int
    about: str
    answer: str
    verdict: str

    def __str__(self) -> str:
        return f"{self.number}-{self.n}-{re.sub(r'[^a-z0-9]+', '-', self.about.lower()).strip('-')}"

    @property
    def is_right(self) -> bool:
        """Whether it solves the exercise."""
        return self.verdict.startswith("Solved: ")

    def fits(self, verdict: str) -> bool:
        """Tell whether this verdict, whole, is the one that the answer must get."""
        pattern = ".*?".join(map(re.escape, self.verdict.split("<...>")))
        return re.fullmatch(pattern, verdict, re.DOTALL) is not None


def read(path: Path) -> list[Answer]:
    """Return the answers in a file.

    Raises:
        ValueError: a cell has no first line, or no verdict, or the two say different things.
    """
    number, n = path.stem.split("_")
    found = []
    for text in re.split(r"(?m)^(?=# %%)", path.read_text(encoding="utf-8")):
        if not text.strip():
            continue
        if not (cell := _CELL.fullmatch(text)):
            raise ValueError(f"{path.name}: a cell is '# %% what it breaks', '# Not yet: …', code; not {text[:80]!r}")
        verdict = " ".join(line.removeprefix("# ") for line in cell["verdict"].splitlines())
        begins = "Solved: " if cell["about"].startswith("right: ") else "Not yet: "
        if not verdict.startswith(begins):
            raise ValueError(f"{path.name}: the verdict on {cell['about']!r} must begin with {begins!r}: {verdict!r}")
        found.append(Answer(number, int(n), cell["about"], cell["answer"].strip("\n"), verdict))
    return found


def everything() -> list[Answer]:
    """Return every answer to every exercise, right and wrong."""
    return [answer for path in sorted(FOLDER.glob("*.py")) for answer in read(path)]
