"""What the trial of a handler sees of its buckets; tests/process/test_exercises.py carries out the whole of it."""

from __future__ import annotations

from chatlib.exercises.flood_trial import _answers_noted


class Bucket:
    """Has one token, for ever."""

    def __init__(self, rate, burst, now):
        self.is_full = True

    def take(self, now):
        had, self.is_full = self.is_full, False
        return had


def test_what_a_bucket_answers_is_noted_with_the_time_that_it_was_given():
    """By place or by name; and the class is as it was afterwards."""
    take = Bucket.take
    with _answers_noted(Bucket) as answers:
        bucket = Bucket(20, 40, 0.0)
        bucket.take(1.0)
        bucket.take(now=2.0)

    assert [(each.bucket, each.now, each.has_token) for each in answers] == [(bucket, 1.0, True), (bucket, 2.0, False)]
    assert Bucket.take is take
