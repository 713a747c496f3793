"""Addresses as browsers read and write them."""

from __future__ import annotations

import pytest

from chatlib.client.url import parse_url
from chatlib.client.websocket import WebSocket
from chatlib.errors import DOMException


@pytest.mark.parametrize(
    "url",
    [
        *["", "echo", "/echo", "//host/", "ftp://host/", "mailto:ada@host", "ws://", "ws:///"],
        *["ws://host:65536", "ws://host:x", "ws://host#", "ws://host/#top", "ws://ho st/", "ws://a%00b/", "ws://[::1"],
        *["ws://[1.2.3.4]/", "ws://[fe80::1%eth0]/", "ws://1.2.3.256/", "ws://1.2.3.4.5/"],
        *["ws://08", "ws://1..2", "ws://256.1", "ws://1.2.65536", "ws://4294967296", "ws://+1.2", "ws://0x1_0.1"],
        *["ws://xn--a/", "ws://a%FFb/", None, 5, {}, b"ws://host/"],
    ],
)
def test_bad_url_is_a_syntax_error(url: object):
    """Invalid, relative and other URLs, and any fragment, raise before a loop is even looked for."""
    with pytest.raises(DOMException) as caught:
        WebSocket(url)
    assert caught.value.name == "SyntaxError"


@pytest.mark.parametrize(
    ("url", "serialised"),
    [
        ("ws://host", "ws://host/"),
        ("WS://HOST:80/Path", "ws://host/Path"),
        ("wss://host:443", "wss://host/"),
        ("ws://host:443", "ws://host:443/"),
        ("http://host:80/a", "ws://host/a"),
        ("https://host/a", "wss://host/a"),
        ("ws://host?a b'\"<>é", "ws://host/?a%20b%27%22%3C%3E%C3%A9"),
        ("ws://host/a b?", "ws://host/a%20b?"),
        ("ws://host/a/./b/../c", "ws://host/a/c"),
        ("ws://host/a/%2E%2e/b/.", "ws://host/b/"),
        (" ws://ho\nst\\a ", "ws://host/a"),
        ("ws://127.1:3000", "ws://127.0.0.1:3000/"),
        ("ws://[0:0:0:0:0:0:0:1]:3000", "ws://[::1]:3000/"),
        *[("ws://0x7f.1", "ws://127.0.0.1/"), ("ws://0300.0x.257", "ws://192.0.1.1/"), ("ws://0x", "ws://0.0.0.0/")],
        *[
            ("ws://faß.de", "ws://xn--fa-hia.de/"),
            ("ws://①.２.3.4", "ws://1.2.3.4/"),
            ("ws://☃%2Enet", "ws://xn--n3h.net/"),
        ],
        ("ws://Bücher.example", "ws://xn--bcher-kva.example/"),
        ("ws://ada:x y@host", "ws://ada:x%20y@host/"),
        ("ws://host/\ud800", "ws://host/%EF%BF%BD"),
    ],
)
def test_url_is_serialised_as_browsers_do(url: str, serialised: str):
    """Slash added, default port dropped, scheme and host in lower case, the rest percent-encoded."""
    assert parse_url(url)[0] == serialised
    assert parse_url(serialised)[0] == serialised


def test_a_urls_parts_and_its_origin() -> None:
    """What to connect to, as the library wants it, and where a message says that it came from."""
    url, origin, uri = parse_url("http://ada:x@Host:8080/a?b")
    assert (url, origin) == ("ws://ada:x@host:8080/a?b", "ws://host:8080")
    assert (uri.secure, uri.host, uri.port, uri.path, uri.query) == (False, "host", 8080, "/a", "b")
    assert (uri.username, uri.password) == ("ada", "x")
