"""The room on a wall: what the server of this kernel sees of a room, told to a page ten times a second.

A server may have a thousand messages in that time. So a page gets the last few, and the number of all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, Protocol

from chatlib import background
from chatlib.server.chat_server import ChatServer
from chatlib.server.lookout import Lookout, Person, Standing, View
from chatlib.server.ownership import Server
from chatlib.widgets import markup
from chatlib.words import Text

LOOK_SECONDS: Final = 0.1
GONE_SECONDS: Final = 8.0  # for which somebody who went is still on the wall
MOST_AT_ONCE: Final = 3  # messages of one look that fly: more could not be told apart
MESSAGES_KEPT: Final = 20
TEXT_LENGTH: Final = 200
UNSENT_STEP: Final = 16 * 1024  # bytes: a smaller change is no news
IN_WORDS: Final = {
    Standing.HERE: "here",
    Standing.SLOW: "slow",
    Standing.CUT: "cut: the connection ended without a goodbye",
    Standing.LEFT: "left",
}


class Record(Protocol):
    """How a widget tells its pages (``LiveWidget.record``)."""

    def __call__(self, kind: str, data: dict[str, Any], *, key: str | None = None, keep: bool = True) -> None:
        """Tell them something."""


class RoomWall:
    """Looks at a room from the server of this kernel, as long as that is not stopped; on the background loop."""

    def __init__(self, server: Server, room: str, record: Record, forget: Callable[[str, str], None]) -> None:
        self.people: dict[str, Person] = {}  # by key
        self.messages = 0
        self._server = server
        self._room = room
        self._record = record
        self._forget = forget
        self._engine: ChatServer | None = None
        self._lookout: Lookout | None = None
        self._gone: dict[str, float] = {}  # when, by key
        self._spoken = 0
        self._told: dict[str, Any] = {}  # the last of what only a change is news of
        self._looking = background.submit(self._look_on())
        background.on_failure(self._looking, background.report)

    def __repr__(self) -> str:
        return f"<RoomWall of {self._room}, {len(self.people)} people>"

    def stop(self) -> None:
        """Look no more."""
        self._looking.cancel()

    def table(self) -> str:
        """Return who is here, as HTML."""
        rows = "".join(map(_as_row, self.people.copy().values()))
        head = "<tr><th>Person</th><th>As the server sees it</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"

    async def _look_on(self) -> None:
        while self._server.running:
            self._find_server()
            if self._lookout is not None:
                now = time.monotonic()
                self._tell(self._lookout.look(now=now), now)
            await asyncio.sleep(LOOK_SECONDS)
        self._tell_news("serving", {"state": "stopped"})

    def _find_server(self) -> None:
        """Look from the server that this kernel runs now: it may have taken over from another."""
        engine = self._server.engine
        if engine is not self._engine or not self._told:
            self._engine = engine
            self._lookout = Lookout(engine.hub, self._room) if engine else None
            for key in list(self.people):
                self._remove(key)
            self._tell_news("serving", {"state": "here" if engine else "elsewhere"})

    def _tell(self, view: View, now: float) -> None:
        for person in view.people:
            self._tell_person(person, now)
        for key in [key for key, since in self._gone.items() if now - since >= GONE_SECONDS]:
            self._remove(key)
        self.messages = view.messages
        for spoken in view.said[-MOST_AT_ONCE:]:
            self._spoken += 1
            about = asdict(spoken) | {"text": spoken.text[:TEXT_LENGTH]}
            self._record("spoke", about, key=str(self._spoken % MESSAGES_KEPT))
        self._tell_news("tally", {"messages": view.messages, "more": view.more})

    def _tell_person(self, person: Person, now: float) -> None:
        known = self.people.get(person.key)
        self.people[person.key] = person
        if person.standing in (Standing.CUT, Standing.LEFT):
            self._gone[person.key] = now  # while a seat is held, again at each look
        else:
            self._gone.pop(person.key, None)
        if known is None or _differ(person, known):
            self._record("person", asdict(person) | {"why": Text.of_data(person.why)}, key=person.key)
        else:
            self.people[person.key] = known

    def _remove(self, key: str) -> None:
        del self.people[key]
        self._gone.pop(key, None)
        self._forget("person", key)
        self._record("gone", {"key": key}, keep=False)

    def _tell_news(self, kind: str, data: dict[str, Any]) -> None:
        if self._told.get(kind) != data:
            self._told[kind] = data
            self._record(kind, data, key="")


def _differ(one: Person, other: Person) -> bool:
    """Tell whether a page has to know: that something else than a few bytes is different."""
    if (one.name, one.standing, one.why) != (other.name, other.standing, other.why):
        return True
    return one.standing is Standing.SLOW and abs(one.unsent - other.unsent) >= UNSENT_STEP


def _as_row(person: Person) -> str:
    words = IN_WORDS[person.standing]
    if person.standing is Standing.SLOW and person.unsent:
        words += f": {person.unsent} bytes are unsent"
    why = f" ({markup.text(person.why)})" if person.why else ""
    return f"<tr><th scope='row'>{markup.name(person.name)}</th><td>{words}{why}</td></tr>"
