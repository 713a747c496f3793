"""The race: four transports really carry one conversation, and what each costs is counted."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

import psutil
import pytest

from chatlib import background
from chatlib.experiments import race
from chatlib.experiments.race import (
    HOST,
    Race,
    _EventStreamPage,
    _HttpConnection,
    _read_head,
    _Server,
    _serving_http,
    _WebSocketPage,
)
from tests.support.waiting import no_task_left_behind, until

TRANSPORTS = ["polling", "long polling", "server-sent events", "WebSocket"]


def run(**plan):
    race = Race(**plan)
    background.run(race.run(), timeout=20)
    return race.results


def reader(text):
    made = asyncio.StreamReader()
    made.feed_data(text.encode())
    made.feed_eof()
    return made


def test_every_transport_carries_every_message():
    """Ten lines each way, by each of the four."""
    results = run(rate=100, seconds=0.1, poll_every=0.05)

    assert list(results) == TRANSPORTS
    assert {result.messages for result in results.values()} == {20}
    assert all(result.latency_ms > 0 for result in results.values())


def test_requests_are_those_of_each_transport():
    """A POST for each line of the page, but one request for the WebSocket."""
    results = run(rate=20, seconds=0.25, poll_every=0.1)

    requests = {name: result.requests for name, result in results.items()}
    assert requests["WebSocket"] == 1
    assert requests["server-sent events"] == 5 + 1
    assert 5 < requests["long polling"] <= 5 + 5 + 1


def test_polling_asks_when_there_is_no_news():
    """Where another page waits, it asks again and again."""
    results = run(rate=2, seconds=0.5, poll_every=0.01)

    assert results["polling"].requests > results["long polling"].requests


def test_connections_are_those_that_were_opened():
    """A page that waits for an answer needs another one to speak; one that is answered at once mostly does not."""
    results = run(rate=20, seconds=0.25, poll_every=0.1)

    connections = {name: result.connections for name, result in results.items()}
    assert connections["WebSocket"] == 1
    assert connections["long polling"] == connections["server-sent events"] == 2
    assert connections["polling"] in (1, 2)


def test_polling_opens_another_connection_only_where_two_requests_meet(monkeypatch):
    """Where the answer has come it never has to; where one takes long, what the page says cannot wait for it."""
    say = race._HttpPage.say

    async def say_between(page, line):
        await until(lambda: page._idle, "the answer to the last question has come")
        await say(page, line)

    monkeypatch.setattr(race._PollingPage, "say", say_between)
    assert run(rate=20, seconds=0.05, poll_every=0.3)["polling"].connections == 1
    monkeypatch.undo()
    assert run(rate=20, seconds=0.2, poll_every=0.05, delay=0.1)["polling"].connections == 2


def test_what_is_counted_is_what_came(monkeypatch):
    """A page that asks more often than it says so is found out: the server counts, not the page."""
    say = race._HttpPage.say

    async def say_twice(page, line):
        await page.request("GET", "/elsewhere")
        await say(page, line)

    monkeypatch.setattr(race._HttpPage, "say", say_twice)

    assert run(rate=20, seconds=0.25, poll_every=0.1)["server-sent events"].requests == 2 * 5 + 1


def test_a_websocket_s_frames_cost_the_fewest_bytes():
    """What its opening handshake costs more is won back by frames without headers."""
    results = run(rate=100, seconds=0.2, poll_every=0.05)

    for name in TRANSPORTS[:-1]:
        assert results["WebSocket"].bytes_up < results[name].bytes_up
        assert results["WebSocket"].bytes_down < results[name].bytes_down


def test_the_bytes_are_those_of_the_messages():
    """SSE, counted by hand: two requests and two answers, headers included, and not a byte more."""
    answer = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    answers = f"{answer}data: line 1\n\nHTTP/1.1 204 No Content\r\n\r\n"
    port = "Host: 127.0.0.1:00000\r\n"
    stream = f"GET /stream HTTP/1.1\r\n{port}\r\n"
    post = f"POST /say HTTP/1.1\r\n{port}Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nline 1"

    result = run(rate=10, seconds=0.1, poll_every=0.1)["server-sent events"]

    assert result.bytes_down == len(answers)
    assert abs(result.bytes_up - len(stream + post)) <= 2, "the port has four or five digits"


def test_polling_waits_for_its_next_question():
    """News lies at the server until somebody asks; the others bring it at once."""
    results = run(rate=10, seconds=0.2, poll_every=1.5)

    slowest = max(result.latency_ms for name, result in results.items() if name != "polling")
    assert results["polling"].latency_ms > 5 * slowest


def test_polling_can_be_hurried_while_it_waits():
    """What is set acts at once: the race does not end with the pause that had begun."""

    async def hurried() -> Race:
        race = Race(rate=20, seconds=0.1, poll_every=60)
        running = asyncio.create_task(race.run())
        await until(lambda: race.progress["polling"].said == 2)
        assert race.progress["polling"].heard < 2
        race.poll_every = 0.01
        await running
        return race

    race = background.run(hurried(), timeout=20)
    assert race.poll_every == 0.01
    assert race.results["polling"].messages == 4


def test_polling_can_be_slowed_while_it_runs():
    """A race is given the time that the new pace takes."""

    async def slowed() -> float:
        race = Race(rate=20, seconds=0.1, poll_every=0.01)
        running = asyncio.create_task(race.run())
        await until(lambda: race._limit is not None)
        race.poll_every = 60
        await asyncio.sleep(0)
        ends = race._limit.when()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return ends - asyncio.get_running_loop().time()

    assert background.run(slowed(), timeout=20) > 60


def test_news_waits_where_nothing_is_open_for_it():
    """Said, not sent, not heard, until a request comes; the others have a place open for it."""

    async def waiting() -> dict[str, race.Progress]:
        going_on = Race(rate=20, seconds=60, poll_every=60)
        running = asyncio.create_task(going_on.run())
        open_ones = [name for name in TRANSPORTS if name != "polling"]
        seen = going_on.progress
        while not (
            seen["polling"].asked == 1
            and seen["polling"].said > seen["polling"].sent
            and all(seen[name].heard > 1 and seen[name].open == 1 for name in open_ones)
        ):
            await asyncio.sleep(0.01)
            seen = going_on.progress
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return seen

    seen = background.run(waiting(), timeout=20)
    polling = seen["polling"]
    assert polling.heard <= polling.sent < polling.said
    assert polling.open == 0
    assert seen["server-sent events"].asked == seen["WebSocket"].asked == 1
    assert seen["long polling"].asked > 2


@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (61, ValueError), ("often", TypeError)])
def test_a_pace_out_of_range_is_refused(value, error):
    """And the old one stays."""
    race = Race(poll_every=2)
    with pytest.raises(error, match="poll_every"):
        race.poll_every = value
    assert race.poll_every == 2


def test_a_slow_network_delays_every_transport():
    """The delay is the proxy's, each way."""
    results = run(rate=20, seconds=0.1, poll_every=0.05, delay=0.05)

    assert all(result.latency_ms >= 50 for result in results.values())


def test_nothing_is_left_behind():
    """No task, no socket, no thread."""
    run(rate=20, seconds=0.1, poll_every=0.1)
    before = len(psutil.Process().net_connections()), threading.active_count()

    with no_task_left_behind():
        run(rate=20, seconds=0.1, poll_every=0.1)

    assert (len(psutil.Process().net_connections()), threading.active_count()) == before


def test_a_race_that_is_cancelled_closes_everything():
    """A long poll that waits for news, too."""

    async def begin_and_cancel():
        race = Race(rate=10, seconds=60)
        running = asyncio.create_task(race.run())
        await until(lambda: all(result.messages for result in race.results.values()))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return running.cancelled()

    with no_task_left_behind():
        assert background.run(begin_and_cancel(), timeout=30)


def test_it_may_be_cancelled_at_any_moment():
    """Also while a transport is about to connect: what is not open yet needs no closing."""

    async def begin_and_cancel(turns: int) -> bool:
        running = asyncio.create_task(Race(rate=10, seconds=60).run())
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return running.cancelled()

    with no_task_left_behind():
        failed = [turns for turns in range(40) if not background.run(begin_and_cancel(turns), timeout=30)]
    assert failed == []


@pytest.mark.parametrize("plan", [{"rate": 0}, {"rate": 1000}, {"seconds": -1}, {"poll_every": 0}, {"delay": 2}])
def test_figures_out_of_range_are_refused(plan):
    """A race ends in a bounded time."""
    with pytest.raises(ValueError, match=next(iter(plan))):
        Race(**plan)


async def test_a_request_that_is_none_ends_its_connection_only():
    """Whoever finds the port does not disturb the race."""
    async with asyncio.timeout(30), _serving_http(_Server()) as port:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"nonsense\r\n\r\n")
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()

        connection = await _HttpConnection.open(port)
        assert await connection.request("GET", "/elsewhere") == ""
        assert await connection.request("GET", "/news?after=0") == ""
        connection.close()


async def test_a_head_is_read_up_to_its_body():
    """Names of headers are the same in any case, and values are trimmed."""
    source = reader("GET / HTTP/1.1\r\nHost:  example.org \r\nCONTENT-length: 2\r\n\r\nhi")

    assert await _read_head(source) == ("GET / HTTP/1.1", {"host": "example.org", "content-length": "2"})
    assert await source.read() == b"hi"


@pytest.mark.parametrize("page_class", [_WebSocketPage, _EventStreamPage])
async def test_a_page_without_a_connection_can_be_closed(page_class):
    """It was never opened, or nobody answered: what went wrong is not to be hidden behind another error."""
    page = page_class()
    await page.close()
    with pytest.raises(ConnectionRefusedError):
        await page.open(1)
    await page.close()


async def test_a_page_that_has_only_one_of_its_connections_lets_go_of_it(monkeypatch):
    """The server was gone before the second."""
    open_one, opened = _HttpConnection.open, []

    async def once(port):
        if opened:
            raise ConnectionRefusedError
        opened.append(await open_one(port))
        return opened[0]

    monkeypatch.setattr(_HttpConnection, "open", once)
    page = _EventStreamPage()
    async with _serving_http(_Server()) as port:
        await page.open(port)
        await page.connection()  # the one that it has is taken
        with pytest.raises(ConnectionRefusedError):
            await page.connection()
        await page.close()
        assert opened[0].writer.is_closing()
