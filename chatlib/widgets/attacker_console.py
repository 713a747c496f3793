"""AttackerConsole: an evil page, a victim with nine switches, and for each attack what decided, in bytes.

Both are servers of this kernel's own, on ports of 127.0.0.1. Nothing here attacks anything else.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from enum import StrEnum
from html import escape
from http import HTTPStatus
from typing import Any, Final, TypeVar

from websockets.http11 import Request

from chatlib import background
from chatlib.arguments import check_text
from chatlib.experiments.attacks import Attack, Outcome, carry_out
from chatlib.experiments.evil_page import EvilPage
from chatlib.experiments.intruder import Piece
from chatlib.experiments.victim import COOKIE, Defence, Victim
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.machine import tab
from chatlib.widgets import markup
from chatlib.widgets.live import LiveWidget

logger = logging.getLogger(__name__)

OUTCOMES_KEPT: Final = 20
VISITS_KEPT: Final = 5
VISIT_HEADERS: Final = ("Host", "Origin", "Cookie")

ATTACKS: Final = {
    Attack.HIJACK: "hijack with the cookie",
    Attack.REBIND: "wrong Host (DNS rebinding)",
    Attack.FLOOD: "flood",
    Attack.HUGE: "huge message",
    Attack.SLOW: "slow handshake",
    Attack.NAME: "script in a name",
    Attack.MESSAGE: "script in a message",
    Attack.TIME: "script in the time",
}

Name = TypeVar("Name", bound=StrEnum)


class AttackerConsole(LiveWidget):
    """An evil page and its victim, two servers of this kernel's own on 127.0.0.1; at first no defence is switched on.

    Attacks are made with :meth:`attack` or with the buttons of the page; each really happens, and ends after some
    seconds. The kernel plays the browser in which the evil page is open; at ``evil_url`` a real one finds that page.
    """

    _esm = front_end("attacker_console")
    _css = style_sheet("attacker_console")

    def __init__(self) -> None:
        self._victim = Victim()
        self._evil = EvilPage(0)
        self._is_over = True
        self._is_starting = False
        self._defences: frozenset[Defence] = frozenset()
        self._outcomes: list[Outcome] = []
        self._attacks = 0
        self._visits = 0
        self._guard = threading.Lock()
        self._running: concurrent.futures.Future[Outcome] | None = None
        super().__init__()
        self.at_close.callback(self._end)
        background.run(self._begin())

    @property
    def victim_url(self) -> str:
        """Where the victim is; a browser that opens it is logged in as Ada."""
        return f"{self._victim.origin}/"

    @property
    def evil_url(self) -> str:
        """Where the evil page is, for a browser on this machine."""
        return f"{self._evil.origin}/"

    @property
    def defences(self) -> dict[str, bool]:
        """Which defences there are, and whether each is switched on."""
        return {str(defence): defence in self._defences for defence in Defence}

    @property
    def outcomes(self) -> list[Outcome]:
        """What the attacks came to, the last 20."""
        return list(self._outcomes)

    def switch_on(self, *defences: str) -> None:
        """Switch defences on, by their names in :attr:`defences`; an attack that is under way meets them, too.

        Raises:
            ValueError: there is no such defence.
        """
        self._switch(self._defences | {_member("defence", Defence, each) for each in defences})

    def switch_off(self, *defences: str) -> None:
        """Switch defences off.

        Raises:
            ValueError: there is no such defence.
        """
        self._switch(self._defences - {_member("defence", Defence, each) for each in defences})

    async def attack(self, name: str) -> Outcome:
        """Attack the victim; return what it came to, after some seconds at the most.

        "hijack", "rebind", "flood", "huge", "slow"; or with a script: in a "name", in a "message", in the "time".

        Raises:
            ValueError: there is no such attack.
            RuntimeError: one is under way, or the console is stopped.
        """
        running = self._launch(_member("attack", Attack, name))
        if running is None:
            why = "the console is stopped: start() begins anew" if self._is_over else "an attack is under way: wait"
            raise RuntimeError(why)
        return await asyncio.wrap_future(running)

    def stop(self) -> None:
        """Stop both servers; what was seen stays, and :meth:`start` begins anew. Idempotent."""
        if not self._is_over:
            self._end()
            self._tell_stopped()

    def start(self) -> None:
        """Begin anew; nothing if it runs."""
        background.run(self._begin())

    def snapshot(self) -> str:
        """Return what is switched on, what each attack came to, and the bytes of the last one, as semantic HTML."""
        switched = "".join(
            f"<li>{name}: <strong>{'on' if is_on else 'off'}</strong></li>" for name, is_on in self.defences.items()
        )
        parts = [f"<p><strong>The victim's defences</strong></p><ul>{switched}</ul>"]
        if not self._outcomes:
            return "".join([*parts, "<p><em>no attack yet</em></p>"])
        heads = "".join(f"<th scope='col'>{head}</th>" for head in ("Attack", "Stopped by", "What it came to"))
        last = {outcome.attack: outcome for outcome in self._outcomes}
        rows = "".join(map(_as_row, last.values()))
        pieces = "".join(map(_as_item, self._outcomes[-1].pieces))
        name = ATTACKS[self._outcomes[-1].attack]
        parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
        parts.append(f"<details><summary>What passed: {name}</summary><ol>{pieces}</ol></details>")
        return "".join(parts)

    def __repr__(self) -> str:
        if self._is_over:
            return "<AttackerConsole, stopped>"
        return f"<AttackerConsole, switched on: {', '.join(sorted(self._defences)) or 'nothing'}>"

    def act(self, action: dict[str, Any]) -> None:
        """Do what somebody clicked; nothing if an attack is under way already."""
        match action:
            case {"do": "start"}:  # without waiting: what is told meanwhile waits for the lock that is held here
                background.on_failure(background.submit(self._begin()), background.report)
            case {"do": "attack" | "switch"} if self._is_over:
                self._tell_stopped()
            case {"do": "attack", "attack": str(name)}:
                self._launch(_member("attack", Attack, name))
            case {"do": "switch", "defence": str(name), "on": bool(is_on)}:
                (self.switch_on if is_on else self.switch_off)(name)
            case _:
                raise ValueError(f"expected an action of the console's page, got {action!r}")

    # What is done

    async def _begin(self) -> None:
        if not self._is_over or self._is_starting:
            return
        self._is_starting = True
        try:
            self._victim = await Victim(self._visited).start()
            self._evil = await EvilPage(self._victim.port).start()
        finally:
            self._is_starting = False
        if self.comm is None:  # closed meanwhile
            await self._stop(self._victim, self._evil)
            return
        for number in range(OUTCOMES_KEPT):
            self.forget("outcome", str(number))
        for number in range(VISITS_KEPT):
            self.forget("visit", str(number))
        for kind in ("stopped", "began", "over"):
            self.forget(kind)
        self._outcomes.clear()
        self._is_over = False
        where = {"nowhere": tab.NO_SOCKET} if tab.is_here() else {}
        self.record("siege", {"victim": self.victim_url, "evil": self.evil_url, **where}, key="")
        self._switch(self._defences)

    def _end(self) -> None:
        self._is_over = True
        if running := self._running:
            running.cancel()
        background.finish(self._stop(self._victim, self._evil), background.report)

    async def _stop(self, victim: Victim, evil: EvilPage) -> None:
        await victim.stop()
        await evil.stop()

    def _switch(self, defences: frozenset[Defence]) -> None:
        self._defences = defences
        self._victim.defences = set(defences)
        self.record("defences", {"on": [str(each) for each in Defence if each in defences]}, key="")

    def _launch(self, attack: Attack) -> concurrent.futures.Future[Outcome] | None:
        """Begin an attack; None if one is under way, or nobody is there any more."""
        with self._guard:
            if self._is_over or (self._running is not None and not self._running.done()):
                return None
            self.record("began", {"attack": str(attack)}, key="")
            self._running = background.submit(self._attack(attack))
            background.on_failure(self._running, self._failed)
            return self._running

    async def _attack(self, attack: Attack) -> Outcome:
        try:
            outcome = await carry_out(attack, self._victim, self._evil.origin)
            self._outcomes.append(outcome)
            del self._outcomes[:-OUTCOMES_KEPT]
            self._tell(outcome)
            return outcome
        finally:
            self.record("over", {}, key="")

    def _failed(self, error: BaseException) -> None:
        logger.error("%r failed", self, exc_info=error)

    # What the page is told

    def _tell(self, outcome: Outcome) -> None:
        told = {
            "attack": str(outcome.attack),
            "stopped_by": outcome.stopped_by and str(outcome.stopped_by),
            "said": outcome.said,
            "pieces": [
                {"direction": piece.direction, "title": piece.title, "lines": list(piece.lines)}
                for piece in outcome.pieces
            ],
            "page": outcome.page,
        }
        self._attacks += 1
        self.record("outcome", told, key=str(self._attacks % OUTCOMES_KEPT))

    def _tell_stopped(self) -> None:
        self.record("stopped", {}, key="")

    def _visited(self, request: Request, status: HTTPStatus) -> None:
        """Tell of a real browser's visit; the kernel, which plays one, says nothing of what it is."""
        if "User-Agent" not in request.headers or not request.path.startswith("/chat"):
            return
        lines = [f"GET {request.path[:100]} HTTP/1.1"]
        for name in VISIT_HEADERS:
            if value := request.headers.get(name):
                lines.append(f"{name}: {_own_cookie(value) if name == 'Cookie' else value[:100]}")
        self._visits += 1
        told = {"lines": lines, "answer": f"{status.value} {status.phrase}"}
        self.record("visit", told, key=str(self._visits % VISITS_KEPT))


def _own_cookie(value: str) -> str:
    """Return the victim's cookie alone: a browser sends those of every server of this host, Jupyter's among them."""
    ours = [part for part in value.split("; ") if part.startswith(f"{COOKIE}=")]
    return "; ".join(ours) or "…"


def _member(what: str, names: type[Name], name: object) -> Name:
    check_text(f"a {what}", name)
    try:
        return names(str(name))
    except ValueError:
        raise ValueError(f"there is no {what} {name!r}: choose one of {', '.join(names)}") from None


def _as_row(outcome: Outcome) -> str:
    stopped = f"<strong>{outcome.stopped_by}</strong>" if outcome.stopped_by else "nothing: it got through"
    return (
        f"<tr><th scope='row'>{escape(ATTACKS[outcome.attack])}</th><td>{stopped}</td>"
        f"<td>{markup.text(outcome.said)}</td></tr>"
    )


def _as_item(piece: Piece) -> str:
    way = "attacker → victim" if piece.direction == "sent" else "victim → attacker"
    lines = [line for line in piece.lines if line != piece.title]
    told = "".join(f"<br><code>{markup.text(line)}</code>" for line in lines)
    return f"<li>{way}: <strong>{markup.text(piece.title)}</strong>{told}</li>"
