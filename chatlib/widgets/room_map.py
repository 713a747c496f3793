"""RoomMap: a server, the people in one of its rooms, and each message on its way in and out to all.

Every member is a ChatClient whose connection runs through a chaos.Proxy of its own, so that one of them can be frozen:
its bytes stay where they are, and the others do not wait for it. What the page draws is what the clients really heard.

On a server that is given to it, the map is a wall for all who are in the room (``room_wall``).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from chatlib import background, chaos, wire
from chatlib.arguments import check_type
from chatlib.client.chat_client import ChatClient
from chatlib.client.conditions import Conditions
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.machine import cells
from chatlib.server.ownership import Server, serve
from chatlib.transcript import Added, ConnectionStatus, Message, Update
from chatlib.widgets import markup
from chatlib.widgets.live import LiveWidget
from chatlib.widgets.room_wall import RoomWall

MOST_MEMBERS: Final = 8
WAIT_SECONDS: Final = 10
MESSAGES_SHOWN: Final = 100


@dataclass(slots=True)
class _Member:
    """A person, and the network that only this person's bytes pass."""

    client: ChatClient
    network: chaos.Proxy
    frozen: bool = False

    @classmethod
    def of(cls, server: Server, room: str, name: str) -> _Member:
        url = urlsplit(server.chat_url)
        assert url.hostname is not None
        assert url.port is not None
        network = chaos.Proxy(url.hostname, url.port)
        through = url._replace(netloc=urlsplit(network.url).netloc).geturl()
        try:
            with cells.outside():
                return cls(ChatClient(through, room=room, name=name), network)
        except BaseException:
            network.stop()
            raise

    @property
    def heard(self) -> list[Message]:
        """What the server has sent to this person."""
        return [message for message in self.client.messages if message.state == "delivered"]

    def has_heard(self, id_: str) -> bool:
        return any(message.id == id_ for message in self.heard)

    def end(self) -> None:
        """Leave and cut the line; what has not gone out by now never will."""
        self.client.close()
        self.network.stop()


class RoomMap(LiveWidget):
    """A server in the middle, and the people of a room around it.

    Without ``server`` it is a room to practise in, on a server of its own that ends with it: add members, have them
    talk, freeze them. With one it is the room on a wall: everybody who is there, each message on its way, who is slow,
    who was cut and who left, as the server sees it. Only the kernel that runs the server can see that.

    Nobody comes back to a server that was stopped, but what the members have heard stays until :meth:`start`.

    Raises:
        ValueError: the room's name cannot be one.
    """

    _esm = front_end("room_map")
    _css = style_sheet("room_map")

    def __init__(self, server: Server | None = None, *, room: str = wire.DEFAULT_ROOM) -> None:
        self.room = wire.checked_room(room)
        check_type("server", server, (Server, type(None)), "what chatlib.serve() returns")
        self.server = server or self._serve()
        self._wall: RoomWall | None = None
        self._members: dict[str, _Member] = {}
        self._guard = threading.Lock()
        self._starting = threading.RLock()  # one of its own: while a server starts, the members' clients go on telling
        self._shown: deque[str] = deque()  # the ids of the messages that the page has, the oldest first
        self._conditions = Conditions()  # asked again after whatever a client tells
        super().__init__()
        self.at_close.callback(self._remove_all)
        self._tell_room(live=server is not None)
        if server is not None:
            self._wall = RoomWall(server, self.room, self.record, self.forget)
            self.at_close.callback(self._wall.stop)

    @property
    def people(self) -> dict[str, str]:
        """Everybody in the room by name, as the server sees them: "here", "slow", "cut" or "left"; of the wall only."""
        return {person.name: str(person.standing) for person in self._wall.people.copy().values()} if self._wall else {}

    @property
    def members(self) -> list[str]:
        """The names of those who were added here and have not left."""
        return list(self._members)

    @property
    def frozen(self) -> list[str]:
        """The names of those whose connection is frozen."""
        return [name for name, member in self._members.copy().items() if member.frozen]

    @property
    def transcripts(self) -> dict[str, list[str]]:
        """What each member has heard, in order, by name."""
        return {name: [message.msg for message in member.heard] for name, member in self._members.copy().items()}

    async def add(self, name: str) -> None:
        """Have somebody enter the room; return when all have seen it who are not frozen.

        Raises:
            ValueError: somebody of this name is here, or eight are.
            JoinError: the server did not let them in.
        """
        if name in self._members:
            raise ValueError(f"{name!r} is here already: choose another name")
        if len(self._members) >= MOST_MEMBERS:
            raise ValueError(f"the map has place for {MOST_MEMBERS} members, and they are here")
        member = self._enter(name)
        try:
            await member.client.joined()
        except BaseException:  # an interrupt, too: somebody who is not in the room is not on the map
            self._remove(name)
            raise
        await self._until(lambda: all(member.client.name in other.client.people for other in self._awake()))

    async def say(self, name: str, text: str) -> None:
        """Have a member say something; return when all have heard it who are not frozen.

        What somebody frozen says waits with them, and this returns at once.

        Raises:
            KeyError: no member has this name.
            NotDelivered: the server did not take it.
        """
        member = self._members[name]
        id_ = self._say(name, member, text)
        if not member.frozen:
            await member.client.delivered(id_)
            await self._until(lambda: all(other.has_heard(id_) for other in self._awake()))

    def freeze(self, name: str) -> None:
        """Stop the bytes of a member's connection, in both directions; it stays open.

        Raises:
            KeyError: no member has this name.
        """
        self._set_frozen(name, frozen=True)

    def thaw(self, name: str) -> None:
        """Let a member's bytes through again, and first those that waited.

        Raises:
            KeyError: no member has this name.
        """
        self._set_frozen(name, frozen=False)

    async def settled(self) -> None:
        """Return when all who are not frozen have heard the same, and nothing that they said is on its way.

        After a :meth:`thaw`, say.
        """
        await self._until(self._is_settled)

    async def leave(self, name: str) -> None:
        """Have a member leave, thawed first if need be; return when all have seen it who are not frozen.

        Nobody sees it any more where the server was stopped.

        Raises:
            KeyError: no member has this name.
        """
        member = self._members[name]
        self.thaw(name)
        member.client.close()
        await self._until(lambda: member.client.state == "CLOSED")
        self._remove(name)
        await self._until(lambda: not self.server.running or self._have_seen_leave(member.client.name))

    def start(self) -> None:
        """Begin anew where the map's own server was stopped: another server, with the same members.

        Nothing if it runs, or if the server is somebody's: then whoever serves starts it.
        """
        with self._starting:
            if self.server.running or self._wall is not None:
                return
            names, server = self.members, self._serve()
            self._remove_all()
            while self._shown:
                self.forget("said", self._shown.popleft())
            self.forget("stopped")
            self.server = server
            self._tell_room(live=False)
            for name in names:
                self._enter(name)

    def __repr__(self) -> str:
        if self._wall is not None:
            return f"<RoomMap of {self.room} at {self.server.url}: {len(self.people)} people>"
        names = (f"{name} (frozen)" if member.frozen else name for name, member in self._members.copy().items())
        return f"<RoomMap of {self.room} at {self.server.url}: {', '.join(names) or 'nobody'}>"

    def act(self, action: dict[str, Any]) -> None:
        """Do what somebody did in the page; nothing if the member has left meanwhile."""
        if not self.server.running and action != {"do": "start"}:
            self._tell_stopped()
            return
        match action:
            case {"do": "start"}:
                self.start()
            case {"do": "say", "name": str(name), "text": str(text)}:
                if member := self._members.get(name):
                    self._say(name, member, text)
            case {"do": "freeze", "name": str(name), "frozen": bool(frozen)}:
                if name in self._members:
                    self._set_frozen(name, frozen=frozen)
            case _:
                raise ValueError(f"expected an action of the map's page, got {action!r}")

    def snapshot(self) -> str:
        """Return the members, and what each of them has heard, as a table."""
        if self._wall is not None:
            about = f"people: {len(self.people)}, messages: {self._wall.messages}"
            return f"<p><strong>Room {markup.name(self.room)}</strong>: {about}</p>{self._wall.table()}"
        head = f"<p><strong>Room {markup.name(self.room)}</strong>: what each member has heard from the server</p>"
        if not self._members:
            return f"{head}<p><em>Nobody is here.</em></p>"
        rows = "".join(_as_row(name, member) for name, member in self._members.copy().items())
        return f"{head}<table><thead><tr><th>Member</th><th>Heard</th></tr></thead><tbody>{rows}</tbody></table>"

    def _serve(self) -> Server:
        server = serve(port=0)
        self.at_close.callback(server.stop)
        return server

    def _draw(self, kind: str, data: dict[str, Any], **how: Any) -> None:
        """Tell the page of the room to practise in; the wall shows what the server sees."""
        if self._wall is None:
            self.record(kind, data, **how)

    def _tell_room(self, *, live: bool) -> None:
        self.record("room", {"room": self.room, "url": self.server.url, "live": live}, key="")

    def _tell_stopped(self) -> None:
        self._draw("stopped", {}, key="")

    def _enter(self, name: str) -> _Member:
        member = self._members[name] = _Member.of(self.server, self.room, name)
        self._draw("member", {"name": name}, key=name)
        member.client.subscribe(lambda update: self._told(name, member, update))
        return member

    def _awake(self) -> list[_Member]:
        return [member for member in self._members.copy().values() if not member.frozen]

    def _have_seen_leave(self, name: str) -> bool:
        return all(name not in member.client.people for member in self._awake())

    def _is_settled(self) -> bool:
        clients = [member.client for member in self._awake()]
        heard = {tuple(message.id for message in client.messages if message.state != "failed") for client in clients}
        return len(heard) < 2 and not any(m.state == "sending" for client in clients for m in client.messages)

    def _say(self, name: str, member: _Member, text: str) -> str:
        id_ = member.client.send(text)
        self._show(id_)
        self._draw("said", {"id": id_, "name": name, "text": text}, key=id_)
        return id_

    def _set_frozen(self, name: str, *, frozen: bool) -> None:
        member = self._members[name]
        if member.frozen != frozen:
            member.frozen = frozen
            if frozen:
                member.network.freeze()
            self._draw("frozen", {"name": name, "frozen": frozen}, key=name)
            if not frozen:  # what comes of it is told behind it
                member.network.thaw()
            background.call(self._conditions.ask)

    def _remove_all(self) -> None:
        for name in self.members:
            self._remove(name)

    def _remove(self, name: str) -> None:
        self._members.pop(name).end()
        for what in ("member", "frozen"):
            self.forget(what, name)
        for id_ in self._shown.copy():
            self.forget("heard", f"{name}\n{id_}")
        self._draw("left", {"name": name}, keep=False)

    def _show(self, id_: str) -> None:
        """Have the page know this message, and forget the oldest one if it knows too many."""
        with self._guard:
            if id_ in self._shown:
                return
            self._shown.append(id_)
            oldest = self._shown.popleft() if len(self._shown) > MESSAGES_SHOWN else None
        if oldest is not None:
            self.forget("said", oldest)
            for name in self.members:
                self.forget("heard", f"{name}\n{oldest}")

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait, on any loop, until something that a client told makes the condition true."""
        await self._conditions.until(condition, timeout=WAIT_SECONDS)

    def _told(self, name: str, member: _Member, update: Update) -> None:
        """Show what a member heard; on the background loop."""
        match update:
            case Added(Message() as message) if self._members.get(name) is member:
                self._show(message.id)
                heard = {"id": message.id, "name": name, "user": message.user, "text": message.msg}
                self._draw("heard", heard, key=f"{name}\n{message.id}")
            case ConnectionStatus(state="CLOSED") if not self.server.running and self._members.get(name) is member:
                member.client.close()  # nobody will come back there
                self._tell_stopped()
        self._conditions.ask()


def _as_row(name: str, member: _Member) -> str:
    shown = member.heard[-MESSAGES_SHOWN:]
    lines = "".join(f"<li>{markup.name(message.user)}: {markup.text(message.msg)}</li>" for message in shown)
    heard = f"<ol>{lines}</ol>" if lines else "<em>nothing yet</em>"
    return f"<tr><th scope='row'>{markup.name(name)}{' (frozen)' if member.frozen else ''}</th><td>{heard}</td></tr>"
