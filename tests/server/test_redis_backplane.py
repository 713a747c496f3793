"""The backplane in Redis, as far as no Redis is needed; tests/process/test_redis.py has a real one."""

import socket

import pytest
from redis import exceptions
from redis.exceptions import AuthenticationError, ResponseError

from chatlib.errors import ServeError
from chatlib.server.backplane import Shore
from chatlib.server.patience import Unanswered
from chatlib.server.redis_backplane import RedisBackplane, _asking, _why
from tests.support.rooms import Rooms
from tests.support.stream_store import QUICK


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (AuthenticationError("WRONGPASS secret"), "wants another user or password"),
        (exceptions.ConnectionError("Error 111 connecting to secret"), "does not answer"),
        (TimeoutError("secret"), "does not answer"),
        (
            ResponseError(
                "Command # 1 (XADD lobby * records secret) of pipeline caused error: OOM command not allowed"
            ),
            "refuses (OOM command not allowed)",
        ),
        (
            ResponseError("unknown command 'AUTH', with args beginning with: 'secret' "),
            "refuses (unknown command 'AUTH')",
        ),
    ],
)
async def test_why_there_is_no_answer_has_no_secret_in_it(error, why):
    """Neither a password, nor what somebody said."""

    @_asking
    async def ask():
        raise error

    with pytest.raises(Unanswered) as refused:
        await ask()
    assert str(refused.value) == _why(error) == why


async def test_where_none_is_the_start_fails_in_words_and_leaves_nothing_open():
    """No password in them, and none in the repr."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    backplane = RedisBackplane(f"redis://:secret@127.0.0.1:{port}", pace=QUICK)
    with pytest.raises(ServeError) as refused:
        await backplane.start(Shore(print, Rooms()))
    await backplane.close()

    assert str(refused.value) == f"the rooms are to be in Redis, and redis://127.0.0.1:{port} does not answer"
    assert repr(backplane) == f"<RedisBackplane redis://127.0.0.1:{port} 0 rooms>"


def test_the_keys_of_a_room_share_a_hash_tag_whatever_it_is_called():
    """So they are on one node of a cluster; a brace in the name ends no tag."""
    store = RedisBackplane("redis://h", "school")._store

    assert store._log_key("a}{b: ü") == "school:{a%7D%7Bb%3A%20%C3%BC}:log"
    assert store._kept_key("a}{b: ü") == "school:{a%7D%7Bb%3A%20%C3%BC}:kept"
