"""The mirror held against the real thing: the same steps in Chromium's own WebSocket and in ours, and the same log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page

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
