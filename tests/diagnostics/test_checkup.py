"""The doctor as a whole: every check is carried out, in order and in time, whatever is missing or fails."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import threading

import chatlib
from chatlib.__main__ import main
from chatlib.diagnostics import checkup
from chatlib.diagnostics.report import Colour, Finding
from chatlib.machine import health
from tests.support.places import ROOT
from tests.support.waiting import SECONDS, soon


def test_where_all_is_well_everything_is_green_and_quickly_said():
    """This environment is the course's own. A finding that is green has nothing to mend."""
    report = soon(chatlib.doctor, 1)

    assert [found for found in report.findings if found.colour is not Colour.GREEN or found.mend] == []
    assert report.colour is Colour.GREEN
    topics = "Python, Packages, Kernel, Loop, Proxies, Port, Orphans, Place, Front end, Journal"
    assert ", ".join(found.topic for found in report.findings) == topics


def test_it_needs_none_of_the_packages_that_may_be_missing():
    """The doctor that a missing package kills is no doctor."""
    script = """
        import sys
        for name in ("websockets", "ipywidgets", "anywidget", "IPython", "ipykernel", "nest_asyncio", "jupyter_core"):
            sys.modules[name] = None
        from chatlib.__main__ import main
        sys.exit(main(["doctor"]))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60, cwd=ROOT
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "could not be looked at" in done.stdout, "the journal's place is jupyter_core's to know"


def test_a_check_that_fails_is_a_finding_too(monkeypatch):
    """The other checks have their say; the topic is the check's name."""

    def check_class_server(seat):
        yield Finding("Class server", Colour.GREEN, "so far")
        raise KeyError("broken")

    def check_loop(seat):
        return [Finding("Loop", Colour.GREEN, "well")]

    monkeypatch.setattr(checkup, "CHECKS", (check_class_server, check_loop))

    assert chatlib.doctor().findings == (
        Finding("Class server", Colour.AMBER, "could not be looked at: KeyError('broken')"),
        Finding("Loop", Colour.GREEN, "well"),
    )


def test_a_port_that_is_none_spoils_no_other_check(monkeypatch):
    """The other checks still have something to say."""
    monkeypatch.setenv("CHATLIB_PORT", "three thousand")

    assert "could not be looked at" not in str(chatlib.doctor())


def test_all_checks_are_carried_out_side_by_side(monkeypatch):
    """None waits until another is over: here, each waits until all have begun."""
    all_have_begun = threading.Barrier(len(checkup.CHECKS))

    def check_loop(seat):
        all_have_begun.wait(SECONDS)
        return [Finding("Loop", Colour.GREEN, "well")]

    monkeypatch.setattr(checkup, "CHECKS", (check_loop,) * len(checkup.CHECKS))

    assert {found.colour for found in chatlib.doctor().findings} == {Colour.GREEN}


def test_a_listener_that_hangs_is_waited_for_once(monkeypatch):
    """A kernel that was stopped, say. The checks that ask it have one patience together."""
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 1.5)
    port = int(os.environ["CHATLIB_PORT"])
    monkeypatch.setenv("CHATLIB_URL", f"ws://127.0.0.1:{port}")
    with socket.create_server(("127.0.0.1", port)):
        report = soon(chatlib.doctor, 2 * 1.5)

    assert [found.topic for found in report.findings if "no answer for 1.5 s" in found.text] == ["Port", "Class server"]


def test_a_terminal_prints_it_and_ends_with_1_if_something_is_red(monkeypatch, capsys):
    """So that a script that prepares a room full of laptops can stop there."""
    assert main(["doctor"]) == 0
    assert "green  Python" in capsys.readouterr().out

    monkeypatch.setenv("CHATLIB_PORT", "three thousand")
    assert main(["doctor"]) == 1
    assert "red    Port" in capsys.readouterr().out
