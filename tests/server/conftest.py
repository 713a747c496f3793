"""What the server's tests share: less patience with peers, and an ear for what is logged."""

import logging

import pytest

from chatlib.server import chat_server


@pytest.fixture
def quick(monkeypatch):
    """Wait less for peers that do not hang up, and look at the clock more often."""
    monkeypatch.setattr(chat_server, "CLOSE_SECONDS", 0.2)
    monkeypatch.setattr(chat_server, "TICK_SECONDS", 0.02)


@pytest.fixture
def impatient(quick, monkeypatch):
    """Wait still less, where most peers never hang up and none is asked how its connection was closed."""
    monkeypatch.setattr(chat_server, "CLOSE_SECONDS", 0.03)


@pytest.fixture
def nothing_logged(caplog):
    """Whatever a peer does wrong is no error of the server's: it logs no warning and no traceback."""
    yield
    records = caplog.get_records("call")  # caplog.records is this stage's: the teardown's
    assert [record.getMessage() for record in records if record.levelno >= logging.WARNING] == []
