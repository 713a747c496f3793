"""The chat itself: rooms, members, names, history. It takes an event and returns effects.

Pure: no socket, no clock, no randomness; the time and new ids come in as arguments. So a whole chat can be stepped in a
test, or in a notebook cell, and every hub that delivers the same records is in the same state.

The road of a message has two halves::

    receive(connection, text)  ->  [Publish(record)]           checked, not yet placed
    deliver(record)            ->  [Broadcast(room, text)]     placed in the room's order, sent to everyone

Between them is the backplane, which puts the records of all hubs in one order. Joining, leaving and renaming take the
same road, and what depends on order (names, duplicates, who is here) is decided in ``deliver`` alone.

What lives here: what happens, and who is told. What must not: sockets (``server``), the wire's syntax (``wire``), what
a room holds (``room``).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from chatlib import wire
from chatlib.errors import BadMessage
from chatlib.limits import Allowance, Limits
from chatlib.records import Ended, Entered, Forgot, Left, Record, Renamed, Resumed, Said, WasTyping
from chatlib.room import Handle, Member, Room
from chatlib.rooms import Rooms
from chatlib.words import Text

# Effects: what the caller is to do ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publish:
    """Put the record in the order that all hubs share; ``deliver`` it when its turn comes."""

    record: Record


@dataclass(frozen=True, slots=True)
class Send:
    """Send a text frame to one connection, or several at once: those are encoded already, as a room keeps them."""

    connection: Handle
    text: str | bytes | tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Admit:
    """From here on the connection is among those that the room's broadcasts reach."""

    connection: Handle
    room: str


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Send the text frame to every connection admitted to the room."""

    room: str
    text: str


@dataclass(frozen=True, slots=True)
class Follow:
    """Tell the connection, and nobody else, what becomes of the record that is published next (``trace``)."""

    connection: Handle
    record: Said


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection with this code and reason, after what was sent to it before."""

    connection: Handle
    code: int
    reason: str


Effect = Publish | Send | Admit | Broadcast | Follow | Close

POLICY_VIOLATION = 1008  # RFC 6455, section 7.4.1
SEAT_TAKEN: Final = Text("this seat was taken by a newer connection of yours")
TAKEN_FOR_GONE: Final = Text("the others took this server for gone")
LOST_SIGHT: Final = Text("this server lost sight of the room")
SERVICE_RESTART = 1012  # IANA's registry of close codes: connect again
GIVEN_UP: Final = math.inf  # a seat is held until then whose Left is on its way
FORGOTTEN_IN_A_TICK: Final = 10_000  # entries, if the limit of all rooms was lowered
ENDED_AT_ONCE: Final = 8  # rooms in a tick: to let go of all that a thousand keep takes long

# The chat -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Peer:
    """What the hub knows of one of its connections: its place, and what it may still send."""

    room: str
    member: str
    since: str | None
    has_client: bool
    allowance: Allowance


class Hub:
    """The rooms of one server, stepped by whoever owns the sockets.

    Every method takes ``now``, a monotonic clock in seconds, where something depends on how long it takes, and
    ``time``, ISO 8601 in UTC, where something is said.

    ``is_alone`` tells that no other hub delivers the same records. Else all must decide alike, and what only this one
    can know (that its memory is full, that a hub is gone) becomes a record first.
    """

    def __init__(self, limits: Limits | None = None, *, is_alone: bool = True) -> None:
        self.limits = limits or Limits()
        self.is_alone = is_alone
        self.rooms = Rooms()
        self.peers: dict[Handle, Peer] = {}
        self.connections: dict[str, Handle] = {}  # by the id that the connection's member has, or will have

    def __repr__(self) -> str:
        return f"<Hub {len(self.rooms)} rooms, {len(self.peers)} connections>"

    # What happens at this hub's own connections

    def join(
        self,
        connection: Handle,
        room: str,
        *,
        name: str = "",
        since: str | None = None,
        client: str | None = None,
        new_id: str,
        now: float,
        time: str,
    ) -> list[Effect]:
        """A connection wants into a room; ``new_id`` is unique among all members and rooms there ever were."""
        effects: list[Effect] = []
        seat = seat_of(client) if client else None
        self.peers[connection] = Peer(room, new_id, since, seat is not None, Allowance(self.limits, now))
        self.connections[new_id] = connection
        if found := self.rooms.get(room):
            holder = found.named(name)
            is_back = seat is not None and found.seated(seat) is not None
            if holder and holder.held_until is not None and not is_back:
                # Mostly the same person with a new kernel: the name is worth more to them than the empty seat.
                effects.append(Publish(Left(room, holder.id, holder.reason, time)))
        if ending := self.rooms.make_place(room, self.limits):
            effects.append(Publish(Ended(ending)))
        effects.append(Publish(Entered(room, new_id, name, seat, new_id, time)))
        return effects

    def receive(self, connection: Handle, text: str, *, new_id: str, now: float, time: str) -> list[Effect]:
        """A connection sent a text frame; ``new_id`` becomes the message's id if it brought none."""
        peer = self.peers[connection]
        try:
            frame = wire.decode_client(text, message_bytes=self.limits.message_bytes)
        except BadMessage as refusal:
            return self._refuse(connection, peer, refusal, now, time)
        if not peer.allowance.take(self.limits, now):
            return self._refuse_for_now(connection, peer, frame.id if isinstance(frame, wire.Say) else None, now, time)
        match frame:
            case wire.Say(msg, id_, trace):
                said = Said(peer.room, peer.member, id_ or new_id, msg, time)
                return [Follow(connection, said), Publish(said)] if trace else [Publish(said)]
            case wire.IsTyping():
                return [Publish(WasTyping(peer.room, peer.member, time))]
            case wire.ChangeName(wanted):
                return [Publish(Renamed(peer.room, peer.member, wanted, time))]

    def receive_binary(self, connection: Handle, *, now: float, time: str) -> list[Effect]:
        """A connection sent a binary message, which no room takes."""
        refusal = BadMessage("text-only", "a room takes text messages only, this one was binary")
        return self._refuse(connection, self.peers[connection], refusal, now, time)

    def leave(self, connection: Handle, *, closed: bool, reason: str = "", now: float, time: str) -> list[Effect]:
        """A connection ended; ``closed`` tells whether its peer sent a Close frame, which gives up the seat at once."""
        if (peer := self._forget(connection)) is None:
            return []  # it was let go with its room
        room = self.rooms.get(peer.room)
        member = room.members.get(peer.member) if room else None
        if member is not None:
            member.connection = None  # at once, for its Left is delivered later
            if member.seat is not None and not closed:
                member.held_until = now + self.limits.seat_held
                member.reason = reason
                return []
        elif peer.has_client and not closed and not self.is_alone:
            return []  # once it is placed, :meth:`adopt` finds that nobody has it here, and holds the seat
        # Also where there is no such member: it may not be placed yet, and after a take-over nobody has its id.
        return [Publish(Left(peer.room, peer.member, reason, time))]

    def tick(self, *, now: float, time: str) -> list[Effect]:
        """Time went by: give up the seats that were held for long enough, end the rooms that were empty for long."""
        effects: list[Effect] = []
        if self.is_alone:
            self.rooms.forget(self.limits, FORGOTTEN_IN_A_TICK)
        else:
            effects += [Publish(Forgot(name, number)) for name, number in self.rooms.too_full(self.limits)]
        for room, member in self.rooms.members():
            if member.held_until is not None and member.held_until <= now:
                member.held_until = GIVEN_UP
                effects.append(Publish(Left(room.name, member.id, member.reason, time)))
        over: list[str] = []
        for room in self.rooms.empty():
            if room.empty_since is None:
                room.empty_since = now
            elif 0 < self.limits.room_idle <= now - room.empty_since:
                over.append(room.name)
        return effects + [Publish(Ended(name)) for name in over[:ENDED_AT_ONCE]]

    # What comes back from the backplane, in the order of all hubs

    def deliver(self, record: Record) -> list[Effect]:
        """Place a record in its room's order."""
        if isinstance(record, Resumed):
            self.rooms.add(Room.resume(record))
            return []
        if isinstance(record, Entered):
            return self._enter(self.rooms.open(record.room, record.epoch), record)
        found = self.rooms.get(record.room)
        if found is None:
            return []
        if isinstance(record, Ended):
            self.rooms.end(record.room)
            return []
        if isinstance(record, Forgot):
            self.rooms.forget_through(record.room, record.through)
            return []
        member = found.members.get(record.member)
        if member is None:
            return []  # it left, or another connection took its seat: whoever has an outbox sends again
        match record:
            case Said():
                return self._say(found, member, record)
            case Left():
                return self._leave(found, member, record)
            case Renamed():
                return self._rename(found, member, record)
            case WasTyping():
                typing = wire.encode(wire.Typing(member.name, record.time, f"{member.name} is typing"))
                return [Send(c, typing) for c in self._with_client(found) if c is not member.connection]

    def _enter(self, room: Room, record: Entered) -> list[Effect]:
        effects: list[Effect] = []
        connection = self.connections.get(record.member)
        holder = room.seated(record.seat) if record.seat else None
        if holder:
            self.rooms.unseat(room, holder)
            if holder.connection is not None:
                error = wire.Error("seat-taken", SEAT_TAKEN, record.time)
                effects.append(Send(holder.connection, wire.encode(error)))
                effects.append(Close(holder.connection, POLICY_VIOLATION, "seat-taken"))
        name = holder.name if holder else room.free_name(record.wanted)
        member = Member(record.member, name, record.seat, connection)
        self.rooms.seat(room, member)
        if connection is not None:
            effects += self._welcome(connection, room, member, record.time)
        if not holder:
            msg = f"{name} entered the room"
            frame = wire.Enter(name, len(room.members), room.next_seq(), record.time, msg)
            effects.append(self._place(room, frame))
        return effects

    def _welcome(self, connection: Handle, room: Room, member: Member, time: str) -> Iterator[Effect]:
        since = self.peers[connection].since
        known = None if since is None else room.number_of(since)
        missed: int | None = 0
        if since is not None:
            missed = None if known is None else max(0, room.placed - len(room.kept) - known)
        history = room.history(self.limits) if known is None else ()
        welcome = wire.Welcome(
            user=member.name,
            room=room.name,
            users=tuple(m.name for m in room.members.values()),
            online=len(room.members),
            history=(),
            missed=missed,
            limits=self.limits.notice,
            time=time,
            msg=f"Welcome to {room.name}, {member.name}",
            earlier=room.messages - len(history) if known is None else 0,
        )
        yield Send(connection, wire.encode_welcome(welcome, history))
        if known is not None:
            yield Send(connection, tuple(room.since(known)))
        yield Admit(connection, room.name)

    def _say(self, room: Room, member: Member, record: Said) -> list[Effect]:
        earlier = room.message(record.id)
        if earlier is None:
            frame = wire.Msg(member.name, record.msg, record.id, room.next_seq(), record.time)
            return [self._place(room, frame)]
        if member.connection is None:
            return []
        said = wire.decode_server(earlier.decode())
        assert isinstance(said, wire.Msg)
        if said.msg == record.msg:  # sent again because its acknowledgement was lost: here it is
            return [Send(member.connection, earlier)]
        text = "another message of this room has this id: send it with a new one"
        return [Send(member.connection, wire.encode(wire.Error("id-taken", text, record.time, record.id)))]

    def _leave(self, room: Room, member: Member, record: Left) -> list[Effect]:
        self.rooms.unseat(room, member)
        effects: list[Effect] = []
        if member.connection is not None:  # another hub took this one for dead
            effects += send_away(member.connection, TAKEN_FOR_GONE, record.time)
        msg = f"{member.name} left the room" + (f": {record.reason}" if record.reason else "")
        return [
            *effects,
            self._place(room, wire.Leave(member.name, len(room.members), room.next_seq(), record.time, msg)),
        ]

    def _rename(self, room: Room, member: Member, record: Renamed) -> list[Effect]:
        old = member.name
        room.rename(member, record.wanted)
        if member.name == old:
            return []
        msg = f"{old} is now {member.name}"
        return [self._place(room, wire.Rename(member.name, old, room.next_seq(), record.time, msg))]

    def _place(self, room: Room, frame: wire.Enter | wire.Leave | wire.Msg | wire.Rename) -> Broadcast:
        text = wire.encode(frame)
        self.rooms.keep(room, text.encode(), self.limits, over_all=self.is_alone)
        return Broadcast(room.name, text)

    # What other hubs are to this one

    def sizes(self) -> dict[str, int]:
        """Return what each room keeps, in bytes; in this order a new hub is to resume them."""
        return {name: self.rooms[name].kept_bytes for name in self.rooms.by_silence()}

    def snapshot(self, name: str) -> Resumed | None:
        """Return the record that makes a new hub hold this room as it is now, None if there is no such room."""
        return room.as_record() if (room := self.rooms.get(name)) else None

    def adopt(self, hubs: Collection[str] = ("",), *, now: float, time: str) -> list[Effect]:
        """Hold the seats of those whose hub is gone, as if they had just been cut off; those without a secret leave.

        The ids of a hub's members begin with its own; "" is for whoever has no connection here.
        """
        effects: list[Effect] = []
        for room, member in self.rooms.members():
            if member.connection is None and member.held_until is None and member.id.startswith(tuple(hubs)):
                member.held_until = GIVEN_UP if member.seat is None else now + self.limits.seat_held
                if member.seat is None:
                    effects.append(Publish(Left(room.name, member.id, "", time)))
        return effects

    def give_back(self, hubs: Collection[str]) -> None:
        """Hold those seats no longer: their hubs live after all."""
        for _, member in self.rooms.members():
            if member.id.startswith(tuple(hubs)):
                member.held_until = None

    def hold_on(self, *, now: float) -> None:
        """Hold every seat from now on, since nobody could come back to it."""
        for _, member in self.rooms.members():
            if member.held_until is not None and member.held_until != GIVEN_UP:
                member.held_until = now + self.limits.seat_held

    def elsewhere(self) -> set[str]:
        """Return the ids of the members who are on other hubs, as far as those are not known to be gone."""
        return {m.id for _, m in self.rooms.members() if m.connection is None and m.held_until is None}

    def homes(self) -> set[str]:
        """Return the rooms in which this hub has somebody, or holds a seat, or to which somebody is on the way."""
        held = {room.name for room, member in self.rooms.members() if member.held_until is not None}
        return held | {peer.room for peer in self.peers.values()}

    def let_go(self, name: str, *, time: str) -> list[Effect]:
        """Hold a room no longer, since it lives on elsewhere; whoever is still in it here is to come again."""
        self.rooms.drop(name)
        effects: list[Effect] = []
        for connection in [connection for connection, peer in self.peers.items() if peer.room == name]:
            self._forget(connection)  # its seat is not given up: :meth:`adopt` will find that nobody has it here
            effects += send_away(connection, LOST_SIGHT, time)
        return effects

    def _with_client(self, room: Room) -> list[Handle]:
        connections = (member.connection for member in room.members.values())
        return [c for c in connections if c is not None and self.peers[c].has_client]

    def _forget(self, connection: Handle) -> Peer | None:
        if peer := self.peers.pop(connection, None):
            del self.connections[peer.member]
        return peer

    def _refuse(self, connection: Handle, peer: Peer, refusal: BadMessage, now: float, time: str) -> list[Effect]:
        """Answer a frame that can never be taken; it counts like any other."""
        if not peer.allowance.take(self.limits, now):
            return self._refuse_for_now(connection, peer, refusal.id, now, time)
        return [Send(connection, wire.encode(wire.Error(refusal.code, refusal.text, time, refusal.id)))]

    def _refuse_for_now(self, connection: Handle, peer: Peer, id_: str | None, now: float, time: str) -> list[Effect]:
        """Answer a frame that came too fast; too many of them end the connection."""
        wait = peer.allowance.wait(now)
        text = f"more than {self.limits.rate:g} messages a second: nothing is taken for the next {wait:.1f} s"
        refusal = Send(connection, wire.encode(wire.Error("rate-limited", text, time, id_, wait)))
        is_over = peer.allowance.refuse(self.limits, now)
        return [refusal, Close(connection, POLICY_VIOLATION, "rate-limited")] if is_over else [refusal]


def name_on(hub: Hub, connection: Handle) -> str | None:
    """Return what the room calls whoever is on this connection, None if nobody is there yet, or any more."""
    peer = hub.peers.get(connection)
    room = hub.rooms.get(peer.room) if peer else None
    member = room.members.get(peer.member) if peer and room else None
    return member.name if member else None


def seat_of(client: str) -> str:
    """Return what a ``client`` secret is remembered as: a hash, so that no journal holds the secret."""
    return hashlib.sha256(client.encode()).hexdigest()


def send_away(connection: Handle, why: str, time: str) -> list[Effect]:
    """End a connection whose client finds everything as it should be when it connects again."""
    error = wire.Error("connect-again", f"{why}: connect again, and nothing is lost", time)
    return [Send(connection, wire.encode(error)), Close(connection, SERVICE_RESTART, "connect again")]
