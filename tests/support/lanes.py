"""Which process of a whole run judges which tests, and in which order (`make test`: ``--dist loadscope``).

The two cores that it is made for are busy all the time where somebody computes and somebody waits at every moment.
Pages compute, and nearly all else waits: so some processes judge pages first, some what waits in a browser, and the
others what needs none. A JupyterLab, and a Chromium that has seen it, cost as much as ten tests: two processes have
one, and go on with what the others do once its tests are over.
"""

from __future__ import annotations

import zlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LABS: Final = 2
PAGES: Final = ("lab", "browser", "lite")
# What the first processes judge first: each needs a Chromium. The others take that last of all.
FIRST: Final = (PAGES, PAGES, PAGES, ("waits",), ("waits",), ("waits",))
SINGLE: Final = "process"  # its tests are long and need nothing of each other; those of any other file stay together
WAITS: Final = "tests/browser/test_browser_page.py"  # each of its pages is looked at for seconds
WAITING: Final = 12  # units of work from that file, none of them longer than the Lab's


class Lanes(LoadScopeScheduling):
    """Files stay together, and all of the Lab in two processes; pages and what waits are judged at the same time."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        name = file.split("/")[1]
        if name == "lab":
            return f"lab/{zlib.crc32(file.encode()) % LABS}"
        if file == WAITS:
            return f"waits/{zlib.crc32(nodeid.encode()) % WAITING}"
        return nodeid if name == SINGLE else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        if not any(self.assigned_work.values()):
            self.workqueue = in_turn(self.workqueue)
        number = self.nodes.index(node)
        first = next_of(self.workqueue, FIRST[number] if number < len(FIRST) else ())
        self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)


def folder(scope: str) -> str:
    """Return the folder of a unit of work's tests, or the name of what has been put together."""
    return scope.removeprefix("tests/").split("/")[0]


def next_of(units: Iterable[str], kinds: Sequence[str]) -> str:
    """Return the first unit of work of these kinds; where none is left, the first that needs no browser, or any."""
    left = list(units)
    its = (scope for scope in left if folder(scope) in kinds)
    others = (scope for scope in left if folder(scope) not in (*PAGES, "waits"))
    return next(its, None) or next(others, left[0])


def in_turn(units: OrderedDict[str, dict[str, bool]]) -> OrderedDict[str, dict[str, bool]]:
    """Return the units of work with what is longest first: the Lab's, then what only waits, then files of few tests."""
    of_kind = Counter(map(folder, units))
    of_file = Counter(scope.split("::")[0] for scope in units)
    seen: Counter[str] = Counter()

    def turn(scope: str) -> float:
        name = folder(scope)
        seen[name] += 1
        return 0 if name in ("lab", "waits") else seen[name] / of_kind[name]

    # Many tests in a file are short ones, and the first ones: what is asked in the last notebooks takes seconds.
    last_first = [*units][::-1]
    long_first = sorted(last_first, key=lambda scope: of_file[scope.split("::")[0]])
    return OrderedDict((scope, units[scope]) for scope in sorted(long_first, key=turn))
