"""The course in a browser tab, as it was built for this run of the tests, in a Chromium that notes every request.

What runs there has no server but one for files; the notebooks are driven as those of a real JupyterLab are.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from tests.support import reading_site
from tests.support.chromium import CHROMIUM_FLAGS
from tests.support.lab import WIDE, Notebook
from tools import lite, lite_cells, lite_parts, notebooks

NOT_HERE = "Not in a browser tab: "
SECONDS = 240  # until Python runs in a page that was never loaded before: 15 on a machine that has nothing else to do


def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it once for all processes of this run; return where it is: below the root, as it is published."""
    import fcntl  # here, for on Windows there is none, and no browser tests

    assert (lite_parts.PLACE / "tools").is_dir(), "Run `make test`, or `python -m tools.lite_parts`."
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder
    with (folder / "lite.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "in_a_tab" / "done"
        if not done.exists():
            lite.build(folder / "in_a_tab" / "lite", work=folder / "lite-work")
            done.touch()
    return folder / "in_a_tab" / "lite"


class Tab:
    """Where the site is served, and a browser profile that visits it."""

    def __init__(self, url: str, context: BrowserContext) -> None:
        self.url = url
        self.context = context

    @asynccontextmanager
    async def newcomer(self) -> AsyncIterator[Tab]:
        """Visit it with another profile, in which nothing is stored: no room, either."""
        assert self.context.browser is not None
        context = await self.context.browser.new_context(viewport=WIDE, locale="en-US")
        try:
            yield Tab(self.url, context)
        finally:
            await context.close()

    @asynccontextmanager
    async def at(self, address: str) -> AsyncIterator[Page]:
        """Open a page of the site; each is another tab of the same profile."""
        page = await self.context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        try:
            await page.goto(self.url + address)
            yield page
        finally:
            await page.close()

    @asynccontextmanager
    async def page(self, *paths: str) -> AsyncIterator[Page]:
        """Open the Lab with these notebooks."""
        opened = "".join(f"&path={path}" for path in paths)
        async with self.at(f"lab/index.html?workspace={paths[0]}{opened}") as page:
            yield page

    @asynccontextmanager
    async def notebook(self, path: str) -> AsyncIterator[Notebook]:
        """Open a notebook in a tab of its own; its kernel is ready."""
        async with self.page(path) as page:
            notebook = Notebook(page, path, seconds=SECONDS)
            await notebook.ready()
            yield notebook


async def runs_as_it_shall(tab: Tab, path: Path) -> None:
    """Open a notebook of the course, and run all its cells: those tagged raises-exception show an error, and no other.

    They show it on stderr: JupyterLite would give up all cells behind a reply that says "error". Then each solution
    solves its exercise, or the check says that a tab cannot do what it asks for.
    """
    course = lite_cells.in_a_tab(notebooks.read(path), path.name)
    tags = [cell["metadata"].get("tags", []) for cell in course["cells"]]
    async with tab.notebook(path.name) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        assert await notebook.unrun() == []
        for index in [index for index, each in enumerate(tags) if lite_cells.RAISES in each]:
            outputs = await notebook.outputs(index)
            assert [it for it in outputs if it.get("name") == "stderr"], (index, outputs)
        for solution, check in solved(course["cells"]):
            verdict = await verdict_on(notebook, solution, check)
            assert verdict.startswith(("Solved: ", f"Not yet: {NOT_HERE}")), (solution, verdict)


def solved(cells: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the name of each exercise's solution, and the line that checks it."""
    name = ""
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            name = (re.findall(r"\]\(solutions/([^)]+)\)", source) or [name])[-1]
        else:
            yield from ((name, check) for check in re.findall(r"^await check\.ex.*", source, re.MULTILINE))


async def verdict_on(notebook: Notebook, solution: str, check: str) -> str:
    """Run a solution, then its check, as cells."""
    source = (notebooks.ROOT / "notebooks" / "solutions" / solution).read_text(encoding="utf-8")
    assert await notebook.run(source) == []
    (verdict,) = await notebook.run(check)
    return str(verdict.get("data", {}).get("text/plain", verdict))


def asked(log: Path) -> set[str]:
    """Return every URL that a Chromium asked for, by its own log of the network: pages, workers, kernels and itself."""
    said = json.loads(log.read_text(encoding="utf-8"))
    begun = said["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    events = [event.get("params", {}) for event in said["events"] if event["type"] == begun]
    return {event["url"] for event in events if "url" in event}


@asynccontextmanager
async def visited(folder: Path, chromium: str, log: Path) -> AsyncIterator[Tab]:
    """Serve the site, and visit it with a new profile; in the end, nobody else must have been asked for anything."""
    with reading_site.served(folder.parent) as url:
        async with async_playwright() as playwright:
            flags = [*CHROMIUM_FLAGS, f"--log-net-log={log}"]
            browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
            context = await browser.new_context(viewport=WIDE, locale="en-US")
            yield Tab(f"{url}{folder.name}/", context)
            await browser.close()
        urls = asked(log)
        has_lab = any(each.startswith(f"{url}{folder.name}/lab/") for each in urls)
        has_kernel = f"{url}{folder.name}/static/pyodide/pyodide.asm.wasm" in urls
        assert urls, "the log has what a page asks for"
        assert has_kernel or not has_lab, "the log has what a kernel asks for"
        assert {each for each in urls if not each.startswith(url)} == set()
