"""ChaosBoard without a page: what Python and a page can do, what a page is told, and the picture that is left."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from chatlib.experiments import trial
from chatlib.experiments.scenarios import SCENARIOS
from chatlib.widgets.chaos_board import ChaosBoard


@asynccontextmanager
async def a_board(**options):
    board = ChaosBoard(**{"watchdog": None, "keepalive": None, **options})
    try:
        async with asyncio.timeout(60):
            yield board
    finally:
        board.close()


def told(board, kind):
    return [event["data"] for event in board.told() if event["kind"] == kind]


async def test_it_is_played_from_python():
    """Connect, say something for both, cut, and it comes back."""
    async with a_board() as board:
        assert (board.ws, board.close_code, board.close_reason, board.server_state) == (None, None, None, None)
        assert repr(board) == "<ChaosBoard before the first connection, <Ladder of 0: 0 not seen, 0 seen twice>>"
        await board.connect()
        board.page_says("hi")
        board.bo_says("你好")
        await board.settled()
        assert (board.ladder.lost, board.ladder.doubled, board.server_state) == ([], [], 1)
        board.cut()
        await board.until(lambda: len(told(board, "left")) > 5)
        await board.settled()

        assert board.ws.readyState == 1
        assert {row["text"] for row in told(board, "row")} == {"hi", "你好"}


async def test_its_manners_can_be_changed():
    """And the page is told; what is no guarantee is refused, and so is a time that is none."""
    async with a_board() as board:
        board.guarantee, board.comes_back, board.watchdog = "at most once", False, 3

        assert told(board, "manners") == [{"guarantee": "at most once", "comes_back": False, "watchdog": 3.0}]
        assert (board.guarantee, board.comes_back, board.watchdog) == ("at most once", False, 3.0)
        with pytest.raises(ValueError, match="no guarantee 'twice': choose one of at most once, at least once"):
            board.guarantee = "twice"
        with pytest.raises(ValueError, match=r"watchdog is from 0.1 to 60 seconds, not 0.01"):
            board.watchdog = 0.01
        with pytest.raises(ValueError, match="no scenario 'picnic': choose one of tunnel, lift"):
            await board.play("picnic")
        assert told(board, "manners") == [{"guarantee": "at most once", "comes_back": False, "watchdog": 3.0}]


async def test_a_page_does_it_from_another_thread():
    """Every control, and what no control asks for is refused."""
    async with a_board() as board:
        for action in [
            {"do": "behave", "guarantee": "at least once", "comes_back": True, "watchdog": None},
            {"do": "connect"},
            {"do": "cable", "what": "delay", "value": 0.1},
            {"do": "cable", "what": "jitter", "value": 0.1},
            {"do": "cable", "what": "throttle", "value": 100000},
            {"do": "cable", "what": "freeze", "value": 0},
            {"do": "cable", "what": "refuse", "value": 0},
        ]:
            await asyncio.to_thread(board.act, action)
        state = {"delay": 0.1, "jitter": 0.1, "rate": 100000.0, "frozen": True, "refusing": True, "cut_after": None}
        assert told(board, "cable") == [state]
        await asyncio.to_thread(board.act, {"do": "cable", "what": "accept", "value": 0})
        assert told(board, "cable") == [state | {"refusing": False}]
        await asyncio.to_thread(board.act, {"do": "cable", "what": "heal", "value": 0})
        await board.until(lambda: board.ws and board.ws.readyState == 1)
        await asyncio.to_thread(board.act, {"do": "say", "who": "page", "text": "hi"})
        await asyncio.to_thread(board.act, {"do": "say", "who": "bo", "text": "ho"})
        await board.until(lambda: len(list(board.ladder)) == 2)
        await board.settled()
        assert board.ladder.lost == []
        await asyncio.to_thread(board.act, {"do": "clear"})
        assert (told(board, "row"), told(board, "entry"), list(board.ladder)) == ([], [], [])


@pytest.mark.parametrize(
    "action",
    [
        {"do": "dance"},
        {"do": "say", "who": "page", "text": "x" * 201},
        {"do": "say", "who": "eve", "text": "x"},
        {"do": "cable", "what": "burn", "value": 0},
        {"do": "cable", "what": "delay", "value": -1},
        {"do": "cable", "what": "delay", "value": 61},
        {"do": "cable", "what": "cut after", "value": 0},
        {"do": "play", "scenario": "picnic"},
        {"do": "behave", "guarantee": "never", "comes_back": True, "watchdog": None},
        {"do": "behave", "guarantee": "at most once", "comes_back": True, "watchdog": "x"},
    ],
)
async def test_what_no_control_asks_for_is_refused(action):
    """With an error that says what came."""
    async with a_board() as board:
        with pytest.raises((ValueError, TypeError)):
            board.act(action)


async def test_stopped_it_says_so_and_starts_again():
    """What was seen stays until then; whatever a page asks meanwhile, it is told that it is stopped."""
    async with a_board() as board:
        await board.connect()
        board.page_says("hi")
        await board.settled()
        board.stop()
        board.stop()
        board.act({"do": "connect"})
        assert told(board, "stopped") == [{}]
        assert "hi" in board.snapshot()

        board.act({"do": "start"})
        board.start()
        assert (told(board, "stopped"), told(board, "row"), list(board.ladder)) == ([], [], [])
        await board.connect()
        assert board.server_state == 1


async def done(asked):
    """Wait for it, if it is something to wait for."""
    return await asked if asyncio.iscoroutine(asked) else asked


@pytest.mark.parametrize(
    "ask",
    [
        lambda board: board.connect(),
        lambda board: board.page_says("hi"),
        lambda board: board.bo_says("hi"),
        lambda board: board.delay(1),
        lambda board: board.throttle(100),
        lambda board: board.freeze(),
        lambda board: board.thaw(),
        lambda board: board.cut(),
        lambda board: board.refuse(),
        lambda board: board.accept(),
        lambda board: board.heal(),
        lambda board: board.play("lift"),
        lambda board: board.settled(),
        lambda board: board.until(lambda: board.close_code is not None),
    ],
)
async def test_stopped_it_refuses_what_a_cell_asks_for(ask):
    """At once, and with what helps: a cell of the middle is run again where the last one has stopped the board."""
    async with a_board() as board:
        board.stop()
        with pytest.raises(RuntimeError, match=r"the board is stopped: start\(\) begins anew"):
            await done(ask(board))
        board.watchdog = 1.0  # how it will behave may be said at any time
        board.start()
        await board.connect()


async def test_its_snapshot_is_the_ladder_and_what_happened():
    """Gaps, twins and the verdict, as text; what people said is text, too."""
    async with a_board(guarantee="at least once") as board:
        assert "nothing was said yet" in board.snapshot()
        await board.connect()
        board.bo_says("<b>hi</b>")
        await board.settled()
        board.cut()
        await board.settled()
        board.freeze()
        board.page_says("into the frost")
        await board.until(lambda: "into the frost" in board.ladder.lost)
        html = board.snapshot()

        assert "<bdi>Bo</bdi>: &lt;b&gt;hi&lt;/b&gt;" in html
        assert "<strong>2 ×</strong>" in html
        assert "<td>–</td><td>–</td><td>–</td></tr>" in html
        assert "2 sent, 1 not seen, 1 seen more than once. No guarantee allows that." in html
        assert "cable: <strong>cut</strong>" in html


async def test_its_recording_is_small_and_has_the_plays_before(monkeypatch):
    """All of a played scenario fits; a page that loads now is told of the last play only."""
    hurried = {name: tuple(replace(step, after=step.after / 10) for step in steps) for name, steps in SCENARIOS.items()}
    monkeypatch.setattr(trial, "SCENARIOS", hurried)
    async with a_board(guarantee="at most once") as board:
        await board.connect()
        board.page_says("before")
        await board.settled()
        board.clear()
        board.guarantee = "exactly once"
        await board.connect()
        await board.play("restart")
        await board.settled()
        recording = board.recording()

        assert len(json.dumps(recording, ensure_ascii=False).encode()) < 64 * 2**10
        assert recording["dropped"] == {}
        kinds = [event["kind"] for event in recording["events"]]
        assert (kinds[0], kinds.count("play")) == ("play", 2)
        second = kinds.index("play", 1)
        texts = [
            {event["data"]["text"] for event in events if event["kind"] == "row"}
            for events in (recording["events"][:second], recording["events"][second:])
        ]
        assert texts == [
            {"before"},
            {"The server gets an update.", "Is somebody there?", "Back in a moment."},
        ]
        assert "before" not in {row["text"] for row in told(board, "row")}
