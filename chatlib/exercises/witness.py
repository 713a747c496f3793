"""A server that remembers its visitors, so that a check can ask it what the learner's code really did."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, Final, Self, TypeVar
from unittest import mock

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.protocol import State

from chatlib import background, chaos
from chatlib.client.websocket import WebSocket
from chatlib.exercises.verdict import NotYet
from chatlib.words import Text

T = TypeVar("T")

REFUSED_PATH: Final = "/refused"

# Some handlers raise on purpose, and some visitors vanish: a traceback would only frighten.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True


@dataclass(slots=True)
class Visit:
    """One connection as the server saw it, and the messages that its handler wrote down."""

    connection: ServerConnection
    path: str
    """What the visitor asked for, behind the witness's url."""
    messages: list[str | bytes] = field(default_factory=list)
    handled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the handler has read all that came."""

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended."""
        return self.connection.state is State.CLOSED

    @property
    def has_goodbye(self) -> bool:
        """Whether the visitor's Close frame has come."""
        return self.connection.protocol.close_rcvd is not None

    @property
    def close_code(self) -> int | None:
        """The code of the visitor's Close frame, 1005 if it had none, 1006 if no frame came; None before the end."""
        frame = self.connection.protocol.close_rcvd
        return int(frame.code) if frame is not None else self.connection.close_code

    @property
    def close_reason(self) -> str | None:
        """The reason in the visitor's Close frame; None before the end."""
        frame = self.connection.protocol.close_rcvd
        return frame.reason if frame is not None else self.connection.close_reason


Handler = Callable[[Visit], Awaitable[None]]


async def echo(visit: Visit) -> None:
    """Send back what comes; and read on where the visitor does not wait for that."""
    async for message in visit.connection:
        visit.messages.append(message)
        with suppress(ConnectionClosed):
            await visit.connection.send(message)


class Witness:
    """A server on a free port, on the background loop, for the length of an ``async with``.

    Nobody else knows its url: who tries again and again to reach a server that was at this port before is no visitor.
    Its handler takes a Visit; the path ``/refused`` never gets that far, and is answered with HTTP 403. ``delay`` is
    what the network takes each way, in seconds: so long, whoever does not wait is ahead of the news.
    """

    has_secret: ClassVar[bool] = True
    handshake_seconds: float = 0  # so long it takes to answer a request

    def __init__(self, handler: Handler = echo, *, delay: float = 0) -> None:
        self.visits: list[Visit] = []
        self.url = ""
        self._secret = f"/{secrets.token_hex(4)}" if self.has_secret else ""
        self._handler = handler
        self._delay = delay
        self._proxy: chaos.Proxy | None = None

    async def __aenter__(self) -> Self:
        self._server = await in_background(self._start())
        port = self._server.sockets[0].getsockname()[1]
        if self._delay:
            self._proxy = chaos.Proxy("127.0.0.1", port)
            self._proxy.delay(self._delay)
            port = self._proxy.port
        self.url = f"ws://127.0.0.1:{port}{self._secret}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._proxy is not None:
            self._proxy.stop()
        await in_background(self._stop())

    async def everyone_left(self, seconds: float = 3.0) -> bool:
        """Wait until somebody has come and nobody is there any more; False if it is otherwise after so many seconds.

        Whoever has said goodbye has left, however long the end of the connection takes on a busy machine.
        """

        async def wait() -> None:
            await self._somebody_came.wait()
            await asyncio.gather(*(visit.connection.wait_closed() for visit in self.visits))
            await asyncio.gather(*(visit.handled.wait() for visit in self.visits))

        with suppress(TimeoutError):
            await asyncio.wait_for(in_background(wait()), seconds)
        return bool(self.visits) and all(visit.is_over or visit.has_goodbye for visit in self.visits)

    def check_one_visit(self, what: Text) -> None:
        """Refuse a function that gave one connection up, and opened another."""
        if (count := len(self.visits)) > 1:
            raise NotYet(
                "{what}, and your function opened {count} connections. One is enough: wait for it.",
                what=what,
                count=count,
            )

    def check_address(self, visit: Visit, path: str) -> None:
        """Refuse a visitor who put something behind the url that was given, such as the /echo of the notebook."""
        if visit.path != (path or "/"):
            raise NotYet(
                "url was {url!r}, and your WebSocket connected to {other!r}. The url is whole as it is.",
                url=self.url + path,
                other=self.url + visit.path,
            )

    async def _start(self) -> Server:
        self._somebody_came = asyncio.Event()
        return await serve(
            self._receive,
            "127.0.0.1",
            0,
            process_request=self._admit,
            compression=None,
            ping_interval=None,
            logger=_quiet,
        )

    async def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:  # a page may ask first, with fetch(), whether it gets here
            await asyncio.sleep(self.handshake_seconds)
        if not request.path.startswith(self._secret):
            return connection.respond(HTTPStatus.NOT_FOUND, "Not here.\n")
        if self._path(request) == REFUSED_PATH:
            return connection.respond(HTTPStatus.FORBIDDEN, "Refused.\n")
        return None

    def _path(self, request: Request) -> str:
        return request.path.removeprefix(self._secret) or "/"

    async def _stop(self) -> None:
        for visit in self.visits:  # also one that is closing, and does not see its end as nobody reads what came
            visit.connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    async def _receive(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        visit = Visit(connection, self._path(connection.request))
        self.visits.append(visit)
        self._somebody_came.set()
        try:
            with suppress(ConnectionClosed):
                await self._handler(visit)
        finally:
            visit.handled.set()


def code_of(visit: Visit) -> Text:
    """Return what to say of the code in its goodbye."""
    if visit.close_code == CloseCode.NO_STATUS_RCVD:
        return Text("no close code")
    return Text("the close code {close_code}", close_code=visit.close_code)


@contextmanager
def looks_at_ready_state(url: str) -> Iterator[list[int]]:
    """Write down what whoever looks at the ``readyState`` of a WebSocket to this server sees."""
    seen: list[int] = []

    def look(ws: WebSocket) -> int:
        state = ready_state.__get__(ws)
        if ws.url.startswith(url):
            seen.append(state)
        return int(state)

    ready_state = vars(WebSocket)["readyState"]
    with mock.patch.object(WebSocket, "readyState", property(look)):
        yield seen


async def in_background(coroutine: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine that runs on the background loop."""
    return await asyncio.wrap_future(background.submit(coroutine))
