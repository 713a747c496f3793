"""What a notebook says of browsers is tried in one."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.support import waiting
from tests.support.certificate import Certificate
from tests.support.course import says

COOKIES = ("strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "unsaid=1", "none=1; SameSite=None; Secure")
CONNECT = """url => new Promise(told => {
    window.ws = new WebSocket(url);
    ws.onopen = () => told("open");
    ws.onclose = event => told(event.code);
})"""
SENDING_AGAIN, KEEPALIVE = "01", "02"  # of the column tr in /proc/net/tcp


async def say_cookies(connection: ServerConnection) -> None:
    """Tell a page with which cookies it came, and stay."""
    assert connection.request
    await connection.send(connection.request.headers.get("Cookie", ""))
    await connection.wait_closed()


def a_page(connection: ServerConnection, request: Request) -> Response | None:
    """Answer whoever asks for no WebSocket with an empty page, and with cookies of each kind."""
    if "Upgrade" in request.headers:
        return None
    headers = Headers({"Content-Type": "text/html", "Content-Length": "0"})
    for cookie in COOKIES:
        headers["Set-Cookie"] = cookie
    return Response(200, "OK", headers)


def port(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(ignore_https_errors=True)
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def victim() -> AsyncIterator[Server]:
    async with serve(say_cookies, "127.0.0.1", 0, process_request=a_page) as server:
        yield server


@pytest.mark.parametrize(("host", "come_along"), [("127.0.0.1", 4), ("localhost", 1)])
async def test_cookies_go_along_from_the_same_site_and_from_no_other(page, victim, host, come_along):
    """Another port is the same site; and a cookie that says nothing of sites is kept at home as well (11)."""
    async with serve(say_cookies, "127.0.0.1", 0, process_request=a_page) as evil:
        await page.goto(f"http://127.0.0.1:{port(victim)}/")
        await page.goto(f"http://{host}:{port(evil)}/")
        said = await page.evaluate(
            "url => new Promise(told => new WebSocket(url).onmessage = event => told(event.data))",
            f"ws://127.0.0.1:{port(victim)}/",
        )

    assert len(said.split("; ") if said else []) == come_along
    assert says("11", "From another site Chromium 156 sends only cookies with `SameSite=None`")


async def test_a_page_that_came_by_https_may_use_no_ws_on_the_internet(page, victim, tmp_path: Path):
    """To connect to this machine is no mixed content (02 and 11)."""
    certificate = Certificate.make(tmp_path, "DNS:localhost")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate.file, certificate.key)
    async with serve(say_cookies, "127.0.0.1", 0, process_request=a_page, ssl=tls) as safe:
        await page.goto(f"https://localhost:{port(safe)}/")
        assert await page.evaluate(CONNECT, f"ws://127.0.0.1:{port(victim)}/") == "open"
        refused = "() => { try { new WebSocket('ws://chat.example/'); } catch (error) { return error.name; } }"
        assert await page.evaluate(refused) == "SecurityError"

    assert says("02", "may open no `ws://` on the internet")
    assert says("11", "may use no `ws` on the internet")


async def test_chromium_has_tcp_ask_whether_a_silent_connection_is_alive(page, victim):
    """A timer of the kernel's that most programs do not ask for (09a)."""
    await page.goto(f"http://127.0.0.1:{port(victim)}/")
    await page.evaluate(CONNECT, f"ws://127.0.0.1:{port(victim)}/")
    (connection,) = victim.connections
    theirs = f":{connection.remote_address[1]:04X}"

    def timer() -> tuple[str, float]:
        lines = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()]
        (mine,) = [line[5].split(":") for line in lines if line[1].endswith(theirs)]
        return mine[0], int(mine[1], 16) / os.sysconf("SC_CLK_TCK")

    await waiting.until(lambda: timer()[0] != SENDING_AGAIN)  # it is that of what was sent last, until this has come
    kind, seconds = timer()
    assert kind == KEEPALIVE
    assert 30 < seconds <= 45
    assert says("09a", "Chromium on a computer wants it after 45 seconds")
