"""ChaosBoard: two ends and a cable on one time axis, a network that is made bad, and how far each message came."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from html import escape
from typing import Any, Final

from chatlib.arguments import check_seconds, check_text, check_type
from chatlib.client.websocket import WebSocket
from chatlib.experiments.cable import PIECES_KEPT, Piece
from chatlib.experiments.chaos_ends import Manners
from chatlib.experiments.ladder import Guarantee, Ladder, Row, Rung
from chatlib.experiments.play import Entry
from chatlib.experiments.scenarios import SCENARIOS, Step
from chatlib.experiments.trial import Cable, Trial, Watcher
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets import markup, pieces
from chatlib.widgets.live import LiveWidget

RUNGS: Final = {
    Rung.SENT: "sent",
    Rung.WIRE: "on the wire",
    Rung.PLACED: "placed",
    Rung.ACKNOWLEDGED: "acknowledged",
    Rung.SEEN: "seen",
}
LONGEST_TEXT: Final = 200  # characters of what somebody types on the board
SHORTEST_WAIT: Final = 0.1  # seconds
LONGEST_WAIT: Final = 60.0


class ChaosBoard(LiveWidget):
    """A page (Ada) and a server, with a cable between them that can be made worse; Bo sits beside the server.

    ``guarantee`` is "at most once", "at least once" or "exactly once": what the page and the server do about messages
    that may be lost. ``comes_back`` says whether the page connects again by itself; ``watchdog`` after how many seconds
    of silence it gives its connection up, None for never; ``keepalive`` how often the server pings, None for never.

    Each :meth:`clear` begins a new play; its recording has the plays before, too, as far as there is room.

    Raises:
        ValueError: there is no such guarantee.
    """

    _esm = front_end("chaos_board")
    _css = style_sheet("chaos_board")

    def __init__(
        self,
        *,
        guarantee: str = Guarantee.EXACTLY_ONCE,
        comes_back: bool = True,
        watchdog: float | None = 2.0,
        keepalive: float | None = 1.0,
    ) -> None:
        self._manners = Manners(_guarantee(guarantee), _flag("comes_back", comes_back), _seconds("watchdog", watchdog))
        self._keepalive = _seconds("keepalive", keepalive)
        self._trial: Trial | None = None
        self._plays = 0
        self._told: dict[tuple[str, str], None] = {}  # what pages to come are told of this play: kinds and keys
        super().__init__()
        self.at_close.callback(self._end)
        self._begin()

    def __repr__(self) -> str:
        return f"<ChaosBoard {self._trial.ends}, {self.ladder!r}>" if self._trial else "<ChaosBoard, stopped>"

    # What was seen

    @property
    def ws(self) -> WebSocket | None:
        """The page's end of the last connection, once there was one; to look at, since it lives on another thread."""
        return self._running.play.client if self._running.play else None

    @property
    def server_state(self) -> int | None:
        """The state of the server's end of the last connection, in the numbers of readyState."""
        states = self._running.play.states("server") if self._running.play else []
        return states[-1] if states else None

    @property
    def close_code(self) -> int | None:
        """The code of the page's last ``close`` event; None while its connection is open."""
        play = self._running.play
        return play.ended.code if play and play.ended else None

    @property
    def close_reason(self) -> str | None:
        """The reason of that event."""
        play = self._running.play
        return play.ended.reason if play and play.ended else None

    @property
    def ladder(self) -> Ladder:
        """How far each message came: ``lost``, ``doubled``, ``kept``, and the rows."""
        return self._running.ladder

    @property
    def cable(self) -> Cable:
        """What the cable does now."""
        return self._running.cable

    @property
    def entries(self) -> list[Entry]:
        """What happened at both ends and to the cable, the last 200 entries."""
        return list(self._running.entries)

    @property
    def guarantee(self) -> str:
        """What page and server do about messages that may be lost; it may be changed at any time."""
        return self._manners.guarantee

    @guarantee.setter
    def guarantee(self, guarantee: str) -> None:
        self._behave(guarantee=_guarantee(guarantee))

    @property
    def watchdog(self) -> float | None:
        """After how many seconds of silence the page gives its connection up; None for never."""
        return self._manners.watchdog

    @watchdog.setter
    def watchdog(self, seconds: float | None) -> None:
        self._behave(watchdog=_seconds("watchdog", seconds))

    @property
    def comes_back(self) -> bool:
        """Whether the page connects again by itself."""
        return self._manners.comes_back

    @comes_back.setter
    def comes_back(self, comes_back: bool) -> None:
        self._behave(comes_back=_flag("comes_back", comes_back))

    # What can be done; RuntimeError where the board is stopped

    async def connect(self) -> None:
        """Have the page connect; return when both ends are OPEN."""
        self._live.connect()
        await self._live.until_connected()

    def page_says(self, text: str) -> None:
        """Have the page say something: to the server, through the cable, and from there to Bo."""
        check_text("text", text)
        self._live.page_says(text)

    def bo_says(self, text: str) -> None:
        """Have Bo say something: the page hears it through the cable."""
        check_text("text", text)
        self._live.bo_says(text)

    def delay(self, seconds: float, *, jitter: float = 0.0) -> None:
        """Have every byte take so long, and up to ``jitter`` more."""
        self._live.change(Step(0, "delay", seconds))
        self._live.change(Step(0, "jitter", jitter))

    def throttle(self, bytes_per_second: float | None) -> None:
        """Let at most so many bytes a second through in each direction; None ends it."""
        self._live.change(Step(0, "throttle", bytes_per_second or 0))

    def freeze(self) -> None:
        """Stop all bytes, and the news of an end, too: each end hears nothing more."""
        self._live.change(Step(0, "freeze"))

    def thaw(self) -> None:
        """Let them through again, and first those that waited."""
        self._live.change(Step(0, "thaw"))

    def cut(self, after_bytes: int | None = None) -> None:
        """Drop the connection with no Close frame: now, or when so many more bytes have passed, in either direction."""
        self._live.change(Step(0, "cut" if after_bytes is None else "cut after", after_bytes or 0))

    def refuse(self) -> None:
        """Let nobody connect."""
        self._live.change(Step(0, "refuse"))

    def accept(self) -> None:
        """Let them connect again, and leave the rest as it is."""
        self._live.change(Step(0, "accept"))

    def heal(self) -> None:
        """Be a good network again."""
        self._live.change(Step(0, "heal"))

    async def play(self, scenario: str) -> None:
        """Play a bad day of the network; return when it is over.

        Raises:
            ValueError: there is no such scenario.
        """
        if scenario not in SCENARIOS:
            raise ValueError(f"there is no scenario {scenario!r}: choose one of {', '.join(SCENARIOS)}")
        self._live.begin_scenario(scenario)
        await self._live.until_played()

    async def until(self, condition: Callable[[], Any], *, timeout: float = LONGEST_WAIT) -> None:
        """Wait until a condition is true; it is asked whenever something has happened on the board."""
        await self._live.until(condition, timeout=timeout)

    async def settled(self) -> None:
        """Return when all that was said has come as far as it will.

        Raises:
            TimeoutError: the cable lets nothing through.
        """
        await self._live.settled()

    def stop(self) -> None:
        """End it; what was seen stays, and :meth:`start` begins anew. Idempotent."""
        if not self._running.is_over:
            self._running.close()
            self._tell("stopped", "", {})

    def start(self) -> None:
        """Begin anew; nothing if it runs."""
        if self._trial is None or self._trial.is_over:
            self._begin()

    def clear(self) -> None:
        """Begin anew: nothing was said, nobody is connected, and the network is good."""
        self._running.close()
        self._begin()

    def snapshot(self) -> str:
        """Return the ladder, and what happened at both ends and to the cable, as semantic HTML."""
        trial = self._running
        title = "<p><strong>Two ends and a cable: how far each message came</strong></p>"
        heads = "".join(f"<th scope='col'>{name}</th>" for name in ("Message", *RUNGS.values()))
        rows = "".join(map(_as_row, trial.ladder))
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        said = f"{table}<p>{_summary(trial.ladder)}</p>" if rows else "<p><em>nothing was said yet</em></p>"
        told = "".join(f"<li>{_as_item(entry)}</li>" for entry in trial.entries if entry.name != "message")
        happened = f"<details><summary>What happened</summary><ol>{told}</ol></details>" if told else ""
        return title + said + happened

    def act(self, action: dict[str, Any]) -> None:
        """Do what somebody did in the page."""
        if self._running.is_over and action != {"do": "start"}:
            self._tell("stopped", "", {})
            return
        match action:
            case {"do": "start"}:
                self.start()
            case {"do": "connect"}:
                self._running.connect()
            case {"do": "clear"}:
                self.clear()
            case {"do": "say", "who": "page" | "bo" as who, "text": str(text)} if len(text) <= LONGEST_TEXT:
                (self._running.page_says if who == "page" else self._running.bo_says)(text)
            case {"do": "cable", "what": str(what), "value": int() | float() as value}:
                self._running.change(_step(what, value))
            case {"do": "play", "scenario": str(scenario)} if scenario in SCENARIOS:
                self._running.begin_scenario(scenario)
            case {"do": "behave", "guarantee": str(guarantee), "comes_back": bool(back), "watchdog": wait}:
                self._behave(guarantee=_guarantee(guarantee), comes_back=back, watchdog=_seconds("watchdog", wait))
            case _:
                raise ValueError(f"expected an action of the board's page, got {action!r}")

    @property
    def _running(self) -> Trial:
        assert self._trial is not None
        return self._trial

    @property
    def _live(self) -> Trial:
        if self._running.is_over:  # else whoever asks would wait for what never comes
            raise RuntimeError("the board is stopped: start() begins anew")
        return self._running

    def _behave(self, **manners: Any) -> None:
        self._running.behave(**manners)
        self._tell_manners()

    def _end(self) -> None:
        if self._trial is not None:
            self._trial.close()

    # What the page is told

    def _begin(self) -> None:
        for kind, key in self._told:
            self.retire(kind, key)
        self._told = {}
        self._plays += 1
        watcher = Watcher(entry=self._saw, piece=self._passed, row=self._climbed, cable=self._tell_cable)
        self._trial = trial = Trial(watcher, self._manners, keepalive=self._keepalive)
        self._tell("play", "", {"keepalive": self._keepalive})
        self._tell_manners()
        self._tell_cable(trial.cable)

    def _tell(self, kind: str, key: object, data: dict[str, Any]) -> None:
        key = self._key(key)
        self._told[kind, key] = None
        self.record(kind, data, key=key)

    def _forget(self, kind: str, key: object) -> None:
        key = self._key(key)
        self._told.pop((kind, key), None)
        self.forget(kind, key)

    def _key(self, key: object) -> str:
        """Return what is told by this key in this play, and in no other."""
        return f"{self._plays}.{key}"

    def _tell_manners(self) -> None:
        self._tell("manners", "", asdict(self._manners))

    def _tell_cable(self, cable: Cable) -> None:
        self._tell("cable", "", asdict(cable))

    def _saw(self, number: int, entry: Entry, dropped: int | None) -> None:
        about = {name: value for name, value in asdict(entry).items() if value != ""}
        self._tell("entry", number, about | {"at": _clock(entry.at)})
        if dropped is not None:
            self._forget("entry", dropped)

    def _passed(self, piece: Piece) -> None:
        n = piece.n
        if piece.arrived is None:
            about = {"n": n, "direction": piece.direction, "at": _clock(piece.left), **pieces.as_lines(piece)}
            self._tell("left", n, about)
            for kind in ("left", "arrived"):
                self._forget(kind, n - PIECES_KEPT)
        else:
            self._tell("arrived", n, {"n": n, "at": _clock(piece.arrived)})

    def _climbed(self, row: Row, dropped: str | None) -> None:
        times = {rung.value: [round(at, 3) for at in row.times[rung]] for rung in RUNGS if row.times[rung]}
        self._tell("row", row.id, {"id": row.id, "by": row.by, "text": row.text, "times": times})
        if dropped is not None:
            self._forget("row", dropped)


def _clock(seconds: float) -> float:
    """Return a time as finely as the page shows it: every digit more is in the recording some hundred times."""
    return round(seconds, 4)


def _step(what: str, value: float) -> Step:
    """Return what somebody asked of the cable in the page, if it may be asked."""
    most = {"delay": LONGEST_WAIT, "jitter": LONGEST_WAIT, "throttle": math.inf, "cut after": math.inf}
    match what:
        case "delay" | "jitter" | "throttle" if 0 <= value <= most[what]:
            return Step(0, what, value)
        case "cut after" if value >= 1:
            return Step(0, what, int(value))
        case "freeze" | "thaw" | "cut" | "refuse" | "accept" | "heal":
            return Step(0, what)
    raise ValueError(f"expected something that can be done to a cable, got {what!r} with {value!r}")


def _guarantee(value: object) -> Guarantee:
    check_type("guarantee", value, str, "a string")
    try:
        return Guarantee(str(value))
    except ValueError:
        raise ValueError(f"there is no guarantee {value!r}: choose one of {', '.join(Guarantee)}") from None


def _flag(name: str, value: object) -> bool:
    check_type(name, value, bool, "True or False")
    return bool(value)


def _seconds(name: str, value: object) -> float | None:
    if value is None:
        return None
    check_seconds(name, value)
    assert isinstance(value, int | float)
    if not SHORTEST_WAIT <= value <= LONGEST_WAIT:
        raise ValueError(f"{name} is from {SHORTEST_WAIT} to {LONGEST_WAIT:g} seconds, not {value!r}")
    return float(value)


def _as_row(row: Row) -> str:
    cells = "".join(f"<td>{_as_times(row.times[rung])}</td>" for rung in RUNGS)
    return f"<tr><th scope='row'>{markup.name(row.by)}: {markup.text(row.text)}</th>{cells}</tr>"


def _as_times(times: list[float]) -> str:
    """Return when it was: nothing is a gap, and twice is a twin."""
    if not times:
        return "–"
    said = ", ".join(f"{at:.2f} s" for at in times)
    return said if len(times) == 1 else f"<strong>{len(times)} ×</strong> {said}"


def _summary(ladder: Ladder) -> str:
    kept = f"So far this is what <strong>{ladder.kept}</strong> allows." if ladder.kept else "No guarantee allows that."
    counts = f"{len(list(ladder))} sent, {len(ladder.lost)} not seen, {len(ladder.doubled)} seen more than once."
    return f"{counts} {kept}"


def _as_item(entry: Entry) -> str:
    detail = f" {markup.text(entry.detail)}" if entry.detail else ""
    return f"{entry.at:.2f} s, {entry.end}: <strong>{escape(entry.name)}</strong>{detail}"
