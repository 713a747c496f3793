"""Which modules the course imports: a kernel is asked. A real one answers in tests/process/test_shadows.py."""

from __future__ import annotations

import subprocess

import pytest

from chatlib.diagnostics import imports


@pytest.fixture
def kernel(monkeypatch, tmp_path):
    """Have a script of the test's stand for the kernel: ``kernel("print('a')")``."""
    folder = tmp_path / "chatlib" / "diagnostics"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return (folder / "imports.py").write_text


def test_the_names_are_what_the_kernel_tells(kernel):
    """Once each; the kernel's own words go elsewhere."""
    kernel("import sys; print('asyncio chatlib asyncio'); print('a warning', file=sys.stderr)")

    assert imports.imported_by_the_course() == {"asyncio", "chatlib"}


def test_the_kernel_is_no_child_of_the_jupyter_server(kernel, monkeypatch):
    """Else it would end as soon as it sees its parent. Nor does the current folder come first."""
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    monkeypatch.setenv("CHATLIB_ROOM", "kept")
    kernel("import os, sys; print(*(name for name in os.environ if name[:4] in ('JPY_', 'CHAT')), sys.flags.safe_path)")

    told = imports.imported_by_the_course()
    assert "JPY_PARENT_PID" not in told
    assert {"CHATLIB_ROOM", "True"} <= told


def test_a_kernel_that_does_not_start_is_said(kernel):
    """The doctor makes a finding of it."""
    kernel("raise SystemExit(1)")

    with pytest.raises(subprocess.CalledProcessError):
        imports.imported_by_the_course()


def test_a_kernel_that_hangs_is_given_up(kernel, monkeypatch):
    """After twenty seconds, here sooner."""
    assert imports.PATIENCE_SECONDS == 20
    monkeypatch.setattr(imports, "PATIENCE_SECONDS", 0.3)
    kernel("import time; time.sleep(60)")

    with pytest.raises(subprocess.TimeoutExpired):
        imports.imported_by_the_course()
