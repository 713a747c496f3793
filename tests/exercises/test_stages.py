"""The servers for pages. (What pages make of them, in a real browser: tests/browser/test_browser_page.)"""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

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


@pytest.mark.parametrize(("host", "code", "knows"), [(None, 1005, True), ("hub", 1005, False), ("hub", 4000, True)])
async def test_a_goodbye_through_the_proxy_of_a_jupyter_server_comes_without_its_code(host, code, knows):
    """Such a visitor names the Jupyter server as its host, and what it said cannot be known."""
    stage = await stages.echo_stage()
    request = SimpleNamespace(headers={"Host": host or urlsplit(stage.url).netloc})
    visit = SimpleNamespace(connection=SimpleNamespace(request=request), close_code=code)

    assert stage.knows_code_of(visit) is knows


async def test_the_slower_server_takes_longer_than_its_visitor_took(monkeypatch):
    """So whoever waited for some seconds, and not for an event, is too early there."""
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=100.0)
    monkeypatch.setattr(stages, "time", clock)
    for name in ("handshake_seconds", "last_answer_seconds"):
        monkeypatch.setattr(stages.EchoStage, name, 0)
    stage = await stages.echo_stage()
    page = WebSocket(stage.url)
    async with asyncio.timeout(SECONDS):
        await page.once("open")
        for at, word in [(103.0, "one"), (104.0, "two"), (110.0, "three")]:
            clock.now = at
            page.send(word)
            await page.once("message")
        clock.now = 114.0
        page.close(1000)
        await stage.everyone_left()
    slower = stage.slower()

    assert (slower.handshake_seconds, slower.last_answer_seconds) == (
        3.0 + stages.SLOWER_SECONDS,
        4.0 + stages.SLOWER_SECONDS,
    )


async def test_who_only_asks_whether_it_is_there_does_not_wait(monkeypatch):
    """A page looks, with fetch(), for the address that leads there; the handshake alone takes its time."""
    monkeypatch.setattr(stages.EchoStage, "handshake_seconds", 6 * SECONDS)
    stage = await stages.echo_stage()

    with pytest.raises(urllib.error.HTTPError, match="426"):
        await asyncio.to_thread(urllib.request.urlopen, stage.url.replace("ws", "http"), timeout=SECONDS)
