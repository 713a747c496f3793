"""StateTheatre, EventLog and WireView as learners use them: in a real JupyterLab; and recorded, with none."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect
from websockets.frames import Frame, Opcode

import chatlib
from chatlib.client.websocket import WebSocket
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.event_log import EventLog
from chatlib.widgets.state_theatre import StateTheatre
from chatlib.widgets.wire_view import WireView
from tests.support.instruments import serious, value, writer

IMPORTS = """import chatlib
from chatlib.widgets.event_log import EventLog
from chatlib.widgets.state_theatre import StateTheatre
from chatlib.widgets.wire_view import WireView
server = chatlib.serve(port=0)
def connect(): return chatlib.WebSocket(server.url + "/echo")"""
THEATRE = "theatre = StateTheatre()\ntheatre"
BOTH = "ws = connect()\nlog = EventLog(ws, browser=True)\nlog"


@pytest.fixture
def write(lab):
    """Return how to put a notebook with these cells, behind the imports, into the Lab."""
    return writer(lab, IMPORTS)


# StateTheatre


async def test_theatre_is_played_with_its_buttons_and_read_from_python(lab, browser, write):
    """Connect, send, close: the lanes show it, and the next cell asserts what was seen."""
    async with lab.notebook(browser, write(THEATRE)) as notebook:
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
        assert await value(notebook, "[theatre.states, theatre.events, theatre.close_code, theatre.close_reason]") == [
            [0, 1, 2, 3],
            ["open", "message", "close"],
            4000,
            "好了",
        ]


@pytest.mark.parametrize(
    ("button", "result"),
    [
        ("Server: close", "1000 normal closure"),
        ("Server: raise an exception", "1011 internal error"),
        ("Cut the connection", "1006 abnormal closure"),
    ],
)
async def test_theatre_ends_by_keyboard(lab, browser, write, button, result):
    """Each ending with the Enter key alone; no key reaches the notebook."""
    async with lab.notebook(browser, write(THEATRE)) as notebook:
        await notebook.run_all()
        theatre = await notebook.output(1)
        await theatre.get_by_role("button", name="Connect", exact=True).press("Enter")
        await expect(theatre.get_by_role("status")).to_contain_text("Server OPEN")
        await theatre.get_by_role("textbox", name="Reason").press_sequentially("abdd")
        await theatre.get_by_role("button", name=button).press("b")
        await theatre.get_by_role("button", name=button).press("Enter")

        await expect(theatre.locator(".result")).to_contain_text(result)
        await expect(theatre.get_by_role("textbox", name="Reason")).to_have_value("abddbye")
        assert await notebook.page.locator(".jp-CodeCell").count() == 2
        assert await notebook.page.locator(".jp-Notebook.jp-mod-editMode").count() == 0


async def test_theatre_shows_what_python_plays(lab, browser, write):
    """A cell drives it; a page that loads later shows the same."""
    play = "await theatre.connect(refused=True)\nassert theatre.events == ['error', 'close']"
    async with lab.notebook(browser, write(THEATRE, play)) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        await notebook.save()
        for _ in range(2):
            theatre = await notebook.output(1)
            await expect(theatre.get_by_role("status")).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
            await expect(theatre.get_by_role("row", name="event error")).to_be_visible()
            await expect(theatre.get_by_text("Nobody said so")).to_be_visible()
            await notebook.reload()


# EventLog


async def test_browser_and_python_log_side_by_side(lab, browser, write):
    """The page opens its own WebSocket to the kernel's server; both logs are shown, and both can be asserted."""
    say = "await ws.once('open')\nws.send('from Python')\nawait ws.once('message')\nNone"
    async with lab.notebook(browser, write(BOTH, say)) as notebook:
        await notebook.run_all()
        log = await notebook.output(1)
        python, own = log.get_by_role("table", name="In Python"), log.get_by_role("table", name="In this browser")
        await expect(python.get_by_role("row", name="message 'from Python'")).to_be_visible()
        await expect(own.get_by_role("row", name="open")).to_be_visible()

        await log.get_by_role("textbox", name="Message").fill("from the browser <b>")
        await log.get_by_role("textbox", name="Message").press("Enter")
        await expect(own.get_by_role("row", name="message 'from the browser <b>'")).to_be_visible()
        await notebook.run("log.browser_sends('asked by Python')")
        await expect(own.get_by_role("row", name="message 'asked by Python'")).to_be_visible()
        await notebook.run("log.browser_closes(3333, 'done')")
        await expect(own.get_by_role("row", name="close")).to_contain_text("code=3333 reason='done' wasClean=True")
        await expect(log.get_by_role("button", name="Send from the browser")).to_be_disabled()

        assert await value(notebook, "[[e.type, e.data] for e in log.browser_events]") == [
            ["open", None],
            ["message", "from the browser <b>"],
            ["message", "asked by Python"],
            ["close", None],
        ]
        assert await value(notebook, "[e.type for e in log.events]") == ["open", "message"]


async def test_browser_goes_through_the_proxy_where_the_kernel_is_elsewhere(lab, browser, write):
    """As behind a tunnel: nothing answers at the kernel's address here, but the Jupyter server leads there."""
    elsewhere = """() => { window.WebSocket = class extends WebSocket {
        constructor(url, ...more) {
            super(/^ws:[^/]*\\/\\/[^/]*\\/echo$/.test(url) ? "ws://127.0.0.1:9/" : url, ...more);
        }
    } }"""
    async with lab.notebook(browser, write(BOTH)) as notebook:
        await notebook.page.evaluate(elsewhere)
        await notebook.run_all()
        log = await notebook.output(1)
        own = log.get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name="open")).to_be_visible()
        await expect(log.get_by_text("/proxy/")).to_contain_text(f"ws://127.0.0.1:{urlsplit(lab.url).port}/proxy/")

        await notebook.run("log.browser_sends('through')")
        await expect(own.get_by_role("row", name="message 'through'")).to_be_visible()
        assert await value(notebook, "[e.type for e in log.browser_events]") == ["open", "message"]


async def test_browser_that_reaches_nobody_logs_an_error(lab, browser, write):
    """The server is gone: error, then close 1006, as the standard has it."""
    end = "ws = connect()\nawait ws.once('open')\nserver.stop()\nawait ws.once('close')"
    async with lab.notebook(browser, write(f"{end}\nlog = EventLog(ws, browser=True)\nlog")) as notebook:
        await notebook.run_all()
        log = await notebook.output(1)
        own = log.get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name="close")).to_contain_text("code=1006")
        await expect(log.get_by_role("status")).to_contain_text("CLOSED: earlier events are not here")
        assert await value(notebook, "[e.type for e in log.browser_events]") == ["error", "close"]


# WireView


async def test_wire_view_takes_the_chosen_frame_apart(lab, browser, write):
    """The newest frame is shown until one is chosen; a field that has the focus lights its bits."""
    code = (
        "ws = connect()\nview = WireView(ws)\nawait ws.once('open')\nws.send('Hello')\nawait ws.once('message')\nview"
    )
    async with lab.notebook(browser, write(code)) as notebook:
        await notebook.run_all()
        view = await notebook.output(1)
        await expect(view.get_by_role("status")).to_have_text("2 frames")
        await expect(view.locator(".piece > b")).to_have_text("server → client: TEXT Hello")

        await view.get_by_role("button", name="client → server: TEXT Hello").press("Enter")
        await expect(view.locator(".bit")).to_have_count(8 * 11)
        opcode = view.get_by_role("button", name="opcode")
        await opcode.focus()
        assert await view.locator(".bit.lit").all_inner_texts() == ["0", "0", "0", "1"]
        await expect(view.get_by_role("row", name="opcode").get_by_role("link", name="§5.6")).to_be_visible()
        await view.get_by_role("row", name="Payload len").hover()
        assert await view.locator(".bit.lit").all_inner_texts() == list("0000101")
        plain = view.get_by_role("table", name="Unmasking").get_by_role("row").last.get_by_role("cell")
        assert await plain.all_inner_texts() == ["48", "65", "6c", "6c", "6f"]

        await view.get_by_role("button", name="client → server: opening request").click()
        await expect(view.get_by_role("row", name="Sec-WebSocket-Key")).to_contain_text("§11.3.1")
        await notebook.run("ws.close(1000, 'bye')\nawait ws.once('close')\nNone")
        await expect(view.get_by_role("status")).to_have_text("4 frames")
        await expect(view.locator(".piece > b")).to_contain_text("opening request")


# All three


async def test_in_both_themes_axe_finds_nothing_serious_and_nothing_is_asked_of_others(lab, browser, write):
    """In the Lab, light and dark; every request goes to this machine."""
    view = "view = WireView(theatre.ws)\nview"
    play = "await theatre.connect()\nawait theatre.client_sends('hi, 你好')\nawait theatre.client_closes(1000, 'bye')"
    asked = []
    async with lab.notebook(
        browser, write(THEATRE, play, BOTH, view), viewport={"width": 1280, "height": 2000}
    ) as notebook:
        page = notebook.page
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda ws: asked.append(ws.url))
        await notebook.run_all()
        await expect(page.locator(".chatlib-events [data-type=open]")).to_have_count(2)
        for theme in ("Light", "Dark"):
            script = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
            await page.evaluate(script, f"JupyterLab {theme}")
            await page.wait_for_function(
                "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "Light").lower()
            )
            await expect(page.locator("#jupyterlab-splash")).to_have_count(0)
            await notebook.screenshot(lab.directory / f"instruments a {theme}.png")
            assert await serious(page) == []

    assert {urlsplit(url).hostname for url in asked if not url.startswith(("blob:", "data:"))} == {"127.0.0.1"}


COUNT = """
import asyncio, gc, threading
import psutil
from chatlib import background

async def background_tasks():
    return len(asyncio.all_tasks())

def count():
    gc.collect()
    from IPython import get_ipython
    return {
        "tasks": len(asyncio.all_tasks()),
        "background tasks": background.run(background_tasks()),
        "threads": threading.active_count(),
        "comms": len(get_ipython().kernel.comm_manager.comms),
        "sockets": len(psutil.Process().net_connections("inet")),
    }
"""


async def test_fifty_runs_of_a_cell_leave_nothing_behind(lab, browser, write):
    """Tasks on both loops, threads, comms, sockets, and the page's own WebSockets: as after the second."""
    cell = """theatre = StateTheatre()
await theatre.connect()
ws = connect()
log, view = EventLog(ws, browser=True), WireView(ws)
await ws.once("open")
ws.close()
await ws.once("close")
display(theatre, log, view)"""
    async with lab.notebook(browser, write(cell, COUNT)) as notebook:
        page = notebook.page
        opened, closed = [], []

        def watch(ws):
            if ws.url.endswith("/echo"):
                opened.append(ws)
                ws.on("close", lambda ws: closed.append(ws))

        page.on("websocket", watch)

        async def run():
            await notebook.run_cell(1)
            await expect(page.locator(".chatlib-events [data-type=open]")).to_have_count(2)

        await notebook.run_cell(0)
        await notebook.run_cell(2)
        await run()
        await run()
        first = await value(notebook, "count()")
        for _ in range(48):
            await run()

        expected = json.dumps(first)
        settle = f"for _ in range(100):\n    if count() == {expected}: break\n    await asyncio.sleep(0.1)"
        await notebook.run(settle, seconds=60)
        assert await value(notebook, "count()") == first
        assert len(opened) - len(closed) == 1
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
    with chatlib.serve(port=0) as server:
        theatre = StateTheatre()
        await theatre.connect()
        await theatre.server_closes(4001, "<b>enough</b>")
        ws = WebSocket(server.url + "/echo")
        log, view = EventLog(ws, browser=True), WireView(ws)
        await ws.once("open")
        ws.send("你好 <b>")
        await ws.once("message")
        ws.close(1000)
        await ws.once("close")
        log.act({"do": "event", "time": 1000, "type": "open", "readyState": 1})
        log.act({"do": "event", "time": 1000, "type": "message", "readyState": 1, "data": "hi"})
        long = WireView.of_bytes(Frame(Opcode.BINARY, bytes(1000)).serialize(mask=True))
        widgets = {"state_theatre": theatre, "event_log": log, "wire_view": view, "wire_view long": long}
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
        page.on("websocket", lambda ws: trouble.append(ws.url))
        page.on("pageerror", lambda error: trouble.append(error))
        await page.add_style_tag(content=":root { color-scheme: light dark; background: Canvas; }")
        await page.add_style_tag(content=style_sheet(name.split()[0]))
        await page.evaluate(MOUNT, [front_end(name.split()[0]), recordings[name], lang])
        yield page
        await context.close()
        assert trouble == []

    return stage


async def test_recorded_theatre_is_told_but_not_played(stage):
    """The whole play is there, its buttons are disabled, and what was sent is text."""
    async with stage("state_theatre") as page:
        await expect(page.get_by_role("status")).to_have_text("Client CLOSED (3) · Server CLOSED (3)")
        await expect(page.locator(".result")).to_contain_text("4001 private")
        await expect(page.locator(".result")).to_contain_text("“<b>enough</b>”")
        for button in await page.get_by_role("button").all():
            await expect(button).to_be_disabled()


async def test_recorded_log_opens_no_connection(stage):
    """Both tables are there; the form, which needs a kernel, is not."""
    async with stage("event_log") as page:
        own = page.get_by_role("table", name="In this browser").get_by_role("row")
        await expect(own).to_have_count(3)
        await expect(page.get_by_role("row", name="message '你好 <b>'")).to_be_visible()
        assert await page.get_by_role("textbox").count() == 0


async def test_recorded_frames_can_be_chosen(stage):
    """Looking needs no kernel; of a long frame the beginning is drawn."""
    async with stage("wire_view") as page:
        await page.get_by_role("button", name="client → server: TEXT 你好 <b>").click()
        await expect(page.get_by_role("row", name="Payload Data")).to_contain_text("你好 <b>")
    async with stage("wire_view long") as page:
        await expect(page.get_by_text("The first 24 of 1008 bytes")).to_be_visible()
        await expect(page.locator(".bit")).to_have_count(8 * 24)


@pytest.mark.parametrize(
    ("name", "text"), [("state_theatre", "服务器先提出"), ("event_log", "此浏览器中"), ("wire_view", "线路上")]
)
async def test_instruments_speak_chinese(stage, name, text):
    """The words are the page's language; those of the standard stay."""
    async with stage(name, lang="zh-CN") as page:
        await expect(page.get_by_text(text).first).to_be_visible()


@pytest.mark.parametrize("width", [900, 320])
@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
@pytest.mark.parametrize("name", ["state_theatre", "event_log", "wire_view", "wire_view long"])
async def test_axe_finds_nothing_serious_and_no_text_is_small(stage, name, scheme, width):
    """Contrast, names, roles; light, dark, high contrast; wide and narrow; 14 px at least; no sideways scrolling."""
    options = {"forced_colors": "active"} if scheme == "forced" else {"color_scheme": scheme}
    async with stage(name, viewport={"width": width, "height": 900}, **options) as page:
        assert await serious(page, "main") == []
        sizes = "[...document.querySelectorAll('main *')].map(each => parseFloat(getComputedStyle(each).fontSize))"
        assert min(await page.evaluate(sizes)) >= 14
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
