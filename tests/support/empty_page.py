"""An empty page: nothing but its own modules may be asked for in it, and an error in it fails the test.

A page costs more than most of what a test does in it. So whoever has left one in good order hands it on, empty again:
with another document, in which nothing is left of the one before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, Page

VIEWPORT = {"width": 900, "height": 1000}
# These can be changed in a page that is there; any other option takes a context of its own.
MEDIA = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
_free: WeakKeyDictionary[Browser, defaultdict[str, list[Page]]] = WeakKeyDictionary()


@asynccontextmanager
async def empty_page(
    browser: Browser, *, trouble: list[object] | None = None, has_server: bool = False, **options: Any
) -> AsyncIterator[Page]:
    """Yield a page with these options; what goes wrong in it is noted, and whoever expects it takes it off the list."""
    trouble = [] if trouble is None else trouble
    viewport = options.pop("viewport", VIEWPORT)
    media = {name: options.pop(name, value) for name, value in MEDIA.items()}
    free = _free.setdefault(browser, defaultdict(list))[repr(sorted(options.items()))]
    page = free.pop() if free else await (await browser.new_context(**options)).new_page()
    noted: dict[Any, Any] = {
        "request": lambda request: request.url.startswith("blob:") or trouble.append(request.url),
        "websocket": lambda ws: has_server or trouble.append(ws.url),
        "pageerror": lambda error: trouble.append(error),
    }
    try:
        page.set_default_timeout(5000)
        await page.set_viewport_size(viewport)
        await page.emulate_media(**media)
        for event, note in noted.items():
            page.on(event, note)
        yield page
        for event, note in noted.items():
            page.remove_listener(event, note)
        assert trouble == []
        await page.goto("about:blank")
    except BaseException:
        await page.context.close()
        raise
    free.append(page)
