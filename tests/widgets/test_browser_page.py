"""BrowserPage: what a browser tells of a page is known in Python. (In a browser: tests/browser/test_browser_page.)"""

from __future__ import annotations

from typing import Any

import pytest

from chatlib.exercises import in_browser
from chatlib.machine import tab
from chatlib.widgets import BrowserPage
from tests.support.pyodide import in_a_tab

URL = "ws://127.0.0.1:1"
PLACES = [["Hello", 8, 26], ["Ada", 42, 60]]


async def test_what_the_browsers_tell_is_kept_by_copy():
    """Loaded, logged, and what each shows now; whoever waits for it is woken."""
    page = BrowserPage(URL, "<p>Hello</p>", copies=2)
    assert (page.is_open, page.loads, page.console, page.texts) == (False, [0, 0], [], ["", ""])

    for copy in (0, 1):
        page.act({"do": "loaded", "copy": copy})
        page.act({"do": "logged", "copy": copy, "text": f"line {copy}"})
    page.act({"do": "shows", "copy": 1, "text": "HelloAda", "lines": "Hello\nAda", "fields": "hi", "places": PLACES})
    page.act({"do": "loaded", "copy": 1})
    for count in (1, 2, 1):
        page.act({"do": "connects", "copy": 1, "count": count})
    for code in (1000, None, 3000.0):
        page.act({"do": "closes", "copy": 0, "code": code})
    assert not page.asks_for_open
    page.act({"do": "asks", "copy": 1})

    assert await page.until(lambda: page.is_open, timeout=30)
    assert page.loads == [1, 2]
    assert page.connections == [0, 1]
    assert page.codes == [1000, None, 3000]
    assert page.asks_for_open
    assert not await page.until(lambda: page.texts[0], timeout=0)
    assert (page.console, page.texts) == (["line 0", "line 1"], ["", "HelloAda"])
    assert page.lines == [[], ["Hello", "Ada"]]
    assert page.fields == ["", "hi"]
    assert page.places == [[], [("Hello", 8, 26), ("Ada", 42, 60)]]
    page.close()


async def test_somebody_who_waits_hears_of_what_comes_later():
    """The condition is asked again after each thing that a browser tells."""
    page = BrowserPage(URL, "")
    waiting = page.until(lambda: "done" in page.console, timeout=30)
    page.act({"do": "logged", "copy": 0, "text": "done"})

    assert await waiting
    page.close()


def test_it_is_opened_aside_and_heard_alone():
    """At another server, or at none; what the one before it still says is not taken for what this one says."""
    page = BrowserPage(URL, "<p>Hello</p>")
    asked = []
    page.record = lambda kind, event, **_: asked.append((kind, event))
    for number, url in enumerate(["ws://127.0.0.1:2", None], 1):
        page.open_aside(url)
        assert (asked.pop(), page.aside) == (("aside", {"number": number, "url": url}), [])
        page.act({"do": "aside", "number": number, "text": f"line {number}"})
        page.act({"do": "aside", "number": number - 1, "text": "late"})
        assert (page.aside, page.console, page.loads) == ([f"line {number}"], [], [0])
    page.close_aside()
    assert asked.pop() == ("asideClosed", {})
    page.close()


def test_its_source_is_never_a_part_of_the_notebook():
    """The snapshot shows it, as text."""
    page = BrowserPage(URL, "<script>alert(1)</script>")

    assert "<script>" not in page.snapshot()
    assert "&lt;script&gt;" in page.snapshot()
    page.close()


async def test_where_no_page_gets_to_the_server_it_says_so(monkeypatch):
    """In a browser's tab: the page is told why it is not run, and so is who asks whether it is right."""
    in_a_tab(monkeypatch)
    page = BrowserPage(URL, "new WebSocket(url)")
    (told,) = [event["data"] for event in page.told() if event["kind"] == "page"]
    verdict = await in_browser.chat_page(URL, page)

    assert told["nowhere"]["en"] == tab.NO_SOCKET
    assert told["nowhere"]["zh"] != tab.NO_SOCKET
    assert tab.NO_SOCKET in str(verdict)
    page.close()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": 3000}, "url is a string, such as server.url"),
        ({"source": None}, "source is a string"),
        ({"copies": 0}, "copies is 1 or more, not 0"),
        ({"copies": "2"}, "copies is a whole number"),
    ],
)
def test_misuse_is_refused_at_the_call(wrong: dict[str, Any], words: str):
    """It says what was expected."""
    with pytest.raises((TypeError, ValueError), match=words):
        BrowserPage(**({"url": URL, "source": ""} | wrong))


def test_what_no_browser_tells_is_refused():
    """It names what came."""
    page = BrowserPage(URL, "")
    with pytest.raises(ValueError, match="expected what a browser tells of a page"):
        page.act({"do": "dance"})
    page.close()
