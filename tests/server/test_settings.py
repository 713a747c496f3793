"""What the owner of a server can choose, and what is refused at once."""

import pytest

from chatlib.server import chat_server, reception
from chatlib.server.settings import Settings


def test_the_limits_are_those_of_the_design():
    """What a user can rely on without a setting."""
    settings = Settings()

    assert (settings.max_clients, settings.max_unsent, settings.ping) == (1_000, 2**20, 20)
    assert (settings.limits.rate, settings.limits.burst, settings.limits.message_bytes) == (20, 40, 8192)
    assert (reception.ROOM_FRAME_BYTES, reception.ECHO_FRAME_BYTES) == (2**16, 2**20)
    assert chat_server.HANDSHAKE_SECONDS == 10


@pytest.mark.parametrize("name", ["max_clients", "max_unsent", "ping"])
def test_a_negative_setting_raises_at_once(name):
    """Where it was written."""
    with pytest.raises(ValueError, match=name):
        Settings(**{name: -1})
