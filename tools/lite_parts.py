"""What the course in a browser tab is made of: pinned in ``lite/parts.json``, fetched from package registries alone.

``python -m tools.lite_parts`` fetches every part into ``build/lite-parts``, by its digest: the tools that build the
site, in an environment of their own, since JupyterLab would load their extensions; wheels for the browser's Python;
and Pyodide, which is that Python. ``--renew`` (`make lite-lock`) writes down the newest of each before.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parent.parent
PINS: Final = ROOT / "lite" / "parts.json"
PLACE: Final = ROOT / "build" / "lite-parts"

# What is asked for by name; the rest follows from it.
TOOLS: Final = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "hatchling")
KERNEL: Final = ("comm", "ipython", "jedi<0.20", "micropip")  # jedi 0.20 weighs 3.4 MB more: stubs of Django
NOT_THERE: Final = {"ipykernel", "widgetsnbextension"}  # the kernel brings a stand-in; it is of Notebook 6
CORE: Final = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


class PartsError(Exception):
    """A part cannot be had, or is not what was pinned."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A wheel: which version, and the digest of its file."""

    name: str
    version: str
    sha256: str

    @property
    def requirement(self) -> str:
        """Return the line with which pip takes this file and no other."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n"


@dataclass(frozen=True, slots=True)
class Parts:
    """All pins: Pyodide's version, its package's digest and its Python; the tools; the wheels."""

    pyodide: str
    integrity: str
    python: str
    tools: tuple[Pin, ...]
    wheels: tuple[Pin, ...]

    @classmethod
    def pinned(cls) -> Parts:
        """Read what is pinned."""
        read: dict[str, Any] = json.loads(PINS.read_text(encoding="utf-8"))
        return cls(**read | {name: tuple(Pin(**each) for each in read[name]) for name in ("tools", "wheels")})

    def write(self) -> None:
        """Write down what is pinned."""
        PINS.write_text(f"{json.dumps(asdict(self), indent=1)}\n", encoding="utf-8")


def metadata(wheel: Path) -> Message:
    """Return what a wheel says of itself."""
    with zipfile.ZipFile(wheel) as file:
        name = next(name for name in file.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        return Parser().parsestr(file.read(name).decode())


def named(wheel: Path) -> str:
    """Return the name of a wheel's package, spelled as pip compares it."""
    return str(canonicalize_name(str(metadata(wheel)["Name"])))


def needs(wheel: Path, python: str) -> list[str]:
    """Return the names of the packages that a wheel needs in a browser that has this Python, e.g. ``3.14``."""
    there = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix", "extra": ""}
    there |= {"python_version": python, "python_full_version": f"{python}.0"}
    asked = [Requirement(line) for line in metadata(wheel).get_all("Requires-Dist", [])]
    names = [canonicalize_name(it.name) for it in asked if not it.marker or it.marker.evaluate(there)]
    return [name for name in names if name not in NOT_THERE]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(parts: Parts, place: Path) -> None:
    """Put every part into a folder, which is made anew.

    Raises:
        PartsError: a registry does not have it, or has something else under its name.
    """
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    venv.create(place / "tools")
    lines = place / "pins.txt"
    lines.write_text("".join(pin.requirement for pin in parts.tools))
    exactly = ["--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(lines)]
    _call([*pip(place / "tools"), "install", *exactly])
    lines.write_text("".join(pin.requirement for pin in parts.wheels))
    _call([*pip(), "download", *exactly, *_in_browser(parts.python), "--dest", str(place / "wheels")])
    package = _package(f"pyodide@{parts.pyodide}", place)
    if (found := _integrity(package)) != parts.integrity:
        raise PartsError(f"pyodide {parts.pyodide} should have the digest {parts.integrity}, and has {found}")
    _unpack_core(package, place / "pyodide")


def renew() -> Parts:
    """Return the newest of everything: the kernel says which Pyodide it is made for, Pyodide which Python.

    Raises:
        PartsError: a registry does not have it.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _call([*pip(), "download", "--only-binary=:all:", "--dest", str(place / "new"), *TOOLS])
        tools = sorted((place / "new").glob("*.whl"))
        wanted = _pyodide_of(next(path for path in tools if path.name.startswith("jupyterlite_pyodide_kernel-")))
        package = _package(f"pyodide@~{wanted}", place)
        _unpack_core(package, place / "pyodide")
        information = json.loads((place / "pyodide" / "pyodide-lock.json").read_text())["info"]
        version = information["python"].rpartition(".")[0]
        asked = [*KERNEL, *_of_the_course()]
        command = [*pip(), "download", "--only-binary=:all:", *_in_browser(version)]
        _call([*command, "--dest", str(place / "wheels"), *asked])
        wheels = {named(path): path for path in (place / "wheels").glob("*.whl")}
        kept = _closure([canonicalize_name(Requirement(line).name) for line in asked], wheels, version)
        return Parts(
            pyodide=package.name.removeprefix("pyodide-").removesuffix(".tgz"),
            integrity=_integrity(package),
            python=version,
            tools=tuple(map(_pin, tools)),
            wheels=tuple(_pin(wheels[name]) for name in sorted(kept)),
        )


def _of_the_course() -> list[str]:
    """Return what chatlib itself asks of everybody, as far as it is to be fetched for a browser."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line for line in project["dependencies"] if Requirement(line).name not in NOT_THERE]


def _closure(asked: Iterable[str], wheels: dict[str, Path], python: str) -> set[str]:
    """Return the names of all that is needed for what is asked for."""
    kept: set[str] = set()
    waiting = list(asked)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += needs(wheels[name], python)
    return kept


def _pin(wheel: Path) -> Pin:
    return Pin(named(wheel), str(metadata(wheel)["Version"]), digest(wheel))


def _pyodide_of(kernel: Path) -> str:
    with zipfile.ZipFile(kernel) as file:
        text = file.read("jupyterlite_pyodide_kernel/constants.py").decode()
    found = re.search(r'^PYODIDE_VERSION = "([\d.]+)"$', text, re.MULTILINE)
    if found is None:
        raise PartsError(f"{kernel.name} does not say for which Pyodide it is made, as a constant PYODIDE_VERSION")
    return found[1]


def _package(name: str, place: Path) -> Path:
    """Fetch a package of npm's; return its file."""
    said = _call(["npm", "pack", "--silent", "--pack-destination", str(place), name])
    return place / said.split()[-1]


def _integrity(package: Path) -> str:
    """Return a file's digest as npm writes it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()}"


def _unpack_core(package: Path, folder: Path) -> None:
    folder.mkdir()
    with tarfile.open(package) as archive:
        for name in CORE:
            file = archive.extractfile(f"package/{name}")
            assert file is not None, "it is no folder"
            (folder / name).write_bytes(file.read())


def python(environment: Path) -> Path:
    """Return the Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def pip(environment: Path | None = None) -> list[str]:
    """Return the command that runs our own pip, for a virtual environment that has none."""
    return [sys.executable, "-m", "pip", *(("--python", str(python(environment))) if environment else ())]


def _in_browser(python: str) -> list[str]:
    """Return what tells pip for whom it downloads: any machine, this Python, no compiled code."""
    return ["--python-version", python, "--implementation", "py", "--abi", "none", "--platform", "any"]


def _call(command: list[str]) -> str:
    """Run a program; return what it printed."""
    ours: dict[str, Any] = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}
    ours.pop("PIP_CONSTRAINT", None)  # it is for the other Python, the learner's
    done = subprocess.run(command, env=ours, capture_output=True, text=True)
    if done.returncode:
        raise PartsError(f"this failed: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Fetch what is pinned, or pin the newest; exit with 1 and the reason if that cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m tools.lite_parts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--renew", action="store_true", help="pin the newest of each, and write that down")
    options = parser.parse_args()
    try:
        if options.renew:
            renew().write()
        fetch(Parts.pinned(), PLACE)
    except PartsError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
