"""Wherever a widget is clicked in JupyterLab, the next letter is no command of the notebook."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.support.lab import SECONDS

WIDGETS = {
    "chat": "chatlib.ChatPanel(server.url, name='Ada')",
    "theatre": "StateTheatre()",
    "log": "EventLog(ws, browser=True)",
    "wire": "WireView(ws)",
    "map": "RoomMap()",
    "race": "TransportRace(seconds=0.1, poll_every=0.1)",
    "pulse": "LoopPulse()",
    "quiz": "Quiz([Question('Is it?', {'Yes': (True, 'So.'), 'No': (False, 'Why?')})])",
}
SETUP = """import chatlib
from chatlib.widgets import *
from chatlib.widgets import Question
server = chatlib.serve(port=0)
ws = chatlib.WebSocket(server.url + "/echo")"""

# Points all over a widget but on what takes letters or leads elsewhere.
POINTS = """widget => {
    const { left, top, width, height } = widget.getBoundingClientRect();
    const points = [];
    for (const x of [0.01, 0.3, 0.6, 0.99]) for (const y of [0.02, 0.1, 0.35, 0.65, 0.9, 0.98]) {
        const point = [left + x * width, top + y * height];
        const hit = document.elementFromPoint(...point);
        if (hit && widget.contains(hit) && !hit.closest("a, select, input, textarea")) points.push(point);
    }
    return points;
}"""


@pytest.fixture(scope="module")
def sources() -> list[str]:
    return [SETUP, *WIDGETS.values(), "server.stop()"]


async def test_no_click_in_a_widget_lands_on_its_cell(lab, browser, sources):
    """Clicked anywhere, "mad" neither makes a cell Markdown nor adds one, and "d", "d" deletes none."""
    async with lab.notebook(browser, lab.write(*sources)) as notebook:
        for index in range(len(WIDGETS) + 1):
            await notebook.run_cell(index)
        for index, kind in enumerate(WIDGETS, start=1):
            output = await notebook.output(index)
            widget = output.locator(".chatlib").first
            await expect(widget).to_be_visible()
            async with asyncio.timeout(SECONDS):
                while len(points := await widget.evaluate(POINTS)) <= 4:  # it is still being scrolled to
                    await notebook.page.evaluate("() => new Promise(requestAnimationFrame)")
            for x, y in points:
                await notebook.page.mouse.click(x, y)
                await notebook.page.keyboard.type("madd")
                kinds = await notebook._script("return content.widgets.map(cell => cell.model.type)")
                assert kinds == ["code"] * len(sources), (kind, x, y)


async def test_a_docked_panel_fills_its_tab(lab, browser):
    """As "Create New View for Cell Output" shows it, in whatever height."""
    cell = "panel = chatlib.ChatPanel(server.url, name='Ada')\npanel"
    async with lab.notebook(browser, lab.write(SETUP, cell), fresh=True) as notebook:
        for index in range(2):
            await notebook.run_cell(index)
        await notebook._script("content.activeCellIndex = 1")
        await notebook._command("notebook:create-output-view")
        docked = notebook.page.locator(".jp-LinkedOutputView")
        await expect(docked.get_by_role("status")).to_have_text("OPEN")
        tab, panel = await docked.bounding_box(), await docked.locator(".chatlib-chat").bounding_box()
        assert tab["height"] - 12 <= panel["height"] <= tab["height"]
        assert tab["width"] - 12 <= panel["width"] <= tab["width"]


async def test_no_text_of_a_snapshot_becomes_a_formula(lab, browser):
    """MathJax is there, as its own formula shows; dollars and double blanks of a message stay as they were typed."""
    ask = """panel = chatlib.ChatPanel(server.url, name='Ada')
for text in ["$5 and $6", r"\\\\(x\\\\) and $$y$$", "two  blanks"]:
    await panel.client.delivered(panel.client.send(text))
from IPython.display import HTML, display
display(HTML("<i>$a$</i>"))
HTML(panel.snapshot())"""
    async with lab.notebook(browser, lab.write(SETUP, ask)) as notebook:
        for index in range(2):
            await notebook.run_cell(index)
        output = await notebook.output(1)
        await expect(output.locator("i mjx-container")).to_have_count(1)
        await expect(output.locator("mjx-container")).to_have_count(1)
        texts = await output.locator("li").all_inner_texts()
        assert [text.replace("\u00a0", " ") for text in texts[1:]] == [
            "Ada: $5 and $6",
            r"Ada: \\(x\\) and $$y$$",
            "Ada: two  blanks",
        ]
