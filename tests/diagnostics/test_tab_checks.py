"""The doctor in a browser's tab: green where all is as it should be there."""

from __future__ import annotations

import pytest

import chatlib
from chatlib import diagnostics
from chatlib.diagnostics import tab_checks
from chatlib.diagnostics.report import Colour
from chatlib.errors import PasscodeError, PortInUseError
from chatlib.machine import ports
from tests.support.pyodide import in_a_tab


def found(topic):
    (finding,) = [it for it in chatlib.doctor().findings if it.topic == topic]
    return finding


def test_a_tab_as_it_should_be_is_green(monkeypatch):
    """What is missing there by nature is said, and is nothing to mend."""
    in_a_tab(monkeypatch)
    report = chatlib.doctor()

    assert [it for it in report.findings if it.colour is not Colour.GREEN or it.mend] == []
    assert [it.topic for it in report.findings] == [
        *("Python", "Packages", "Kernel", "Browser", "Loop", "Port", "Place")
    ]
    assert "no other machine, no phone and no web page" in found("Place").text


def test_no_thread_is_started_there(monkeypatch):
    """There is none to be had."""
    in_a_tab(monkeypatch)
    monkeypatch.setattr(diagnostics.checkup, "ThreadPoolExecutor", None)

    assert chatlib.doctor().colour is Colour.GREEN


def test_a_browser_that_cannot_wait_is_named(monkeypatch):
    """One sentence, and which browsers can; the port is not asked for, since nobody could wait for the answer."""
    in_a_tab(monkeypatch, can_wait=False)

    assert found("Browser").colour is Colour.RED
    assert "Firefox 153" in found("Browser").mend
    assert "Port" not in [it.topic for it in chatlib.doctor().findings]


@pytest.mark.parametrize(
    ("error", "colour", "text"),
    [
        (PortInUseError(3000, "somebody said nothing"), Colour.RED, "is held: somebody said nothing"),
        (PasscodeError(3000, given=False), Colour.AMBER, "wants a passcode"),
    ],
    ids=["stranger", "passcode"],
)
def test_a_port_that_cannot_be_joined_says_why(monkeypatch, error, colour, text):
    """As on every machine, with a line that helps."""

    def refuse(*_):
        raise error

    in_a_tab(monkeypatch)
    monkeypatch.setattr(ports, "is_taken", refuse)

    assert (found("Port").colour, text in found("Port").text) == (colour, True)
    assert "CHATLIB_PORT" in found("Port").mend


def test_a_port_that_is_none_is_red(monkeypatch):
    """The variable is read there, too."""
    in_a_tab(monkeypatch)
    monkeypatch.setenv("CHATLIB_PORT", "x")

    assert found("Port").colour is Colour.RED


def test_every_check_is_named_for_its_topic():
    """So that one that fails can be reported."""
    assert [check.__name__.startswith("check_") for check in tab_checks.CHECKS] == [True] * len(tab_checks.CHECKS)
