"""The way of a client's messages, as far as it is seen from here: when they went out and came back, and in which bytes.

Differences on this process's clock are facts, and so are those that the server tells on its own (``trace``). Between
two clocks only a round trip is known; so no time of one is ever put on the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chatlib import json_text, wire
from chatlib.client.wire_log import Sighting

KEPT: Final = 50  # messages whose trace was asked for: their frames are kept with them


@dataclass(frozen=True, slots=True)
class Journey:
    """One message as it was seen from here; in milliseconds, and None where something is not known.

    ``before`` is from ``send()`` to its frame's way out, ``round_trip`` from there until it came back, placed;
    ``sightings`` are its frames. ``trace`` is what the server told; ``is_traced`` that it was asked for it.
    """

    id: str
    sightings: tuple[Sighting, ...] = ()
    before: float | None = None
    round_trip: float | None = None
    trace: wire.Trace | None = None
    is_traced: bool = False

    @classmethod
    def seen(
        cls, id_: str, sightings: Sequence[Sighting], *, began: float | None, trace: wire.Trace | None = None
    ) -> Journey:
        """Make one of the frames that carried a message, and of when ``send()`` was called, if that is known."""
        back = next((each.at for each in sightings if each.direction == "received"), None)
        ways = [each.at for each in sightings if each.direction == "sent" and (back is None or each.at <= back)]
        out = ways[-1] if ways else None  # sent again over a new connection, the last one is that which was answered
        return cls(
            id_,
            tuple(sightings),
            before=None if began is None or not ways else _milliseconds(ways[0] - began),
            round_trip=None if out is None or back is None else _milliseconds(back - out),
            trace=trace,
            is_traced=began is not None,
        )


class Journeys:
    """The journeys of one client's messages; ``frames`` are the last ones that went over its wire."""

    def __init__(self, frames: Callable[[], Sequence[Sighting]]) -> None:
        self.tracing = False
        """Ask the server to trace what is sent from now on."""
        self._frames = frames
        self._began: dict[str, float] = {}  # when send() was called for what is traced
        self._told: dict[str, Journey] = {}

    def __repr__(self) -> str:
        return f"<Journeys of {len(self._began)} traced messages, tracing {'on' if self.tracing else 'off'}>"

    def of(self, id_: str) -> Journey:
        """Return what is known of a message now; of one that was not traced, as long as its frames are kept."""
        return self._told.get(id_) or Journey.seen(id_, self.sightings(id_), began=self._began.get(id_))

    def sightings(self, id_: str) -> list[Sighting]:
        """Return the frames that carried a message, of the last ones."""
        return [sighting for sighting in self._frames() if _carries(sighting, id_)]

    def begin(self, id_: str) -> None:
        """A message is sent right now."""
        if self.tracing:
            _keep(self._began, id_, time.perf_counter())

    def marking(self, say: Callable[[wire.ClientFrame], None]) -> Callable[[wire.ClientFrame], None]:
        """Return how to say a frame so that it asks for a trace, if that is wanted."""

        def say_marked(frame: wire.ClientFrame) -> None:
            if isinstance(frame, wire.Say) and frame.id in self._began:
                frame = replace(frame, trace=True)
            say(frame)

        return say_marked

    def heard(self, frame: wire.ServerFrame) -> None:
        """Keep a journey whole once the server told of it: its frames are still at hand."""
        if isinstance(frame, wire.Trace) and frame.id in self._began:
            journey = Journey.seen(frame.id, self.sightings(frame.id), began=self._began[frame.id], trace=frame)
            _keep(self._told, frame.id, journey)


def _keep(kept: dict[str, Any], id_: str, value: object) -> None:
    kept[id_] = value
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _carries(sighting: Sighting, id_: str) -> bool:
    """Tell whether a frame is this message's own, and not a welcome that repeats it."""
    if sighting.frame is None or id_.encode() not in sighting.frame.data:
        return False
    try:
        wire_object = json_text.loads(bytes(sighting.frame.data).decode())
        return bool(wire_object["type"] == wire.MessageType.MSG and wire_object["id"] == id_)
    except (ValueError, TypeError, KeyError):
        return False
