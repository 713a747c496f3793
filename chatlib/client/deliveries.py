"""Who waits for a message to be placed."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading

from chatlib import background
from chatlib.arguments import check_type
from chatlib.errors import NotDelivered
from chatlib.transcript import Message, Transcript


class Deliveries:
    """Those who wait for one's own messages, by the messages' ids; the lock is the transcript's.

    What is not for any thread is for the background loop.
    """

    def __init__(self, transcript: Transcript, lock: threading.Lock) -> None:
        self._transcript = transcript
        self._lock = lock
        self._waiters: dict[str, list[concurrent.futures.Future[Message]]] = {}

    async def wait(self, id_: str) -> Message:
        """Wait, on any loop, until the message is placed.

        Raises:
            NotDelivered: it failed.
            KeyError: it is not to be found, or not one's own.
        """
        check_type("id", id_, str, "a message's id")
        waiter: concurrent.futures.Future[Message] = concurrent.futures.Future()
        background.call(self._begin, id_, waiter)
        return await asyncio.wrap_future(waiter)

    def settle(self, message: Message) -> None:
        """Tell those who wait for this message what became of it."""
        if message.state == "sending":
            return
        for waiter in self._waiters.pop(message.id, ()):
            if not waiter.set_running_or_notify_cancel():
                continue
            if message.state == "failed":
                waiter.set_exception(NotDelivered(message.id, message.code or ""))
            else:
                waiter.set_result(message)

    def _begin(self, id_: str, waiter: concurrent.futures.Future[Message]) -> None:
        with self._lock:
            message = self._transcript.find(id_)
        if message is not None and message.own:
            self._waiters.setdefault(id_, []).append(waiter)
            self.settle(message)
        elif waiter.set_running_or_notify_cancel():
            waiter.set_exception(KeyError(f"no message that this client sent, and still has, has the id {id_!r}"))
