"""What the tests of the instruments share: notebooks with a few cells, values from the kernel, and axe-core."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from tests.support.lab import ROOT

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
AXE = ROOT / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js"


def writer(lab: Any, imports: str) -> Callable[..., str]:
    """Return how to put a notebook with these cells, behind the imports, into the Lab."""

    def write(*sources: str) -> str:
        cells = [new_code_cell(source) for source in (imports, *sources)]
        path = f"instruments {secrets.token_hex(4)}.ipynb"
        nbformat.write(new_notebook(metadata={"kernelspec": KERNELSPEC}, cells=cells), lab.root / path)
        return path

    return write


async def value(notebook: Any, expression: str) -> Any:
    """Return what an expression is in the kernel."""
    (output,) = await notebook.run(f"import json; print(json.dumps({expression}))")
    return json.loads(output["text"])


async def serious(page: Any, selector: str = ".chatlib") -> list[tuple[str, list[str]]]:
    """Return what axe-core finds serious or critical."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = (await page.evaluate("async selector => (await axe.run(selector)).violations", selector)) or []
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
