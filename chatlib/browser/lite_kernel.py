"""JupyterLite's kernel, where it differs from every other one: there, an error on purpose ends a "Run All".

A cell tagged ``raises-exception`` asks that the cells behind it run all the same: ``stop_on_error`` is false.
JupyterLite gives up whatever waits as soon as a reply says "error". So to such a request the reply says "ok", and what
went wrong is shown on stderr.
"""

from __future__ import annotations

import sys
from typing import Any

from chatlib import kernel


def go_on_after_errors_on_purpose() -> None:
    """Have "Run All" go on behind a cell that raises on purpose; once is enough."""
    lite = kernel.shell().kernel
    if isinstance(lite.run, _GoesOn):
        return
    lite.run = _GoesOn(lite.run)


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
