"""People in a room of their own, for the checks of exercises that take part in a chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Final

from chatlib.client.chat_client import ChatClient
from chatlib.errors import NotDelivered
from chatlib.exercises.verdict import NotYet
from chatlib.server.ownership import serve
from chatlib.words import Text, joined

SECONDS: Final = 10.0
GRACE_SECONDS: Final = 0.1  # for what must not be said, and for what is said by the loop
PATIENCE_SECONDS: Final = 2.0  # for what may be said a little later than what it is about


@asynccontextmanager
async def people(*names: str) -> AsyncIterator[list[ChatClient]]:
    """Have these people in the lobby of a server of their own, where each sees all others."""
    with serve(port=0) as server:
        clients: list[ChatClient] = []
        try:
            for name in names:
                clients.append(ChatClient(server.url, name=name))
                await clients[-1].joined()
            for client in clients:
                await client.until(partial(_sees, client, len(names)), timeout=SECONDS)
            yield clients
        finally:
            for client in clients:
                client.close()


def _sees(client: ChatClient, count: int) -> bool:
    return len(client.people) == count


class Ear:
    """What was said; it may be said a little later: by the loop, as in the notebook, or by a task."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def hear(self, text: str) -> None:
        """Take down what is said, on whatever thread."""
        self.said.append(text)
        self._loop.call_soon_threadsafe(self._news.set)

    async def until(self, count: int, *, grace: float = GRACE_SECONDS) -> None:
        """Wait until so many things were said, or it takes too long; and a moment more, for what must not be said."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(self.said) < count:
                    self._news.clear()
                    await self._news.wait()
        await asyncio.sleep(grace)


@contextmanager
def leaving_is_told() -> Iterator[None]:
    """Have a hint say so where nothing more can be said, as the learner's code has closed the client."""
    try:
        yield
    except NotDelivered as error:
        if error.code != "closed":
            raise
        raise NotYet(
            "the message was delivered, and then the client was closed. Leave it open: its owner may have more to say."
        ) from error


def listed(texts: Iterable[str]) -> Text:
    """Return what was said, for a hint."""
    return joined(map(repr, texts), Text(" and ")) or Text("nothing")


def no_message(sent: Iterable[str]) -> Text:
    """Return what to say of one who was to return a message, and has returned None: was it sent at all?"""
    return Text("you returned None, and not the message. What you had sent by then: {listed}.", listed=listed(sent))


def not_yours(text: str) -> Text:
    """Return what to say of one who returned another message with the same text."""
    return Text(
        "{text!r} was also said by another cell, and you returned that message, which has another id than yours. "
        "What did send() return?",
        text=text,
    )
