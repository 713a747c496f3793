"""The exercises in JavaScript, in a real JupyterLab and a real browser: blank, solution, and wrong and right pages."""

from __future__ import annotations

import asyncio
import re

import pytest

from chatlib.widgets.browser_page import BrowserPage
from tests.support import answers, recorded
from tests.support.recorded import Recorded
from tools import notebooks

PAGES = [page for path in sorted((answers.FOLDER / "in_browser").glob("*.py")) for page in answers.read(path)]
IMPORTS = "import chatlib\nfrom chatlib.exercises import in_browser\nfrom chatlib.widgets import BrowserPage"
LEARNERS = 3
VERDICT_SECONDS = 240  # much more than a check takes for a page that breathes
SOLUTIONS = {"02": "02_five_steps.py", "06": "06_two_pages.py", "08b": "08_chat_page.py", "11": "11_bubble.py"}


def cells(number: str) -> tuple[str, str]:
    """Return the cells of a notebook that show the learner's page, and that check it."""
    (path,) = (path for path in notebooks.find() if path.name.startswith(number))
    sources = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    (shows,) = (source for source in sources if "my_page)" in source or "my_page," in source)
    (checks,) = (source for source in sources if re.search(r"await in_browser\.\w+\(.*\bpage\)", source))
    return shows, checks


async def verdict(notebook, number: str, answer: str) -> str:
    """Return what the check says of an answer, which a person runs and looks at before."""
    shows, checks = cells(number)
    index = await notebook.add_cell(f"{answer}\n{shows}")
    await notebook.run_cell(index)
    await (await notebook.output(index)).locator("iframe").first.wait_for()
    (output,) = await notebook.run(checks, seconds=VERDICT_SECONDS)
    return output["data"]["text/plain"]


async def test_looking_at_a_page_runs_nothing_in_it(browser):
    """What it shows is looked at ten times a second; an image that cannot be loaded says so once."""
    source = """<img src onerror="console.log('once')"><p>0</p>
        <script>setInterval(() => { document.querySelector("p").textContent += "."; }, 100);</script>"""
    page = BrowserPage("ws://127.0.0.1:1", source)
    shown = Recorded.of(page)
    page.close()
    async with recorded.live(browser, shown) as tab:
        seen = "() => window.sent.filter(each => each.do === 'shows').length >= 5"
        await tab.wait_for_function(seen)
        logged = await tab.evaluate("window.sent.filter(each => each.do === 'logged').map(each => each.text)")

    assert logged == ["once"]


@pytest.mark.parametrize("number", SOLUTIONS)
async def test_each_page_gets_its_verdict(lab, browser, number):
    """The solution is right; whoever is wrong in a plausible way reads what is true of this very page."""
    solution = (notebooks.ROOT / "notebooks" / "solutions" / SOLUTIONS[number]).read_text(encoding="utf-8")
    pages = [page for page in PAGES if page.number == number]

    async def judge(part: int) -> None:
        async with lab.notebook(browser, lab.write(f"{IMPORTS}\nworkshop = chatlib.serve(port=0)")) as notebook:
            await notebook.run_all()
            assert (await verdict(notebook, number, solution)).startswith("Solved: ")
            for page in pages[part::LEARNERS]:
                said = await verdict(notebook, number, page.answer)
                assert page.fits(said), f"{page}: it said: {said!r}"

    async with asyncio.TaskGroup() as learners:  # at the same time: most of a wrong page's verdict is waiting
        for part in range(LEARNERS):
            learners.create_task(judge(part))
