"""An empty page in which widgets are shown, each with its own Python behind it: no Lab, and no kernel."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page

from chatlib import languages
from chatlib.widgets.live import LiveWidget

MOUNT = """async ([module, events]) => {
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    mount(document.body, { on: listener => { window.tell = listener; }, send: window.act });
    events.forEach(event => window.tell(event));
}"""
TELL = "event => window.tell(event)"


class BarePage:
    """Shows one widget at a time; one page for all, for a page costs more than what is shown in it.

    ``is_cut_off`` says whether Chromium refused a WebSocket of what is shown with no reason, and asked no server: on a
    busy machine it does so to one of some thousand, if several are made at once.
    """

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url
        self._widget: LiveWidget | None = None
        self.is_cut_off = False
        page.on("console", self._read)

    @asynccontextmanager
    async def showing(self, widget: LiveWidget) -> AsyncIterator[None]:
        """Load it anew with this widget: what the page asks for, that does; what that records, the page is told."""
        loop = asyncio.get_running_loop()
        telling: list[concurrent.futures.Future[Any]] = []
        record = widget.record

        def record_and_tell(kind: str, data: dict[str, Any], **options: Any) -> None:
            record(kind, data, **options)
            event = {"t": 0, "kind": kind, "data": languages.for_pages(data)}
            telling.append(asyncio.run_coroutine_threadsafe(self._page.evaluate(TELL, event), loop))

        await self._page.goto(self._url)
        self._widget = widget
        self.is_cut_off = False
        widget.record = record_and_tell
        await self._page.evaluate(MOUNT, [str(widget._esm), widget.told()])
        yield
        widget.close()
        await asyncio.gather(*map(asyncio.wrap_future, telling))

    def act(self, action: dict[str, Any]) -> Any:
        """Have the widget do what the page asks for."""
        assert self._widget is not None
        return self._widget.act(action)

    def _read(self, line: ConsoleMessage) -> None:
        if line.text.startswith("WebSocket connection to ") and line.text.endswith(" failed: "):
            self.is_cut_off = True


@asynccontextmanager
async def bare_page(browser: Browser, url: str) -> AsyncIterator[BarePage]:
    """Open one at an address on this machine: from elsewhere, Chromium lets no page connect to a server here."""
    context = await browser.new_context(viewport={"width": 900, "height": 1000}, locale="en-US")
    try:
        page = await context.new_page()
        bare = BarePage(page, url)
        await page.expose_function("act", bare.act)
        yield bare
    finally:
        await context.close()
