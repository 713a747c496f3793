"""ChatPanel: a chat room in a notebook; a ChatClient, and what a page has to know of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from chatlib import wire
from chatlib.arguments import check_text, check_type
from chatlib.client.address import Address
from chatlib.client.chat_client import ChatClient
from chatlib.client.journeys import KEPT
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.machine import cells, environment, ports
from chatlib.server.ownership import Server, serve
from chatlib.server_url import LOOPBACK
from chatlib.transcript import (
    Added,
    ConnectionStatus,
    Discarded,
    Dropped,
    Earlier,
    Entry,
    Failed,
    Gap,
    Message,
    Notice,
    Pending,
    People,
    Rejected,
    Reset,
    Seated,
    Traced,
    TypingSeen,
    Update,
)
from chatlib.widgets import markup
from chatlib.widgets.live import LiveWidget
from chatlib.widgets.x_ray import journey_object, trace_object

SNAPSHOT_ENTRIES = 100
MESSAGE_FIELDS: Final = ("id", "user", "msg", "time", "state", "code", "own", "retryable")


class ChatPanel(LiveWidget):
    """A person in a chat room, with all that it takes to take part: evaluate it in a cell to see it.

    ``url`` is a server's; by default ``$CHATLIB_URL``, else that of ``chatlib.serve()``, then ``panel.server``.
    ``name`` is by default ``$CHATLIB_NAME``, else the hub's user; where nobody said it, the panel asks for it.
    ``panel.client`` is the ChatClient below: what is done there is seen here. The same cell run again is the same
    person.
    When the notebook does not show it any more (its cell is deleted, its output is cleared) the person leaves the room,
    and comes back with another client if it is shown again.

    Raises:
        TypeError: one of them is no string.
        ValueError: the URL, or the room's name, cannot be one.
    """

    _esm = front_end("chat_panel")
    _css = style_sheet("chat_panel")

    def __init__(self, url: str | None = None, *, name: str = "", room: str = wire.DEFAULT_ROOM) -> None:
        self.server: Server | None = None
        check_type("url", url, (str, type(None)), "a string, such as server.chat_url")
        check_text("name", name)
        room = wire.checked_room(room)
        if not (url := url or environment.class_server()):
            self.server = serve()
            url = self.server.chat_url
        name = name or environment.person()
        self._person = (url, room, name)
        self._is_nameless = not name
        self._inherited: ChatClient | None = None
        self._traces = itertools.count()
        self._has_heir = False
        self._unsubscribe: Callable[[], None] = lambda: None
        super().__init__()
        with cells.outside():
            self.client = self._inherited or ChatClient(url, room=room, name=name)
        self.at_close.callback(self._leave)
        self._unsubscribe = self.client.subscribe(self._told, replay=True)
        if self._is_nameless:
            self.record("nameless", {}, key="")

    def inherit(self, old: LiveWidget) -> None:
        """Stay the same person, if it was the same one and is still there."""
        if isinstance(old, ChatPanel) and old._person == self._person and old._is_alive:
            self._inherited = old.client
            self._is_nameless = old._is_nameless
            old._has_heir = True

    @property
    def page_url(self) -> str | None:
        """Where a browser finds this room, passcode included: on the page of the server that the panel talks to.

        None where no browser gets there: another user's program listens on that port of this machine.
        """
        address = Address.of(self.client.url)
        query = f"?{urlencode([*address.query, ('room', self.client.room)])}"
        server = urlsplit(address.url)
        if server.hostname in LOOPBACK and not address.path and address.scheme == "ws":
            host = f"[{server.hostname}]" if ":" in server.hostname else server.hostname
            return ports.page_url(host, server.port or 80, query)
        scheme = {"ws": "http", "wss": "https"}[address.scheme]
        return f"{scheme}://{address.netloc}{address.path}/{query}"

    @property
    def _is_alive(self) -> bool:
        """Tell whether this person is in the room or on the way there."""
        if self.comm is None:  # closed, or never whole
            return False
        connection = self.client.connection
        is_over = connection.state == "CLOSED" and connection.retry_in is None
        return connection.state != "CLOSING" and not is_over

    def __repr__(self) -> str:
        _, room, name = self._person
        return f"<ChatPanel of {name or 'somebody'} in {room}>"

    def unseen(self) -> None:
        """Leave the room: nobody sees it here any more."""
        self._unsubscribe()
        self.client.close()

    def seen(self) -> None:
        """Enter the room again, by the name that one had."""
        url, room, _ = self._person
        with cells.outside():
            self.client = ChatClient(url, room=room, name=self.client.name)
        self._unsubscribe = self.client.subscribe(self._told, replay=True)

    def _leave(self) -> None:
        self._unsubscribe()
        if not self._has_heir:
            self.client.close()

    def act(self, action: dict[str, Any]) -> Any:
        """Do what somebody did in the page; a message's id, its bytes, or its text go back to it."""
        match action:
            case {"do": "say", "id": str(id_), "msg": str(text)}:
                return self.client.send(text, id=id_)
            case {"do": "resend", "id": str(id_)}:
                self.client.resend(id_)
            case {"do": "discard" | "edit", "id": str(id_)}:
                return self.client.discard(id_)
            case {"do": "reconnect"}:
                self.client.reconnect()
            case {"do": "rename", "name": str(name)}:
                self._is_nameless = False
                self.forget("nameless")
                self.client.rename(name)
            case {"do": "x_ray", "id": str(id_)}:
                journeys = self.client.journeys
                return {**journey_object(journeys.of(id_)), "tracing": journeys.tracing}
            case {"do": "tracing", "on": bool(is_on)}:
                self.client.journeys.tracing = is_on
            case {"do": "invite"}:  # only on demand: a passcode is in it, which no recording is to hold
                return self.page_url
            case {"do": "typing"}:
                self.client.typing()
            case _:
                raise ValueError(f"expected an action of the panel's page, got {action!r}")
        return None

    def snapshot(self) -> str:
        """Return the room, that it is OPEN, who is in it, and the last messages, as semantic HTML."""
        entries = self.client.transcript
        shown = entries[-SNAPSHOT_ENTRIES:]
        state = " OPEN" if self.client.state == "OPEN" else ""
        people = ", ".join(markup.name(name) for name in self.client.people)
        room = f"<strong>Chat room {markup.name(self.client.room)}</strong>"
        head = f"<p>{room}{state}{people and f', with {people}'}</p>"
        before = len(entries) - len(shown) + self.client.dropped + self.client.earlier
        earlier = f"<p><em>{before} earlier</em></p>" if before else ""
        lines = "".join(f"<li>{_as_html(entry)}</li>" for entry in shown)
        return f"{head}{earlier}<ol>{lines}</ol>" if lines else f"{head}<p><em>No messages yet.</em></p>"

    def _told(self, update: Update) -> None:
        """Tell every page; on the background loop."""
        for kind, data, key in page_events(update):
            if kind == "room":
                data["url"] = self.client.shown_url
            if isinstance(update, Traced):  # with all that is known here, in the place of the one before the last fifty
                data = journey_object(self.client.journeys.of(update.trace.id))
                key = str(next(self._traces) % KEPT)
            self.record(kind, data, key=key, keep=key is not None)
        match update:
            case Dropped(entry=entry) | Discarded(entry):
                kind, _, key = _entry_event(entry)
                self.forget(kind, key)


PageEvent = tuple[str, dict[str, Any], str | None]
EntryEvent = tuple[str, dict[str, Any], str]


def page_events(update: Update) -> Iterator[PageEvent]:
    """Yield what a page is told of an update: kind, data, and the key of the event of its kind that it replaces.

    What has no key is only for the pages that are there now.
    """
    match update:
        case Reset(transcript, people, connection, earlier, dropped, seated):
            if earlier:
                yield from page_events(Earlier(earlier))
            if dropped:
                yield "dropped", {"count": dropped, "keys": []}, ""
            yield from map(_entry_event, transcript)
            for part in (People(people), connection, seated):
                yield from page_events(part)
        case Added(entry) | Pending(entry) | Failed(entry):
            yield _entry_event(entry)
        case Discarded(message):
            yield "discarded", {"id": message.id}, None
        case Dropped(count, entry):
            yield "dropped", {"count": count, "keys": [_key(entry)]}, ""
        case Earlier(count):
            yield "earlier", {"count": count}, ""
        case People(names):
            yield "people", {"names": names}, ""
        case Seated():
            yield "room", asdict(update), ""
        case ConnectionStatus():
            yield "connection", asdict(update), ""
        case TypingSeen(user):
            yield "typing", {"user": user}, None
        case Traced(trace):
            yield "trace", trace_object(trace), trace.id
        case Rejected():
            yield "refused", asdict(update), None


def _entry_event(entry: Entry) -> EntryEvent:
    key = _key(entry)
    match entry:
        case Message():
            return "message", {name: getattr(entry, name) for name in MESSAGE_FIELDS}, key
        case Notice():
            return "notice", {"key": key, **asdict(entry)}, key
        case Gap(missed, time):
            return "gap", {"key": key, "missed": missed, "time": time}, key


def _key(entry: Entry) -> str:
    """Return what no other entry is called, whatever ids peers choose."""
    match entry:
        case Message(id_):
            return f"message {id_}"
        case Notice(seq=seq):
            return f"notice {seq}"
        case Gap(number=number):
            return f"gap {number}"


def _as_html(entry: Entry) -> str:
    match entry:
        case Message():
            fate = "" if entry.state == "delivered" else f" <em>({entry.state})</em>"
            return f"<strong>{markup.name(entry.user)}</strong>: {markup.text(entry.msg)}{fate}"
        case Notice():
            return f"<em>{markup.sentence(entry.msg, entry.user, entry.old or '')}</em>"
        case Gap(missed):
            return f"<em>{missed if missed is not None else 'Some'} earlier entries are no longer kept.</em>"
