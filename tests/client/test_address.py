"""A chat server's URL, taken apart: where to connect, what to show, and what never to show."""

from __future__ import annotations

import pytest

from chatlib import ChatClient
from chatlib.client.address import Address


@pytest.mark.parametrize(
    "url",
    ["", "ftp://127.0.0.1", "ws://", "ws://host:notaport", "ws://[::1", "/chat?passcode=sesame"],
)
async def test_a_url_that_is_none_raises_at_once(url: str) -> None:
    """And the text does not show its passcode."""
    with pytest.raises(ValueError, match="URL") as caught:
        ChatClient(url)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "room", "expected"),
    [
        ("ws://host:3000", "lobby", "ws://host:3000/chat/lobby?name=Ada&client=secret"),
        ("http://host/", "lobby", "ws://host/chat/lobby?name=Ada&client=secret"),
        ("https://hub/user/ada/proxy/3000/", "a b", "wss://hub/user/ada/proxy/3000/chat/a%20b?name=Ada&client=secret"),
        ("ws://host?passcode=a%26b&x=", "你", "ws://host/chat/%E4%BD%A0?passcode=a%26b&x=&name=Ada&client=secret"),
    ],
)
def test_a_room_lies_below_the_servers_path_and_keeps_its_query(url: str, room: str, expected: str) -> None:
    """A passcode travels there, and a proxy's prefix stays; http means ws."""
    assert Address.of(url).chat_url(room, name="Ada", client="secret") == expected


def test_the_place_in_the_order_is_asked_for_when_there_is_one() -> None:
    """Without a ``since`` the server sends its history."""
    address = Address.of("ws://host")
    assert address.chat_url("r", name="", client="c", since="e1-4").endswith("?name=&client=c&since=e1-4")
    assert "since" not in address.chat_url("r", name="", client="c", since=None)


def test_people_see_neither_passcode_nor_credentials() -> None:
    """In the URL that is shown, and in the words of another program that repeats it."""
    address = Address.of("ws://ada:pw@host:3000/?passcode=a%26b&token=secret")
    assert address.shown == "ws://host:3000"
    assert address.hide_secrets("GET /?passcode=a%26b, that is a&b") == "GET /?passcode=…, that is …"
    assert Address.of("ws://host/?passcode=").hide_secrets("unchanged") == "unchanged"


def test_the_servers_own_url_keeps_its_secrets() -> None:
    """``/healthz`` wants the passcode too."""
    assert Address.of("ws://host:3000/?passcode=sesame").url == "ws://host:3000?passcode=sesame"
