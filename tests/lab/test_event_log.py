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
        await expect(own.get_by_role("row", name='message "from the browser <b>"')).to_be_visible()
        await expect(own.get_by_role("row", name='send() "from the browser <b>"')).to_be_visible()
        await expect(python.get_by_role("row", name="send() 'from Python'")).to_be_visible()
        await notebook.run("log.browser_sends('asked by Python')")
        await expect(own.get_by_role("row", name='message "asked by Python"')).to_be_visible()
        await notebook.run("log.browser_closes(3333, 'done')")
        await expect(own.get_by_role("row", name="close")).to_contain_text('code=3333 reason="done" wasClean=true')
        await expect(log.get_by_role("button", name="Send from the browser")).to_be_disabled()

        assert await notebook.value("[[e.type, e.data] for e in log.browser_events]") == [
            ["open", None],
            ["message", "from the browser <b>"],
            ["message", "asked by Python"],
            ["close", None],
        ]
        assert await notebook.value("[e.type for e in log.events]") == ["open", "message"]


async def test_what_is_asked_at_once_is_sent_when_the_browser_is_connected(lab, browser):
    """Run All asks before there is a page: nothing of it is lost, and after a reload nothing is sent twice."""
    ask = "log.browser_sends('first')\nlog.browser_sends('second')"
    async with lab.notebook(browser, lab.write(IMPORTS, BOTH, ask)) as notebook:
        await notebook.run_all()
        log = await notebook.output(1)
        own = log.get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name='message "second"')).to_be_visible()
        types = "[(type(e).__name__, e.data) for e in log.browser_sent + log.browser_events]"
        assert await notebook.value(types) == [
            ["SentMessage", "first"],
            ["SentMessage", "second"],
            ["LoggedEvent", None],
            ["LoggedEvent", "first"],
            ["LoggedEvent", "second"],
        ]

        await notebook.save()
        await notebook.reload()
        own = (await notebook.output(1)).get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name="open")).to_have_count(2)
        assert await notebook.value("[m.data for m in log.browser_sent]") == ["first", "second"]


async def test_what_the_browser_was_to_send_to_a_server_that_was_stopped_is_sent_after_start_again(lab, browser):
    """A quick Run All has stopped the server before the page is connected."""
    end = "await ws.once('open')\nserver.stop()\nawait ws.once('close')\nlog.browser_sends('late')"
    cell = f"ws = connect()\nlog = EventLog(ws, browser=True)\n{end}\nlog"
    async with lab.notebook(browser, lab.write(IMPORTS, cell)) as notebook:
        await notebook.run_all()
        log = await notebook.output(1)
        await expect(log.get_by_role("status")).to_contain_text("Stopped: both connections are closed.")
        await log.get_by_role("button", name="Start again").click()
        own = log.get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name='message "late"')).to_be_visible()


async def test_a_log_whose_server_was_stopped_says_so_and_starts_again(lab, browser):
    """As after Run All: both halves are closed and nothing can be sent, until "Start again"."""
    end = "await ws.once('open')\nserver.stop()\nawait ws.once('close')\nNone"
    async with lab.notebook(browser, lab.write(IMPORTS, BOTH, end)) as notebook:
        await notebook.run_all()
        log = await notebook.output(1)
        field, send = log.get_by_role("textbox", name="Message"), log.get_by_role("button", name="Send from")
        again = log.get_by_role("button", name="Start again")
        await expect(log.get_by_role("status")).to_have_text("Stopped: both connections are closed.")
        await expect(field).to_be_disabled()
        await expect(send).to_be_disabled()

        await again.press("Enter")
        await expect(field).to_be_enabled()
        await expect(log.get_by_role("status")).to_have_text("")
        await expect(again).to_be_hidden()
        await expect(log.get_by_role("region", name="In Python")).to_be_focused()
        await field.fill("on")
        await field.press("Enter")
        own = log.get_by_role("table", name="In this browser")
        await expect(own.get_by_role("row", name='message "on"')).to_be_visible()
        assert await notebook.value("log.events[-1].type") == "open"


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
        await expect(own.get_by_role("row", name='message "through"')).to_be_visible()
        assert await notebook.value("[e.type for e in log.browser_events]") == ["open", "message"]

        await notebook.run("server.stop()")  # it says 1001
        await expect(own.get_by_role("row", name="close")).to_contain_text("code=1005")
        await expect(log.get_by_text("which passes on no close code")).to_be_visible()


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
