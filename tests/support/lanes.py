"""Which process of a whole run judges which tests, and in which order (`make test`: ``--dist loadscope``).

The two cores that it is made for are busy all the time where somebody computes and somebody waits at every moment. So
pages, which compute, and answers, most of which wait, are mixed. A JupyterLab, and a Chromium that has seen it, cost as
much as ten tests: two processes have one, and go on with what the others do once its tests are over.
"""

from __future__ import annotations

import zlib
from collections import Counter, OrderedDict

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LABS = 2
SINGLE = "process"  # its tests are long and need nothing of each other; those of any other file stay together
LAST_LONG = 0.8  # when the last file begins: it is not to be alone at the end


class Lanes(LoadScopeScheduling):
    """Files stay together, and all of the Lab in two processes; each kind of test comes evenly through the run."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        folder = file.split("/")[1]
        if folder == "lab":
            return f"lab {zlib.crc32(file.encode()) % LABS}"
        return nodeid if folder == SINGLE else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        if not any(self.assigned_work.values()):
            self.workqueue = in_turn(self.workqueue)
        super()._assign_work_unit(node)


def in_turn(units: OrderedDict[str, dict[str, bool]]) -> OrderedDict[str, dict[str, bool]]:
    """Return the units of work with the Lab's first, and the kinds of the others mixed; of each, the longest first."""

    def kind(scope: str) -> str:
        return scope.split("/")[1] if "/" in scope else ""

    of_kind = Counter(map(kind, units))
    of_file = Counter(scope.split("::")[0] for scope in units)
    seen: Counter[str] = Counter()

    def turn(scope: str) -> float:
        name = kind(scope)
        seen[name] += 1
        return (seen[name] / of_kind[name]) * (1 if name == SINGLE else LAST_LONG) if name else 0

    long_first = sorted(units, key=lambda scope: of_file[scope.split("::")[0]])  # many tests in a file are short ones
    return OrderedDict((scope, units[scope]) for scope in sorted(long_first, key=turn))
