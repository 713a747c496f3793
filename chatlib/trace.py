"""What becomes of one message at its sender's server: taken, placed, written, and had by those whom it was written to.

Pure: the time comes in as an argument, in seconds of any clock that only goes forward, and only differences come out.
So a trace can be stepped in a test, or in a notebook cell::

    trace = Trace("a1", taken=0.0)
    trace.place(now=0.0002)                          # the room's order has it
    trace.write({"b": "Bo", "c": "Cy"}, now=0.0004)  # by what the server calls its connections, and their names
    trace.hear("b", now=0.0011)                      # the pong to a ping that was sent behind the message
    trace.frame(time)                                # Bo after 1.1 ms; of Cy nothing is known

What a pong proves: the WebSocket at the other end has read everything before the ping (RFC 6455, section 5.5.3).
Whether anybody saw it there, no server can know. What must not be here: connections, and how pings are sent
(``server``).
"""

from __future__ import annotations

from collections.abc import Mapping

from chatlib import wire
from chatlib.room import Handle


class Trace:
    """One message's way, as the server knows it; ``taken`` is when the server had read it."""

    def __init__(self, id: str, *, taken: float) -> None:  # noqa: A002 - the field's name
        self.id = id
        self._taken = taken
        self._placed: float | None = None
        self._written: float | None = None
        self._waiting: dict[Handle, str] = {}
        self._answered: list[wire.Answered] = []
        self._unasked = 0

    def __repr__(self) -> str:
        return f"<Trace of {self.id}: {len(self._answered)} answered, {len(self._waiting)} did not yet>"

    @property
    def is_over(self) -> bool:
        """Tell whether it is written, and everybody who was asked has answered."""
        return self._written is not None and not self._waiting

    def place(self, *, now: float) -> None:
        """The room's order has it."""
        self._placed = self._since(now)

    def write(self, names: Mapping[Handle, str], *, unasked: int = 0, now: float) -> None:
        """It is written; these are asked whether they have it, and so many others are not."""
        assert self._placed is not None, "what has no place is written to nobody"
        self._written = self._since(now)
        self._waiting = dict(names)
        self._unasked = unasked

    def hear(self, connection: Handle, *, now: float) -> None:
        """Somebody's end has it; who was not asked, or answered before, tells nothing."""
        if name := self._waiting.pop(connection, None):
            self._answered.append(wire.Answered(name, self._since(now)))

    def frame(self, time: str) -> wire.Trace:
        """Return what is known so far, for the sender; ``time`` is ISO 8601."""
        assert self._placed is not None, "there is nothing to tell of it yet"
        assert self._written is not None, "there is nothing to tell of it yet"
        silent = tuple(self._waiting.values())
        asked = len(self._answered) + len(silent)
        msg = f"{len(self._answered)} of {asked} have it"
        return wire.Trace(self.id, self._placed, self._written, tuple(self._answered), silent, self._unasked, time, msg)

    def _since(self, now: float) -> float:
        return round((now - self._taken) * 1000, 3)
