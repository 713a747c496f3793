"""Which modules a kernel of the course imports: nobody keeps a list, a kernel is asked.

``python -m chatlib.diagnostics.imports`` starts one, which talks to nobody, imports all of chatlib, and tells what that
brought in, what chatlib imports only once it is needed, and what its metadata asks for, as a lesson may need it.
"""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 20
ELSEWHERE: Final = "chatlib.browser."  # what kernels in a browser's tab import, and no other


def imported_by_the_course() -> frozenset[str]:
    """Return the names of the modules, without what is inside a package; takes a second or two.

    Raises:
        subprocess.SubprocessError: no kernel starts here.
    """
    command = [sys.executable, "-P", "-m", "chatlib.diagnostics.imports"]
    # A kernel ends when it is no child of the Jupyter server that JPY_PARENT_PID names.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JPY_")}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
    )
    return frozenset(done.stdout.split())


def _tell() -> None:
    from ipykernel.kernelapp import IPKernelApp

    import chatlib

    told = os.dup(1)
    os.dup2(2, 1)  # the kernel has words of its own for stdout
    with tempfile.TemporaryDirectory() as folder:
        kernel = IPKernelApp.instance()
        kernel.initialize(["-f", str(Path(folder, "kernel.json")), "--HistoryManager.hist_file=:memory:"])
        for module in pkgutil.walk_packages(chatlib.__path__, "chatlib."):
            if module.name.startswith(ELSEWHERE):
                continue
            with suppress(ImportError):  # a package that is missing is another finding
                importlib.import_module(module.name)
        names = {*sys.modules, *_imported_later(Path(chatlib.__file__).parent), *_asked_for()}
        os.write(told, " ".join({name.partition(".")[0] for name in names}).encode())
        kernel.close()


def _imported_later(package: Path) -> Iterator[str]:
    """Yield what stands in an import of the package's code, at whatever place."""
    for path in package.rglob("*.py"):
        if path.parent == package / "browser":
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            match node:
                case ast.Import(names):
                    yield from (alias.name for alias in names)
                case ast.ImportFrom(str(name)):
                    yield name


def _asked_for() -> Iterator[str]:
    """Yield the packages that chatlib's metadata asks of everybody."""
    with suppress(importlib.metadata.PackageNotFoundError):
        for line in importlib.metadata.requires("chatlib") or []:
            if "extra ==" not in line:
                yield re.split(r"[^\w-]", line)[0].replace("-", "_")


if __name__ == "__main__":
    _tell()
