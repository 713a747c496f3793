"""Run the fast tests on every Python that chatlib supports and this machine has (`make test-pythons`).

Each gets a virtual environment of its own under build/pythons. ``python -m tools.pythons 3.12 3.13`` runs on these
only; what is not found is said, and is no failure as long as one was found.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.programs import answer
from tools.steady import FAST

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "pythons"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
INSTALLS = ("pyproject.toml", "requirements.txt")

# A name on PATH may be a shim that leads nowhere, and some distributions sell the venv module separately.
ASK = "import ensurepip, sys, venv; print(f'{sys.version_info.major}.{sys.version_info.minor}')"


def candidates(version: str) -> Iterator[list[str]]:
    """Yield commands that may start this Python: the one that runs this, what is on PATH, what managers keep aside."""
    yield [sys.executable]
    yield [f"python{version}"]
    yield ["py", f"-{version}"]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for found in sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True):
        yield [str(found)]
    uv = answer("uv", "python", "find", "--no-python-downloads", version)
    if uv:
        yield [uv]


def find(version: str) -> list[str] | None:
    """Return a command that really starts this Python, and can make environments."""
    return next((command for command in candidates(version) if answer(*command, "-c", ASK) == version), None)


def environment(version: str, command: list[str]) -> Path:
    """Make the environment, unless nothing that is installed there changed since; return its Python."""
    place = PLACE / version
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    made = place / "made"
    needs = [ROOT / name for name in INSTALLS]
    if not made.exists() or made.stat().st_mtime < max(path.stat().st_mtime for path in needs):
        subprocess.run([*command, "-m", "venv", "--clear", str(place)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", "requirements.txt"], cwd=ROOT, check=True)
        subprocess.run([*pip, "-e", ".[dev]"], cwd=ROOT, check=True)
        made.touch()
    return python


def test(version: str, arguments: list[str]) -> str:
    """Run the tests on one Python; return what is to be said of it: "passed", "failed" or "not found"."""
    command = find(version)
    if command is None:
        return "not found"
    print(f"--- Python {version}: {' '.join(command)}", flush=True)
    try:
        python = environment(version, command)
        subprocess.run([str(python), "-m", "pytest", *FAST, *arguments], cwd=ROOT, check=True)
    except subprocess.CalledProcessError:
        return "failed"
    return "passed"


def main(arguments: list[str] | None = None) -> None:
    """Test what is asked for; end with status 1 if a Python failed, or none was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("versions", nargs="*", metavar="VERSION", help=f"one of {', '.join(VERSIONS)}; all, if none")
    parser.add_argument("--pytest", default="", help="what pytest is told besides")
    options = parser.parse_args(arguments)
    results = {version: test(version, options.pytest.split()) for version in options.versions or VERSIONS}
    for version, result in results.items():
        print(f"Python {version}: {result}")
    sys.exit("failed" in results.values() or "passed" not in results.values())


if __name__ == "__main__":
    main()
