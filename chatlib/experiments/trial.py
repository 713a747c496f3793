"""A trial by bad network: a page and a server, a cable between them that can be made worse, and one clock for all.

A second page, Bo, sits beside the server: what the one says the other sees, or not. All of it lives on the background
loop; the methods may be called from any thread.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from websockets.asyncio.server import Server as Listener
from websockets.asyncio.server import ServerConnection, serve

from chatlib import background, chaos
from chatlib.client.conditions import Conditions
from chatlib.client.websocket import WebSocket
from chatlib.experiments.cable import Piece, WatchedTransport
from chatlib.experiments.chaos_ends import Manners, Page, Server
from chatlib.experiments.ladder import Guarantee, Ladder, Row, Rung
from chatlib.experiments.play import ENTRIES_KEPT, HOST, Entry, Play, ServerEnd
from chatlib.experiments.scenarios import SCENARIOS, Step
from chatlib.words import Text

# The connections that are cut here are cut on purpose: no traceback shall frighten anybody.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True

PAGE: Final = "Ada"
BESIDE: Final = "Bo"
SETTLE_SECONDS: Final = 10.0
PLAYS_KEPT: Final = 20
_NUMBER: Final = re.compile(rb"GET /\?n=(\d+)&")
_FIRST_LINE: Final = 200  # bytes


@dataclass(frozen=True, slots=True)
class Cable:
    """What the cable does now; seconds, bytes a second (None: no limit), bytes until it is cut (None: it is not)."""

    delay: float = 0.0
    jitter: float = 0.0
    rate: float | None = None
    frozen: bool = False
    refusing: bool = False
    cut_after: int | None = None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told, on whatever thread it happens."""

    entry: Callable[[int, Entry, int | None], object]
    """An entry, its number, and the number of the one that is no longer kept for it."""
    piece: Callable[[Piece], object]
    row: Callable[[Row, str | None], object]
    """A row of the ladder, again at each step, and the id of the one that went for it."""
    cable: Callable[[Cable], object]


class Trial:
    """The page Ada, the server, the cable between them, and Bo; the server pings every ``keepalive`` seconds."""

    def __init__(self, watcher: Watcher, manners: Manners, *, keepalive: float | None) -> None:
        self.manners = manners
        self.ladder = Ladder()
        self.cable = Cable()
        self.entries: deque[Entry] = deque(maxlen=ENTRIES_KEPT)
        self._watcher = watcher
        self._keepalive = keepalive
        self._conditions = Conditions()
        self._plays: dict[int, Play] = {}  # the last connections, by number; on the background loop
        self._play: Play | None = None
        self._entries = self._pieces = self._messages = self._cuts = 0
        self._scenario: asyncio.Task[None] | None = None
        self._listener: Listener | None = None
        self._is_over = False
        self._pages: list[Page] = []
        self.network: chaos.Proxy | None = None
        self._began = time.monotonic()
        try:
            background.run(self._start())
        except BaseException:  # an interrupt, say, when it runs already
            self.close()
            raise

    def __repr__(self) -> str:
        return f"<Trial: {self.ends}, {self.ladder!r}>"

    @property
    def ends(self) -> str:
        """Where both ends of the last connection are, in words."""
        return self.play.ends if self.play else "before the first connection"

    @property
    def play(self) -> Play | None:
        """The last connection of the page, seen from both ends."""
        return self._play

    @property
    def is_over(self) -> bool:
        """Whether it was closed."""
        return self._is_over

    # What can be done: each begins something, and does not wait

    def connect(self) -> None:
        """Have the page connect."""
        background.call(self._page.come)

    def page_says(self, text: str) -> None:
        """Have Ada say something."""
        background.call(self._say, self._page, text)

    def bo_says(self, text: str) -> None:
        """Have Bo say something; his network is good."""
        background.call(self._say, self._bo, text)

    def behave(self, **manners: Any) -> None:
        """Change how both ends behave."""
        self.manners.guarantee = Guarantee(manners.get("guarantee", self.manners.guarantee))
        self.manners.comes_back = manners.get("comes_back", self.manners.comes_back)
        self.manners.watchdog = manners.get("watchdog", self.manners.watchdog)
        background.call(self._page.watch_again)

    def change(self, step: Step) -> None:
        """Do to the cable, or have said, what a step of a scenario says.

        What lets bytes through, or drops them, is told first: nothing that comes of it is told before it.
        """
        assert self.network is not None
        network, cable, value = self.network, self.cable, step.value
        match step.do:
            case "page says":
                return self.page_says(str(value))
            case "bo says":
                return self.bo_says(str(value))
            case "delay":
                network.delay(float(value), jitter=cable.jitter)
                self._cable_is("delay", Text("{seconds:g} s", seconds=value), delay=float(value))
            case "jitter":
                network.delay(cable.delay, jitter=float(value))
                self._cable_is("jitter", Text("{seconds:g} s", seconds=value), jitter=float(value))
            case "throttle":
                network.throttle(float(value) or None)
                rate = Text("{count:g} bytes/s", count=value) if value else Text("no limit")
                self._cable_is("throttle", rate, rate=float(value) or None)
            case "freeze":
                network.freeze()
                self._cable_is("freeze", frozen=True)
            case "thaw":
                self._cable_is("thaw", frozen=False)
                network.thaw()
            case "cut":
                self._cable_is("cut", cut_after=None)
                network.cut()
            case "cut after":
                self._cuts = network.cuts
                network.cut(int(value))
                self._cable_is("cut after", Text("{count} bytes", count=value), cut_after=int(value))
            case "refuse":
                network.refuse()
                self._cable_is("refuse", refusing=True)
            case "accept":
                self._cable_is("accept", refusing=False)
                _in_one_turn(self._accept)
            case "heal":
                self._cable_is("heal", **asdict(Cable()))
                network.heal()
        return None

    def begin_scenario(self, name: str) -> None:
        """Begin a scenario, in place of one that is under way."""
        background.call(self._begin_scenario, SCENARIOS[name])

    def close(self) -> None:
        """End all of it, idempotent."""
        background.finish(self._close(), background.report)

    # What can be waited for, on any loop

    async def until(self, condition: Callable[[], Any], *, timeout: float = SETTLE_SECONDS) -> None:
        """Wait until a condition is true; it is asked again at whatever happens."""
        await self._conditions.until(condition, timeout=timeout)

    async def until_connected(self) -> None:
        """Return when both ends of the page's connection are OPEN."""
        await self.until(lambda: self._page.is_open and self._bo.is_open)

    async def until_played(self) -> None:
        """Return when the scenario is over."""
        await self.until(lambda: self._scenario is None or self._scenario.done(), timeout=2 * SETTLE_SECONDS)

    async def settled(self) -> None:
        """Return when all that was said has gone as far as it will.

        Bytes do not overtake each other, so an answer to a ping comes behind all that was said before it.

        Raises:
            TimeoutError: the cable lets nothing through.
        """
        async with asyncio.timeout(SETTLE_SECONDS):
            for page in (self._bo, self._page, self._bo):
                while not await self._has_answered(page):
                    pass

    async def _has_answered(self, page: Page) -> bool:
        await self.until(lambda: page.is_open or page.is_away)
        if page.is_away:
            return True
        number = await asyncio.wrap_future(background.submit(_asked(page)))
        await self.until(lambda: page.answered >= number or not page.is_open)
        return page.answered >= number

    # On the background loop

    async def _start(self) -> None:
        self._server = Server(self.manners, self._stepped)
        self._listener = await serve(
            self._server.handle,
            HOST,
            0,
            create_connection=self._server_end,  # type: ignore[arg-type]  # any factory will do
            compression=None,
            ping_interval=self._keepalive,
            ping_timeout=self._keepalive,
            logger=_quiet,
        )
        port = self._listener.sockets[0].getsockname()[1]
        self.network = chaos.Proxy(HOST, port)
        self._page = Page(PAGE, self.manners, self._connect, self._stepped, self._told)
        good = Manners(comes_back=True, watchdog=None)
        url = f"ws://{HOST}:{port}/"
        self._bo = Page(BESIDE, good, lambda query: WebSocket(f"{url}?{query}"), self._stepped, lambda *_: self._ask())
        self._pages += [self._page, self._bo]
        self._bo.come()

    def _server_end(self, *args: Any, **kwargs: Any) -> ServerConnection:
        return _ServerEnd(self._plays.get, *args, **kwargs)

    def _connect(self, query: str) -> WebSocket:
        """Begin another connection of the page, and tell no more of the one before."""
        assert self.network is not None
        if self.play is not None:
            self.play.watch(None)
        number, before = max(self._plays, default=0) + 1, self._pieces
        play = Play(self._entered, refused=False, wire=lambda piece: self._passed(piece, before), began=self._began)
        self._plays[number] = self._play = play
        self._plays.pop(number - PLAYS_KEPT, None)
        play.begin(f"{self.network.url}/?n={number}&{query}")
        return play.client

    def _passed(self, piece: Piece, before: int) -> None:
        self._pieces = max(self._pieces, before + piece.n)
        self._watcher.piece(replace(piece, n=before + piece.n))
        self._ask()

    def _entered(self, _number: int, entry: Entry, _dropped: int | None) -> None:
        self._entries += 1
        self.entries.append(entry)
        dropped = self._entries - ENTRIES_KEPT
        self._watcher.entry(self._entries, entry, dropped if dropped > 0 else None)
        self._ask()

    def _told(self, name: str, detail: str) -> None:
        """Tell what the page does of its own accord."""
        if name and self.play is not None:
            self.play.tell("client", "call", name, detail)
        self._ask()

    def _stepped(self, id_: str, rung: Rung) -> None:
        if self._is_over:
            return
        if row := self.ladder.step(id_, rung, self._now()):
            self._watcher.row(row, None)
        self._ask()

    def _say(self, page: Page, text: str) -> None:
        self._messages += 1
        id_ = f"m{self._messages}"
        self._watcher.row(*self.ladder.begin(id_, page.by, text, self._now()))
        page.say(id_, text)

    def _cable_is(self, what: str, detail: str = "", **changed: Any) -> None:
        self.cable = replace(self.cable, **changed)
        self._watcher.cable(self.cable)
        background.call(self._entered, 0, Entry("cable", "call", what, detail, self._now()), None)

    def _accept(self) -> None:
        """Let everybody connect again, and leave the rest as bad as it is: not a byte gets through meanwhile."""
        assert self.network is not None
        network, cable = self.network, self.cable
        network.heal()
        network.delay(cable.delay, jitter=cable.jitter)
        network.throttle(cable.rate)
        if cable.frozen:
            network.freeze()
        if cable.cut_after is not None:
            network.cut(cable.cut_after)

    def _begin_scenario(self, steps: tuple[Step, ...]) -> None:
        self._page.come()
        if self._scenario is not None:
            self._scenario.cancel()
        self._scenario = asyncio.get_running_loop().create_task(self._play_scenario(steps))
        background.on_failure(self._scenario, background.report)
        self._scenario.add_done_callback(lambda _: self._ask())

    async def _play_scenario(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            await asyncio.sleep(step.after)
            self.change(step)

    async def _close(self) -> None:
        self._is_over = True
        if self._scenario is not None:
            self._scenario.cancel()
        for page in self._pages:
            page.leave()
        if self.network is not None:
            self.network.stop()
        if self._listener is None:
            return
        self._listener.close()
        for connection in self._listener.connections:
            connection.transport.abort()
        for play in self._plays.values():
            play.watch(None)
        await self._listener.wait_closed()

    def _now(self) -> float:
        return time.monotonic() - self._began

    def _ask(self) -> None:
        """Something has happened: perhaps the cut that was ordered, perhaps what somebody waits for."""
        if self.network is not None and self.cable.cut_after is not None and self.network.cuts > self._cuts:
            self._cable_is("cut", cut_after=None)
        self._conditions.ask()


async def _asked(page: Page) -> int:
    return page.ask()


def _in_one_turn(function: Callable[[], None]) -> None:
    """Call a function on the background loop, and wait for it: nothing else runs there meanwhile."""

    async def call() -> None:
        function()

    if background.is_current():
        function()
    else:
        background.run(call())


class _ServerEnd(ServerEnd):
    """A server's end that learns from the request's first line which connection of the page it belongs to."""

    def __init__(self, play_of: Callable[[int], Play | None], *args: Any, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)
        self._play_of = play_of
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Watch what is written; nothing is before the request was read."""
        super().connection_made(WatchedTransport(transport, self._wrote))  # type: ignore[arg-type]  # as the base does

    def data_received(self, data: bytes) -> None:
        """Find out whose end this is, as soon as it can be known."""
        if self.play is None and len(self._head) < _FIRST_LINE:
            self._head += data
            if (found := _NUMBER.match(self._head)) and (play := self._play_of(int(found[1]))):
                self.play, play.server = play, self
                play.cable.server_reads(self._head[: -len(data)])
        super().data_received(data)

    def _wrote(self, data: bytes) -> None:
        if self.play is not None:
            self.play.cable.server_writes(data)
