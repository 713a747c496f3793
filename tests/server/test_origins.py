"""Host and Origin to the letter: what is one, how it is kept, and that nothing that resembles this machine is it."""

import random
import re

import pytest

from chatlib.server import origins
from chatlib.server.origins import canonical_host, is_loopback, parse_host, parse_origin
from chatlib.server_url import LOOPBACK

# What a lenient parser takes for this machine, or for https://chat.example.org.
LOOK_ALIKES = [
    "http://localhost:3000.evil.com",
    "http://localhost:3000@evil.com",
    "http://[::1].evil.com",
    "http://[::1]evil.com",
    "http://[::1]:80.evil.com",
    "//localhost",
    "localhost",
    "http:localhost",
    "http:/localhost",
    "http:///localhost",
    "http://evil.com\\@localhost",
    "http://evil.com#@localhost",
    "http://evil.com?@localhost",
    "http://evil.com/@localhost",
    "http://evil.com@localhost",
    "http://@localhost",
    "http://:@localhost",
    "http://localhost/",
    "http://localhost/x",
    "http://localhost?",
    "http://localhost#",
    "http://localhost\\",
    "http://localhost:",
    "http://localhost:0",
    "http://localhost:65536",
    "http://localhost:٣",
    "http://localhost:+80",
    "http://localhost: 80",
    "http://localhost:80:80",
    "http://local\thost",
    "http://localhost\n",
    "http://localhost http://evil.com",
    "http://evil.com,http://localhost",
    "http://evil.com http://localhost",
    " http://localhost",
    "http://localhost.",
    "http://.localhost",
    "http://loc%61lhost",
    "http://ｌocalhost",
    "http://localhoſt",
    "http://127.0.0.1.",
    "http://127.1",
    "http://0177.0.0.1",
    "http://0x7f.0.0.1",
    "http://2130706433",
    "http://127.0.0.1.1",
    "http://127.0.0.01",
    "http://[::1",
    "http://::1",
    "http://[::1%25lo]",
    "http://[::1%lo]",
    "http://[0::1::]",
    "http://[127.0.0.1]",
    "http://[localhost]",
    "http://[]",
    "http://",
    "://localhost",
    "file://localhost",
    "javascript://localhost",
    "ws://localhost",
    "null",
    "",
]


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_resembles_an_origin_is_none(text):
    """Each was made for a parser that mends what it reads."""
    with pytest.raises(ValueError, match="an origin looks like https"):
        parse_origin(text)


@pytest.mark.parametrize("text", [text for text in LOOK_ALIKES if text.startswith("http://") and len(text) > 7])
def test_what_only_resembles_a_host_is_none(text):
    """The same, in the header beside it."""
    with pytest.raises(ValueError, match="a Host looks like"):
        parse_host(text.removeprefix("http://"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("http://localhost", "http://localhost"),
        ("HTTP://LocalHost:3000", "http://localhost:3000"),
        ("https://chat.example.org:443", "https://chat.example.org"),
        ("http://chat.example.org:443", "http://chat.example.org:443"),
        ("http://[0:0:0:0:0:0:0:1]:80", "http://[::1]"),
        ("http://[::FFFF:7f00:1]", "http://[::ffff:7f00:1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://my_service:8888", "http://my_service:8888"),
        ("http://192.0.2.7", "http://192.0.2.7"),
    ],
)
def test_an_origin_is_kept_as_a_browser_sends_it(text, kept):
    """In lower case, an address in its shortest form, a port where it is not the scheme's own."""
    assert str(parse_origin(text)) == kept


def test_whatever_comes_only_a_whole_loopback_origin_is_loopback():
    """Parts of origins and what might part them, thrown together: seeded, many times."""
    chance = random.Random(6454)
    between = [*":/\\@?#%[].-_, \t\n\0", "://", "//"]
    parts = [
        "http",
        "https",
        "localhost",
        "127.0.0.1",
        "::1",
        "[::1]",
        "evil.com",
        "3000",
        "80",
        "0",
        "٣",
        "ſ",
        *between,
    ]
    found = set()
    for _ in range(50_000):
        text = "http://" * chance.randint(0, 1) + "".join(chance.choices(parts, k=chance.randint(1, 5)))
        try:
            origin = parse_origin(text)
        except ValueError:
            continue
        assert parse_origin(str(origin)) == origin
        if origin.host in LOOPBACK:
            assert re.fullmatch(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?", text), ascii(text)
            found.add(origin.host)
    assert found == LOOPBACK


@pytest.mark.parametrize(
    ("typed", "host"),
    [("LOCALHOST", "localhost"), ("[::1]", "::1"), ("0:0:0:0:0:0:0:1", "::1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"),
     ("Lab-7.example.org", "lab-7.example.org")],
)  # fmt: skip
def test_a_host_has_one_spelling(typed, host):
    """However it is typed: with or without brackets, long or short."""
    assert canonical_host(typed) == host


@pytest.mark.parametrize(
    "typed", ["", " ", "localhost:3000", "http://localhost", "300.0.0.1", "a b", "::g", "[::1", "ä"]
)
def test_what_is_no_host_is_refused(typed):
    """It would listen somewhere else than was meant, or nowhere."""
    with pytest.raises(ValueError, match="a host is a name or an address"):
        canonical_host(typed)
    assert not is_loopback(typed)


def test_a_wrong_origin_in_the_environment_is_named():
    """Among others, and with the variable."""
    with pytest.raises(ValueError, match=r"CHATLIB_ORIGINS.*'evil'"):
        origins.parse_origins("https://a.example, evil")
