"""The workspace of the chat, which the badge and the README link to, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.lab import SECONDS

CHAT = ["08a_chat_between_notebooks.ipynb", "08b_chat_between_notebooks.ipynb"]


async def test_a_link_opens_the_two_chat_notebooks_side_by_side(lab, browser):
    """The link of the badge and of the README: to the workspace's file."""
    async with lab.page(browser, "chat.jupyterlab-workspace") as page:
        await page.wait_for_url("**/lab/workspaces/chat**")
        panels = page.locator(".jp-NotebookPanel:visible")
        await expect(panels).to_have_count(2, timeout=SECONDS * 1000)
        titles = page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current, #jp-main-dock-panel .lm-mod-current")
        assert sorted(await titles.all_inner_texts()) == CHAT
        left, right = [await panel.bounding_box() for panel in await panels.all()]
        assert left["y"] == right["y"]
        assert min(left["width"], right["width"]) > 400
