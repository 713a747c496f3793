"""A checkout that is renamed, moved or copied after `make lab`: make notices and mends it, the doctor says so."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

SECONDS = 120
# Makes an environment in a moment: its pip does nothing.
PYTHON = f"""#!/bin/sh
[ "$1 $2" = "-m venv" ] || exec "{sys.executable}" "$@"
shift 2
"{sys.executable}" -m venv --without-pip "$@"
for packages in .venv/lib/python*/site-packages; do
  mkdir "$packages/pip" && touch "$packages/pip/__main__.py"
done
"""


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A folder with this Makefile, in which nothing is to be installed; its name has a space."""
    folder = tmp_path / "the course"
    (folder / "binder").mkdir(parents=True)
    (folder / "python").write_text(PYTHON)
    (folder / "python").chmod(0o755)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "binder" / "postBuild").write_text("#!/bin/sh\n")
    (folder / "binder" / "postBuild").chmod(0o755)
    for name in ("requirements.txt", "pyproject.toml", "binder/overrides.json"):
        (folder / name).touch()
    return folder


def make(folder: Path, **environment: str) -> str:
    command = ["make", ".venv/lab", "PYTHON=./python"]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_make_makes_the_environment_anew_wherever_its_folder_went(checkout, tmp_path):
    """And only then: what was installed into it looks for itself where it was."""
    make(checkout)
    assert "up to date" in make(checkout)

    moved = checkout.rename(tmp_path / "renamed")
    assert "pip install" in make(moved)
    activate = (moved / ".venv" / "bin" / "activate").read_text()
    assert str(moved) in activate
    assert str(checkout) not in activate
    assert "up to date" in make(moved)

    copied = tmp_path / "copied"
    shutil.copytree(moved, copied, symlinks=True)
    assert "pip install" in make(copied)
    assert str(copied) in (copied / ".venv" / "bin" / "activate").read_text()
    assert "up to date" in make(moved), "the one that it was copied from is as it was"


def test_make_makes_the_environment_anew_when_its_python_is_gone(checkout):
    """Upgraded by the system's package manager, say: the link in .venv/bin leads nowhere."""
    make(checkout)
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")

    assert "pip install" in make(checkout)
    assert "up to date" in make(checkout)


def test_an_environment_under_another_name_is_as_good(checkout, tmp_path):
    """A link to it, or to its folder, moves nothing."""
    make(checkout)
    (tmp_path / "link").symlink_to(checkout)
    assert "up to date" in make(tmp_path / "link", PWD=str(tmp_path / "link"))

    other = tmp_path / "other"
    shutil.copytree(checkout, other, ignore=shutil.ignore_patterns(".venv"))
    (other / ".venv").symlink_to(checkout / ".venv")
    assert "venv" not in make(other).replace(".venv", "")


@pytest.fixture
def installed(tmp_path) -> Path:
    """A copy of the course with an environment that has it in editable mode, as pip leaves it there."""
    folder = tmp_path / "course"
    shutil.copytree(ROOT / "chatlib", folder / "chatlib", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "venv", "--without-pip", "--prompt", "of the course", folder / ".venv"]
    subprocess.run(command, check=True, timeout=SECONDS)
    (packages,) = (folder / ".venv").glob("lib/python*/site-packages")
    own = packages / "chatlib-0.1.0.dist-info"
    own.mkdir()
    (own / "METADATA").write_text(importlib.metadata.distribution("chatlib").read_text("METADATA"))
    (packages / "_editable_impl_chatlib.pth").write_text(f"{folder}\n")
    return folder


def doctor(folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [folder / ".venv" / "bin" / "python", "-m", "chatlib", "doctor"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
    return done.stdout


def test_the_doctor_says_that_the_folder_was_moved(installed, tmp_path):
    """In the folder itself chatlib is found all the same, in a notebook's it is not."""
    assert "green  Packages      chatlib 0.1.0" in doctor(installed)
    moved = installed.rename(tmp_path / "renamed")
    told = doctor(moved)

    assert f"red    Packages      this environment was made as {installed / '.venv'}, and its folder was" in told
    assert "to mend it: in the folder of the course: make lab" in told


def test_the_doctor_says_that_kernels_use_another_copy(installed, tmp_path):
    """Last year's environment in this year's folder: here its doctor would speak of a chatlib that no notebook sees."""
    other = tmp_path / "this year"
    shutil.copytree(installed / "chatlib", other / "chatlib")
    (other / ".venv").symlink_to(installed / ".venv")
    told = doctor(other)

    assert f"amber  Packages      kernels use the chatlib in {installed}, not the one in this folder" in told
    assert "-m pip install -r requirements.txt" in told


def test_the_doctor_says_that_no_kernel_finds_what_was_installed_from_there(installed, tmp_path):
    """The environment stays where it is, only the course's folder moves: it has to be installed from there again."""
    moved = tmp_path / "renamed"
    moved.mkdir()
    (installed / "chatlib").rename(moved / "chatlib")
    (moved / ".venv").symlink_to(installed / ".venv")
    told = doctor(moved)

    assert "red    Packages      chatlib was installed from a folder that was renamed, moved or deleted" in told
    assert "-m pip install -r requirements.txt" in told
