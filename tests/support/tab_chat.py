"""Two people who chat from notebooks in a browser tab, and lose the kernel that serves."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.lab import Notebook
from tests.support.lite import SECONDS
from tests.support.seat import Seat

FIRST, SECOND = "08a_chat_between_notebooks.ipynb", "08b_chat_between_notebooks.ipynb"


async def seat(notebook: Notebook, name: str) -> Seat:
    """Sit down at the panel of the lobby, as somebody."""
    cells = [await notebook.find(source) for source in ("server = chatlib.serve()", "lobby = chatlib.ChatPanel()")]
    somebody = Seat(notebook, serve_cell=cells[0], panel_cell=cells[1])
    await somebody.sit_down()
    await somebody.panel.get_by_role("textbox", name="Your name").fill(name)
    await somebody.panel.get_by_role("button", name="That is me").click()
    return somebody


async def sees(somebody: Seat, said: list[str]) -> None:
    """Wait until somebody sees all that was said, each once and delivered, and in this order."""
    await somebody.look()
    await expect(somebody.texts).to_have_text(said, timeout=SECONDS * 1000)
    delivered = somebody.panel.locator("[data-state=delivered]")
    await expect(delivered).to_have_count(len(said), timeout=SECONDS * 1000)


async def chat_and_lose_the_owner(ada: Seat, bo: Seat) -> list[str]:
    """They talk; then the kernel that serves is shut down, which is Ada's, and Bo's serves. Return what was said."""
    assert (await ada.is_owner(), await bo.is_owner()) == (True, False)
    await ada.say("Hello from one notebook")
    await sees(bo, said := ["Hello from one notebook"])
    await bo.say("Hello from the other")
    await sees(ada, said := [*said, "Hello from the other"])

    await ada.notebook.shut_down_kernel()
    await bo.say("Is anybody there?")
    await sees(bo, said := [*said, "Is anybody there?"])
    assert await bo.is_owner()
    await ada.say("Not I")
    await expect(ada.panel.get_by_text("kernel").filter(has_text="is gone").first).to_be_visible()
    return said
