"""JupyterLite's kernel, in the two things in which it differs from every other one.

An error on purpose ends a "Run All" there. A cell tagged ``raises-exception`` asks that the cells behind it run all the
same: ``stop_on_error`` is false. JupyterLite gives up whatever waits as soon as a reply says "error". So to such a
request the reply says "ok", and what went wrong is shown on stderr.

And no kernel there can fill a cell. So ``%load`` shows what is to be put into it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from chatlib import kernel


def begin() -> None:
    """Have this kernel do both."""
    go_on_after_errors_on_purpose()
    show_what_is_loaded()


def go_on_after_errors_on_purpose() -> None:
    """Have "Run All" go on behind a cell that raises on purpose; once is enough."""
    lite = kernel.shell().kernel
    if isinstance(lite.run, _GoesOn):
        return
    lite.run = _GoesOn(lite.run)


def show_what_is_loaded() -> None:
    """Have ``%load file`` show the file, where it would have replaced the cell."""
    kernel.shell().register_magic_function(_load, magic_name="load")


def _load(line: str) -> None:
    """Show what is in a file."""
    text = Path(line.strip().strip("\"'")).read_text(encoding="utf-8")
    print(f"# In a browser tab no kernel can fill a cell: copy this into one.\n\n{text}")  # noqa: T201


class _GoesOn:
    """A kernel's ``run``, which takes a request that asks to go on at its word."""

    def __init__(self, run: Any) -> None:
        self._run = run

    async def __call__(self, code: str) -> dict[str, Any]:
        result: dict[str, Any] = await self._run(code)
        is_on_purpose = kernel.request().get("content", {}).get("stop_on_error") is False
        if result["status"] == "error" and is_on_purpose:
            print("\n".join(result["traceback"]), file=sys.stderr)  # noqa: T201
            return {"status": "ok", "payload": result["payload"]}
        return result
