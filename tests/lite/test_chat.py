"""Notebooks in browser tabs chat: one by way of the first screen; and the room outlives the kernel that serves it."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.accessibility import serious
from tests.support.lab import Notebook
from tests.support.lite import SECONDS, verdict_on
from tests.support.tab_chat import FIRST, SECOND, chat_and_lose_the_owner, seat

# One that plays chat, and one with a server of its own and a clock that hurries.
CHECKS = (
    ("nb08a", "08_others.py", "await check.ex2(others)"),
    ("nb06", "06_survive_leaver.py", "await check.ex2(tell)"),
)


async def test_the_first_screen_leads_to_a_chat_of_two_tabs_that_outlives_its_kernel(tab):
    """With no server but one for files; that nobody else was asked for anything is seen when the browser ends.

    The kernel that serves is shut down: the other one takes over, and nothing is lost.
    """
    async with tab.newcomer() as visitor, visitor.at(f"index.html?path={FIRST}") as page:
        await expect(page.get_by_role("alert")).to_be_hidden()
        assert await serious(page, "body") == []

        await page.get_by_role("link", name="Open 08a Chat between notebooks").click()
        first = Notebook(page, FIRST, seconds=SECONDS)
        await first.ready()
        assert await first.value("[name for name in globals() if 'chatlib' in name]") == []
        assert await first.value("str(__import__('chatlib').doctor().colour)") == "green"
        (solution,) = await first.run("%load solutions/08_chat_page.py")
        assert "copy this into one" in solution["text"]
        assert "new WebSocket(url)" in solution["text"]
        for number, name, check in CHECKS:
            await first.run(f"from chatlib.exercises import {number} as check")
            assert (await verdict_on(first, name, check)).startswith("Solved: ")

        async with visitor.notebook(SECOND) as second:
            ada, bo = await seat(first, "Ada"), await seat(second, "Bo")
            await chat_and_lose_the_owner(ada, bo)
