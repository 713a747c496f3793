"""What the owner of a server can choose."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from chatlib.limits import Limits
from chatlib.server.handshake import Door


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a server can choose.

    ``max_clients`` counts connections, ``max_unsent`` the bytes that a client may leave unread, ``ping`` the seconds
    between keepalive pings and for the answer to each; 0 means no limit, and no pings.
    """

    passcode: str = field(default="", repr=False)
    origins: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    max_clients: int = 1_000
    max_unsent: int = 1024 * 1024
    ping: float = 20

    def __post_init__(self) -> None:
        for name in ("max_clients", "max_unsent", "ping"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be 0 (no limit) or more, got {getattr(self, name)!r}")

    def door(self) -> Door:
        """Return who may come in."""
        return Door(self.origins, self.passcode, behind_hub=bool(os.environ.get("JUPYTERHUB_USER")))
