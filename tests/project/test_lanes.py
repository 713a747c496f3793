"""How a whole run of the tests is shared out: pages to some processes, what waits to others, what is long first."""

from __future__ import annotations

from collections import OrderedDict

from tests.support import lanes
from tests.support.lanes import FIRST, in_turn, next_of

PAGES = [f"tests/browser/test_{n}.py" for n in range(4)]
LONG = ["tests/process/test_long.py::test_one"]
WAITS = [f"tests/process/test_it.py::test[{n}]" for n in range(39)]
QUICK = ["tests/core/test_a.py", "tests/core/test_b.py"]
IN_A_LAB = ["lab/0", "lab/1"]
IN_A_BROWSER = ["waits/0"]
UNITS = OrderedDict((scope, {scope: False}) for scope in [*QUICK, *WAITS, *LONG, *PAGES, *IN_A_LAB, *IN_A_BROWSER])


def test_what_is_longest_comes_first():
    """Nobody is to wait for it at the end; of what is short, each kind comes evenly."""
    turns = list(in_turn(UNITS))

    assert sorted(turns) == sorted(UNITS)
    assert sorted(turns[:3]) == [*IN_A_LAB, *IN_A_BROWSER]
    assert [turn for turn in turns if turn in WAITS or turn in LONG] == [*LONG, *reversed(WAITS)]
    assert turns.index(QUICK[1]) < turns.index(PAGES[1]) < turns.index(WAITS[0])


def test_pages_and_what_waits_are_judged_at_the_same_time():
    """Were all pages judged first, and all that waits last, a core would have nothing to do; and browsers cost."""
    left = list(in_turn(UNITS))
    taken = {kinds: [] for kinds in (*FIRST, ())}
    while left:
        for kinds in taken:
            if left:
                taken[kinds].append(next_of(left, kinds))
                left.remove(taken[kinds][-1])

    pages = [*IN_A_LAB, *PAGES]
    assert sorted(taken[lanes.PAGES][: len(pages)]) == sorted(pages)
    assert taken[("waits",)][: len(IN_A_BROWSER)] == IN_A_BROWSER
    assert set(taken[()]).isdisjoint([*pages, *IN_A_BROWSER])
    assert sorted(scope for scopes in taken.values() for scope in scopes) == sorted(UNITS)


def test_what_needs_a_browser_is_taken_by_the_others_last():
    """And then it is: nobody waits for the one process that has it."""
    assert next_of([*PAGES, WAITS[0]], ()) == WAITS[0]
    assert next_of([*IN_A_BROWSER, *PAGES], ()) == IN_A_BROWSER[0]
    assert next_of(QUICK, ("waits",)) == QUICK[0]
