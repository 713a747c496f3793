"""The doctor's look at what is installed: Python, packages, the kernel and its loop, the front end.

A package that is missing is a finding, not the end: so this module imports none of them.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

import chatlib
from chatlib import shadows
from chatlib.diagnostics.report import Colour, Finding
from chatlib.diagnostics.seat import Seat, python
from chatlib.words import Text, joined

OLDEST_PYTHON: Final = (3, 11)
LAB_EXTENSIONS: Final = {"@jupyter-widgets/jupyterlab-manager": "ipywidgets", "anywidget": "anywidget"}


def check_python(seat: Seat) -> Iterator[Finding]:
    """Tell whether this Python is new enough."""
    version = platform.python_version()
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Finding("Python", Colour.GREEN, Text.of_data(version))
    else:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        mend = Text(
            "install Python {oldest} or later, and with it what requirements.txt names, in an environment of its own",
            oldest=oldest,
        )
        yield Finding("Python", Colour.RED, _too_old(version, oldest), mend)


def check_packages(seat: Seat) -> Iterator[Finding]:
    """Look at each package that chatlib's metadata names: missing, or too old."""
    good = []
    for package, oldest in _needs().items():
        version = _version(package)
        if version is None:
            yield Finding("Packages", Colour.RED, Text("{package} is missing", package=package), seat.pip(package))
        elif _release(version) < _release(oldest):
            text = _too_old(f"{package} {version}", oldest)
            yield Finding("Packages", Colour.RED, text, seat.pip(f"{package}>={oldest}"))
        else:
            good.append(f"{package} {version}")
    own = _version("chatlib")
    line = f"{python()} -m pip install -r requirements.txt"
    again = Text("in the folder of the course: {line}", line=line)
    if own is None:
        text = Text("chatlib is not installed, it only lies in this folder: its packages may be missing or too old")
        yield Finding("Packages", Colour.AMBER, text, again)
    elif made_as := _former_path():
        text = Text(
            "this environment was made as {path}, and its folder was renamed, moved or copied since", path=made_as
        )
        mend = Text(
            "in the folder of the course: make lab; without make: delete .venv, and make it anew as README.md says"
        )
        yield Finding("Packages", Colour.RED, text, mend)
    elif (found := _chatlib_of_kernels()) is None:
        text = Text("chatlib was installed from a folder that was renamed, moved or deleted since: no kernel finds it")
        yield Finding("Packages", Colour.RED, text, again)
    elif found != Path(chatlib.__file__).resolve():
        text = Text("kernels use the chatlib in {folder}, not the one in this folder", folder=found.parent.parent)
        yield Finding("Packages", Colour.AMBER, text, again)
    else:
        yield Finding("Packages", Colour.GREEN, Text.of_data(", ".join([f"chatlib {own}", *good])))


def check_kernel(seat: Seat) -> Iterator[Finding]:
    """Tell whether a widget is heard while a cell runs, and whether every cell ends: that depends on ipykernel."""
    version = _version("ipykernel")
    if version is None:
        return  # the packages' affair
    named = (
        Text.of_data(f"ipykernel {version}")
        if seat.in_kernel
        else Text("a kernel of this Python would be ipykernel {version}", version=version)
    )
    if _release(version) < (7,):
        text = Text("{named}: what you type into a widget waits until the running cell has ended", named=named)
        yield Finding("Kernel", Colour.AMBER, text, seat.pip("ipykernel>=7.4"))
    elif _release(version) < (7, 4):
        text = Text(
            "{named}, which loses requests: now and then a cell stays [*] for good, until the kernel restarts",
            named=named,
        )
        yield Finding("Kernel", Colour.RED, text, seat.pip("ipykernel>=7.4"))
    else:
        text = Text(
            "{named}: what you type into a widget is heard while a cell runs, on its own thread or the cell's",
            named=named,
        )
        yield Finding("Kernel", Colour.GREEN, text)


def check_loop(seat: Seat) -> Iterator[Finding]:
    """Name the running loop, and whether nest_asyncio has changed it."""
    restart = Text("restart the kernel: a top-level await needs no nest_asyncio")
    if hasattr(asyncio, "_nest_patched"):  # the only trace that nest_asyncio.apply() leaves
        if sys.version_info >= (3, 14):
            text = Text(
                "nest_asyncio was applied: on this Python it breaks asyncio.current_task(), and so all timeouts"
            )
            yield Finding("Loop", Colour.RED, text, restart)
        else:
            text = Text("nest_asyncio was applied: loops run inside each other now, in an order that surprises")
            yield Finding("Loop", Colour.AMBER, text, restart)
    elif seat.loop.startswith("uvloop"):
        mend = Text("nothing to do for chatlib; for notebook 05, a kernel with asyncio's own loop")
        yield Finding("Loop", Colour.AMBER, Text("uvloop: nest_asyncio cannot be applied to it"), mend)
    else:
        running = seat.loop.rpartition(".")[2].lstrip("_") or Text("none runs here")
        text = Text("{running}; chatlib's sockets live on a loop of their own", running=running)
        yield Finding("Loop", Colour.GREEN, text)


def check_front_end(seat: Seat) -> Iterator[Finding]:
    """Look for the widgets' half in JupyterLab, and for the way through the Jupyter server."""
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [
        package
        for extension, package in LAB_EXTENSIONS.items()
        if not any((folder / extension).is_dir() for folder in folders)
    ]
    if missing:
        packages = joined(missing, Text(" and "))
        text = Text(
            "JupyterLab's part of {packages} is missing in this environment: no widget is drawn", packages=packages
        )
        mend = Text("{install}, and reload the page", install=seat.pip(*missing))
        yield Finding("Front end", Colour.RED, text, mend)
    elif not _proxy_is_enabled():
        text = Text(
            "widgets are drawn; jupyter-server-proxy is not enabled, so that a hub's browser cannot reach the server"
        )
        mend = Text("{install}, and JupyterLab", install=seat.pip("jupyter-server-proxy"))
        yield Finding("Front end", Colour.AMBER, text, mend)
    else:
        yield Finding("Front end", Colour.GREEN, Text("widgets and jupyter-server-proxy are there"))


def _too_old(found: str, oldest: str) -> Text:
    return Text("{found} is too old: it must be {oldest} or later", found=found, oldest=oldest)


def _needs() -> dict[str, str]:
    """Return the oldest version of every package that chatlib's own metadata asks for.

    A version that it refuses (``!=``) is for a check that can say why.
    """
    try:
        lines = importlib.metadata.requires("chatlib") or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    return {match[1]: match[2] for line in lines if (match := re.fullmatch(r"([\w.-]+)(?:!=[^;]+,)?>=([\d.]+)", line))}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package) or None  # empty for what a broken uninstall leaves behind
    except importlib.metadata.PackageNotFoundError:
        return None


def _former_path() -> str:
    """Return the path as which this virtual environment was made, if it is another one now; else ""."""
    try:
        lines = Path(sys.prefix, "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return ""  # it is no virtual environment
    made = re.search(r"^command = .* -m venv .*?((?:/|\w:\\).+)$", lines, re.MULTILINE)
    return made[1] if made and Path(made[1]).resolve() != Path(sys.prefix).resolve() else ""


def _chatlib_of_kernels() -> Path | None:
    """Return the file of the chatlib that is found from any folder, not only from this one; None if there is none."""
    named = filter(os.path.isabs, os.environ.get("PYTHONPATH", "").split(os.pathsep))  # maybe this folder: kernels too
    with shadows.SetAside():
        spec = PathFinder.find_spec("chatlib", [*named, *sys.path])
    return Path(spec.origin).resolve() if spec and spec.origin else None


def _release(version: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


def _proxy_is_enabled() -> bool:
    """Tell whether the configuration of this environment's Jupyter server enables jupyter-server-proxy."""
    from jupyter_core.paths import jupyter_config_path

    enabled = False
    for folder in map(Path, reversed(jupyter_config_path())):
        for path in (*sorted(folder.glob("jupyter_server_config.d/*.json")), folder / "jupyter_server_config.json"):
            with suppress(OSError, ValueError, AttributeError):
                extensions = json.loads(path.read_text(encoding="utf-8")).get("ServerApp", {})
                enabled = extensions.get("jpserver_extensions", {}).get("jupyter_server_proxy", enabled)
    return enabled
