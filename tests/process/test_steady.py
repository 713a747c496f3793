"""`make test-steady`, on a project with two tests: what is run, how often, and what is said."""

from __future__ import annotations

import re
import subprocess
import sys

import psutil
import pytest

from tools import steady

TESTS = """
from pathlib import Path

def test_always():
    assert True

def test_now_and_then():
    runs = Path(__file__).with_name("runs")
    runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
    assert len(runs.read_text()) != 2

def test_hangs_in_the_third_run():
    while Path(__file__).with_name("runs").read_text() == "xxx" and Path(__file__).with_name("hang").exists():
        pass
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "test_it.py").write_text(TESTS)
    monkeypatch.setattr(steady, "ROOT", tmp_path)
    monkeypatch.setattr(steady, "FAST", ("-p", "no:cacheprovider"))
    return tmp_path


def status(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        steady.main(list(arguments))
    return int(ended.value.code)


def test_what_fails_once_is_named_at_the_end(project, capfd):
    """With its traceback where it failed; the busy loops end with the runs."""
    assert status("--runs", "3", "--busy", "1") == 1

    said = capfd.readouterr().out
    runs = re.findall(r"^run (\d) of 3, \d+ s: (.*) in [\d.]+s$", said, flags=re.MULTILINE)
    assert runs == [("1", "3 passed"), ("2", "1 failed, 2 passed"), ("3", "3 passed")]
    assert "assert 2 != 2" in said
    assert said.splitlines()[-1] == "failed in 1 of 3 (run 2): test_it.py::test_now_and_then"
    assert [child for child in psutil.Process().children() if steady.BUSY in child.cmdline()] == []


def test_the_busy_loops_end_with_who_started_them():
    """Also where that one is killed, and can end nothing any more."""
    script = "import time; from tools import steady\nwith steady.busy(2): print('busy', flush=True); time.sleep(600)"
    started = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=steady.ROOT)
    with started:
        assert started.stdout.readline() == "busy\n"
        loops = psutil.Process(started.pid).children()
        started.kill()

    assert len(loops) == 2
    _, left = psutil.wait_procs(loops, timeout=30)
    assert left == []


def test_what_never_fails_is_steady(project):
    """Status 0; and pytest is told what stands behind the dashes."""
    assert status("--runs", "2", "--busy", "0", "--", "-k", "always") == 0


def test_a_run_that_hangs_is_ended_and_counted(project, monkeypatch, capfd):
    """It must not hang for ever where nobody looks."""
    monkeypatch.setattr(steady, "RUN_SECONDS", 5)
    (project / "runs").write_text("xx")
    (project / "hang").touch()

    assert status("--runs", "1", "--busy", "0") == 1
    assert "failed in 1 of 1 (run 1): the whole run" in capfd.readouterr().out
