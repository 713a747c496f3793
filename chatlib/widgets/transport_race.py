"""TransportRace: the same conversation by four transports, run for real, and what each of them cost."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
import time
from contextlib import suppress
from dataclasses import asdict, astuple
from html import escape
from typing import Any, Final

from chatlib import background
from chatlib.experiments.race import Progress, Race, Result
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.live import LiveWidget

logger = logging.getLogger(__name__)

TRANSPORTS: Final = ("polling", "long polling", "server-sent events", "WebSocket")

# In seconds: how often the page is told where the news is, if something has changed, and if not; and what it has cost.
LOOK: Final = 0.05
STILL: Final = 0.25
COUNT: Final = 0.5
LOOKS: Final = 160  # in a race, and
COUNTS: Final = 30  # at most: a long one is told in larger steps, so that a recording of it stays small


class TransportRace(LiveWidget):
    """Polling, long polling, server-sent events and WebSocket beside each other, run with :meth:`run` or in the page.

    In each the page and its server say ``rate`` lines a second for ``seconds``, at the same time; ``poll_every`` is how
    many seconds polling waits before it asks again, ``delay`` what the network takes each way, 0 being this machine's.
    One may bet first on who will send the most requests.

    Raises:
        TypeError: a figure is no number.
        ValueError: a figure is out of range.
    """

    _esm = front_end("transport_race")
    _css = style_sheet("transport_race")

    def __init__(self, *, rate: float = 2, seconds: float = 3, poll_every: float = 1, delay: float = 0) -> None:
        self._plan = {"rate": rate, "seconds": seconds, "poll_every": poll_every, "delay": delay}
        self._guard = threading.Lock()
        self._race: Race | None = None
        self._running: concurrent.futures.Future[None] | None = None
        self._bet: str | None = None
        Race(**self._plan)
        self._looks = 0
        self._counts = 0
        super().__init__()
        self.at_close.callback(self._cancel)
        self.record("plan", self._plan, key="")

    @property
    def results(self) -> dict[str, Result]:
        """What each transport has done in the last race, by its name; empty before the first."""
        return self._race.results if self._race else {}

    @property
    def bet(self) -> str | None:
        """The transport of which somebody bet that it will send the most requests; None for none. Set it before a race.

        Raises:
            ValueError: no transport has that name.
            RuntimeError: a race is under way.
        """
        return self._bet

    @bet.setter
    def bet(self, transport: str | None) -> None:
        if transport is not None and transport not in TRANSPORTS:
            raise ValueError(f"the transports are {', '.join(TRANSPORTS)}, not {transport!r}")
        with self._guard:
            if self._is_running():
                raise RuntimeError("a race is under way: bets are made before it")
            self._bet = transport
            self.record("bet", {"transport": transport}, key="")

    @property
    def poll_every(self) -> float:
        """How many seconds polling waits before it asks again; may be set while a race runs, and acts at once.

        Raises:
            TypeError: it is set to what is no number.
            ValueError: the number is out of range.
        """
        return self._plan["poll_every"]

    @poll_every.setter
    def poll_every(self, seconds: float) -> None:
        plan = self._plan | {"poll_every": seconds}
        Race(**plan)
        with self._guard:
            self._plan = plan
            if self._race is not None and self._is_running():
                self._race.poll_every = seconds
            self.record("pace", {"poll_every": seconds}, key="")

    async def run(self, *, rate: float | None = None) -> dict[str, Result]:
        """Run a race, at another rate if one is given; return its results.

        Raises:
            RuntimeError: one is under way.
            ValueError: the rate is out of range.
        """
        running = self._begin(rate)
        if running is None:
            raise RuntimeError("a race is under way: wait for its end before you begin another")
        await asyncio.wrap_future(running)
        return self.results

    def __repr__(self) -> str:
        state = "before the first" if self._race is None else "under way" if self._is_running() else "over"
        return f"<TransportRace {state}, {self._plan['rate']:g} lines/s for {self._plan['seconds']:g} s>"

    def act(self, action: dict[str, Any]) -> None:
        """Do what somebody clicked; a bet that came too late is none."""
        match action:
            case {"do": "run", "rate": int() | float() as rate}:
                self._begin(rate)
            case {"do": "pace", "poll_every": int() | float() as seconds}:
                self.poll_every = seconds
            case {"do": "bet", "transport": str() | None as transport}:
                with suppress(RuntimeError):
                    self.bet = transport
            case _:
                raise ValueError(f"expected an action of the race's page, got {action!r}")

    def snapshot(self) -> str:
        """Return the results as a table, and what came of the bet."""
        title = "<p><strong>One conversation, four transports</strong></p>"
        if not self.results:
            return f"{title}<p><em>not run yet</em></p>"
        heads = ("Transport", "Requests", "Connections", "Messages", "Bytes up", "Bytes down", "Latency, median")
        head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
        body = "".join(_as_row(result) for result in self.results.values())
        return (
            f"{title}<p>{self._plan['rate']:g} lines a second each way for {self._plan['seconds']:g} s; "
            f"polling asks every {self._plan['poll_every']:g} s.</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{self._verdict()}"
        )

    def _verdict(self) -> str:
        most = max(result.requests for result in self.results.values())
        first = " and ".join(name for name, result in self.results.items() if result.requests == most)
        bet = f" The bet: {self._bet}." if self._bet else ""
        return f"<p>The most requests: {first}, {most:,}.{bet}</p>"

    def _cancel(self) -> None:
        if running := self._running:
            running.cancel()

    def _is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    def _begin(self, rate: float | None) -> concurrent.futures.Future[None] | None:
        """Begin a race; None if one is under way."""
        plan = self._plan if rate is None else self._plan | {"rate": rate}
        race = Race(**plan)
        with self._guard:
            if self._is_running():
                return None
            self._plan, self._race = plan, race
            for look in range(self._looks):
                self.forget("lanes", str(look))
            for count in range(self._counts):
                self.forget("figures", str(count))
            self._looks = self._counts = 0
            for kind in ("over", "pace"):
                self.forget(kind)
            self.record("plan", plan, key="")
            self.record("start", {}, key="")
            self._running = background.submit(self._run(race))
            background.on_failure(self._running, self._failed)
            return self._running

    async def _run(self, race: Race) -> None:
        following = [asyncio.create_task(each) for each in (self._follow_lanes(race), self._follow_figures(race))]
        try:
            await race.run()
        finally:
            for task in following:
                task.cancel()
            self._tell_lanes(race)
            self._tell_figures(race)
            self.record("over", {"text": ""}, key="")

    async def _follow_lanes(self, race: Race) -> None:
        """Tell where the news is, whenever it has moved; and now and then that it has not."""
        every = max(LOOK, self._plan["seconds"] / LOOKS)
        told: dict[str, Progress] = {}
        at = 0.0
        while True:
            now = time.monotonic()
            if told != race.progress or now - at >= max(STILL, every):
                told, at = race.progress, now
                self._tell_lanes(race)
            await asyncio.sleep(every)

    async def _follow_figures(self, race: Race) -> None:
        """Tell what it has cost."""
        while True:
            self._tell_figures(race)
            await asyncio.sleep(max(COUNT, self._plan["seconds"] / COUNTS))

    def _tell_lanes(self, race: Race) -> None:
        self.record("lanes", {"lanes": [astuple(each) for each in race.progress.values()]}, key=str(self._looks))
        self._looks += 1

    def _tell_figures(self, race: Race) -> None:
        results = [asdict(result) for result in race.results.values()]
        self.record("figures", {"results": results}, key=str(self._counts))
        self._counts += 1

    def _failed(self, error: BaseException) -> None:
        logger.error("%r failed", self, exc_info=error)
        self.record("over", {"text": f"{type(error).__name__}: {error}"}, key="")


def _as_row(result: Result) -> str:
    figures = (result.requests, result.connections, result.messages, result.bytes_up, result.bytes_down)
    latency = "–" if result.latency_ms is None else f"{result.latency_ms:.1f} ms"
    cells = "".join(f"<td>{text}</td>" for text in (*(f"{figure:,}" for figure in figures), latency))
    return f"<tr><th scope='row'>{escape(result.transport)}</th>{cells}</tr>"
