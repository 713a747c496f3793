"""A server that remembers its visitors, so that a check can ask it what the learner's code really did."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State

from chatlib import background

T = TypeVar("T")

REFUSED_PATH: Final = "/refused"

# Some handlers raise on purpose, and some visitors vanish: no traceback shall frighten anybody.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True


@dataclass(slots=True)
class Visit:
    """One connection as the server saw it, and the messages that its handler wrote down."""

    connection: ServerConnection
    messages: list[str | bytes] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended."""
        return self.connection.state is State.CLOSED

    @property
    def close_code(self) -> int | None:
        """The code of the visitor's Close frame, 1005 if it had none, 1006 if no frame came; None before the end."""
        return self.connection.close_code

    @property
    def close_reason(self) -> str | None:
        """The reason in the visitor's Close frame; None before the end."""
        return self.connection.close_reason


Handler = Callable[[Visit], Awaitable[None]]


async def echo(visit: Visit) -> None:
    """Send back what comes."""
    async for message in visit.connection:
        visit.messages.append(message)
        await visit.connection.send(message)


class Witness:
    """A server on a free port, on the background loop, for the length of an ``async with``.

    Its handler takes a Visit; the path ``/refused`` never gets that far, and is answered with HTTP 403.
    """

    def __init__(self, handler: Handler = echo) -> None:
        self.visits: list[Visit] = []
        self.url = ""
        self._handler = handler

    async def __aenter__(self) -> Self:
        self._server = await in_background(self._start())
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await in_background(self._stop())

    async def everyone_left(self, seconds: float = 1.0) -> bool:
        """Wait until no visitor is there any more; False if one still is after so many seconds."""

        async def wait() -> None:
            await asyncio.gather(*(visit.connection.wait_closed() for visit in self.visits))

        with suppress(TimeoutError):
            await asyncio.wait_for(in_background(wait()), seconds)
        return all(visit.is_over for visit in self.visits)

    async def _start(self) -> Server:
        return await serve(
            self._receive, "127.0.0.1", 0, process_request=_admit, compression=None, ping_interval=None, logger=_quiet
        )

    async def _stop(self) -> None:
        for connection in self._server.connections:
            connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    async def _receive(self, connection: ServerConnection) -> None:
        visit = Visit(connection)
        self.visits.append(visit)
        with suppress(ConnectionClosed):
            await self._handler(visit)


def _admit(connection: ServerConnection, request: Request) -> Response | None:
    return connection.respond(HTTPStatus.FORBIDDEN, "Refused.\n") if request.path == REFUSED_PATH else None


async def in_background(coroutine: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine that runs on the background loop."""
    return await asyncio.wrap_future(background.submit(coroutine))
