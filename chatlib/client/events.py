"""The DOM's events, and the targets that they happen to: https://dom.spec.whatwg.org, section 2."""

# ruff: noqa: A002, N802 - the names are the browser's, so that both worlds read alike

from __future__ import annotations

import inspect
import reprlib
import threading
from dataclasses import dataclass
from typing import Any

from chatlib import background
from chatlib.client import webidl


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
    listener: Any
    once: bool = False
    capture: bool = False
    is_handler: bool = False
    removed: bool = False


class EventTarget:
    """Something that events happen to, on the thread on which it was made.

    A listener takes the event: a function, or an object with a method ``handleEvent``. If it returns a coroutine
    (``async def``), that runs as a task of the target.
    """

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._registrations: list[_Registration] = []
        self._handler_tasks = background.Tasks(self._report)
        self._exceptions = 0

    def addEventListener(self, type: object, listener: object, options: object = None, *, once: object = False) -> None:
        """Call ``listener`` for each event of this type, or only for the next; added a second time it is no change.

        ``options`` is the DOM's dictionary, of which ``once`` and ``capture`` are known here, or a bool, which is
        ``capture``: such listeners are called before the others.
        """
        self._check_thread()
        name, capture = webidl.dom_string(type), _captures(options)
        if not _is_listener(listener) or self._find(name, listener, capture):
            return
        is_once = webidl.flag(options, "once") or webidl.boolean(once)
        self._registrations.append(_Registration(name, listener, is_once, capture))

    def removeEventListener(self, type: object, listener: object, options: object = None) -> None:
        """Call ``listener`` no more, not even for an event that is being dispatched."""
        self._check_thread()
        if _is_listener(listener) and (known := self._find(webidl.dom_string(type), listener, _captures(options))):
            self._remove(known)

    def _find(self, type: str, listener: object, capture: bool) -> _Registration | None:
        for known in self._registrations:
            if (known.type, known.capture, known.is_handler) == (type, capture, False) and known.listener == listener:
                return known
        return None

    def _remove(self, registration: _Registration) -> None:
        self._registrations.remove(registration)
        registration.removed = True

    def _dispatch(self, event: Event) -> None:
        """Call the listeners that are registered now, in their order, except those removed meanwhile."""
        for registration in sorted(self._registrations, key=lambda known: not known.capture):
            if registration.type == event.type and not registration.removed:
                if registration.once:
                    self._remove(registration)
                self._call(registration, event)

    def _call(self, registration: _Registration, event: Event) -> None:
        listener = registration.listener
        try:
            if callable(listener):
                result = listener(event)
            elif registration.is_handler:
                return  # an onX keeps any object, and calls it if it can
            else:
                result = listener.handleEvent(event)
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


def _captures(options: object) -> bool:
    return webidl.flag(options, "capture") if webidl.is_object(options) else webidl.boolean(options)


def _is_listener(value: object) -> bool:
    """Tell a listener from None, which is passed over; any other primitive value is a mistake to hear about."""
    if value is not None and not webidl.is_object(value):
        raise TypeError(f"a listener is a function, or an object with a method handleEvent, and this is not: {value!r}")
    return value is not None


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
        if not webidl.is_object(value):
            if registration:
                target._remove(registration)
        elif registration:
            registration.listener = value
        else:
            target._registrations.append(_Registration(self._type, value, is_handler=True))

    def _registration(self, target: EventTarget) -> _Registration | None:
        return next((r for r in target._registrations if r.is_handler and r.type == self._type), None)
