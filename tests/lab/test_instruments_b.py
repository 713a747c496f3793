"""RoomMap, TransportRace, LoopPulse and Quiz as learners use them: in a real JupyterLab; and recorded, with none."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.loop_pulse import LoopPulse
from chatlib.widgets.quiz import Question, Quiz
from chatlib.widgets.room_map import RoomMap
from chatlib.widgets.transport_race import TransportRace
from tests.support.instruments import serious, value, writer
from tests.support.waiting import until

IMPORTS = """import asyncio, time
from chatlib.widgets.loop_pulse import LoopPulse
from chatlib.widgets.quiz import Question, Quiz
from chatlib.widgets.room_map import RoomMap
from chatlib.widgets.transport_race import TransportRace"""
MAP = "room_map = RoomMap()\nfor name in ('Ada', 'Bo', 'Cleo'):\n    await room_map.add(name)\nroom_map"
RACE = "race = TransportRace(rate=2, seconds=1, poll_every=0.5)\nrace"
PULSE = "pulse = LoopPulse()\npulse"
QUIZ = """quiz = Quiz([
    Question("Who may send first?", {
        "Only the client": (False, "Neither side has to wait."),
        "Either side": (True, "`send` works on both ends."),
    }),
    Question("Is <b> sent?", {"Yes": (True, "As it is."), "No": (False, "Why not?")}),
])
quiz"""


@pytest.fixture
def write(lab):
    """Return how to put a notebook with these cells, behind the imports, into the Lab."""
    return writer(lab, IMPORTS)


# RoomMap


async def test_a_message_travels_to_all_but_the_frozen(lab, browser, write):
    """Said and frozen in the page, drawn there, and asserted in the next cell; thawed, all have heard all."""
    async with lab.notebook(browser, write(MAP)) as notebook:
        await notebook.run_all()
        room_map = await notebook.output(1)
        members = room_map.get_by_role("list", name="Members").get_by_role("listitem")
        await expect(members).to_have_count(3)

        await room_map.get_by_role("button", name="Freeze Bo").press("Enter")
        await room_map.get_by_role("combobox", name="Who speaks").select_option("Cleo")
        await room_map.get_by_role("textbox", name="Message").fill("<b>你好</b>")
        await room_map.get_by_role("textbox", name="Message").press("Enter")
        await expect(room_map.locator(".dot").first).to_be_visible()

        for name in ("Ada", "Cleo"):
            await expect(members.filter(has_text=name).first).to_contain_text("Cleo: <b>你好</b>")
        await expect(members.filter(has_text="1 waiting")).to_contain_text("Bo")
        await expect(room_map.get_by_role("status")).to_have_text("Cleo: “<b>你好</b>”, heard by 2 of 3.")
        assert await value(notebook, "room_map.transcripts") == {
            "Ada": ["<b>你好</b>"],
            "Bo": [],
            "Cleo": ["<b>你好</b>"],
        }

        await room_map.get_by_role("button", name="Thaw Bo").click()
        await expect(members.filter(has_text="Bo").first).to_contain_text("Cleo: <b>你好</b>")
        await expect(room_map.get_by_role("status")).to_contain_text("heard by 3 of 3")
        await room_map.get_by_role("button", name="Ada says it").click()
        await expect(room_map.get_by_role("status")).to_contain_text("Ada: “<b>你好</b>”, heard by 3 of 3.")
        await expect(room_map.locator(".dot")).to_have_count(0)
        assert await value(notebook, "[room_map.transcripts['Bo'], room_map.frozen]") == [["<b>你好</b>"] * 2, []]


async def test_a_map_shows_what_python_does_and_a_later_page_the_same(lab, browser, write):
    """Members come and go, somebody is frozen; after a reload it is all there."""
    play = "await room_map.leave('Ada')\nroom_map.freeze('Bo')\nawait room_map.say('Cleo', 'hi')"
    async with lab.notebook(browser, write(MAP, play)) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        await notebook.save()
        for _ in range(2):
            room_map = await notebook.output(1)
            members = room_map.get_by_role("list", name="Members").get_by_role("listitem")
            await expect(members).to_have_count(2)
            await expect(members.first).to_contain_text("1 waiting")
            await expect(members.last).to_contain_text("Cleo: hi")
            await expect(room_map.get_by_role("button", name="Thaw Bo")).to_be_visible()
            await notebook.reload()


# TransportRace


async def test_the_race_is_run_in_the_page_and_read_from_python(lab, browser, write):
    """Four rows, every message in each; at the chosen rate."""
    async with lab.notebook(browser, write(RACE)) as notebook:
        await notebook.run_all()
        race = await notebook.output(1)
        await expect(race.get_by_role("table")).to_be_hidden()
        await race.get_by_role("combobox", name="Lines per second").select_option("10")
        await race.get_by_role("button", name="Run the race").press("Enter")
        await expect(race.get_by_role("status")).to_have_text("Running…")
        await expect(race.get_by_role("button", name="Run the race")).to_be_disabled()

        await expect(race.get_by_role("status")).to_have_text("Over.")
        rows = race.get_by_role("row")
        await expect(rows).to_have_count(5)
        assert [(await row.get_by_role("cell").all_inner_texts())[2] for row in (await rows.all())[1:]] == ["20"] * 4
        results = "{name: [r.requests, r.bytes_up, r.latency_ms] for name, r in race.results.items()}"
        figures = await value(notebook, results)
        assert figures["WebSocket"][0] == 1
        assert figures["WebSocket"][1] < figures["server-sent events"][1] < figures["long polling"][1]
        assert figures["polling"][2] > figures["long polling"][2]
        shown = await race.get_by_role("row", name="WebSocket").get_by_role("cell").all_inner_texts()
        assert shown[0] == "1"


# LoopPulse


async def test_the_pulse_stops_while_a_cell_blocks_and_the_page_sees_it(lab, browser, write):
    """The gap and the line that blocks are there while the cell runs; then it beats again."""
    async with lab.notebook(browser, write(PULSE, "time.sleep(6)", "await asyncio.sleep(3)")) as notebook:
        await notebook.run_cell(0)
        await notebook.run_cell(1)
        pulse = await notebook.output(1)
        status = pulse.get_by_role("status")
        await expect(status).to_have_text("It beats.")

        await notebook.start_cell(3)
        assert await notebook.page.locator(".jp-InputPrompt", has_text="[*]").count() == 1
        await notebook.idle()
        await expect(pulse.get_by_role("listitem")).to_have_count(0)

        await notebook.start_cell(2)
        await expect(status).to_have_text("No beat: blocked.")
        await expect(pulse.get_by_role("listitem")).to_contain_text("at time.sleep(6)")
        assert await notebook.page.locator(".jp-InputPrompt", has_text="[*]").count() == 1
        assert await pulse.locator("svg rect").count() == 1

        await notebook.idle()
        await expect(status).to_have_text("It beats.")
        assert await value(notebook, "[6 <= pulse.longest_gap < 8, pulse.gaps[0].line]") == [True, "time.sleep(6)"]


async def test_the_page_lists_tasks_and_can_block_the_loop(lab, browser, write):
    """A task is there until it has ended; the button's gap is one of two seconds."""
    work = "async def work():\n    await asyncio.sleep(60)\ntask = asyncio.create_task(work(), name='my work')"
    async with lab.notebook(browser, write(PULSE, work, "task.cancel()")) as notebook:
        for index in range(3):
            await notebook.run_cell(index)
        pulse = await notebook.output(1)
        row = pulse.get_by_role("table", name="Tasks").get_by_role("row", name="my work")
        await expect(row).to_contain_text("await asyncio.sleep(60)")
        await notebook.run_cell(3)
        await expect(row).to_have_count(0)

        await pulse.get_by_role("button", name="Block the loop").press("Enter")
        await expect(pulse.get_by_role("status")).to_have_text("No beat: blocked.")
        await expect(pulse.get_by_role("status")).to_have_text("It beats.")
        await expect(pulse.get_by_role("listitem")).to_contain_text("at time.sleep(2)")
        await notebook.run("pulse.stop()")
        await expect(pulse.get_by_role("status")).to_have_text("Stopped watching.")
        await expect(pulse.get_by_role("button")).to_be_disabled()


# Quiz


async def test_the_quiz_judges_with_a_reason_and_python_knows(lab, browser, write):
    """By keyboard alone; wrong, then right; what a cell answers shows too."""
    async with lab.notebook(browser, write(QUIZ)) as notebook:
        await notebook.run_all()
        quiz = await notebook.output(1)
        first = quiz.get_by_role("group", name="Who may send first?")
        await first.get_by_role("button", name="Only the client").press("Enter")
        await expect(first).to_contain_text("Not so. Neither side has to wait.")
        await first.get_by_role("button", name="Either side").press(" ")
        await expect(first).to_contain_text("Right. send works on both ends.")
        await expect(first.get_by_role("button", name="Either side")).to_have_attribute("aria-pressed", "true")
        await expect(quiz.get_by_role("status")).to_have_text("1 of 2 right")

        assert await value(notebook, "[quiz.answers, quiz.score]") == [{"0": "b"}, 1]
        await notebook.run("quiz.answer(1, 'a')")
        await expect(quiz.get_by_role("status")).to_have_text("2 of 2 right")
        await expect(quiz.get_by_role("group", name="Is <b> sent?")).to_contain_text("Right. As it is.")
        assert await notebook.page.locator(".jp-Notebook.jp-mod-editMode").count() == 0


# All four


async def test_in_both_themes_axe_finds_nothing_serious_and_nothing_is_asked_of_others(lab, browser, write):
    """In the Lab, light and dark; every request goes to this machine; no text is smaller than 14 pixels."""
    play = """room_map.freeze('Bo')
await room_map.say('Ada', 'hi, 你好')
await race.run()
time.sleep(1)
task = asyncio.create_task(asyncio.sleep(600), name='nap')
quiz.answer(0, 'b'); quiz.answer(1, 'b')
None"""
    asked = []
    async with lab.notebook(
        browser, write(MAP, RACE, PULSE, QUIZ, play), viewport={"width": 1280, "height": 2600}
    ) as notebook:
        page = notebook.page
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda ws: asked.append(ws.url))
        await notebook.run_all()
        await expect(page.locator(".chatlib-race [role=status]")).to_have_text("Over.")
        await expect(page.locator(".chatlib-pulse [role=status]")).to_have_text("It beats.")
        await expect(page.locator(".chatlib-map [role=status]")).to_contain_text("heard by 2 of 3")
        for theme in ("Light", "Dark"):
            script = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
            await page.evaluate(script, f"JupyterLab {theme}")
            await page.wait_for_function(
                "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "Light").lower()
            )
            await expect(page.locator("#jupyterlab-splash")).to_have_count(0)
            await notebook.screenshot(lab.directory / f"instruments b {theme}.png")
            assert await serious(page) == []
        small = (
            "all => all.filter(each => parseFloat(getComputedStyle(each).fontSize) < 14).map(each => each.outerHTML)"
        )
        assert await page.locator(".chatlib, .chatlib *").evaluate_all(small) == []

    assert {urlsplit(url).hostname for url in asked if not url.startswith(("blob:", "data:"))} == {"127.0.0.1"}


COUNT = """
import gc, threading
import psutil
from IPython import get_ipython
from chatlib import background

async def background_tasks():
    return len(asyncio.all_tasks())

def count():
    gc.collect()
    return {
        "tasks": len(asyncio.all_tasks()),
        "background tasks": background.run(background_tasks()),
        "threads": threading.active_count(),
        "comms": len(get_ipython().kernel.comm_manager.comms),
        "sockets": len(psutil.Process().net_connections("inet")),
    }
"""


async def test_fifty_runs_of_a_cell_leave_nothing_behind(lab, browser, write):
    """Tasks on both loops, threads, comms and sockets: as after the second."""
    cell = """room_map, race, pulse = RoomMap(), TransportRace(rate=20, seconds=0.1, poll_every=0.1), LoopPulse()
quiz = Quiz([Question("?", {"a": (True, "1"), "b": (False, "2")})])
await room_map.add("Ada")
await room_map.add("Bo")
room_map.freeze("Bo")
await room_map.say("Ada", "hi")
await race.run()
display(room_map, race, pulse, quiz)"""
    async with lab.notebook(browser, write(cell, COUNT)) as notebook:
        page = notebook.page

        async def run():
            await notebook.run_cell(1)
            await expect(page.locator(".chatlib-quiz fieldset")).to_have_count(1)

        await notebook.run_cell(0)
        await notebook.run_cell(2)
        await run()
        await run()
        await notebook.run("await asyncio.sleep(3)")  # what a closed room still has to end
        first = await value(notebook, "count()")
        for _ in range(48):
            await run()

        settle = f"for _ in range(100):\n    if count() == {json.dumps(first)}: break\n    await asyncio.sleep(0.1)"
        await notebook.run(settle)
        assert await value(notebook, "count()") == first
        assert await notebook.errors() == []


# Recorded, with no kernel and no Lab

MOUNT = """async ([module, events, lang]) => {
    document.documentElement.lang = lang;
    const { mount } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    document.body.replaceChildren(document.createElement("main"));
    mount(document.querySelector("main"), { on: listener => events.forEach(listener), send: null });
}"""


@pytest.fixture
async def recordings():
    """What each widget recorded of a short life."""
    room_map, race, pulse = RoomMap(), TransportRace(rate=20, seconds=0.1, poll_every=0.1), LoopPulse()
    quiz = Quiz([Question("Is <b> sent?", {"Yes": (True, "As `<b>`."), "No": (False, "Why not?")})])
    for name in ("Ada", "Bo"):
        await room_map.add(name)
    room_map.freeze("Bo")
    await room_map.say("Ada", "<b>hi</b>")
    await race.run()
    pulse.record("gap", {"n": 0, "seconds": 1.2, "line": "time.sleep(1)", "over": True}, key="0")
    await until(lambda: pulse.beats > 3)
    pulse.stop()
    widgets = {"room_map": room_map, "transport_race": race, "loop_pulse": pulse, "quiz": quiz}
    yield {name: json.loads(json.dumps(widget.recording())) for name, widget in widgets.items()}
    for widget in widgets.values():
        widget.close()


@pytest.fixture
def stage(browser, recordings):
    """Return how to mount a recording in an empty page; what the page asks the network for fails the test."""

    @asynccontextmanager
    async def stage(name, *, lang="en", **options):
        context = await browser.new_context(**{"viewport": {"width": 900, "height": 1000}, **options})
        page = await context.new_page()
        page.set_default_timeout(5000)
        trouble = []
        page.on("request", lambda request: request.url.startswith("blob:") or trouble.append(request.url))
        page.on("pageerror", lambda error: trouble.append(error))
        await page.add_style_tag(content=":root { color-scheme: light dark; background: Canvas; }")
        await page.add_style_tag(content=style_sheet(name))
        await page.evaluate(MOUNT, [front_end(name), recordings[name], lang])
        yield page
        await context.close()
        assert trouble == []

    return stage


async def test_a_recorded_map_shows_who_heard_what(stage):
    """What was sent is text; what needs a kernel is not there."""
    async with stage("room_map") as page:
        await expect(page.get_by_role("status")).to_have_text("Ada: “<b>hi</b>”, heard by 1 of 2.")
        await expect(page.get_by_role("listitem").last).to_contain_text("1 waiting")
        await expect(page.get_by_role("button", name="Freeze")).to_have_count(0)
        for button in await page.get_by_role("button").all():
            await expect(button).to_be_disabled()


async def test_a_recorded_race_shows_its_figures(stage):
    """The button is there, and disabled."""
    async with stage("transport_race") as page:
        await expect(page.get_by_role("row")).to_have_count(5)
        await expect(page.get_by_role("button")).to_be_disabled()


async def test_a_recorded_pulse_shows_its_gaps(stage):
    """With the line that blocked."""
    async with stage("loop_pulse") as page:
        await expect(page.get_by_role("listitem")).to_have_text("1.2 s at time.sleep(1)")
        await expect(page.get_by_role("status")).to_have_text("Stopped watching.")
        await expect(page.get_by_role("button")).to_be_disabled()


async def test_a_recorded_quiz_still_judges(stage):
    """It needs no kernel; markup in it is text."""
    async with stage("quiz") as page:
        await page.get_by_role("button", name="No").click()
        await expect(page.get_by_role("group")).to_contain_text("Not so. Why not?")
        await page.get_by_role("button", name="Yes").click()
        await expect(page.get_by_role("group")).to_contain_text("Right. As <b>.")
        await expect(page.get_by_role("status")).to_have_text("1 of 1 right")


@pytest.mark.parametrize("name", ["room_map", "transport_race", "loop_pulse", "quiz"])
async def test_on_a_narrow_page_it_speaks_chinese_and_is_accessible(stage, name):
    """Light and dark, with no Lab and its colours; nothing is wider than the page."""
    for scheme in ("light", "dark"):
        async with stage(name, lang="zh-CN", color_scheme=scheme, viewport={"width": 420, "height": 900}) as page:
            assert await serious(page, "main") == []
            titles = {
                "room_map": "房间",
                "transport_race": "同一段对话",
                "loop_pulse": "事件循环的脉搏",
                "quiz": "小测验",
            }
            await expect(page.get_by_text(titles[name]).first).to_be_visible()
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_reduced_motion_is_respected(stage):
    """Nothing flies: the message is where it arrives."""
    async with stage("room_map", reduced_motion="reduce") as page:
        await expect(page.get_by_role("status")).to_contain_text("heard by 1 of 2")
        assert await page.evaluate("document.getAnimations().length") == 0
