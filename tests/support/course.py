"""The notebooks of the course, each read once: many rules ask the same ones, and nobody here writes into them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from tools import course_map, notebooks
from tools.notebooks import read as read_anew


@cache
def read(path: Path) -> NotebookNode:
    """Read a notebook of the course; to check one against its schema takes long."""
    return read_anew(path)


def says(number: str, words: str) -> bool:
    """Tell whether the text of the notebook with this number has these words, wherever its lines end."""
    (path,) = [path for path in notebooks.find() if course_map.number(path) == number]
    return any(words in " ".join(cell.source.split()) for cell in read(path).cells if cell.cell_type == "markdown")
