"""BufferGauges without a page: what it measures, what it tells, and what can be asked of it."""

from __future__ import annotations

import asyncio
import json

import pytest

from chatlib.experiments import slow_readers
from chatlib.experiments.whereabouts import KERNEL_TELLS, Whereabouts
from chatlib.widgets.buffer_gauges import PAGES, BufferGauges
from tests.support.waiting import no_task_left_behind, until


@pytest.fixture(autouse=True)
def looks_follow_closely(monkeypatch):
    """Nobody watches: the server sends faster, and is looked at more often."""
    monkeypatch.setattr(slow_readers, "TICK_SECONDS", 0.005)
    monkeypatch.setattr(slow_readers, "LOOK_SECONDS", 0.03)


@pytest.fixture
async def gauges():
    gauges = BufferGauges()
    yield gauges
    gauges.close()


def told(gauges: BufferGauges, kind: str) -> list[dict]:
    return [event["data"] for event in gauges.told() if event["kind"] == kind]


async def test_one_frozen_page_stops_everybody_in_the_naive_loop(gauges):
    """Its bytes are in the server's memory and both kernels; the others have read all that was sent, and no more is."""
    gauges.freeze("Bo")
    begun = await gauges.publish(1000)
    await gauges.settled()

    assert gauges.waits_for == "Bo"
    assert begun == gauges.sent < 1000
    assert gauges.heard["Bo"] == 0
    assert gauges.heard["Ada"] == begun
    assert gauges.waiting["Ada"].total == 0
    bo = gauges.waiting["Bo"]
    assert gauges.memory == bo.heap > 0
    if KERNEL_TELLS:
        assert bo.total > 1000 * (begun - 1)
        assert min(bo.our_kernel, bo.their_kernel) > 0
    assert "It waits in the send() to <bdi>Bo</bdi>." in gauges.snapshot()

    gauges.thaw("Bo")
    await gauges.settled()
    assert gauges.heard == dict.fromkeys(PAGES, 1000)
    assert gauges.missed == dict.fromkeys(PAGES, 0)
    assert gauges.waiting == dict.fromkeys(PAGES, Whereabouts(0, 0, 0, 0) if KERNEL_TELLS else Whereabouts(0))


async def test_another_policy_can_be_chosen_while_it_stands(gauges):
    """From Python and in the page; both are told."""
    gauges.freeze("Bo")
    await gauges.publish(600)
    gauges.policy = "broadcast"
    await gauges.until(lambda: gauges.sent == 600)
    gauges.act({"do": "policy", "policy": "queue"})

    assert gauges.policy == "queue"
    assert told(gauges, "policy") == [{"policy": "queue", "queue": 10}]
    with pytest.raises(ValueError, match=r"'hope'.*naive, broadcast, queue, disconnect"):
        gauges.policy = "hope"


async def test_what_somebody_does_in_the_page_is_done(gauges):
    """Send, halt, throttle; each is told."""
    gauges.act({"do": "throttle", "name": "Bo", "rate": 0})
    gauges.act({"do": "send", "count": 1000})
    await gauges.until(lambda: gauges.waits_for == "Bo")
    gauges.act({"do": "halt"})
    await until(lambda: told(gauges, "look")[-1]["look"][1] == 0)
    gauges.act({"do": "throttle", "name": "Bo", "rate": 50_000})

    (look,) = told(gauges, "look")
    assert [page[0] for page in look["pages"]] == [None, 50_000, None]
    assert told(gauges, "play")[0]["pages"] == PAGES


@pytest.mark.parametrize(
    "action",
    [
        {"do": "send", "count": 0},
        {"do": "send", "count": 10**6},
        {"do": "throttle", "name": "Dan", "rate": 0},
        {"do": "throttle", "name": "Bo", "rate": -1},
        {"do": "come back", "name": "Dan"},
        {"do": "policy", "policy": "hope"},
        {"do": "dance"},
    ],
)
async def test_what_no_page_of_ours_asks_for_is_refused(gauges, action):
    """A page can be anybody's."""
    with pytest.raises(ValueError, match=r"."):
        gauges.act(action)


async def test_a_figure_that_is_none_is_refused_in_words(gauges):
    """From Python: what was expected, and what came."""
    with pytest.raises(TypeError, match="bytes_per_second is a number, or None, not of type str"):
        gauges.throttle("Bo", "fast")
    with pytest.raises(ValueError, match="bytes_per_second is from 1 to"):
        gauges.throttle("Bo", 0)
    with pytest.raises(ValueError, match="count is from 1 to"):
        await gauges.publish(0)
    with pytest.raises(ValueError, match="queue is from 1 to"):
        BufferGauges(queue=0)
    with pytest.raises(KeyError):
        gauges.freeze("Dan")


async def test_who_was_disconnected_can_come_back(gauges):
    """It does not know at first, then it reads 1006; what it missed is counted once it hears again."""
    gauges.policy = "disconnect"
    gauges.freeze("Bo")
    await gauges.publish(800)
    assert "disconnected, and does not know it yet" in gauges.snapshot()
    assert gauges.close_code["Bo"] is None
    gauges.thaw("Bo")
    await gauges.until(lambda: gauges.close_code["Bo"] == 1006)
    assert "closed with 1006" in gauges.snapshot()

    gauges.come_back("Bo")
    await gauges.until(lambda: gauges.close_code["Bo"] is None)
    await gauges.publish(1)
    await gauges.settled()
    assert gauges.heard["Bo"] == 801
    assert gauges.missed["Bo"] > 0
    assert gauges.latency_ms["Ada"] is not None


async def test_stopped_it_stays_as_it_was_and_can_begin_anew(gauges):
    """Whatever a page asks for meanwhile: it is told that it is stopped."""
    await gauges.publish(10)
    await gauges.settled()
    gauges.stop()
    gauges.stop()
    gauges.act({"do": "send", "count": 1})

    assert gauges.heard["Ada"] == 10
    assert told(gauges, "stopped") == [{}]
    assert repr(gauges) == "<BufferGauges stopped>"
    gauges.act({"do": "start"})
    gauges.start()
    assert told(gauges, "stopped") == []
    assert gauges.sent == 0
    await gauges.publish(1)
    assert repr(gauges) == "<BufferGauges naive, 1 messages sent, 0 bytes in the server's memory>"


async def done(asked):
    """Wait for it, if it is something to wait for."""
    return await asked if asyncio.iscoroutine(asked) else asked


@pytest.mark.parametrize(
    "ask",
    [
        lambda gauges: gauges.publish(1),
        lambda gauges: gauges.throttle("Bo", 100),
        lambda gauges: gauges.freeze("Bo"),
        lambda gauges: gauges.thaw("Bo"),
        lambda gauges: gauges.come_back("Bo"),
        lambda gauges: gauges.settled(),
        lambda gauges: gauges.until(lambda: gauges.waits_for),
    ],
)
async def test_stopped_they_refuse_what_a_cell_asks_for(gauges, ask):
    """At once, and with what helps: a cell of the middle is run again where the last one has stopped them."""
    gauges.stop()
    with pytest.raises(RuntimeError, match=r"the gauges are stopped: start\(\) begins anew"):
        await done(ask(gauges))
    gauges.policy = "queue"  # how it will behave may be said at any time
    gauges.start()
    assert await gauges.publish(1) == 1


async def test_a_recording_of_it_fits_into_a_notebook(gauges):
    """What is told at each look is short."""
    gauges.policy = "broadcast"
    gauges.freeze("Bo")
    await gauges.publish(500)

    recording = gauges.recording()
    assert recording["widget"] == "buffer_gauges"
    looks = [event for event in recording["events"] if event["kind"] == "look"]
    assert len(looks) > 2
    assert max(len(json.dumps(look)) for look in looks) < 400


async def test_closing_ends_a_loop_that_stands():
    """No task of it goes on, and no socket."""
    with no_task_left_behind():
        gauges = BufferGauges()
        gauges.freeze("Bo")
        sending = asyncio.create_task(gauges.publish(1000))
        await gauges.until(lambda: gauges.waits_for == "Bo")
        gauges.close()
        await asyncio.wait_for(sending, 10)


@pytest.mark.parametrize(("value", "shown"), [(None, "not known"), (0, "0 kB"), (21_272_000, "21,272 kB")])
async def test_what_is_not_known_is_no_zero(gauges, monkeypatch, value, shown):
    """In the table for those without a page."""
    look = Whereabouts(5000, value, value, value)
    monkeypatch.setattr("chatlib.experiments.slow_readers.Place.whereabouts", lambda _: look)

    assert f"<td>5 kB</td>{f'<td>{shown}</td>' * 3}" in gauges.snapshot()
