"""The rooms of a hub: what they hold all together, which is the fullest, and which has been empty longest.

Pure: no clock, no randomness. Nothing here looks at all the rooms when a message comes. What lives here: the limits of
the whole server, over rooms. What must not: what one room holds (``room``), and who hears of it (``hub``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from heapq import heapify, heappop, heappush, heapreplace, nlargest
from itertools import islice
from typing import Final

from chatlib import wire
from chatlib.limits import Limits
from chatlib.room import ENTRY_BYTES, Member, Room

FORGOTTEN_AT_ONCE: Final = 512  # entries with a message, however far above the limit: it may have been lowered

FULL_AT_ONCE: Final = 32  # rooms that are told to forget half, all at once

_STEP_BYTES: Final = 4096  # rooms that differ by less are equally full


class Rooms(Mapping[str, Room]):
    """The rooms of one hub, by name."""

    def __init__(self) -> None:
        self.held_bytes = 0
        self._rooms: dict[str, Room] = {}
        self._empty: dict[str, Room] = {}  # the one that has been empty longest first
        self._coming: set[str] = set()  # somebody's way into a new room has begun
        self._ending: set[str] = set()  # their end was decided, and is not placed yet
        self._heap: list[tuple[int, str]] = []  # the fullest first, by -bytes; an entry counts if it is a room's rank
        self._rank: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"<Rooms {len(self)}, {len(self._empty)} of them empty, {self.held_bytes} bytes>"

    def __getitem__(self, name: str) -> Room:
        return self._rooms[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rooms)

    def __len__(self) -> int:
        return len(self._rooms)

    # Their lives

    def open(self, name: str, epoch: str) -> Room:
        """Return the room that somebody enters; a new one, with an epoch of its own, if there is none."""
        self._coming.discard(name)
        return self._rooms.get(name) or self.add(Room(name, epoch))

    def add(self, room: Room) -> Room:
        """Take a room; one that had its name is gone."""
        self._remove(room.name)
        self._rooms[room.name] = room
        self._note_people(room)
        self._account(room, 0)
        return room

    def drop(self, name: str) -> None:
        """Let go of a room, whoever is in it: it lives on elsewhere."""
        self._coming.discard(name)
        self._ending.discard(name)
        self._remove(name)

    def end(self, name: str) -> None:
        """Forget a room, unless somebody has entered it since its end was decided."""
        self._ending.discard(name)
        if name in self._empty:
            self._remove(name)

    def _remove(self, name: str) -> None:
        self._rank.pop(name, None)
        self._empty.pop(name, None)
        if room := self._rooms.pop(name, None):
            self.held_bytes -= room.held_bytes

    def seat(self, room: Room, member: Member) -> None:
        """Let a member in."""
        room.seat(member)
        self._note_people(room)

    def unseat(self, room: Room, member: Member) -> None:
        """Let a member go."""
        room.unseat(member)
        self._note_people(room)

    def members(self) -> Iterator[tuple[Room, Member]]:
        """Yield everybody, each with the room."""
        return ((room, member) for room in self._rooms.values() for member in room.members.values())

    def by_silence(self) -> list[str]:
        """Return the names in an order from which the next hub learns which room has been empty longest."""
        return [*self._empty, *(name for name in self._rooms if name not in self._empty)]

    def empty(self) -> Iterator[Room]:
        """Yield the rooms that can end, the one that has been empty longest first; the lobby never does."""
        return (room for name, room in self._empty.items() if name != wire.DEFAULT_ROOM and name not in self._ending)

    def make_place(self, name: str, limits: Limits) -> str | None:
        """Note that somebody is on the way into a room; return which one has to end for it, if one has to and can."""
        if name in self._coming or (name in self._rooms and name not in self._ending):
            return None
        self._coming.add(name)
        if not limits.rooms or len(self._rooms) - len(self._ending) + len(self._coming) <= limits.rooms:
            return None
        oldest = next(self.empty(), None)
        if oldest is None:
            return None
        self._ending.add(oldest.name)
        return oldest.name

    def has_place(self, name: str, limits: Limits, on_their_way: Set[str]) -> bool:
        """Tell whether somebody can go to a room, while others are on their way to those."""
        if not limits.rooms or name in self._rooms or name in on_their_way or name in self._coming:
            return True
        coming = len({name, *on_their_way, *self._coming} - self._rooms.keys())
        lacking = max(0, len(self._rooms) - len(self._ending) + coming - limits.rooms)
        endable = (room for room in self.empty() if room.name not in on_their_way)
        return len(list(islice(endable, lacking))) == lacking

    # What they hold

    def keep(self, room: Room, frame: bytes, limits: Limits, *, over_all: bool = True) -> None:
        """Have a room remember a frame that was just placed; above the limit ``over_all``, the fullest rooms forget."""
        before = room.held_bytes
        room.keep(frame, limits)
        self._account(room, before)
        if over_all and limits.total_bytes and self.held_bytes > limits.total_bytes:
            self.forget(limits)

    def forget(self, limits: Limits, most: int = FORGOTTEN_AT_ONCE) -> None:
        """Let the fullest rooms forget their oldest, until all are within the limit, or have one entry each."""
        for _ in range(most):
            if not limits.total_bytes or self.held_bytes <= limits.total_bytes:
                return
            room = self._fullest()
            if room is None:
                return
            before = room.held_bytes
            room.forget()
            self.held_bytes -= before - room.held_bytes

    def too_full(self, limits: Limits) -> Iterator[tuple[str, int]]:
        """Yield rooms, and through which number each would have to forget, for all to be within the limit again."""
        if not limits.total_bytes:
            return
        excess = self.held_bytes - limits.total_bytes
        for room in nlargest(FULL_AT_ONCE, self._rooms.values(), key=lambda room: room.held_bytes):
            oldest_half = len(room.kept) // 2
            if excess <= 0 or not oldest_half:
                return
            excess -= sum(len(frame) + ENTRY_BYTES for frame in islice(room.kept, oldest_half))
            yield room.name, room.placed - len(room.kept) + oldest_half

    def forget_through(self, name: str, number: int) -> None:
        """Have a room forget what it placed up to this number; the newest is kept."""
        if room := self._rooms.get(name):
            before = room.held_bytes
            while len(room.kept) > 1 and room.placed - len(room.kept) < number:
                room.forget()
            self.held_bytes -= before - room.held_bytes

    def _account(self, room: Room, before: int) -> None:
        held = room.held_bytes
        self.held_bytes += held - before
        if held > self._rank.get(room.name, 0):
            self._rank[room.name] = rank = held | (_STEP_BYTES - 1)
            heappush(self._heap, (-rank, room.name))
            if len(self._heap) > 4 * len(self._rooms) + 64:
                self._heap = [(-rank, name) for name, rank in self._rank.items()]
                heapify(self._heap)

    def _fullest(self) -> Room | None:
        """Return the fullest of the rooms that can forget: a rank may be too high, and is corrected here."""
        while self._heap:
            rank, name = -self._heap[0][0], self._heap[0][1]
            if self._rank.get(name) != rank:
                heappop(self._heap)
                continue
            room = self._rooms[name]
            true_rank = room.held_bytes | (_STEP_BYTES - 1)
            if len(room.kept) < 2:  # the newest is kept, however long
                del self._rank[name]
                heappop(self._heap)
            elif true_rank < rank:
                self._rank[name] = true_rank
                heapreplace(self._heap, (-true_rank, name))
            else:
                return room
        return None

    def _note_people(self, room: Room) -> None:
        if room.members:
            self._empty.pop(room.name, None)
        else:
            self._empty.setdefault(room.name, room)
