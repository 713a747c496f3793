"""StateTheatre as learners use it, in a real JupyterLab."""

from __future__ import annotations

import re

from playwright.async_api import expect

from chatlib.front_end.bundle import front_end, style_sheet
from tests.support.recorded import Recorded, stage

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
    async with lab.notebook(browser, lab.write(IMPORTS, THEATRE, play)) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        async for theatre in notebook.now_and_after_a_reload(1):
            await expect(theatre.get_by_role("status")).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
            await expect(theatre.get_by_role("row", name="event error")).to_be_visible()
            await expect(theatre.get_by_text("Nobody said so")).to_be_visible()


async def test_theatre_is_alive_after_run_all_twice_and_nothing_moves_under_the_hand(lab, browser):
    """Connect keeps the focus, and its play pushes nothing; it is wound back, and an arrow opens, by keyboard."""
    async with lab.notebook(browser, lab.write(IMPORTS, THEATRE)) as notebook:
        for _ in range(2):
            await notebook.run_all()
        theatre = await notebook.output(1)
        status, connect = theatre.get_by_role("status"), theatre.get_by_role("button", name="Connect", exact=True)
        await expect(connect).to_be_enabled()
        height = (await theatre.bounding_box())["height"]
        await connect.press("Enter")
        await expect(status).to_have_text("Client OPEN (1) · Server OPEN (1)")
        await expect(connect).to_be_disabled()
        await expect(connect).to_be_focused()
        cut = theatre.get_by_role("button", name="Cut the connection")
        await cut.press("Enter")
        await expect(theatre.get_by_text("nobody sent 1006")).to_be_visible()
        await expect(status).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
        await expect(cut).to_be_focused()
        assert (await theatre.bounding_box())["height"] == height

        await theatre.get_by_role("slider", name="Position").press("Home")
        await expect(status).to_have_text("")
        await theatre.get_by_role("combobox", name="Speed").select_option("0.25")
        await theatre.get_by_role("button", name="Play").press("Enter")
        await expect(theatre.get_by_role("button", name="Pause")).to_be_focused()
        await theatre.get_by_role("combobox", name="Speed").select_option("4")
        await expect(status).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
        await expect(theatre.get_by_role("button", name="Play")).to_be_focused(timeout=60_000)
        assert (await theatre.bounding_box())["height"] == height
        await theatre.get_by_role("button", name="client → server: GET").press("Enter")
        await expect(theatre.get_by_role("region", name="Its bytes")).to_contain_text("Upgrade: websocket")
        assert await notebook.errors() == []


async def test_theatre_recorded_draws_the_last_picture_of_the_live_one(lab, browser):
    """What the kernel told this page, told again where there is none."""
    play = (
        "await theatre.connect()\nawait theatre.client_sends('你好 <b>')\nawait theatre.server_closes(4001, 'enough')"
    )
    script = "root => [...root.querySelectorAll('[role=status], tbody tr, .result')].map(each => each.innerText)"
    async with lab.notebook(browser, lab.write(IMPORTS, THEATRE, play)) as notebook:
        await notebook.run_all()
        theatre = await notebook.output(1)
        await expect(theatre.get_by_role("status")).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
        await expect(theatre.locator(".arrow")).to_have_count(6)
        live = await theatre.evaluate(script)
        left = await notebook.value("theatre.recording()['events']")
    recorded = Recorded(front_end("state_theatre"), style_sheet("state_theatre"), left)
    async with stage(browser, recorded) as page:
        await expect(page.locator(".arrow")).to_have_count(6)
        assert await page.locator("main").evaluate(script) == live


async def test_theatre_whose_kernel_is_gone_says_so_and_can_still_be_wound_back(lab, browser):
    """Its controls are off; its cell run again, it is alive."""
    play = "await theatre.connect()\nawait theatre.client_closes()"
    async with lab.notebook(browser, lab.write(IMPORTS, THEATRE, play)) as notebook:
        await notebook.run_all()
        theatre = await notebook.output(1)
        connect = theatre.get_by_role("button", name="Connect", exact=True)
        await expect(theatre.locator(".arrow")).to_have_count(4)
        await expect(connect).to_be_enabled()
        await notebook.restart_kernel()
        await expect(theatre.get_by_text("The kernel is gone. Run the cell again.")).to_be_visible()
        await expect(connect).to_be_disabled()
        await theatre.get_by_role("slider", name="Position").press("Home")
        await expect(theatre.locator(".arrow")).to_have_count(0)
        await theatre.get_by_role("slider", name="Position").press("End")
        await expect(theatre.locator(".arrow")).to_have_count(4)

        await notebook.run_all()
        await expect((await notebook.output(1)).get_by_role("button", name="Connect", exact=True)).to_be_enabled()


async def test_a_notebook_that_was_not_run_says_that_its_theatre_is_a_picture(lab, browser):
    """Before all else; the table behind it tells the story."""
    async with lab.notebook(browser, "90_in_ninety_minutes.ipynb") as notebook:
        picture = await notebook.output(await notebook.find("theatre = StateTheatre()"))
        await expect(picture).to_have_text(re.compile(r"^\[\d+\]:\s*A picture: run the cell to play\."))
        await expect(picture.get_by_role("row", name="GET / HTTP/1.1")).to_be_visible()
