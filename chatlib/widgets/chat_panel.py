"""ChatPanel: a chat room in a notebook; a ChatClient, and what a page has to know of it."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import asdict
from html import escape
from typing import Any

from chatlib import wire
from chatlib.client import chat_client
from chatlib.client.chat_client import ChatClient, Entry, Gap, Message, Notice
from chatlib.experiments.dissection import dissect
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.server.ownership import Server, serve
from chatlib.widgets.live import LiveWidget

SNAPSHOT_ENTRIES = 100


class ChatPanel(LiveWidget):
    """A person in a chat room, with all that it takes to take part: evaluate it in a cell to see it.

    ``url`` is a server's; by default ``$CHATLIB_URL``, else that of ``chatlib.serve()``, which is then :attr:`server`.
    :attr:`client` is the ChatClient below: what is done there is seen here. The same cell run again is the same person.

    Raises:
        ValueError: the URL, or the room's name, cannot be one.
    """

    _esm = front_end("chat_panel")
    _css = style_sheet("chat_panel")

    def __init__(self, url: str | None = None, *, name: str = "", room: str = wire.DEFAULT_ROOM) -> None:
        self.server: Server | None = None
        if not (url := url or os.environ.get("CHATLIB_URL")):
            self.server = serve()
            url = self.server.chat_url
        self._person = (url, room, name)
        self._inherited: ChatClient | None = None
        self._has_heir = False
        self._placed: deque[str] = deque()  # the keys of the placed entries, the oldest first
        self._gaps = 0
        self._dropped = 0
        self._room_told: dict[str, Any] = {}
        super().__init__()
        try:
            self.client = self._inherited or ChatClient(url, room=room, name=name)
        except ValueError:
            self.close()
            raise
        self._unsubscribe = self.client.subscribe(self._told, replay=True)

    def inherit(self, old: LiveWidget) -> None:
        """Stay the same person, if it was the same one and is still there."""
        if isinstance(old, ChatPanel) and old._person == self._person and old._is_alive:
            self._inherited = old.client
            old._has_heir = True

    @property
    def _is_alive(self) -> bool:
        """Tell whether this person is in the room or on the way there."""
        connection = self.client.connection
        is_over = connection.state == "CLOSED" and connection.retry_in is None
        return self.comm is not None and connection.state != "CLOSING" and not is_over

    def __repr__(self) -> str:
        _, room, name = self._person
        return f"<ChatPanel of {name or 'somebody'} in {room}>"

    def close(self) -> None:
        """Leave the room, and take the panel off every page; idempotent."""
        super().close()
        if hasattr(self, "client"):
            self._unsubscribe()
            if not self._has_heir:
                self.client.close()

    def act(self, action: dict[str, Any]) -> Any:
        """Do what somebody did in the page; a message's id, or its bytes, go back to it."""
        match action:
            case {"do": "say", "msg": str(text)}:
                return self.client.send(text)
            case {"do": "resend", "id": str(id_)}:
                self.client.resend(id_)
            case {"do": "rename", "name": str(name)}:
                self.client.rename(name)
            case {"do": "bytes", "id": str(id_)}:
                return [
                    {"direction": sighting.direction, "frame": dissect(sighting.raw).as_object()}
                    for sighting in self.client.sightings(id_)
                ]
            case {"do": "typing"}:
                self.client.typing()
            case _:
                raise ValueError(f"expected an action of the panel's page, got {action!r}")
        return None

    def snapshot(self) -> str:
        """Return the room, who is in it, and the last messages, as semantic HTML."""
        entries = self.client.transcript
        shown = entries[-SNAPSHOT_ENTRIES:]
        people = ", ".join(escape(name) for name in self.client.people)
        head = f"<p><strong>Chat room {escape(self.client.room)}</strong>{people and f', with {people}'}</p>"
        earlier = f"<p><em>{len(entries) - len(shown)} earlier</em></p>" if len(entries) > len(shown) else ""
        lines = "".join(f"<li>{_as_html(entry)}</li>" for entry in shown)
        return f"{head}{earlier}<ol>{lines}</ol>" if lines else f"{head}<p><em>No messages yet.</em></p>"

    # From here on what the client tells, on the background loop

    def _told(self, event: chat_client.Event) -> None:
        match event:
            case chat_client.Reset(transcript, people, connection, dropped):
                self._drop(dropped)
                for entry in transcript:
                    self._show(entry)
                self.record("people", {"names": people}, key="people")
                self.record("connection", asdict(connection), key="connection")
            case chat_client.Added(entry) | chat_client.Pending(entry) | chat_client.Changed(entry):
                self._show(entry)
            case chat_client.People(names):
                self.record("people", {"names": names}, key="people")
            case chat_client.Connection():
                self.record("connection", asdict(event), key="connection")
            case chat_client.TypingSeen(user):
                self.record("typing", {"user": user}, keep=False)
            case chat_client.Refused():
                self.record("refused", asdict(event), keep=False)
            case chat_client.Dropped(count):
                self._drop(count)
        self._show_room()

    def _show(self, entry: Entry) -> None:
        match entry:
            case Message():
                key = entry.id
                data = {name: getattr(entry, name) for name in ("id", "user", "msg", "time", "state", "code", "own")}
                self.record("message", data, key=key)
                if entry.seq is None:
                    return
            case Notice():
                key = f"notice {entry.seq}"
                self.record("notice", {"key": key, **asdict(entry)}, key=key)
            case Gap():
                self._gaps += 1
                key = f"gap {self._gaps}"
                self.record("gap", {"key": key, **asdict(entry)}, key=key)
        self._placed.append(key)

    def _drop(self, count: int) -> None:
        """Have no more than the client has: the transcript's oldest entries are gone, ``count`` in all."""
        keys = [self._placed.popleft() for _ in range(count - self._dropped) if self._placed]
        for key in keys:
            self.forget(key)
        if count > self._dropped:
            self._dropped = count
            self.record("dropped", {"count": count, "keys": keys}, key="dropped")

    def _show_room(self) -> None:
        client = self.client
        limits = asdict(client.limits) if client.limits else None
        room = {"room": client.room, "name": client.name, "url": client.shown_url, "limits": limits}
        if room != self._room_told:
            self._room_told = room
            self.record("room", room, key="room")


def _as_html(entry: Entry) -> str:
    match entry:
        case Message():
            text = escape(entry.msg).replace("\n", "<br>")
            fate = "" if entry.state == "delivered" else f" <em>({entry.state})</em>"
            return f"<strong>{escape(entry.user)}</strong>: {text}{fate}"
        case Notice():
            return f"<em>{escape(entry.msg)}</em>"
        case Gap(missed):
            return f"<em>{missed if missed is not None else 'Some'} earlier entries are no longer kept.</em>"
