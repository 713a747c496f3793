"""A notebook with a chat panel, as whoever sits there sees it."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.support.lab import Notebook


class Seat:
    """Somebody at a notebook that has a cell with ``serve()``, and one with a panel."""

    def __init__(self, notebook: Notebook, *, serve_cell: int = 0, panel_cell: int = 1) -> None:
        self.notebook = notebook
        self.cells = serve_cell, panel_cell
        self.panel: Locator = notebook.page.locator("nothing yet")

    async def sit_down(self) -> None:
        """Run both cells; return when the panel is in its room."""
        for cell in self.cells:
            await self.notebook.run_cell(cell)
        await self.look()
        await expect(self.status).to_have_text("OPEN", timeout=self.notebook.seconds * 1000)

    async def look(self) -> None:
        """Find the panel, where its cell has been run."""
        self.panel = await self.notebook.output(self.cells[1])

    @property
    def status(self) -> Locator:
        """What the panel says of its connection."""
        return self.panel.get_by_role("status")

    @property
    def texts(self) -> Locator:
        """What was said, one by one."""
        return self.panel.get_by_role("log", name="Messages").locator("[data-state] .text")

    @property
    def people(self) -> Locator:
        """Who is in the room."""
        return self.panel.get_by_role("list", name="People").get_by_role("listitem")

    async def say(self, text: str) -> None:
        """Write something, and press Enter."""
        field = self.panel.get_by_role("textbox", name="Message")
        await field.fill(text)
        await field.press("Enter")

    async def is_owner(self) -> bool:
        """Tell whether this kernel runs the server."""
        return bool(await self.notebook.value("server.owner"))
