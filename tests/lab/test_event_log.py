"""EventLog as learners use it, in a real JupyterLab: the kernel's WebSocket beside the browser's own."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import expect

IMPORTS = """import chatlib
from chatlib.widgets.event_log import EventLog
server = chatlib.serve(port=0)
def connect(): return chatlib.WebSocket(server.url + "/echo")"""
BOTH = "ws = connect()\nlog = EventLog(ws, browser=True)\nlog"


async def test_browser_and_python_log_side_by_side(lab, browser):
    """The page opens its own WebSocket to the kernel's server; both logs are shown, and both can be asserted."""
    say = "await ws.once('open')\nws.send('from Python')\nawait ws.once('message')\nNone"
    async with lab.notebook(browser, lab.write(IMPORTS, BOTH, say)) as notebook:
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

        assert await notebook.value("[[e.type, e.data] for e in log.browser_events]") == [
            ["open", None],
            ["message", "from the browser <b>"],
            ["message", "asked by Python"],
            ["close", None],
        ]
        assert await notebook.value("[e.type for e in log.events]") == ["open", "message"]


async def test_browser_goes_through_the_proxy_where_the_kernel_is_elsewhere(lab, browser):
    """As behind a tunnel: nothing answers at the kernel's address here, but the Jupyter server leads there."""
    elsewhere = """() => { window.WebSocket = class extends WebSocket {
        constructor(url, ...more) {
            super(/^ws:[^/]*\\/\\/[^/]*\\/echo$/.test(url) ? "ws://127.0.0.1:9/" : url, ...more);
        }
    } }"""
    async with lab.notebook(browser, lab.write(IMPORTS, BOTH), fresh=True) as notebook:
        await notebook.page.evaluate(elsewhere)
        await notebook.run_all()
        log = await notebook.output(1)
        own = log.get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name="open")).to_be_visible()
        await expect(log.get_by_text("/proxy/")).to_contain_text(f"ws://127.0.0.1:{urlsplit(lab.url).port}/proxy/")

        await notebook.run("log.browser_sends('through')")
        await expect(own.get_by_role("row", name="message 'through'")).to_be_visible()
        assert await notebook.value("[e.type for e in log.browser_events]") == ["open", "message"]


async def test_browser_that_reaches_nobody_logs_an_error(lab, browser):
    """The server is gone: error, then close 1006, as the standard has it."""
    end = "ws = connect()\nawait ws.once('open')\nserver.stop()\nawait ws.once('close')"
    async with lab.notebook(browser, lab.write(IMPORTS, f"{end}\nlog = EventLog(ws, browser=True)\nlog")) as notebook:
        await notebook.run_all()
        log = await notebook.output(1)
        own = log.get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name="close")).to_contain_text("code=1006")
        await expect(log.get_by_role("status")).to_contain_text("CLOSED: earlier events are not here")
        assert await notebook.value("[e.type for e in log.browser_events]") == ["error", "close"]
