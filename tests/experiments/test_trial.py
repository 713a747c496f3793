"""A trial by bad network: what the three guarantees keep, who notices what, and that all of it ends."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest

from chatlib import background
from chatlib.experiments.chaos_ends import Manners
from chatlib.experiments.ladder import Guarantee, Rung
from chatlib.experiments.scenarios import SCENARIOS, Step
from chatlib.experiments.trial import Cable, Trial, Watcher

SECONDS = 60


class Notes:
    """What a watcher was told."""

    def __init__(self) -> None:
        self.entries, self.pieces, self.rows, self.cables = [], [], [], []
        self.watcher = Watcher(
            entry=lambda number, entry, dropped: self.entries.append((number, entry, dropped)),
            piece=self.pieces.append,
            row=lambda row, dropped: self.rows.append((row.id, dropped)),
            cable=self.cables.append,
        )


@contextmanager
def trial(*, keepalive=None, **manners):
    """A trial whose page does nothing of its own accord, unless it is told to."""
    notes = Notes()
    made = Trial(notes.watcher, Manners(**{"watchdog": None, **manners}), keepalive=keepalive)
    made.notes = notes
    try:
        yield made
    finally:
        made.close()


async def play(played, name):
    """Play a scenario; while the cable is whole, all that was said has arrived before the next step."""
    for step in SCENARIOS[name]:
        if played.cable == Cable():
            await played.until_connected()
            await played.settled()
        else:
            await asyncio.sleep(step.after / 4)
        played.change(step)


async def a_lift(guarantee, *, lost=(), doubled=(), placed_twice=()):
    """Play it with one of the guarantees, and see what was lost and doubled."""
    with trial(guarantee=Guarantee(guarantee)) as played:
        played.connect()
        await played.until_connected()
        await play(played, "lift")
        await played.settled()

        assert (set(played.ladder.lost), set(played.ladder.doubled)) == (set(lost), set(doubled))
        assert played.ladder.kept == guarantee
        assert [row.text for row in played.ladder if len(row.times[Rung.PLACED]) > 1] == list(placed_twice)


async def test_a_lift_loses_doubles_or_neither():
    """One message is cut in the middle, one is said while nobody can connect, one acknowledgement is cut."""
    long, answer = "The doors close, and this is a long sentence.", "Did you get this?"
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as at_once:  # it takes seconds, and mostly waits
        at_once.create_task(a_lift("at most once", lost={long, "Which floor?", "Hello?"}))
        at_once.create_task(a_lift("at least once", doubled={"Which floor?", answer}, placed_twice=[answer]))
        at_once.create_task(a_lift("exactly once"))


async def test_exactly_once_is_twice_on_the_wire():
    """A message whose acknowledgement was cut is sent again, and placed once."""
    async with asyncio.timeout(SECONDS):
        with trial() as played:
            played.connect()
            await played.until_connected()
            played.change(Step(0, "cut after", 80))
            played.page_says("Did you get this?")
            await played.until(lambda: played.cable == Cable() and played.network.cuts)
            await played.settled()

            (row,) = played.ladder
            assert [len(row.times[rung]) for rung in (Rung.SENT, Rung.WIRE, Rung.PLACED, Rung.SEEN)] == [1, 2, 1, 1]
            assert row.times[Rung.ACKNOWLEDGED]
            assert played.play.client.url.endswith("since=0")


async def the_server_notices():
    with trial(keepalive=1.0, comes_back=False) as played:
        played.connect()
        await played.until_connected()
        played.change(Step(0, "freeze"))
        await played.until(lambda: "server CLOSING" in played.ends)
        assert "client OPEN" in played.ends
        played.change(Step(0, "thaw"))
        await played.until(lambda: played.play.ended)
        assert (played.play.ended.code, played.play.ended.reason) == (1011, "keepalive ping timeout")


async def the_page_notices():
    with trial(comes_back=False) as played:
        played.behave(watchdog=1.0)
        played.connect()
        await played.until_connected()
        played.change(Step(0, "freeze"))
        await played.until(lambda: "client CLOSING" in played.ends)
        assert [entry for entry in played.entries if entry.name == "gives up"]
        assert played.play.ended is None


async def test_a_silent_network_is_noticed_by_whoever_asks():
    """The server's end gives up after its ping, the page with a watchdog after its patience; without one it waits."""
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as at_once:
        at_once.create_task(the_server_notices())
        at_once.create_task(the_page_notices())


async def test_a_watchdog_that_hears_something_is_quiet():
    """The server has nothing to say, and answers each question."""
    async with asyncio.timeout(SECONDS):
        with trial(watchdog=1.0) as played:
            played.connect()
            await played.until_connected()
            await played.until(lambda: [entry for entry in played.entries if "pong" in entry.detail])

            assert played.play.ends == "client OPEN, server OPEN"
            assert [entry for entry in played.entries if entry.name == "gives up"] == []


async def test_each_thing_that_is_done_to_the_cable_is_told():
    """At its time among what happened at the ends, and as the state that it has then."""
    steps = [Step(0, "delay", 0.2), Step(0, "jitter", 0.1), Step(0, "throttle", 500), Step(0, "freeze")]
    async with asyncio.timeout(SECONDS):
        with trial() as played:
            for step in steps:
                played.change(step)
            assert played.cable == Cable(0.2, 0.1, 500.0, True)
            played.change(Step(0, "refuse"))
            played.change(Step(0, "heal"))
            await played.until(lambda: len(played.entries) == 6)

            assert played.notes.cables[-1] == played.cable == Cable()
            done = [("delay", "0.2 s"), ("jitter", "0.1 s"), ("throttle", "500 bytes/s")]
            done += [("freeze", ""), ("refuse", ""), ("heal", "")]
            assert [(entry.name, entry.detail) for entry in played.entries] == done
            assert {entry.end for entry in played.entries} == {"cable"}


@pytest.mark.parametrize("do", ["thaw", "heal"])
async def test_what_comes_of_a_good_network_is_told_behind_it(monkeypatch, do):
    """However long the thread that asked for it waits for its next turn: the cause is told before the effect."""
    async with asyncio.timeout(SECONDS):
        with trial() as played:
            played.connect()
            await played.until_connected()
            played.change(Step(0, "freeze"))
            played.bo_says("hi")
            let_through = getattr(played.network, do)

            def and_late() -> None:
                let_through()
                background.run(played.until(lambda: "message" in [entry.name for entry in played.entries]))

            monkeypatch.setattr(played.network, do, and_late)
            await asyncio.to_thread(played.change, Step(0, do))
            await played.until(lambda: do in [entry.name for entry in played.entries])

            told = [entry for entry in played.entries if entry.name in (do, "message")]
            assert [entry.name for entry in told] == [do, "message"]
            assert told[0].at <= told[1].at


async def test_whoever_may_connect_again_meets_a_network_that_is_as_bad_as_before():
    """To accept is no healing: it stays frozen, and slow."""
    async with asyncio.timeout(SECONDS):
        with trial() as played:
            played.connect()
            await played.until_connected()
            for step in (Step(0, "delay", 0.1), Step(0, "freeze"), Step(0, "refuse")):
                played.change(step)
            played.page_says("hi")
            played.change(Step(0, "accept"))

            assert played.cable == Cable(delay=0.1, frozen=True)
            assert "refusing" not in repr(played.network)
            assert "frozen" in repr(played.network)
            assert "delay 0.1" in repr(played.network)
            await asyncio.to_thread(played.change, Step(0, "thaw"))
            await played.settled()
            assert played.ladder.lost == []


async def test_pieces_are_numbered_over_all_connections():
    """Each leaves before it arrives, on one clock; the second connection's come behind the first's."""
    async with asyncio.timeout(SECONDS):
        with trial() as played:
            played.connect()
            await played.until_connected()
            played.change(Step(0, "cut"))
            await played.settled()

            left = [piece.n for piece in played.notes.pieces if piece.arrived is None]
            assert left == sorted(set(left))
            requests = [piece for piece in played.notes.pieces if piece.raw.startswith(b"GET") and piece.arrived]
            assert len(requests) == 2
            assert all(piece.left <= piece.arrived for piece in played.notes.pieces if piece.arrived)


async def test_what_was_closed_tells_nothing_more():
    """A scenario under way ends, too; to close it twice is no matter."""
    async with asyncio.timeout(SECONDS):
        with trial() as played:
            played.connect()
            await played.until_connected()
            played.begin_scenario("tunnel")
            await played.until(lambda: list(played.ladder))
            played.close()
            played.close()

            assert played.is_over
            told = len(played.notes.rows)
            played.page_says("anybody?")
            await played.until_played()
            assert len(played.notes.rows) <= told + 1
            with pytest.raises(TimeoutError):
                await played.until(lambda: len(played.notes.rows) > told + 1, timeout=0.3)
