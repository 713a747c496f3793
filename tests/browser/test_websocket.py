"""The mirror held against the real thing: the same steps in Chromium's own WebSocket and in ours, and the same log."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page

from chatlib.client.url import parse_url
from chatlib.client.websocket import CloseEvent, Event, MessageEvent, WebSocket
from chatlib.errors import DOMException
from tests.support import peers
from tests.support.peers import BINARY, CLOSE, PING, TEXT, Wire, after_open, answering_close, closing, peer

Step = list[Any]


async def tell_close(wire: Wire) -> None:
    """Tell the client what was in its Close frame, in the reason of the answer."""
    wire.accept()
    wire.close(4999, (await wire.receive_close()).hex())


async def tell_messages(wire: Wire) -> None:
    """Send back each message's opcode and the hexadecimal of its bytes."""
    wire.accept()
    while True:
        opcode, payload = await wire.receive()
        if opcode == CLOSE:
            return wire.close()
        wire.send(TEXT, f"{opcode} {payload.hex()}".encode())


async def in_fragments(wire: Wire) -> None:
    """A message in three frames with a ping between them, and then a binary one and an empty one."""
    wire.accept()
    snowman = "☃".encode()
    wire.send(TEXT, b"a" + snowman[:1], fin=False)
    wire.send(PING, b"still there?")
    wire.send(0, snowman[1:], fin=False)
    wire.send(0, b"", fin=True)
    wire.send(BINARY, b"\x00\xff")
    wire.send(TEXT)
    wire.close(1001, "leaving")
    await wire.receive_close()


async def close_within_a_message(wire: Wire) -> None:
    wire.accept()
    wire.send(TEXT, b"a", fin=False)
    wire.close(4000, "enough")
    await wire.end()


async def keep_tcp_open(wire: Wire) -> None:
    """Close properly, but never end TCP."""
    wire.accept()
    wire.close(4000, "you first")
    await wire.end()


async def message_behind_close(wire: Wire) -> None:
    wire.accept()
    await wire.receive_close()
    wire.send(TEXT, b"too late")
    wire.close(1000)


async def tell_size(wire: Wire) -> None:
    """Tell the client how long its message was, when it has drained and asks."""
    wire.accept()
    _, message = await wire.receive()
    await wire.receive()
    wire.close(1000, str(len(message)))
    await wire.receive_close()


OPEN_ONLY: list[Step] = [["new"], ["wait", "close"]]
CLOSE_4000: list[Step] = [["new"], ["wait", "open"], ["close", 4000, "bye"], ["read"], ["wait", "close"], ["read"]]


def close_with(*arguments: Any) -> list[Step]:
    return [["new"], ["wait", "open"], ["close", *arguments], ["wait", "close"]]


NEW: Step = ["new"]
CLOSE_AND_WAIT: list[Step] = [["close"], ["wait", "close"]]
CLOSE_CODES = (0, 999, 1000, 1004, 1005, 1006, 1011, 1014, 1015, 1016, 2000, 2999, 3000, 4999, 5000, 65535)

# what the server does, and what the client does, by name
SCENARIOS: dict[str, tuple[peers.Script, list[Step]]] = {
    # construction
    "echo": (peers.echo, [NEW, ["read"], ["wait", "open"], ["send", "hello"], ["wait", "message"], *CLOSE_AND_WAIT]),
    "query": (peers.echo, [["new", [], "?q=a b'ü^`{}&r=%20\"<>"], ["wait", "open"], *CLOSE_AND_WAIT]),
    "empty-query": (peers.echo, [["new", [], "?"], *CLOSE_AND_WAIT]),
    "fragment": (peers.echo, [["new", [], "#"]]),
    "subprotocol": (peers.echo, [["new", ["soap", "wamp"]], ["wait", "open"], ["read"], *CLOSE_AND_WAIT]),
    "subprotocol-string": (peers.echo, [["new", "soap"], ["wait", "open"], ["read"], *CLOSE_AND_WAIT]),
    "subprotocols-repeated": (peers.echo, [["new", ["soap", "soap"]]]),
    "subprotocols-by-case": (peers.echo, [["new", ["soap", "SOAP"]], *CLOSE_AND_WAIT]),
    "subprotocol-invalid": (peers.echo, [["new", ["so ap"]]]),
    "subprotocol-empty": (peers.echo, [["new", [""]]]),
    "blocked-port": (peers.echo, [["new-at", "ws://127.0.0.1:6000/"], ["read"], ["wait", "close"]]),
    # the opening handshake
    "hang-up": (peers.hang_up, OPEN_ONLY),
    "garbage": (peers.garbage, OPEN_ONLY),
    "refuse": (peers.refuse, OPEN_ONLY),
    "refuse-without-length": (peers.refuse_without_length, OPEN_ONLY),
    "redirect": (peers.redirect, OPEN_ONLY),
    "wrong-key": (peers.accept_with_wrong_key, OPEN_ONLY),
    "no-upgrade": (peers.accept_without_upgrade, OPEN_ONLY),
    "subprotocol-unanswered": (peers.accept_without_subprotocol, [["new", ["soap"]], ["wait", "close"]]),
    "subprotocol-unasked": (peers.accept_with_subprotocol_nobody_asked_for, OPEN_ONLY),
    "subprotocol-other": (peers.accept_with_subprotocol_nobody_asked_for, [["new", ["soap"]], ["wait", "close"]]),
    "extension-unasked": (peers.accept_with_extension_nobody_asked_for, OPEN_ONLY),
    # send
    "send-early": (peers.echo, [NEW, ["send", "x"], ["wait", "open"], *CLOSE_AND_WAIT]),
    "send-late": (peers.echo, [*CLOSE_4000[:3], ["send", "äö"], ["read"], ["wait", "close"], ["send", "x"], ["read"]]),
    "send-many": (
        tell_messages,
        [
            *[NEW, ["wait", "open"], ["send", "ä"], ["send", ""], ["send-bytes", 3], ["send", "\ud800x"], ["read"]],
            *[["wait", "message"], ["wait", "message"], ["wait", "message"], ["wait", "message"]],
            *[["drained"], *CLOSE_AND_WAIT, ["read"]],
        ],
    ),
    "send-much": (
        tell_size,
        [NEW, ["wait", "open"], ["send-bytes", 3_000_000], ["read"], ["drained"], ["send", "?"], ["wait", "close"]],
    ),
    # close
    "close-early": (peers.echo, [NEW, ["close"], ["read"], ["wait", "close"], ["read"]]),
    "close-early-with-code": (peers.echo, [NEW, ["close", 4000, "no"], ["send", "abc"], ["read"], ["wait", "close"]]),
    "close-empty": (tell_close, close_with()),
    "close-code": (tell_close, close_with(4000)),
    "close-code-and-reason": (tell_close, close_with(3000, "bye ☃")),
    "close-reason-of-surrogates": (tell_close, close_with(1000, "\ud800")),
    "close-reason-of-123": (tell_close, close_with(1000, "é" * 61 + "x")),
    "close-wrong": (
        peers.echo,
        [
            *[NEW, ["close", 1001], ["close", 1000, "é" * 62], ["wait", "open"], ["close", 999], ["close", 2999]],
            *[["close", 5000], ["close", 0], ["close", 1000, "x" * 124], ["close", 1005, "x" * 124]],
            *[["close"], ["close", 1001], ["wait", "close"], ["close", 1001], ["close", 1000, "x" * 124], ["close"]],
        ],
    ),
    "close-twice": (tell_close, [*CLOSE_4000[:3], ["close", 3000], ["wait", "close"], ["close"]]),
    "close-in-handlers": (
        tell_close,
        [NEW, ["react", "open", ["close", 4001, "in open"]], ["react", "close", ["close", 4002]], ["wait", "close"]],
    ),
    "close-in-message": (
        after_open(lambda wire: [wire.send(TEXT, b"1"), wire.send(TEXT, b"2"), wire.close(1000)]),
        [NEW, ["react", "message", ["close", 4001]], ["wait", "close"]],
    ),
    "answer-other": (answering_close(lambda wire: wire.close(4321, "mine")), CLOSE_4000),
    "answer-empty": (answering_close(lambda wire: wire.close()), CLOSE_4000),
    "answer-none": (answering_close(lambda wire: None), CLOSE_4000),
    "answer-violation": (answering_close(lambda wire: wire.send(3)), CLOSE_4000),
    "message-behind-close": (message_behind_close, CLOSE_4000),
    # the server closes
    "server-closes-empty": (closing(), OPEN_ONLY),
    **{f"server-closes-{code}": (closing(code, "☃"), OPEN_ONLY) for code in CLOSE_CODES},
    "server-closes-1-byte": (after_open(lambda wire: wire.send(CLOSE, b"\x03")), OPEN_ONLY),
    "server-closes-bad-utf8": (after_open(lambda wire: wire.send(CLOSE, b"\x03\xe8\xff")), OPEN_ONLY),
    "server-closes-within-a-message": (close_within_a_message, OPEN_ONLY),
    "server-keeps-tcp-open": (keep_tcp_open, OPEN_ONLY),
    "end-tcp": (peers.end_tcp, OPEN_ONLY),
    "reset-tcp": (peers.reset_tcp, [NEW, ["wait", "open"], ["send", "hello"], ["wait", "close"]]),
    # frames
    "fragments": (in_fragments, OPEN_ONLY),
    "reserved-opcode": (after_open(lambda wire: wire.send(3, b"?")), OPEN_ONLY),
    "reserved-bit": (after_open(lambda wire: wire.send(TEXT, b"?", rsv=2)), OPEN_ONLY),
    "bad-utf8": (after_open(lambda wire: wire.send(TEXT, b"\xff")), OPEN_ONLY),
    "bad-utf8-in-fragment": (after_open(lambda wire: wire.send(TEXT, b"\xff", fin=False)), OPEN_ONLY),
    "masked-frame": (after_open(lambda wire: wire.send(TEXT, b"?", masked=True)), OPEN_ONLY),
    "stray-continuation": (after_open(lambda wire: wire.send(0, b"?")), OPEN_ONLY),
    "long-ping": (after_open(lambda wire: wire.send(PING, bytes(126))), OPEN_ONLY),
}

IN_BROWSER = """
async ([base, steps]) => {
    const log = [], seen = {}, waited = {}, reactions = {};
    let ws, wake = () => {};
    const actions = {
        "new": (protocols = [], tail = "") => listen(new WebSocket(base + tail, protocols)),
        "new-at": url => listen(new WebSocket(url)),
        "send": text => ws.send(text),
        "send-bytes": size => ws.send(new Uint8Array(size)),
        "close": (...codeAndReason) => ws.close(...codeAndReason),
        "react": (type, step) => { reactions[type] = step; },
        "read": () => note("read", ws.bufferedAmount, ws.extensions, ws.protocol, ws.binaryType),
        "wait": async type => {
            const wanted = (waited[type] = (waited[type] ?? 0) + 1);
            while ((seen[type] ?? 0) < wanted) await new Promise(resolve => { wake = resolve; });
        },
        "drained": async () => {
            while (ws.bufferedAmount) await new Promise(resolve => setTimeout(resolve));
            note("drained");
        },
    };
    function note(...entry) { log.push([...entry, ws ? ws.readyState : null]); }
    async function run([name, ...args]) {
        try { await actions[name](...args); } catch (error) { note("throws", name, error.name); }
    }
    function listen(socket) {
        ws = socket;
        ws.binaryType = "arraybuffer";
        note("new", ws.url);
        for (const type of ["open", "message", "error", "close"]) ws.addEventListener(type, event => {
            if (type === "message") {
                const text = typeof event.data === "string";
                const data = text ? event.data : [...new Uint8Array(event.data)].join(" ");
                note(type, text, data, event.origin, event.target === ws, event.type);
            } else if (type === "close") note(type, event.code, event.reason, event.wasClean);
            else note(type);
            if (reactions[type]) run(reactions[type]);
            seen[type] = (seen[type] ?? 0) + 1;
            wake();
        });
    }
    for (const step of steps) await run(step);
    return log;
}
"""


class Steps:
    """The same steps in Python."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.log: list[list[Any]] = []
        self.reactions: dict[str, Step] = {}
        self.waited: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.changed = asyncio.Event()
        self.ws: Any = None

    async def run(self, steps: list[Step]) -> list[list[Any]]:
        for step in steps:
            match step:
                case ["wait", kind]:
                    self.waited[kind] = self.waited.get(kind, 0) + 1
                    while self.seen.get(kind, 0) < self.waited[kind]:
                        self.changed.clear()
                        await self.changed.wait()
                case ["drained"]:
                    while self.ws.bufferedAmount:  # noqa: ASYNC110 - it has no event, in browsers neither
                        await asyncio.sleep(0.001)
                    self.note("drained")
                case _:
                    self.step(*step)
        return self.log

    def step(self, name: str, *arguments: Any) -> None:
        try:
            match name, *arguments:
                case ["new", protocols, tail]:
                    self.listen(WebSocket(self.base + tail, protocols))
                case ["new", protocols]:
                    self.listen(WebSocket(self.base, protocols))
                case ["new"]:
                    self.listen(WebSocket(self.base))
                case ["new-at", url]:
                    self.listen(WebSocket(url))
                case ["send", text]:
                    self.ws.send(text)
                case ["send-bytes", size]:
                    self.ws.send(bytes(size))
                case ["close", *code_and_reason]:
                    self.ws.close(*code_and_reason)
                case ["react", kind, step]:
                    self.reactions[kind] = step
                case ["read"]:
                    ws = self.ws
                    self.note("read", ws.bufferedAmount, ws.extensions, ws.protocol, ws.binaryType)
        except DOMException as error:
            self.note("throws", name, error.name)

    def note(self, *entry: Any) -> None:
        self.log.append([*entry, self.ws.readyState if self.ws else None])

    def listen(self, ws: WebSocket) -> None:
        self.ws = ws
        ws.binaryType = "arraybuffer"
        self.note("new", ws.url)
        for kind in ("open", "message", "error", "close"):
            ws.addEventListener(kind, self.heard)

    def heard(self, event: Event) -> None:
        match event:
            case MessageEvent(data=str(data)):
                self.note("message", True, data, event.origin, event.target is self.ws, event.type)
            case MessageEvent(data=data):
                self.note("message", False, " ".join(map(str, data)), event.origin, event.target is self.ws, event.type)
            case CloseEvent():
                self.note("close", event.code, event.reason, event.wasClean)
            case _:
                self.note(event.type)
        if event.type in self.reactions:
            self.step(*self.reactions[event.type])
        self.seen[event.type] = self.seen.get(event.type, 0) + 1
        self.changed.set()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page from localhost, where a WebSocket has no mixed content to fear."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<!doctype html>")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    page = await browser.new_page()
    await page.goto(f"http://localhost:{server.sockets[0].getsockname()[1]}/")
    yield page
    await page.close()
    server.close()


async def test_same_log_in_chromium_and_in_python(page: Page) -> None:
    """Names, order, readyState, codes, reasons, wasClean, bufferedAmount and exceptions are the same, step by step."""

    async def both(name: str, url: str, steps: list[Step]) -> None:
        theirs, ours = await asyncio.gather(page.evaluate(IN_BROWSER, [url, steps]), Steps(url).run(steps))
        assert {name: ours} == {name: theirs}

    scripts = {f"/{name}": script for name, (script, _) in SCENARIOS.items()}
    async with peer(scripts=scripts) as server, asyncio.timeout(30), asyncio.TaskGroup() as group:
        for name, (_, steps) in SCENARIOS.items():
            group.create_task(both(name, f"{server.url}/{name}", steps))


class Mine:
    """What both languages let an object say itself: its text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


# Values that mean the same in both languages; None leaves an argument out, and is null where it may not be left out.
VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "false": False,
    "0": 0,
    "1000": 1000,
    "-0": -0.0,
    "1000.4": 1000.4,  # Chromium drops the fraction, where the standard rounds
    "1e21": 1e21,
    "1.5e-7": 1.5e-7,
    "0.000001": 0.000001,
    "123456789012345680000": 1.2345678901234568e20,
    "5e-324": 5e-324,
    "NaN": math.nan,
    "-Infinity": -math.inf,
    "''": "",
    "'blob'": "blob",
    "'a text'": "a text",
    "' 4000\\n'": " 4000\n",
    "'0xFA0'": "0xFA0",
    "'4_000'": "4_000",
    "'1e3'": "1e3",
    "'\\ud800'": "\ud800",
    "[]": [],
    "[4000]": [4000],
    "['a', 'b']": ["a", "b"],
    "['a', 'a']": ["a", "a"],
    "[null, [1, [true, 'x']]]": [None, [1, [True, "x"]]],
    "({})": {},
    "({code: 1000})": {"code": 1000},
    "({toString: () => 'mine'})": Mine("mine"),
    "({toString: () => '4000'})": Mine("4000"),
    "new Uint8Array([1, 2])": b"\x01\x02",
    "new Uint16Array([513])": memoryview(b"\x01\x02").cast("H"),
}

ARGUMENTS_IN_BROWSER = """
async ([base, source]) => {
    const value = eval(source), optional = value === null ? undefined : value, log = {};
    const next = (ws, type) => new Promise(resolve => ws.addEventListener(type, resolve));
    const use = async (name, action) => {
        try { log[name] = await action(); } catch (error) { log[name] = `throws ${error.name}`; }
    };
    await use("protocols", async () => {
        const ws = new WebSocket(`${base}/echo`, optional);
        await next(ws, "open");
        return ws.protocol;
    });
    const ws = new WebSocket(`${base}/tell-all`), heard = [];
    ws.binaryType = "arraybuffer";
    await next(ws, "open");
    ws.addEventListener("message", event => heard.push(event.data), {once: value});
    await use("send", async () => {
        ws.send(value);
        await next(ws, "message");
        ws.send("again");
        return (await next(ws, "message")).data;
    });
    log.heard = heard;
    await use("binaryType", () => { ws.binaryType = value; return ws.binaryType; });
    await use("onopen", () => { ws.onopen = value; return ws.onopen === null; });
    await use("add", () => { ws.addEventListener("never", value); return null; });
    await use("remove", () => { ws.removeEventListener("never", value); return null; });
    await use("code", () => { ws.close(optional); return null; });
    await use("reason", () => { ws.close(4000, optional); return null; });
    log.told = (await next(ws, "close")).reason;
    return log;
}
"""


async def tell_all(wire: Wire) -> None:
    """Tell the client what each message was, and in the reason of the answer what was in its Close frame."""
    wire.accept()
    while (got := await wire.receive())[0] != CLOSE:
        wire.send(TEXT, f"{got[0]} {got[1].hex()}".encode())
    wire.close(4999, got[1].hex())


async def use_in_python(base: str, value: Any) -> dict[str, Any]:
    """Use a value wherever a WebSocket takes one, as ARGUMENTS_IN_BROWSER does."""
    log: dict[str, Any] = {}

    def use(name: str, action: Callable[[], Any]) -> Any:
        try:
            log[name] = action()
        except (DOMException, TypeError) as error:
            log[name] = f"throws {getattr(error, 'name', 'TypeError')}"
        return log[name]

    if isinstance(ws := use("protocols", lambda: WebSocket(f"{base}/echo", value)), WebSocket):
        await ws.once("open")
        log["protocols"] = ws.protocol
    ws, heard = WebSocket(f"{base}/tell-all"), []
    await ws.once("open")
    ws.addEventListener("message", lambda event: heard.append(event.data), {"once": value})
    ws.send(value)
    await ws.once("message")
    ws.send("again")
    log |= {"send": (await ws.once("message")).data, "heard": heard}
    ws.binaryType = "arraybuffer"
    ws.binaryType = value
    ws.onopen = value
    log |= {"binaryType": ws.binaryType, "onopen": ws.onopen is None}
    use("add", lambda: ws.addEventListener("never", value))
    use("remove", lambda: ws.removeEventListener("never", value))
    use("code", lambda: ws.close(value))
    use("reason", lambda: ws.close(4000, value))
    log["told"] = (await ws.once("close")).reason
    return log


async def test_same_arguments_mean_the_same_in_chromium_and_in_python(page: Page) -> None:
    """Whatever a method or an attribute is given: what it is taken for, or which exception it raises."""
    async with peer(scripts={"/echo": peers.echo, "/tell-all": tell_all}) as server, asyncio.timeout(60):
        for source, value in VALUES.items():
            theirs = await page.evaluate(ARGUMENTS_IN_BROWSER, [server.url, source])
            assert {source: await use_in_python(server.url, value)} == {source: theirs}


HOSTS = """
    faß.de Faß.DE ẞ.de ßß ς.gr Σ.gr İ.com ﬀ.com ½.com Å K.com ⅷ ᄀ Bücher.example BÜCHER.example
    xn--bcher-kva.example XN--BCHER-KVA.example xn--fa-hia.de xn--zcaa xn--iñvalid.com ☃.net 💩.la
    xn--n3h.net xn--ls8h.la xn--mgba3gch31f060k.ir xn--tckwe xn--.é xn--%C3%A9 例え.テスト 例え。テスト مثال.إختبار
    אבa.com a.אב 1.אב א1.com ٣.com ڤ٣3.com ك.1 א.ב0 0א a\u00adb.de ａｂｃ.de நி\u200d.com க்\u200d.com
    a\u200db.com \u200d.com \u200c.x بی\u200cبی.com \u0301a.com a\ufffdb \u2260b ≠ ≮x a..b a.b. a_b.com
    a_b.é -a.com a-.é ab--cd.é a%C3%9F.de a%c3.de %00 a=b a%b a%25b faß%2Ecom \u3002 ．． \u00ad \u200b a!b
    a!b.é 1.2.3 0x7f.1 0x.1 0x 127.0.0.08 1..2 1.2.3.4. 1.2.3.4.. 256 4294967295 4294967296 0300.1
    1.2.3.0x foo.0x foo.09 foo.1e ①.②.③.④ １２７.0.0.1 𝟏.2.3.4 0x1_0.1 +1.2 1.+2
"""


async def test_same_hosts_in_chromium_and_in_python(page: Page) -> None:
    """UTS 46 without its transitional part, and the many ways to write an IPv4 address."""

    def ours(host: str) -> str | None:
        try:
            return parse_url(f"ws://{host}/")[0]
        except DOMException:
            return None

    script = """hosts => hosts.map(host => {
        try { return new URL(`ws://${host}/`).href; } catch { return null; }
    })"""
    hosts = HOSTS.split()
    theirs = await page.evaluate(script, hosts)

    assert {host: ours(host) for host in hosts} == dict(zip(hosts, theirs, strict=True))
