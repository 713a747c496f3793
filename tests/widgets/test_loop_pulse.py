"""The pulse: it beats while the loop runs, and stays away while something blocks."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from types import SimpleNamespace

import pytest

from chatlib import background
from chatlib.widgets import loop_pulse
from chatlib.widgets.loop_pulse import LoopPulse
from tests.support.waiting import no_task_left_behind, until


@pytest.fixture
async def pulse(monkeypatch):
    """A pulse that beats more often than a learner's; what counts as a gap is the same."""
    monkeypatch.setattr(loop_pulse, "BEAT_SECONDS", 0.02)
    pulse = LoopPulse()
    yield pulse
    pulse.close()


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes when the test says so."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(loop_pulse, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def told(pulse, kind):
    return [event["data"] for event in pulse.told() if event["kind"] == kind]


async def held_up(seconds):
    """Wait so many seconds; return the longest time that this loop, on a busy machine, had no turn meanwhile."""
    longest, end = 0.0, time.monotonic() + seconds
    while (before := time.monotonic()) < end:
        await asyncio.sleep(0.02)
        longest = max(longest, time.monotonic() - before)
    return longest


async def test_it_beats_while_the_loop_runs(pulse):
    """And the beats are there for a page to draw."""
    await until(lambda: pulse.beats >= 5)

    assert len(told(pulse, "beat")) == pulse.beats


async def test_a_blocking_cell_is_a_gap(pulse):
    """It is there in the very cell that blocked, and in the list after the next beat."""
    time.sleep(0.35)  # noqa: ASYNC251 - that is the point

    assert pulse.longest_gap >= 0.35
    assert pulse.gaps == []
    await until(lambda: pulse.gaps)
    assert 0.35 <= pulse.gaps[0].seconds == pulse.longest_gap
    assert told(pulse, "gap")[0]["over"] is True


async def test_the_gap_is_told_while_it_lasts(pulse):
    """By the background thread, since the loop itself can tell nothing."""
    seen = []
    deadline = time.monotonic() + 5
    while not seen and time.monotonic() < deadline:  # a busy cell: this loop does not get its turn
        seen = told(pulse, "gap")

    assert seen[0]["over"] is False
    assert seen[0]["seconds"] >= 0.3


async def test_waiting_is_no_gap(pulse):
    """An await lets the loop go on."""
    longest = await held_up(0.4)

    assert pulse.longest_gap < longest + 0.2
    assert longest > 0.2 or told(pulse, "gap") == [] == pulse.gaps


async def test_tasks_are_listed_with_the_line_at_which_they_wait(pulse):
    """By their names; one that has ended is no longer there."""

    async def work():
        await release.wait()

    release = asyncio.Event()
    task = asyncio.create_task(work(), name="my work")
    await until(lambda: any(line["name"] == "my work" for line in told(pulse, "tasks")[-1]["tasks"]))

    (mine,) = [line for line in pulse.tasks if line.name == "my work"]
    assert mine.coroutine.endswith("work")
    assert mine.line == "await release.wait()"
    assert "<strong>my work</strong>" in pulse.snapshot()
    release.set()
    await task
    assert "my work" not in [line.name for line in pulse.tasks]


async def test_stopping_in_a_gap_counts_it(clock, pulse):
    """The cell that blocked may stop it before the loop has its turn."""
    clock.now += 5
    pulse.stop()
    clock.now += 5

    assert pulse.longest_gap == 5


async def test_the_page_can_block_the_loop(pulse, monkeypatch):
    """The gap names the line that did it."""
    monkeypatch.setattr(loop_pulse, "BLOCK_SECONDS", 0.35)
    pulse.act({"do": "block"})

    await until(lambda: pulse.gaps)
    assert pulse.gaps[0].line == "time.sleep(0.35)"


async def test_stop_ends_it(pulse):
    """No more beats, no gap from then on, and what was seen stays."""
    await until(lambda: pulse.beats >= 2)
    pulse.stop()
    pulse.stop()
    beats, longest = pulse.beats, pulse.longest_gap
    await asyncio.sleep(5 * loop_pulse.BEAT_SECONDS)

    assert (pulse.beats, pulse.longest_gap) == (beats, longest)
    assert not pulse.running
    assert told(pulse, "stopped") == [{}]


async def test_it_can_be_started_again(pulse):
    """From Python or in the page; the time between is no gap, and only one heart beats."""
    pulse.stop()
    pulse._last_beat -= 60
    pulse.start()
    pulse.start()
    beats = pulse.beats

    await until(lambda: pulse.beats > beats + 3)
    assert pulse.running
    assert pulse.longest_gap < 60
    assert told(pulse, "stopped") == []
    pulse.stop()
    pulse.act({"do": "start"})
    began, beats = time.monotonic(), pulse.beats
    await asyncio.sleep(20 * loop_pulse.BEAT_SECONDS)
    assert pulse.beats - beats <= 1 + (time.monotonic() - began) / loop_pulse.BEAT_SECONDS
    assert told(pulse, "started") == [{}]


async def test_after_a_stop_nothing_is_told_of_a_gap(clock, pulse):
    """Nobody watches any more, and a page must not say that the loop is blocked."""
    pulse.stop()
    clock.now += 5
    watch = asyncio.wrap_future(background.submit(pulse._watch()))
    await asyncio.sleep(5 * loop_pulse.BEAT_SECONDS)
    watch.cancel()

    assert told(pulse, "gap") == []


async def test_what_is_closed_cannot_be_started_again():
    """It says what to do."""
    pulse = LoopPulse()
    pulse.close()
    with pytest.raises(RuntimeError, match="make a new one"):
        pulse.start()


def test_a_pulse_whose_loop_has_ended_cannot_be_started_again():
    """Nothing would ever beat."""

    async def main():
        pulse = LoopPulse()
        pulse.stop()
        return pulse

    pulse = asyncio.run(main())
    with pytest.raises(RuntimeError, match="loop"):
        pulse.start()
    pulse.close()


def test_it_keeps_no_loop_from_ending():
    """A loop that ends takes its pulse with it; the watch on the background loop ends too."""

    async def main():
        return LoopPulse()

    with no_task_left_behind():
        pulse = asyncio.run(main())
    pulse.close()


async def test_nothing_holds_a_closed_pulse():
    """Fifty re-runs of its cell leave nothing behind."""
    pulse = LoopPulse()
    gone = weakref.ref(pulse)
    pulse.close()
    del pulse
    await until(lambda: gc.collect() is not None and gone() is None)


async def test_the_recording_is_bounded(clock, pulse):
    """The last beats and gaps only."""
    for _ in range(300):
        pulse._beat()
    for _ in range(100):
        clock.now += 1
        pulse._beat()

    assert len(pulse.told()) <= 80 + 50 + 1
    assert len(pulse.gaps) == 50


async def test_the_snapshot_tells_long_gaps_only(clock, pulse):
    """Short ones come and go with the machine's load, and a committed page must not change with them."""
    clock.now += 0.5
    pulse._beat()
    assert "<p>No gap of a second or more.</p>" in pulse.snapshot()

    clock.now += 2.2
    pulse._beat()
    assert "<strong>2 s</strong>" in pulse.snapshot()


async def test_the_snapshot_draws_the_heartbeat_in_marks(clock, pulse):
    """A page with no kernel and no style shows what the strip shows: a mark for each beat, or for its absence."""
    beats = "♥ ♥ ♥ ♥ ♥"
    assert f"<code>{beats}</code>" in pulse.snapshot()

    for seconds in (1.1, 60.2):
        clock.now += seconds
        pulse._beat()

    second = " ".join("·" * 10)
    assert f"<code>{beats} {second} {beats} {' '.join([second] * 5)} … {beats}</code>" in pulse.snapshot()
    assert "<p>♥ is a beat, · one that did not come" in pulse.snapshot()
