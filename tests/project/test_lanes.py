"""How a whole run of the tests is shared out: pages to some processes, what waits to others, what is long first."""

from __future__ import annotations

from collections import OrderedDict

from tests.support.lanes import in_turn, next_of

PAGES = [f"tests/browser/test_{n}.py" for n in range(4)]
LONG = ["tests/process/test_long.py::test_one"]
WAITS = [f"tests/process/test_it.py::test[{n}]" for n in range(39)]
QUICK = ["tests/core/test_a.py", "tests/core/test_b.py"]
FIRST = ["lab/0", "lab/1", "waits/0"]
UNITS = OrderedDict((scope, {scope: False}) for scope in [*QUICK, *WAITS, *LONG, *PAGES, *FIRST])


def test_what_is_longest_comes_first():
    """Nobody is to wait for it at the end; of what is short, each kind comes evenly."""
    turns = list(in_turn(UNITS))

    assert sorted(turns) == sorted(UNITS)
    assert sorted(turns[:3]) == FIRST
    assert [turn for turn in turns if turn in WAITS or turn in LONG] == [*LONG, *reversed(WAITS)]
    assert turns.index(QUICK[1]) < turns.index(PAGES[1]) < turns.index(WAITS[0])


def test_pages_and_what_waits_are_judged_at_the_same_time():
    """Were all pages judged first, and all that waits last, a core would have nothing to do."""
    left = list(in_turn(UNITS))
    taken = {True: [], False: []}
    while left:
        for pages in (True, False):
            if left:
                taken[pages].append(next_of(left, pages=pages))
                left.remove(taken[pages][-1])

    pages = [*FIRST[:2], *PAGES]
    assert sorted(taken[True][: len(pages)]) == sorted(pages)
    assert [scope for scope in taken[False] if scope in pages] == []
    assert sorted(taken[True] + taken[False]) == sorted(UNITS)
