"""The exercises in JavaScript: the cells of the notebooks that pose them, the answers to them, and the solutions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tests.support import answers
from tests.support.lab import Notebook
from tools import notebooks

IMPORTS: Final = "import chatlib\nfrom chatlib.exercises import in_browser\nfrom chatlib.widgets import BrowserPage"
ANSWERS: Final = [
    answer for path in sorted((answers.FOLDER / "in_browser").glob("*.py")) for answer in answers.read(path)
]
VERDICT_SECONDS: Final = 240  # much more than a check takes for a page that breathes
SOLUTIONS: Final = {"02": "02_five_steps.py", "06": "06_two_pages.py", "08b": "08_chat_page.py", "11": "11_bubble.py"}


@dataclass(frozen=True, slots=True)
class Cells:
    """Those of a notebook in which the learner's page is to be written, is shown, and is checked."""

    blank: str
    shows: str
    checks: str
    page: str  # the name that it has there


def cells(number: str) -> Cells:
    """Return the cells of the exercise in this notebook."""
    (path,) = (path for path in notebooks.find() if path.name.startswith(number))
    sources = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    (blank,) = (source for source in sources if source.startswith("my_page = "))
    (shows,) = (source for source in sources if "my_page)" in source or "my_page," in source)
    (page,) = re.findall(r"^(\w+) = BrowserPage\(.*\bmy_page\b", shows, re.MULTILINE)
    (checks,) = (source for source in sources if re.search(rf"await in_browser\.\w+\(.*\b{page}\)", source))
    return Cells(blank, shows, checks, page)


def solution(number: str) -> str:
    """Return what `%load` brings."""
    return (notebooks.ROOT / "notebooks" / "solutions" / SOLUTIONS[number]).read_text(encoding="utf-8")


async def verdict(notebook: Notebook, number: str, answer: str) -> str:
    """Return what the check says of an answer, which a person runs and looks at before."""
    its = cells(number)
    index = await notebook.add_cell(f"{answer}\n{its.shows}")
    await notebook.run_cell(index)
    await (await notebook.output(index)).locator("iframe").first.wait_for()
    (output,) = await notebook.run(its.checks, seconds=VERDICT_SECONDS)
    said: str = output["data"]["text/plain"]
    return said
