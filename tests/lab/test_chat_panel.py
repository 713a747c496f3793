"""The chat panel as people use it: a real JupyterLab, a real Chromium, real kernels, one server in one of them.

(The course's two notebooks that chat: tests/lab/test_workspace.py.)
"""

from __future__ import annotations

import secrets

import pytest
from playwright.async_api import Locator, expect

from tests.support.accessibility import serious
from tests.support.lab import Lab, Notebook
from tools.ports import free_port

PANEL_CELL = 1
STILL = "() => Promise.all(document.getAnimations().map(animation => animation.finished))"


class Panel:
    """A chat panel in a notebook, found as a screen reader finds it."""

    def __init__(self, within: Locator) -> None:
        self.within = within
        self.log = within.get_by_role("log", name="Messages")
        self.messages = self.log.locator("[data-state]")
        self.input = within.get_by_role("textbox", name="Message")
        self.texts = self.messages.locator(".text")
        self.send = within.get_by_role("button", name="Send")
        self.status = within.get_by_role("status")
        self.people = within.get_by_role("list", name="People").get_by_role("listitem")

    async def say(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has=self.within.page.get_by_text(text, exact=True))


@pytest.fixture
def room() -> str:
    """A room that no other test is in."""
    return f"room {secrets.token_hex(4)}"


@pytest.fixture
def write(lab: Lab, room: str):
    """Return how to put a notebook with a panel into the Lab."""

    def write(name: str, *more: str, code: str | None = None) -> str:
        panel = code or f"panel = chatlib.ChatPanel(name={name!r}, room={room!r})\npanel"
        return lab.write("import time\nimport chatlib", panel, *more, name=name)

    return write


async def run(notebook: Notebook) -> Panel:
    """Run the notebook's first two cells; return its panel once it is in its room."""
    for index in range(PANEL_CELL + 1):
        await notebook.run_cell(index)
    panel = await shown(notebook)
    await expect(panel.status).to_have_text("OPEN")
    return panel


async def shown(notebook: Notebook, cell: int = PANEL_CELL) -> Panel:
    """Return the panel in a cell's output."""
    return Panel(await notebook.output(cell))


async def test_a_busy_cell_silences_nobody(lab, browser, write):
    """While a cell sleeps its panel keeps receiving, and what is typed into it goes out before the cell ends."""
    async with (
        lab.notebook(browser, write("Ada")) as one,
        lab.notebook(browser, write("Bo", "time.sleep(30)")) as other,
    ):
        ada, bo = await run(one), await run(other)
        await bo.say("before")
        await expect(ada.message("before")).to_be_visible()
        await other.start_cell(PANEL_CELL + 1)

        await ada.say("can you hear me?")
        await expect(bo.message("can you hear me?")).to_be_visible(timeout=5000)
        await bo.say("yes, busy as I am")
        await expect(ada.message("yes, busy as I am")).to_be_visible(timeout=5000)
        await expect(bo.message("yes, busy as I am")).to_have_attribute("data-state", "delivered")

        assert await other.page.locator(".jp-InputPrompt", has_text="[*]").count() == 1


async def test_cells_run_again_are_the_same_person(lab, browser, write):
    """Run All twice: no error, one panel, nobody twice, and the transcript is still there."""
    async with lab.notebook(browser, write("Ada")) as notebook:
        ada = await run(notebook)
        await ada.say("still here?")
        await expect(ada.message("still here?")).to_have_attribute("data-state", "delivered")

        await notebook.run("before = panel.client")
        await notebook.run_cell(PANEL_CELL)
        assert await notebook.value("panel.client is before")
        await notebook.run_all()

        again = await shown(notebook)
        await expect(again.message("still here?")).to_be_visible()
        await expect(again.people).to_have_text(["AAda (you)"])
        assert await notebook.errors() == []
        assert await notebook.page.get_by_role("log", name="Messages").count() == 1
        assert await again.log.get_by_text("entered").count() == 1
        await again.say("yes")
        await expect(again.message("yes")).to_have_attribute("data-state", "delivered")


async def test_a_reloaded_page_has_the_whole_transcript(lab, browser, write):
    """The saved notebook's panel comes back live, with what was said before and what was said meanwhile."""
    async with lab.notebook(browser, write("Ada", "panel.client.send('from the cell')")) as notebook:
        ada = await run(notebook)
        await ada.say("before the reload")
        await expect(ada.message("before the reload")).to_have_attribute("data-state", "delivered")
        await notebook.run_cell(PANEL_CELL + 1)
        await notebook.save()

        await notebook.reload()

        again = await shown(notebook)
        await expect(again.texts).to_have_text(["before the reload", "from the cell"])
        await again.say("after the reload")
        await expect(again.message("after the reload")).to_have_attribute("data-state", "delivered")


async def test_what_sends_and_what_does_not(lab, browser, write):
    """Enter and the button send, the same text twice too; leaving the field, blanks and Shift+Enter send nothing."""
    async with lab.notebook(browser, write("Ada")) as notebook:
        ada = await run(notebook)

        await ada.say("twice")
        await ada.say("twice")
        await ada.input.fill("by the button")
        await ada.send.click()
        await expect(ada.input).to_be_focused()
        await expect(ada.input).to_have_value("")
        await ada.say("   ")
        await ada.input.fill("left alone")
        await ada.input.blur()
        await expect(ada.input).to_have_value("left alone")
        await ada.input.press("Shift+Enter")
        await expect(ada.input).to_have_value("left alone\n")
        await ada.input.press_sequentially("second line")
        await ada.input.press("Enter")
        await ada.log.press("a")

        await expect(ada.texts).to_have_text(
            ["twice", "twice", "by the button", "left alone\nsecond line"], use_inner_text=True
        )
        await expect(ada.log.locator("[data-state=delivered]")).to_have_count(4)
        assert len(await notebook.outputs(PANEL_CELL)) == 1
        assert await notebook.page.locator(".jp-CodeCell").count() == 2, "a key reached the notebook"


async def test_enter_that_ends_a_composition_sends_nothing(lab, browser, write):
    """Pinyin: the Enter that takes the candidate is the input method's; the next one is ours."""
    async with lab.notebook(browser, write("Ada")) as notebook:
        ada = await run(notebook)
        await ada.input.focus()
        keyboard = await notebook.page.context.new_cdp_session(notebook.page)

        await keyboard.send("Input.imeSetComposition", {"text": "ni hao", "selectionStart": 6, "selectionEnd": 6})
        taken = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}  # what an input method takes for itself
        await keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **taken})
        await keyboard.send("Input.insertText", {"text": "你好"})
        await keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **taken})
        await expect(ada.input).to_have_value("你好")
        await notebook.page.keyboard.press("Enter")

        await expect(ada.texts).to_have_text(["你好"])


async def test_two_panels_and_two_views_in_one_notebook(lab, browser, write):
    """Two people in one notebook talk to each other; a second view of one is the same person with all that was said."""
    second = "other = chatlib.ChatPanel(name='Bo', room=panel.client.room)\nother"
    async with lab.notebook(browser, write("Ada", second)) as notebook:
        ada = await run(notebook)
        await notebook.run_cell(PANEL_CELL + 1)
        bo = await shown(notebook, PANEL_CELL + 1)
        await bo.say("from Bo")
        await expect(ada.texts).to_have_text(["from Bo"])

        await notebook.run("panel")
        again = await shown(notebook, PANEL_CELL + 2)
        await expect(again.texts).to_have_text(["from Bo"])
        await again.say("from the second view")

        for panel in (ada, again):
            await expect(panel.texts).to_have_text(["from Bo", "from the second view"])
            await expect(panel.people).to_have_text(["AAda (you)", "BBo"])


async def test_a_panel_whose_kernel_is_gone_says_so(lab, browser, write):
    """After a restart it takes nothing more and says what to do; that done, it is live again."""
    async with lab.notebook(browser, write("Ada")) as notebook:
        ada = await run(notebook)
        await notebook.restart_kernel()
        await expect(ada.within.get_by_text("Run its cell again")).to_be_visible()
        await expect(ada.status).to_have_text("CLOSED")
        await expect(ada.send).to_be_disabled()

        again = await run(notebook)
        await again.say("back")
        await expect(again.message("back")).to_have_attribute("data-state", "delivered")


async def test_without_a_server_the_panel_says_what_to_do(lab, browser, write):
    """The URL without its passcode, and the message waits."""
    port = free_port()
    code = f"panel = chatlib.ChatPanel('ws://127.0.0.1:{port}/?passcode=secret', name='Ada')\npanel"
    serve = f"server = chatlib.serve(port={port}, passcode='secret')"
    async with lab.notebook(browser, write("Ada", serve, code=code)) as notebook:
        await notebook.run_cell(0)
        await notebook.run_cell(PANEL_CELL)
        ada = await shown(notebook)
        await expect(ada.status).to_contain_text(f"no server answers at ws://127.0.0.1:{port}")
        await expect(ada.status).to_contain_text("What to do: start one")
        assert "secret" not in await ada.within.inner_text()
        await ada.say("is anybody there?")
        await expect(ada.message("is anybody there?")).to_have_attribute("data-state", "sending")

        await notebook.run_cell(PANEL_CELL + 1)
        await expect(ada.message("is anybody there?")).to_have_attribute("data-state", "delivered", timeout=60_000)
        await expect(ada.status).to_have_text("OPEN")


async def test_axe_finds_nothing_serious_in_the_lab(lab, browser, write):
    """With the Lab's own colours, light and dark."""
    async with lab.notebook(browser, write("Ada")) as notebook:
        ada = await run(notebook)
        await notebook.run("panel.client.send(' ')")
        await ada.say("hello https://example.org")
        await expect(ada.message("hello https://example.org")).to_have_attribute("data-state", "delivered")
        for theme in ("Light", "Dark"):
            await notebook.theme(theme)
            await notebook.page.evaluate(STILL)
            assert await serious(notebook.page, ".chatlib-chat") == []


async def test_who_can_be_seen_no_more_leaves(lab: Lab, browser, write, room: str) -> None:
    """Panels of a callback whose output is cleared, and of a deleted cell; a page that is reloaded ends nothing."""
    watch = f"watcher = chatlib.ChatClient(panel.client.url, room={room!r}, name='Watcher')\nawait watcher.joined()"
    interact = f"""import ipywidgets
@ipywidgets.interact(name=["Cy", "Dee"])
def show(name):
    display(chatlib.ChatPanel(name=name, room={room!r}))"""
    here = "await watcher.until(lambda: set(watcher.people) == {0}, timeout=90)"
    async with lab.notebook(browser, write("Ada", watch, interact)) as notebook:
        await notebook.run_all()
        await notebook.run(here.format({"Watcher", "Ada", "Cy"}))
        callback = await notebook.output(await notebook.find("def show"))
        await callback.get_by_role("combobox").select_option("Dee")
        await notebook.run(here.format({"Watcher", "Ada", "Dee"}))

        await notebook.save()
        await notebook.reload()
        await expect(Panel(await notebook.output(PANEL_CELL)).status).to_contain_text("OPEN")
        await notebook.delete_cell(PANEL_CELL)
        await notebook.run(here.format({"Watcher", "Dee"}))
        assert await notebook.errors() == []
