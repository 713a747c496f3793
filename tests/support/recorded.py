"""A widget's recorded session, mounted in an empty page: no kernel, no Lab, and nothing is asked of the network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page

from chatlib.widgets.live import LiveWidget

MOUNT = """async ([module, events, lang]) => {
    document.documentElement.lang = lang;
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    document.body.replaceChildren(document.createElement("main"));
    mount(document.querySelector("main"), { on: listener => events.forEach(listener), send: null });
}"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is left of a widget when its kernel is gone."""

    module: str
    style: str
    events: list[dict[str, Any]]

    @classmethod
    def of(cls, widget: LiveWidget) -> Recorded:
        """Take a widget's front end, and what it was told, as JSON has it."""
        events = json.loads(json.dumps(widget.recording()["events"]))
        return cls(str(widget._esm), str(getattr(widget, "_css", "")), events)


@asynccontextmanager
async def stage(browser: Browser, recorded: Recorded, *, lang: str = "en", **options: Any) -> AsyncIterator[Page]:
    """Mount it in a page with these options; an error there or a request to anybody fails the test."""
    context = await browser.new_context(**{"viewport": {"width": 900, "height": 1000}, **options})
    try:
        page = await context.new_page()
        page.set_default_timeout(5000)
        trouble: list[object] = []
        page.on("request", lambda request: request.url.startswith("blob:") or trouble.append(request.url))
        page.on("websocket", lambda ws: trouble.append(ws.url))
        page.on("pageerror", lambda error: trouble.append(error))
        await page.add_style_tag(content=f":root {{ color-scheme: light dark; background: Canvas; }} {recorded.style}")
        await page.evaluate(MOUNT, [recorded.module, recorded.events, lang])
        yield page
    finally:
        await context.close()
    assert trouble == []
