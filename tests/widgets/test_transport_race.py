"""The race's widget: what it tells its page and its cell."""

from __future__ import annotations

import asyncio

import pytest

from chatlib.widgets.transport_race import TransportRace
from tests.support.waiting import no_task_left_behind, until

QUICK = {"rate": 20, "seconds": 0.1, "poll_every": 0.05}


@pytest.fixture
def race():
    race = TransportRace(**QUICK)
    yield race
    race.close()


def kinds(widget):
    return [event["kind"] for event in widget.told()]


async def test_a_cell_runs_a_race_and_reads_its_results(race):
    """By the transport's name; the same object is there afterwards."""
    assert race.results == {}

    results = await race.run()

    assert results == race.results
    assert results["WebSocket"].requests == 1
    assert {result.messages for result in results.values()} == {4}
    assert repr(race) == "<TransportRace over, 20 lines/s for 0.1 s>"


async def test_another_rate_is_another_race(race):
    """Rates are compared in one line, and the plan follows."""
    messages = {rate: (await race.run(rate=rate))["WebSocket"].messages for rate in (10, 40)}

    assert messages == {10: 2, 40: 8}
    assert next(event["data"]["rate"] for event in race.told() if event["kind"] == "plan") == 40


async def test_the_recording_holds_the_last_race_only(race):
    """Its plan, its start, its figures in order, its end."""
    await race.run()
    for _ in range(9):
        race._tell(race._race)  # it had taken longer
    await race.run()

    told = kinds(race)
    assert told[:2] == ["plan", "start"]
    assert told[-1] == "over"
    assert set(told[2:-1]) == {"figures"}
    counts = [event["data"]["results"][0]["messages"] for event in race.told()[2:-1]]
    assert counts == sorted(counts)
    assert counts[-1] == 4


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
