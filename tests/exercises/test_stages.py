"""The servers for pages. (What pages make of them, in a real browser: tests/browser/test_browser_page.)"""

from __future__ import annotations

import asyncio

from chatlib.client.websocket import WebSocket
from chatlib.exercises import stages

SECONDS = 10


async def test_a_message_comes_back_to_every_page():
    """The one that has sent it is among them."""
    stage = await stages.broadcast_stage()
    pages = [WebSocket(stage.url) for _ in range(2)]
    async with asyncio.timeout(SECONDS):
        for page in pages:
            await page.once("open")
        hearing = [page.once("message") for page in pages]
        pages[0].send("apples")
        heard = [(await each).data for each in hearing]

    for page in pages:
        page.close()
    assert heard == ["apples", "apples"]
    assert stage.messages == ["apples"]


async def test_the_next_stage_of_a_kind_takes_the_place_of_the_last():
    """A cell that is run again leaves no server behind."""
    first = await stages.bubble_stage()
    page = WebSocket(first.url)
    async with asyncio.timeout(SECONDS):
        await page.once("open")
        second = await stages.bubble_stage()
        await page.once("close")

    assert first.url != second.url
