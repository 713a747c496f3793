"""ChatClient: one person in one room, over any number of connections.

What a caller sends is kept until the room has placed it, and sent again after a reconnect; what the room placed
meanwhile is fetched. So a transcript is whole, in the room's order, each message in it once, whatever happens to the
connections below, as long as some server is back in time.

This is what callers hold, on any thread; what goes on in the background, whoever holds it, is its ``presence``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal, TypeVar

from chatlib import background, clock, wire
from chatlib.arguments import check_seconds, check_text, check_type
from chatlib.client.lifecycle import Life
from chatlib.client.line import OPEN_SECONDS
from chatlib.client.presence import Presence
from chatlib.client.transport import Keepalive
from chatlib.client.wire_log import Sighting
from chatlib.errors import JoinError
from chatlib.transcript import ConnectionStatus, Discarded, Entry, Message, Subscriber

T = TypeVar("T")


class ChatClient:
    """A person in a room; connects at once, reconnects, loses nothing and doubles nothing.

    ``url`` is a server's, as in ``server.url``; a passcode travels in its query. ``ping`` is the keepalive's interval
    and patience in seconds, 0 for none. Trouble with the network never raises: it is in :attr:`connection`.

    In a notebook, the same cell run again is the same person (see ``cells``), and a client that a variable held leaves
    when nothing holds it any more: another cell overwrote the variable, say. A subscriber, or somebody who waits for
    it, keeps it there, and so does a message that is still sending. In a script it stays until :meth:`close`.

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
        self._presence = Presence(url, room=self.room, name=name, keepalive=Keepalive(ping, ping) if ping else None)
        self.journeys = self._presence.journeys
        """What is known of the ways of one's messages; set its ``tracing``, and the server is asked as well."""
        self._presence.begin(self)

    @property
    def shown_url(self) -> str:
        """The URL for people: without its passcode."""
        return self._presence.address.shown

    @property
    def name(self) -> str:
        """The display name that the room gave; before that the one asked for."""
        return self._presence.transcript.name

    @property
    def state(self) -> Literal["CONNECTING", "OPEN", "CLOSING", "CLOSED"]:
        """readyState's name; OPEN once the server said welcome, and CLOSED while it is away."""
        return self._presence.lifecycle.status.state

    @property
    def connection(self) -> ConnectionStatus:
        """The state, and what there is to say about it."""
        return self._presence.lifecycle.status

    @property
    def limits(self) -> wire.LimitsNotice | None:
        """What the server takes; None before its first welcome."""
        return self._presence.transcript.limits

    @property
    def people(self) -> tuple[str, ...]:
        """The names of those who are here."""
        return self._presence.transcript.people

    @property
    def transcript(self) -> list[Entry]:
        """Messages, notices and gaps in the room's order, one's own pending messages at the end."""
        with self._presence.lock:
            return self._presence.transcript.entries

    @property
    def messages(self) -> list[Message]:
        """The messages of :attr:`transcript`."""
        return [entry for entry in self.transcript if isinstance(entry, Message)]

    @property
    def dropped(self) -> int:
        """How many of the oldest entries were dropped: the transcript holds the last 10,000."""
        return self._presence.transcript.dropped

    @property
    def earlier(self) -> int:
        """How many messages were said before the first that the room showed us."""
        return self._presence.transcript.earlier

    @property
    def handshake(self) -> list[Sighting]:
        """The opening handshake of the last connection as it went over the wire: request and response."""
        return self._presence.wire_log.handshake

    def sightings(self, id: str) -> list[Sighting]:  # noqa: A002 - the field's name
        """Return the frames that carried this message, there and back; of the last 200 frames, older ones are gone."""
        check_type("id", id, str, "a message's id")
        return self.journeys.sightings(id)

    def __repr__(self) -> str:
        messages = self.messages
        waiting = sum(message.state == "sending" for message in messages)
        count = self._presence.audience.exceptions
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
        id_ = id or secrets.token_hex(16)
        self._presence.say(id_, text, clock.timestamp())
        return id_

    def resend(self, id: str) -> None:  # noqa: A002 - the field's name
        """Try a failed message again; any other stays as it is."""
        check_type("id", id, str, "a message's id")
        if not self._presence.lifecycle.is_gone:
            self._presence.do(lambda transcript: transcript.resend(id))

    def discard(self, id: str) -> str | None:  # noqa: A002 - the field's name
        """Have a failed message no longer, and return its text; any other stays as it is, and None is returned."""
        check_type("id", id, str, "a message's id")
        news = self._presence.do(lambda transcript: transcript.discard(id))
        return next((piece.message.msg for piece in news if isinstance(piece, Discarded)), None)

    def reconnect(self) -> None:
        """Make the next attempt now, where one is waited for: see :attr:`connection`."""
        background.call(self._presence.lifecycle.reconnect)

    def rename(self, name: str) -> None:
        """Ask for another name; the room gives it, or one like it."""
        check_type("name", name, str, "a string")
        self._presence.rename(wire.clean_name(name))

    def typing(self) -> None:
        """Say that one is writing; at most every two seconds is anything sent."""
        self._presence.typing()

    def subscribe(self, subscriber: Subscriber, *, replay: bool = False) -> Callable[[], None]:
        """Have ``subscriber`` called on the background loop with every update; with ``replay`` first with a Reset.

        Returns:
            how to end it.
        """
        return self._presence.subscribe(subscriber, replay=replay)

    async def until(self, condition: Callable[[], T], *, timeout: float | None = None) -> T:
        """Wait, on any loop, until ``condition()`` is true, and return what it returned.

        It is asked at once, and again after whatever this client tells; on the background loop, so it must not block.
        What it raises is raised here, and TimeoutError after ``timeout`` seconds.
        """
        return await self._presence.conditions.until(condition, timeout=timeout)

    async def joined(self, *, timeout: float = OPEN_SECONDS) -> None:
        """Wait, on any loop, until this client is in its room.

        Raises:
            JoinError: it was closed or refused, or ``timeout`` seconds passed; the attempts go on in the latter case.
        """
        check_seconds("timeout", timeout)

        def is_in() -> bool:
            if self._presence.lifecycle.is_gone:
                raise JoinError(self.shown_url, self.connection.text or "this client was closed")
            return self._presence.lifecycle.life is Life.OPEN

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
        return await self._presence.deliveries.wait(id)

    def close(self) -> None:
        """Leave the room, once what was sent has arrived, or for two seconds nothing more did; idempotent."""
        self._presence.close()
