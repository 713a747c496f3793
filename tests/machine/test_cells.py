"""Which cell made what, and who goes when it is run again, with a kernel that is played."""

from __future__ import annotations

from collections import deque
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from chatlib import kernel
from chatlib.machine import cells


class Guest:
    """Something that a cell makes."""

    def __init__(self) -> None:
        self.is_open = True
        self.seen: bool | None = None

    def close(self) -> None:
        self.is_open = False

    def is_seen(self) -> bool | None:
        return self.seen

    def handle(self) -> Guest:
        return self


class Notebook:
    """A kernel, its shell, and a person who runs cells."""

    def __init__(self) -> None:
        self.kernel = self
        self.events = self
        self.user_ns: dict[str, Any] = {}
        self._ended: list[Any] = []
        self._request: dict[str, Any] = {}
        self._runs = 0

    def get_parent(self) -> dict[str, Any]:
        return self._request

    def register(self, event: str, function: Any) -> None:
        assert event == "post_run_cell"
        self._ended.append(function)

    def run(self, count: int, cell: str = "a", *, success: bool = True, kind: str = "execute_request") -> list[Guest]:
        """Run a cell that makes so many guests; return them."""
        self.begin(cell, kind)
        guests = [Guest() for _ in range(count)]
        for guest in guests:
            if old := cells.enter(guest, "guest"):
                cells.spare(old)
        self.end(success=success)
        return guests

    def begin(self, cell: str = "a", kind: str = "execute_request") -> None:
        self._runs += 1
        header = {"msg_type": kind, "msg_id": f"run {self._runs}"}
        self._request = {"header": header, "metadata": {"cellId": cell}, "content": {"code": cell}}

    def end(self, *, success: bool = True, code: str | None = None) -> None:
        info = SimpleNamespace(raw_cell=code or self._request["content"]["code"])
        for function in self._ended:
            function(SimpleNamespace(success=success, info=info))


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    notebook = Notebook()
    monkeypatch.setattr(kernel, "shell", lambda: notebook)
    for name, empty in (("_cells", {}), ("_last", {}), ("_watched", []), ("_unheld", [])):
        monkeypatch.setattr(cells, name, empty)
    return notebook


def are_open(guests: list[Guest]) -> list[bool]:
    return [guest.is_open for guest in guests]


def test_what_a_cell_makes_no_more_goes_when_the_run_has_ended(notebook: Notebook) -> None:
    """Fewer than before, or none at all."""
    first = notebook.run(3)
    second = notebook.run(1)
    assert (are_open(first), are_open(second)) == ([False] * 3, [True])
    notebook.run(0)
    assert are_open(second) == [False]


def test_a_run_that_failed_takes_nothing_away(notebook: Notebook) -> None:
    """What it has not come to is there for the next run."""
    first = notebook.run(2)
    notebook.run(0, success=False)
    assert are_open(first) == [True, True]
    notebook.run(2)
    assert are_open(first) == [False, False]


def test_other_cells_and_callbacks_leave_it_alone(notebook: Notebook) -> None:
    """Neither another cell's run, nor a message of a page, nor a cell within the cell says that it is over."""
    guests = notebook.run(1)
    notebook.run(0, "b")
    notebook.run(0, kind="comm_msg")
    notebook.begin()
    notebook.end(code="of another file")
    assert are_open(guests) == [True]
    notebook.end()
    assert are_open(guests) == [False]


@pytest.mark.parametrize(
    "hold",
    [
        lambda guest: guest,
        lambda guest: [guest],
        lambda guest: (1, guest),
        lambda guest: {"name": guest},
        lambda guest: SimpleNamespace(client=guest),
        lambda guest: {"team": [guest]},
        lambda guest: [SimpleNamespace(client=guest)],
        lambda guest: guest.close,
        lambda guest: lambda: guest,
        lambda guest: lambda text, to=guest: to,
        lambda guest: partial(print, guest),
        lambda guest: deque([guest]),
    ],
)
def test_what_a_variable_still_holds_can_be_reached(notebook: Notebook, hold: Any) -> None:
    """Itself, in a collection, or as an attribute: ``if "client" not in globals()`` is a way to make it once."""
    (guest,) = notebook.run(1)
    notebook.user_ns["mine"] = hold(guest)
    notebook.run(0)
    assert guest.is_open


@pytest.mark.parametrize("name", ["_", "_12", "Out"])
def test_the_memory_of_outputs_holds_nothing(notebook: Notebook, name: str) -> None:
    """IPython keeps the value of every cell, for good."""
    (guest,) = notebook.run(1)
    notebook.user_ns[name] = {12: guest} if name == "Out" else guest
    notebook.run(0)
    assert not guest.is_open


def test_what_an_output_shows_stays_and_what_no_output_shows_any_more_goes(notebook: Notebook) -> None:
    """Whether or not a variable holds it: a panel is there to be seen."""
    shown, hidden = guests = notebook.run(2)
    notebook.user_ns["guests"] = guests
    shown.seen, hidden.seen = True, False
    notebook.run(0)
    assert are_open(guests) == [True, False]


def test_an_output_stands_until_its_cell_is_run_again(notebook: Notebook) -> None:
    """That of a callback is not known, and so taken to stand."""
    notebook.run(1)
    run = cells.current_run()
    assert cells.still_stands(run)
    notebook.run(0, "b")
    assert cells.still_stands(run)
    notebook.run(0)
    assert not cells.still_stands(run)
    assert cells.still_stands(None)


def test_what_belongs_to_something_else_belongs_to_no_cell(notebook: Notebook) -> None:
    """A panel's client, say, lives as long as its panel."""
    guest = Guest()
    notebook.begin()
    with cells.outside():
        assert cells.enter(guest, "guest") is None
    notebook.end()
    notebook.run(0)
    assert guest.is_open


@pytest.fixture
def held(notebook: Notebook) -> list[str]:
    """Whom a variable was seen to hold: of a cell's guests, one made outside of it, and a callback's."""
    held: list[str] = []

    def make(name: str) -> None:
        notebook.user_ns[name] = [guest := Guest()]
        cells.when_held(guest, lambda: held.append(name))

    notebook.begin()
    make("in the cell")
    with cells.outside():
        make("outside")
    notebook.begin(kind="comm_msg")
    make("in a callback")
    notebook.begin()
    return held


def test_whom_a_variable_holds_when_a_run_ends_well_is_told_once(notebook: Notebook, held: list[str]) -> None:
    """A run that fails leaves it to the next one that does not, whichever cell's."""
    notebook.end(success=False)
    assert held == []
    notebook.run(0, "b")
    notebook.run(0, "b")
    assert held == ["in the cell"]


def test_whom_no_variable_holds_is_told_when_one_does(notebook: Notebook, held: list[str]) -> None:
    """IPython's memory of outputs is none; ``it = _`` in a later cell makes it one."""
    notebook.user_ns["_"] = notebook.user_ns.pop("in the cell")
    notebook.end()
    assert held == []
    notebook.user_ns["it"] = notebook.user_ns["_"]
    notebook.run(0, "b")
    assert held == ["in the cell"]


def test_who_has_been_collected_is_needed_by_nobody(notebook: Notebook) -> None:
    """A variable that is None holds nobody, though ``None is None``."""
    (guest,) = notebook.run(1)
    notebook.user_ns["mine"] = None
    guest.handle = lambda: None  # type: ignore[assignment, method-assign, return-value]
    assert not cells.may_be_added_to(guest)
    notebook.run(0)
    assert not guest.is_open


def test_through_ipython_itself_nothing_is_reached(notebook: Notebook) -> None:
    """Its memory of outputs holds everything, and ``exit`` holds IPython."""
    (guest,) = notebook.run(1)
    notebook.user_ns |= {"_": guest, "exit": SimpleNamespace(shell=notebook), "shell": notebook}
    notebook.user_ns |= {"names": [notebook.user_ns], "big": [list(range(5000))]}
    notebook.run(0)
    assert not guest.is_open


@pytest.mark.parametrize(
    ("code", "expected"), [("people.append(1)", True), ("people = [1]", False), ("add()", True), ("one = 1", False)]
)
def test_a_cell_adds_to_what_it_goes_on_with(notebook: Notebook, code: str, expected: bool) -> None:
    """Itself, or through a function that it calls."""
    (guest,) = notebook.run(1, code)
    exec("def add(): people.append(1)", notebook.user_ns)
    notebook.user_ns |= {"people": [guest], "one": guest}
    notebook.begin(code)
    assert cells.may_be_added_to(guest) is expected


def test_who_is_a_variable_s_own_value_is_added_to_nothing(notebook: Notebook) -> None:
    """A cell that uses its client before it makes it anew goes on with nobody."""
    (guest,) = notebook.run(1)
    notebook.user_ns |= {"one": guest}
    notebook.begin("one.close(); one = 1")
    assert not cells.may_be_added_to(guest)
