"""Notebooks in browser tabs chat: the room outlives the kernel that serves it."""

from __future__ import annotations

from tests.support.tab_chat import FIRST, SECOND, chat_and_lose_the_owner, seat


async def test_two_tabs_chat_and_the_room_outlives_its_kernel(tab):
    """The kernel that serves is shut down: the other one takes over, and nothing is lost."""
    async with tab.newcomer() as visitor, visitor.notebook(FIRST) as first, visitor.notebook(SECOND) as second:
        (solution,) = await first.run("%load solutions/08_chat_page.py")
        assert "copy this into one" in solution["text"]
        assert "new WebSocket(url)" in solution["text"]
        ada, bo = await seat(first, "Ada"), await seat(second, "Bo")
        await chat_and_lose_the_owner(ada, bo)
