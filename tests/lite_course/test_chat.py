"""Two notebooks side by side in one browser tab chat. (In two tabs, and after a reload: tests/lite/test_chat.)"""

from __future__ import annotations

from tests.support.tab_chat import FIRST, SECOND, chat_and_lose_the_owner, seat


async def test_two_notebooks_of_one_lab_chat(tab):
    """Side by side, as in a workshop: two kernels of one page, and one of them goes on alone."""
    async with tab.newcomer() as visitor, visitor.notebook(FIRST) as first:
        second = await first.open_beside(SECOND)
        await chat_and_lose_the_owner(await seat(first, "Ada"), await seat(second, "Bo"))
