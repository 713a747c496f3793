"""Who talk over a bad network: the page's side, against a WebSocket that does what a test says."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from chatlib.client.events import EventTarget
from chatlib.experiments.chaos_ends import Manners, Page
from chatlib.experiments.ladder import Guarantee, Rung
from tests.support.waiting import until


class FakeSocket(EventTarget):
    """A WebSocket that opens, hears and closes when a test says so."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query, self.readyState = query, 0
        self.sent: list[dict[str, object]] = []
        self.closed_with: tuple[object, ...] = ()

    def watch(self, _tap):
        """Nobody looks at its bytes."""

    def send(self, text):
        self.sent.append(json.loads(text))

    def close(self, *arguments):
        self.readyState, self.closed_with = 2, arguments

    def happens(self, type_, data=None):
        self.readyState = {"open": 1, "close": 3}.get(type_, self.readyState)
        self._dispatch(SimpleNamespace(type=type_, data=json.dumps(data)))


class Stage:
    """A page, the sockets that it made, and what it told."""

    def __init__(self, **manners) -> None:
        self.sockets: list[FakeSocket] = []
        self.steps: list[tuple[str, Rung]] = []
        self.told: list[str] = []
        self.page = Page(
            "Ada",
            Manners(**{"watchdog": None, "comes_back": False, **manners}),
            self.connect,
            lambda id_, rung: self.steps.append((id_, rung)),
            lambda name, detail: self.told.append(name),
        )
        self.page.come()

    def connect(self, query):
        self.sockets.append(FakeSocket(query))
        return self.sockets[-1]

    @property
    def ws(self):
        return self.sockets[-1]


PLACED = {"seq": 3, "id": "b1", "by": "Bo", "msg": "hi"}


@pytest.mark.parametrize(
    ("guarantee", "again", "query", "seen"),
    [
        (Guarantee.AT_MOST_ONCE, [], "by=Ada", 2),
        (Guarantee.AT_LEAST_ONCE, ["a2"], "by=Ada&since=0", 2),
        (Guarantee.EXACTLY_ONCE, ["a2"], "by=Ada&since=3", 1),
    ],
)
async def test_what_is_sent_again_and_what_is_shown_again(guarantee, again, query, seen):
    """Only what was not acknowledged is sent again; what is known is shown again, but for exactly once."""
    stage = Stage(guarantee=guarantee)
    stage.ws.happens("open")
    stage.page.say("a1", "one")
    stage.page.say("a2", "two")
    stage.ws.happens("message", {"seq": 2, "id": "a1", "by": "Ada", "msg": "one"})
    stage.ws.happens("message", PLACED)
    stage.ws.happens("close")
    stage.page.come()
    stage.ws.happens("open")
    stage.ws.happens("message", PLACED)

    assert stage.ws.query == query
    assert [message["id"] for message in stage.ws.sent] == again
    assert stage.steps == [("a1", Rung.ACKNOWLEDGED), *[("b1", Rung.SEEN)] * seen]


async def test_a_page_that_lost_its_connection_comes_back_or_is_away():
    """As its manners say; nobody is told that it is away while it is about to come back."""
    stage = Stage(comes_back=True)
    stage.ws.happens("close")
    assert (stage.page.is_open, stage.page.is_away, stage.told) == (False, False, ["waits"])
    await until(lambda: len(stage.sockets) == 2)
    stage.page.leave()

    other = Stage()
    other.ws.happens("close")
    assert other.page.is_away
    assert len(other.sockets) == 1


async def test_a_watchdog_asks_gives_up_and_lets_go():
    """It asks once in a silence; then it closes, does not wait for the close event, and hears no more of it."""
    stage = Stage(watchdog=0.3, comes_back=True)
    first = stage.ws
    first.happens("open")
    await until(lambda: first.closed_with)
    await until(lambda: len(stage.sockets) == 2)
    first.happens("message", PLACED)
    stage.page.leave()

    assert [message for message in first.sent if "ping" in message] == [{"ping": 1}]
    assert first.closed_with == (4000, "nobody answers")
    assert stage.told[:2] == ["gives up", "waits"]
    assert stage.steps == []


async def test_a_connection_that_never_opens_is_given_up_too():
    """A frozen network swallows the handshake as well."""
    stage = Stage(watchdog=0.2)
    await until(lambda: stage.ws.closed_with)

    assert stage.page.is_away


async def test_patience_can_be_changed_while_it_waits():
    """From none to some."""
    stage = Stage()
    stage.ws.happens("open")
    stage.page._manners.watchdog = 0.2
    stage.page.watch_again()
    await until(lambda: stage.ws.closed_with)

    assert stage.told == ["gives up", ""]
