"""A chat server's URL as people type it: what is certain is taken, the rest is one error that gives nothing away."""

from __future__ import annotations

import pytest

from chatlib import server_url

SAME = "ws://192.0.2.7:3000?passcode=sesame"


@pytest.mark.parametrize(
    "typed",
    [
        "ws://192.0.2.7:3000/?passcode=sesame",
        "http://192.0.2.7:3000/?passcode=sesame",
        '"ws://192.0.2.7:3000/?passcode=sesame"',
        "“ws://192.0.2.7:3000/?passcode=sesame”",
        " '<ws://192.0.2.7:3000?passcode=sesame>'\r\n",
        "\ufeffws://192.0.2.7:3000?passcode=sesame\u200b",
        "192.0.2.7:3000/?passcode=sesame",
        "//192.0.2.7:3000/?passcode=sesame",
        "ws:/192.0.2.7:3000//?passcode=sesame",
        "WS:\\\\192.0.2.7:3000\\?passcode=sesame",
        "ws://192.0.2.7:3000/\n?passcode=ses\name",
        "ws：／／１９２。0。2。7：3000／？passcode＝sesame",
        "192.0.2.7:3000?Passcode=sesame",
        "192.0.2.7:3000?passcode =sesame",
    ],
)
def test_one_server_is_typed_in_many_ways(typed):
    """In quotes, without a scheme, wrapped, out of a chat, with a Chinese input method, on a telephone."""
    assert server_url.read(typed) == SAME


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("localhost", "ws://localhost"),
        ("HTTPS://Hub.example/user/ada/proxy/3000/", "wss://Hub.example/user/ada/proxy/3000"),
        ("[::1]:3000", "ws://[::1]:3000"),
        ("wss://ada:pw@host", "wss://ada:pw@host"),
        ("host/a b/課?x=", "ws://host/a%20b/%E8%AA%B2?x="),
        ("host?passcode=open sesame", "ws://host?passcode=open%20sesame"),
        ("host?passcode=芝麻开门？", "ws://host?passcode=%E8%8A%9D%E9%BA%BB%E5%BC%80%E9%97%A8%EF%BC%9F"),
        ("host?passcode=a%26b&x=100%", "ws://host?passcode=a%26b&x=100%"),
        ("host?passcode=\udcff", "ws://host?passcode=%FF"),
    ],
)
def test_what_stands_in_it_travels_as_a_url_can(typed, url):
    """The path keeps a proxy's prefix, the query a passcode in any script; what is encoded already stays."""
    assert server_url.read(typed) == url
    assert server_url.read(url) == url


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "no host"),
        ('""', "no host"),
        ("/chat?passcode=sesame", "no host"),
        ("ws://?passcode=sesame", "no host"),
        ("ftp://host?passcode=sesame", "scheme"),
        ("javascript://host?passcode=sesame", "scheme"),
        ("ws://host:http/?passcode=sesame", "port"),
        ("ws://host:65536/?passcode=sesame", "port"),
        ("host:0", "port"),
        ("::1", "port"),
        ("ws://[::1?passcode=sesame", "port"),
        ("ws://[fe80::x]/?passcode=sesame", "IPv6"),
        ("not a URL", "host"),
        ("ws://ho%20st", "host"),
        ("ws://host/passcode=sesame", "question mark"),
        ("ws://host&passcode=sesame", "question mark"),
        ("ws://host/?passcode=sesame#1", "%23"),
        ("ws://ada:sesame@ho st", "host"),
        ("CHATLIB_URL=ws://host/?passcode=sesame", "host"),
        ("(ws://host/?passcode=sesame)", "host"),
        ("http;//host/?passcode=sesame", "host"),
    ],
)
def test_what_cannot_be_certain_is_one_error_without_the_passcode(typed, reason):
    """It shows what came, what was expected, and what is wrong."""
    expected = r"^a chat server's URL looks like ws://192\.0\.2\.7:3000/\?passcode=\.\.\., not '"
    with pytest.raises(ValueError, match=expected) as caught:
        server_url.read(typed)

    assert reason in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ws://ada:sesame@host:3000/user/ada/?passcode=sesame&token=sesame", "ws://host:3000/user/ada"),
        ("ws://host", "ws://host"),
        ("wss://[::1]:3000/#sesame", "wss://[::1]:3000"),
        ("ada:sesame@proxy.example:3128", "proxy.example:3128"),
        ("redis://:sesame@host/2?password=sesame", "redis://host/2"),
        ("unix:///run/redis.sock?password=sesame", "unix:///run/redis.sock"),
    ],
)
def test_what_is_secret_in_a_url_is_not_shown(url, shown):
    """A server's, a proxy's, a Redis': neither who asks nor what opens the door."""
    assert server_url.without_secrets(url) == shown


@pytest.mark.parametrize(("text", "bare"), [("", ""), ('"', '"'), (' "3000" ', "3000"), ("'\"a\"'", "a"), ('"a', '"a')])
def test_quotes_go_in_pairs(text, bare):
    """One alone belongs to the text."""
    assert server_url.unquoted(text) == bare


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("::FFFF:127.0.0.1", "::ffff:7f00:1"),
        ("::ffff:0:0", "::ffff:0:0"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ],
)
def test_an_ipv6_address_is_written_as_browsers_write_it(text, address):
    """On every Python: newer ones write what holds an IPv4 address with dots."""
    assert server_url.ipv6_text(text) == address
