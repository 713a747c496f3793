"""What the owner of a server can choose, and what is refused at once."""

import pytest

from chatlib.server import chat_server, reception
from chatlib.server.settings import Settings


def test_the_limits_are_those_of_the_design():
    """What a user can rely on without a setting."""
    settings = Settings()

    assert (settings.max_clients, settings.max_unsent, settings.ping) == (1_000, 2**20, 20)
    assert (settings.limits.rate, settings.limits.burst, settings.limits.message_bytes) == (20, 40, 8192)
    assert (settings.limits.rooms, settings.limits.total_bytes) == (1_000, 256 * 2**20)
    assert (settings.limits.kept_messages, settings.limits.kept_bytes) == (10_000, 16 * 2**20)
    assert (reception.ROOM_FRAME_BYTES, reception.ECHO_FRAME_BYTES) == (2**16, 2**20)
    assert chat_server.HANDSHAKE_SECONDS == 10


@pytest.mark.parametrize("name", ["max_clients", "max_unsent", "ping"])
def test_a_negative_setting_raises_at_once(name):
    """Where it was written."""
    with pytest.raises(ValueError, match=name):
        Settings(**{name: -1})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("passcode", 1234, "passcode is a string"),
        ("passcode", b"x", "passcode is a string"),
        ("origins", "https://a.example", "origins is a list"),
        ("limits", {"rate": 3}, "limits is a Limits"),
        ("max_clients", 1.5, "max_clients is a whole number"),
        ("max_unsent", True, "max_unsent is a whole number"),
        ("ping", "20", "ping is a number"),
    ],
)
def test_a_setting_of_a_wrong_type_raises_at_once(name, value, words):
    """In words, and not with a traceback at the first client."""
    with pytest.raises(TypeError, match=words):
        Settings(**{name: value})


def test_origins_are_kept_as_browsers_send_them():
    """Whoever writes them in capitals has named them all the same; one that is none is named."""
    assert Settings(origins=["HTTPS://Lab.example/"]).origins == {"https://lab.example"}
    with pytest.raises(ValueError, match="'evil'"):
        Settings(origins=["https://lab.example", "evil"])


def test_what_is_not_given_stays_as_it_was():
    """And the old ones stay what they were."""
    old = Settings(passcode="sesame", max_clients=5)
    new = old.updated(passcode=None, rate=3, ping=0, max_clients=None)

    assert (new.passcode, new.max_clients, new.limits.rate, new.ping) == ("sesame", 5, 3, 0)
    assert (old.limits.rate, old.ping) == (20, 20)
    assert old.updated(passcode="").passcode == ""
