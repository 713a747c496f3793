"""Presence: that somebody is in a room, or on the way there, over any number of connections.

What a room's transcript is, ``transcript`` knows; when there is a connection, ``lifecycle``. Here they meet. Callers
live on any thread: the transcript is changed and read under one lock. All else happens on the background loop alone.

The background loop holds a presence until it has left. It never holds the ChatClient, which only callers hold: so it is
Python's garbage collection that says whether anybody can still reach it.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import weakref
from collections.abc import Callable, Iterable

from websockets.frames import CloseCode

from chatlib import background, wire
from chatlib.client.address import Address
from chatlib.client.audience import Audience, News, Subscription
from chatlib.client.conditions import Conditions
from chatlib.client.deliveries import Deliveries
from chatlib.client.ending import Loss
from chatlib.client.journeys import Journeys
from chatlib.client.lifecycle import Life, Lifecycle
from chatlib.client.transport import Keepalive
from chatlib.client.way_out import WayOut
from chatlib.client.wire_log import WireLog
from chatlib.machine import cells
from chatlib.transcript import Added, ConnectionStatus, Failed, Message, Subscriber, Transcript, Update


class Presence:
    """A person's presence in a room; it begins with :meth:`begin`."""

    handle: Callable[[], object]
    """Return the client by which callers reach it; None when that is collected."""

    def __init__(self, url: str, *, room: str, name: str, keepalive: Keepalive | None) -> None:
        self.address = Address.of(url)
        self.room = room
        self.lock = threading.Lock()  # for the transcript, and what of it is not told yet
        self.transcript = Transcript(room, name=wire.clean_name(name))
        self.audience = Audience()
        self.conditions = Conditions()
        self.deliveries = Deliveries(self.transcript, self.lock)
        self.wire_log = wire_log = WireLog()
        self.journeys = Journeys(lambda: wire_log.frames)
        self._secret = secrets.token_urlsafe(24)
        self._person = (url, room, name)
        self._untold: list[News] = []
        self._is_renamed = False
        self._is_work_due = False
        self._is_let_go = False
        self.lifecycle = Lifecycle(
            self.address,
            url=self._chat_url,
            heard=self._heard,
            lost=self._lost,
            became=self._became,
            secret=self._secret,
            keepalive=keepalive,
            tap=wire_log,
        )
        self._way_out = WayOut(self.transcript, self.lock, self.journeys.marking(self.lifecycle.say))

    def __repr__(self) -> str:
        return f"<Presence of {self.transcript.name or 'nobody yet'} in {self.room}, {self.lifecycle.life.name}>"

    def begin(self, client: object) -> None:
        """Enter the room; ``client`` is what callers hold."""
        self.handle = weakref.ref(client)
        predecessor = self._take_place()
        cells.when_held(self, self._follow)
        self.lifecycle.begin(after=predecessor)

    def _take_place(self) -> Lifecycle | None:
        """Come instead of the same person whom this cell made when it was run before; return whose end to wait for."""
        old = cells.enter(self, "client")
        if not isinstance(old, Presence):
            return None
        if old._person != self._person or (not old.lifecycle.is_gone and cells.may_be_added_to(old)):
            cells.spare(old)
            return None
        if not old._is_renamed:  # of several that are called alike, each is again the one that it was
            self.transcript.come_as(old.transcript.name)
        old.close()
        return old.lifecycle

    # How it ends

    def close(self) -> None:
        """Leave the room, once what was sent has arrived, or for two seconds nothing more did; idempotent."""
        background.call(self._leave)

    def is_seen(self) -> None:
        """Return None: it has no output."""

    def _follow(self) -> None:
        """Leave when the client is collected."""
        # Not background.call(): a garbage collector may come where any lock is held, and in a forked child.
        ending = weakref.finalize(self.handle(), _let_go, weakref.ref(self), background.loop())
        ending.atexit = False  # there the lifecycle says goodbye

    def let_go(self) -> None:
        """Leave as soon as nobody can tell the difference: all is delivered, and nobody is told anything."""
        self._is_let_go = True
        self._end_if_done()

    def _leave(self) -> None:
        self.lifecycle.leave()
        self._end_if_done()

    def _end_if_done(self) -> None:
        """Wait for what is still on its way, and for two seconds more whenever something arrived."""
        if not self._is_let_go and self.lifecycle.life is not Life.LEAVING:
            return
        with self.lock:
            sending = self.transcript.sending
        if self._is_let_go and not sending and not self.audience.is_listening:
            self.lifecycle.leave()
        if self.lifecycle.life is Life.LEAVING:
            self.lifecycle.end(soon=bool(sending))

    # Changes, on any thread, and what follows from them, on the background loop

    def do(self, change: Callable[[Transcript], Iterable[News]]) -> list[News]:
        """Change the transcript; what follows is told, and sent, soon: once for all that one turn brings."""
        with self.lock:
            news = list(change(self.transcript))
            self._untold += news
            if not self._is_work_due:
                background.call_next(self._work)  # first: an interrupt between the two must not leave it undone
                self._is_work_due = True
        return news

    def say(self, id_: str, text: str, now: str) -> None:
        """Say something; who is gone says nothing more."""

        def change(transcript: Transcript) -> list[Update]:
            updates = transcript.say(id_, text, now)
            return updates + transcript.fail(id_, "closed") if updates and self.lifecycle.is_gone else updates

        self.journeys.begin(id_)
        self.do(change)

    def rename(self, name: str) -> None:
        """Ask for another name."""
        self._is_renamed = True
        self.do(lambda transcript: transcript.rename(name))

    def typing(self) -> None:
        """Say that one is writing."""
        self._way_out.is_typing = True
        self.do(lambda _: [])

    def subscribe(self, subscriber: Subscriber, *, replay: bool) -> Callable[[], None]:
        """Have ``subscriber`` told every update; return how to end it."""
        subscription = Subscription(subscriber)

        def begin(now: Transcript) -> list[News]:
            subscription.replay = now.whole(self.lifecycle.status) if replay else None
            return [subscription]

        self.do(begin)  # in its place among the updates: it misses none, and is told none twice
        return lambda: background.call(self._unsubscribe, subscription)

    def _unsubscribe(self, subscription: Subscription) -> None:
        self.audience.remove(subscription)
        self._end_if_done()

    def _work(self) -> None:
        with self.lock:
            self._is_work_due = False
            news, self._untold = self._untold, []
        self._tell(news)
        self._way_out.pump()

    def _tell(self, news: list[News]) -> None:
        self.audience.tell(news)
        for piece in news:
            match piece:
                case Added(Message() as message) | Failed(message):
                    self.deliveries.settle(message)
        if any(isinstance(piece, Added | Failed) for piece in news):
            self._end_if_done()
        self.conditions.ask()

    # What the lifecycle tells

    def _chat_url(self) -> str:
        transcript = self.transcript
        return self.address.chat_url(self.room, name=transcript.wanted, client=self._secret, since=transcript.since)

    def _heard(self, frame: wire.ServerFrame) -> None:
        self._way_out.heard(frame)
        self.journeys.heard(frame)
        self.do(lambda transcript: transcript.receive(frame))
        if isinstance(frame, wire.Welcome):
            self._way_out.pump()  # at once: what is pending is not to wait for all that was missed

    def _lost(self, loss: Loss) -> None:
        self.do(lambda transcript: transcript.lost(too_big=loss.end.code == CloseCode.MESSAGE_TOO_BIG))

    def _became(self, status: ConnectionStatus) -> None:
        self.do(lambda _: [status])
        if self.lifecycle.life is Life.CLOSED:
            self.do(lambda transcript: [u for m in transcript.sending for u in transcript.fail(m.id, "closed")])


def _let_go(presence: weakref.ref[Presence], loop: asyncio.AbstractEventLoop) -> None:
    """Nobody can reach the client any more; called by the garbage collector, on whatever thread."""
    if (present := presence()) is not None:
        loop.call_soon_threadsafe(present.let_go)
