"""The page of a learner, as the checks see it: whether it is there, what it brings about, and how long it may take.

A page's seconds are not ours: on a busy machine it is slow in all that it does, so its own clock says when it is late.
"""

from __future__ import annotations

import asyncio
import math
import re
import sys
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from html import unescape
from typing import Any, Final, Protocol

from chatlib.exercises.verdict import NotYet
from chatlib.machine import tab
from chatlib.words import Text

COMMENT: Final = re.compile(r"""/\*.*?\*/|<!--.*?-->|(?<![:"'`])//[^\n]*""", re.DOTALL)
NOBODY_CAN_TYPE: Final = "Error: there is no field to type into, or no button to click"  # says browser_page.js
BREATHS: Final = 6  # of a page: so long it may take over whatever it is to do
OPEN_SECONDS: Final = 15.0  # until a browser has opened it
MOST_SECONDS: Final = 50.0  # for a page that does not breathe: it is hidden, or has gone
THINGS: Final = ("apples", "bread", "clouds", "drums", "elephants", "flutes", "grapes", "hats")
BACK_TO_YOU: Final = Text("The server sends it once to everybody, to the page that sent it as well.")
DEAF: Final = Text(
    "this check has to hear from your page while it runs, and ipykernel 6 hears a page only "
    "between two cells. chatlib.doctor() says how to get a newer one."
)


class Page(Protocol):
    """What a check needs of a BrowserPage."""

    source: str
    console: list[str]
    aside: list[str]
    asides: int
    texts: list[str]
    lines: list[list[str]]
    fields: list[str]
    places: list[list[tuple[str, int, int]]]
    is_open: bool
    loads: list[int]
    connections: list[int]
    codes: list[int | None]
    asks_for_open: bool

    def types(self, text: str, *, copy: int = 0, clicks: bool = True) -> None:
        """Write into the page's field, and click its button, or not yet."""

    def open_aside(self, url: str | None) -> None:
        """Open it once more, out of sight, at another server or at none."""

    def close_aside(self) -> None:
        """End what was opened out of sight."""

    async def until(self, condition: Any, *, timeout: float) -> bool:
        """Wait until it is true."""

    async def breathe(self, breaths: int) -> None:
        """Return after so many seconds as the page lives them."""


async def opened(page: Page) -> None:
    """Return when the page is open, and has had time to connect; refuse one that no browser has opened."""
    if tab.is_here():
        raise NotYet.saying(tab.NO_SOCKET)
    code = re.sub(COMMENT, "", page.source)  # what stands in one does nothing
    if not re.search(r"(?i)\bWebSocket\b", code):  # what they did with it, the server and the console know
        raise NotYet("there is no new WebSocket(…) in your page yet.")
    if not await page.until(lambda: page.is_open, timeout=OPEN_SECONDS):
        raise NotYet(
            "no browser has opened your page. Run the cell above, wait until you see the page, and run this one."
        )
    if not is_deaf():
        with suppress(TimeoutError):  # it has gone since
            await asyncio.wait_for(page.breathe(1), OPEN_SECONDS)  # Run All comes here while it still connects


async def soon(page: Page, coming: Coroutine[Any, Any, Any], seconds: float = 0, *, breaths: int = BREATHS) -> bool:
    """Wait for what a page brings about, for as long as it takes the page to breathe a few times; tell if it came.

    ``seconds`` are what its server takes for it.
    """
    breaths += math.ceil(seconds)
    breathing = asyncio.sleep(breaths) if is_deaf() else page.breathe(breaths)
    tasks = [asyncio.ensure_future(each) for each in (coming, breathing)]
    try:
        await asyncio.wait(tasks, timeout=MOST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return tasks[0].done() and tasks[0].result() is not False
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def shows(page: Page, condition: Callable[[], bool]) -> bool:
    """Wait until a page shows or logs something, as :func:`soon` does; tell whether it did."""
    return await soon(page, page.until(condition, timeout=MOST_SECONDS))


def is_deaf() -> bool:
    """Tell whether this kernel hears what a page tells only when no cell runs, and so no check."""
    ipykernel = sys.modules.get("ipykernel")
    return ipykernel is not None and ipykernel.version_info < (7,)


def check_typed(page: Page) -> None:
    """Refuse a page in which nobody could type and click."""
    if NOBODY_CAN_TYPE in page.console:
        raise NotYet(
            "there is no field to type into in your page, or no button to click. Does your script remove them?"
        )


def check_stays(page: Page, loads: list[int]) -> None:
    """Refuse a page that is not the one of before: what it showed has gone, and so has its connection."""
    if page.loads != loads:
        raise NotYet(
            "its button was clicked, and your page was loaded again. A button in a form does that, unless "
            "preventDefault() is called."
        )


def check_no_field(fields: str, text: str) -> None:
    """Refuse a page that shows a text where people write: they would change it."""
    if text in fields:
        raise NotYet(
            "{text!r} is in a field of your page. What is in a field does not count: show it as text, in an element "
            "such as a div.",
            text=text,
        )


def side_by_side(page: Page, one: str, other: str, *, copy: int = 0) -> bool:
    """Tell whether two messages stand beside each other; unknown is it where the browser does not draw the page."""
    match _places_of(page, one, other, copy):
        case (top, bottom), (others_top, others_bottom):
            return min(bottom, others_bottom) - max(top, others_top) > min(bottom - top, others_bottom - others_top) / 2
    return False


def comes_after(page: Page, one: str, other: str) -> bool:
    """Tell whether a message stands below another: on the screen, or if nobody knows in the page's text."""
    match _places_of(page, one, other, 0):
        case (top, _), (others_top, _):
            return top > others_top
    return page.texts[0].index(one) > page.texts[0].index(other)


def _places_of(page: Page, one: str, other: str, copy: int) -> list[tuple[int, int]]:
    """Return the top and the bottom of two messages that a page shows; nothing if they are in one text."""
    found = [[place for place in page.places[copy] if msg in place[0]] for msg in (one, other)]
    if not all(found) or found[0][0] == found[1][0]:
        return []
    return [(top, bottom) for (_, top, bottom), *_ in found]


def trouble(console: Iterable[str]) -> Text:
    """Return the last error in a page's console, as a sentence; it may be why."""
    errors = [line for line in console if "Error" in line]
    return Text(" Its console says: {error}.", error=errors[-1].removesuffix(".")) if errors else Text("")


def as_html(text: str, shown: str) -> str | None:
    """Return what a page shows if it took a text for HTML, or all of it but its tags."""
    return next((form for each in (re.sub("<.*?>", "", text), text) if (form := unescape(each)) in shown), None)
