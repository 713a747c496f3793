"""Where this Python is: in a browser's tab, and in what kind of browser."""

from __future__ import annotations

import pytest

from chatlib.machine import ports, tab
from tests.support.pyodide import in_a_tab


def test_an_ordinary_python_is_in_no_tab():
    """Nothing is asked of a browser there."""
    assert not tab.is_here()


@pytest.mark.parametrize("can_wait", [True, False])
def test_a_tab_says_whether_it_can_wait(monkeypatch, can_wait):
    """That depends on the browser; Pyodide knows."""
    in_a_tab(monkeypatch, can_wait=can_wait)

    assert tab.is_here()
    assert tab.can_wait() is can_wait


def test_no_page_gets_to_a_server_in_a_tab(monkeypatch):
    """So there is no address for one, rather than one that leads elsewhere."""
    in_a_tab(monkeypatch)

    assert ports.page_url("127.0.0.1", 3000) is None
