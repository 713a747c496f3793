"""What the owner of a server can choose."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from chatlib.arguments import check_amounts, check_text, check_texts, check_type
from chatlib.limits import Limits
from chatlib.server import redis_url
from chatlib.server.handshake import Door
from chatlib.server.origins import normalised_origins
from chatlib.server.stream_format import MOST_MESSAGE_BYTES

_NAMES_OF_LIMITS: Final = frozenset(field.name for field in fields(Limits) if field.init)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a server can choose.

    ``max_clients`` counts connections, ``max_unsent`` the bytes that a client may leave unread, ``ping`` the seconds
    between keepalive pings and for the answer to each; 0 means no limit, and no pings. ``redis`` is the URL of the one
    in which the rooms are, "" for none; servers with the same ``namespace`` there are one.
    """

    passcode: str = field(default="", repr=False)
    origins: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    max_clients: int = 1_000
    max_unsent: int = 1024 * 1024
    ping: float = 20
    redis: str = field(default="", repr=False)
    namespace: str = "chatlib"

    def __post_init__(self) -> None:
        check_text("passcode", self.passcode)
        check_type("limits", self.limits, Limits, "a Limits")
        check_amounts(self)
        named = normalised_origins(check_texts("origins", self.origins, "https://example.org"))
        object.__setattr__(self, "origins", named)
        check_text("redis", self.redis)
        check_text("namespace", self.namespace)
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", self.namespace):
            expected = "1 to 64 letters of ASCII, digits, dots, dashes and underscores"
            raise ValueError(f"namespace: {expected} expected, got {self.namespace!r}")
        if self.redis:
            redis_url.shown(self.redis)
            if not 0 < self.limits.message_bytes <= MOST_MESSAGE_BYTES:
                came = f"{self.limits.message_bytes!r} bytes in one message"
                raise ValueError(f"{came}: in Redis, 1 to {MOST_MESSAGE_BYTES} are possible")

    def updated(self, **given: Any) -> Settings:
        """Return these settings with what is given, by its name here or in ``limits``; what is None stays as it is."""
        new = {name: value for name, value in given.items() if value is not None}
        of_limits = {name: new.pop(name) for name in _NAMES_OF_LIMITS & new.keys()}
        return replace(self, limits=replace(self.limits, **of_limits), **new)

    def door(self) -> Door:
        """Return who may come in."""
        return Door(self.origins, self.passcode, behind_hub=bool(os.environ.get("JUPYTERHUB_USER")))
