"""What cells of the course are in a browser tab, where they cannot be what they are elsewhere.

``lite/cells/05/to-a-thread.py`` takes the place of the code of the cell ``to-a-thread`` of notebook 05; a file ``.md``
is put below the text of a cell, or, where its first line is ``after: some words``, below the paragraph that has these
words. So the course is the same for everybody else, and a tab says where it differs, and why.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tools.notebooks import ROOT

CELLS: Final = ROOT / "lite" / "cells"
AFTER: Final = "after: "
RAISES: Final = "raises-exception"
ONLY_READ: Final = {"10"}  # notebooks that say in their title why no cell of theirs can run there


def differing(name: str) -> dict[str, Path]:
    """Return the files for a notebook, such as ``05_run_asyncio_in_a_notebook.ipynb``, by the ids of their cells."""
    return {path.stem: path for path in sorted((CELLS / name.partition("_")[0]).glob("*.*"))}


def in_a_tab(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a notebook as it is in a browser tab."""
    files = differing(name)
    cells = [_differing(cell, files.get(cell["id"])) for cell in notebook["cells"]]
    if name.partition("_")[0] in ONLY_READ:
        cells = [_shown(cell) for cell in cells]
    return notebook | {"cells": cells}


def _shown(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell of code as a text that has it."""
    if cell["cell_type"] != "code":
        return cell
    text = f"```python\n{''.join(cell['source'])}\n```"
    return {"id": cell["id"], "cell_type": "markdown", "source": text.splitlines(keepends=True), "metadata": {}}


def _differing(cell: dict[str, Any], file: Path | None) -> dict[str, Any]:
    if file is None:
        return cell
    text = file.read_text(encoding="utf-8").strip()
    if cell["cell_type"] == "markdown":
        text = _with_note("".join(cell["source"]), text, file)
    tags = [tag for tag in cell["metadata"].get("tags", []) if tag != RAISES]  # what is put there raises nothing
    return cell | {"source": text.splitlines(keepends=True), "metadata": cell["metadata"] | {"tags": tags}}


def _with_note(text: str, note: str, file: Path) -> str:
    """Return a cell's text with a note in its place.

    Raises:
        ValueError: there is no such place.
    """
    first, _, rest = note.partition("\n")
    if not first.startswith(AFTER):
        return f"{text}\n\n{note}"
    words = first.removeprefix(AFTER)
    paragraphs = text.split("\n\n")
    places = [number for number, paragraph in enumerate(paragraphs, 1) if words in paragraph]
    if len(places) != 1:
        raise ValueError(f"{file}: its note is for the paragraph with {words!r}, and of those there are {len(places)}")
    return "\n\n".join([*paragraphs[: places[0]], rest.strip(), *paragraphs[places[0] :]])
