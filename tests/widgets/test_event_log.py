"""The event log: a Python WebSocket's events, and those that a page reports of its own."""

from __future__ import annotations

import gc
import json
import re
import time
import urllib.request
import weakref

import pytest

import chatlib
from chatlib.client.websocket import WebSocket
from chatlib.machine import tab
from chatlib.widgets import event_log
from chatlib.widgets.event_log import EventLog
from tests.support.pyodide import in_a_tab
from tests.support.waiting import until


@pytest.fixture
def server():
    with chatlib.serve(port=0) as server:
        yield server


def clients(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=10) as answer:
        return json.load(answer)["clients"]


def told(log):
    return log.told()


def kinds(log):
    return [event["kind"] for event in told(log)]


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


async def test_what_the_browser_shall_do_waits_for_the_first_page(server):
    """Nothing waits for a page, and the first one that comes does it; one that loads later does not do it again."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws, browser=True)
    log.browser_sends("hi")
    log.browser_closes()

    assert [(event["kind"], event["data"]) for event in told(log)] == [
        ("about", {"url": ws.url, "browser": True, "state": 0}),
        ("browser_sends", {"text": "hi"}),
        ("browser_closes", {"code": 1000, "reason": ""}),
    ]

    log.act({"do": "event", "time": 1500, "type": "open", "readyState": 1})
    log.browser_sends("for those that are there")
    assert kinds(log) == ["about", "event"]
    ws.close()
    await ws.once("close")
    log.close()


async def test_what_waits_for_a_page_is_bounded(server):
    """The last of what was asked is kept; without a browser's half nothing is."""
    ws = WebSocket(server.url + "/echo")
    log, alone = EventLog(ws, browser=True), EventLog(ws)
    for number in range(event_log.WAITING_KEPT + 5):
        log.browser_sends(str(number))
        alone.browser_sends(str(number))

    texts = [event["data"]["text"] for event in told(log)[1:]]
    assert texts == [str(number) for number in range(5, event_log.WAITING_KEPT + 5)]
    assert kinds(alone) == ["about"]
    ws.close()
    await ws.once("close")
    log.close()
    alone.close()


async def test_where_no_page_gets_to_the_server_it_says_so(server, monkeypatch):
    """In a browser's tab no page tries, since it would only ask its own machine; what it shall send goes nowhere."""
    in_a_tab(monkeypatch)
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws, browser=True)
    log.browser_sends("Hello from the browser")
    (about,) = [event["data"] for event in log.told() if event["kind"] == "about"]

    assert (about["browser"], about["nowhere"]["en"]) == (False, tab.NO_SOCKET)
    assert log.browser_events == []
    log.close()
    ws.close()


async def test_what_is_sent_stands_among_the_events(server):
    """Each message with its time, in its place before the answer; of both sides."""
    ws = WebSocket(server.url + "/echo")
    await ws.once("open")
    ws.send("before")
    await ws.once("message")
    log = EventLog(ws, browser=True)
    began = time.time()
    for data in ("hi", b"\x00"):
        ws.send(data)
        await ws.once("message")
    log.act({"do": "event", "time": 1500, "type": "send", "readyState": 1, "data": "from the page"})

    assert [message.data for message in log.sent] == ["hi", b"\x00"]
    assert all(began <= message.time <= time.time() for message in log.sent)
    assert [event.type for event in log.events] == ["message", "message"]
    assert [(message.time, message.data) for message in log.browser_sent] == [(1.5, "from the page")]
    rows = [event["data"] for event in told(log)[1:]]
    assert [(row["side"], row["type"], row["detail"], row["state"]) for row in rows] == [
        ("python", "send", "'hi'", 1),
        ("python", "message", "'hi'", 1),
        ("python", "send", "b'\\x00'", 1),
        ("python", "message", "b'\\x00'", 1),
        ("browser", "send", '"from the page"', 1),
    ]
    assert "<tr><td>→ <strong>send()</strong></td><td>&#x27;hi&#x27;</td><td>1</td></tr>" in log.snapshot()
    ws.close()
    await ws.once("close")
    log.close()


async def test_each_side_is_told_in_its_own_language(server):
    """In the browser's column true is JavaScript's, and a text is quoted as there; in Python's it is True."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws, browser=True)
    page = {"do": "event", "time": 1500, "readyState": 1}
    log.act(page | {"type": "message", "data": "it's 你"})
    log.act(page | {"type": "message", "hex": "00ff"})
    log.act(page | {"type": "close", "readyState": 3, "code": 1000, "reason": "bye", "wasClean": True})
    await ws.once("open")
    ws.close(1000, "bye")
    await ws.once("close")

    details = [event["data"]["detail"] for event in told(log) if event["kind"] == "event"]
    assert details == [
        '"it\'s 你"',
        "ArrayBuffer 00 ff",
        'code=1000 reason="bye" wasClean=true',
        "",
        "code=1000 reason='bye' wasClean=True",
    ]
    assert "wasClean=true" in log.snapshot()
    log.close()


async def test_a_log_that_stopped_starts_again(server):
    """Where the server still is: a new connection there, of the log's own, which ends with it."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws, browser=True)
    await ws.once("open")
    log.act({"do": "start_again"})
    await until(lambda: kinds(log)[-1] == "again", "what is open stays so, and pages are told")
    assert [event.type for event in log.events] == ["open"]
    ws.close()
    await ws.once("close")

    log.act({"do": "start_again"})
    await until(lambda: [event.type for event in log.events] == ["open", "close", "open"], "it is open again")
    (again,) = [event["data"] for event in told(log) if event["kind"] == "again"]
    assert again == {"url": ws.url, "own": True}
    log.close()
    await until(lambda: clients(server) == 0, "its connection is closed")


async def test_a_log_whose_server_is_gone_starts_an_echo_server_of_its_own(server):
    """After Run All the notebook has stopped its server: then the log has one, as long as it is there itself."""
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws)
    await ws.once("open")
    server.stop()
    await ws.once("close")

    log.act({"do": "start_again"})
    await until(lambda: log.events[-1].type == "open", "it is open again")

    (again,) = [event["data"]["url"] for event in told(log) if event["kind"] == "again"]
    assert again != ws.url
    assert again.endswith("/echo")
    own = WebSocket(again)
    await own.once("open")
    log.close()
    assert (await own.once("close")).code == 1001


async def test_only_the_last_events_are_kept(server, monkeypatch):
    """A log of a connection that talks for hours costs no more; a long message is shown by its beginning."""
    monkeypatch.setattr(event_log, "ROWS_KEPT", 5)
    ws = WebSocket(server.url + "/echo")
    log = EventLog(ws)
    await ws.once("open")
    for number in range(8):
        ws.send(f"{number}" * 5000)
        await ws.once("message")

    assert [event.data[0] for event in log.events] == ["5", "6", "7"]
    assert [message.data[0] for message in log.sent] == ["6", "7"]
    assert kinds(log) == ["about"] + ["event"] * 5
    detail = told(log)[-1]["data"]["detail"]
    assert len(detail["en"]) < 600
    assert detail["en"].endswith("(5,000 in all)")
    assert detail["zh"].endswith("（共 5,000）")
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

    assert "<td>← <strong>message</strong></td><td>&#x27;&lt;b&gt;bold&lt;/b&gt;&#x27;</td><td>1</td>" in html
    assert not re.search(r"<b>|class=|style=|\d\d:\d\d:\d\d", html)
    assert repr(log) == f"<EventLog of {ws.url}: 3 events>"
    log.close()
