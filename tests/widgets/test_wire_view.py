"""The wire view: what it makes of bytes, and of a connection that lives."""

from __future__ import annotations

import asyncio
import re
import time

import pytest
from websockets.frames import Frame, Opcode

import chatlib
from chatlib.client.websocket import WebSocket
from chatlib.client.wire_log import Sighting
from chatlib.widgets import wire_view
from chatlib.widgets.wire_view import WireView

HELLO_MASKED = bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")  # RFC 6455, 5.7
HELLO = bytes.fromhex("81 05 48 65 6c 6c 6f")


@pytest.fixture
def server():
    with chatlib.serve(port=0) as server:
        yield server


async def test_a_live_connection_is_seen_from_its_handshake_on(server):
    """Frames are there before the event that they cause; closing the view leaves the connection alone."""
    ws = WebSocket(server.url + "/echo")
    view = WireView(ws)
    await ws.once("open")
    assert [text.split("\r\n")[0] for text in view.handshake] == [
        "GET /echo HTTP/1.1",
        "HTTP/1.1 101 Switching Protocols",
    ]

    ws.send("hi")
    await ws.once("message")
    assert [(frame.summary, frame.masking_key is not None) for frame in view.frames] == [
        ("TEXT hi", True),
        ("TEXT hi", False),
    ]

    view.close()
    ws.send("unseen")
    await ws.once("message")
    ws.close()
    await ws.once("close")
    assert len(view.frames) == 2


async def test_a_view_made_afterwards_shows_what_has_been(server):
    """The next cell, or the one after the connection has ended, still sees the handshake and the frames."""
    ws = WebSocket(server.url + "/echo")
    await ws.once("open")
    ws.send(b"\x01")
    await ws.once("message")
    ws.close(1000, "bye")
    await ws.once("close")

    view = WireView(ws)

    assert len(view.handshake) == 2
    assert [frame.summary for frame in view.frames] == ["BINARY 01", "BINARY 01", "CLOSE 1000 bye", "CLOSE 1000 bye"]
    view.close()


async def test_the_end_of_a_connection_is_told(server):
    """Not as long as it is open; also to a view that is made afterwards, and to none that was closed."""
    ws = WebSocket(server.url + "/echo")
    await ws.once("open")
    view, closed = WireView(ws), WireView(ws)
    kinds = [[event["kind"] for event in each.told()] for each in (view, closed)]
    assert kinds == [["handshake", "handshake"]] * 2

    closed.close()
    server.stop()
    await ws.once("close")

    assert view.told()[-1]["kind"] == WireView(ws).told()[-1]["kind"] == "closed"
    assert "closed" not in [event["kind"] for event in closed.told()]
    view.close()


async def test_a_view_may_be_made_on_any_thread(server):
    """A button's callback runs on one of its own where ipykernel has subshells."""
    ws = WebSocket(server.url + "/echo")
    await ws.once("open")
    view = await asyncio.to_thread(WireView, ws)

    ws.close()
    await ws.once("close")

    assert view.told()[-1]["kind"] == "closed"
    view.close()


async def test_a_refusal_is_shown_with_what_came_instead_of_frames(server):
    """An HTTP error is an answer without frames."""
    ws = WebSocket(server.url + "/nowhere")
    await ws.once("close")

    view = WireView(ws)

    assert view.handshake[1].startswith("HTTP/1.1 404")
    assert [event["kind"] for event in view.told()] == ["handshake", "handshake", "rest", "closed"]
    view.close()


def test_bytes_that_were_written_down_are_shown():
    """Each argument is a frame, and its mask says who sent it; anything else is refused."""
    view = WireView.of_bytes(HELLO_MASKED, HELLO)

    assert [frame.summary for frame in view.frames] == ["TEXT Hello", "TEXT Hello"]
    assert [event["data"]["direction"] for event in view.told()] == ["sent", "received"]
    assert [event["data"]["time"] for event in view.told()] == [None, None]  # they were never sent
    with pytest.raises(ValueError, match="without an extension: reserved bits"):
        WireView.of_bytes(b"\xf1\x00")
    with pytest.raises(TypeError, match="a frame is bytes, not of type str"):
        WireView.of_bytes("Hello")
    view.close()


def test_only_the_last_frames_are_kept(monkeypatch):
    """A view of a connection that talks for hours costs no more: neither in frames nor in bytes."""
    sighting = Sighting(time.time(), "received", "frame", HELLO)
    many = WireView([sighting] * 250)
    assert len(many.frames) == len(many.told()) == 200
    assert many.told()[0]["data"]["n"] == 51

    monkeypatch.setattr(wire_view, "KEPT_BYTES", 3 * len(HELLO))
    few = WireView([sighting] * 5)
    assert len(few.frames) == len(few.told()) == 3
    many.close()
    few.close()


def test_a_long_frame_is_recorded_by_its_beginning():
    """A megabyte on the wire is not a megabyte for the page."""
    view = WireView.of_bytes(Frame(Opcode.TEXT, b"x" * 2**20).serialize(mask=True))

    (event,) = view.told()
    assert event["data"]["size"] > 2**20
    assert len(str(event)) < 5000
    view.close()


def test_the_snapshot_reads_without_styles():
    """Frames as a list of tables, and nothing that a peer sent is markup."""
    view = WireView.of_bytes(Frame(Opcode.TEXT, b"<b>no</b>").serialize(mask=False))

    html = view.snapshot()

    assert "Server → client: <strong>TEXT &lt;b&gt;no&lt;/b&gt;</strong>" in html
    assert "<th scope='row'>opcode</th><td>0x1</td>" in html
    assert not re.search(r"style=|class=|<b>|<script", html)
    assert "No frames yet" in WireView([]).snapshot()
    view.close()


def test_the_page_can_only_look():
    """What a page sends that is no action of this widget is refused."""
    with pytest.raises(ValueError, match="takes no actions"):
        WireView([]).act({"do": "anything"})
