"""A small chat server to be attacked, on loopback only: it has nine defences, each of which can be switched off.

What looks at Host and Origin, counts messages and refuses in words are chatlib's own parts; what is not here by default
is the switch. It knows Ada by a cookie, as many sites do, and tells her what is for her alone. On the background loop.
"""

from __future__ import annotations

import asyncio
import functools
import hmac
import json
import logging
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from html import escape
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Origin

from chatlib import json_text
from chatlib.clock import timestamp
from chatlib.errors import Refused
from chatlib.limits import Allowance, Limits
from chatlib.server import answers
from chatlib.server.origins import is_loopback, parse_host, parse_origin

LIMITS: Final = Limits(rate=20, burst=40)
MOST_BYTES: Final = 64 * 1024  # in a message
HANDSHAKE_SECONDS: Final = 1.0
COOKIE: Final = "chatlib_victim"
SHOWN_LINES: Final = 8

# Intruders break off in the middle on purpose: a traceback would only frighten.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True

LOGGED_IN: Final = """<!doctype html><meta charset="utf-8"><title>The victim</title>
<h1>The victim</h1><p>You are logged in as Ada, by a cookie. Leave this open, and visit the evil page.</p>"""


class Defence(StrEnum):
    """What can be switched on: in the order in which a request, a message and a page meet it."""

    HOST = "host"
    ORIGIN = "origin"
    PASSCODE = "passcode"
    TIMEOUT = "timeout"
    SIZE = "size"
    RATE = "rate"
    NAME = "name"
    MESSAGE = "message"
    TIME = "time"


class VictimConnection(ServerConnection):
    """A connection that, where the victim says so, has not for ever to finish its handshake."""

    def __init__(self, victim: Victim, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._victim = victim

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait (asyncio calls this)."""
        super().connection_made(transport)
        if Defence.TIMEOUT in self._victim.defences:
            asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self._look)

    def _look(self) -> None:
        if self.state is State.CONNECTING:
            self.transport.abort()


Visited = Callable[[Request, HTTPStatus], object]
"""Is told each request of a browser, and the status of its answer."""


class Victim:
    """The server, and the page that Ada has open; ``defences`` are those that are switched on, and may change."""

    def __init__(self, visited: Visited = lambda request, status: None) -> None:
        self.defences: set[Defence] = set()
        self.ticket = f"Ada's ticket is {secrets.randbelow(9000) + 1000}."
        self.session = secrets.token_urlsafe(8)
        self.passcode = secrets.token_urlsafe(8)
        self.port = 0
        self.lines: deque[str] = deque(maxlen=SHOWN_LINES)
        """What Ada's page shows: a line of HTML for each message."""
        self.heard = 0
        """How many messages Ada's page was sent."""
        self._placed = 0
        self._visited = visited
        self._pages: set[ServerConnection] = set()
        self._heard = asyncio.Condition()
        self._server: Server | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def origin(self) -> str:
        """Where its own pages come from."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> Self:
        """Serve on a free port, and have Ada open her page, which knows the passcode."""
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._admit,
            create_connection=functools.partial(VictimConnection, self),  # type: ignore[arg-type]  # it is called
            compression=None,
            ping_interval=None,
            open_timeout=None,
            max_size=None,
            logger=_quiet,
        )
        self.port = self._server.sockets[0].getsockname()[1]
        page = await connect(
            f"ws://127.0.0.1:{self.port}/chat?passcode={self.passcode}",
            origin=Origin(self.origin),
            additional_headers={"Cookie": f"{COOKIE}={self.session}"},
            proxy=None,
            compression=None,
            max_size=None,
            logger=_quiet,
        )
        self._reading = asyncio.create_task(self._read(page))
        return self

    async def stop(self) -> None:
        """Close the page, and the server with all its connections; idempotent."""
        server, self._server = self._server, None
        if server is None:
            return
        for connection in server.connections:
            connection.transport.abort()
        server.close()
        await server.wait_closed()
        if self._reading is not None:
            await self._reading

    async def until_shown(self, what: str, since: int, seconds: float) -> str:
        """Return the line of Ada's page that holds this, among those after so many messages; "" if none comes."""
        found: list[str] = []

        def is_shown() -> bool:
            new = list(self.lines)[-(self.heard - since) :] if self.heard > since else []
            found[:] = [line for line in new if what in line]
            return bool(found)

        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._heard:
                await self._heard.wait_for(is_shown)
        return found[-1] if found else ""

    async def settled(self, seconds: float) -> None:
        """Return when Ada's page has heard all that was said, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._heard:
                await self._heard.wait_for(lambda: self.heard >= self._placed)

    # Before the socket

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            response = self._answer(request)
        except Refused as refused:
            response = answers.refusal(refused)
        status = HTTPStatus.SWITCHING_PROTOCOLS if response is None else HTTPStatus(response.status_code)
        self._visited(request, status)
        return response

    def _answer(self, request: Request) -> Response | None:
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        url = urlsplit(request.path)
        if Defence.HOST in self.defences and not _is_ours(host):
            raise Refused(403, f"Host {host[:100]!r} is not this machine")
        if Defence.ORIGIN in self.defences and origin is not None and not _is_same(origin, host):
            raise Refused(403, f"Origin {origin[:100]!r} may not connect")
        if url.path == "/":
            return self._log_in()
        if Defence.PASSCODE in self.defences and not hmac.compare_digest(
            parse_qs(url.query).get("passcode", [""])[-1].encode(), self.passcode.encode()
        ):
            raise Refused(401, "this room wants its passcode")
        if url.path != "/chat":
            raise Refused(404, "there is / and /chat")
        return None

    def _log_in(self) -> Response:
        cookie = f"{COOKIE}={self.session}; Path=/; HttpOnly; SameSite=Strict"  # as strict as a cookie can be
        body = LOGGED_IN.encode()
        headers = {"Set-Cookie": cookie, "Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        return Response(200, "OK", Headers({**headers, "Connection": "close", "Cache-Control": "no-store"}), body)

    # In the room

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        name = self._who(connection.request)
        connection.protocol.max_message_size = MOST_BYTES if Defence.SIZE in self.defences else None
        loop = asyncio.get_running_loop()
        allowance = Allowance(LIMITS, loop.time())
        self._pages.add(connection)
        try:
            welcome = {"type": 3, "user": name, "msg": self.ticket if name == "Ada" else "Welcome."}
            await connection.send(json.dumps(welcome))
            async for text in connection:
                if Defence.RATE in self.defences and not allowance.take(LIMITS, loop.time()):
                    await connection.close(1008, f"more than {LIMITS.rate:g} messages a second")
                    return
                self._placed += 1
                broadcast(self._pages, _message(name, text))
        except ConnectionClosed:
            pass
        finally:
            self._pages.discard(connection)

    def _who(self, request: Request) -> str:
        """Return who comes: Ada if her cookie came along, else whoever they say."""
        with suppress(CookieError, KeyError):
            sent = SimpleCookie("; ".join(request.headers.get_all("Cookie")))[COOKIE].value
            if hmac.compare_digest(sent.encode(), self.session.encode()):
                return "Ada"
        return parse_qs(urlsplit(request.path).query).get("name", ["Guest"])[-1]

    # Ada's page

    async def _read(self, page: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in page:
                message = json.loads(text)
                if message["type"] != 2:
                    continue
                async with self._heard:
                    self.heard += 1
                    self.lines.append(self._drawn(message))
                    self._heard.notify_all()

    def _drawn(self, message: dict[str, str]) -> str:
        """Return a message as the page draws it: a part of it is text only where its defence is switched on."""

        def part(field: str, defence: Defence) -> str:
            value = message[field][:200]
            return escape(value) if defence in self.defences else value

        user, msg, time = part("user", Defence.NAME), part("msg", Defence.MESSAGE), part("time", Defence.TIME)
        return f"<p><b>{user}</b> {msg} <small>{time}</small></p>"


def _message(name: str, text: str | bytes) -> str:
    """Return what everybody is sent: the time is the sender's, if they say one, as in many small chats."""
    msg, time = str(text), timestamp()
    with suppress(ValueError, TypeError, KeyError):
        sent = json_text.loads(text if isinstance(text, str) else text.decode())
        msg, time = str(sent["msg"]), str(sent.get("time", time))
    return json.dumps({"type": 2, "user": name, "msg": msg, "time": time})


def _is_ours(host: str) -> bool:
    with suppress(ValueError):
        return is_loopback(parse_host(host).host)
    return False


def _is_same(origin: str, host: str) -> bool:
    with suppress(ValueError):
        return parse_origin(origin).authority == parse_host(host)
    return False
