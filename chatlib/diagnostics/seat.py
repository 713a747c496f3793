"""Where the doctor is asked: in a notebook or in a terminal, and so what is typed there to mend something."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from chatlib.machine import ports


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
            port, port_error = ports.DEFAULT_PORT, str(error)
        return cls(getattr(shell, "kernel", None) is not None, loop, port, port_error)

    def pip(self, *packages: str) -> str:
        """Return the line that installs packages here."""
        quoted = " ".join(f'"{package}"' if ">" in package else package for package in packages)
        if self.in_kernel:
            return f"%pip install --upgrade {quoted}, then restart the kernel"
        return f"{Path(sys.executable).name} -m pip install --upgrade {quoted}"

    def setting(self, name: str, value: str) -> str:
        """Return the line that sets an environment variable here."""
        if self.in_kernel:
            return f"%env {name}={value}"
        return f"set {name}={value}" if os.name == "nt" else f"export {name}={value}"

    def reset(self) -> str:
        """Return the line that ends what is left over, and removes its journals."""
        return "%run -m chatlib doctor --reset" if self.in_kernel else "python -m chatlib doctor --reset"
