"""What learners do that Run All does not: a cell is run twice, and a widget is played by hand before its cells."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from chatlib import chaos
from chatlib.server.ownership import Server
from tests.support.cells import run_cell
from tests.support.course import read
from tools import course_map, notebooks

# By notebook: the cells that are run, and what is done by hand; what holds then; and what stops it all.
RUN_TWICE = {
    "02": (
        ["start-server", "create-socket", "wait-for-open", "send-hello", "send-hello", "listen", "look-into-list"],
        "received == ['Hello again']",
        "server.stop()",
    ),
    "02 listeners": (
        ["start-server", "create-socket", "wait-for-open", "send-hello", "listen", "listen", "look-into-list"],
        "received == ['Hello again'] * 2",
        "server.stop()",
    ),
    "03": (
        [
            *("import chatlib", "freeze-the-network", "send-into-the-frost"),
            *("thaw-the-network", "await asyncio.sleep(0)", "thaw-the-network"),
        ],
        "_ == ['Are you there?']",
        "proxy.stop(); server.stop()",
    ),
    "04 handshake": (
        ["make-two-ends", "ask", "ask", "answer", "answer", "client-opens", "client-opens", "two-hellos"],
        "(client.state.name, server.state.name, len(first)) == ('OPEN', 'OPEN', 11)",
        "",
    ),
    "04 frost": (
        ["import chatlib", "serve-compressing", "serve-pinging", "freeze", "frozen = network", "freeze"],
        "page.readyState == 1",
        "frozen.stop(); network.stop(); compressing.close(); pinging.close()",
    ),
    "05": (
        [
            *(
                "import asyncio; from unittest.mock import AsyncMock, Mock",
                "show-pulse",
                "start-ticker",
                "start-ticker",
            ),
            *("connection, server, starter = AsyncMock(), Mock(), Mock()", "clean-up"),
        ],
        "'ticker' not in _",
        "pulse.stop()",
    ),
    "09a": (
        ["open-board", "import asyncio", "close-into-the-frost", "close-into-the-frost", "compare"],
        "board.ws.readyState == 2",
        "board.stop()",
    ),
    "10": (
        [
            *("server-imports", "server-by-hand", "freeze-a-page", "fill-memory", "fill-memory"),
            *("where-is-the-rest", "all-of-it"),
        ],
        "sent == 52_000",
        "page.leave(); server.close()",
    ),
    "10 pages": (
        [
            *("server-imports", "server-by-hand", "freeze-a-page", "stop-by-hand"),
            *("server-by-hand", "freeze-a-page", "freeze-a-page", "fill-memory", "was = connection.state.name"),
            *("where-is-the-rest", "all-of-it", "stop-by-hand"),
        ],
        "was == 'OPEN' and heap > 20_000_000",
        "[each.transport.abort() for each in connections]; server.close()",
    ),
    "10 unconfirmed": (  # so Run All sees it the second time: nothing is imported any more, and it is quick
        [
            "from chatlib.experiments.whereabouts import Whereabouts",
            "sent, waits = 26_000, Whereabouts(22_220_116, 3_769_344, 46_080, 114_540)",
            "all-of-it",
        ],
        "waits.wire",
        "",
    ),
    "90 echo": (
        ["start-server", "create", "wait-for-open", "right-after-send", "right-after-send"],
        "_ == (0, 1, 'Did you get this?')",
        "server.stop()",
    ),
    "90": (["start-server", "wire", "frames", "frames"], "(len(out.raw), len(back.raw)) == (8, 4)", "server.stop()"),
}
PLAYED_BY_HAND = {
    "01": (
        [
            "from chatlib.widgets import TransportRace; race = TransportRace(rate=2, seconds=0.5)",
            *("race.poll_every = 0.2; await race.run(rate=20)", "run-race"),
        ],
        "race.poll_every == 1 and repr(race).startswith('<TransportRace over, 2 lines/s')",
        "",
    ),
    "05": (
        [
            *("import asyncio; ticks = 0", "show-pulse", "pulse.act({'do': 'block'})"),
            *("await asyncio.sleep(0.1)", "block-the-loop", "read-the-gap"),
        ],
        "len(pulse.gaps) > 1 and isinstance(_, str)",
        "pulse.stop()",
    ),
    "06": (
        ["show-map", "map-enter", "room.freeze('Page A')", "map-say-cell"],
        "all(heard == ['Can you all hear me?'] for heard in room.transcripts.values())",
        "room.server.stop()",
    ),
    "08a": (
        [
            *("import chatlib", "workshop", "three-widgets", "show-and-send", "send-function", "wire-up"),
            *("say-by-hand", "field.value = 'I try it by hand'; await shown('by hand')"),
            *("cost-by-hand", "cost-by-hand-shown"),
        ],
        "_ == (33, 660, 6930, 33.0, 330000)",
        "workshop.stop()",
    ),
    "09a": (
        ["open-board", "board.guarantee, board.comes_back, board.watchdog = 'exactly once', True, 1", "connect"],
        "(board.guarantee, board.comes_back, board.watchdog) == ('at most once', False, None)",
        "board.stop()",
    ),
    "09b": (
        ["open-board", "board.guarantee = 'exactly once'; await board.connect()", "connect"],
        "board.guarantee == 'at most once'",
        "board.stop()",
    ),
    "10": (
        ["show-gauges", "gauges.freeze('Bo'); await gauges.publish(1000)", "naive"],
        "sent > 0 and gauges.waits_for == 'Bo'",
        "gauges.stop()",
    ),
    "10 policy": (
        ["show-gauges", "gauges.policy = 'broadcast'", "naive"],
        "0 < sent < 1000 and gauges.waits_for == 'Bo'",
        "gauges.stop()",
    ),
    "11": (["open-console", "console.switch_on('origin')", "hijack"], "hijack.stopped_by is None", "console.stop()"),
    "90": (
        ["show-map", "room.freeze('Page A')", "map-say-cell"],
        "all(heard == ['Can you all hear me?'] for heard in room.transcripts.values())",
        "room.server.stop()",
    ),
}

# The part of a notebook, from cell to cell, of which every cell is run twice at its place; what holds behind some.
EACH_TWICE: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "04": ("", "make-two-ends", "live-view", {"close-answer": "_ == '88 05 03 e8 62 79 65'"}),
    "04 compressed": (
        "from websockets.client import ClientProtocol; from websockets.uri import parse_uri;"
        "from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory;"
        "address = parse_uri('wss://example.com/chat'); can_compress = [ClientPerMessageDeflateFactory()];"
        "out = lambda end: b''.join(end.data_to_send())",
        "serve-compressing",
        "decompress",
        {"decompress": "_ == b'Hello'"},
    ),
    "06": (
        "",
        "echo-handler",
        "order-per-client",
        {
            "a-and-the-ghost": "_ == (1011, 'Is everybody well?')",
            "survive": "(sorted(_[0]), *_[1:]) == (['A', 'B'], 1, [])",
            "forgotten": "_ == (['B'], 1)",
            "remembered": "_ == (['B', 'A'], [])",
        },
    ),
    "07": (
        "",
        "message",
        "compare-gates",
        {
            "ada-leaves": "_[0].endswith('left the room')",
            "nobody-told-bo": "_[-1] == dan_heard[0]['msg']",
            "cut-again": "_[-2:] == [(0, name), (1, name)]",
            "gap": "_[:2] == ['thing 24', 'thing 25']",
        },
    ),
    "08a": ("import chatlib", "workshop", "cost-by-hand-shown", {"cost-by-hand-shown": "_[:3] == (33, 660, 6930)"}),
}
CELL_SECONDS = 20  # what takes longer waits for what will not come


async def after(name: str, steps: list[str], holds: str, stop: str) -> bool:
    """Run cells of a notebook, and lines that a learner adds; return whether it holds in the end."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == name.split()[0]]
    sources = {cell.id: cell.source for cell in read(path).cells}
    memory: dict[str, Any] = {}
    try:
        for step in steps:
            await asyncio.wait_for(run_cell(sources.get(step, step), memory), CELL_SECONDS)
        return bool(eval(holds, memory))
    finally:
        await run_cell(stop, memory)


@pytest.mark.parametrize("name", RUN_TWICE)
async def test_a_cell_that_was_run_twice_makes_nothing_red(name):
    """Where what it does can be done again, and the text that follows is as true as before."""
    assert await after(name, *RUN_TWICE[name])


@pytest.mark.parametrize("name", PLAYED_BY_HAND)
async def test_who_plays_by_hand_first_still_sees_what_the_text_tells(name):
    """The text invites learners to a widget; its next cell then begins as if nobody had touched that."""
    assert await after(name, *PLAYED_BY_HAND[name])


@pytest.mark.parametrize("name", EACH_TWICE)
async def test_each_cell_can_be_run_again_at_its_place(name):
    """None waits for what has been already, none is red, and none spoils what the next ones show."""
    before, first, last, holds = EACH_TWICE[name]
    (path,) = [path for path in notebooks.find() if course_map.number(path) == name.split()[0]]
    cells = {cell.id: cell for cell in read(path).cells if cell.cell_type == "code"}
    ids = list(cells)
    memory: dict[str, Any] = {}
    made: dict[int, Any] = {}
    await run_cell(before, memory)
    try:
        for id_ in ids[ids.index(first) : ids.index(last) + 1]:
            is_red = notebooks.has_tag(cells[id_], "raises-exception")
            for _ in range(2):
                with suppress(*[Exception] * is_red):
                    await asyncio.wait_for(run_cell(cells[id_].source, memory), CELL_SECONDS)
                made |= {id(value): value for value in memory.values() if isinstance(value, Server | chaos.Proxy)}
            assert eval(holds.get(id_, "True"), memory), (id_, memory["_"])
    finally:
        for each in made.values():
            each.stop()
