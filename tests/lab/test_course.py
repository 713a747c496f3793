"""The course in a real JupyterLab: every notebook runs there as it does for `make notebooks`."""

from __future__ import annotations

import re

import pytest

from tools import notebooks

COURSE = notebooks.find()
RUN_TWICE = "08a_chat_between_notebooks"
RECORDED = re.compile(
    r"<!-- recorded in a browser -->\n.*?\n\|(?:---\|)+\n(.*?)<!-- /recorded in a browser -->", re.DOTALL
)


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
async def test_run_all_raises_what_it_shall_and_no_more(lab, browser, path):
    """Each cell tagged raises-exception is red, and no other.

    A second run of each is for tests/process/test_notebooks.py. What is different in the Lab is that a panel of the
    first run is in a page, and its person is known again by the cell: that is run here, in one notebook.
    """
    cells = notebooks.read(path).cells
    red = [index for index, cell in enumerate(cells) if notebooks.has_tag(cell, "raises-exception")]

    async with lab.notebook(browser, path.name) as notebook:
        for _ in range(2 if path.stem == RUN_TWICE else 1):
            await notebook.run_all(seconds=120)
            errors = await notebook.errors()
            assert [int(re.findall(r"cell (\d+)", error)[0]) for error in errors] == red, errors


async def test_the_browsers_half_of_the_event_log_is_as_recorded(lab, browser):
    """Notebook 02 tells a reader with no page what the browser's own WebSocket saw: it really sees that."""
    path = next(path for path in COURSE if path.name.startswith("02"))
    cells = notebooks.read(path).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    rows = RECORDED.findall(text)[0].splitlines()
    recorded = [[field.strip() for field in row.strip("|").split("|")] for row in rows]

    async with lab.notebook(browser, path.name) as notebook:
        shows, sends = await notebook.find("EventLog(ws"), await notebook.find("log.browser_sends(")
        for index, cell in enumerate(cells):
            if cell.cell_type == "code":
                await notebook.run_cell(index)
            if index in (shows, sends):
                seen = (await notebook.output(shows)).get_by_label("In this browser").locator("tbody tr")
                await seen.nth([shows, sends].index(index)).wait_for()
        await seen.nth(len(recorded) - 1).wait_for()
        shown = "rows => rows.map(row => ['b', '.data', '.state'].map(part => row.querySelector(part).textContent))"
        assert await seen.evaluate_all(shown) == recorded
