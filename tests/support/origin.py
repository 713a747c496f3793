"""A browser's origin without a browser: locks and channels among kernels that all live on the running loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chatlib.browser import parts as browser
from chatlib.browser.loopback import Loopback
from chatlib.browser.parts import Hear, Kind, Value


@dataclass(eq=False)
class Request:
    """A kernel's wish for a lock, which it has, or waits for."""

    parts: Parts
    name: str
    granted: Callable[..., Any]


@dataclass
class Origin:
    """What all kernels of an origin share."""

    locks: dict[str, Request] = field(default_factory=dict)
    waiting: list[Request] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    posted: list[tuple[str, Kind, Value]] = field(default_factory=list)

    def kernel(self) -> Loopback:
        """One more kernel."""
        return Loopback(Parts(self))

    def give_back(self, name: str) -> None:
        if self.locks.pop(name, None):
            for request in [request for request in self.waiting if request.name == name]:
                self.waiting.remove(request)
                asyncio.get_running_loop().call_soon(request.granted)


def parts_of_two_kernels() -> tuple[browser.Parts, browser.Parts]:
    """What two kernels of one origin have."""
    origin = Origin()
    return Parts(origin), Parts(origin)


@dataclass(eq=False)
class End:
    """One end of a channel."""

    origin: Origin
    parts: Parts
    name: str
    hear: Hear
    is_open: bool = True

    def post(self, kind: Kind, value: Value = None) -> None:
        if not self.is_open:
            return
        self.origin.posted.append((self.name, kind, value))
        for end in [end for end in self.origin.ends if end.name == self.name and end is not self]:
            asyncio.get_running_loop().call_soon(end.receive, kind, value)

    def receive(self, kind: Kind, value: Value) -> None:
        if self.is_open:
            self.hear(kind, value)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.hear = lambda kind, value: None
            self.origin.ends.remove(self)


@dataclass(eq=False)
class Parts:
    """What one kernel has of it."""

    origin: Origin
    is_dead: bool = False

    def channel(self, name: str, hear: Hear) -> End:
        end = End(self.origin, self, name, hear)
        self.origin.ends.append(end)
        return end

    def claim(self, name: str, answer: Callable[[Callable[[], None] | None], None]) -> None:
        is_ours = name not in self.origin.locks
        if is_ours:
            self.origin.locks[name] = Request(self, name, answer)
        release = (lambda: self.origin.give_back(name)) if is_ours else None
        asyncio.get_running_loop().call_soon(answer, release)

    def when_free(self, name: str, tell: Callable[[], None]) -> Callable[[], None]:
        waiting = [tell]

        def granted() -> None:
            if waiting:
                waiting.pop()()

        request = Request(self, name, granted)
        if name in self.origin.locks:
            self.origin.waiting.append(request)
        else:
            asyncio.get_running_loop().call_soon(granted)

        def call_off() -> None:
            waiting.clear()
            if request in self.origin.waiting:
                self.origin.waiting.remove(request)

        return call_off

    def die(self) -> None:
        """Be ended by the browser: nothing is heard any more, and every lock is given back."""
        self.is_dead = True
        for end in [end for end in self.origin.ends if end.parts is self]:
            end.close()
        self.origin.waiting = [request for request in self.origin.waiting if request.parts is not self]
        for name in [name for name, request in self.origin.locks.items() if request.parts is self]:
            self.origin.give_back(name)
