"""The notebooks of the course, each read once: many rules ask the same ones, and nobody here writes into them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from tools.notebooks import read as read_anew


@cache
def read(path: Path) -> NotebookNode:
    """Read a notebook of the course; to check one against its schema takes long."""
    return read_anew(path)
