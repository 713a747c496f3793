"""Records: what is placed in a room's order, on its way from one hub to all of them.

Pure. What lives here: what a backplane carries and a journal keeps. What must not: what a hub makes of a record
(``hub``), and how it is written down (``journal_format``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entered:
    """``member`` wants in; ``seat`` is its ``client`` secret, hashed; a new room takes ``epoch`` as its own."""

    room: str
    member: str
    wanted: str
    seat: str | None
    epoch: str
    time: str


@dataclass(frozen=True, slots=True)
class Left:
    """``member`` left; ``reason`` is said to the others when there is one."""

    room: str
    member: str
    reason: str
    time: str


@dataclass(frozen=True, slots=True)
class Said:
    """``member`` said ``msg``."""

    room: str
    member: str
    id: str
    msg: str
    time: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """``member`` wants to be called ``wanted``."""

    room: str
    member: str
    wanted: str
    time: str


@dataclass(frozen=True, slots=True)
class WasTyping:
    """``member`` is writing: passes along the road, but no transcript or journal keeps it."""

    room: str
    member: str
    time: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The room was empty for long enough; whoever comes next finds a new one."""

    room: str


@dataclass(frozen=True, slots=True)
class Forgot:
    """What the room placed up to the number ``through`` is kept no longer: all rooms together hold too much."""

    room: str
    through: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """A room as it was: ``members`` are (id, name, seat), ``kept`` the last of the ``placed`` frames, in UTF-8.

    ``messages`` counts those of all that was placed, also of what is no longer kept.
    """

    room: str
    epoch: str
    placed: int
    messages: int
    guests: int
    members: tuple[tuple[str, str, str | None], ...]
    kept: tuple[bytes, ...] = ()


Record = Entered | Left | Said | Renamed | WasTyping | Ended | Forgot | Resumed
