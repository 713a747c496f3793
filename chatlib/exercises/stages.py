"""Servers for the exercises in JavaScript: each is the other end of the page that a learner wrote."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from typing import Any, ClassVar, Final, Self

from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed

from chatlib import background
from chatlib.client.conditions import Conditions
from chatlib.exercises.witness import Visit, Witness

WORDS: Final = ["one", "two", "three"]
HANDSHAKE_SECONDS: Final = 1.3  # who guesses how long the open event takes, and the last answer, is found out
ANSWER_SECONDS: Final = 0.2  # the echo comes so late that a page which does not wait for it is found out
LAST_ANSWER_SECONDS: Final = 1.6


class Stage(Witness):
    """A server for pages, which stays until the next one of its kind is asked for; each change wakes who waits."""

    _last: ClassVar[dict[type[Stage], Stage]] = {}

    def __init__(self) -> None:
        super().__init__(self._serve)
        self.answers: list[str] = []
        self.messages: list[str | bytes] = []  # of all visits
        self._conditions = Conditions()

    @classmethod
    async def set_up(cls) -> Self:
        """Start one, and stop the last one."""
        if last := Stage._last.pop(cls, None):
            await last.__aexit__(None, None, None)
        Stage._last[cls] = stage = await cls().__aenter__()
        return stage

    async def until(self, condition: Any) -> None:
        """Wait until it is true."""
        await self._conditions.until(condition)

    async def _serve(self, visit: Visit) -> None:
        self._conditions.ask()
        async for message in visit.connection:
            visit.messages.append(message)
            self.messages.append(message)
            await self.answer(visit, message)
            self._conditions.ask()

    async def answer(self, visit: Visit, message: str | bytes) -> None:
        """Do what this server does with a message."""
        raise NotImplementedError


class _EchoStage(Stage):
    handshake_seconds = HANDSHAKE_SECONDS

    async def answer(self, visit: Visit, message: str | bytes) -> None:
        seconds = LAST_ANSWER_SECONDS if len(visit.messages) == len(WORDS) else ANSWER_SECONDS
        with suppress(TimeoutError):
            await asyncio.wait_for(visit.connection.wait_closed(), seconds)
        with suppress(ConnectionClosed):
            answer = f"{message!s} {random.randrange(1000)}"  # so that nobody knows it who has not heard it
            await visit.connection.send(answer)
            self.answers.append(answer)


class _BroadcastStage(Stage):
    async def answer(self, visit: Visit, message: str | bytes) -> None:
        broadcast([each.connection for each in self.visits], message)


class BubbleStage(Stage):
    """A server that says things to every page, and answers nothing."""

    async def answer(self, visit: Visit, message: str | bytes) -> None:
        """Say nothing: here only the check speaks."""

    def says(self, user: str, msg: str, time: str) -> None:
        """Send every page a message."""
        text = json.dumps({"user": user, "msg": msg, "time": time})
        background.call(broadcast, [each.connection for each in self.visits], text)


async def echo_stage() -> Stage:
    """Start an echo server that remembers who came."""
    return await _EchoStage.set_up()


async def broadcast_stage() -> Stage:
    """Start a server that sends what it gets to every page, and remembers who came."""
    return await _BroadcastStage.set_up()


async def bubble_stage() -> BubbleStage:
    """Start a server whose messages a page shows."""
    return await BubbleStage.set_up()
