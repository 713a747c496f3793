"""One conversation by four transports, really run, and what each of them costs.

The page and its server both talk, ``rate`` lines a second each, at irregular moments:

===================  ==============  ================================================================
transport            the page says   the page hears
===================  ==============  ================================================================
polling              POST /say       GET /news every ``poll_every`` seconds, answered at once
long polling         POST /say       GET /news?wait, answered when there is news, then asked again
server-sent events   POST /say       GET /stream, one answer that never ends
WebSocket            a frame         a frame, on the same connection
===================  ==============  ================================================================

Nothing is reckoned, all is counted: TCP connections and bytes by a proxy that they pass (payload and headers, but not
what TCP/IP adds below), requests by the server that reads them. The page speaks HTTP/1.1 as a browser does: an idle
connection is used again, and where all wait for an answer another one is opened. The headers here are the fewest that
do; Chromium's make half a kilobyte of each request. It runs on the background loop.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    closing,
    contextmanager,
    suppress,
)
from dataclasses import dataclass
from statistics import median
from typing import ClassVar, Final, Self
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request

from chatlib import background, chaos
from chatlib.arguments import check_type

logger = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
HIGHEST_RATE: Final = 100
LONGEST_SECONDS: Final = 60
PATIENCE_SECONDS: Final = 10
MALFORMED: Final = (EOFError, OSError, ValueError, KeyError, asyncio.LimitOverrunError)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a transport's news is, in counts that only grow, but for ``open``.

    Of the server's lines: ``said``, ``sent`` on their way, ``heard`` by the page. ``asked`` counts the requests for
    news that came, ``spoken`` the page's own lines that the server heard. ``open`` is how many requests or connections
    stand open at this moment for the server to speak in; while it is 0, news waits.
    """

    said: int
    sent: int
    heard: int
    asked: int
    spoken: int
    open: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a transport has done so far; ``messages`` are those that arrived, both ways together.

    ``latency_ms`` is the median time from the server's saying a line to the page's hearing it, None before the first.
    """

    transport: str
    requests: int
    connections: int
    messages: int
    bytes_up: int
    bytes_down: int
    latency_ms: float | None


class Race:
    """Four transports that carry the same conversation at the same time.

    ``rate`` is in lines a second and direction. ``delay`` makes the network slower: seconds each way.
    ``poll_every`` may be changed while it runs.

    Raises:
        TypeError: a figure is no number.
        ValueError: a figure is out of range.
    """

    def __init__(self, *, rate: float = 2, seconds: float = 3, poll_every: float = 1, delay: float = 0) -> None:
        _check("rate", rate, HIGHEST_RATE)
        _check("seconds", seconds, LONGEST_SECONDS)
        _check("poll_every", poll_every, LONGEST_SECONDS)
        check_type("delay", delay, (int, float), "a number")
        if not 0 <= delay <= 1:
            raise ValueError(f"delay must be from 0 to 1 second, not {delay!r}")
        lines = max(1, round(rate * seconds))
        chance = random.Random(lines)  # the same conversation each time; but in step with no poll, for people are not
        moments = [(n + chance.random()) / rate for _ in range(2) for n in range(lines)]
        plan = _Plan(moments[:lines], moments[lines:], delay)
        self._polling = _PollingPage(poll_every)
        pages = (self._polling, _LongPollingPage(), _EventStreamPage(), _WebSocketPage())
        self._lanes = [_Lane(page, plan) for page in pages]
        self._allowed = seconds + lines * 4 * delay + PATIENCE_SECONDS
        self._limit: asyncio.Timeout | None = None

    @property
    def poll_every(self) -> float:
        """How many seconds polling waits after an answer before it asks again; set from any thread, it acts at once.

        Raises:
            TypeError: it is set to what is no number.
            ValueError: the number is out of range.
        """
        return self._polling.every

    @poll_every.setter
    def poll_every(self, seconds: float) -> None:
        _check("poll_every", seconds, LONGEST_SECONDS)
        self._polling.every = seconds
        background.call(self._pace)

    @property
    def progress(self) -> dict[str, Progress]:
        """Where the news of each transport is now, by its name."""
        return {lane.page.transport: lane.progress() for lane in self._lanes}

    @property
    def results(self) -> dict[str, Result]:
        """What each transport has done so far, by its name."""
        return {lane.page.transport: lane.result() for lane in self._lanes}

    async def run(self) -> None:
        """Run it; return when every line was heard, and everything that was opened is closed."""
        async with asyncio.timeout(self._allowed + 2 * self.poll_every) as self._limit, asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(lane.run())

    def _pace(self) -> None:
        """Have polling look at its pace, and give the race the time that this takes."""
        self._polling.pace.set()
        if self._limit is not None and not self._limit.expired():
            now = asyncio.get_running_loop().time()
            self._limit.reschedule(now + self._allowed + 2 * self.poll_every)


def _check(name: str, value: float, most: float) -> None:
    check_type(name, value, (int, float), "a number")
    if not 0 < value <= most:
        raise ValueError(f"{name} must be above 0 and at most {most}, not {value!r}")


@dataclass(frozen=True, slots=True)
class _Plan:
    """When the server and the page speak, in seconds from the start, and the network's delay."""

    server_speaks: Sequence[float]
    page_speaks: Sequence[float]
    delay: float


class _Lane:
    """One transport: a page, a server, and the counting proxy between them."""

    def __init__(self, page: _Page, plan: _Plan) -> None:
        self.page = page
        self._plan = plan
        self._server = _Server()
        self._proxy: chaos.Proxy | None = None
        self._said_at: dict[str, float] = {}
        self._latencies: list[float] = []

    def progress(self) -> Progress:
        server = self._server
        heard = len(self._latencies)
        return Progress(len(server.said), server.sent, heard, server.asked, len(server.heard), server.open)

    def result(self) -> Result:
        return Result(
            transport=self.page.transport,
            requests=self._server.requests,
            connections=self._proxy.accepted if self._proxy else 0,
            messages=len(self._server.heard) + len(self._latencies),
            bytes_up=self._proxy.bytes_up if self._proxy else 0,
            bytes_down=self._proxy.bytes_down if self._proxy else 0,
            latency_ms=1000 * median(self._latencies) if self._latencies else None,
        )

    async def run(self) -> None:
        async with AsyncExitStack() as stack:
            port = await stack.enter_async_context(type(self.page).serving(self._server))
            self._proxy = stack.enter_context(chaos.Proxy(HOST, port))
            self._proxy.delay(self._plan.delay)
            stack.push_async_callback(self.page.close)
            await self.page.open(self._proxy.port)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear())
                group.create_task(self._speak(self._server_says, self._plan.server_speaks))
                group.create_task(self._speak(self.page.say, self._plan.page_speaks))
            await self._server.until(lambda: len(self._server.heard) == len(self._plan.page_speaks))

    async def _speak(self, say: Callable[[str], Awaitable[None]], moments: Sequence[float]) -> None:
        began = time.monotonic()
        for number, moment in enumerate(moments, 1):
            await asyncio.sleep(began + moment - time.monotonic())
            await say(f"line {number}")

    async def _server_says(self, line: str) -> None:
        self._said_at[line] = time.monotonic()
        self._server.say(line)

    async def _hear(self) -> None:
        async for line in self.page.hear():
            self._latencies.append(time.monotonic() - self._said_at[line])
            if len(self._latencies) == len(self._plan.server_speaks):
                return


# The server's end ---------------------------------------------------------------------------------------------------


class _Server:
    """What the server has said and heard, in order, and its two ways to talk: HTTP and WebSocket."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.heard: list[str] = []
        self.requests = 0
        self.asked = 0
        self.sent = 0
        self.open = 0
        self._news = asyncio.Event()

    def say(self, line: str) -> None:
        """Say something to the page."""
        self.said.append(line)
        self._wake()

    def hear(self, line: str) -> None:
        """Take what the page said."""
        self.heard.append(line)
        self._wake()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on what was said and heard is met."""
        while not condition():
            await self._news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Count this as open for the server to speak in."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    async def _follow(self) -> AsyncIterator[str]:
        """Yield every line that is said, from the first one on, each to be sent."""
        for told in itertools.count():
            while len(self.said) == told:
                await self._news.wait()
            self.sent = told + 1
            yield self.said[told]

    async def over_websocket(self, connection: ServerConnection) -> None:
        """Talk over one WebSocket: two loops, because both sides may speak at any time."""
        speaking = asyncio.create_task(self._speak(connection))
        try:
            async for line in connection:
                self.hear(str(line))
        finally:
            speaking.cancel()

    async def _speak(self, connection: ServerConnection) -> None:
        with self._open():
            async for line in self._follow():
                await connection.send(line)

    def count_handshake(self, connection: ServerConnection, request: Request) -> None:
        """Count the request with which a WebSocket begins, and let it pass."""
        self.requests += 1
        self.asked += 1

    async def over_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after the other, until it ends."""
        try:
            while True:
                await self._answer(reader, writer)
                await writer.drain()
        except MALFORMED as ended:  # mostly by the page's leaving
            logger.debug("a connection ended: %r", ended)
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start, headers = await _read_head(reader)
        self.requests += 1
        method, target, _ = start.split(" ")
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        match method, url.path:
            case "POST", "/say":
                self.hear(body.decode())
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            case "GET", "/news":
                self.asked += 1
                after = int(query["after"])
                if "wait" in query:
                    with self._open():
                        await self.until(lambda: len(self.said) > after)
                self.sent = len(self.said)
                news = "".join(f"{line}\n" for line in self.said[after:]).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(news), news))
            case "GET", "/stream":
                self.asked += 1
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n")
                writer.write(b"Connection: close\r\n\r\n")  # no length: the answer ends when the connection does
                with self._open():
                    async for line in self._follow():
                        writer.write(f"data: {line}\n\n".encode())
                        await writer.drain()
            case _:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


@asynccontextmanager
async def _serving_websocket(server: _Server) -> AsyncIterator[int]:
    count = server.count_handshake
    async with serve(
        server.over_websocket, HOST, 0, process_request=count, compression=None, ping_interval=None
    ) as listening:
        yield listening.sockets[0].getsockname()[1]


@asynccontextmanager
async def _serving_http(server: _Server) -> AsyncIterator[int]:
    tasks = background.Tasks(background.report)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.start(server.over_http(reader, writer))

    listening = await asyncio.start_server(connected, HOST, 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await tasks.cancel()  # one may wait for news that will never come


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """Read an HTTP message up to its body: the request or status line, and the headers by lower-case name."""
    start, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    fields = (line.partition(":") for line in lines)
    return start, {name.lower(): value.strip() for name, _, value in fields}


# The page's end -----------------------------------------------------------------------------------------------------


class _Page(ABC):
    """The page's end of a transport."""

    transport: ClassVar[str]
    serving: ClassVar[Callable[[_Server], AbstractAsyncContextManager[int]]]
    """The server that it needs: a context whose value is the port."""

    def __init__(self) -> None:
        self.opened = AsyncExitStack()

    async def close(self) -> None:
        """End every connection; of a page that was opened but half, those that it has."""
        await self.opened.aclose()

    @abstractmethod
    async def open(self, port: int) -> None:
        """Connect."""

    @abstractmethod
    async def say(self, line: str) -> None:
        """Say something to the server."""

    @abstractmethod
    def hear(self) -> AsyncIterator[str]:
        """Yield what the server says."""


class _WebSocketPage(_Page):
    """One request that becomes a connection, on which either side speaks when it likes."""

    transport = "WebSocket"
    serving = _serving_websocket
    _connection: ClientConnection

    async def open(self, port: int) -> None:
        self._connection = await self.opened.enter_async_context(
            connect(f"ws://{HOST}:{port}/", proxy=None, compression=None, ping_interval=None)
        )

    async def say(self, line: str) -> None:
        await self._connection.send(line)

    async def hear(self) -> AsyncIterator[str]:
        async for line in self._connection:
            yield str(line)


class _HttpPage(_Page):
    """As many connections as there are requests at a time; each is kept alive, and used again once it is idle."""

    serving = _serving_http

    def __init__(self) -> None:
        super().__init__()
        self._port = 0
        self._idle: list[_HttpConnection] = []

    async def open(self, port: int) -> None:
        self._port = port
        self._idle.append(await self.connection())

    async def say(self, line: str) -> None:
        await self.request("POST", "/say", line.encode())

    async def request(self, method: str, target: str, body: bytes = b"") -> str:
        """Send a request on an idle connection, else on a new one; return the answer's body."""
        connection = await self.connection()
        answer = await connection.request(method, target, body)
        self._idle.append(connection)
        return answer

    async def connection(self) -> _HttpConnection:
        """Take an idle connection, or open another."""
        if self._idle:
            return self._idle.pop()
        return self.opened.enter_context(closing(await _HttpConnection.open(self._port)))


class _EventStreamPage(_HttpPage):
    """One question whose answer never ends; a browser's EventSource does this."""

    transport = "server-sent events"

    async def hear(self) -> AsyncIterator[str]:
        connection = await self.connection()
        await connection.request("GET", "/stream")
        while line := await connection.reader.readline():
            if line.startswith(b"data: "):
                yield line.decode().removeprefix("data: ").rstrip("\n")


class _LongPollingPage(_HttpPage):
    """One question after the other, each answered only when there is something to say."""

    transport = "long polling"
    _target = "/news?wait&after="

    async def hear(self) -> AsyncIterator[str]:
        heard = 0
        while True:
            for line in (await self.request("GET", f"{self._target}{heard}")).splitlines():
                heard += 1
                yield line
            await self._pause()

    async def _pause(self) -> None:
        """Ask again at once."""


class _PollingPage(_LongPollingPage):
    """One question after the other, a while apart, each answered at once, mostly with nothing."""

    transport = "polling"
    _target = "/news?after="

    def __init__(self, every: float) -> None:
        super().__init__()
        self.every = every
        self.pace = asyncio.Event()
        """Set when ``every`` was changed: it counts from the last answer, also in the pause that lasts now."""

    async def _pause(self) -> None:
        began = time.monotonic()
        while (left := began + self.every - time.monotonic()) > 0:
            self.pace.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self.pace.wait()


@dataclass(frozen=True, slots=True)
class _HttpConnection:
    """A client's connection: a request, its answer, the next request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    @classmethod
    async def open(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection(HOST, port), f"{HOST}:{port}")

    async def request(self, method: str, target: str, body: bytes = b"") -> str:
        """Send a request; return the answer's body, which is empty if its length is not told."""
        about = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n" if body else ""
        self.writer.write(f"{method} {target} HTTP/1.1\r\nHost: {self.host}\r\n{about}\r\n".encode() + body)
        _, headers = await _read_head(self.reader)
        return (await self.reader.readexactly(int(headers.get("content-length", "0")))).decode()

    def close(self) -> None:
        self.writer.close()
