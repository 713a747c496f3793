"""The trial of an outbox: what chance and the machine's speed must not decide."""

from __future__ import annotations

import json

import pytest

from chatlib.exercises import nb09b, outbox_trial
from chatlib.exercises.outbox_trial import Books, carry
from chatlib.exercises.verdict import NotYet


class Keeping:
    """Keeps each message until it is acknowledged, and sends what is left to each connection."""

    def __init__(self):
        self.ws, self.waiting, self.count = None, {}, 0

    def say(self, text):
        self.count += 1
        self.waiting[self.count] = json.dumps({"id": self.count, "msg": text})
        if self.ws:
            self.ws.send(self.waiting[self.count])

    def opened(self, ws):
        self.ws = ws
        self.send_all()

    def heard(self, data):
        self.waiting.pop(json.loads(data)["id"], None)

    def closed(self):
        self.ws = None

    def send_all(self):
        if self.ws:
            for frame in self.waiting.values():
                self.ws.send(frame)


class ForgetsNothing(Keeping):
    """Sends everything again to each connection, whatever was acknowledged."""

    def heard(self, data):
        """Forget nothing."""


class SendsAllAtEachWord(Keeping):
    """Sends all that waits whenever something is said: most of it comes often, before it can be acknowledged."""

    def say(self, text):
        self.count += 1
        self.waiting[self.count] = json.dumps({"id": self.count, "msg": text})
        self.send_all()


class Slow(Keeping):
    """Sends the next one only when somebody has said so."""

    def opened(self, ws):
        self.ws = ws
        self.first()

    def say(self, text):
        self.count += 1
        self.waiting[self.count] = json.dumps({"id": self.count, "msg": text})
        self.first()

    def heard(self, data):
        super().heard(data)
        self.first()

    def first(self):
        if self.ws and self.waiting:
            self.ws.send(next(iter(self.waiting.values())))


class CountsItsEnds(Keeping):
    """Wants to have been connected when it is told that its connection is gone."""

    def __init__(self):
        super().__init__()
        self.ends = 0

    def closed(self):
        assert self.ws is not None
        super().closed()
        self.ends += 1


async def test_an_outbox_that_forgets_nothing_is_found_out_without_any_cut(monkeypatch):
    """On a busy machine every cut came before the first acknowledgement, and it passed."""
    monkeypatch.setattr(nb09b, "CUTS", 0)

    verdict = await nb09b.ex2(ForgetsNothing)

    assert "what was acknowledged already was sent again" in str(verdict)


class BeginsAgain(Keeping):
    """Numbers its messages from 1 whenever nothing waits."""

    def say(self, text):
        self.count = len(self.waiting)
        super().say(text)


async def test_an_id_that_was_used_before_is_told_of_wherever_it_comes(monkeypatch):
    """Also where it is the very last message that the server takes for an old one: it was sent."""
    monkeypatch.setattr(nb09b, "CUTS", 0)
    monkeypatch.setattr(outbox_trial, "REST_SECONDS", 0.2)  # what is lost here never comes

    assert "the id '1' for '" in str(await nb09b.ex2(BeginsAgain))


async def test_what_was_sent_before_it_was_acknowledged_is_not_sent_again_for_nothing():
    """It comes to the server after the acknowledgement has come to the page, or before: chance has no say."""
    books = Books()
    await carry(SendsAllAtEachWord, books, 8)

    assert (books.lost, books.doubled, books.again) == ([], [], 0)
    assert books.placed == books.said


class Luck(list):
    """Counts how often it struck."""

    struck = 0

    def pop(self):
        self.struck += 1
        return super().pop()


async def test_a_server_that_places_whatever_comes_has_doubles_after_so_few_cuts():
    """One cut in four comes right after a message was placed: what sends again is found out, and never by chance."""
    books = Books(knows_ids=False)
    books.bad_luck = luck = Luck()
    await carry(Slow, books, outbox_trial.BAD_LUCK_EVERY + 1)

    assert luck.struck == 2
    assert books.lost == []
    assert books.doubled


async def test_a_connection_that_never_came_does_not_go(monkeypatch):
    """Each end is told of a connection that opened: many are cut while they connect."""
    monkeypatch.setattr(outbox_trial.random, "randint", lambda low, high: low)  # cut within the handshake
    made = []

    def outbox():
        made.append(CountsItsEnds())
        return made[0]

    await carry(outbox, Books(), 3)

    assert made[0].ends == 4  # where bad luck cut it, early and late, and twice in the end


async def test_an_outbox_that_dawdles_is_told_so(monkeypatch):
    """It goes on sending, but nobody waits for ever."""
    monkeypatch.setattr(outbox_trial, "DRAIN_SECONDS", 0)
    monkeypatch.setattr(outbox_trial, "SAID_AWAY", 0)
    monkeypatch.setattr(outbox_trial.Books, "lost", ["a word"])

    with pytest.raises(NotYet, match=r"your outbox has not sent 1 of 2 messages yet"):
        await carry(Keeping, Books(), 0)


async def test_something_is_said_on_each_connection_that_opens(monkeypatch):
    """However long it took to open: on a busy machine nothing was said, and so nothing was tried."""
    monkeypatch.setattr(outbox_trial.random, "random", lambda: 1.0)  # nothing is said between two connections

    class SlowCable(outbox_trial.chaos.Proxy):
        def __init__(self, host, port):
            super().__init__(host, port)
            self.delay(0.3)

    monkeypatch.setattr(outbox_trial.chaos, "Proxy", SlowCable)
    books = Books()
    await carry(Keeping, books, 1)

    assert len(books.said) > 3  # before the first connection, and one on each of two good ones in the end
