"""Which variables a cell's code goes on with, and which it makes anew.

Pure: code in, names out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

# What stands within these does not run where it stands.
_LATER: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def names_gone_on_with(code: str) -> set[str]:
    """Return the names whose value the code uses before it gives them a new one; none where it cannot be read.

    In ``people.append(Ada)`` that is ``people``, in ``people = [Ada]`` it is not; nor in ``people["Ada"] = Ada``, which
    puts somebody in the place of another.
    """
    if code.startswith("%%"):  # %%time, say: the cell is what follows
        code = code.partition("\n")[2]
    lines = ("pass" if line.startswith(("%", "!")) else line for line in code.splitlines())  # the rest is Python
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return set()
    for node in _walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            node.target.ctx = ast.Load()  # x += y uses x first
    given = _given(tree)
    events = sorted(
        (given.get(node, (node.lineno, node.col_offset)), node.id, node not in given and _is_used(node))
        for node in _walk(tree)
        if isinstance(node, ast.Name)
    )
    first: dict[str, bool] = {}
    for _, name, is_used in events:
        first.setdefault(name, is_used)
    return {name for name, is_used in first.items() if is_used}


def _given(tree: ast.Module) -> dict[ast.expr, tuple[int, int]]:
    """Return the names that are assigned, themselves or a part of what they stand for, and where the value is there."""
    given: dict[ast.expr, tuple[int, int]] = {}
    for node in _walk(tree):
        match node:
            case ast.Assign(targets=targets):
                pass
            case ast.AnnAssign(target=target, value=ast.expr()) | ast.NamedExpr(target=target):
                targets = [target]
            case _:
                continue
        end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        given |= {_root(part): end for each in targets for part in _walk(each) if _is_stored(part)}
    return given


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, _LATER):
        for child in ast.iter_child_nodes(node):
            yield from _walk(child)


def _is_used(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def _is_stored(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _root(node: ast.AST) -> ast.expr:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    assert isinstance(node, ast.expr)
    return node
