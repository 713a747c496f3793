"""`make test-pythons`, on Pythons that only pretend: which are found, and what is said of them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.support.scripts import put
from tools import pythons

SAYS = "#!/bin/sh\necho {}\n"
BROKEN = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """The only directory on PATH, with a pyenv beside it; what runs this test counts for 3.11."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(sys, "executable", str(put(tmp_path, "this", SAYS.format("3.11"))))
    return tmp_path


def test_a_python_is_found_wherever_it_is_kept(place):
    """The one that runs this, one on PATH, one of pyenv behind a shim that leads nowhere, one that uv knows."""
    put(place / "bin", "python3.12", SAYS.format("3.12"))
    put(place / "bin", "python3.13", BROKEN)
    kept = put(place, "pyenv/versions/3.13.9/bin/python", SAYS.format("3.13"))
    known = put(place, "of uv/python", SAYS.format("3.14"))
    put(place / "bin", "uv", f'#!/bin/sh\n[ "$4" = 3.14 ] && echo "{known}"\n')

    assert [pythons.find(version) for version in pythons.VERSIONS] == [
        [sys.executable],
        ["python3.12"],
        [str(kept)],
        [str(known)],
    ]


def test_another_version_under_its_name_is_not_taken(place):
    """Nor one that cannot make an environment, which answers nothing."""
    put(place / "bin", "python3.12", SAYS.format("3.13"))
    put(place / "bin", "python3.13", "#!/bin/sh\nexit 1\n")

    assert [pythons.find(version) for version in ("3.12", "3.13")] == [None, None]


@pytest.fixture
def environments(place, monkeypatch) -> Path:
    """Where the tests of each version would run: the script of that name."""
    (place / "bin" / "sh").symlink_to(shutil.which("sh", path="/bin:/usr/bin"))
    monkeypatch.setattr(pythons, "environment", lambda version, command: place / "environments" / version)
    for version in ("3.12", "3.13"):
        put(place / "bin", f"python{version}", SAYS.format(version))
    return place / "environments"


def status(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        pythons.main(list(arguments))
    return int(ended.value.code)


def test_each_is_said_and_one_that_fails_is_a_failure(environments, capfd):
    """The others run all the same; what was not found is no failure."""
    put(environments, "3.11", '#!/bin/sh\necho "$@"\n')
    put(environments, "3.12", "#!/bin/sh\nexit 1\n")
    put(environments, "3.13", "#!/bin/sh\n")

    assert status("--pytest=-k chat") == 1
    said = capfd.readouterr().out.splitlines()
    assert said[-4:] == ["Python 3.11: passed", "Python 3.12: failed", "Python 3.13: passed", "Python 3.14: not found"]
    assert "-m pytest --numprocesses" in "\n".join(said)
    assert "-k chat" in "\n".join(said)


def test_what_was_not_found_is_no_failure_unless_nothing_was(environments):
    """Whoever asks for one that is not here is told so."""
    put(environments, "3.11", "#!/bin/sh\n")

    assert status("3.11", "3.14") == 0
    assert status("3.14") == 1
