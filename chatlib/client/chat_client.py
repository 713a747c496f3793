"""ChatClient: one person in one room, over any number of connections.

What a caller sends is kept in an outbox until the room has placed it, and sent again after a reconnect; what the room
placed meanwhile is fetched. So a transcript is whole, in the room's order, each message in it once, whatever happens to
the connections below, as long as some server is back in time.

Callers live on any thread; the state changes on the background loop alone, except that :meth:`ChatClient.send` leaves
its message at the door (``_arrivals``) and returns.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import json
import logging
import random
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, Literal, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from websockets.exceptions import InvalidURI
from websockets.uri import parse_uri

from chatlib import background, wire
from chatlib.client.transport import End, Keepalive, Sighting, Transport, WireLog
from chatlib.errors import BadMessage, JoinError, NotDelivered
from chatlib.machine import health

logger = logging.getLogger(__name__)

T = TypeVar("T")

TRANSCRIPT_ENTRIES: Final = 10_000
OPEN_SECONDS: Final = 10.0
FIRST_RETRY_SECONDS: Final = 0.1
SOON_RETRY_SECONDS: Final = 1.0  # the longest wait while somebody may be taking the server's place
LAST_RETRY_SECONDS: Final = 5.0
TAKEOVER_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 2.0
TYPING_SECONDS: Final = 2.0
SUSPENDED_SECONDS: Final = 3.0  # a clock that jumps further than this: the machine slept
PACE: Final = 0.75  # of the server's limits, so that network jitter cannot push us over them

# Trying again would change nothing; where somebody was once let in, most of them pass while a server is restarted.
FINAL_STATUSES: Final = frozenset({401, 403})
FINAL_AT_FIRST_STATUSES: Final = FINAL_STATUSES | {400, 404, 405, 410, 414, 426}

State = Literal["CONNECTING", "OPEN", "CLOSING", "CLOSED"]

# What is in a transcript


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
    """Here ``missed`` entries are no longer kept by the server; None if it cannot tell how many."""

    missed: int | None
    time: str


Entry = Message | Notice | Gap

# What a listener is told


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection's state; ``text`` is for people, ``retry_in`` the seconds until the next attempt."""

    state: State
    text: str = ""
    code: int | None = None
    reason: str = ""
    retry_in: float | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """All there is now; ``dropped`` counts the entries that went before."""

    transcript: tuple[Entry, ...]
    people: tuple[str, ...]
    connection: Connection
    dropped: int


@dataclass(frozen=True, slots=True)
class Added:
    """The room placed an entry, before the own pending ones; if one of those has its id, it moved here."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Pending:
    """An own message, now at the very end: new, or sent once more after it had failed."""

    message: Message


@dataclass(frozen=True, slots=True)
class Changed:
    """An own pending message changed its state where it stands."""

    message: Message


@dataclass(frozen=True, slots=True)
class People:
    """Who is here now."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypingSeen:
    """Somebody is writing."""

    user: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server refused something that is no message of ours, or asks to wait ``retry_after`` seconds."""

    code: str
    msg: str
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """The oldest entries beyond the limit are gone, ``count`` in all."""

    count: int


Event = Reset | Added | Pending | Changed | People | TypingSeen | Refused | Connection | Dropped
Listener = Callable[[Event], object]


@dataclass(frozen=True, slots=True, eq=False)
class _Registration:
    listener: Listener


class ChatClient:
    """A person in a room; connects at once, reconnects, loses nothing and doubles nothing.

    ``url`` is a server's, as in ``server.url``; a passcode travels in its query. ``ping`` is the keepalive's interval
    and patience in seconds, 0 for none. Trouble with the network never raises: it is in :attr:`connection`.

    Raises:
        ValueError: the URL, or the room's name, cannot be one.
    """

    def __init__(self, url: str, *, room: str = wire.DEFAULT_ROOM, name: str = "", ping: float = 20) -> None:
        self.url = url
        self.room = wire.checked_room(room)
        self._address = _Address.of(url)
        self._wanted = wire.clean_name(name)
        if ping < 0:
            raise ValueError(f"ping is a number of seconds, 0 for none, not {ping!r}")
        self._keepalive = Keepalive(ping, ping) if ping else None
        self._secret = secrets.token_urlsafe(24)

        self._lock = threading.Lock()  # for the transcript's parts, read from any thread
        self._placed: deque[Entry] = deque()
        self._pending: dict[str, Message] = {}
        self._arrivals: deque[Message] = deque()
        self._own_ids: set[str] = set()
        self._placed_ids: set[str] = set()
        self._dropped = 0

        self._name = self._wanted
        self._given: set[tuple[str, str]] = set()  # name and time of each welcome: those of our own ENTER
        self._people: dict[str, None] = {}
        self._connection = Connection("CONNECTING")
        self._limits: wire.LimitsNotice | None = None
        self._seq: str | None = None

        self._wire = WireLog()
        self._listeners: list[_Registration] = []
        self._context = contextvars.copy_context()  # of the cell that made this: what listeners raise shows there
        self._exceptions = 0
        self._joined: list[concurrent.futures.Future[None]] = []
        self._delivered: dict[str, list[concurrent.futures.Future[Message]]] = {}
        self._line: _Line | None = None
        self._unsent: deque[str] = deque()  # ids of the pending messages that this connection has not carried yet
        self._pace: _Pace | None = None
        self._pump_timer: asyncio.TimerHandle | None = None
        self._people_changed = False
        self._typed_at = -TYPING_SECONDS
        self._renaming: wire.ChangeName | None = None
        self._is_leaving = False  # close() was called: only what is pending still holds the connection
        self._is_over = False
        self._farewell: asyncio.TimerHandle | None = None
        self._wake = asyncio.Event()
        self._forget_at_exit = background.at_exit(self._leave_at_exit)
        self._life = background.submit(self._live())
        self._life.add_done_callback(self._report)

    # What anyone may read or ask for, on any thread

    @property
    def shown_url(self) -> str:
        """The URL for people: without its passcode."""
        return self._address.shown

    @property
    def name(self) -> str:
        """The display name that the room gave; before that the one asked for."""
        return self._name or self._wanted

    @property
    def state(self) -> State:
        """readyState's name; OPEN once the server said welcome."""
        return self._connection.state

    @property
    def connection(self) -> Connection:
        """The state, and what there is to say about it."""
        return self._connection

    @property
    def limits(self) -> wire.LimitsNotice | None:
        """What the server takes; None before its first welcome."""
        return self._limits

    @property
    def people(self) -> tuple[str, ...]:
        """The names of those who are here."""
        return tuple(self._people)

    @property
    def transcript(self) -> list[Entry]:
        """Messages, notices and gaps in the room's order, one's own pending messages at the end."""
        with self._lock:
            return [*self._placed, *self._pending.values(), *self._arrivals]

    @property
    def messages(self) -> list[Message]:
        """The messages of :attr:`transcript`."""
        return [entry for entry in self.transcript if isinstance(entry, Message)]

    @property
    def dropped(self) -> int:
        """How many of the oldest entries were dropped: the transcript holds the last 10,000."""
        return self._dropped

    @property
    def handshake(self) -> list[Sighting]:
        """The opening handshake of the last connection as it went over the wire: request and response."""
        return self._wire.handshake

    def sightings(self, id: str) -> list[Sighting]:  # noqa: A002 - the field's name
        """Return the frames that carried this message, there and back; of the last 200 frames, older ones are gone."""
        return [sighting for sighting in self._wire.frames if _carries(sighting, id)]

    def __repr__(self) -> str:
        waiting = sum(message.state == "sending" for message in self.messages)
        raised = f", {self._exceptions} exceptions in listeners" if self._exceptions else ""
        return (
            f"<ChatClient {self.name or 'nobody yet'} in {self.room} at {self.shown_url} {self.state}, "
            f"{len(self.messages)} messages, {waiting} of them sending{raised}>"
        )

    def send(self, text: str) -> str:
        """Say something; return the message's id at once. What cannot be sent appears as ``failed``."""
        if not isinstance(text, str):
            raise TypeError(f"a message is a str, not {type(text).__name__}: {text!r}")
        message = Message(secrets.token_hex(16), self.name, text, _time(), state="sending", own=True)
        with self._lock:
            self._arrivals.append(message)
            self._own_ids.add(message.id)
        background.call(self._arrive)
        return message.id

    def resend(self, id: str) -> None:  # noqa: A002 - the field's name
        """Try a failed message again; any other stays as it is."""
        background.call(self._resend, id)

    def rename(self, name: str) -> None:
        """Ask for another name; the room gives it, or one like it."""
        background.call(self._rename, wire.clean_name(name))

    def typing(self) -> None:
        """Say that one is writing; at most every two seconds is anything sent."""
        background.call(self._type)

    def subscribe(self, listener: Listener, *, replay: bool = False) -> Callable[[], None]:
        """Have ``listener`` called on the background loop with every event; with ``replay`` first with a Reset.

        Returns:
            how to end it.
        """

        registration = _Registration(listener)

        def begin() -> None:
            if replay:
                self._tell(listener, Reset(self._announced(), self.people, self._connection, self._dropped))
            self._listeners.append(registration)

        def end() -> None:
            if registration in self._listeners:
                self._listeners.remove(registration)

        background.call(begin)
        return lambda: background.call(end)

    async def joined(self, *, timeout: float = OPEN_SECONDS) -> None:
        """Wait, on any loop, until this client is in its room.

        Raises:
            JoinError: it was closed or refused, or ``timeout`` seconds passed; the attempts go on in the latter case.
        """
        waiter: concurrent.futures.Future[None] = concurrent.futures.Future()
        background.call(self._await_join, waiter)
        try:
            async with asyncio.timeout(timeout):
                await asyncio.wrap_future(waiter)
        except TimeoutError:
            reason = self._connection.text or f"no welcome within {timeout:g} s"
            raise JoinError(self.shown_url, reason) from None

    async def delivered(self, id: str) -> Message:  # noqa: A002 - the field's name
        """Wait, on any loop, until the room has placed this message; return it.

        Raises:
            NotDelivered: it failed, and says why.
            KeyError: no message of this client has that id.
        """
        if id not in self._own_ids:
            raise KeyError(f"no message sent by this client has the id {id!r}")
        waiter: concurrent.futures.Future[Message] = concurrent.futures.Future()
        background.call(self._await_delivery, id, waiter)
        return await asyncio.wrap_future(waiter)

    def close(self) -> None:
        """Leave the room, once what was sent has arrived, or for two seconds nothing more did; idempotent."""
        background.call(self._begin_close)

    # The connection's life, on the background loop from here on

    async def _live(self) -> None:
        retry_bound = FIRST_RETRY_SECONDS
        lost_at = time.monotonic()
        ended = Connection("CLOSED")
        while not self._is_over:
            self._line = line = _Line(self)
            self._set_state("CONNECTING", self._connection.text)
            line.transport.connect()
            end = await line.over
            self._line = None
            self._stop_pump()
            ended = Connection("CLOSED", code=end.code, reason=end.reason)
            if self._is_over:
                break
            if line.was_welcome:
                retry_bound = FIRST_RETRY_SECONDS
                lost_at = time.monotonic()
            retry_in = random.uniform(0, retry_bound)  # full jitter: thirty laptops must not come back at once
            longest = SOON_RETRY_SECONDS if time.monotonic() - lost_at < TAKEOVER_SECONDS else LAST_RETRY_SECONDS
            retry_bound = min(longest, retry_bound * 2)
            text, is_final = await self._explain(line, end)
            ended = replace(ended, text=text)
            if is_final or self._is_over:
                break
            self._set_connection(replace(ended, state="CLOSING" if self._is_leaving else "CLOSED", retry_in=retry_in))
            await self._pause(retry_in)
        self._finish(ended)

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer when the machine wakes up from sleep, or the client is to end."""
        until = time.monotonic() + seconds
        clock = _Clock()
        while (left := until - time.monotonic()) > 0 and not clock.jumped():
            try:
                async with asyncio.timeout(min(left, 1.0)):
                    await self._wake.wait()
                return
            except TimeoutError:
                continue

    async def _explain(self, line: _Line, end: End) -> tuple[str, bool]:
        """Return words for why a connection ended, and whether trying again is no use."""
        address = self._address
        if line.farewell is not None:
            return line.farewell.msg, line.farewell.code == "seat-taken"
        if line.slept:
            return "this machine was asleep", False
        if line.was_welcome:
            return f"the connection to {address.shown} was lost: {end.error or f'close code {end.code}'}", False
        if end.status is not None:
            return self._explain_status(end.status, end.body.decode("utf-8", "replace"))
        answer = await health.ask(address.url())
        if answer.status is None:
            if answer.is_held:
                advice = "restart the kernel, or the program, that runs the server there, if it lasts"
                return f"something holds {address.shown}, but {answer.trouble}. What to do: {advice}.", False
            advice = "start one there (chatlib.serve(), or python -m chatlib serve), or correct the URL ($CHATLIB_URL)"
            return f"no server answers at {address.shown}: {answer.trouble}. What to do: {advice}.", False
        # A proxy in between opens the connection and swallows the refusal behind it; /healthz goes through.
        if answer.status != HTTPStatus.OK:
            return self._explain_status(answer.status, answer.body.decode("utf-8", "replace"))
        if not answer.health:
            text = f"what answers at {address.shown} is no chat server. What to do: correct the URL ($CHATLIB_URL)."
            return text, not self._limits  # it was one: what answers now may be a proxy, while the server restarts
        if "rooms" not in answer.health:
            return self._explain_status(HTTPStatus.UNAUTHORIZED, "")
        return f"the server at {address.shown} ended the connection before its welcome ({end.error})", False

    def _explain_status(self, status: int, body: str) -> tuple[str, bool]:
        shown = self._address.shown
        if status == HTTPStatus.UNAUTHORIZED:
            advice = "ask whoever runs it, and put ?passcode=... behind the URL ($CHATLIB_URL)"
            return f"the server at {shown} wants its passcode, and did not get it. What to do: {advice}.", True
        final = FINAL_STATUSES if self._limits else FINAL_AT_FIRST_STATUSES
        said = body.strip().partition("\n")[0][:300] or "no reason"
        for secret in (self._secret, *self._address.secrets()):  # another program's error page may repeat the URL
            said = said.replace(secret, "…")
        return f"the server at {shown} refused with HTTP {status}: {said}", status in final

    def _finish(self, ended: Connection) -> None:
        self._is_leaving = self._is_over = True
        self._forget_at_exit()
        self._set_connection(ended)
        self._arrive()
        for message in list(self._pending.values()):
            if message.state == "sending":
                self._fail(message, "closed")
        for waiter in self._joined:
            _reject(waiter, self._cannot_join())
        self._joined.clear()

    def _begin_close(self) -> None:
        if self._is_leaving:
            return
        self._arrive()
        self._is_leaving = True
        self._set_state("CLOSING")
        self._end_life_if_done()

    def _end_life_if_done(self) -> None:
        """Wait for what is still on its way, and for two seconds more whenever something arrived."""
        if not self._is_leaving or self._is_over:
            return
        if self._farewell is not None:
            self._farewell.cancel()
        if any(message.state == "sending" for message in self._pending.values()):
            self._farewell = asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._end_life)
        else:
            self._end_life()

    def _end_life(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._wake.set()
        if self._line is not None:
            self._line.transport.close(1000)
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._line.transport.abort)

    async def _leave_at_exit(self) -> None:
        """Stay away when the process ends: the transport says goodbye, and nobody is to come back after that."""
        self._is_over = True
        self._wake.set()

    def _cannot_join(self) -> JoinError:
        return JoinError(self.shown_url, self._connection.text or "this client was closed")

    def _report(self, life: concurrent.futures.Future[None]) -> None:
        if not life.cancelled() and (error := life.exception()):
            logger.error("%r failed", self, exc_info=error)

    # What the server says

    def _take(self, frame: wire.ServerFrame, line: _Line) -> None:
        match frame:
            case wire.Welcome():
                self._welcome(frame, line)
            case wire.Msg():
                # One that is still pending counts whatever its place: what came twice is answered with the first.
                if self._is_new(frame.seq) or frame.id in self._pending:
                    self._place_message(frame)
            case wire.Enter(user=user):
                if self._is_new(frame.seq):
                    self._people[user] = None
                    if (user, frame.time) in self._given:
                        self._name = user
                    self._notice("enter", frame)
            case wire.Leave(user=user):
                if self._is_new(frame.seq):
                    self._people.pop(user, None)
                    if user == self._name:  # our seat was given up while we were away: our own ENTER follows
                        self._name = ""
                    self._notice("leave", frame)
            case wire.Rename(user=user, old=old):
                if self._is_new(frame.seq):
                    if old == self._name:
                        self._name = self._wanted = user
                    self._people = {user if name == old else name: None for name in self._people}
                    self._notice("rename", frame, old)
            case wire.Typing(user=user):
                self._emit(TypingSeen(user))
            case wire.Error():
                self._refused(frame, line)

    def _welcome(self, welcome: wire.Welcome, line: _Line) -> None:
        line.is_welcome()
        self._wanted = welcome.user
        self._given.add((welcome.user, welcome.time))
        self._limits = welcome.limits
        if self._seq is None or welcome.missed != 0:
            self._name = welcome.user
            self._people = dict.fromkeys(welcome.users)
        # else what follows leads from what we know to what is now; told twice, a rename would hit the wrong one
        if not self._is_leaving:
            self._set_state("OPEN")
        if welcome.missed != 0:
            self._place(Gap(welcome.missed, welcome.time))
        if welcome.missed is None:
            self._seq = None
        for message in welcome.history:
            self._is_new(message.seq)
            self._place_message(message)
        self._announce_people()
        self._pace = _Pace(welcome.limits)
        self._unsent = deque(message.id for message in self._pending.values() if message.state == "sending")
        self._pump()
        for waiter in self._joined:
            _resolve(waiter, None)
        self._joined.clear()

    def _refused(self, error: wire.Error, line: _Line) -> None:
        if error.code in ("seat-taken", "shutdown", "idle", "slow-reader"):
            line.farewell = error
            return
        if error.code == "rate-limited":  # nothing failed: it goes again, in order, when the server takes it
            if self._pace is not None:
                self._pace.wait(error.retry_after or 1.0)
            self._unsent = deque(message.id for message in self._pending.values() if message.state == "sending")
            self._pump()
        elif error.id is not None and error.id in self._pending:
            self._fail(self._pending[error.id], error.code)
            return
        self._emit(Refused(error.code, error.msg, error.retry_after))

    def _is_new(self, seq: str) -> bool:
        """Tell whether a placed frame was not seen yet, and remember it as seen."""
        epoch, _, number = seq.rpartition("-")
        seen_epoch, _, seen_number = (self._seq or "").rpartition("-")
        if epoch == seen_epoch and int(number) <= int(seen_number):
            return False
        self._seq = seq
        return True

    def _place_message(self, frame: wire.Msg) -> None:
        if frame.id in self._placed_ids:
            return  # a server that lost its memory was sent it again by whoever missed the first acknowledgement
        own = frame.id in self._own_ids
        self._place(Message(frame.id, frame.user, frame.msg, frame.time, frame.seq, own=own))
        self._end_life_if_done()

    def _notice(
        self,
        kind: Literal["enter", "leave", "rename"],
        frame: wire.Enter | wire.Leave | wire.Rename,
        old: str | None = None,
    ) -> None:
        self._place(Notice(kind, frame.user, old, frame.msg, frame.time, frame.seq))
        self._announce_people()

    # The transcript

    def _place(self, entry: Entry) -> None:
        with self._lock:
            self._placed.append(entry)
            if isinstance(entry, Message):
                self._placed_ids.add(entry.id)
                self._pending.pop(entry.id, None)
            dropped = self._placed.popleft() if len(self._placed) > TRANSCRIPT_ENTRIES else None
            if isinstance(dropped, Message):
                self._placed_ids.discard(dropped.id)
                self._own_ids.discard(dropped.id)
        self._emit(Added(entry))
        if dropped is not None:
            self._dropped += 1
            self._emit(Dropped(self._dropped))
        if isinstance(entry, Message) and entry.own:
            for waiter in self._delivered.pop(entry.id, ()):
                _resolve(waiter, entry)

    def _announced(self) -> tuple[Entry, ...]:
        return (*self._placed, *self._pending.values())

    def _arrive(self) -> None:
        """Take what callers left at the door."""
        arrived: list[Message] = []
        with self._lock:
            while self._arrivals:
                message = self._arrivals.popleft()
                self._pending[message.id] = message
                arrived.append(message)
        for message in arrived:
            self._emit(Pending(message))
            if self._is_leaving:
                self._fail(message, "closed")
            else:
                self._unsent.append(message.id)
        self._pump()

    def _resend(self, id_: str) -> None:
        with self._lock:
            message = self._pending.get(id_)
            if message is None or message.state != "failed" or self._is_leaving:
                return
            del self._pending[id_]  # what goes again goes last
            message = self._pending[id_] = replace(message, state="sending", code=None)
        self._emit(Pending(message))
        self._unsent.append(id_)
        self._pump()

    def _fail(self, message: Message, code: str) -> None:
        self._change(replace(message, state="failed", code=code))
        for waiter in self._delivered.pop(message.id, ()):
            _reject(waiter, NotDelivered(message.id, code))
        self._end_life_if_done()

    def _change(self, message: Message) -> None:
        with self._lock:
            self._pending[message.id] = message
        self._emit(Changed(message))

    # The way out

    def _pump(self) -> None:
        """Send what is unsent, as fast as the server likes it."""
        self._stop_pump()
        line, pace = self._line, self._pace
        if line is None or not line.was_welcome or pace is None:
            return
        while self._renaming or self._unsent:
            message = self._pending.get(self._unsent[0]) if self._unsent else None
            if not self._renaming and (message is None or message.state != "sending"):  # placed or failed meanwhile
                self._unsent.popleft()
                continue
            if delay := pace.delay():
                self._pump_timer = asyncio.get_running_loop().call_later(delay, self._pump)
                return
            if self._renaming:
                line.say(self._renaming)
                self._renaming = None
            elif message is not None:
                self._unsent.popleft()
                self._say(message, line)

    def _say(self, message: Message, line: _Line) -> None:
        try:
            wire.check_message(message.msg, message_bytes=self._limits.message_bytes if self._limits else 0)
        except BadMessage as refusal:
            self._fail(message, refusal.code)
        else:
            line.say(wire.Say(message.msg, message.id))

    def _stop_pump(self) -> None:
        if self._pump_timer is not None:
            self._pump_timer.cancel()
            self._pump_timer = None

    def _rename(self, name: str) -> None:
        self._wanted = name
        self._renaming = wire.ChangeName(name)
        self._pump()

    def _type(self) -> None:
        now = time.monotonic()
        line, pace = self._line, self._pace
        if line is None or not line.was_welcome or pace is None or self._unsent:
            return
        if now - self._typed_at >= TYPING_SECONDS and not pace.delay():
            self._typed_at = now
            line.say(wire.IsTyping())

    # Waiters and listeners

    def _await_join(self, waiter: concurrent.futures.Future[None]) -> None:
        if self._connection.state == "OPEN":
            _resolve(waiter, None)
        elif self._life.done() or self._is_leaving:
            _reject(waiter, self._cannot_join())
        else:
            self._joined.append(waiter)

    def _await_delivery(self, id_: str, waiter: concurrent.futures.Future[Message]) -> None:
        self._arrive()
        message = self._pending.get(id_)
        if message is None:
            message = next((e for e in reversed(self._placed) if isinstance(e, Message) and e.id == id_), None)
        if message is None:
            _reject(waiter, KeyError(f"message {id_!r} was delivered long ago, and is no longer in the transcript"))
        elif message.state == "delivered":
            _resolve(waiter, message)
        elif message.state == "failed":
            _reject(waiter, NotDelivered(id_, message.code or ""))
        else:
            self._delivered.setdefault(id_, []).append(waiter)

    def _set_state(self, state: State, text: str = "") -> None:
        self._set_connection(Connection("CLOSING" if self._is_leaving else state, text))

    def _set_connection(self, connection: Connection) -> None:
        logger.debug("%s: %s -> %s %s", self.shown_url, self._connection.state, connection.state, connection.text)
        self._connection = connection
        self._emit(connection)

    def _announce_people(self) -> None:
        """Tell who is here, once for all that one turn of the loop brings."""
        if not self._people_changed:
            self._people_changed = True
            asyncio.get_running_loop().call_soon(self._tell_people)

    def _tell_people(self) -> None:
        self._people_changed = False
        self._emit(People(self.people))

    def _emit(self, event: Event) -> None:
        for registration in list(self._listeners):
            self._tell(registration.listener, event)

    def _tell(self, listener: Listener, event: Event) -> None:
        try:
            listener(event)
        except Exception as error:  # a listener's trouble is not the connection's
            self._exceptions += 1
            self._context.copy().run(background.report, error)


class _Line:
    """One connection of a client: the transport's receiver."""

    def __init__(self, client: ChatClient) -> None:
        self.client = client
        self.was_welcome = False
        self.slept = False
        self.farewell: wire.Error | None = None
        loop = asyncio.get_running_loop()
        self.over: asyncio.Future[End] = loop.create_future()
        url = client._address.chat_url(client.room, client._wanted, client._secret, client._seq)
        self.transport = Transport(
            parse_uri(url), self, keepalive=client._keepalive, open_timeout=OPEN_SECONDS, tap=client._wire
        )
        # A proxy opens the connection, and answers pings, whatever the server behind it does: only WELCOME ends this.
        self._deadline = loop.call_later(OPEN_SECONDS, self.transport.abort)
        self._watch = loop.create_task(self._watch_clock())

    def say(self, frame: wire.ClientFrame) -> None:
        self.transport.send_text(wire.encode_client(frame).encode())

    def is_welcome(self) -> None:
        self.was_welcome = True
        self._deadline.cancel()

    def opened(self) -> None:
        """TCP and the handshake are through; only WELCOME means joined."""

    def received(self, data: str | bytes) -> None:
        try:
            frame = wire.decode_server(data) if isinstance(data, str) else None
            if frame is not None and (self.was_welcome or isinstance(frame, wire.Welcome | wire.Error)):
                self.client._take(frame, self)
        except (BadMessage, ValueError, TypeError, AttributeError) as error:  # what comes is another program's affair
            logger.warning("%s sent what is no chat frame: %r", self.client.shown_url, error)

    def closing(self) -> None:
        """Nothing more will come; ``closed`` follows."""

    def closed(self, end: End) -> None:
        self._deadline.cancel()
        self._watch.cancel()
        if not self.over.done():
            self.over.set_result(end)

    async def _watch_clock(self) -> None:
        """Drop the connection when the machine wakes up from sleep: it is dead, and nobody would say so for long."""
        clock = _Clock()
        while not clock.jumped():  # noqa: ASYNC110 - a jump of the clock is no event that could be awaited
            await asyncio.sleep(1)
        self.slept = True
        self.transport.abort()


class _Clock:
    """Notices that the machine slept: the wall clock went on, the monotonic one did not."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def jumped(self) -> bool:
        return abs(time.time() - time.monotonic() - self._offset) > SUSPENDED_SECONDS


class _Pace:
    """A token bucket a little smaller and slower than the server's."""

    def __init__(self, limits: wire.LimitsNotice) -> None:
        self._rate = limits.rate * PACE
        self._burst = max(1.0, limits.burst * PACE)
        self._tokens = self._burst
        self._counted_at = time.monotonic()

    def delay(self) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        if not self._rate:
            return 0
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._counted_at) * self._rate)
        self._counted_at = max(now, self._counted_at)
        if now < self._counted_at:
            return self._counted_at - now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return (1 - self._tokens) / self._rate

    def wait(self, seconds: float) -> None:
        """Start anew after so many seconds, as the server asks for."""
        self._tokens = 1
        self._counted_at = time.monotonic() + seconds


@dataclass(frozen=True, slots=True)
class _Address:
    """A server's URL, taken apart."""

    scheme: str
    netloc: str
    path: str
    query: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, url: str) -> _Address:
        parts = urlsplit(url)
        scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
        address = cls(
            scheme, parts.netloc, parts.path.rstrip("/"), tuple(parse_qsl(parts.query, keep_blank_values=True))
        )
        try:
            parse_uri(f"{scheme}://{parts.netloc}{address.path}")
        except (InvalidURI, ValueError) as error:
            raise ValueError(f"a chat server's URL looks like ws://127.0.0.1:3000, not {address.shown!r}") from error
        return address

    @property
    def shown(self) -> str:
        query = urlencode([(key, value) for key, value in self.query if key != "passcode"])
        return urlunsplit((self.scheme, self.netloc.rpartition("@")[2], self.path, query, ""))

    def chat_url(self, room: str, name: str, secret: str, since: str | None) -> str:
        query = [*self.query, ("name", name), ("client", secret)] + ([("since", since)] if since else [])
        return urlunsplit((self.scheme, self.netloc, f"{self.path}/chat/{quote(room, safe='')}", urlencode(query), ""))

    def secrets(self) -> list[str]:
        passcodes = [value for key, value in self.query if key == "passcode" and value]
        return [form for passcode in passcodes for form in (passcode, quote(passcode, safe=""))]

    def url(self) -> str:
        return urlunsplit((self.scheme, self.netloc, self.path, urlencode(self.query), ""))


def _carries(sighting: Sighting, id_: str) -> bool:
    """Tell whether a frame is this message's own, and not a welcome that repeats it."""
    if sighting.frame is None or id_.encode() not in sighting.frame.data:
        return False
    try:
        wire_object = json.loads(bytes(sighting.frame.data))
        return bool(wire_object["type"] == wire.MessageType.MSG and wire_object["id"] == id_)
    except (ValueError, TypeError, KeyError):
        return False


def _resolve(waiter: concurrent.futures.Future[T], value: T) -> None:
    if waiter.set_running_or_notify_cancel():
        waiter.set_result(value)


def _reject(waiter: concurrent.futures.Future[Any], error: Exception) -> None:
    if waiter.set_running_or_notify_cancel():
        waiter.set_exception(error)


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
