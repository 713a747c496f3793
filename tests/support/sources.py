"""What a source says, read from its syntax tree once: many rules ask the same files, and a tree takes long to make."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """A class or function: its kind, its name, and how many lines it has, its docstring included."""

    kind: type[ast.AST]
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask for. The tree itself is a hundred times as large, and is not kept.

    ``imports`` are the full names of everything that is imported, wherever the import stands; ``imports_first`` those
    at the top level; ``attributes`` every dotted name that is used, such as ``websockets.frames.Frame``.
    """

    lines: int
    imports: frozenset[str]
    imports_first: frozenset[str]
    attributes: frozenset[str]
    parts: tuple[Part, ...]

    @property
    def has_tests(self) -> bool:
        """Whether pytest would find a test in it."""
        return any(part.name.startswith("test_") and part.kind is not ast.ClassDef for part in self.parts)


@cache
def facts(source: str | Path, module: str = "") -> Facts:
    """Read a source, or a file; ``module`` is its own name, for relative imports."""
    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    return Facts(
        lines=len(text.splitlines()),
        imports=frozenset(_imported(nodes, module)),
        imports_first=frozenset(_imported(tree.body, module)),
        attributes=frozenset(_dotted(node) for node in nodes if isinstance(node, ast.Attribute)),
        parts=tuple(
            Part(type(node), node.name, (node.end_lineno or 0) - node.lineno + 1)
            for node in nodes
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        ),
    )


def _imported(nodes: list[ast.AST] | list[ast.stmt], module: str) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(module.split(".")[: -node.level]) if node.level else ""
            origin = ".".join(filter(None, [start, node.module]))
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _dotted(node: ast.AST) -> str:
    """Return ``a.b.c``; also for ``a.b().c`` and ``a.b[0].c``, whose owner is as little ours."""
    match node:
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value)}.{attr}"
        case ast.Call(func=value) | ast.Subscript(value=value) | ast.Await(value=value):
            return _dotted(value)
        case ast.Name(id=name):
            return name
    return ""
