"""ChaosBoard as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

from chatlib.front_end.bundle import front_end, style_sheet
from tests.support.accessibility import DRAWN, serious
from tests.support.recorded import Recorded, stage

IMPORTS = "from chatlib.widgets.chaos_board import ChaosBoard"
BOARD = "board = ChaosBoard(watchdog=None, keepalive=None)\nboard"
SECONDS = 60_000  # of a busy machine
# What is seen of it beyond its own right edge, or the page's; what scrolls by itself may be wider within.
BEYOND = """root => {
    const edge = Math.min(root.getBoundingClientRect().right, innerWidth);
    const all = [...root.querySelectorAll("*")].filter(each => !each.closest("svg, thead, .unseen"));
    const seen = all.filter(each => each.checkVisibility());
    return seen.filter(each => each.getBoundingClientRect().right > edge + 1).map(each => each.outerHTML.slice(0, 120));
}"""


def parts(board):
    """The verdict, the ladder's rows, and what each end last heard."""
    ladder = board.get_by_role("table", name="How far each message came").get_by_role("row")
    return board.get_by_role("status"), ladder, board.locator(".gauge")


async def test_it_is_played_with_its_controls_and_read_from_python(lab, browser):
    """Connect, speak, spoil the cable by switch, come back: the ladder shows it, and the next cell asserts it."""
    async with lab.notebook(browser, lab.write(IMPORTS, BOARD)) as notebook:
        await notebook.run_all()
        board = await notebook.output(1)
        status, rows, gauges = parts(board)
        await board.get_by_role("button", name="Connect").click()
        await expect(gauges.first).to_contain_text("OPEN (1)")
        await board.get_by_role("textbox", name="Message").fill("<b>你好</b>")
        await board.get_by_role("textbox", name="Message").press("Enter")
        await expect(rows.filter(has_text="Ada: <b>你好</b>")).to_have_count(1)
        await board.get_by_role("button", name="Bo says it").click()
        await expect(status).to_contain_text("2 sent, 0 not seen, 0 seen more than once.")
        await expect(gauges.first).to_contain_text("s ago")

        freeze = board.get_by_role("button", name="Freeze")
        await freeze.click()
        await expect(freeze).to_have_attribute("aria-pressed", "true")
        await board.get_by_role("button", name="Ada says it").click()
        await expect(status).to_contain_text("3 sent, 1 not seen")
        await expect(rows.last.locator(".gap")).to_have_count(3)
        await board.get_by_role("combobox", name="Guarantee").select_option("at least once")
        await freeze.click()
        await expect(freeze).to_have_attribute("aria-pressed", "false")
        await expect(status).to_contain_text("3 sent, 0 not seen")
        await board.get_by_role("button", name="Cut now").click()
        await expect(status).to_contain_text("1 seen more than once. So far this is what “at least once” allows.")
        assert await notebook.value("[board.guarantee, board.ladder.lost, board.ladder.doubled]") == [
            "at least once",
            [],
            ["<b>你好</b>"],
        ]


async def test_a_scenario_is_run_by_keyboard_and_wound_back(lab, browser):
    """No key reaches the notebook; what happened is listed, and a piece of it opens."""
    async with lab.notebook(browser, lab.write(IMPORTS, BOARD)) as notebook:
        await notebook.run_all()
        board = await notebook.output(1)
        status, rows, _ = parts(board)
        await board.get_by_role("button", name="Connect").press("Enter")
        await board.get_by_role("combobox", name="Guarantee").select_option("at most once")
        await board.get_by_role("combobox", name="Scenario").select_option("restart")
        await board.get_by_role("button", name="Run the scenario").press("b")
        await board.get_by_role("button", name="Run the scenario").press("Enter")
        await expect(rows.filter(has_text="Back in a moment.")).to_have_count(1, timeout=SECONDS)
        assert await notebook.page.locator(".jp-CodeCell").count() == 2
        await notebook.value("(await board.settled(), True)[1]")
        await expect(status).to_contain_text("3 sent, 2 not seen")

        await board.get_by_role("slider", name="Position").press("Home")
        await expect(rows.filter(has_text="Back in a moment.")).to_have_count(0)
        await board.get_by_text("Everything, in order").click()
        await board.get_by_role("slider", name="Position").press("End")
        await expect(board.get_by_text("the cable: refuse")).to_be_visible()
        await board.get_by_role("button", name="client → server: GET").first.press("Enter")
        await expect(board.get_by_role("region", name="Its bytes")).to_contain_text("Upgrade: websocket")
        assert await notebook.errors() == []


async def test_a_board_that_the_notebook_stopped_says_so_and_starts_again(lab, browser):
    """After Run All twice its last cell has stopped it: no control looks alive, and one brings it back."""
    play = "await board.connect()\nboard.page_says('hi')\nawait board.settled()\nboard.stop()"
    async with lab.notebook(browser, lab.write(IMPORTS, BOARD, play)) as notebook:
        for _ in range(2):
            await notebook.run_all()
        assert await notebook.errors() == []
        board = await notebook.output(1)
        status, rows, _ = parts(board)
        await expect(board.get_by_role("alert")).to_contain_text("This board is stopped")
        await expect(board.get_by_role("button", name="Freeze")).to_be_disabled()
        await expect(rows.filter(has_text="Ada: hi")).to_have_count(1)

        await board.get_by_role("button", name="Start again").press("Enter")
        await expect(board.get_by_role("alert")).to_be_hidden()
        await expect(board.get_by_role("textbox", name="Message")).to_be_focused()
        await expect(rows.filter(has_text="Ada: hi")).to_have_count(0)
        await board.get_by_role("button", name="Connect").click()
        await board.get_by_role("button", name="Ada says it").click()
        await expect(status).to_contain_text("1 sent, 0 not seen")


async def test_a_later_page_and_a_recording_show_the_same(lab, browser):
    """The ladder in the order in which it was said, the verdict, and everything in order."""
    play = "await board.connect()\nawait board.play('lift')\nawait board.settled()\nboard.stop()"
    script = "root => [...root.querySelectorAll('[role=status], tbody tr')].map(each => each.textContent)"
    async with lab.notebook(browser, lab.write(IMPORTS, BOARD, play)) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        async for board in notebook.now_and_after_a_reload(1):
            status, rows, _ = parts(board)
            await expect(status).to_contain_text("5 sent, 0 not seen, 0 seen more than once.")
            await expect(rows.nth(1)).to_contain_text("I take the lift.")
            await expect(rows.last).to_contain_text("Did you get this?")
            live = await board.evaluate(script)
        left = await notebook.value("board.recording()['events']")
    recorded = Recorded(front_end("chaos_board"), style_sheet("chaos_board"), left)
    async with stage(browser, recorded) as page:
        await expect(page.get_by_role("status")).to_contain_text("5 sent, 0 not seen")
        assert await page.locator("main").evaluate(script) == live


async def test_in_a_narrow_pane_it_keeps_its_table_and_nothing_stands_beyond_the_edge(lab, browser):
    """Each step has its name; axe finds nothing serious, by day and by night."""
    play = "await board.connect()\nboard.page_says('a rather long sentence ' * 5)\nawait board.settled()"
    viewport = {"width": 700, "height": 1400}
    async with lab.notebook(browser, lab.write(IMPORTS, BOARD, play), viewport=viewport) as notebook:
        await notebook.run_all()
        board = await notebook.output(1)
        status, rows, _ = parts(board)
        await expect(status).to_contain_text("1 sent, 0 not seen")
        await notebook.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
        rules = ()  # all of them for the first; colours and widths change the verdict of few
        for width in (700, 420):
            await notebook.resize(width, 1800)
            await expect(rows.last.get_by_role("cell")).to_have_count(5)
            assert await board.locator(".chatlib-chaos").evaluate(BEYOND) == [], width
            for theme in ("Light", "Dark"):
                await notebook.theme(theme)
                assert await serious(notebook.page, ".chatlib-chaos", rules=rules) == []
                rules = DRAWN
