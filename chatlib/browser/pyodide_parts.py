"""The browser's own parts, as Pyodide hands them to a kernel in a worker: Web Locks, and BroadcastChannels."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from js import AbortController, BroadcastChannel, Object, Promise, navigator
from pyodide.ffi import create_proxy, to_js

from chatlib.browser.parts import Hear, Kind, Value

PREFIX = "chatlib "  # on one origin there may be others
NO_LOCKS = "this page is not secure, and so its browser has no locks for it: open it by https, or at localhost"


class BrowserChannel:
    """A BroadcastChannel."""

    def __init__(self, name: str, hear: Hear) -> None:
        self._channel = BroadcastChannel.new(PREFIX + name)
        self._hear = hear
        self._proxy = create_proxy(self._heard)
        self._channel.onmessage = self._proxy

    def _heard(self, event: Any) -> None:
        kind, value = event.data
        self._hear(Kind(kind), value.to_bytes() if kind == Kind.DATA else value)

    def post(self, kind: Kind, value: Value = None) -> None:
        """Send a message, of which bytes are copied."""
        if self._proxy is not None:
            self._channel.postMessage(to_js([str(kind), value]))

    def close(self) -> None:
        """Hear nothing more, and let go of all that the browser held for it."""
        if self._proxy is not None:
            self._channel.onmessage = None
            self._channel.close()
            self._proxy.destroy()
            self._proxy = None
            self._hear = lambda kind, value: None


class BrowserParts:
    """The parts of a real browser; ``heard`` is called with each message that it hands out."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard
        self._going: dict[str, Any] = {}  # locks that were given back, until the browser has them

    def channel(self, name: str, hear: Hear) -> BrowserChannel:
        """Open a BroadcastChannel."""

        def hear_now(kind: Kind, value: Value) -> None:
            self._heard()
            hear(kind, value)

        return BrowserChannel(name, hear_now)

    def claim(self, name: str, answer: Callable[[Callable[[], None] | None], None]) -> None:
        """Ask for a Web Lock, which is ours until it is given back or this worker dies."""
        held = Promise.withResolvers()

        def take(lock: Any) -> Any:
            is_ours = bool(lock)  # JavaScript's null is false, and not None
            answer(give_back if is_ours else None)
            return held.promise if is_ours else None

        def give_back() -> None:
            self._going[name] = asked
            held.resolve()

        if name in self._going:  # the browser takes a request sooner than what it is given back
            self._going[name].then(lambda _: self.claim(name, answer))
            return
        asked = _request(name, take, ifAvailable=True)
        asked.then(lambda _: self._going.pop(name, None))

    def when_free(self, name: str, tell: Callable[[], None]) -> Callable[[], None]:
        """Ask for a share of a Web Lock, and give it back at once."""
        calling_off = AbortController.new()
        waiting = [tell]

        def take(_: Any) -> None:
            if waiting:
                waiting.pop()()

        def call_off() -> None:
            if waiting:
                waiting.clear()
                calling_off.abort()

        _request(name, take, mode="shared", signal=calling_off.signal)
        return call_off


def _request(name: str, take: Callable[[Any], Any], **options: Any) -> Any:
    """Ask for a lock, and return the promise of its end, which is kept in any case; then nothing of ours is held."""
    if not getattr(navigator, "locks", None):
        raise OSError(errno.EOPNOTSUPP, NO_LOCKS)
    proxy = create_proxy(take)
    asked = navigator.locks.request(PREFIX + name, to_js(options, dict_converter=Object.fromEntries), proxy)
    return asked.catch(lambda _: None).finally_(proxy.destroy)  # called off, it is rejected
