"""Somebody in a room who says numbered messages, and can tell what was seen there."""

from __future__ import annotations

import asyncio
import threading
import time

from chatlib import ChatClient
from chatlib.transcript import Gap, Message, Notice

FINISH_SECONDS = 120
Line = tuple[str, str, str]  # seq, user, what was said


class Person:
    """A ChatClient with a mouth; usable in any kernel or process."""

    def __init__(self, url: str, name: str, *, room: str = "lobby", ping: float = 20) -> None:
        self.room = ChatClient(url, room=room, name=name, ping=ping)
        self.wanted = name
        self._ids: list[str] = []
        self._talk: threading.Thread | None = None

    def begin(self, count: int, *, pause: float, first: int = 0) -> None:
        """Say ``<name> 0``, ``<name> 1``, … from a thread, so many messages with a pause after each."""

        def talk() -> None:
            for number in range(first, first + count):
                self._ids.append(self.room.send(f"{self.wanted} {number}"))
                time.sleep(pause)

        self._talk = threading.Thread(target=talk, daemon=True)
        self._talk.start()

    async def pauses(self) -> None:
        """Wait until all that was begun is said."""
        if self._talk is not None:
            await asyncio.to_thread(self._talk.join)

    async def finish(self) -> int:
        """Wait until all that was begun is said and delivered; return how much that is."""
        await self.pauses()
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                for id_ in self._ids:
                    await self.room.delivered(id_)
        except TimeoutError as error:
            raise TimeoutError(f"not all is delivered after {FINISH_SECONDS} s: {self.room!r}") from error
        return len(self._ids)

    async def sees(self, line: str) -> None:
        """Wait until somebody said this."""

        def is_seen() -> bool:
            return any(message.msg == line and message.state == "delivered" for message in self.room.messages[-200:])

        await self.room.until(is_seen, timeout=30)

    def lines(self) -> list[Line]:
        """What was said, in the order that is seen here; one's own unplaced messages have the seq ""."""
        return [(message.seq or "", message.user, message.msg) for message in self.room.messages]

    def surprises(self) -> list[str]:
        """Return what a blink must not bring: gaps, somebody leaving, somebody entering twice, a failed message."""
        entered: set[str] = set()
        found = []
        for entry in self.room.transcript:
            match entry:
                case Gap(missed):
                    found.append(f"{missed} missed")
                case Notice(kind="enter", user=user) if user not in entered:
                    entered.add(user)
                case Notice(msg=text):
                    found.append(text)
                case Message(state="failed", code=code, msg=text):
                    found.append(f"{text} failed: {code}")
        return found
