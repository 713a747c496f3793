"""What can be seen of a room from its server: who is here, who reads too slowly, who was cut, and what was said.

Nothing on a message's road knows of it. Whoever wants to see looks from time to time, on the server's loop, at what the
hub and the transports hold anyway; so a busy server pays for a look, and not for each message.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import count, islice
from typing import Final

from chatlib import wire
from chatlib.hub import Hub
from chatlib.room import Handle, Member, Room
from chatlib.server.connection import Connection

SLOW_SECONDS: Final = 1.0  # for which bytes are unsent: less than that is one large message on its way
SILENT_SECONDS: Final = 2.0  # for which a ping has no answer
MOST_FRAMES: Final = 50  # read in one look: of more only the number is told
MOST_PEOPLE: Final = 200  # looked at


class Standing(StrEnum):
    """How it stands with somebody in a room, as its server sees it."""

    HERE = "here"
    SLOW = "slow"  # they do not read what is sent, or do not answer a ping
    CUT = "cut"  # the connection ended without a Close frame from them
    LEFT = "left"  # with one


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a room; ``key`` stays theirs when they take another name, or take their seat back."""

    key: str
    name: str
    standing: Standing
    unsent: int = 0
    """Bytes that the server has for them and cannot hand to the network."""
    why: str = ""
    """What the room was told when they were dropped, "" for nothing."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message that was placed since the last look; the speaker's ``key`` is None if they are not among the people."""

    key: str | None
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """A room at one look.

    Those who went since the look before are among the people once more. ``passed_over`` are messages that nobody
    sees: of very many in one look only the last are read. ``more`` are people beyond the bound.
    """

    people: tuple[Person, ...] = ()
    said: tuple[Spoken, ...] = ()
    messages: int = 0
    passed_over: int = 0
    more: int = 0


@dataclass(slots=True)
class _Watched:
    """What is remembered of a member between two looks."""

    key: str
    name: str
    connection: Handle | None = None
    was_cut: bool = False
    behind_since: float | None = None
    silent_since: float | None = None


class Lookout:
    """The view of one room, from look to look."""

    def __init__(self, hub: Hub, room: str) -> None:
        self._hub = hub
        self._room = room
        self._watched: dict[str, _Watched] = {}  # by the id that the member has now
        self._numbers = count(1)
        self._epoch = ""
        self._has_looked = False
        self._placed = 0
        self._messages = 0

    def __repr__(self) -> str:
        return f"<Lookout on {self._room}, {len(self._watched)} people>"

    def look(self, *, now: float) -> View:
        """Look at the room, ``now`` on a monotonic clock; what was said before the first look is not told."""
        room = self._hub.rooms.get(self._room)
        if room is None:
            self._has_looked = True
            return View(people=tuple(self._gone({}, {})))
        said, reasons, passed_over = self._news(room)
        members = dict(islice(room.members.items(), MOST_PEOPLE))
        self._recognise(members)
        gone = list(self._gone(members, reasons))
        here = [self._person(member, now) for member in members.values()]
        keys = {person.name: person.key for person in (*gone, *here)}
        spoken = tuple(Spoken(keys.get(msg.user), msg.user, msg.msg) for msg in said)
        return View((*here, *gone), spoken, room.messages, passed_over, len(room.members) - len(members))

    def _news(self, room: Room) -> tuple[list[wire.Msg], dict[str, str], int]:
        """Return what was said since the last look, why who left, and how many messages were passed over."""
        if room.epoch != self._epoch:
            is_new = self._has_looked  # this room began after the last look
            self._epoch, self._placed, self._messages = room.epoch, 0, 0
            if not is_new:
                self._placed, self._messages = room.placed, room.messages
        frames = room.since(max(self._placed, room.placed - MOST_FRAMES))
        said: list[wire.Msg] = []
        reasons: dict[str, str] = {}
        for frame in frames:
            match wire.decode_server(frame.decode()):
                case wire.Msg() as msg:
                    said.append(msg)
                case wire.Leave(user, msg=msg):
                    reasons[user] = msg.removeprefix(f"{user} left the room").removeprefix(": ")
        passed_over = room.messages - self._messages - len(said)
        self._placed, self._messages = room.placed, room.messages
        self._has_looked = True
        return said, reasons, passed_over

    def _recognise(self, members: dict[str, Member]) -> None:
        """Find those again who took their seats back: a new member, who has the name of one that is no more."""
        former = {each.name: id_ for id_, each in self._watched.items() if id_ not in members}
        for id_, member in members.items():
            if id_ not in self._watched:
                old = former.pop(member.name, None)
                self._watched[id_] = self._watched.pop(old) if old else self._meet(member)

    def _meet(self, member: Member) -> _Watched:
        return _Watched(str(next(self._numbers)), member.name)  # the member's id is the hub's own affair

    def _gone(self, members: dict[str, Member], reasons: dict[str, str]) -> list[Person]:
        """Let go of those who are no longer in the room, and return how they went."""
        gone = [(id_, each) for id_, each in self._watched.items() if id_ not in members]
        for id_, _ in gone:
            del self._watched[id_]
        return [Person(each.key, each.name, _how(each), why=reasons.get(each.name, "")) for _, each in gone]

    def _person(self, member: Member, now: float) -> Person:
        watched = self._watched[member.id]
        watched.name = member.name
        watched.was_cut = member.connection is None and member.held_until is not None
        if watched.was_cut:
            return Person(watched.key, member.name, Standing.CUT, why=member.reason)
        connection = member.connection
        if not isinstance(connection, Connection):  # at another server of the same rooms, or about to go
            return Person(watched.key, member.name, Standing.HERE)
        watched.connection = connection
        unsent = connection.transport.get_write_buffer_size()
        watched.behind_since = _since(watched.behind_since, now) if unsent else None
        watched.silent_since = _since(watched.silent_since, now) if connection.awaits_pong else None
        is_behind = watched.behind_since is not None and now - watched.behind_since >= SLOW_SECONDS
        is_silent = watched.silent_since is not None and now - watched.silent_since >= SILENT_SECONDS
        is_slow = is_behind or is_silent
        return Person(watched.key, member.name, Standing.SLOW if is_slow else Standing.HERE, unsent)


def _since(began: float | None, now: float) -> float:
    return now if began is None else began


def _how(watched: _Watched) -> Standing:
    """Tell how somebody went: said goodbye, or was cut."""
    connection = watched.connection
    said_goodbye = isinstance(connection, Connection) and connection.has_said_goodbye
    is_elsewhere = connection is None and not watched.was_cut
    return Standing.LEFT if said_goodbye or is_elsewhere else Standing.CUT
