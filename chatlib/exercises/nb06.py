"""The exercises of notebook 06, Build echo, then broadcast."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack, suppress
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK

from chatlib.exercises.quizzes.nb06 import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of

SECONDS: Final = 1.0


@exercise
async def ex1(handler: Callable[[ServerConnection], Any], guests: Collection[ServerConnection]) -> str:
    """Finish the handler: three guests, of whom one says goodbye and one is cut off."""
    async with _Hall(handler) as hall:
        ada, bo, cleo = [await hall.guest() for _ in range(3)]
        await _say(ada, "Hello")
        heard = [await _next(guest) for guest in (ada, bo, cleo)]
        hall.check()
        if hall.codes == {1000}:
            raise NotYet("the handler returned at once, so the server said goodbye. What keeps a handler busy?")
        if heard[0] is None:
            raise NotYet("Ada said something, and did not hear it herself. She is one of the guests.")
        if heard != ["Hello"] * 3:
            raise NotYet(f"Ada said 'Hello', and Ada, Bo and Cleo heard {heard} (None: nothing).")
        if await _next(bo, 0.1) is not None:
            raise NotYet("Ada said it once, and Bo heard it twice.")
        await bo.close()
        await hall.lost(1)
        if len(guests) != 2:
            raise NotYet(f"Bo said goodbye, two are left, and {len(guests)} are in the set.")
        cleo.transport.abort()
        await hall.lost(2)
        if len(guests) != 1:
            raise NotYet("Cleo's cable was cut, and she is still in the set. Which line is reached, whatever happens?")
        await _say(ada, "Is anybody here?")
        if await _next(ada) != "Is anybody here?":
            raise NotYet("when the others had gone, Ada could not even hear herself.")
        hall.check()
    if guests:
        raise NotYet("everybody has gone, and the set is not empty.")
    return "all heard it, and nobody haunts the set."


class _Page:
    """A page that behaves as its part in the play says, and remembers what it was sent."""

    def __init__(self, part: str, pages: set[_Page]) -> None:
        self.part = part
        self.heard: list[str] = []
        self._pages = pages
        pages.add(self)

    async def send(self, message: str) -> None:
        await asyncio.sleep(0)
        if self.part == "has gone":
            raise ConnectionClosedError(None, None)
        if self.part == "leaves":
            self._pages.discard(self)
            raise ConnectionClosedOK(None, None)
        self.heard.append(message)


@exercise
async def ex2(tell: Callable[[set[_Page], str], Any]) -> str:
    """Survive a leaver in the middle of a broadcast."""
    for parts in (("leaves",), ("has gone",), ("leaves", "has gone")):
        pages: set[_Page] = set()
        stayed = [_Page("stays", pages) for _ in range(4)]
        for part in parts:
            _Page(part, pages)
        try:
            await result_of(tell, pages, "Hello")
        except RuntimeError as error:
            raise NotYet(f"a page left in the middle, and Python said: {error}. Over what could you loop?") from None
        except ConnectionClosed:
            raise NotYet("one page had gone, and its exception ended the whole broadcast.") from None
        left_out = sum(not page.heard for page in stayed)
        if left_out:
            raise NotYet(f"nothing was raised, but {left_out} of 4 pages that stayed heard nothing.")
        if any(len(page.heard) > 1 for page in stayed):
            raise NotYet("some pages heard it twice.")
    return "some went, some had gone, and everybody else heard it."


@exercise
async def ex3(answering: Callable[[ServerConnection], Any]) -> str:
    """Keep each client's order, and let no client wait for another."""
    async with _Hall(answering) as hall:
        ada, bo = await hall.guest(), await hall.guest()
        for question in ("a", "bb", "cccc"):
            await _say(ada, question)
        await _say(bo, "quick question")
        first = asyncio.create_task(_next(ada))
        asked_by_bo = asyncio.create_task(_next(bo))
        await asyncio.wait([first, asked_by_bo], return_when=asyncio.FIRST_COMPLETED)
        bo_was_first = asked_by_bo.done() and asked_by_bo.result() is not None
        answers = [await first, await _next(ada), await _next(ada)]
        await asked_by_bo
        hall.check()
    if None in answers or asked_by_bo.result() is None:
        raise NotYet(f"Ada asked a, bb and cccc, and the answers were {answers} (None: nothing).")
    if answers != ["A", "BB", "CCCC"]:
        raise NotYet(
            f"Ada asked a, bb and cccc, and was answered {answers}. Who can wait for one answer before the next?"
        )
    if not bo_was_first:
        raise NotYet("Ada's order is right. But Bo had a quick question, and had to wait until Ada was answered.")
    return "each was answered in order, and nobody waited for the other."


class _Hall:
    """A server around the learner's handler, which remembers what the handler raised, and with which codes it ended."""

    def __init__(self, handler: Callable[[ServerConnection], Any]) -> None:
        self.codes: set[int | None] = set()
        self._handler = handler
        self._raised: list[Exception] = []
        self._over = 0
        self._news = asyncio.Condition()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> _Hall:
        self._server = await self._stack.enter_async_context(serve(self._receive, "127.0.0.1", 0, compression=None))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def guest(self) -> ClientConnection:
        """Return a new client's connection."""
        url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return await self._stack.enter_async_context(connect(url, proxy=None, compression=None))

    async def lost(self, count: int) -> None:
        """Wait until so many handlers have ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS), self._news:
                await self._news.wait_for(lambda: self._over >= count)

    def check(self) -> None:
        """Turn what the handler raised into a hint."""
        for error in self._raised:
            raise NotYet(f"the handler raised {type(error).__name__}: {error}.")

    async def _receive(self, connection: ServerConnection) -> None:
        try:
            await result_of(self._handler, connection)
            if connection.state.name == "OPEN":
                self.codes.add(1000)
        except ConnectionClosed:
            pass  # may escape: who was cut off is nobody's bug
        except Exception as error:
            self._raised.append(error)
        finally:
            async with self._news:
                self._over += 1
                self._news.notify_all()


async def _say(connection: ClientConnection, text: str) -> None:
    """Send a text; if the server has closed meanwhile, silence will tell."""
    with suppress(ConnectionClosed):
        await connection.send(text)


async def _next(connection: ClientConnection, seconds: float = SECONDS) -> Any:
    """Return the next message, None if there is none."""
    with suppress(TimeoutError, ConnectionClosed):
        return await asyncio.wait_for(connection.recv(), seconds)
    return None
