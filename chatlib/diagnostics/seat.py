"""Where the doctor is asked: in a notebook or in a terminal, and so what is typed there to mend something."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from chatlib.diagnostics.report import Finding
from chatlib.machine import ports
from chatlib.words import Text


@dataclass(frozen=True, slots=True)
class Seat:
    """What the checks have to know of who asks; ``loop`` names the class of the running loop, "" for none."""

    in_kernel: bool
    loop: str
    port: int
    port_error: str

    @classmethod
    def here(cls) -> Self:
        """Look where this is called: the check-up's own threads have neither a loop nor a shell."""
        shell = sys.modules["IPython"].get_ipython() if sys.modules.get("IPython") else None
        try:
            running = type(asyncio.get_running_loop())
            loop = f"{running.__module__}.{running.__qualname__}"
        except RuntimeError:
            loop = ""
        try:
            port, port_error = ports.default_port(), ""
        except ValueError as error:
            port, port_error = ports.DEFAULT_PORT, error.args[0]
        return cls(getattr(shell, "kernel", None) is not None, loop, port, port_error)

    def pip(self, *packages: str) -> Text:
        """Return the line that installs packages here."""
        quoted = " ".join(f'"{package}"' if ">" in package else package for package in packages)
        if self.in_kernel:
            return Text("%pip install --upgrade {packages}, then restart the kernel", packages=quoted)
        return Text.of_data(f"{python()} -m pip install --upgrade {quoted}")

    def setting(self, name: str, value: str) -> Text:
        """Return the line that sets an environment variable here."""
        if self.in_kernel:
            return Text.of_data("%env {name}={value}", name=name, value=value)
        if os.name == "nt":
            return Text.of_data("set {name}={value}", name=name, value=value)
        return Text.of_data("export {name}={value}", name=name, value=value)

    def reset(self) -> Text:
        """Return the line that ends what is left over, and removes its journals."""
        return Text.of_data(f"{'%run' if self.in_kernel else python()} -m chatlib doctor --reset")


def python() -> str:
    """Return what a terminal in this folder calls this very Python: its name, where that leads to no other one."""
    this = Path(sys.executable)
    if shutil.which(this.name) == str(this):
        return this.name
    path = this.relative_to(Path.cwd()) if this.is_relative_to(Path.cwd()) else this
    return f'"{path}"' if " " in str(path) else str(path)


Check = Callable[[Seat], Iterable[Finding]]
"""What a check is: it looks at one topic, and says what it found."""
