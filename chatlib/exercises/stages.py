"""Servers for the exercises in JavaScript: each is the other end of the page that a learner wrote."""

from __future__ import annotations

import asyncio
import json
import random
import time
from contextlib import suppress
from typing import Any, ClassVar, Final, Self
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

from chatlib import background
from chatlib.client.conditions import Conditions
from chatlib.exercises.verdict import NotYet
from chatlib.exercises.witness import Visit, Witness

WORDS: Final = ["one", "two", "three"]
ANSWER_SECONDS: Final = 0.2  # the echo comes so late that a page which does not wait for it is found out
SLOWER_SECONDS: Final = 1.0  # by so much, where a page is asked whether it waits or hopes


class Stage(Witness):
    """A server for pages, which stays until the next one of its kind is asked for; each change wakes who waits."""

    has_secret: ClassVar[bool] = False  # its url is in the picture of a page, which is to be the same each time
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

    def check_addresses(self) -> None:
        """Refuse a page that put something behind the url, which is another one where a proxy stands before it."""
        if others := [visit.path for visit in self.visits if visit.path != "/"]:
            raise NotYet("your page put {path!r} behind the url. The url is whole as it is.", path=others[0])

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


class EchoStage(Stage):
    """An echo server that takes its time: whoever guesses how long the open event takes, or the last answer, fails."""

    handshake_seconds = 1.3
    last_answer_seconds = 1.6

    def __init__(self) -> None:
        super().__init__()
        self._asked_at = self._sent_at = self._last_sent_at = self._left_at = 0.0

    @property
    def was_asked(self) -> bool:
        """Whether somebody asked for a connection, be it one that has not opened yet."""
        return self._asked_at > 0

    def slower(self) -> EchoStage:
        """Return one that takes longer for both than its visitor has taken here, from the one thing to the next."""
        stage = EchoStage()
        stage.handshake_seconds = self._sent_at - self._asked_at + SLOWER_SECONDS
        stage.last_answer_seconds = (self._left_at or time.monotonic()) - self._last_sent_at + SLOWER_SECONDS
        return stage

    def knows_code_of(self, visit: Visit) -> bool:
        """Tell whether its goodbye has the code that the page gave: a Jupyter server's proxy passes it on with none."""
        return self.is_direct(visit) or visit.close_code != CloseCode.NO_STATUS_RCVD

    def is_direct(self, visit: Visit) -> bool:
        """Tell whether it came past no proxy. One opens a page's WebSocket at once, before it has asked this server."""
        request = visit.connection.request
        return request is not None and request.headers.get("Host") == urlsplit(self.url).netloc

    async def answer(self, visit: Visit, message: str | bytes) -> None:
        """Send it back with a number, so that nobody knows the answer who has not heard it."""
        self._last_sent_at = time.monotonic()
        self._sent_at = self._sent_at or self._last_sent_at
        seconds = self.last_answer_seconds if len(visit.messages) == len(WORDS) else ANSWER_SECONDS
        with suppress(TimeoutError):
            await asyncio.wait_for(visit.connection.wait_closed(), seconds)
        with suppress(ConnectionClosed):
            answer = f"{message!s} {random.randrange(1000)}"
            await visit.connection.send(answer)
            self.answers.append(answer)

    async def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if not self.visits and "Upgrade" in request.headers:
            self._asked_at = time.monotonic()
        return await super()._admit(connection, request)

    async def _serve(self, visit: Visit) -> None:
        try:
            await super()._serve(visit)
        finally:
            self._left_at = time.monotonic()


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


async def echo_stage() -> EchoStage:
    """Start an echo server that remembers who came."""
    return await EchoStage.set_up()


async def broadcast_stage() -> Stage:
    """Start a server that sends what it gets to every page, and remembers who came."""
    return await _BroadcastStage.set_up()


async def bubble_stage() -> BubbleStage:
    """Start a server whose messages a page shows."""
    return await BubbleStage.set_up()
