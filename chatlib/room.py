"""One room: who is in it, what they are called, and the last of what happened there, in order.

Pure: no clock, no randomness. What lives here: what a room holds, and how it forgets. What must not: who hears of it
(``hub``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Final, Self

from chatlib import spelling, wire
from chatlib.limits import Limits
from chatlib.records import Resumed

ENTRY_BYTES: Final = 224  # what CPython adds to a kept frame's bytes: object, place, id, and the index of ids

Handle = Hashable  # whatever the hub's caller tells its connections apart by


@dataclass(slots=True)
class Member:
    """A person in a room. Without a connection on this hub, the seat is held, or is another hub's."""

    id: str
    name: str
    seat: str | None
    connection: Handle | None = None
    held_until: float | None = None
    reason: str = ""


@dataclass(slots=True)
class Room:
    """One room: who is in it, and the last of what happened there, in order."""

    name: str
    epoch: str
    placed: int = 0
    guests: int = 0
    members: dict[str, Member] = field(default_factory=dict)
    names: dict[str, Member] = field(default_factory=dict)  # by what is the same for names that look alike
    kept: deque[bytes] = field(default_factory=deque)  # the last frames, in UTF-8: what is sent, and nothing twice
    kept_bytes: int = 0
    said: dict[str, int] = field(default_factory=dict)  # the numbers of the messages that are kept, by their ids
    empty_since: float | None = None

    def next_seq(self) -> str:
        """Return the place of what is placed next."""
        return f"{self.epoch}-{self.placed + 1}"

    @property
    def held_bytes(self) -> int:
        """What all that is kept takes in memory."""
        return self.kept_bytes + len(self.kept) * ENTRY_BYTES

    def keep(self, frame: bytes, limits: Limits) -> None:
        """Remember a frame that was just placed; forget the oldest beyond the room's own limits."""
        self.placed += 1
        self.kept.append(frame)
        self.kept_bytes += len(frame)
        if (id_ := wire.message_id(frame)) is not None:
            self.said[id_] = self.placed
        while len(self.kept) > 1 and (
            (limits.kept_messages and len(self.kept) > limits.kept_messages)
            or (limits.kept_bytes and self.kept_bytes > limits.kept_bytes)
        ):
            self.forget()

    def forget(self) -> None:
        """Let go of the oldest that is kept."""
        oldest = self.kept.popleft()
        self.kept_bytes -= len(oldest)
        if (id_ := wire.message_id(oldest)) is not None:
            del self.said[id_]

    def as_record(self) -> Resumed:
        """Return the record that makes another hub hold this room as it is now."""
        members = tuple((member.id, member.name, member.seat) for member in self.members.values())
        return Resumed(self.name, self.epoch, self.placed, self.guests, members, tuple(self.kept))

    @classmethod
    def resume(cls, record: Resumed) -> Self:
        """Return the room that another hub held; nobody in it has a connection here."""
        room = cls(record.room, record.epoch, record.placed, record.guests)
        room.remember(record.kept)
        for id_, name, seat in record.members:
            room.seat(Member(id_, name, seat))
        return room

    def remember(self, kept: Sequence[bytes]) -> None:
        """Take what another hub kept of this room, up to the last that was placed."""
        self.kept = deque(kept)
        self.kept_bytes = sum(map(len, kept))
        ids = map(wire.message_id, kept)
        self.said = {id_: number for number, id_ in enumerate(ids, self.placed - len(kept) + 1) if id_ is not None}

    def message(self, id_: str) -> bytes | None:
        """Return the message that has this id, if it is kept."""
        number = self.said.get(id_)
        return None if number is None else self.kept[number - self.placed - 1]

    def number_of(self, since: str) -> int | None:
        """Return the number in a ``seq`` of this room's order, None if it is none of its own."""
        epoch, _, number = since.rpartition("-")
        if epoch != self.epoch or not (number.isascii() and number.isdigit() and len(number) < 16):
            return None
        return int(number) if int(number) <= self.placed else None

    def since(self, number: int) -> list[bytes]:
        """Return what was placed after this number and is kept, oldest first."""
        return list(islice(reversed(self.kept), self.placed - number))[::-1]

    def history(self, limits: Limits) -> list[bytes]:
        """Return the last messages, oldest first, as many as a WELCOME carries."""
        size = 0
        messages: list[bytes] = []
        for frame in reversed(self.kept):
            if wire.message_id(frame) is None:
                continue
            size += len(frame)
            if (limits.history_messages and len(messages) == limits.history_messages) or (
                limits.history_bytes and size > limits.history_bytes
            ):
                break
            messages.append(frame)
        return messages[::-1]

    def seat(self, member: Member) -> None:
        """Let a member in."""
        self.members[member.id] = member
        self.names[spelling.key(member.name)] = member
        self.empty_since = None

    def unseat(self, member: Member) -> None:
        """Let a member go."""
        del self.members[member.id]
        del self.names[spelling.key(member.name)]

    def seated(self, seat: str) -> Member | None:
        """Return whose seat this is."""
        return next((member for member in self.members.values() if member.seat == seat), None)

    def named(self, name: str) -> Member | None:
        """Return who is called so, in whatever spelling it is asked for."""
        return self.names.get(spelling.key(wire.clean_name(name)))

    def rename(self, member: Member, wanted: str) -> None:
        """Let a member be called what somebody is called who asked for ``wanted``."""
        del self.names[spelling.key(member.name)]  # first, for one's own name is free: "ada" may become "Ada"
        member.name = self.free_name(wanted)
        self.names[spelling.key(member.name)] = member

    def free_name(self, wanted: str) -> str:
        """Return the name that somebody gets who asked for ``wanted``."""
        name = wire.clean_name(wanted)
        if not name:
            self.guests += 1
            return f"User {self.guests}"
        candidates = (wire.numbered_name(name, number) if number > 1 else name for number in count(1))
        return next(candidate for candidate in candidates if spelling.key(candidate) not in self.names)
