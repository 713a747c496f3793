"""What a notebook says of browsers is tried in one."""

from __future__ import annotations

import asyncio
import json
import os
import re
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.utils import accept_key

from tests.support import waiting
from tests.support.certificate import Certificate
from tests.support.chromium import CHROMIUM_FLAGS
from tests.support.course import read, says
from tools import course_map, notebooks
from tools.ports import free_port

COOKIES = ("strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "unsaid=1", "none=1; SameSite=None; Secure")
CONNECT = """url => new Promise(told => {
    window.ws = new WebSocket(url);
    ws.onopen = () => told("open");
    ws.onclose = event => told(event.code);
})"""
SENDING_AGAIN, KEEPALIVE = "01", "02"  # of the column tr in /proc/net/tcp
SUPPORT = Path(__file__).parents[1] / "support"
SPARE_SECONDS = 2  # a server's end waits for the connection that Chromium opens in advance, and says nothing on


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
    async with serve(say_cookies, "127.0.0.1", 0, process_request=a_page, open_timeout=SPARE_SECONDS) as server:
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
    ends = [f":{address[1]:04X}" for address in (connection.remote_address, connection.local_address)]

    def timer() -> tuple[str, float]:
        lines = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()]
        (mine,) = [line[5].split(":") for line in lines if [line[1][-5:], line[2][-5:]] == ends]  # the browser's own
        return mine[0], int(mine[1], 16) / os.sysconf("SC_CLK_TCK")

    await waiting.until(lambda: timer()[0] != SENDING_AGAIN)  # it is that of what was sent last, until this has come
    kind, seconds = timer()
    assert kind == KEEPALIVE
    assert 30 < seconds <= 45
    assert says("09a", "Chromium on a computer wants it after 45 seconds")


async def test_who_still_sends_may_hear_the_goodbye_and_not_get_its_own_out(page, victim):
    """The page has the code of the server's Close frame, and `wasClean` is false (03)."""
    told = asyncio.Event()

    async def too_much(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Say 1009 at the first bytes of a message, read none of the others, and let TCP end when that was heard."""
        key = re.search(rb"Sec-WebSocket-Key: (.*)\r\n", await reader.readuntil(b"\r\n\r\n"))
        assert key
        answer = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept_key(key[1].decode())}"
        writer.write(f"HTTP/1.1 101 Switching Protocols\r\n{answer}\r\n\r\n".encode())
        await reader.readexactly(10)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(bytes([0x88, 2]) + (1009).to_bytes(2, "big"))
        await told.wait()
        writer.transport.abort()

    server = await asyncio.start_server(too_much, "127.0.0.1", 0)
    async with server:
        await page.goto(f"http://127.0.0.1:{port(victim)}/")
        ends: list[object] = []
        while [1009, False] not in ends and len(ends) < 5:  # it hears of TCP's end within two seconds, or has enough
            told.clear()
            await page.evaluate(
                "url => { window.ended = null; window.ws = new WebSocket(url); ws.onclose = event => ended = event;"
                " ws.onopen = () => ws.send('x'.repeat(20_000_000)); }",
                f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/",
            )
            await page.wait_for_function("ws.readyState >= WebSocket.CLOSING")
            told.set()
            await page.wait_for_function("window.ended")
            ends.append(await page.evaluate("[ended.code, ended.wasClean]"))

    assert ends[-1] == [1009, False], ends
    assert says("03", "A browser that still sends may not get its own goodbye out any more")


async def test_a_page_that_is_reloaded_says_goodbye_before_it_connects_again(page):
    """So no registry mixes up its two connections (06)."""
    life: list[object] = []

    async def note(connection: ServerConnection) -> None:
        life.append("begins")
        await connection.wait_closed()
        life.append(connection.close_code)

    async with serve(note, "127.0.0.1", 0, process_request=a_page) as server:
        await page.goto(f"http://127.0.0.1:{port(server)}/")
        await page.add_init_script(f"window.ws = new WebSocket('ws://127.0.0.1:{port(server)}/')")
        for _ in range(3):
            await page.reload()
            await page.wait_for_function("ws.readyState === WebSocket.OPEN")

    assert life[:5] == ["begins", 1001, "begins", 1001, "begins"]
    assert says("06", "A reload in Chromium 156 says goodbye first")


@pytest.mark.parametrize(("policy", "code"), [("", "open"), ("treat-as-public-address", 1006)])
async def test_chromium_lets_no_http_page_of_the_internet_reach_this_machine(page, chromium_path, policy, code):
    """Not even where the name of both is the same, as in DNS rebinding (04 and 11)."""

    def of_the_internet(connection: ServerConnection, request: Request) -> Response | None:
        answer = a_page(connection, request)
        if answer:
            answer.headers["Content-Security-Policy"] = policy
        return answer

    names = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    chromium = page.context.browser.browser_type
    async with serve(say_cookies, "127.0.0.1", 0, process_request=of_the_internet) as server:
        browser = await chromium.launch(executable_path=chromium_path, args=[*CHROMIUM_FLAGS, names])
        tab = await browser.new_page()
        await tab.goto(f"http://evil.example:{port(server)}/")
        assert await tab.evaluate(CONNECT, f"ws://evil.example:{port(server)}/") == code
        await browser.close()

    assert says("04", "own network or computer only if you allow it, and not at all if it came by `http`")
    assert says("11", "Chromium 156 lets no page that came from the internet by `http` reach the own machine")


async def test_a_page_from_a_disk_has_the_origin_null(page, tmp_path):
    """Whoever wrote it; another page has its own address."""
    origins = []

    async def note(connection: ServerConnection) -> None:
        origins.append(connection.request.headers["Origin"])

    (tmp_path / "page.html").write_text("<p>A page</p>", encoding="utf-8")
    async with serve(note, "127.0.0.1", 0, process_request=a_page) as server:
        here = f"127.0.0.1:{port(server)}"
        for address in (f"http://{here}/", (tmp_path / "page.html").as_uri()):
            await page.goto(address)
            await page.evaluate(CONNECT, f"ws://{here}/")

    assert origins == [f"http://{here}", "null"]
    assert says("04", "or `null`, as from a page on a disk")


async def test_a_page_that_looks_at_buffered_amount_may_still_be_far_ahead_of_who_reads(page):
    """Nothing of it is in the page: it waits in the kernels (10)."""
    position = '{"x": 512, "y": 384}'

    async def read_nothing(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await connection.wait_closed()

    async with serve(
        read_nothing, "127.0.0.1", 0, process_request=a_page, ping_interval=None, close_timeout=0
    ) as server:
        await page.goto(f"http://127.0.0.1:{port(server)}/")
        await page.evaluate(CONNECT, f"ws://127.0.0.1:{port(server)}/")
        sent = await page.evaluate(
            """async position => {
                const { port1, port2 } = new MessageChannel();
                const turn = () => new Promise(told => { port1.onmessage = told; port2.postMessage(0); });
                let sent = 0;
                for (let turns = 0; turns < 200_000 && sent <= 20_000; turns++) {
                    if (ws.bufferedAmount === 0) { ws.send(position); sent++; }
                    else await turn();
                }
                return sent;
            }""",
            position,
        )
        for connection in server.connections:
            connection.transport.abort()

    assert sent > 20_000
    assert says("10", "first the kernels fill, here with more than twenty thousand")


async def test_a_browser_sends_a_long_message_in_several_frames(page):
    """So the length of one of them does not tell how much is coming (11)."""
    sizes: list[int] = []

    async def measure(connection: ServerConnection) -> None:
        sizes.extend([len(piece) async for piece in connection.recv_streaming()])
        await connection.send("enough")

    async with serve(measure, "127.0.0.1", 0, process_request=a_page, compression=None, max_size=None) as server:
        await page.goto(f"http://127.0.0.1:{port(server)}/")
        await page.evaluate(CONNECT, f"ws://127.0.0.1:{port(server)}/")
        await page.evaluate(
            "() => new Promise(told => { ws.onmessage = told; ws.send('x'.repeat(2 * 2 ** 20)); }).then(() => {})"
        )

    assert set(sizes[:-1]) == {131_000}
    assert sum(sizes) == 2 * 2**20
    assert says("11", "Chromium 156 cuts such a message into frames of 131,000 bytes")


async def test_who_hears_of_a_cut_hears_no_error(page):
    """Only `close`, with 1006, where the connection just ended (03)."""

    async def cut(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with serve(cut, "127.0.0.1", 0, process_request=a_page, open_timeout=SPARE_SECONDS) as server:
        await page.goto(f"http://127.0.0.1:{port(server)}/")
        heard = await page.evaluate(
            "url => new Promise(told => { const heard = []; const ws = new WebSocket(url);"
            " for (const type of ['open', 'error', 'close']) ws.addEventListener(type, () => heard.push(type));"
            " ws.addEventListener('close', event => told([...heard, event.code, event.wasClean])); })",
            f"ws://127.0.0.1:{port(server)}/",
        )

    assert heard == ["open", "close", 1006, False]
    assert says("03", "Chromium 156 fires none here either")


async def test_a_tab_that_is_closed_says_goodbye(page, victim):
    """With 1001, which is no error in the server's log (03)."""
    await page.goto(f"http://127.0.0.1:{port(victim)}/")
    assert await page.evaluate(CONNECT, f"ws://127.0.0.1:{port(victim)}/") == "open"
    (connection,) = victim.connections
    await page.close()
    await connection.wait_closed()

    assert connection.close_code == 1001
    assert says("03", "a browser when a tab is closed (Chromium 156 does")


async def test_the_headers_of_a_short_question_make_half_a_kilobyte(page):
    """As many bytes as the race's own page does not send (01)."""
    asked: list[bytes] = []

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(count, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await page.goto(f"{address}/")
        await page.evaluate("url => fetch(url).then(answer => answer.text())", f"{address}/news")

    (question,) = (each for each in asked if each.startswith(b"GET /news "))
    assert 450 < len(question) < 550
    assert says("01", "For the same question Chromium 156 sends 499 bytes")


async def test_a_websocket_inside_http2_needs_no_connection_and_no_upgrade_of_its_own(page, node_path, tmp_path: Path):
    """It asks in another way, on the connection on which the page has come (01 and 90)."""
    certificate = Certificate.make(tmp_path, "DNS:localhost")
    program = (node_path, str(SUPPORT / "http2.mjs"), str(certificate.key), str(certificate.file))
    node = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    assert node.stdout
    try:
        host = f"localhost:{json.loads(await node.stdout.readline())['port']}"
        await page.goto(f"https://{host}/")
        said = await page.evaluate(
            "url => new Promise(told => new WebSocket(url).onmessage = event => told(event.data))", f"wss://{host}/"
        )
        asked = json.loads(await node.stdout.readline())
    finally:
        node.terminate()
        await node.wait()

    assert said == "Hi"
    assert asked["connections"] == 1
    assert asked["headers"][":method"] == "CONNECT"
    assert {"upgrade", "sec-websocket-key"}.isdisjoint(asked["headers"])
    assert says("01", "it can travel on that one, too")
    assert says("90", "inside HTTP/2 with another one")


async def test_the_five_steps_of_90_end_with_a_goodbye(page, victim):
    """A page with these lines creates, waits, sends, receives, and closes with the code of a normal end."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == "90"]
    (steps,) = re.findall(r"```js\n(.*?)```", "\n".join(cell.source for cell in read(path).cells), re.DOTALL)
    heard: list[str | bytes] = []
    codes: asyncio.Queue[int | None] = asyncio.Queue()

    async def echo(connection: ServerConnection) -> None:
        async for message in connection:
            heard.append(message)
            await connection.send(message)
        codes.put_nowait(connection.close_code)

    async with serve(echo, "127.0.0.1", 0) as server:
        await page.goto(f"http://127.0.0.1:{port(victim)}/")
        await page.evaluate(f"url => {{ {steps} }}", f"ws://127.0.0.1:{port(server)}")
        code = await asyncio.wait_for(codes.get(), 5)

    assert heard == ["Hello"]
    assert code == 1000


async def test_the_tools_of_chromium_list_websockets_under_socket(browser, chromium_path):
    """The button has had this name since it shows more than WebSockets (04)."""
    number = free_port()
    flags = [*CHROMIUM_FLAGS, f"--remote-debugging-port={number}"]
    chromium = await browser.browser_type.launch(executable_path=chromium_path, args=flags)
    tools = await chromium.new_page()
    await tools.goto(f"http://127.0.0.1:{number}/devtools/devtools_app.html?panel=network")
    await tools.get_by_role("option", name="Manifest", exact=True).wait_for()
    kinds = await tools.get_by_role("option").all_text_contents()
    await chromium.close()

    assert "Socket" in kinds
    assert "WS" not in kinds
    assert says("04", "*Network*, *Socket*; in Firefox *WS*")
