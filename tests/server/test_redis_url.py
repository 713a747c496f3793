"""The URL of a Redis: what is one, and that nothing secret in it is ever shown."""

import pytest

from chatlib.server import redis_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://localhost", "redis://localhost"),
        ("redis://:secret@localhost:6380/2", "redis://localhost:6380/2"),
        ("rediss://user:secret@[::1]:1?ssl_ca_certs=/ca.pem", "rediss://[::1]:1"),
        ("redis://:p%40ss%2Fw%3Ard@h", "redis://h"),
        ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock"),
    ],
)
def test_it_is_shown_without_what_is_secret(url, shown):
    """Neither user nor password nor options."""
    assert redis_url.shown(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "secret",
        "http://:secret@h",
        "redis://",
        "redis://:pa/secret@h",
        "redis://:secret@h:0",
        "redis://pa/secret@h",
        "redis://:pa#secret@h",
        "redis://:secret@h:port",
        "redis://h/secret",
        "unix://",
        "redis://[::1:secret",
        "redis://h?secret",
        "redis://:secret@a b",
        "redis://:secret@h\x00",
        "redis://:secret@h/٣",
    ],
)
def test_what_is_none_is_refused_and_not_quoted(url):
    """Whatever is wrong with it may be a part of the password."""
    with pytest.raises(ValueError, match="the URL of a Redis is expected: redis://") as refused:
        redis_url.shown(url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["redis://h", "unix:///h"])
@pytest.mark.parametrize("option", redis_url.TLS_OPTIONS)
def test_an_option_of_tls_needs_tls(scheme, option):
    """Else the redis package would fail over it, when it is too late for words."""
    assert redis_url.shown(f"rediss://h?{option}=secret") == "rediss://h"
    with pytest.raises(ValueError, match=r"with rediss:// only\)") as refused:
        redis_url.shown(f"{scheme}?{option}=secret")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("database", ["secret", "-1", "1&db=secret", "%D9%A3"])
def test_a_database_is_a_number(database):
    """Redis' own word for anything else would come without saying what is meant."""
    assert redis_url.shown("redis://h?db=15") == "redis://h"
    with pytest.raises(ValueError, match="is the number of a database") as refused:
        redis_url.shown(f"redis://h?db={database}")

    assert "secret" not in str(refused.value)


def test_an_option_that_would_change_how_it_is_spoken_to_is_refused():
    """A password among them is none of them either, and is not quoted."""
    with pytest.raises(ValueError, match="may be: db, ssl_ca_certs") as refused:
        redis_url.shown("redis://h?password=secret&protocol=3")

    assert "secret" not in str(refused.value)
