"""What the tests of the client may ask for, and what holds for all of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

import chatlib
from chatlib import ChatClient
from chatlib.server.ownership import Server
from tests.support.chat_fakes import Join


@pytest.fixture(autouse=True)
def nothing_is_left_to_asyncio(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No exception may end in the event loop's own log: that is where they get lost. None is left to a later test."""
    yield
    gc.collect()
    assert [record.getMessage() for record in caplog.get_records("call") if record.name == "asyncio"] == []


@pytest.fixture
def server() -> Iterator[Server]:
    """A server without a rate limit."""
    with chatlib.serve(port=0, rate=0) as server:
        yield server


@pytest.fixture
def join(server: Server) -> Iterator[Join]:
    """How to make a client: of ``server``, or of another URL; it is closed when the test ends."""
    made: list[ChatClient] = []

    def join(url: str | None = None, **options: object) -> ChatClient:
        client = ChatClient(url or server.url, **options)  # type: ignore[arg-type]
        made.append(client)
        return client

    yield join
    for client in made:
        client.close()
