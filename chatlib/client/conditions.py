"""Conditions: whoever waits for something to become true, on any loop, without a sleep."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from chatlib import background
from chatlib.arguments import check_callable, check_seconds

T = TypeVar("T")


def check_plain(name: str, function: object) -> None:
    """Raise unless it is a function that has done its work when it returns, as no ``async def`` has."""
    check_callable(name, function)
    if inspect.iscoroutinefunction(function):
        raise TypeError(f"{name} is a plain function, not async def: it is called, and nobody would await it")


class Conditions:
    """What is waited for; each condition is asked once at the start, and again whenever :meth:`ask` is called.

    That, and every condition, runs on the background loop.
    """

    def __init__(self) -> None:
        self._asked: dict[concurrent.futures.Future[Any], Callable[[], Any]] = {}

    async def until(self, condition: Callable[[], T], *, timeout: float | None = None) -> T:
        """Wait, on any loop, until ``condition()`` is true, and return what it returned.

        What it raises is raised here, and TimeoutError after ``timeout`` seconds.
        """
        check_plain("a condition", condition)
        if timeout is not None:
            check_seconds("timeout", timeout)
        answer: concurrent.futures.Future[T] = concurrent.futures.Future()
        background.call(self._begin, answer, condition)
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.wrap_future(answer)
        finally:
            background.call(self._asked.pop, answer, None)

    def ask(self) -> None:
        """Ask every condition: something has changed."""
        for answer, condition in list(self._asked.items()):
            self._ask(answer, condition)

    def _begin(self, answer: concurrent.futures.Future[T], condition: Callable[[], T]) -> None:
        self._asked[answer] = condition
        self._ask(answer, condition)

    def _ask(self, answer: concurrent.futures.Future[T], condition: Callable[[], T]) -> None:
        if answer.done():
            return
        try:
            value = condition()
        except Exception as error:
            if answer.set_running_or_notify_cancel():
                answer.set_exception(error)
        else:
            if value and answer.set_running_or_notify_cancel():
                answer.set_result(value)
