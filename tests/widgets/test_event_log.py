"""The event log: a Python WebSocket's events, and those that a page reports of its own."""

from __future__ import annotations

import gc
import re
import time
import weakref

import pytest

import chatlib
from chatlib.client.websocket import WebSocket
from chatlib.widgets import event_log
from chatlib.widgets.event_log import EventLog
from tests.support.waiting import until


@pytest.fixture
def server():
    with chatlib.serve(port=0) as server:
        yield server


def kinds(log):
    return [event["kind"] for event in log.told()]


async def test_events_are_listed_with_what_came_with_them(server):
    """Type, data, and the readyState that each event met; close with code, reason and wasClean."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws)
    began = time.time()
    await ws.once("open")
    for data in ("hi", b"\x00"):
        ws.send(data)
        await ws.once("message")
    ws.close(1000, "bye")
    await ws.once("close")

    assert [(event.type, event.data, event.ready_state) for event in log.events] == [
        ("open", None, 1),
        ("message", "hi", 1),
        ("message", b"\x00", 1),
        ("close", None, 3),
    ]
    closed = log.events[-1]
    assert (closed.code, closed.reason, closed.was_clean) == (1000, "bye", True)
    assert all(began <= event.time <= time.time() for event in log.events)
    assert log.browser_events == []
    log.close()


async def test_trouble_is_an_error_and_a_close(server):
    """What a refused connection fires."""
    ws = WebSocket(server.url + "/nowhere")
    log = EventLog(ws)
    await ws.once("close")

    assert [(event.type, event.code) for event in log.events] == [("error", None), ("close", 1006)]
    log.close()


async def test_closing_the_log_leaves_the_connection_alone(server):
    """It listens no longer, and the WebSocket goes on; twice is no harm."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws)
    await ws.once("open")
    log.close()
    log.close()
    ws.send("unheard")
    await ws.once("message")

    assert [event.type for event in log.events] == ["open"]
    gone = weakref.ref(log)
    del log
    await until(lambda: gc.collect() is not None and gone() is None, "neither the WebSocket nor anything else holds it")
    ws.close()
    await ws.once("close")


async def test_a_page_reports_the_events_of_its_own_websocket(server):
    """They can be asserted in Python like the others, and every page shows them."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws, browser=True)

    log.act({"do": "event", "time": 1500, "type": "open", "readyState": 1})
    log.act({"do": "event", "time": 1600, "type": "message", "readyState": 1, "data": "hi"})
    log.act({"do": "event", "time": 1700, "type": "message", "readyState": 1, "hex": "00ff"})
    log.act(
        {"do": "event", "time": 1800, "type": "close", "readyState": 3, "code": 1000, "reason": "", "wasClean": True}
    )

    assert [(event.type, event.data) for event in log.browser_events] == [
        ("open", None),
        ("message", "hi"),
        ("message", b"\x00\xff"),
        ("close", None),
    ]
    assert (log.browser_events[0].time, log.browser_events[-1].code, log.browser_events[-1].was_clean) == (
        1.5,
        1000,
        True,
    )
    assert kinds(log) == ["about"] + ["event"] * 4
    with pytest.raises(ValueError, match="an event of the page"):
        log.act({"do": "event", "time": "noon"})
    ws.close()
    await ws.once("close")
    log.close()


async def test_a_page_that_fails_to_connect_learns_whether_anybody_serves(server):
    """So it knows whether to try the way through the Jupyter server, or to tell that the server is gone."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws, browser=True)
    assert log.act({"do": "answers"}) is True
    server.stop()
    assert log.act({"do": "answers"}) is False
    await ws.once("close")
    log.close()


async def test_with_no_page_the_browser_is_told_nothing_and_nothing_waits(server):
    """What the browser shall do is for the pages that are there: a page that loads later does not do it again."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws, browser=True)
    log.browser_sends("hi")
    log.browser_closes()

    assert kinds(log) == ["about"]
    assert log.told()[0]["data"] == {"url": ws.url, "browser": True, "state": 0}
    ws.close()
    await ws.once("close")
    log.close()


async def test_only_the_last_events_are_kept(server, monkeypatch):
    """A log of a connection that talks for hours costs no more; a long message is shown by its beginning."""
    monkeypatch.setattr(event_log, "ROWS_KEPT", 5)
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws)
    await ws.once("open")
    for number in range(8):
        ws.send(f"{number}" * 5000)
        await ws.once("message")

    assert [event.data[0] for event in log.events] == ["3", "4", "5", "6", "7"]
    assert kinds(log) == ["about"] + ["event"] * 5
    assert len(log.told()[-1]["data"]["detail"]) < 600
    assert log.told()[-1]["data"]["detail"].endswith("(5,000 in all)")
    ws.close()
    await ws.once("close")
    log.close()


async def test_the_snapshot_is_a_table_without_times(server):
    """Semantic HTML that is the same in every run; data is text, never markup."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws)
    assert "no events yet" in log.snapshot()
    await ws.once("open")
    ws.send("<b>bold</b>")
    await ws.once("message")
    ws.close(1000)
    await ws.once("close")

    html = log.snapshot()

    assert "<td><strong>message</strong></td><td>&#x27;&lt;b&gt;bold&lt;/b&gt;&#x27;</td><td>1</td>" in html
    assert not re.search(r"<b>|class=|style=|\d\d:\d\d:\d\d", html)
    assert repr(log) == f"<EventLog of {ws.url}: 3 events>"
    log.close()
