"""TransportRace: the same conversation by four transports, run for real, and what each of them cost."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from dataclasses import asdict
from html import escape
from typing import Any, Final

from chatlib import background
from chatlib.experiments.race import Race, Result
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.live import LiveWidget

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 0.2


class TransportRace(LiveWidget):
    """Polling, long polling, server-sent events and WebSocket beside each other, run with :meth:`run` or in the page.

    In each the page and its server say ``rate`` lines a second for ``seconds``, at the same time; ``poll_every`` is how
    many seconds polling waits before it asks again, ``delay`` what the network takes each way, 0 being this machine's.

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
        Race(**self._plan)
        self._ticks = 0
        super().__init__()
        self.at_close.callback(self._cancel)
        self.record("plan", self._plan, key="")

    @property
    def results(self) -> dict[str, Result]:
        """What each transport has done in the last race, by its name; empty before the first."""
        return self._race.results if self._race else {}

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
        """Run a race because somebody clicked."""
        match action:
            case {"do": "run", "rate": int() | float() as rate}:
                self._begin(rate)
            case _:
                raise ValueError(f"expected an action of the race's page, got {action!r}")

    def snapshot(self) -> str:
        """Return the results as a table."""
        title = "<p><strong>One conversation, four transports</strong></p>"
        if not self.results:
            return f"{title}<p><em>not run yet</em></p>"
        heads = ("Transport", "Requests", "Connections", "Messages", "Bytes up", "Bytes down", "Latency, median")
        head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
        body = "".join(_as_row(result) for result in self.results.values())
        return (
            f"{title}<p>{self._plan['rate']:g} lines a second each way for {self._plan['seconds']:g} s; "
            f"polling asks every {self._plan['poll_every']:g} s.</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

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
            for tick in range(self._ticks):
                self.forget("figures", str(tick))
            self._ticks = 0
            self.forget("over")
            self.record("plan", plan, key="")
            self.record("start", {}, key="")
            self._running = background.submit(self._run(race))
            background.on_failure(self._running, self._failed)
            return self._running

    async def _run(self, race: Race) -> None:
        ticking = asyncio.create_task(self._tick(race))
        try:
            await race.run()
        finally:
            ticking.cancel()
            self._tell(race)
            self.record("over", {"text": ""}, key="")

    async def _tick(self, race: Race) -> None:
        while True:
            self._tell(race)
            await asyncio.sleep(TICK_SECONDS)

    def _tell(self, race: Race) -> None:
        results = [asdict(result) for result in race.results.values()]
        self.record("figures", {"results": results}, key=str(self._ticks))
        self._ticks += 1

    def _failed(self, error: BaseException) -> None:
        logger.error("%r failed", self, exc_info=error)
        self.record("over", {"text": f"{type(error).__name__}: {error}"}, key="")


def _as_row(result: Result) -> str:
    figures = (result.requests, result.connections, result.messages, result.bytes_up, result.bytes_down)
    latency = "–" if result.latency_ms is None else f"{result.latency_ms:.1f} ms"
    cells = "".join(f"<td>{figure:,}</td>" for figure in figures)
    return f"<tr><th scope='row'>{escape(result.transport)}</th>{cells}<td>{latency}</td></tr>"
