"""The workspace of the chat, which the badge and the README link to, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.lab import SECONDS, Notebook
from tests.support.places import ROOT
from tests.support.seat import Seat
from tools import notebooks

CHAT = ["08a_chat_between_notebooks.ipynb", "08b_chat_between_notebooks.ipynb"]
SAID = ["hello", "你好，世界", "👩‍👩‍👧 😀", "  two  blanks ", "<img src=x onerror='document.title=1'><b>bold</b>"]


async def sits_at_the_lobby(notebook: Notebook, name: str) -> Seat:
    """Run the notebook as far as its panel of the lobby, and say who one is."""
    cells = notebooks.read(ROOT / "notebooks" / notebook.path).cells
    lobby = await notebook.find("lobby = chatlib.ChatPanel()")
    for index, cell in enumerate(cells[: lobby + 1]):
        if cell.cell_type == "code":
            await notebook.run_cell(index)
    seat = Seat(notebook, panel_cell=lobby)
    await seat.look()
    field = seat.panel.get_by_role("textbox", name="Your name")
    await field.fill(name)
    await field.press("Enter")
    await expect(seat.people.filter(has_text=f"{name} (you)")).to_have_count(1)
    await expect(field).to_have_count(0)
    return seat


async def test_a_link_opens_the_two_chat_notebooks_side_by_side_and_they_chat(lab, browser):
    """The link of the badge and of the README: to the workspace's file.

    What one says, the other reads as it was typed: Chinese, emoji, blanks, and markup that stays text.
    """
    async with lab.page(browser, "chat.jupyterlab-workspace") as page:
        await page.wait_for_url("**/lab/workspaces/chat**")
        panels = page.locator(".jp-NotebookPanel:visible")
        await expect(panels).to_have_count(2, timeout=SECONDS * 1000)
        titles = page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current, #jp-main-dock-panel .lm-mod-current")
        assert sorted(await titles.all_inner_texts()) == CHAT
        left, right = [await panel.bounding_box() for panel in await panels.all()]
        assert left["y"] == right["y"]
        assert min(left["width"], right["width"]) > 400

        one, other = Notebook(page, CHAT[0]), Notebook(page, CHAT[1])
        await one.ready()
        await other.ready()
        ada, bo = await sits_at_the_lobby(one, "Ada"), await sits_at_the_lobby(other, "Bo")
        await expect(ada.people).to_have_text(["AAda (you)", "BBo"])
        for speaker, listener in [(ada, bo), (bo, ada)]:
            before = await listener.texts.count()
            for text in SAID:
                await speaker.say(text)
            await expect(listener.texts).to_have_count(before + len(SAID))
        for seat in (ada, bo):
            assert (await seat.texts.all_text_contents())[-2 * len(SAID) :] == SAID * 2
            log = seat.panel.get_by_role("log", name="Messages")
            await expect(log.locator("[data-id]:not([data-state=delivered])")).to_have_count(0)
            await expect(log.locator(".own")).to_have_count(len(SAID))
            assert await log.locator("img, b:not(.head b)").count() == 0
        await one.close_all()
