"""Which modules a kernel of the course imports: nobody keeps a list, a kernel is asked.

``python -m chatlib.diagnostics.imports`` starts one, which talks to nobody, imports all of chatlib, and tells.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 20


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
            with suppress(ImportError):  # a package that is missing is another finding
                importlib.import_module(module.name)
        os.write(told, " ".join({name.partition(".")[0] for name in sys.modules}).encode())
        kernel.close()


if __name__ == "__main__":
    _tell()
