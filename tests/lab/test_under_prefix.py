"""Everything under a prefix, as on a hub: the Lab at /user/demo/, and a browser that only reaches the Lab.

The Lab's name is not loopback's, so that a page's Origin and Host are those of a stranger, as they are on a real hub.
"""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from urllib.parse import urlencode, urljoin

import pytest
import pytest_asyncio
from playwright.async_api import Error, Locator, Page, expect

from tests.support.in_browser import IMPORTS, SOLUTIONS, solution, verdict
from tests.support.lab import Lab

PREFIX = "/user/demo/"
SERVE = "import chatlib\nserver = chatlib.serve()"
NAME = "hub.localhost"  # every name under localhost is this machine, and none of them but itself is "localhost"

# Runs in the Lab's server before it starts a kernel; a hub sets these variables before it starts the server.
CONFIGURATION = f"""
import os

os.environ |= {{"JUPYTERHUB_USER": "demo", "JUPYTERHUB_SERVICE_PREFIX": "{PREFIX}"}}
c.ServerApp.base_url = "{PREFIX}"
c.ServerApp.local_hostnames = ["localhost", "{NAME}"]
"""

# Through the proxy a socket opens even if the server behind it refuses: only an answer tells.
ECHO = """
([url, text]) => new Promise((resolve, reject) => {
  const socket = new WebSocket(url);
  socket.onopen = () => socket.send(text);
  socket.onmessage = (event) => { resolve(event.data); socket.close(); };
  socket.onclose = (event) => reject(new Error(`closed with ${event.code}`));
  setTimeout(() => reject(new Error("no answer")), 15_000);
})
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hub(browser, tmp_path_factory) -> AsyncIterator[Lab]:
    """A JupyterLab under a prefix, with what a hub puts into the environment of its kernels."""
    lab = Lab(tmp_path_factory.mktemp("hub"))
    configuration = lab.directory / "config" / "jupyter_server_config.py"
    configuration.parent.mkdir()
    configuration.write_text(CONFIGURATION)
    try:
        lab.start()
        assert lab.url.endswith(PREFIX)
        lab.url = lab.url.replace("127.0.0.1", NAME)
        yield lab
    finally:
        await lab.stop()


def said(page: Page, text: str) -> Locator:
    return page.locator("[role=log] [data-state=delivered]").filter(has_text=text)


async def test_the_browsers_own_websocket_reaches_the_server_in_the_kernel(hub, browser):
    """Through the Lab's proxy, from a page of the Lab: text comes back as it went, also in Chinese."""
    async with hub.notebook(browser, hub.write(SERVE)) as notebook:
        await notebook.run_all()
        url = urljoin(hub.url.replace("http", "ws", 1), f"proxy/{hub.chat_port}/echo")

        assert await notebook.page.evaluate(ECHO, [url, "连接 👋"]) == "连接 👋"


async def test_the_page_url_opens_the_chat_page_and_page_and_kernel_chat(hub, browser):
    """``server.page_url`` is a path behind the hub's name; the page finds its WebSocket there too."""
    client = "client = chatlib.ChatClient(server.url, name='Kernel')\nawait client.joined()"
    async with hub.notebook(browser, hub.write(SERVE, client)) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        page_url = await notebook.value("server.page_url")
        assert page_url == f"{PREFIX}proxy/{hub.chat_port}/"

        page = await notebook.page.context.new_page()
        await page.goto(urljoin(hub.url, page_url))
        await page.get_by_role("button", name="Join").click()
        await expect(page.get_by_role("status")).to_contain_text("OPEN")
        await page.get_by_role("textbox", name="Message").fill("from the page")
        await page.get_by_role("textbox", name="Message").press("Enter")
        await expect(said(page, "from the page")).to_have_count(1)
        heard = "[(await client.delivered(client.send('from the kernel'))).state, [m.msg for m in client.messages]]"
        state, messages = await notebook.value(heard)
        assert (state, messages[-2:]) == ("delivered", ["from the page", "from the kernel"])
        await expect(said(page, "from the kernel")).to_have_count(1)


async def test_a_room_has_one_name_through_the_proxy_and_without(hub, browser):
    """Whatever a proxy decodes and encodes again; and what it would lose is refused with a word."""
    room = "café %41 +&=;:@!$'()*,[]{}|^~`<>\" 聊"
    join = f"client = chatlib.ChatClient(server.url, room={room!r}, name='Kernel')\nawait client.joined()"
    async with hub.notebook(browser, hub.write(SERVE, join)) as notebook:
        await notebook.run_all()
        assert await notebook.errors() == []
        page_url = urljoin(hub.url, await notebook.value("server.page_url"))
        page = await notebook.page.context.new_page()
        await page.goto(f"{page_url}?{urlencode({'room': unicodedata.normalize('NFD', room) + ' ', 'name': 'Page'})}")
        await expect(page.get_by_role("status")).to_contain_text("OPEN")
        await expect(page.get_by_role("list", name="People").get_by_role("listitem")).to_have_count(2)
        await page.goto(f"{page_url}?{urlencode({'room': 'a?b'})}")
        await expect(page.get_by_text("a room's name has no slash")).to_be_visible()


async def test_a_passcode_travels_in_the_page_url(hub, browser):
    """The page of a server that wants one opens, and is let in; without it, it is not."""
    cell = "import chatlib\nserver = chatlib.serve(port=0, passcode='open sesame & more')"
    async with hub.notebook(browser, hub.write(cell)) as notebook:
        await notebook.run_all()
        page_url = await notebook.value("server.page_url")
        page = await notebook.page.context.new_page()

        refused = await page.goto(urljoin(hub.url, page_url.partition("?")[0]))
        assert refused.status == 401
        await page.goto(urljoin(hub.url, page_url))
        await page.get_by_role("button", name="Join").click()
        await expect(page.get_by_role("status")).to_contain_text("OPEN")


async def test_two_panels_chat(hub, browser):
    """The panels of two notebooks: their way is the kernel's own, whatever the prefix."""
    panel = "import chatlib\npanel = chatlib.ChatPanel(name={!r}, room='prefix')\npanel"
    paths = [hub.write(panel.format(name), name=name) for name in ("Ada", "Bo")]
    async with hub.notebook(browser, paths[0]) as ada, hub.notebook(browser, paths[1]) as bo:
        for notebook in (ada, bo):
            await notebook.run_all()
            await expect((await notebook.output(0)).get_by_role("status")).to_have_text("OPEN")
        for speaker, listener, text in [(ada, bo, "hello"), (bo, ada, "hello back")]:
            box = (await speaker.output(0)).get_by_role("textbox", name="Message")
            await box.fill(text)
            await box.press("Enter")
            await expect(said(listener.page, text)).to_have_count(1)


async def test_a_page_in_javascript_is_judged_through_the_proxy(hub, browser):
    """It passes a goodbye on, and not the code, and opens at once: so the page tells its code, and that it waits."""
    async with hub.notebook(browser, hub.write(IMPORTS)) as notebook:
        await notebook.run_all()
        for number in SOLUTIONS:
            assert (await verdict(notebook, number, solution(number))).startswith("Solved: ")
        for change, said in [
            (("close(1000)", "close()"), "Not yet: your page closed with no code."),
            (("close(1000)", "close(4000)"), "Not yet: your page closed with code 4000."),
            (('ws.addEventListener("open",', "(it => setTimeout(it, 2000))("), "Not yet: your page asked neither"),
        ]:
            assert (await verdict(notebook, "02", solution("02").replace(*change))).startswith(said)


async def test_the_doctor_knows_the_hub(hub, browser):
    """Nothing is red, and the URL that it gives is the one that opens."""
    async with hub.notebook(browser, hub.write(SERVE)) as notebook:
        await notebook.run_all()
        report = await notebook.value("str(chatlib.doctor())")

    assert "red" not in report.split()
    assert f"JupyterHub: kernels connect to ws://127.0.0.1:{hub.chat_port}" in report
    assert f"{PREFIX}proxy/{hub.chat_port}/" in report


async def test_a_page_of_elsewhere_is_not_let_in_through_the_proxy(hub, browser):
    """The hub's own page is welcome; a stranger's is not, even if it had come by the Jupyter token."""
    async with hub.notebook(browser, hub.write(SERVE)) as notebook:
        await notebook.run_all()
        url = urljoin(hub.url.replace("http", "ws", 1), f"proxy/{hub.chat_port}/echo?token={hub.token}")
        page = await notebook.page.context.new_page()
        await page.route("http://evil.localhost/", lambda route: route.fulfill(body="<title>evil</title>"))
        await page.goto("http://evil.localhost/")

        assert await notebook.page.evaluate(ECHO, [url, "hi"]) == "hi"
        with pytest.raises(Error):
            await page.evaluate(ECHO, [url, "hi"])
