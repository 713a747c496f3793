"""The delivery ladder: a gap, a twin, and what that is in keeping with."""

from __future__ import annotations

import pytest

from chatlib.experiments.ladder import ROWS_KEPT, Guarantee, Ladder, Rung


def ladder(*seen: int) -> Ladder:
    """A ladder of messages that were seen so many times."""
    made = Ladder()
    for number, times in enumerate(seen):
        made.begin(str(number), "Ada", f"text {number}", 0.0)
        for _ in range(times):
            made.step(str(number), Rung.SEEN, 1.0)
    return made


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        ((), Guarantee.EXACTLY_ONCE),
        ((1, 1), Guarantee.EXACTLY_ONCE),
        ((1, 0), Guarantee.AT_MOST_ONCE),
        ((2, 1), Guarantee.AT_LEAST_ONCE),
        ((2, 0), None),
    ],
)
def test_what_was_seen_tells_what_was_promised(seen, kept):
    """Lost or doubled, neither, or both."""
    assert ladder(*seen).kept is kept


def test_what_is_lost_is_a_gap_and_what_is_doubled_a_twin():
    """By their texts; each step has its times."""
    made = ladder(1, 0, 3)

    assert (made.lost, made.doubled) == (["text 1"], ["text 2"])
    assert [row.times[Rung.SEEN] for row in made] == [[1.0], [], [1.0] * 3]
    assert repr(made) == "<Ladder of 3: 1 not seen, 1 seen twice>"


def test_only_the_last_rows_are_kept():
    """And whoever draws it is told which one went; a step of that one is passed over."""
    made = Ladder()
    dropped = [made.begin(str(number), "Bo", "", 0.0)[1] for number in range(ROWS_KEPT + 2)]

    assert dropped[-3:] == [None, "0", "1"]
    assert len(list(made)) == ROWS_KEPT
    assert made.step("0", Rung.PLACED, 1.0) is None
