"""ChatClient: one person in one room, over any number of connections.

What a caller sends is kept until the room has placed it, and sent again after a reconnect; what the room placed
meanwhile is fetched. So a transcript is whole, in the room's order, each message in it once, whatever happens to the
connections below, as long as some server is back in time.

What a room's transcript is, ``transcript`` knows; when there is a connection, ``lifecycle``. Here they meet. Callers
live on any thread: the transcript is changed and read under one lock. All else happens on the background loop alone.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from websockets.frames import CloseCode

from chatlib import background, clock, wire
from chatlib.arguments import check_seconds, check_text, check_type
from chatlib.client.address import Address
from chatlib.client.audience import Audience, News, Subscription
from chatlib.client.conditions import Conditions
from chatlib.client.deliveries import Deliveries
from chatlib.client.ending import Loss
from chatlib.client.journeys import Journeys
from chatlib.client.lifecycle import Life, Lifecycle
from chatlib.client.line import OPEN_SECONDS
from chatlib.client.transport import Keepalive
from chatlib.client.way_out import WayOut
from chatlib.client.wire_log import Sighting, WireLog
from chatlib.errors import JoinError
from chatlib.machine import cells
from chatlib.transcript import (
    Added,
    ConnectionStatus,
    Discarded,
    Entry,
    Failed,
    Message,
    Subscriber,
    Transcript,
    Update,
)

T = TypeVar("T")


class ChatClient:
    """A person in a room; connects at once, reconnects, loses nothing and doubles nothing.

    ``url`` is a server's, as in ``server.url``; a passcode travels in its query. ``ping`` is the keepalive's interval
    and patience in seconds, 0 for none. Trouble with the network never raises: it is in :attr:`connection`. The same
    cell run again is the same person, and who can no longer be reached leaves (see ``cells``).

    Raises:
        TypeError: one of them is not of its type.
        ValueError: the URL, or the room's name, cannot be one, or ``ping`` is no number of seconds.
    """

    def __init__(self, url: str, *, room: str = wire.DEFAULT_ROOM, name: str = "", ping: float = 20) -> None:
        check_text("url", url, "a string, such as server.chat_url")
        check_text("room", room)
        check_type("name", name, str, "a string")
        check_seconds("ping", ping)
        self.url = url
        self.room = wire.checked_room(room)
        self._address = Address.of(url)
        self._secret = secrets.token_urlsafe(24)
        self._lock = threading.Lock()  # for the transcript, and what of it is not told yet
        self._person = (url, room, name)
        self._transcript = Transcript(self.room, name=wire.clean_name(name))
        self._untold: list[News] = []
        self._is_renamed = False
        self._is_work_due = False

        self._audience = Audience()
        self._conditions = Conditions()
        self._deliveries = Deliveries(self._transcript, self._lock)
        self._wire = WireLog()
        self.journeys = Journeys(lambda: self._wire.frames)
        """What is known of the ways of one's messages; set its ``tracing``, and the server is asked as well."""
        self._lifecycle = Lifecycle(
            self._address,
            url=self._chat_url,
            heard=self._heard,
            lost=self._lost,
            became=self._became,
            secret=self._secret,
            keepalive=Keepalive(ping, ping) if ping else None,
            tap=self._wire,
        )
        self._way_out = WayOut(self._transcript, self._lock, self.journeys.marking(self._lifecycle.say))
        self._lifecycle.begin(after=self._take_place())

    # What anyone may read or ask for, on any thread

    @property
    def shown_url(self) -> str:
        """The URL for people: without its passcode."""
        return self._address.shown

    @property
    def name(self) -> str:
        """The display name that the room gave; before that the one asked for."""
        return self._transcript.name

    @property
    def state(self) -> Literal["CONNECTING", "OPEN", "CLOSING", "CLOSED"]:
        """readyState's name; OPEN once the server said welcome, and CLOSED while it is away."""
        return self._lifecycle.status.state

    @property
    def connection(self) -> ConnectionStatus:
        """The state, and what there is to say about it."""
        return self._lifecycle.status

    @property
    def limits(self) -> wire.LimitsNotice | None:
        """What the server takes; None before its first welcome."""
        return self._transcript.limits

    @property
    def people(self) -> tuple[str, ...]:
        """The names of those who are here."""
        return self._transcript.people

    @property
    def transcript(self) -> list[Entry]:
        """Messages, notices and gaps in the room's order, one's own pending messages at the end."""
        with self._lock:
            return self._transcript.entries

    @property
    def messages(self) -> list[Message]:
        """The messages of :attr:`transcript`."""
        return [entry for entry in self.transcript if isinstance(entry, Message)]

    @property
    def dropped(self) -> int:
        """How many of the oldest entries were dropped: the transcript holds the last 10,000."""
        return self._transcript.dropped

    @property
    def earlier(self) -> int:
        """How many messages were said before the first that the room showed us."""
        return self._transcript.earlier

    @property
    def handshake(self) -> list[Sighting]:
        """The opening handshake of the last connection as it went over the wire: request and response."""
        return self._wire.handshake

    def sightings(self, id: str) -> list[Sighting]:  # noqa: A002 - the field's name
        """Return the frames that carried this message, there and back; of the last 200 frames, older ones are gone."""
        check_type("id", id, str, "a message's id")
        return self.journeys.sightings(id)

    def __repr__(self) -> str:
        messages = self.messages
        waiting = sum(message.state == "sending" for message in messages)
        count = self._audience.exceptions
        raised = f", {count} exceptions in listeners" if count else ""
        return (
            f"<ChatClient {self.name or 'nobody yet'} in {self.room} at {self.shown_url} {self.state}, "
            f"{len(messages)} messages, {waiting} of them sending{raised}>"
        )

    def send(self, text: str, *, id: str | None = None) -> str:  # noqa: A002 - the field's name
        """Say something; return the message's id at once. What cannot be sent appears as ``failed``.

        ``id`` may be brought along, else it is made up. The same id twice is the same message, which is sent once.

        Raises:
            ValueError: the id is none: 1 to 64 printable characters.
        """
        check_type("a message", text, str, "a string")
        if id is not None and not wire.is_id(id):
            raise ValueError(f"an id is a string of 1 to {wire.ID_CHARACTERS} printable characters, not {id!r}")
        id_, now = id or secrets.token_hex(16), clock.timestamp()
        self.journeys.begin(id_)
        self._do(lambda transcript: self._say(transcript, id_, text, now))
        return id_

    def resend(self, id: str) -> None:  # noqa: A002 - the field's name
        """Try a failed message again; any other stays as it is."""
        check_type("id", id, str, "a message's id")
        if not self._lifecycle.is_gone:
            self._do(lambda transcript: transcript.resend(id))

    def discard(self, id: str) -> str | None:  # noqa: A002 - the field's name
        """Have a failed message no longer, and return its text; any other stays as it is, and None is returned."""
        check_type("id", id, str, "a message's id")
        news = self._do(lambda transcript: transcript.discard(id))
        return next((piece.message.msg for piece in news if isinstance(piece, Discarded)), None)

    def reconnect(self) -> None:
        """Make the next attempt now, where one is waited for: see :attr:`connection`."""
        background.call(self._lifecycle.reconnect)

    def rename(self, name: str) -> None:
        """Ask for another name; the room gives it, or one like it."""
        check_type("name", name, str, "a string")
        wanted = wire.clean_name(name)
        self._is_renamed = True
        self._do(lambda transcript: transcript.rename(wanted))

    def typing(self) -> None:
        """Say that one is writing; at most every two seconds is anything sent."""
        self._way_out.is_typing = True
        self._do(lambda _: [])

    def subscribe(self, subscriber: Subscriber, *, replay: bool = False) -> Callable[[], None]:
        """Have ``subscriber`` called on the background loop with every update; with ``replay`` first with a Reset.

        Returns:
            how to end it.
        """
        subscription = Subscription(subscriber)

        def begin(now: Transcript) -> list[News]:
            subscription.replay = now.whole(self.connection) if replay else None
            return [subscription]

        self._do(begin)  # in its place among the updates: it misses none, and is told none twice
        return lambda: background.call(self._audience.remove, subscription)

    async def until(self, condition: Callable[[], T], *, timeout: float | None = None) -> T:
        """Wait, on any loop, until ``condition()`` is true, and return what it returned.

        It is asked at once, and again after whatever this client tells; on the background loop, so it must not block.
        What it raises is raised here, and TimeoutError after ``timeout`` seconds.
        """
        return await self._conditions.until(condition, timeout=timeout)

    async def joined(self, *, timeout: float = OPEN_SECONDS) -> None:
        """Wait, on any loop, until this client is in its room.

        Raises:
            JoinError: it was closed or refused, or ``timeout`` seconds passed; the attempts go on in the latter case.
        """
        check_seconds("timeout", timeout)

        def is_in() -> bool:
            if self._lifecycle.is_gone:
                raise JoinError(self.shown_url, self.connection.text or "this client was closed")
            return self._lifecycle.life is Life.OPEN

        try:
            await self.until(is_in, timeout=timeout)
        except TimeoutError:
            reason = self.connection.text or f"no welcome within {timeout:g} s"
            raise JoinError(self.shown_url, reason) from None

    async def delivered(self, id: str) -> Message:  # noqa: A002 - the field's name
        """Wait, on any loop, until the room has placed this message; return it.

        Raises:
            NotDelivered: it failed, and says why.
            KeyError: no message of this client has that id, or none of those that are still in the transcript.
        """
        return await self._deliveries.wait(id)

    def close(self) -> None:
        """Leave the room, once what was sent has arrived, or for two seconds nothing more did; idempotent."""
        background.call(self._leave)

    def is_seen(self) -> None:
        """Return None: it has no output."""

    def _take_place(self) -> Lifecycle | None:
        """Come instead of the same person whom this cell made when it was run before; return whose end to wait for."""
        old = cells.enter(self, "client")
        if not isinstance(old, ChatClient):
            return None
        if old._person != self._person or (not old._lifecycle.is_gone and cells.may_be_added_to(old)):
            cells.spare(old)
            return None
        if not old._is_renamed:  # of several that are called alike, each is again the one that it was
            self._transcript.come_as(old.name)
        old.close()
        return old._lifecycle

    # Changes, on any thread, and what follows from them, on the background loop

    def _do(self, change: Callable[[Transcript], Iterable[News]]) -> list[News]:
        """Change the transcript; what follows is told, and sent, soon: once for all that one turn brings."""
        with self._lock:
            news = list(change(self._transcript))
            self._untold += news
            if not self._is_work_due:
                background.call(self._work)  # first: an interrupt between the two must not leave it undone for good
                self._is_work_due = True
        return news

    def _say(self, transcript: Transcript, id_: str, text: str, now: str) -> list[Update]:
        updates = transcript.say(id_, text, now)
        return updates + transcript.fail(id_, "closed") if updates and self._lifecycle.is_gone else updates

    def _work(self) -> None:
        with self._lock:
            self._is_work_due = False
            news, self._untold = self._untold, []
        self._tell(news)
        self._way_out.pump()

    def _tell(self, news: list[News]) -> None:
        self._audience.tell(news)
        for piece in news:
            match piece:
                case Added(Message() as message) | Failed(message):
                    self._deliveries.settle(message)
        if any(isinstance(piece, Added | Failed) for piece in news):
            self._end_if_done()
        self._conditions.ask()

    # What the lifecycle tells

    def _chat_url(self) -> str:
        transcript = self._transcript
        return self._address.chat_url(self.room, name=transcript.wanted, client=self._secret, since=transcript.since)

    def _heard(self, frame: wire.ServerFrame) -> None:
        self._way_out.heard(frame)
        self.journeys.heard(frame)
        self._do(lambda transcript: transcript.receive(frame))
        if isinstance(frame, wire.Welcome):
            self._way_out.pump()  # at once: what is pending is not to wait for all that was missed

    def _lost(self, loss: Loss) -> None:
        self._do(lambda transcript: transcript.lost(too_big=loss.end.code == CloseCode.MESSAGE_TOO_BIG))

    def _became(self, status: ConnectionStatus) -> None:
        self._do(lambda _: [status])
        if self._lifecycle.life is Life.CLOSED:
            self._do(lambda transcript: [u for m in transcript.sending for u in transcript.fail(m.id, "closed")])

    def _leave(self) -> None:
        self._lifecycle.leave()
        self._end_if_done()

    def _end_if_done(self) -> None:
        """Wait for what is still on its way, and for two seconds more whenever something arrived."""
        if self._lifecycle.life is Life.LEAVING:
            with self._lock:
                sending = self._transcript.sending
            self._lifecycle.end(soon=bool(sending))
