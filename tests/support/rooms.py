"""What a hub holds, for a backplane that is tested without one."""

from __future__ import annotations

from chatlib.records import Resumed


class Rooms:
    """A hub that holds these rooms, as they are."""

    def __init__(self, *rooms: Resumed) -> None:
        self.rooms = {room.room: room for room in rooms}

    def sizes(self) -> dict[str, int]:
        return {name: sum(map(len, room.kept)) for name, room in self.rooms.items()}

    def snapshot(self, name: str) -> Resumed | None:
        return self.rooms.get(name)

    def elsewhere(self) -> set[str]:
        return set()

    def homes(self) -> set[str]:
        return set(self.rooms)
