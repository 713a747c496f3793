"""The state theatre: what both ends of a connection go through, for each way in which it can end."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import asynccontextmanager

import pytest

from chatlib.client.websocket import WebSocket
from chatlib.errors import DOMException
from chatlib.experiments import play
from chatlib.experiments.play import Entry
from chatlib.widgets import state_theatre
from chatlib.widgets.state_theatre import StateTheatre
from tests.support.waiting import until

FULL = [0, 1, 2, 3]


@asynccontextmanager
async def open_theatre():
    theatre = StateTheatre()
    try:
        async with asyncio.timeout(20):
            yield theatre
    finally:
        theatre.close()


async def test_connect_opens_both_ends():
    """Both went from CONNECTING to OPEN, and the open event fired."""
    async with open_theatre() as theatre:
        assert (theatre.ws, theatre.states, theatre.close_code, theatre.said_by) == (None, [], None, None)

        await theatre.connect()

        assert theatre.states == theatre.server_states == [0, 1]
        assert theatre.events == ["open"]
        assert theatre.ws.readyState == WebSocket.OPEN
        assert repr(theatre) == "<StateTheatre client OPEN, server OPEN>"


async def test_a_message_goes_out_and_comes_back():
    """The server's message event comes before the client's."""
    async with open_theatre() as theatre:
        await theatre.connect()
        await theatre.client_sends("hi")

        messages = [entry for entry in theatre.entries if entry.name == "message"]
        assert messages == [Entry("server", "event", "message", "'hi'"), Entry("client", "event", "message", "'hi'")]


# name: how it ends, the client's states, code, reason, wasClean, who said it, the server's code
ENDINGS = {
    "client closes": (lambda t: t.client_closes(1000, "bye"), FULL, 1000, "bye", True, "client", 1000),
    "client closes with no code": (lambda t: t.client_closes(), FULL, 1005, "", True, "client", 1005),
    "client closes with its own code": (lambda t: t.client_closes(4321), FULL, 4321, "", True, "client", 4321),
    "server closes": (lambda t: t.server_closes(), FULL, 1000, "", True, "server", 1000),
    "server goes away": (lambda t: t.server_closes(1001, "noon"), FULL, 1001, "noon", True, "server", 1001),
    "server against a rule": (lambda t: t.server_closes(1008, "no"), FULL, 1008, "no", True, "server", 1008),
    "server returns": (lambda t: t.server_returns(), FULL, 1000, "", True, "server", 1000),
    "server raises": (lambda t: t.server_raises(), FULL, 1011, "", True, "server", 1011),
    "cut": (lambda t: t.abort(), [0, 1, 3], 1006, "", False, "nobody", 1006),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_every_ending(ending):
    """The states of both ends, the close event, and who said so first."""
    end, states, code, reason, was_clean, said_by, server_code = ENDINGS[ending]
    async with open_theatre() as theatre:
        await theatre.connect()
        await end(theatre)

        assert theatre.states == theatre.server_states == states
        assert theatre.events == ["open", "close"]
        assert (theatre.close_code, theatre.close_reason, theatre.was_clean) == (code, reason, was_clean)
        assert (theatre.said_by, theatre.server_close_code) == (said_by, server_code)


async def test_a_refused_handshake_is_an_error_and_never_opens():
    """The one play in which all that the page is told is: error, then close with 1006."""
    async with open_theatre() as theatre:
        await theatre.connect(refused=True)

        assert theatre.states == theatre.server_states == [0, 3]
        assert theatre.events == ["error", "close"]
        assert (theatre.close_code, theatre.was_clean, theatre.said_by) == (1006, False, "nobody")


async def test_connect_again_begins_a_new_play():
    """Whatever was, also a connection that was still open, is over; the new play has its own entries only."""
    async with open_theatre() as theatre:
        await theatre.connect()
        first = theatre.ws
        await theatre.connect()

        assert first.readyState == WebSocket.CLOSED
        assert theatre.states == theatre.server_states == [0, 1]
        await theatre.client_closes()
        assert [event["kind"] for event in theatre.told()].count("ended") == 1
        await theatre.connect()
        kinds = [event["kind"] for event in theatre.told()]
        assert (kinds.count("play"), kinds.count("ended"), kinds.count("entry")) == (1, 0, len(theatre.entries))


async def test_the_recording_has_the_plays_before(monkeypatch):
    """A page that loads is told one play; who winds a recording goes back through all, and none has a hole."""
    monkeypatch.setattr(play, "ENTRIES_KEPT", 12)
    async with open_theatre() as theatre:
        await theatre.connect()
        await theatre.abort()
        first = len(theatre.entries)
        await theatre.connect()
        for _ in range(4):
            await theatre.client_sends("hi")
        await theatre.client_closes()

        told = theatre.recording()["events"]
        second = [event["kind"] for event in told].index("play", 1)
        before, after = told[:second], told[second:]
        assert [event["kind"] for event in told].count("play") == 2
        assert len([event for event in before if event["kind"] == "entry"]) == first
        assert [event["data"]["code"] for event in told if event["kind"] == "ended"] == [1006, 1005]
        assert [event for event in after if event["kind"] != "play"] == [
            event for event in theatre.told() if event["kind"] != "play"
        ]


async def test_misuse_is_told_and_raised():
    """The client's rules are the standard's, the server's are those of RFC 6455; both are shown in the lane."""
    async with open_theatre() as theatre:
        with pytest.raises(RuntimeError, match="connect"):
            await theatre.client_sends("too early")
        await theatre.connect()
        with pytest.raises(DOMException):
            await theatre.client_closes(1001)
        with pytest.raises(ValueError, match="1006"):
            await theatre.server_closes(1006)

        calls = [entry.name for entry in theatre.entries if entry.what == "call"]
        assert calls[-4:] == ["close(1001)", "InvalidAccessError", "close(1006, '')", "ValueError"]
        assert theatre.states == [0, 1]


async def test_the_page_plays_it_from_another_thread():
    """Every button: the connection lives on the loop of the cell, wherever the click arrives."""
    async with open_theatre() as theatre:

        async def click(action, ended="close"):
            await asyncio.to_thread(theatre.act, action)
            await theatre.ws.once(ended)

        for action, code in [
            ({"do": "close", "code": 3000, "reason": "r"}, 3000),
            ({"do": "close", "code": None, "reason": ""}, 1005),
            ({"do": "server_closes", "code": 4000, "reason": ""}, 4000),
            ({"do": "server_raises"}, 1011),
            ({"do": "abort"}, 1006),
        ]:
            await click({"do": "connect", "refused": False}, "open")
            echo = theatre.ws.once("message")
            await asyncio.to_thread(theatre.act, {"do": "send", "text": "hello"})
            await echo
            await click({"do": "close", "code": 1, "reason": ""}, "open")  # shown, and nothing else
            await click(action)
            assert theatre.close_code == code
        with pytest.raises(ValueError, match="an action"):
            theatre.act({"do": "dance"})


async def test_a_long_play_keeps_its_states_and_its_last_entries(monkeypatch):
    """A loop that sends for ever fills no memory, and readyState's story stays whole."""
    monkeypatch.setattr(play, "ENTRIES_KEPT", 20)
    async with open_theatre() as theatre:
        await theatre.connect()
        for _ in range(20):
            await theatre.client_sends("again")
        await theatre.client_closes()

        assert len(theatre.entries) == 20
        assert theatre.states == theatre.server_states == FULL
        assert len([event for event in theatre.told() if event["kind"] == "entry"]) == 20


async def test_the_page_is_told_when_each_piece_left_and_when_it_arrived():
    """With its bytes taken apart; those of an earlier play are told no more."""
    async with open_theatre() as theatre:
        await theatre.connect()
        await theatre.connect()
        await theatre.client_sends("hi")
        await theatre.abort()

        told = theatre.told()
        left = {event["data"]["n"]: event["data"] for event in told if event["kind"] == "left"}
        arrived = {event["data"]["n"]: event["data"]["at"] for event in told if event["kind"] == "arrived"}
        assert [(each["direction"], each["title"]) for each in left.values()] == [
            ("sent", "GET / HTTP/1.1"),
            ("received", "HTTP/1.1 101 Switching Protocols"),
            ("sent", "TEXT hi"),
            ("received", "TEXT hi"),
        ]
        assert left.keys() == arrived.keys()
        assert all(left[n]["at"] <= at for n, at in arrived.items())
        assert left[1]["lines"][0] == "GET / HTTP/1.1"
        assert left[3]["frame"]["key"]
        assert left[4]["frame"]["raw"] == "81026869"


async def test_the_last_pieces_are_kept(monkeypatch):
    """A play that never ends fills no memory."""
    monkeypatch.setattr(state_theatre, "PIECES_KEPT", 5)
    async with open_theatre() as theatre:
        await theatre.connect()
        for _ in range(5):
            await theatre.client_sends("again")
        await theatre.abort()

        assert [piece.n for piece in theatre.pieces] == [8, 9, 10, 11, 12]
        assert [event["data"]["n"] for event in theatre.told() if event["kind"] == "left"] == [8, 9, 10, 11, 12]


async def test_no_more_bytes_are_kept_than_there_is_room_for(monkeypatch):
    """A piece that is too large goes at once, also when it arrives later; those that follow stay."""
    monkeypatch.setattr(state_theatre, "BYTES_KEPT", 1000)
    async with open_theatre() as theatre:
        await theatre.connect()
        await theatre.client_sends("x" * 2000)
        await theatre.client_sends("hi")

        assert [(piece.n, len(piece.raw) < 10) for piece in theatre.pieces] == [(5, True), (6, True)]
        arrived = [event["data"]["n"] for event in theatre.told() if event["kind"] == "arrived"]
        assert arrived == [5, 6]


async def test_a_stranger_who_finds_the_port_is_refused():
    """Another connection takes no part in the play."""
    async with open_theatre() as theatre:
        await theatre.connect()
        stranger = WebSocket(theatre.ws.url)
        await stranger.once("error")

        assert theatre.server_states == [0, 1]


async def test_closing_the_widget_stops_its_server():
    """The port is free again, and the client is told that the server goes away; twice is no harm."""
    async with open_theatre() as theatre:
        await theatre.connect()
        ws = theatre.ws
        theatre.close()
        theatre.close()

        assert (await ws.once("close")).code == 1001
        with socket.create_server(("127.0.0.1", int(ws.url.rsplit(":")[-1].strip("/")))):
            pass


async def test_the_snapshot_tells_the_story_on_one_clock():
    """A table of times, with a column for each end, and how it ended; text that was sent is no markup."""
    async with open_theatre() as theatre:
        assert "no connection yet" in theatre.snapshot()
        await theatre.connect()
        await theatre.client_sends("<i>")
        await theatre.client_closes(1000, "bye")
        story = theatre.snapshot()

        rows = re.findall(r"<tr><th scope='row'>([\d.]+) ms</th><td>(.*?)</td><td>(.*?)</td></tr>", story)
        assert len(rows) == len(theatre.entries) + len(theatre.pieces)
        times = [float(time) for time, _, _ in rows]
        assert times == sorted(times)
        crossed = [(client, server) for _, client, server in rows if client and server]
        assert [re.sub(r"[\d.]+ ms", "… ms", " | ".join(ends)) for ends in crossed] == [
            "<strong>GET / HTTP/1.1</strong> → | → <strong>GET / HTTP/1.1</strong>, … ms later",
            "← <strong>HTTP/1.1 101 Switching Protocols</strong>, … ms later"
            " | ← <strong>HTTP/1.1 101 Switching Protocols</strong>",
            "<strong>TEXT &lt;i&gt;</strong> → | → <strong>TEXT &lt;i&gt;</strong>, … ms later",
            "← <strong>TEXT &lt;i&gt;</strong>, … ms later | ← <strong>TEXT &lt;i&gt;</strong>",
            "<strong>CLOSE 1000 bye</strong> → | → <strong>CLOSE 1000 bye</strong>, … ms later",
            "← <strong>CLOSE 1000 bye</strong>, … ms later | ← <strong>CLOSE 1000 bye</strong>",
        ]
        assert all(client or server for _, client, server in rows)
        opened = [(bool(client), bool(server)) for _, client, server in rows if "OPEN" in client + server]
        assert opened == [(False, True), (True, False)], "the server opens before the client hears of it"
        assert "Close code <strong>1000</strong>, normal closure" in story
        assert not re.search(r"<i>|class=|style=", story)


@pytest.mark.parametrize("end", ["client", "server"])
async def test_a_code_that_is_no_integer_is_not_passed_over(end):
    """Somebody may type it into the page: it becomes what a browser makes of it."""
    async with open_theatre() as theatre:
        await theatre.connect()
        do = {"client": "close", "server": "server_closes"}[end]
        theatre.act({"do": do, "code": 3000.7, "reason": "bye"})
        await until(lambda: theatre.close_code is not None)

        assert (theatre.close_code, theatre.said_by) == (3001, end)
