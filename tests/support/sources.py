"""What a source says, read from its syntax tree once: many rules ask the same files, and a tree takes long to make."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.support.places import ROOT

MOST: Final = {"module": 600, "class": 300, "function": 60}
"""What can be read in one go, in lines."""


@dataclass(frozen=True, slots=True)
class Part:
    """A module, a class or a function, and how many lines it has, its docstring included."""

    kind: str
    name: str
    lines: int


def too_long(parts: Iterable[Part]) -> list[str]:
    """Say what is longer than it may be."""
    return [
        f"the {part.kind} {part.name} has {part.lines} lines, {MOST[part.kind]} at the most"
        for part in parts
        if part.lines > MOST[part.kind]
    ]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask for. The tree itself is a hundred times as large, and is not kept.

    ``imports`` are the full names of everything that is imported, wherever the import stands; ``imports_first`` those
    at the top level; ``defines`` has the names that are made there; ``attributes`` every dotted name that is used, such
    as ``websockets.frames.Frame``.
    """

    imports: frozenset[str]
    imports_first: frozenset[str]
    defines: frozenset[str]
    attributes: frozenset[str]
    parts: tuple[Part, ...]

    @property
    def has_tests(self) -> bool:
        """Whether pytest would find a test in it."""
        return any(part.name.startswith("test_") and part.kind == "function" for part in self.parts)


def module_name(path: Path) -> str:
    """Return the dotted name of a file of this repository."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def facts(source: str | Path, module: str = "") -> Facts:
    """Read a source, or a file; ``module`` is its own name, for relative imports, which a file has already."""
    if isinstance(source, Path):
        text, module = source.read_text(encoding="utf-8"), module_name(source)
    else:
        text = source
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    return Facts(
        imports=frozenset(_imported(nodes, module)),
        imports_first=frozenset(_imported(tree.body, module)),
        defines=frozenset(_defined(tree.body)),
        attributes=frozenset(_dotted(node) for node in nodes if isinstance(node, ast.Attribute)),
        parts=(Part("module", module, len(text.splitlines())), *_parts(nodes)),
    )


def _parts(nodes: list[ast.AST]) -> Iterator[Part]:
    for node in nodes:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield Part(kind, node.name, (node.end_lineno or 0) - node.lineno + 1)


def _imported(nodes: list[ast.AST] | list[ast.stmt], module: str) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(module.split(".")[: -node.level]) if node.level else ""
            origin = ".".join(filter(None, [start, node.module]))
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _defined(nodes: list[ast.stmt]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


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
