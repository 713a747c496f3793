"""A cell of a notebook, run in the test's own process."""

from __future__ import annotations

import ast
import builtins
import inspect
import types
from typing import Any


async def run_cell(source: str, memory: dict[str, Any]) -> Any:
    """Run a cell as a notebook does that has these names; return the value of its last line."""
    memory.setdefault("__builtins__", builtins)
    tree = ast.parse(source)
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        tree.body[-1] = ast.parse(f"_ = {ast.unparse(tree.body[-1])}").body[0]
    code = compile(tree, "a cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = types.FunctionType(code, memory)()
    if inspect.isawaitable(result):
        await result
    return memory.get("_")
