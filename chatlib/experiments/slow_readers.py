"""A server that tells all its pages the same, in one of four ways, and pages of which some read slowly or not at all.

From top to bottom: the four ways, a page as the server has it, and the whole: server, pages, and who looks at them ten
times a second. All of it lives on the background loop. It attacks nobody but itself, and ends by itself: it sends as
many messages as it was asked for, and stops when its own memory holds ``MOST_BYTES`` of them.
"""

from __future__ import annotations

import asyncio
import logging
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from chatlib import background
from chatlib.client.conditions import Conditions
from chatlib.experiments import whereabouts
from chatlib.experiments.slow_page import SlowPage, listening_socket, open_page
from chatlib.experiments.whereabouts import Whereabouts

# A page that is dropped ends its handler with an exception: no traceback shall frighten anybody.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True

MESSAGE_BYTES: Final = 1000
TICK_SECONDS: Final = 0.02
MESSAGES_A_TICK: Final = 20  # a thousand a second
LOOK_SECONDS: Final = 0.1
STILL_LOOKS: Final = 3  # in which nothing moved: nothing will by itself
LATENCIES_KEPT: Final = 2000
MOST_BYTES: Final = 32 * 2**20
MOST_MESSAGES: Final = 50_000  # that may wait to be sent
DISCONNECT_BYTES: Final = 256 * 2**10
SETTLE_SECONDS: Final = 60.0


class Policy(StrEnum):
    """What the server does about pages that do not keep up."""

    NAIVE = "naive"  # await send() to one after the other
    BROADCAST = "broadcast"
    QUEUE = "queue"  # of some messages for each page: the newest win
    DISCONNECT = "disconnect"  # who leaves too much unread


@dataclass(slots=True)
class Place:
    """A page, and what the server has for it. ``heard`` is the number of the last message that it has read."""

    name: str
    page: SlowPage | None = None
    connection: ServerConnection | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)
    rate: float | None = None
    queue: deque[str] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    heard: int = 0
    missed: int = 0
    latencies: deque[float] = field(default_factory=lambda: deque(maxlen=LATENCIES_KEPT))

    @property
    def is_open(self) -> bool:
        """Whether the server may send to it."""
        connection = self.connection
        return connection is not None and connection.state is State.OPEN and not connection.transport.is_closing()

    @property
    def latency_ms(self) -> float | None:
        """How old the last messages were when it read them, all but the slowest 5 of 100; None if it read none."""
        if len(self.latencies) < 2:
            return 1000 * self.latencies[0] if self.latencies else None
        return 1000 * statistics.quantiles(self.latencies, n=20)[-1]

    def hear(self, text: str) -> None:
        """Read a message: its number, and when it was sent."""
        number, sent = text.split(maxsplit=2)[:2]
        self.missed += int(number) - self.heard - 1
        self.heard = int(number)
        self.latencies.append(time.monotonic() - float(sent))

    def whereabouts(self) -> Whereabouts:
        """Measure where its unread messages are."""
        queued = sum(map(len, self.queue))
        if self.connection is None or self.page is None:
            return Whereabouts(queued)
        transport = self.connection.transport
        heap = transport.get_write_buffer_size() + queued
        return whereabouts.look(heap, transport.get_extra_info("socket"), self.page.socket)


@dataclass(frozen=True, slots=True)
class PageLook:
    """A page at a look.

    ``is_open`` is what the server knows of it; ``code`` is that of the page's close event, None until it has read that
    far.
    """

    name: str
    rate: float | None
    is_open: bool
    waits: Whereabouts
    heard: int
    missed: int
    latency_ms: float | None
    code: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """All of it at a look. ``waits_for`` is the page in whose ``send`` the naive loop stands, or nothing."""

    sent: int
    left: int
    waits_for: str
    is_full: bool
    pages: tuple[PageLook, ...]

    @property
    def memory(self) -> int:
        """How many bytes of unread messages the server itself holds."""
        return sum(page.waits.heap for page in self.pages)


class SlowReaders:
    """A server and its pages; ``watch`` is told each look that differs from the one before, on the background loop.

    ``kernel_buffer`` is what the kernel is asked for, for each end of each connection; small, so that it is soon full.
    """

    def __init__(
        self,
        names: Sequence[str],
        watch: Callable[[Look], object] = lambda look: None,
        *,
        policy: Policy = Policy.NAIVE,
        queue: int = 10,
        kernel_buffer: int | None = None,
    ) -> None:
        self.policy = policy
        self.queue = queue
        self.sent = 0
        self.left = 0
        self.waits_for = ""
        self.is_full = False
        self.is_over = False
        self.kernel_buffers = (0, 0)  # as the kernel gave them: the server's to send, a page's to receive
        self._kernel_buffer = kernel_buffer
        self._watch = watch
        self._names = tuple(names)
        self._places: dict[str, Place] = {}
        self._last: Look | None = None
        self._still = 0
        self._conditions = Conditions()
        self._tasks = background.Tasks(background.report)
        self._sending: asyncio.Task[None] | None = None
        self._server: Server | None = None
        try:
            background.run(self._start())
        except BaseException:  # an interrupt, say, when it runs already
            self.close()
            raise

    def __repr__(self) -> str:
        state = "over" if self.is_over else self.policy
        return f"<SlowReaders {state}, {len(self._names)} pages, {self.sent} sent, {self.left} left>"

    # What can be done, from any thread

    def send(self, count: int) -> None:
        """Have so many messages sent, behind those that are left; at most MOST_MESSAGES are."""
        self._on_loop(self._send, count)

    def halt(self) -> None:
        """Send nothing more."""
        self._on_loop(self._halt)

    def throttle(self, name: str, rate: float | None) -> None:
        """Have a page read so many bytes a second: 0 is frozen, None as fast as it can."""
        self._on_loop(self._throttle, self._places[name], rate)

    def behave(self, policy: Policy, queue: int) -> None:
        """Send in another way from the next message on; what is in the queues is dropped."""
        self._on_loop(self._behave, policy, queue)

    def come_back(self, name: str) -> None:
        """Have a page that was disconnected connect again; what it has missed, nobody sends it again."""
        self._on_loop(self._come_back, self._places[name])

    def look(self) -> Look:
        """Return how it is now; from any thread."""
        if self.is_over and self._last is not None:
            return self._last
        look: Look = _now(self._look)
        return look

    async def until(self, condition: Callable[[], Any], *, timeout: float = SETTLE_SECONDS) -> None:
        """Wait, on any loop, until a condition is true; it is asked at each look."""
        await self._conditions.until(condition, timeout=timeout)

    async def until_sent(self) -> None:
        """Return when all is sent, or the loop stands in a send() that will not end by itself."""
        await self.until(lambda: not self.left or self._stands)

    async def settled(self) -> None:
        """Return when nothing moves any more: all was read, or what is left waits for somebody frozen."""
        await self.until(lambda: (not self.left or self._stands) and self._is_read and self._still >= STILL_LOOKS)

    def close(self) -> None:
        """End all of it; what was seen stays. Idempotent."""
        background.finish(self._close(), background.report)

    @property
    def _stands(self) -> bool:
        place = self._places.get(self.waits_for)
        return place is not None and place.rate == 0 and self._still >= STILL_LOOKS

    @property
    def _is_read(self) -> bool:
        """Whether all is read by those who read; after a freeze, TCP may take a second until it goes on."""
        reading = [place for place in self._places.values() if place.rate != 0 and place.is_open]
        return not any(place.whereabouts().total for place in reading)

    # On the background loop

    def _on_loop(self, function: Callable[..., None], *args: Any) -> None:
        """Change something, and look at once, so that whoever watches sees it."""

        def change() -> None:
            function(*args)
            self._take_look()
            self._still = 0

        _now(change)

    async def _start(self) -> None:
        self._server = await serve(
            self._receive,
            sock=listening_socket(self._kernel_buffer),
            compression=None,
            ping_interval=None,
            logger=_quiet,
        )
        self._port = self._server.sockets[0].getsockname()[1]
        for name in self._names:
            self._places[name] = place = Place(name)
            await self._connect(place)
            self._tasks.start(self._deliver(place))
        first = next(iter(self._places.values()))
        assert first.connection is not None
        assert first.page is not None
        ours = first.connection.transport.get_extra_info("socket")
        self.kernel_buffers = whereabouts.kernel_buffers(ours, first.page.socket)
        self._tasks.start(self._keep_looking())

    async def _connect(self, place: Place) -> None:
        place.came.clear()
        place.page = await open_page(
            self._port,
            place.hear,
            path=f"/{quote(place.name, safe='')}",
            kernel_buffer=self._kernel_buffer,
        )
        place.page.throttle(place.rate)
        await place.came.wait()

    async def _receive(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        path = connection.request.path.removeprefix("/")
        place = next(each for each in self._places.values() if quote(each.name, safe="") == path)
        place.connection = connection
        place.came.set()
        await connection.wait_closed()

    def _send(self, count: int) -> None:
        self.left = min(self.left + count, MOST_MESSAGES)
        self.is_full = False
        if self.left and (self._sending is None or self._sending.done()):
            self._sending = self._tasks.start(self._send_all())

    def _halt(self) -> None:
        self.left = 0
        self.waits_for = ""
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def _throttle(self, place: Place, rate: float | None) -> None:
        place.rate = rate
        if place.page is not None:
            place.page.throttle(rate)

    def _behave(self, policy: Policy, queue: int) -> None:
        self.policy, self.queue = policy, queue
        for place in self._places.values():
            place.queue.clear()
        left = self.left
        self._halt()  # it may stand in a send() that would not end
        if left:
            self._send(left)

    def _come_back(self, place: Place) -> None:
        if not place.is_open and place.page is not None and place.page.is_over:
            self._tasks.start(self._connect(place))

    async def _send_all(self) -> None:
        while self.left:
            for _ in range(min(self.left, MESSAGES_A_TICK)):
                self.sent += 1
                self.left -= 1
                await self._tell(f"{self.sent} {time.monotonic():.6f} ".ljust(MESSAGE_BYTES, "x"))
                await asyncio.sleep(0)  # a queue's page has its turn
            if sum(place.whereabouts().heap for place in self._places.values()) > MOST_BYTES:
                self.left, self.is_full = 0, True
            await asyncio.sleep(TICK_SECONDS)

    async def _tell(self, text: str) -> None:
        """Send one message to all pages, in the way of the policy."""
        places = [place for place in self._places.values() if place.is_open]
        match self.policy:
            case Policy.NAIVE:
                await self._tell_in_turn(places, text)
            case Policy.BROADCAST:
                broadcast(map(_connection, places), text)
            case Policy.QUEUE:
                for place in places:
                    if len(place.queue) >= self.queue:
                        place.queue.popleft()
                    place.queue.append(text)
                    place.news.set()
            case Policy.DISCONNECT:
                broadcast(map(_connection, places), text)
                for place in places:
                    if _connection(place).transport.get_write_buffer_size() > DISCONNECT_BYTES:
                        _connection(place).transport.abort()

    async def _tell_in_turn(self, places: list[Place], text: str) -> None:
        for number, place in enumerate(places, 1):
            self.waits_for = place.name
            try:
                with suppress(ConnectionClosed):
                    await _connection(place).send(text)
            except asyncio.CancelledError:  # it stood here: a message that was begun is for all
                broadcast(map(_connection, places[number:]), text)
                raise
        self.waits_for = ""

    async def _deliver(self, place: Place) -> None:
        """Send what is in a page's queue, the oldest first, whenever the page has taken what went before."""
        while True:
            await place.news.wait()
            place.news.clear()
            while place.queue:
                text = place.queue.popleft()
                with suppress(ConnectionClosed):
                    await _connection(place).send(text)

    async def _keep_looking(self) -> None:
        while True:
            self._take_look()
            self._conditions.ask()
            await asyncio.sleep(LOOK_SECONDS)

    def _take_look(self) -> None:
        look = self._look()
        self._still = self._still + 1 if look == self._last else 0
        if look != self._last and not self.is_over:
            self._last = look
            self._watch(look)

    def _look(self) -> Look:
        pages = tuple(self._look_at(place) for place in self._places.values())
        return Look(self.sent, self.left, self.waits_for, self.is_full, pages)

    def _look_at(self, place: Place) -> PageLook:
        assert place.page is not None
        return PageLook(
            name=place.name,
            rate=place.rate,
            is_open=place.is_open,
            waits=place.whereabouts(),
            heard=place.heard,
            missed=place.missed,
            latency_ms=None if place.latency_ms is None else round(place.latency_ms, 1),
            code=place.page.close_code,
        )

    async def _close(self) -> None:
        if self.is_over:
            return
        if self._places and self._last is not None:
            self._last = self._look()
        self.is_over = True
        self.left = 0
        await self._tasks.cancel()
        for place in self._places.values():
            if place.page is not None:
                place.page.leave()
        if self._server is not None:
            for connection in self._server.connections:
                connection.transport.abort()
            self._server.close()
            await self._server.wait_closed()
        self._conditions.ask()


def _connection(place: Place) -> ServerConnection:
    assert place.connection is not None
    return place.connection


def _now(function: Callable[[], Any]) -> Any:
    """Call a function on the background loop, from any thread, and return what it returns."""

    async def call() -> Any:
        return function()

    return function() if background.is_current() else background.run(call())
