"""StateTheatre as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

IMPORTS = "from chatlib.widgets.state_theatre import StateTheatre"
THEATRE = "theatre = StateTheatre()\ntheatre"


async def test_theatre_is_played_with_its_buttons_and_read_from_python(lab, browser):
    """Connect, send, close: the lanes show it, and the next cell asserts what was seen."""
    async with lab.notebook(browser, lab.write(IMPORTS, THEATRE)) as notebook:
        await notebook.run_all()
        theatre = await notebook.output(1)
        status, lanes = theatre.get_by_role("status"), theatre.get_by_role("table")
        await expect(theatre.get_by_role("button", name="Client: close")).to_be_disabled()

        await theatre.get_by_role("button", name="Connect", exact=True).click()
        await expect(status).to_have_text("Client OPEN (1) · Server OPEN (1)")
        await theatre.get_by_role("button", name="Client: send").click()
        await expect(lanes.get_by_role("row", name="event message 'hello'")).to_have_count(2)
        await theatre.get_by_role("spinbutton", name="Code").fill("4000")
        await theatre.get_by_role("textbox", name="Reason").fill("好了")
        await theatre.get_by_role("button", name="Client: close").click()

        await expect(status).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
        await expect(theatre.get_by_text("The client said so first.")).to_contain_text("4000 private")
        assert await notebook.value("[theatre.states, theatre.events, theatre.close_code, theatre.close_reason]") == [
            [0, 1, 2, 3],
            ["open", "message", "close"],
            4000,
            "好了",
        ]


ENDINGS = {
    "Server: close": "1000 normal closure",
    "Server: raise an exception": "1011 internal error",
    "Cut the connection": "1006 abnormal closure",
}


async def test_theatre_ends_by_keyboard(lab, browser):
    """Each ending with the Enter key alone; no key reaches the notebook."""
    async with lab.notebook(browser, lab.write(IMPORTS, THEATRE)) as notebook:
        await notebook.run_cell(0)
        for button, result in ENDINGS.items():
            await notebook.run_cell(1)
            theatre = await notebook.output(1)
            await expect(theatre.get_by_role("row", name="event")).to_have_count(0)
            await theatre.get_by_role("button", name="Connect", exact=True).press("Enter")
            await expect(theatre.get_by_role("status")).to_contain_text("Server OPEN")
            await theatre.get_by_role("textbox", name="Reason").press_sequentially("abdd")
            await theatre.get_by_role("button", name=button).press("b")
            await theatre.get_by_role("button", name=button).press("Enter")

            await expect(theatre.locator(".result")).to_contain_text(result)
            await expect(theatre.get_by_role("textbox", name="Reason")).to_have_value("abddbye")
            assert await notebook.page.locator(".jp-CodeCell").count() == 2
            assert await notebook.page.locator(".jp-Notebook.jp-mod-editMode").count() == 0


async def test_theatre_shows_what_python_plays(lab, browser):
    """A cell drives it; a page that loads later shows the same."""
    play = "await theatre.connect(refused=True)\nassert theatre.events == ['error', 'close']"
    async with lab.notebook(browser, lab.write(IMPORTS, THEATRE, play), fresh=True) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        await notebook.save()
        for reloaded in (False, True):
            if reloaded:
                await notebook.reload()
            theatre = await notebook.output(1)
            await expect(theatre.get_by_role("status")).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
            await expect(theatre.get_by_role("row", name="event error")).to_be_visible()
            await expect(theatre.get_by_text("Nobody said so")).to_be_visible()
