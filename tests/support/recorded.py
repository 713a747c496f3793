"""A widget's recorded session, mounted in an empty page: no kernel, no Lab, and nothing is asked of the network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from playwright.async_api import Browser, Page

from chatlib.front_end import bundle
from chatlib.widgets.live import LiveWidget
from tests.support.empty_page import empty_page

front_end, style_sheet = cache(bundle.front_end), cache(bundle.style_sheet)  # for one process of the tests once

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
async def _page(browser: Browser, style: str, **options: Any) -> AsyncIterator[Page]:
    async with empty_page(browser, **options) as page:
        await page.add_style_tag(content=f":root {{ color-scheme: light dark; background: Canvas; }} {style}")
        yield page
