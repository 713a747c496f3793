"""How soon a client tries again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chatlib.client import backoff
from tests.support.chat_fakes import Join, Watch
from tools.ports import free_port


@pytest.mark.parametrize(
    ("takeover_seconds", "expected"),
    [(60, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0]), (0, [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])],
)
async def test_the_attempts_back_off_with_full_jitter(
    join: Join, monkeypatch: pytest.MonkeyPatch, takeover_seconds: float, expected: list[float]
) -> None:
    """The bound doubles up to its cap, which is low while a stand-by may still come; the wait is anywhere below it."""
    bounds: list[float] = []

    def no_wait(low: float, high: float) -> float:
        assert low == 0
        bounds.append(high)
        return 0

    monkeypatch.setattr(backoff, "TAKEOVER_SECONDS", takeover_seconds)
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=no_wait))
    client = join(f"ws://127.0.0.1:{free_port()}")
    await Watch(client).until(lambda: len(bounds) > len(expected))
    assert bounds[: len(expected)] == expected


def test_a_connection_that_lasts_begins_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first wait after it is as short as the very first one; a welcome that does not last is no success."""
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=lambda low, high: high))
    waits = backoff.Backoff()
    assert [waits.next() for _ in range(3)] == [0.1, 0.2, 0.4]
    assert waits.next(lasted=0.79) == 0.8
    assert waits.next(lasted=1.0) == 0.1
