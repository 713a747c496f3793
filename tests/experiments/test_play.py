"""The play: a connection with both ends seen, directed without a page."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from chatlib import background
from chatlib.client.websocket import WebSocket
from chatlib.errors import DOMException
from chatlib.experiments import play as play_module
from chatlib.experiments.play import Entry, Stage
from tests.support.waiting import no_task_left_behind

FULL = [0, 1, 2, 3]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with asyncio.timeout(20):
        yield stage
    stage.close()


async def test_both_ends_open_and_tell_so(stage):
    """The client's lane begins with the call that made it, the server's with TCP; the handler comes after OPEN."""
    play = stage.begin()
    await play.until_open()

    assert play.states("client") == play.states("server") == [0, 1]
    client = [(entry.what, entry.name) for entry in play.entries if entry.end == "client"]
    assert client[:3] == [("call", "new WebSocket()"), ("state", "CONNECTING"), ("state", "OPEN")]
    assert repr(play) == "<Play client OPEN, server OPEN>"


async def test_an_echo_is_seen_at_both_ends(stage):
    """What was asked for, the server's event, the client's; a long text by its beginning."""
    play = stage.begin()
    await play.until_open()
    echo = play.client.once("message")
    play.client_sends("x" * 100)
    await echo

    shown = repr("x" * 60) + "…"
    assert [entry for entry in play.entries if "x" in entry.name + entry.detail][-3:] == [
        Entry("client", "call", f"send({shown})"),
        Entry("server", "event", "message", shown),
        Entry("client", "event", "message", shown),
    ]


@pytest.mark.parametrize(
    ("end", "states", "code", "said_by", "call"),
    [
        (lambda play: play.client_closes(), FULL, 1005, "client", Entry("client", "call", "close()")),
        (lambda play: play.client_closes(3000, "r"), FULL, 3000, "client", Entry("client", "call", "close(3000, 'r')")),
        (lambda play: play.client_closes(1000), FULL, 1000, "client", Entry("client", "call", "close(1000)")),
        (lambda play: play.server_closes(), FULL, 1000, "server", Entry("server", "call", "close(1000, '')")),
        (lambda play: play.server_closes(1001, "n"), FULL, 1001, "server", Entry("server", "call", "close(1001, 'n')")),
        (lambda play: play.server_returns(), FULL, 1000, "server", Entry("server", "call", "handler returns")),
        (
            lambda play: play.server_raises(),
            FULL,
            1011,
            "server",
            Entry("server", "call", "handler raises", "RuntimeError"),
        ),
        (lambda play: play.cut(), [0, 1, 3], 1006, "nobody", Entry("server", "call", "transport.abort()")),
    ],
    ids=["client", "client, code and reason", "client, code", "server", "server, code", "returns", "raises", "cut"],
)
async def test_every_way_to_end_it(stage, end, states, code, said_by, call):
    """Each begins at once and does not wait; what both ends went through, and who said so first."""
    play = stage.begin()
    await play.until_open()
    end(play)
    await play.until_over()

    assert play.states("client") == play.states("server") == states
    assert play.events == ["open", "close"]
    assert (play.ended.code, play.said_by) == (code, said_by)
    assert call in play.entries


async def test_the_server_may_refuse_the_handshake(stage):
    """It never opens: the client's error has no reason, the server's lane has."""
    play = stage.begin(refused=True)
    await play.until_over()

    assert play.states("client") == play.states("server") == [0, 3]
    assert play.events == ["error", "close"]
    assert Entry("server", "call", "respond(403)", "the handshake is refused") in play.entries


async def test_a_client_that_has_not_reached_the_server_can_be_cut(stage):
    """It gives up; there is no TCP to drop."""
    held = threading.Event()
    background.call(held.wait, 5)  # nothing reaches the server meanwhile
    play = stage.begin()
    play.cut()
    held.set()
    await play.until_over()

    assert play.states("client") == [0, 2, 3]
    assert play.ended.code == 1006


async def test_what_cannot_be_done_is_told_and_raised(stage):
    """The client's rules are the standard's, the server's those of its Close frame; nothing has ended."""
    play = stage.begin()
    with pytest.raises(DOMException):
        play.client_sends("too early")
    await play.until_open()
    for code, reason in [(1006, ""), (1000, "x" * 124)]:
        with pytest.raises(ValueError, match="no Close frame can carry"):
            play.server_closes(code, reason)

    raised = [entry for entry in play.entries if entry.what == "call" and entry.detail]
    assert [entry.name for entry in raised] == ["InvalidStateError", "ValueError", "ValueError"]
    assert [entry.name in entry.detail for entry in raised] == [False] * 3  # nothing says its name twice
    assert play.states("server") == [0, 1]


async def test_a_watcher_is_told_each_entry_with_its_number(stage, monkeypatch):
    """And which one is given up for it: never a state, so that readyState's story stays whole."""
    monkeypatch.setattr(play_module, "ENTRIES_KEPT", 12)
    kept: dict[int, Entry] = {}
    numbers: list[int] = []

    def watch(number: int, entry: Entry, dropped: int | None) -> None:
        numbers.append(number)
        kept[number] = entry
        if dropped is not None:
            assert kept.pop(dropped).what != "state"

    play = stage.begin(watch)
    await play.until_open()
    for _ in range(10):
        echo = play.client.once("message")
        play.client_sends("again")
        await echo
    play.client_closes()
    await play.until_over()

    assert list(kept.values()) == play.entries
    assert list(kept) == play.numbers
    assert numbers == list(range(1, len(numbers) + 1))
    assert (len(kept), play.states("client"), play.states("server")) == (12, FULL, FULL)


async def test_a_new_play_ends_what_is_told_of_the_last_one(stage):
    """Its server may end a little late; nobody hears of it, but its own entries go on."""
    told: list[Entry] = []
    first = stage.begin(lambda number, entry, dropped: told.append(entry))
    await first.until_open()
    count = len(told)
    second = stage.begin()
    first.cut()
    await first.until_over()

    assert len(told) == count < len(first.entries)
    await second.until_open()
    assert second.states("server") == [0, 1]


async def test_a_stranger_who_finds_the_port_takes_no_part(stage):
    """Another connection is refused, and neither end of the play changes."""
    play = stage.begin()
    await play.until_open()
    stranger = WebSocket(play.client.url)
    await stranger.once("error")

    assert play.states("server") == [0, 1]


async def test_a_stage_that_closes_tells_its_client_and_gives_its_port_back():
    """1001, for the server goes away; twice is no harm, and no task is left."""
    with no_task_left_behind():
        stage = Stage()
        play = stage.begin()
        await play.until_open()
        stage.close()
        stage.close()

        assert (await play.client.once("close")).code == 1001
        with socket.create_server(("127.0.0.1", int(play.client.url.rstrip("/").rpartition(":")[2]))):
            pass
    await play.until_over()
    assert play.states("server") == FULL


def test_a_stage_whose_making_is_interrupted_serves_nobody(monkeypatch):
    """The interrupt comes when it runs already."""
    run, urls = background.run, []

    def interrupted(coroutine, **how):
        urls.append(run(coroutine, **how))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(background, "run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Stage()
    background.run(asyncio.sleep(0))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(urls[0]).port)).close()
