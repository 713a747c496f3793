"""What one person sees of a room: frames of the server in, what there is to tell of them out. The hub's other half.

Pure: no connection, no clock, no randomness; times and ids come in as arguments. So a person's whole chat, with every
cut and restart, can be stepped in a test, or in a notebook cell::

    transcript = Transcript("lobby")
    transcript.say("a1", "hi", time)       # [Pending(message)]
    transcript.receive(welcome)            # [Added(entry), ..., People(names), Seated(room, name, limits)]
    transcript.take()                      # Say("hi", "a1"): what is to go out next
    transcript.receive(msg)                # [Added(message)]: the room has placed it
    transcript.lost()                      # until the next welcome nothing goes out
    transcript.since                       # what the next connection asks for

What lives here: the place in the room's order, what is a duplicate, who is here, what we are called, gaps, and what was
dropped; what waits for the room's answer is in the ``outbox``. What must not: connections, and how fast they may be
used (``client``). The chat page has a twin of it, in the same words: ``front_end/client_transcript.js``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from chatlib import wire
from chatlib.errors import BadMessage
from chatlib.frame_fields import place_of
from chatlib.outbox import Outbox

KEPT_ENTRIES: Final = 10_000

# With these a server takes its leave: they say why a connection ends, and no message is concerned.
FAREWELLS: Final = frozenset({"seat-taken", "shutdown", "idle", "slow-reader", "waiting", "connect-again"})

# What failed with one of these would fail again.
FINAL_CODES: Final = frozenset({"bad-message", "closed", "empty", "id-taken", "text-only", "too-long"})

# What is in a transcript --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody said; ``seq`` is None until it is placed, ``code`` is the server's if it failed."""

    id: str
    user: str
    msg: str
    time: str
    seq: str | None = None
    state: Literal["sending", "delivered", "failed"] = "delivered"
    code: str | None = None
    own: bool = False

    @property
    def retryable(self) -> bool:
        """Tell whether it failed, and may arrive if it is sent again."""
        return self.state == "failed" and self.code not in FINAL_CODES


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody entered, left, or is called otherwise; ``old`` is the name before a rename."""

    kind: Literal["enter", "leave", "rename"]
    user: str
    old: str | None
    msg: str
    time: str
    seq: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Here ``missed`` entries are no longer kept by the server; None if it cannot tell how many.

    ``number`` counts the gaps of a transcript from 1.
    """

    missed: int | None
    time: str
    number: int = 1


Entry = Message | Notice | Gap

# What a subscriber is told ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """How the connection stands: readyState's name, and ``text`` for people, which says why.

    Away from the server it is CLOSED until the next welcome, and says when the next attempt is made: the
    ``attempt``-th since the connection was lost, in ``retry_in`` seconds, at the time ``retry_at``. Where none follows,
    ``attempt`` is 0.
    """

    state: Literal["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
    text: str = ""
    code: int | None = None
    reason: str = ""
    attempt: int = 0
    retry_in: float | None = None
    retry_at: str | None = None


@dataclass(frozen=True, slots=True)
class Seated:
    """Where we are, what we are called there, and what the server takes; that is unknown before its welcome."""

    room: str
    name: str
    limits: wire.LimitsNotice | None


@dataclass(frozen=True, slots=True)
class Reset:
    """All there is now; ``dropped`` counts the entries that went before, ``earlier`` the messages before those."""

    transcript: tuple[Entry, ...]
    people: tuple[str, ...]
    connection: ConnectionStatus
    earlier: int
    dropped: int
    seated: Seated


@dataclass(frozen=True, slots=True)
class Added:
    """The room placed an entry, before the own pending ones; if an own message has its id, it moved here."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Pending:
    """An own message, now at the very end: new, or sent once more after it had failed."""

    message: Message


@dataclass(frozen=True, slots=True)
class Failed:
    """An own pending message failed, and has its place now: behind what is placed, before what is pending."""

    message: Message


@dataclass(frozen=True, slots=True)
class Discarded:
    """An own message that had failed is gone."""

    message: Message


@dataclass(frozen=True, slots=True)
class Dropped:
    """The oldest entry is gone, since there are more than are kept; ``count`` of them are, in all."""

    count: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Earlier:
    """Before we came, ``count`` messages were said that the server did not show us."""

    count: int


@dataclass(frozen=True, slots=True)
class People:
    """Who is here now."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypingSeen:
    """Somebody is writing."""

    user: str


@dataclass(frozen=True, slots=True)
class Traced:
    """The server told what became of an own message; it was asked to."""

    trace: wire.Trace


@dataclass(frozen=True, slots=True)
class Rejected:
    """The server rejected something that is no message of ours, or asks to wait ``retry_after`` seconds."""

    code: str
    msg: str
    retry_after: float | None


Update = (
    Reset
    | Added
    | Pending
    | Failed
    | Discarded
    | Dropped
    | Earlier
    | People
    | Seated
    | TypingSeen
    | Traced
    | Rejected
    | ConnectionStatus
)
Subscriber = Callable[[Update], object]

# The transcript -----------------------------------------------------------------------------------------------------


def is_farewell(frame: wire.ServerFrame) -> bool:
    """Tell whether a frame says why the connection is going to end."""
    return isinstance(frame, wire.Error) and frame.code in FAREWELLS


class Transcript:
    """What one person sees of a room, over any number of connections; ``kept`` placed entries at most.

    What it is told returns the updates that follow from it, in their order.
    """

    def __init__(self, room: str = wire.DEFAULT_ROOM, *, name: str = "", kept: int = KEPT_ENTRIES) -> None:
        self.room = room
        self.kept = kept
        self.dropped = 0
        """How many of the oldest entries are gone."""
        self.earlier = 0
        """How many messages were said before the first that we were shown."""
        self.people: tuple[str, ...] = ()
        self.limits: wire.LimitsNotice | None = None
        self.since: str | None = None
        """The place in the room's order up to which everything was seen."""
        self.is_welcome = False

        self._given = name  # by the last welcome or rename; before that the one that we came with
        self._name = ""  # what the room calls us; "" also between our own LEAVE and our own ENTER
        self._welcomed = ("", "")  # the name and the time of the last welcome
        self._placed: deque[Entry] = deque()  # what has its place: all but what is pending
        self._messages: dict[str, Message] = {}  # the messages among these, by id
        self._outbox = Outbox()
        self._gaps = 0
        self._seated = self.seated

    @property
    def wanted(self) -> str:
        """The name that the next connection asks for."""
        return self._given if self._outbox.wish is None else self._outbox.wish

    @property
    def name(self) -> str:
        """The display name that the room gave; before that the one asked for."""
        return self._name or self.wanted

    def come_as(self, name: str) -> None:
        """Ask for this name at the first welcome."""
        self._given = name
        self._seated = self.seated

    @property
    def seated(self) -> Seated:
        """Where we are, and what we are called there."""
        return Seated(self.room, self.name, self.limits)

    @property
    def entries(self) -> list[Entry]:
        """Messages, notices and gaps in the room's order, one's own pending messages at the end."""
        return [*self._placed, *self._outbox.messages]

    def whole(self, connection: ConnectionStatus) -> Reset:
        """Return all there is now."""
        return Reset(tuple(self.entries), self.people, connection, self.earlier, self.dropped, self.seated)

    @property
    def sending(self) -> list[Message]:
        """One's own messages that are neither placed nor failed."""
        return self._outbox.messages

    @property
    def is_unsent(self) -> bool:
        """Tell whether something waits to be taken."""
        return self.is_welcome and not self._outbox.is_empty

    def find(self, id: str) -> Message | None:  # noqa: A002 - the field's name
        """Return the message with this id, if it is there."""
        return self._outbox.get(id) or self._messages.get(id)

    def __repr__(self) -> str:
        return f"<Transcript of {self.name or 'nobody yet'} in {self.room}, {len(self.entries)} entries>"

    # What one does

    def say(self, id: str, text: str, time: str) -> list[Update]:  # noqa: A002 - the field's name
        """Say something under an id of one's own; an id that is known already is no second message."""
        if self.find(id) is not None:
            return []
        return self._put_last(Message(id, self.name, text, time, state="sending", own=True))

    def resend(self, id: str) -> list[Update]:  # noqa: A002 - the field's name
        """Try a failed message again, which then goes last; any other stays as it is."""
        message = self._take_failed(id)
        return self._put_last(replace(message, state="sending", code=None)) if message else []

    def discard(self, id: str) -> list[Update]:  # noqa: A002 - the field's name
        """Have a failed message no longer; any other stays as it is."""
        message = self._take_failed(id)
        return [Discarded(message)] if message else []

    def fail(self, id: str, code: str) -> list[Update]:  # noqa: A002 - the field's name
        """Give a pending message up; ``code`` says why."""
        message = self._outbox.settle(id)
        if message is None:
            return []
        failed = self._messages[id] = replace(message, state="failed", code=code)
        return self._put_in_place(failed, Failed(failed))

    def rename(self, name: str) -> list[Update]:
        """Ask for another name, on this connection or the next, until the room answers."""
        try:
            wire.check_wanted_name(name)
        except BadMessage as refusal:
            return [Rejected(refusal.code, refusal.text, None)]
        self._outbox.wish_for(name)
        return self._tell_seat()

    def take(self) -> wire.ClientFrame | None:
        """Take what is to go out next; None if there is nothing, or no welcome yet."""
        return self._outbox.take() if self.is_welcome else None

    def lost(self, *, too_big: bool = False) -> list[Update]:
        """The connection ended: what it carried and was not answered goes again on the next one.

        ``too_big`` if that was because of a frame that is too long for the server. It was the longest, or as much too
        long as that one: the longest goes no more.
        """
        updates: list[Update] = []
        if too_big and (message := self._outbox.largest_on_its_way()):
            updates = self.fail(message.id, "too-long")
        self.is_welcome = False
        self._outbox.rest()
        return updates

    def _put_last(self, message: Message) -> list[Update]:
        self._outbox.add(message)
        return [Pending(message), *(self._line_up(message) if self.is_welcome else ())]

    def _line_up(self, message: Message) -> list[Update]:
        """Have a message go out, unless no room would take it."""
        try:
            # What is short enough for this fits into a frame of any room: see the server's reception.
            wire.check_message(message.msg, message_bytes=self.limits.message_bytes if self.limits else 0)
        except BadMessage as refusal:
            return self.fail(message.id, refusal.code)
        self._outbox.line_up(message)
        return []

    def _line_up_all(self) -> list[Update]:
        self._outbox.rest()
        self._outbox.line_up_wish()
        return [update for message in self.sending for update in self._line_up(message)]

    def _take_failed(self, id_: str) -> Message | None:
        message = self._messages.get(id_)
        if message is None or message.state != "failed":
            return None
        self._placed.remove(message)
        return self._messages.pop(id_)

    # What the server says

    def receive(self, frame: wire.ServerFrame) -> list[Update]:
        """Take a frame of the server; before its welcome only a welcome or an error counts."""
        if not self.is_welcome and not isinstance(frame, wire.Welcome | wire.Error):
            return []
        updates = self._read(frame) + self._tell_seat()
        if isinstance(frame, wire.Welcome):
            updates += self._line_up_all()
        return updates

    def _read(self, frame: wire.ServerFrame) -> list[Update]:
        match frame:
            case wire.Welcome():
                return self._welcome(frame)
            case wire.Msg():
                # An own one without a place counts whatever its place: what came twice is answered with the first.
                return self._place_message(frame) if self._is_new(frame.seq) or self._is_open(frame.id) else []
            case wire.Enter() | wire.Leave() | wire.Rename():
                return self._notice(frame) if self._is_new(frame.seq) else []
            case wire.Typing(user):
                return [TypingSeen(user)]
            case wire.Trace():
                return [Traced(frame)]
            case wire.Error():
                return self._error(frame)

    def _welcome(self, welcome: wire.Welcome) -> list[Update]:
        self.is_welcome = True
        self.room = welcome.room
        self.limits = welcome.limits
        self._given = welcome.user
        self._welcomed = welcome.user, welcome.time
        self._outbox.answer_wish(welcome.user)  # nothing else can be one: this connection has carried no wish yet
        if self.since is None or welcome.missed != 0:
            self._name = welcome.user
            self.people = tuple(welcome.users)
        # else what follows leads from what we know to what is now; told twice, a rename would hit the wrong one
        updates: list[Update] = []
        if welcome.missed != 0:
            self._gaps += 1
            updates += self._place(Gap(welcome.missed, welcome.time, self._gaps))
        if welcome.missed is None:
            self.since = None
        if self.since is None and not self._gaps and self.earlier != welcome.earlier:
            self.earlier = welcome.earlier
            updates.append(Earlier(welcome.earlier))
        for message in welcome.history:
            self._is_new(message.seq)
            updates += self._place_message(message)
        return [*updates, People(self.people)]

    def _notice(self, frame: wire.Enter | wire.Leave | wire.Rename) -> list[Update]:
        people, old = self.people, frame.old if isinstance(frame, wire.Rename) else None
        kind: Literal["enter", "leave", "rename"]
        match frame:
            case wire.Enter(user, time=time):
                kind = "enter"
                if user not in people:
                    self.people = (*people, user)
                self._take_name(user, time)
            case wire.Leave(user):
                kind = "leave"
                self.people = tuple(name for name in people if name != user)
                if user == self._name:  # our seat was given up while we were away: our own ENTER follows
                    self._name = ""
            case wire.Rename(user, time=time):
                kind = "rename"
                self.people = tuple(dict.fromkeys(user if name == old else name for name in people))
                if old == self._name:
                    self._name = self._given = user
                    self._outbox.answer_wish(user)
                self._take_name(user, time)
        updates = self._place(Notice(kind, frame.user, old, frame.msg, frame.time, frame.seq))
        return [*updates, People(self.people)] if self.people != people else updates

    def _take_name(self, user: str, time: str) -> None:
        """Take a name that somebody got, if it is ours: whoever got it last up to our welcome is who was welcomed.

        Our own ENTER may be of a connection before this one, whose welcome did not reach us.
        """
        name, welcomed = self._welcomed
        if user == name and time <= welcomed:
            self._name = self._given = user

    def _error(self, error: wire.Error) -> list[Update]:
        if is_farewell(error):
            return []
        rejected = Rejected(error.code, error.msg, error.retry_after)
        if error.code == "rate-limited":  # nothing failed: it goes again, in order, when the server takes it
            return [rejected, *(self._line_up_all() if self.is_welcome else ())]
        if error.id is not None and self._outbox.get(error.id):
            return self.fail(error.id, error.code)
        if error.id is None:  # every message has an id: it was the wish for a name, if there was one
            self._outbox.answer_wish()
        return [rejected]

    def _is_new(self, seq: str) -> bool:
        """Tell whether what was placed there was not seen yet, and remember it as seen."""
        epoch, number = place_of(seq)
        if self.since is not None:
            seen_epoch, seen = place_of(self.since)
            if epoch == seen_epoch and number <= seen:
                return False
        self.since = seq
        return True

    def _is_open(self, id_: str) -> bool:
        """Tell whether it is an own message that the room has not placed."""
        message = self.find(id_)
        return message is not None and message.state != "delivered"

    def _place_message(self, frame: wire.Msg) -> list[Update]:
        own = self._is_open(frame.id)
        if not own and frame.id in self._messages:
            return []  # a server that lost its memory was sent it again by whoever missed the first acknowledgement
        self._outbox.settle(frame.id)
        self._take_failed(frame.id)
        message = Message(frame.id, frame.user, frame.msg, frame.time, frame.seq, own=own)
        self._messages[frame.id] = message
        return self._place(message)

    def _place(self, entry: Entry) -> list[Update]:
        return self._put_in_place(entry, Added(entry))

    def _put_in_place(self, entry: Entry, update: Added | Failed) -> list[Update]:
        self._placed.append(entry)
        if len(self._placed) <= self.kept:
            return [update]
        oldest = self._placed.popleft()
        if isinstance(oldest, Message):
            del self._messages[oldest.id]
        self.dropped += 1
        return [update, Dropped(self.dropped, oldest)]

    def _tell_seat(self) -> list[Update]:
        before, self._seated = self._seated, self.seated
        return [self._seated] if self._seated != before else []
