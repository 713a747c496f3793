"""What a widget has told its pages: what a new page is told, and what is left of it as a recorded session.

Pure: no clock, no comm. Of two events with one name (a kind and a key) a page needs only the later one. The earlier
one is kept beside it as long as there is room, so that a recording can be wound back.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

VERSION: Final = 1
RECORDING: Final = "application/vnd.chatlib.recording+json"  # in an output, beside the picture of its end
RECORDING_BYTES: Final = 64 * 2**10
REPLACED_KEPT: Final = 1000

Name = tuple[str, str | int]


@dataclass(frozen=True, slots=True)
class Told:
    """An event that pages are told, the ``n``-th; ``t`` is in milliseconds since the widget was made."""

    n: int
    t: int
    kind: str
    data: dict[str, Any]

    def as_object(self) -> dict[str, Any]:
        """Return it as the front end takes it."""
        return {"n": self.n, "t": self.t, "kind": self.kind, "data": self.data}

    def as_recorded(self) -> dict[str, Any]:
        """Return it as a recording has it."""
        return {"t": self.t, "kind": self.kind, "data": self.data}


class Story:
    """The events that a page is told when it loads, and the last of those that others took the place of."""

    def __init__(self) -> None:
        self._events: dict[Name, Told] = {}
        self._replaced: deque[tuple[Name, Told]] = deque()
        self._dropped: Counter[str] = Counter()  # of those that were replaced

    def __iter__(self) -> Iterator[Told]:
        return iter(self._events.values())

    def __repr__(self) -> str:
        return f"<Story of {len(self._events)} events, {len(self._replaced)} replaced>"

    def keep(self, event: Told, key: str | None) -> None:
        """Keep an event: in the place of the one of its kind with this key, or as one of its own."""
        name = event.kind, event.n if key is None else key
        self._retire(name)
        self._events[name] = event

    def retire(self, kind: str, key: str) -> None:
        """Tell no page to come of this kind with this key; the recording keeps what was."""
        self._retire((kind, key))

    def forget(self, kind: str, key: str) -> None:
        """Keep nothing of this kind with this key."""
        if self._events.pop((kind, key), None) is not None and any(name == (kind, key) for name, _ in self._replaced):
            self._replaced = deque(each for each in self._replaced if each[0] != (kind, key))

    def _retire(self, name: Name) -> None:
        old = self._events.pop(name, None)
        if old is not None:
            self._replaced.append((name, old))
        if len(self._replaced) > REPLACED_KEPT:
            self._dropped[self._replaced.popleft()[1].kind] += 1

    def recording(self, widget: str) -> dict[str, Any]:
        """Return it as a recorded session of the front end ``widget``: JSON of 64 KiB at most, and what had to go.

        The oldest of those that were replaced go first; then the oldest of the kind that takes most room.
        """
        session = {"version": VERSION, "widget": widget, "events": [], "dropped": dict(self._dropped)}
        events, dropped = _fitting(list(self), [event for _, event in self._replaced], RECORDING_BYTES - _size(session))
        dropped.update(self._dropped)
        return session | {"events": [event.as_recorded() for event in events], "dropped": dict(dropped)}


def _fitting(current: list[Told], replaced: list[Told], room: int) -> tuple[list[Told], Counter[str]]:
    """Return the events, in order, that fit into so many bytes of JSON, and how many of each kind do not."""
    sizes = {event.n: _size(event.as_recorded()) + len(", ") for event in [*current, *replaced]}
    dropped: Counter[str] = Counter()
    too_much = sum(sizes.values()) - room

    def drop(event: Told) -> None:
        nonlocal too_much
        if not dropped[event.kind]:
            too_much += _size({event.kind: max(sizes)}) + len(", ")
        dropped[event.kind] += 1
        too_much -= sizes[event.n]

    left = deque(sorted(replaced, key=lambda event: event.n))
    while left and too_much > 0:
        drop(left.popleft())
    by_kind: dict[str, deque[Told]] = {}
    for event in current:
        by_kind.setdefault(event.kind, deque()).append(event)
    taken = {kind: sum(sizes[event.n] for event in events) for kind, events in by_kind.items()}
    while too_much > 0 and any(by_kind.values()):
        largest = max(taken, key=lambda kind: taken[kind])
        oldest = by_kind[largest].popleft()
        taken[largest] -= sizes[oldest.n]
        drop(oldest)
    kept = [event for events in by_kind.values() for event in events]
    return sorted([*left, *kept], key=lambda event: event.n), dropped


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
