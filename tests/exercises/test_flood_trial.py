"""What the trial of a handler sees of its buckets; tests/process/test_exercises.py carries out the whole of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chatlib.exercises.flood_trial import _answers_noted, _tokens_left, _until_it_tells, _Waited


class Bucket:
    """Has one token, for ever."""

    def __init__(self, rate, burst, now):
        self.is_full = True

    def take(self, now):
        had, self.is_full = self.is_full, False
        return had


def noted(answers):
    """Return what was noted, without the buckets."""
    return [(each.now, each.has_token) for each in answers]


def test_what_a_bucket_answers_is_noted_with_the_time_that_it_was_given():
    """By place or by name; and the class is as it was afterwards."""
    take = Bucket.take
    with _answers_noted(Bucket) as answers:
        bucket = Bucket(20, 40, 0.0)
        bucket.take(1.0)
        bucket.take(now=2.0)

    assert [(each.bucket, each.now, each.has_token) for each in answers] == [(bucket, 1.0, True), (bucket, 2.0, False)]
    assert Bucket.take is take


def test_an_inherited_take_is_noted_and_its_class_is_left_alone():
    """Also where it was looked up once; what others inherit from the same class is none of this bucket's."""

    class Own(Bucket):
        pass

    with _answers_noted(Own) as answers:
        take = Own(20, 40, 0.0).take
        take(1.0)
        Bucket(20, 40, 0.0).take(2.0)

    assert noted(answers) == [(1.0, True)]
    assert "take" not in vars(Own)


async def test_an_async_take_is_noted_when_it_has_answered():
    """Not the coroutine, which would be true."""

    class Later(Bucket):
        async def take(self, now):
            return super().take(now)

    with _answers_noted(Later) as answers:
        bucket = Later(20, 40, 0.0)
        assert [await bucket.take(1.0), await bucket.take(2.0)] == [True, False]

    assert noted(answers) == [(1.0, True), (2.0, False)]


def test_nothing_is_noted_of_what_is_no_class():
    """A function may make what has a take."""
    with _answers_noted(lambda rate, burst, now: SimpleNamespace(take=lambda now: True)) as answers:
        pass

    assert answers == []


def test_what_a_bucket_has_left_is_reckoned_by_its_own_times():
    """It was full at the first of them, and is never fuller."""
    assert _tokens_left([5.0]) == 39
    assert _tokens_left([5.0] * 40) == 0
    assert _tokens_left([5.0] * 40 + [5.1]) == pytest.approx(1)
    assert _tokens_left([5.0, 500.0]) == 39


async def test_one_wait_may_be_the_machine_s_fault_and_three_are_not():
    """And a trial that tells nothing is carried out again, with a word of its own."""
    words = []

    async def waits_at_first(word):
        words.append(word)
        if len(words) < 3:
            raise _Waited("somebody waited")
        return len(words) == 4

    async def waits(word):
        raise _Waited("somebody waited")

    await _until_it_tells(waits_at_first)

    assert len(set(words)) == len(words) == 4
    with pytest.raises(_Waited):
        await _until_it_tells(waits)
