"""Who may come in, and where to: what a server makes of the opening request, before any socket is upgraded.

Pure: it looks at a path and a few headers and says where they lead, or raises :class:`~chatlib.errors.Refused` with the
HTTP status and a body that says what to do. The checks come in this order: Host, Origin, passcode, path and room.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from chatlib import wire
from chatlib.errors import Refused
from chatlib.server.origins import Authority, parse_host, parse_origin
from chatlib.server_url import LOOPBACK

PATHS: Final = "/ (the chat page, and the room lobby), /chat/<room>, /echo, /healthz"


@dataclass(frozen=True, slots=True)
class Page:
    """The chat web page."""


@dataclass(frozen=True, slots=True)
class Health:
    """The JSON that says what runs here; ``trusted`` if the passcode, where one is wanted, came along."""

    trusted: bool


@dataclass(frozen=True, slots=True)
class Echo:
    """A WebSocket that sends back what comes."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A WebSocket into a room; the fields are those of the URL's query."""

    room: str
    name: str
    since: str | None
    client: str | None


Destination = Page | Health | Echo | Chat


@dataclass(frozen=True, slots=True)
class Door:
    """The rules of one server.

    ``origins`` are those named on purpose, ``passcode`` what a visitor must know ("" for none), ``behind_hub`` tells
    that a JupyterHub has already asked who they are.
    """

    origins: frozenset[str] = frozenset()
    passcode: str = ""
    behind_hub: bool = False

    def admit(self, method: str, target: str, headers: Mapping[str, str]) -> Destination:
        """Return where a request leads.

        Args:
            method: the HTTP method.
            target: the request target: path and query.
            headers: Host, Origin and Upgrade are read; names in lower case.

        Raises:
            Refused: with the HTTP status and what to say.
        """
        if method != "GET":
            raise Refused(405, f"only GET is served here, not {method[:20]}")
        host = self._check_host(headers.get("host", ""))
        self._check_origin(headers.get("origin"), host)
        path, _, query = target.partition("?")
        asked = {key: values[-1] for key, values in parse_qs(query, keep_blank_values=True).items()}
        trusted = self._knows_passcode(asked.get("passcode", ""))
        if path == "/healthz":
            return Health(trusted)
        if not trusted:
            raise Refused(401, "this server wants its passcode: add ?passcode=... to the URL, or ask whoever runs it")
        return _destination(path, asked, upgrade=headers.get("upgrade", "").lower() == "websocket")

    def _check_host(self, text: str) -> Authority:
        # A page of evil.example whose name suddenly resolves to 127.0.0.1 still says so in Host: DNS rebinding.
        with suppress(ValueError):
            host = parse_host(text)
            named = {parse_origin(origin).host for origin in self.origins}
            if self._is_guarded or host.host in LOOPBACK | named:
                return host
        raise Refused(403, f"Host {text[:100]!r} is not this machine; to allow it, name it as an origin: {_SETTING}")

    def _check_origin(self, text: str | None, host: Authority) -> None:
        if text is None:
            return
        with suppress(ValueError):
            origin = parse_origin(text)
            if str(origin) in self.origins or origin.host in LOOPBACK:
                return
            if self._is_guarded and origin.host == host.host:
                return
        raise Refused(403, f"Origin {text[:100]!r} may not connect; to allow it: {_SETTING}")

    @property
    def _is_guarded(self) -> bool:
        """Tell whether something else asks who comes: then a page of the host itself is as good as its user."""
        return self.behind_hub or bool(self.passcode)

    def _knows_passcode(self, passcode: str) -> bool:
        return not self.passcode or hmac.compare_digest(passcode.encode("utf-8", "replace"), self.passcode.encode())


_SETTING: Final = "chatlib.serve(origins=[...]), --origin, or $CHATLIB_ORIGINS"


def _destination(path: str, asked: Mapping[str, str], *, upgrade: bool) -> Destination:
    try:
        if path == "/" and not upgrade:
            wire.checked_room(asked.get("room") or wire.DEFAULT_ROOM)  # the page is told so in words, not by a close
            return Page()
        room = wire.room_of_path(path)
    except ValueError as error:
        raise Refused(404, f"{error}") from error
    if path != "/echo" and room is None:
        raise Refused(404, f"nothing is at {path[:100]!r}; there is {PATHS}")
    if not upgrade:
        raise Refused(426, f"{path[:100]!r} is for WebSockets: connect with one; the chat page is at /")
    if room is None:
        return Echo()
    client = asked.get("client")
    if client is not None and len(client) not in wire.CLIENT_CHARACTERS:
        raise Refused(400, f"client is a random string of 16 to 64 characters, this one has {len(client)}")
    return Chat(room, asked.get("name", ""), asked.get("since"), client)
