"""A widget's recorded session, mounted in an empty page: no kernel, no Lab, and nothing is asked of the network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page

from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.live import LiveWidget

MOUNT = """async ([module, events, lang]) => {
    document.documentElement.lang = lang;
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    document.body.replaceChildren(document.createElement("main"));
    mount(document.querySelector("main"), { on: listener => events.forEach(listener), send: null });
}"""

# The same before a kernel: `tell` tells more, `die` is its end, as session.js has it; `sent` is what was asked of it.
LIVE = """async ([module, events]) => {
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    const send = async action => { window.sent.push(action); };
    const session = { on: listener => { window.tell = listener; }, send };
    window.sent = [];
    window.die = () => { session.send = null; window.tell({ t: 0, kind: "kernel", data: { state: "gone" } }); };
    document.body.replaceChildren(document.createElement("main"));
    mount(document.querySelector("main"), session);
    events.forEach(event => window.tell(event));
    window.tell({ t: 0, kind: "kernel", data: { state: "ready" } });
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
# The same as the reading site shows it.
PLAYER = """async ([instruments, recording]) => {
    const { play } = await import(URL.createObjectURL(new Blob([instruments], { type: "text/javascript" })));
    document.body.replaceChildren(document.createElement("main"));
    play(document.querySelector("main"), recording);
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is left of a widget when its kernel is gone."""

    module: str
    style: str
    events: list[dict[str, Any]]
    whole: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, widget: LiveWidget) -> Recorded:
        """Take a widget's front end, and what it was told, as JSON has it."""
        recording = json.loads(json.dumps(widget.recording()))
        return cls(str(widget._esm), str(getattr(widget, "_css", "")), recording["events"], recording)


@asynccontextmanager
async def stage(browser: Browser, recorded: Recorded, *, lang: str = "en", **options: Any) -> AsyncIterator[Page]:
    """Mount it in a page with these options; an error there or a request to anybody fails the test."""
    async with _page(browser, recorded.style, **options) as page:
        await mount(page, recorded, lang=lang)
        yield page


async def mount(page: Page, recorded: Recorded, *, lang: str) -> None:
    """Mount it in place of what is there, which has the same style."""
    await page.evaluate(MOUNT, [recorded.module, recorded.events, lang])


@asynccontextmanager
async def live(browser: Browser, recorded: Recorded, **options: Any) -> AsyncIterator[Page]:
    """Mount it before a kernel that told it all this, and takes whatever is asked."""
    async with _page(browser, recorded.style, has_server=True, **options) as page:
        await page.evaluate(LIVE, [recorded.module, recorded.events])
        yield page


@asynccontextmanager
async def player(browser: Browser, recorded: Recorded, **options: Any) -> AsyncIterator[Page]:
    """Mount it as the reading site does: below a player, where it can be wound back."""
    async with _page(browser, style_sheet("instruments"), **options) as page:
        await page.evaluate(PLAYER, [front_end("instruments"), recorded.whole])
        yield page


@asynccontextmanager
async def _page(browser: Browser, style: str, *, has_server: bool = False, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**{"viewport": {"width": 900, "height": 1000}, **options})
    try:
        page = await context.new_page()
        page.set_default_timeout(5000)
        trouble: list[object] = []
        page.on("request", lambda request: request.url.startswith("blob:") or trouble.append(request.url))
        page.on("websocket", lambda ws: has_server or trouble.append(ws.url))
        page.on("pageerror", lambda error: trouble.append(error))
        await page.add_style_tag(content=f":root {{ color-scheme: light dark; background: Canvas; }} {style}")
        yield page
    finally:
        await context.close()
    assert trouble == []
