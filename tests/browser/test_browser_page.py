"""The exercises in JavaScript, in a real browser: what is asked of each page, and the verdict that each answer gets.

The notebook's own cells show a page and check it, here in the test's process. (In a real JupyterLab, before a kernel:
tests/lab/test_in_browser.)
"""

from __future__ import annotations

import re

import pytest
import pytest_asyncio

import chatlib
from chatlib.exercises import in_browser, learners_page
from chatlib.widgets.browser_page import BrowserPage
from tests.support import reading_site, recorded
from tests.support.bare_page import bare_page
from tests.support.cells import run_cell
from tests.support.course import read, says
from tests.support.in_browser import ANSWERS, IMPORTS, SOLUTIONS, cells, solution
from tests.support.recorded import Recorded
from tools import course_map, notebooks


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser, tmp_path_factory):
    """One that is not at the address of a chat server, as JupyterLab's is not."""
    with reading_site.served(tmp_path_factory.mktemp("empty")) as url:
        async with bare_page(browser, url) as page:
            yield page


async def verdict(page, number, answer=""):
    """Return what the check says of an answer; if Chromium let its page down, what it says the next time."""
    said = await judge(page, number, answer)
    return await judge(page, number, answer) if page.is_cut_off else said


async def judge(page, number, answer):
    """Run the notebook's cells, with the answer behind the blank."""
    its = cells(number)
    memory = {"__name__": "__main__"}
    for source in (IMPORTS, its.blank, answer, its.shows):
        await run_cell(source, memory)
    async with page.showing(memory[its.page]):
        return await run_cell(its.checks, memory)


@pytest.mark.parametrize("number", SOLUTIONS)
async def test_a_blank_is_not_yet_solved(page, number):
    """The check gives a hint."""
    said = await verdict(page, number)

    assert repr(said).startswith("Not yet: ")
    assert "it raised" not in said.text


@pytest.mark.parametrize("number", SOLUTIONS)
async def test_the_solution_solves_it(page, number):
    """What `%load` shows is right."""
    assert repr(await verdict(page, number, solution(number))).startswith("Solved: ")


@pytest.mark.parametrize("each", ANSWERS, ids=str)
async def test_an_answer_gets_its_verdict(page, each):
    """Whoever is wrong in a plausible way reads what is true of this very page; what is right is solved."""
    said = await verdict(page, each.number, each.answer)

    assert said.solved == each.is_right
    assert each.fits(repr(said)), f"it said: {said!r}"


async def test_the_page_of_the_blog_post_talks_to_our_server_unchanged(page):
    """What 08b says that it shows, and does not show: of what is said now, and of what was said before it came."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == "08b"]
    (source,) = [cell.source for cell in read(path).cells if cell.id == "post-page"]
    memory: dict[str, str] = {}
    await run_cell(source, memory)
    with chatlib.serve(port=0) as workshop:
        bo = chatlib.ChatClient(workshop.url, name="Bo")
        await bo.joined()
        await bo.delivered(bo.send("before"))
        shown = BrowserPage(workshop.url, memory["post_page"])
        async with page.showing(shown):
            assert await shown.until(lambda: "Send!" in shown.texts[0] and "entered" in shown.texts[0], timeout=60)
            before = list(shown.lines[0])
            await bo.delivered(bo.send("<b>Can you see me?</b>"))
            assert await shown.until(lambda: "see me?" in shown.texts[0], timeout=60)
            after = shown.lines[0][len(before) :]

    assert says("08b", "it shows only who came")
    assert "before" not in " ".join(before)
    assert says("08b", "It does not show *who* said it")
    (line,) = [line for line in after if line]
    assert re.fullmatch(r"<b>Can you see me\?</b> @ \d\S+", line)


async def test_a_kernel_that_is_deaf_while_a_cell_runs_asks_once_more(page, monkeypatch):
    """Whoever looked at the page before: it has logged all, and has not yet been opened where no server is."""
    for module in (in_browser, learners_page):
        monkeypatch.setattr(module, "is_deaf", lambda: True)
    its = cells("02")
    memory = {"__name__": "__main__"}
    for source in (IMPORTS, solution("02"), its.shows):
        await run_cell(source, memory)
    shown = memory[its.page]
    async with page.showing(shown):
        assert await shown.until(lambda: len(shown.console) == 3, timeout=60)
        first = await run_cell(its.checks, memory)
        assert "run this cell once more" in repr(first)
        assert await shown.until(lambda: shown.aside, timeout=60)
        assert (await run_cell(its.checks, memory)).solved


async def test_what_is_opened_aside_is_hidden_and_goes(browser):
    """A page that tries again and again would do so for ever."""
    page = BrowserPage("ws://127.0.0.1:1", "<script>console.log('here')</script>")
    shown = Recorded.of(page)
    page.close()
    hidden = "() => [...document.querySelectorAll('iframe')].map(frame => frame.hidden)"
    async with recorded.live(browser, shown) as tab:
        await tab.wait_for_function("() => document.querySelector('iframe')")
        await tab.evaluate("window.tell({ t: 0, kind: 'aside', data: { number: 1, url: null } })")
        await tab.wait_for_function("() => window.sent.some(each => each.do === 'aside')")
        assert await tab.evaluate(hidden) == [False, True]
        await tab.evaluate("window.tell({ t: 0, kind: 'asideClosed', data: {} })")
        assert await tab.evaluate(hidden) == [False]


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
