"""What a notebook says of a library, and has no cell for, is tried here."""

from __future__ import annotations

import asyncio
import logging
import pkgutil
import re
import runpy
import time
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, broadcast, serve

import chatlib
from chatlib import chaos
from chatlib.exercises import quizzes
from chatlib.exercises.predictions import PREDICTIONS
from chatlib.experiments import close_codes
from chatlib.limits import Limits
from tests.support.cells import run_cell
from tests.support.course import read, says
from tests.support.waiting import until
from tools import course_map, notebooks
from tools.notebooks import ROOT


async def test_a_ping_does_not_limit_what_one_page_leaves_in_memory():
    """The clock of `websockets` runs once the ping has found room: a silent page is given up, a full one is not."""
    pages: list[ServerConnection] = []

    async def keep(connection: ServerConnection) -> None:
        pages.append(connection)
        await connection.wait_closed()

    # Both are there, and the one is full, before the first ping: a busy machine takes its time.
    async with serve(keep, "127.0.0.1", 0, ping_interval=0.8, ping_timeout=0.2, close_timeout=0.2) as server:
        with chaos.Proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as tunnel:
            for _ in range(2):
                await chatlib.WebSocket(tunnel.url).once("open")
            await until(lambda: len(pages) == 2)  # the server's end may be later
            full, silent = pages
            tunnel.freeze()
            for _ in range(20):
                broadcast([full], "x" * 1_000_000)
            await silent.wait_closed()  # of two that are as old, the other one would have gone first
            assert full.transport.get_write_buffer_size() > 10_000_000
            full.transport.abort()

    assert says("06", "Pings are no limit")
    assert says("10", "Pings are no limit")


def test_the_recorded_axis_shows_a_half_open_connection():
    """Two lines of different colour, long enough that one sees them (09a)."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == "09a"]
    (board,) = [cell for cell in read(path).cells if cell.id == "open-board"]
    entries = [event.data for event in board.outputs[0].data[notebooks.RECORDING].events if event.kind == "entry"]
    states = [(entry.end, entry.name, entry.at) for entry in entries if entry.what == "state"]

    assert says("09a", "two lines of different colour")
    given_up, believed = (
        next(at for end, name, at in states if (end, name) == (side, "CLOSING")) for side in ("server", "client")
    )
    assert believed - given_up > 0.5


async def test_asyncio_run_says_in_its_own_words_that_a_loop_is_running():
    """Whoever tries it in a cell of 05 reads another message than the one that the notebook is about."""
    with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
        asyncio.run(None)

    assert says("05", "`cannot be called from a running event loop`")


async def test_a_name_is_asked_for_where_the_lobby_is():
    """In a class that is on the teacher's server, and so not on the one of the first cell (08b, exercise 6)."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == "08b"]
    (code,) = re.findall(r"`(other = [^`]+)`", "\n".join(cell.source for cell in read(path).cells))
    with chatlib.serve(port=0) as own, chatlib.serve(port=0, passcode="sesame") as teachers:
        bo = chatlib.ChatClient(teachers.chat_url, name="Bo")
        await bo.joined()
        names = {"chatlib": chatlib, "server": own, "lobby": SimpleNamespace(client=bo)}
        exec(code, names)  # noqa: S102: what a learner is told to type
        await names["other"].joined()

        assert names["other"].name == "Bo (2)"
        bo.close()
        names["other"].close()


def test_1011_is_not_always_a_bug():
    """What the widgets say of it holds for a ping that was not answered, too: 03 and 09a show one."""
    assert "code failed" not in close_codes.meaning(1011)


def test_who_asks_who_sent_1006_is_answered_nobody():
    """In every quiz and prediction, as 03 and 90 say: a right choice that names a sender would contradict them."""
    modules = [import_module(f"{quizzes.__name__}.{each.name}") for each in pkgutil.iter_modules(quizzes.__path__)]
    asked = [question for module in modules for question in module.QUIZ] + [*PREDICTIONS.values()]
    who = re.compile(r"[Ww]ho sent (it|this)\b")
    choices = [each for text, each in asked if who.search(text) and "1006" in f"{text} {each}"]
    right = [choice for each in choices for choice, (is_right, _) in each.items() if is_right]

    assert len(right) == 4
    assert [choice for choice in right if "nobody" not in choice.lower()] == []


@pytest.mark.parametrize(
    ("solution", "handler"),
    [("06_finish_handler", "handler"), ("10_newest_wins", "serve_page"), ("11_token_bucket", "handler")],
)
async def test_a_solution_expects_what_06_says_that_a_handler_expects(solution, handler, caplog):
    """That somebody goes, with a code of their own, too, is no failure for the log."""
    made = runpy.run_path(str(ROOT / "notebooks" / "solutions" / f"{solution}.py"))
    log = logging.getLogger("a solution's server")

    async with serve(made[handler], "127.0.0.1", 0, logger=log) as server:
        page = chatlib.WebSocket("ws://127.0.0.1:{1}".format(*server.sockets[0].getsockname()))
        await page.once("open")
        page.close(4001)
        await page.once("close")
        made.get("publish", str)("a state that comes too late")

    assert caplog.records == []


def test_the_state_is_beside_the_name_of_the_room_without_a_kernel_too():
    """Where a notebook is only read, a sentence points at a picture (08a)."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == "08a"]
    (panel,) = [cell for cell in read(path).cells if cell.id == "show-panel"]

    assert says("08a", "The word beside the room's name")
    assert re.search(r"Chat room <bdi>lobby</bdi></strong> OPEN\b", panel.outputs[0].data["text/html"])


@pytest.mark.parametrize(
    ("environment", "statuses", "words"),
    [
        ({}, (200, 200, 403, 403), "The last two."),
        ({"JUPYTERHUB_USER": "ada"}, (200, 200, 403, 200), "(On a hub or Binder only the third:"),
    ],
    ids=["one's own machine", "hub"],
)
async def test_11_says_who_is_refused_where_its_reader_sits(monkeypatch, environment, statuses, words):
    """A hub's server lets any Host in, and a sentence that is true at home only would contradict what a cell shows."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (path,) = [path for path in notebooks.find() if course_map.number(path) == "11"]
    cells = {cell.id: cell.source for cell in read(path).cells}
    with chatlib.serve(port=0) as server:
        memory: dict[str, Any] = {"open_room": server}
        await run_cell(cells["ask"], memory)

        assert await run_cell(cells["chatlib-refuses"], memory) == statuses
    assert says("11", words)


def test_08b_says_where_the_whole_address_is():
    """On a hub ``page_url`` is only its path; the panel, which is in a page, knows what stands before it."""
    assert says("08b", "On Binder or a hub it begins with a slash: there **Invite** in the panel has the whole")
    assert not says("08b", "behind the colon")


def test_a_seat_is_held_for_as_long_as_08b_says():
    """After that the room hears that somebody left, and then of a newcomer."""
    assert Limits().seat_held == 10
    assert says("08b", "nobody hears of a newcomer if she is back within ten seconds")


async def fixed_server(*, gated: bool) -> dict[str, Any]:
    """Return what a kernel has in which the fixed server of 07 runs, with its gate or before that is there."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == "07"]
    sources = {cell.id: cell.source for cell in read(path).cells}
    memory: dict[str, Any] = {}
    ids = ["message", "first-chat", "enter-and-leave", "page", "two-clocks"]
    ids += ["fixed-message", "tell", "greet-and-take", "chat"]
    for id_ in ids + ["gate", "as-object", "take-or-refuse"] * gated:
        await run_cell(sources[id_], memory)
    await run_cell("server = await serve(chat, '127.0.0.1', 0)", memory)
    await run_cell(sources["find-address"], memory)
    return memory


async def test_names_from_a_counter_come_once_however_many_come_and_go():
    """All handlers of 07 take from one counter: whoever comes back or comes at the same time is somebody new."""
    memory = await fixed_server(gated=False)
    names = []
    for _ in range(3):
        pages = await asyncio.gather(*(memory["page"](memory["url"]) for _ in range(4)))
        names += [said["user"] for _, heard in pages for said in heard[:1]]
        for page, _ in pages[:3]:
            page.close()
            await page.once("close")
    memory["server"].close()

    assert len(set(names)) == len(names) == 12


@pytest.mark.parametrize("solution", [None, "07_read_strictly"])
async def test_the_connection_lives_whatever_makes_no_sense(solution, caplog):
    """The gate of 07 throws nobody out for bytes, or for what is nested too deep to be read; nor does the stricter."""
    memory = await fixed_server(gated=True)
    if solution:
        made = runpy.run_path(str(ROOT / "notebooks" / "solutions" / f"{solution}.py"))
        memory["read"] = made["read_strictly"]
    page, heard = await memory["page"](memory["url"])
    for sent in (b"bytes", bytes([255]), "[" * 100_000, '{"type": 7}', "still here"):
        page.send(sent)
        await page.once("message")
    memory["server"].close()

    assert [said["type"] for said in heard] == [0, 4, 4, 2, 4, 2]
    assert heard[-1]["msg"] == "still here"
    assert caplog.records == []
    assert says("07", "The connection lives: one wrong message is no reason to throw somebody out.")


async def test_a_thread_that_computes_holds_the_loop_up():
    """One thread at a time runs Python, and a call that is written in C does not stop for another one (05)."""
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            gaps.append(time.monotonic() - began)

    ticking = asyncio.create_task(tick())
    await until(lambda: bool(gaps))
    began = time.monotonic()
    await asyncio.to_thread(sum, range(10**7))
    took = time.monotonic() - began
    await until(lambda: max(gaps, default=0) > took / 2, "the loop stood still", seconds=5)
    ticking.cancel()

    assert says("05", "A long computation needs a process, a program of its own.")
