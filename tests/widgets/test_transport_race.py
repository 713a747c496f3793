"""The race's widget: what it tells its page and its cell."""

from __future__ import annotations

import asyncio
import json

import pytest

from chatlib.experiments.race import Race
from chatlib.widgets.transport_race import COUNTS, LOOKS, TRANSPORTS, TransportRace
from tests.support.waiting import no_task_left_behind, until

QUICK = {"rate": 20, "seconds": 0.1, "poll_every": 0.05}


@pytest.fixture
def race():
    race = TransportRace(**QUICK)
    yield race
    race.close()


def kinds(widget):
    return [event["kind"] for event in widget.told()]


def told(widget, kind):
    return [event["data"] for event in widget.told() if event["kind"] == kind]


async def test_a_cell_runs_a_race_and_reads_its_results(race):
    """By the transport's name; the same object is there afterwards."""
    assert race.results == {}

    results = await race.run()

    assert results == race.results
    assert results["WebSocket"].requests == 1
    assert {result.messages for result in results.values()} == {4}
    assert repr(race) == "<TransportRace over, 20 lines/s for 0.1 s>"


def test_the_transports_are_those_of_the_race():
    """One can bet on each, and on nothing else."""
    assert tuple(Race().results) == TRANSPORTS


async def test_another_rate_is_another_race(race):
    """Rates are compared in one line, and the plan follows."""
    messages = {rate: (await race.run(rate=rate))["WebSocket"].messages for rate in (10, 40)}

    assert messages == {10: 2, 40: 8}
    assert told(race, "plan")[-1]["rate"] == 40


async def test_the_recording_holds_the_last_race_only(race):
    """Its plan, its start, where its news was and what it cost, in order; its end."""
    await race.run()
    for _ in range(9):
        race._tell_lanes(race._race)  # it had taken longer
        race._tell_figures(race._race)
    await race.run()

    events = kinds(race)
    assert events[:2] == ["plan", "start"]
    assert events[-1] == "over"
    assert set(events[2:-1]) == {"lanes", "figures"}
    counts = [figures["results"][0]["messages"] for figures in told(race, "figures")]
    assert counts == sorted(counts)
    assert counts[-1] == 4


async def test_the_recording_is_enough_to_see_the_news_wait_and_go(race):
    """Counts by lane: said, sent, heard, asked, spoken; none goes back, and in the end everything was heard."""
    await race.run()

    lanes = [event["lanes"] for event in told(race, "lanes")]
    assert len(lanes[0]) == 4
    for lane in range(4):
        for count in range(5):
            values = [each[lane][count] for each in lanes]
            assert values == sorted(values)
        said, sent, heard, asked, spoken, _ = lanes[-1][lane]
        assert (said, sent, heard, spoken) == (2, 2, 2, 2)
        assert asked >= 1


async def test_a_long_race_is_told_in_larger_steps():
    """A recording of the longest one is small enough to stand in a notebook."""
    race = TransportRace(rate=100, seconds=60, poll_every=60)
    longest = [9_999] * 6
    lanes = json.dumps({"t": 120_000, "kind": "lanes", "data": {"lanes": [longest] * 4}})
    result = dict.fromkeys(("requests", "connections", "messages", "bytes_up", "bytes_down"), 999_999)
    result |= {"transport": "server-sent events", "latency_ms": 12345.123456789012}
    figures = json.dumps({"t": 120_000, "kind": "figures", "data": {"results": [result] * 4}})
    race.close()

    assert LOOKS * len(lanes) + COUNTS * len(figures) < 64 * 2**10


async def test_one_may_bet_before_a_race_and_not_in_it(race):
    """From Python and in the page; the page's late one is passed over."""
    race.act({"do": "bet", "transport": "polling"})
    assert race.bet == "polling"
    race.act({"do": "bet", "transport": None})
    assert race.bet is None
    race.bet = "long polling"
    with pytest.raises(ValueError, match="carrier pigeon"):
        race.bet = "carrier pigeon"

    running = asyncio.create_task(race.run())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="under way"):
        race.bet = "WebSocket"
    race.act({"do": "bet", "transport": "WebSocket"})
    await running

    assert told(race, "bet") == [{"transport": "long polling"}]
    assert "The bet: long polling." in race.snapshot()


async def test_the_snapshot_says_who_sent_the_most_requests(race):
    """All of them, where several did."""
    results = await race.run()

    most = max(result.requests for result in results.values())
    first = " and ".join(name for name in TRANSPORTS if results[name].requests == most)
    assert f"<p>The most requests: {first}, {most}.</p>" in race.snapshot()
    assert "WebSocket" not in first


async def test_the_pace_can_be_set_while_a_race_runs():
    """From the page, as a slider does; the page is told, and so is whoever reads the plan afterwards."""
    race = TransportRace(rate=20, seconds=0.1, poll_every=60)
    running = asyncio.create_task(race.run())
    await until(lambda: race.results and race.results["WebSocket"].messages == 4)
    assert told(race, "plan")[-1]["poll_every"] == 60
    race.act({"do": "pace", "poll_every": 0.01})
    await running

    assert race.poll_every == 0.01
    assert told(race, "pace") == [{"poll_every": 0.01}]
    assert race.results["polling"].messages == 4
    with pytest.raises(ValueError, match="poll_every"):
        race.act({"do": "pace", "poll_every": 0})
    await race.run()
    assert told(race, "plan")[-1]["poll_every"] == 0.01
    race.close()


async def test_one_race_at_a_time(race):
    """A second run says so; a second click does nothing."""
    running = asyncio.create_task(race.run())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="under way"):
        await race.run()
    race.act({"do": "run", "rate": 20})

    await running
    assert kinds(race).count("start") == 1


async def test_a_click_runs_a_race(race):
    """At the rate that the page asks for."""
    race.act({"do": "run", "rate": 40})

    await until(lambda: "over" in kinds(race))
    assert race.results["polling"].messages == 8


def test_figures_out_of_range_are_refused_at_once():
    """Not only when the race begins."""
    with pytest.raises(ValueError, match="rate"):
        TransportRace(rate=0)


async def test_closing_ends_the_race():
    """No task of it goes on."""
    with no_task_left_behind():
        race = TransportRace(rate=1, seconds=60)
        running = asyncio.create_task(race.run())
        await until(lambda: race.results and race.results["WebSocket"].connections)
        race.close()
        race.close()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_the_snapshot_is_a_table(race):
    """A row for each transport, a column for each cost."""
    assert "not run yet" in race.snapshot()

    await race.run()

    snapshot = race.snapshot()
    assert snapshot.count("<tr>") == 5
    assert "<th scope='row'>WebSocket</th><td>1</td><td>1</td><td>4</td>" in snapshot
    assert "20 lines a second" in snapshot
