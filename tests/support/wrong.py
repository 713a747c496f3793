"""Wrong answers to the exercises, as files of cells: ``wrong_answers/02_1.py`` has those to exercise 1 of notebook 02.

Each answer is a cell of its own. Its first line says which clause of the task it breaks, and how; the comment below is
the whole verdict that it gets, where ``<...>`` stands for what chance decides (a random word, a port, a time)::

    # %% never closes
    # Not yet: the connection is still open after your function has returned. Step five is close().

    async def echo_three(ws): ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "wrong_answers"
_CELL: Final = re.compile(r"# %% (?P<breaks>.+)\n(?P<verdict>(?:# .*\n)+)(?P<answer>(?:.*\n)*)")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong answer: the clause that it breaks, the code, and the verdict that it must get."""

    number: str
    n: int
    breaks: str
    answer: str
    verdict: str

    def __str__(self) -> str:
        return f"{self.number}-{self.n}-{re.sub(r'[^a-z0-9]+', '-', self.breaks.lower()).strip('-')}"

    def fits(self, verdict: str) -> bool:
        """Tell whether this verdict, whole, is the one that the answer must get."""
        pattern = ".*?".join(map(re.escape, self.verdict.split("<...>")))
        return re.fullmatch(pattern, verdict, re.DOTALL) is not None


def read(path: Path) -> list[Wrong]:
    """Return the wrong answers in a file.

    Raises:
        ValueError: a cell has no first line, or no verdict.
    """
    number, n = path.stem.split("_")
    found = []
    for text in re.split(r"(?m)^(?=# %%)", path.read_text(encoding="utf-8")):
        if not text.strip():
            continue
        if not (cell := _CELL.fullmatch(text)):
            raise ValueError(f"{path.name}: a cell is '# %% what it breaks', '# Not yet: …', code; not {text[:80]!r}")
        verdict = " ".join(line.removeprefix("# ") for line in cell["verdict"].splitlines())
        found.append(Wrong(number, int(n), cell["breaks"], cell["answer"].strip("\n"), verdict))
    return found


def everything() -> list[Wrong]:
    """Return every wrong answer to every exercise."""
    return [wrong for path in sorted(FOLDER.glob("*.py")) for wrong in read(path)]
