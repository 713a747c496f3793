"""The delivery ladder: how far each message came, and how often; so what is lost is a gap, and what is doubled a twin.

Pure: whoever sees a step says when it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

ROWS_KEPT: Final = 60


class Guarantee(StrEnum):
    """What a sender and a receiver promise together."""

    AT_MOST_ONCE = "at most once"
    AT_LEAST_ONCE = "at least once"
    EXACTLY_ONCE = "exactly once"


def strongest(*, lost: bool, doubled: bool) -> Guarantee | None:
    """Return the strongest promise that is kept where some are lost, or some doubled; None if none is."""
    match lost, doubled:
        case False, False:
            return Guarantee.EXACTLY_ONCE
        case True, False:
            return Guarantee.AT_MOST_ONCE
        case False, True:
            return Guarantee.AT_LEAST_ONCE
    return None


class Rung(StrEnum):
    """The steps of a message, from the first to the last."""

    SENT = "sent"
    """The sender's program said it."""
    WIRE = "wire"
    """It left the sender's socket."""
    PLACED = "placed"
    """The server gave it a place in the order."""
    ACKNOWLEDGED = "acknowledged"
    """Its sender heard of its place."""
    SEEN = "seen"
    """The other one shows it."""


@dataclass(slots=True)
class Row:
    """One message: by whom, and the seconds at which it took each step; twice, where it did so twice."""

    id: str
    by: str
    text: str
    times: dict[Rung, list[float]] = field(default_factory=lambda: {rung: [] for rung in Rung})

    @property
    def is_lost(self) -> bool:
        """Whether the other one has not seen it (so far)."""
        return not self.times[Rung.SEEN]

    @property
    def is_doubled(self) -> bool:
        """Whether the other one has seen it more than once."""
        return len(self.times[Rung.SEEN]) > 1


class Ladder:
    """The last messages, a row for each."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __repr__(self) -> str:
        return f"<Ladder of {len(self._rows)}: {len(self.lost)} not seen, {len(self.doubled)} seen twice>"

    @property
    def lost(self) -> list[str]:
        """The texts that the other one has not seen (so far)."""
        return [row.text for row in self if row.is_lost]

    @property
    def doubled(self) -> list[str]:
        """The texts that the other one has seen more than once."""
        return [row.text for row in self if row.is_doubled]

    @property
    def kept(self) -> Guarantee | None:
        """The strongest promise that what was seen is in keeping with; None if there is none."""
        return strongest(lost=bool(self.lost), doubled=bool(self.doubled))

    def begin(self, id_: str, by: str, text: str, at: float) -> tuple[Row, str | None]:
        """Begin a row; return it, and the id of the one that went for it."""
        row = self._rows[id_] = Row(id_, by, text)
        row.times[Rung.SENT].append(at)
        dropped = next(iter(self._rows)) if len(self._rows) > ROWS_KEPT else None
        if dropped is not None:
            del self._rows[dropped]
        return row, dropped

    def step(self, id_: str, rung: Rung, at: float) -> Row | None:
        """Note a step, and return the row; None for a message that is no longer here."""
        row = self._rows.get(id_)
        if row is not None:
            row.times[rung].append(at)
        return row
