"""What is asked of a learner's token bucket, by a clock that only the check has."""

from __future__ import annotations

import pytest

from chatlib.exercises.token_bucket import check_bucket, taken
from chatlib.exercises.verdict import NotYet


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def refill(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now

    def take(self, now):
        self.refill(now)
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Saving(Bucket):
    """Keeps what came while it was not empty."""

    def refill(self, now):
        if self.tokens < 1:
            super().refill(now)


class Rounding(Bucket):
    """Gives a token of which there is half."""

    def take(self, now):
        self.refill(now)
        if round(self.tokens) < 1:
            return False
        self.tokens -= 1
        return True


async def test_a_bucket_that_does_what_the_task_says_passes():
    """Whatever rate and burst the check draws."""
    for _ in range(20):
        await check_bucket(Bucket)


async def test_a_bucket_that_was_never_empty_is_asked_too():
    """What is asked only when it is empty shows no credit."""
    with pytest.raises(NotYet, match="It is full then, and not more"):
        await check_bucket(Saving)


async def test_a_token_of_which_there_is_only_a_part_is_asked_for():
    """Less than a whole one each time, from a bucket that has nothing left."""
    with pytest.raises(NotYet, match=r"gave \[1, 0, 0\] tokens"):
        await check_bucket(Rounding)


async def test_it_counts_the_tokens_that_were_given():
    """And takes nothing but True and False for an answer."""
    assert await taken(Bucket(2, 3, 0.0), [0.0] * 5 + [0.5]) == 4

    class Silent(Bucket):
        def take(self, now):
            super().take(now)

    with pytest.raises(NotYet, match="take returned None"):
        await taken(Silent(2, 3, 0.0), [0.0])
