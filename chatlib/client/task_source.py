"""The WebSocket task source (https://websockets.spec.whatwg.org, 2): how news comes to the loop of whoever wants it."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final

PATIENCE: Final = 20  # turns; await, wait_for() and gather() around each other take two or three each


class TaskSource:
    """Runs what is queued, on any thread, on the creator's loop: in order, one task per turn, in the creator's context.

    One per turn, so that whoever awaited an event runs before the next. ``is_ready`` tells whether all of them wait
    again; for those that do not it has patience for some turns, since an ``await`` inside others comes back late.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, is_ready: Callable[[], bool]) -> None:
        self._loop = loop
        self._context = contextvars.copy_context()
        self._is_ready = is_ready
        self._patience = 0
        self._lock = threading.Lock()
        self._tasks: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._is_running = False

    def queue(self, task: Callable[..., None], *args: Any) -> bool:
        """Queue a task; False if the loop is closed, and nothing will run there any more."""
        with self._lock:
            self._tasks.append((task, args))
            if self._is_running:
                return True
            self._is_running = True
        try:
            self._loop.call_soon_threadsafe(self._run_next, context=self._context.copy())
        except RuntimeError:
            return False
        return True

    def _run_next(self) -> None:
        with self._lock:
            if not self._tasks:
                self._is_running = False
                return
        if self._patience and not self._is_ready():
            self._patience -= 1
            self._again()
            return
        task, args = self._tasks.popleft()
        self._patience = PATIENCE
        try:
            task(*args)
        finally:
            self._again()

    def _again(self) -> None:
        self._loop.call_soon(self._run_next, context=self._context.copy())
