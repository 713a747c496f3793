"""The DOM's events, and the targets that they happen to: https://dom.spec.whatwg.org, section 2."""

# ruff: noqa: A002, N802 - the names are the browser's, so that both worlds read alike

from __future__ import annotations

import inspect
import reprlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chatlib import background

Listener = Callable[[Any], object]
"""Takes an event; if it returns a coroutine (``async def``), that runs as a task of the event's target."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Event:
    """Something that happened to ``target``."""

    type: str
    target: EventTarget

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.type}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MessageEvent(Event):
    """A message came: ``data`` is str or bytes, ``origin`` says from where."""

    data: str | bytes
    origin: str

    def __repr__(self) -> str:
        return f"<MessageEvent data={_short.repr(self.data)}>"


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


@dataclass(slots=True, eq=False)
class _Registration:
    """A listener's place in the order; ``is_handler`` is the place of an ``onX``, in which ``listener`` may change."""

    type: str
    listener: Listener
    once: bool = False
    is_handler: bool = False
    removed: bool = False


class EventTarget:
    """Something that events happen to, on the thread on which it was made."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._registrations: list[_Registration] = []
        self._handler_tasks = background.Tasks(self._report)
        self._exceptions = 0

    def addEventListener(self, type: str, listener: Listener | None, *, once: bool = False) -> None:
        """Call ``listener`` for each event of this type, or only for the next; added a second time it is no change."""
        self._check_thread()
        if listener is None or self._find(type, listener):
            return
        if not callable(listener):
            raise TypeError(f"a listener must be callable, and this is not: {listener!r}")
        self._registrations.append(_Registration(type, listener, once))

    def removeEventListener(self, type: str, listener: Listener | None) -> None:
        """Call ``listener`` no more, not even for an event that is being dispatched."""
        self._check_thread()
        if registration := self._find(type, listener):
            self._remove(registration)

    def _find(self, type: str, listener: Listener | None) -> _Registration | None:
        for known in self._registrations:
            if known.type == type and known.listener == listener and not known.is_handler:
                return known
        return None

    def _remove(self, registration: _Registration) -> None:
        self._registrations.remove(registration)
        registration.removed = True

    def _dispatch(self, event: Event) -> None:
        """Call the listeners that are registered now, in their order, except those removed meanwhile."""
        for registration in list(self._registrations):
            if registration.type == event.type and not registration.removed:
                if registration.once:
                    self._remove(registration)
                self._call(registration.listener, event)

    def _call(self, listener: Listener, event: Event) -> None:
        try:
            result = listener(event)
        except Exception as error:
            own_frame = error.__traceback__
            self._report(error.with_traceback(own_frame and own_frame.tb_next))
        else:
            if inspect.iscoroutine(result):
                self._handler_tasks.start(result)

    def _check_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError(
                f"{self!r} belongs to the thread on which it was made, and this is another one. "
                "Use chatlib.ChatClient, which any thread may use, or hand over with loop.call_soon_threadsafe()."
            )

    def _report(self, error: BaseException) -> None:
        self._exceptions += 1
        background.report(error)


class EventHandler:
    """An ``onX`` attribute (HTML standard, 8.1.8.1): a listener that keeps its place when it is replaced."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._type = name.removeprefix("on")

    def __get__(self, target: EventTarget | None, owner: type) -> Any:
        registration = self._registration(target) if target else None
        return registration.listener if registration else None

    def __set__(self, target: EventTarget, value: Any) -> None:
        target._check_thread()
        registration = self._registration(target)
        if not callable(value):
            if registration:
                target._remove(registration)
        elif registration:
            registration.listener = value
        else:
            target._registrations.append(_Registration(self._type, value, is_handler=True))

    def _registration(self, target: EventTarget) -> _Registration | None:
        return next((r for r in target._registrations if r.is_handler and r.type == self._type), None)
