"""The answers to plain HTTP: the chat page, what runs here, and refusals that say what to do."""

import json

import pytest
from websockets.asyncio.client import connect

import chatlib
from chatlib.errors import Refused
from chatlib.server import answers
from tests.support.chat import STRICT, answer, get, peer, serving, url

pytestmark = STRICT


async def test_the_chat_page_is_on_slash():
    """HTML that may run its own script and connect, no more; its URL, which may hold a passcode, goes nowhere."""
    async with serving() as server:
        for path in ("/", "/?room=tea"):
            status, headers, body = await answer(server, get(path))
            assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert body.lower().startswith("<!doctype html>")
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "no-referrer"


async def test_healthz_says_what_runs_here():
    """JSON for programs: the service, its version, the protocol's, and how many are here."""
    async with serving() as server, peer(server), peer(server), connect(url(server, "/echo"), proxy=None):
        status, headers, body = await answer(server, get("/healthz"))

    assert (status, headers["content-type"]) == (200, "application/json")
    expected = {"service": "chatlib", "version": chatlib.__version__, "protocol": 1, "rooms": 1, "clients": 2}
    assert json.loads(body) == expected


async def test_healthz_without_the_passcode_shows_service_version_and_protocol_only():
    """Enough to tell who holds a port, no more."""
    async with serving(passcode="sesame") as server:
        queries = ["", "?passcode=x", "?passcode=sesame"]
        bodies = [(await answer(server, get("/healthz" + query)))[2] for query in queries]

    assert [set(json.loads(body)) for body in bodies] == [
        {"service", "version", "protocol"},
        {"service", "version", "protocol"},
        {"service", "version", "protocol", "rooms", "clients"},
    ]


@pytest.mark.parametrize(
    ("status", "beside"), [(405, {"Allow": "GET"}), (426, {"Upgrade": "websocket"}), (403, {}), (503, {})]
)
def test_a_refusal_is_plain_text_and_the_end_of_the_connection(status, beside):
    """With what its status wants beside it, and a line for people."""
    response = answers.refusal(Refused(status, "not ä"))
    usual = {"Connection": "close", "Content-Length": "7", "Content-Type": "text/plain; charset=utf-8"}

    assert (response.status_code, response.body) == (status, "not ä\n".encode())
    assert dict(response.headers.raw_items()) == {"Date": response.headers["Date"], **usual, **beside}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"POST / HTTP/1.1\r", 405),
        (b"get / HTTP/1.1\r", 405),
        ("GET /ä HTTP/1.1\r".encode(), 400),
        (b"GET / HTTP/1.1\r", None),
        (b"M-SEARCH * HTTP/1.1\r", None),
        (b"\x16\x03\x01", None),
        (b"", None),
    ],
)
def test_a_request_line_is_answered_where_websockets_would_not(line, status):
    """The others are its affair: it answers them, or hangs up on what is no HTTP."""
    response = answers.to_request_line(line)

    assert (response.status_code if response else None) == status
