"""Notebooks in a browser tab chat: side by side, and after a reload. (In two tabs: tests/lite/test_chat.)"""

from __future__ import annotations

from tests.support.tab_chat import FIRST, SECOND, chat_and_lose_the_owner, seat, sees


async def test_two_notebooks_of_one_lab_chat(tab):
    """Side by side, as in a workshop: two kernels of one page, and one of them goes on alone."""
    async with tab.newcomer() as visitor, visitor.notebook(FIRST) as first:
        second = await first.open_beside(SECOND)
        await chat_and_lose_the_owner(await seat(first, "Ada"), await seat(second, "Bo"))


async def test_a_reload_has_all_that_was_said(tab):
    """The page whose kernel served, and was shut down, is loaded anew: its new kernel joins the room of the other."""
    async with tab.newcomer() as visitor, visitor.notebook(FIRST) as first, visitor.notebook(SECOND) as second:
        ada, bo = await seat(first, "Ada"), await seat(second, "Bo")
        said = await chat_and_lose_the_owner(ada, bo)

        await first.reload()
        ada = await seat(first, "Ada")
        await ada.say("Back again")
        for somebody in (ada, bo):
            await sees(somebody, [*said, "Back again"])
        assert not await ada.is_owner()
