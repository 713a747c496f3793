"""What an opening request gets: an answer in plain HTTP, or a WebSocket, as long as there is a place for one.

Who may come in at all, and where to, is for ``handshake`` to say, and the words are in ``answers``; here it is counted.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from chatlib import wire
from chatlib.errors import Refused
from chatlib.hub import Hub
from chatlib.server import answers, listening
from chatlib.server.backplane import Backplane
from chatlib.server.connection import Connection, Phase
from chatlib.server.handshake import Chat, Destination, Echo, Health, Page
from chatlib.server.settings import Settings

ROOM_FRAME_BYTES: Final = wire.FRAME_BYTES
ECHO_FRAME_BYTES: Final = 1024 * 1024


class Reception:
    """Receives the opening requests of one server, whose rooms are in ``hub`` and whose connections in ``sockets``."""

    def __init__(self, hub: Hub, sockets: Set[Connection], settings: Settings, backplane: Backplane) -> None:
        self._hub = hub
        self._backplane = backplane
        self._sockets = sockets
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Take these settings from now on."""
        self._door = settings.door()
        self._message_bytes = settings.limits.message_bytes
        self._files = listening.raise_file_limit()
        self._most = min(settings.max_clients or self._files, self._files)

    def is_overrun(self) -> bool:
        """Tell whether there are so many connections that no file is left to tell a further one so."""
        return len(self._sockets) > self._files + listening.FILES_RESERVED // 4

    def receive(self, connection: ServerConnection, request: Request) -> Response | None:
        """Return the answer in plain HTTP; None if the connection becomes a WebSocket, that knows where it leads."""
        assert isinstance(connection, Connection)
        try:
            destination = self._destination(request)
        except Refused as refused:
            return answers.refusal(refused)
        match destination:
            case Page():
                return answers.page()
            case Health(trusted):
                return answers.health(self._health() if trusted else {})
            case Echo():
                connection.protocol.max_message_size = ECHO_FRAME_BYTES
            case Chat():
                connection.protocol.max_message_size = self._room_frame_bytes()
        connection.destination = destination
        return None

    def _destination(self, request: Request) -> Destination:
        headers = {}
        for name in ("Host", "Origin", "Upgrade"):
            values = request.headers.get_all(name)
            if len(values) > 1:
                raise Refused(400, f"one {name} header expected, {len(values)} came")
            if values:
                headers[name.lower()] = values[0]
        destination = self._door.admit(request.method, request.path, headers)
        if isinstance(destination, Echo | Chat) and self._is_full():
            raise Refused(503, f"this server takes {self._most} connections, and has them: try again later")
        if isinstance(destination, Chat) and self._backplane.waiting:
            raise Refused(503, self._backplane.waiting)
        if isinstance(destination, Chat) and not self._has_place_for(destination.room):
            most = self._hub.limits.rooms
            raise Refused(503, f"this server keeps {most} rooms, and somebody is in each of them: join one of those")
        return destination

    def _health(self) -> dict[str, object]:
        about: dict[str, object] = {"rooms": len(self._hub.rooms), "clients": len(self._hub.peers)}
        if self._backplane.is_shared:
            about |= {"engine": self._backplane.engine, "engine_answers": not self._backplane.waiting}
        return about

    def _is_full(self) -> bool:
        # Those that are about to be refused take nobody's place: else in a rush nobody would get in at all.
        return sum(connection.destination is not None for connection in self._sockets) >= self._most

    def _has_place_for(self, room: str) -> bool:
        on_their_way = {
            c.destination.room for c in self._sockets if c.phase is Phase.OPENING and isinstance(c.destination, Chat)
        }
        return self._hub.rooms.has_place(room, self._hub.limits, on_their_way)

    def _room_frame_bytes(self) -> int | None:
        """Return how long a room's frame may be: a message and its envelope, with every character escaped."""
        return max(ROOM_FRAME_BYTES, 8 * self._message_bytes) if self._message_bytes else None
