"""JupyterLite's kernel: how far it goes on behind a cell that raises on purpose. (For real: tests/lite_course.)"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chatlib import kernel
from chatlib.browser import lite_kernel

FAILED = {"status": "error", "ename": "E", "evalue": "e", "traceback": ["Traceback", "E: e"], "payload": []}


@pytest.fixture
def lite(monkeypatch):
    """A kernel as JupyterLite has it, whose cells all fail."""

    async def run(_code):
        return dict(FAILED)

    lite = SimpleNamespace(run=run, parent={}, get_parent=lambda: lite.parent)
    monkeypatch.setattr(kernel, "shell", lambda: SimpleNamespace(kernel=lite))
    lite_kernel.go_on_after_errors_on_purpose()
    return lite


async def test_an_error_on_purpose_is_shown_and_stops_nobody(lite, capsys):
    """The reply is "ok", or all cells behind it would be given up."""
    lite.parent = {"content": {"stop_on_error": False}}

    assert await lite.run("1 / 0") == {"status": "ok", "payload": []}
    assert capsys.readouterr().err == "Traceback\nE: e\n"


@pytest.mark.parametrize("parent", [{"content": {"stop_on_error": True}}, {"content": {}}, {}])
async def test_any_other_error_is_one(lite, capsys, parent):
    """Nothing is said of it but by JupyterLite itself."""
    lite.parent = parent

    assert await lite.run("1 / 0") == FAILED
    assert capsys.readouterr().err == ""


def test_what_is_loaded_is_shown(tmp_path, monkeypatch, capsys):
    """No cell can be filled there, and a solution that does not come would be no help."""
    magics = {}
    shell = SimpleNamespace(register_magic_function=lambda function, magic_name: magics.update({magic_name: function}))
    monkeypatch.setattr(kernel, "shell", lambda: shell)
    (tmp_path / "answer.py").write_text("answer = 42\n", encoding="utf-8")
    lite_kernel.show_what_is_loaded()
    magics["load"](f" {tmp_path / 'answer.py'} ")

    assert capsys.readouterr().out.endswith("copy this into one.\n\nanswer = 42\n\n")
    with pytest.raises(FileNotFoundError):
        magics["load"]("nothing.py")


def test_asking_twice_changes_nothing(lite):
    """A notebook may run it again."""
    before = lite.run
    lite_kernel.go_on_after_errors_on_purpose()

    assert lite.run is before
