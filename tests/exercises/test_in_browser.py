"""When a check looks at a page. (Its verdicts, in a real browser: tests/browser/test_browser_page.)"""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from chatlib.client.websocket import WebSocket
from chatlib.exercises import in_browser
from chatlib.widgets import BrowserPage
from tests.support.in_browser import SOLUTIONS, cells, solution
from tests.support.waiting import until


async def test_a_page_that_was_just_opened_may_still_connect(monkeypatch):
    """Run All checks it at once: the first of two has two connections by then, and the second one has none."""
    stage = await in_browser.broadcast_stage()
    page = BrowserPage(stage.url, "<script>new WebSocket(url)</script>", copies=2)
    senders = [WebSocket(stage.url)]
    listeners: list[WebSocket] = []
    loop = asyncio.get_running_loop()

    def listens(copy, ws):
        def shows(event):
            text = f"{page.texts[copy]}{event.data}\n"
            page.act({"do": "shows", "copy": copy, "text": text, "lines": text, "fields": "", "places": []})

        ws.onmessage = shows
        listeners.append(ws)

    def breathes(number):
        if len(listeners) < 2:
            senders.append(WebSocket(stage.url))
            listens(1, senders[1])
            senders[1].onopen = lambda _: page.act({"do": "breathed", "number": number})

    def record(kind, event, **_):
        if kind == "types" and event["clicks"]:
            senders[event["copy"]].send(event["text"])
        elif kind == "breathe":
            loop.call_later(0.3, breathes, event["number"])

    listens(0, WebSocket(stage.url))
    await until(lambda: len(stage.visits) == 2)
    monkeypatch.setattr(page, "record", record)
    for copy in (0, 1):
        page.act({"do": "loaded", "copy": copy})

    verdict = await in_browser.two_pages(stage, page)
    for ws in [senders[0], *listeners]:
        ws.close()
    page.close()
    assert verdict.solved, verdict


async def test_what_ran_in_a_page_is_heard_however_late(monkeypatch):
    """What a page shows, and what it writes into its console, come by two ways."""
    stage = await in_browser.bubble_stage()
    page = BrowserPage(stage.url, "<script>new WebSocket(url)</script>")
    shown: list[str] = []

    def show(event):
        shown.extend(json.loads(event.data).values())
        text = "\n".join(shown)
        page.act({"do": "shows", "copy": 0, "text": text, "lines": text, "fields": "", "places": []})

    def record(kind, event, **_):
        if kind == "breathe" and (not shown or any(text.startswith("Really, ") for text in shown)):
            for ran in re.findall(r"console\.log\(`(\w+-14)`\)</sCrIpT>", "\n".join(shown)):
                page.act({"do": "logged", "copy": 0, "text": ran})
            page.act({"do": "breathed", "number": event["number"]})

    monkeypatch.setattr(page, "record", record)
    page.act({"do": "loaded", "copy": 0})
    ws = WebSocket(stage.url)
    ws.onmessage = show

    verdict = await in_browser.bubbles(stage, page)
    ws.close()
    page.close()
    assert "a script ran in your page: the time was <ScRiPt>" in str(verdict)


@pytest.mark.parametrize("number", SOLUTIONS)
def test_what_is_escaped_in_a_page_is_for_the_browser(number):
    """Python takes no backslash out of the text, so that a line break in a string of JavaScript stays what it is."""
    for source in (cells(number).blank, solution(number)):
        names: dict[str, str] = {}
        exec(source.replace("<script>", r'<script>const line = "\n";'), names)

        assert r'"\n"' in names["my_page"]
