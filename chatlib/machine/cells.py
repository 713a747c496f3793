"""Which cell of a notebook made what: so that a cell that is run again does not leave behind what it made before.

The n-th widget, or the n-th client, of a cell's run comes in place of the n-th of its last run. What the new run makes
no more goes when the run has ended well, unless somebody can still see it (an output that stands shows it) or reach it
(a variable of the notebook holds it: itself, or in a collection, an attribute, a closure). A run that failed takes
nothing away: the next one may still need it. What is made in a callback, or within something else (:func:`outside`),
belongs to no cell.

Another cell may overwrite the variable. Whether something else still holds what it held is not searched for: Python's
garbage collector knows. What is done here is to tell when a variable first held it (:func:`when_held`).
"""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from types import FunctionType, MethodType, ModuleType, NoneType
from typing import Any, Final, Protocol

from chatlib import kernel
from chatlib.machine.cell_names import names_gone_on_with

PLAIN: Final = frozenset({str, bytes, int, float, bool, NoneType})  # a million of them are passed over in no time
MOST_PARTS: Final = 1000  # of something that is itself only a part: a table of measurements holds nobody


class Resident(Protocol):
    """What a cell may make."""

    def close(self) -> None:
        """Go."""

    def is_seen(self) -> bool | None:
        """Tell whether an output shows it; None if none ever did."""

    def handle(self) -> object:
        """Return what a variable holds of it; None if nobody can hold that any more."""


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
_unheld: list[tuple[Resident, Callable[[], None]]] = []  # whom no variable held yet, and what is to be done then


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
    if (run := _maker()) is None:
        return None
    cell = _begin(run)
    residents, place = cell.residents.setdefault(kind, []), cell.made.get(kind, 0)
    cell.made[kind] = place + 1
    if place == len(residents):
        residents.append(resident)
        return None
    old, residents[place] = residents[place], resident
    return old


def when_held(resident: Resident, action: Callable[[], None]) -> None:
    """Have something done once a run has ended well with a variable that holds this; never, if no cell makes it."""
    if _maker() is not None:
        _unheld.append((resident, action))


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
    handle = resident.handle()
    return not any(value is handle for value in held) and _reaches(held, handle)


def _maker() -> Run | None:
    """Return the run to which what is made now belongs."""
    run = None if _is_outside.get() else current_run()
    if run is not None:
        _watch()
    return run


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
    """See who stays; called by IPython."""
    run = current_run()
    if run is None or result.info.raw_cell != kernel.request()["content"]["code"]:
        return  # a cell within the cell: %run, say
    _last[run.cell] = run.id
    if not result.success:
        return
    _look_who_is_held()
    if run.cell in _cells:
        _close_what_is_left(_begin(run))


def _look_who_is_held() -> None:
    """Do what is to be done for those whom a variable holds now, and forget those who have been collected."""
    looked_for = [(handle, each) for each in _unheld if (handle := each[0].handle()) is not None]
    reached = {id(value) for layer in _layers(_variables().values()) for value in layer} if looked_for else set()
    _unheld[:] = [each for handle, each in looked_for if id(handle) not in reached]
    for handle, (_, action) in looked_for:
        if id(handle) in reached:
            action()


def _close_what_is_left(cell: _Cell) -> None:
    """Close what the last run of a cell has not made again."""
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
    return _reaches(_variables().values(), resident.handle())


def _variables() -> dict[str, Any]:
    """Return what the notebook's own names stand for, without IPython's memory of outputs."""
    names = getattr(kernel.shell(), "user_ns", {}).copy()
    return {name: value for name, value in names.items() if not name.startswith("_") and name not in ("In", "Out")}


def _reaches(values: Iterable[Any], handle: object) -> bool:
    """Tell whether one of the values is, or holds, this."""
    return any(value is handle for layer in _layers(values) for value in layer)


def _layers(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values, what they hold, and what that holds, but for what is PLAIN.

    That is what is in a list, say, or in an object in a list.
    """
    shell = kernel.shell()
    closed = {id(shell), id(getattr(shell, "user_ns", None))}  # through IPython everything can be reached
    layer = [value for value in values if type(value) not in PLAIN]
    yield layer
    for most in (None, MOST_PARTS):
        parts = [_parts(value) for value in layer if id(value) not in closed]
        layer = [
            part for some in parts if most is None or len(some) <= most for part in some if type(part) not in PLAIN
        ]
        yield layer


def _parts(value: Any) -> list[Any]:
    match value:
        case dict():
            return list(value.values())
        case list() | tuple() | set() | frozenset() | deque():
            return list(value)
        case type() | ModuleType():
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
