"""A Python that takes itself for one in a browser's tab, as far as it looks at what it is."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest


def in_a_tab(monkeypatch: pytest.MonkeyPatch, *, can_wait: bool = True) -> None:
    """Have chatlib take this for Pyodide, in a browser that has JSPI or has not."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "pyodide", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "pyodide.ffi", SimpleNamespace(can_run_sync=lambda: can_wait))
