"""The seat: where the doctor is asked, and so what is typed there to mend something."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace

from chatlib.diagnostics.seat import Seat, python


def test_a_terminal_has_no_kernel_and_no_loop():
    """Its lines are those of a shell."""
    seat = Seat.here()

    assert (seat.in_kernel, seat.loop) == (False, "")
    assert seat.pip("a", "b>=2").endswith(' -m pip install --upgrade a "b>=2"')
    assert seat.setting("NAME", "text") == "export NAME=text"
    assert seat.reset() == f"{python()} -m chatlib doctor --reset"


def test_a_line_for_a_terminal_is_for_this_very_python(tmp_path, monkeypatch):
    """A name may lead to another one, which knows nothing of the packages of this one."""
    this = tmp_path / "my course" / ".venv" / "bin" / "python"
    this.parent.mkdir(parents=True)
    this.touch(mode=0o755)
    monkeypatch.setattr("sys.executable", str(this))
    monkeypatch.chdir(tmp_path)

    assert python() == '"my course/.venv/bin/python"'
    monkeypatch.chdir("my course")
    assert python() == ".venv/bin/python"
    monkeypatch.setenv("PATH", str(this.parent))
    assert python() == "python"


async def test_a_cell_has_a_running_loop():
    """It is named by its class, as one tells uvloop's from asyncio's."""
    assert Seat.here().loop.startswith("asyncio.")


def test_a_notebook_has_magics(monkeypatch):
    """A kernel is known by its shell; there a package needs a restart."""
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    seat = Seat.here()

    assert seat.in_kernel
    assert seat.pip("a") == "%pip install --upgrade a, then restart the kernel"
    assert seat.setting("NAME", "text") == "%env NAME=text"
    assert seat.reset() == "%run -m chatlib doctor --reset"


def test_an_ipython_without_a_kernel_is_a_terminal(monkeypatch):
    """It has no page, and what installs a package in a shell does so there."""
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=SimpleNamespace))

    assert not Seat.here().in_kernel


def test_windows_sets_a_variable_in_its_own_way(monkeypatch):
    """A learner types what is shown."""
    seat = Seat.here()
    monkeypatch.setattr("os.name", "nt")

    assert seat.setting("NAME", "text") == "set NAME=text"
    assert replace(seat, in_kernel=True).setting("NAME", "text") == "%env NAME=text"


def test_a_port_that_is_none_is_kept_as_an_error(monkeypatch):
    """The other checks still have a port to speak of."""
    monkeypatch.setenv("CHATLIB_PORT", "three thousand")
    seat = Seat.here()

    assert seat.port == 3000
    assert "three thousand" in seat.port_error
