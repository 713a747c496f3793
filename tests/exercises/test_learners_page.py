"""How long a check waits for a learner's page. (Its verdicts, in a real browser: tests/browser/test_browser_page.)"""

from __future__ import annotations

import asyncio

from chatlib.client.websocket import WebSocket
from chatlib.exercises import in_browser
from chatlib.exercises.learners_page import BREATHS
from chatlib.widgets import BrowserPage
from tests.support.waiting import until


async def test_a_page_is_waited_for_by_its_own_clock(monkeypatch):
    """A busy machine's page breathes slowly; it has as many breaths as any other, and what it does meanwhile counts."""
    stage = await in_browser.echo_stage()
    page = BrowserPage(stage.url, "<script>new WebSocket(url)</script>")
    asked: list[int] = []
    monkeypatch.setattr(page, "record", lambda _kind, event, **_: asked.append(event["number"]))
    page.act({"do": "loaded", "copy": 0})
    judged = asyncio.create_task(in_browser.five_steps(stage, page))

    for breath in range(1, 2 * BREATHS + 2):  # the first one is what a page has that was just opened
        await until(lambda: asked[-1:] == [breath])  # noqa: B023
        if breath == BREATHS + 1:
            ws = WebSocket(stage.url)
            await until(lambda: stage.visits)
            assert not judged.done()
        page.act({"do": "breathed", "number": breath})

    verdict = await judged
    ws.close()
    page.close()
    assert "your page connected, and sent nothing." in str(verdict)
