"""The evil page as it is served; what it does in a real browser is in tests/browser/test_attacker_console.py."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request

import pytest

from chatlib.experiments.evil_page import EvilPage


async def test_it_is_one_page_and_nothing_else():
    """On a port of its own; whoever asks for anything else is told so."""
    page = await EvilPage(3000).start()

    def get(path):
        with urllib.request.urlopen(page.origin + path) as response:
            return response.read().decode()

    html = await asyncio.to_thread(get, "/")
    assert '"127.0.0.1:3000"' in html
    assert "$" not in html.replace("${", "")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        await asyncio.to_thread(get, "/other")
    await page.stop()
    await page.stop()
