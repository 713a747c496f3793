"""Which cell of a notebook made what: so that a cell that is run again does not leave behind what it made before.

The n-th widget, or the n-th client, of a cell's run comes in place of the n-th of its last run. What the new run makes
no more goes when the run has ended well, unless somebody can still see it (an output that stands shows it) or reach it
(a variable of the notebook holds it: itself, or in a collection, an attribute, a closure). A run that failed takes
nothing away: the next one may still need it. What is made in a callback, or within something else (:func:`outside`),
belongs to no cell.
"""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final, Protocol

from chatlib import kernel
from chatlib.machine.cell_names import names_gone_on_with

MOST_PARTS: Final = 1000  # of something that is itself only a part: a table of measurements holds nobody


class Resident(Protocol):
    """What a cell may make."""

    def close(self) -> None:
        """Go."""

    def is_seen(self) -> bool | None:
        """Tell whether an output shows it; None if none ever did."""


@dataclass(slots=True)
class _Cell:
    """What a cell made, by kind and place; ``made`` counts what its present run made, ``replaced`` may have to go."""

    run: str
    residents: dict[str, list[Resident]] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    replaced: list[Resident] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a cell; where a front end does not name its cells, one is known by its code."""

    cell: str
    id: str


_is_outside: Final = contextvars.ContextVar("is_outside", default=False)
_cells: dict[str, _Cell] = {}
_last: dict[str, str] = {}  # the last run of each cell, by its id
_watched: list[Any] = []  # shells that tell when a run ends


def current_run() -> Run | None:
    """Return the run of a cell that this context belongs to; None in a callback, and outside of a kernel."""
    request = kernel.request()
    if request.get("header", {}).get("msg_type") != "execute_request":
        return None
    return Run(request["metadata"].get("cellId") or request["content"]["code"], request["header"]["msg_id"])


def still_stands(run: Run | None) -> bool:
    """Tell whether the outputs of a run may be there: no later run of its cell has taken their place."""
    return run is None or _last.get(run.cell, run.id) == run.id


@contextmanager
def outside() -> Iterator[None]:
    """Make something that belongs to its maker, and not to the cell."""
    token = _is_outside.set(True)
    try:
        yield
    finally:
        _is_outside.reset(token)


def enter(resident: Resident, kind: str) -> Any:
    """Put something at its cell's next place; return what an earlier run of the cell had put there, if anything."""
    run = current_run()
    if run is None or _is_outside.get():
        return None
    _watch()
    cell = _begin(run)
    residents, place = cell.residents.setdefault(kind, []), cell.made.get(kind, 0)
    cell.made[kind] = place + 1
    if place == len(residents):
        residents.append(resident)
        return None
    old, residents[place] = residents[place], resident
    return old


def spare(resident: Resident) -> None:
    """Let something that was replaced go at the end of the run, and only if nobody can see or reach it any more."""
    if run := current_run():
        _begin(run).replaced.append(resident)


def may_be_added_to(resident: Resident) -> bool:
    """Tell whether the running cell goes on with a collection that holds this, and may add another to it.

    ``people.append(...)`` does; ``people = [...]`` and ``people["Ada"] = ...`` put something new in its place.
    """
    variables = _variables()
    held = [variables[name] for name in names_gone_on_with(kernel.request()["content"]["code"]) if name in variables]
    # A function that the cell calls goes on with what it names itself.
    names = {name for value in held if isinstance(value, FunctionType) for name in value.__code__.co_names}
    held += [variables[name] for name in names if name in variables]
    return not any(value is resident for value in held) and _reaches(held, resident)


def _begin(run: Run) -> _Cell:
    _last[run.cell] = run.id
    cell = _cells.setdefault(run.cell, _Cell(run.id))
    if cell.run != run.id:
        cell.run, cell.made = run.id, {}
    return cell


def _watch() -> None:
    shell = kernel.shell()
    if shell not in _watched and hasattr(shell, "events"):
        _watched.append(shell)
        shell.events.register("post_run_cell", _run_ended)


def _run_ended(result: Any) -> None:
    """Close what this run has not made again; called by IPython."""
    run = current_run()
    if run is None or result.info.raw_cell != kernel.request()["content"]["code"]:
        return  # a cell within the cell: %run, say
    _last[run.cell] = run.id
    if not result.success or run.cell not in _cells:
        return
    cell = _begin(run)
    leaving, cell.replaced = cell.replaced, []
    for kind, residents in cell.residents.items():
        made = cell.made.get(kind, 0)
        leaving += residents[made:]
        del residents[made:]
    for resident in leaving:
        if not _is_needed(resident):
            resident.close()


def _is_needed(resident: Resident) -> bool:
    if (is_seen := resident.is_seen()) is not None:
        return is_seen
    return _reaches(_variables().values(), resident)


def _variables() -> dict[str, Any]:
    """Return what the notebook's own names stand for, without IPython's memory of outputs."""
    names = getattr(kernel.shell(), "user_ns", {}).copy()
    return {name: value for name, value in names.items() if not name.startswith("_") and name not in ("In", "Out")}


def _reaches(values: Iterable[Any], resident: Resident) -> bool:
    """Tell whether one of the values is, or holds, this: in a list, say, or in an object in a list."""
    shell = kernel.shell()
    closed = {id(shell), id(getattr(shell, "user_ns", None))}  # through IPython everything can be reached
    layer = list(values)
    for most in (None, MOST_PARTS):
        if any(value is resident for value in layer):
            return True
        parts = [_parts(value) for value in layer if id(value) not in closed]
        layer = [part for some in parts if most is None or len(some) <= most for part in some]
    return any(value is resident for value in layer)


def _parts(value: Any) -> list[Any]:
    match value:
        case dict():
            return list(value.values())
        case list() | tuple() | set() | frozenset() | deque():
            return list(value)
        case type() | ModuleType() | str() | bytes() | int() | float() | None:
            return []
        case FunctionType():
            with suppress(ValueError):  # a variable of a closure that has no value yet
                return [*(value.__defaults__ or ()), *(cell.cell_contents for cell in value.__closure__ or ())]
            return []
        case MethodType():
            return [value.__self__]
        case partial():
            return [value.func, *value.args, *value.keywords.values()]
        case _:
            return list(getattr(value, "__dict__", {}).values())
