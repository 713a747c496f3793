"""What chatlib says to people, read from its sources: what the catalogue has to know, and what is said without it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

MARKS: Final = {"Text", "NotYet"}
"""What is called with a template, and its values by name."""

SINKS: Final = {"Finding": 2, "Field": 4, "Line": 1, "Ending": 0, "Verdict": 1}
"""What people are spoken to with, and the place of the first argument that speaks."""

QUIZZES: Final = "exercises/quizzes"
PREDICTIONS: Final = "exercises/predictions.py"


@dataclass(frozen=True, slots=True)
class Said:
    """A template, and the names that its values have; ``line`` is where it stands."""

    template: str
    values: frozenset[str]
    line: int


def placeholders(template: str) -> set[str]:
    """Return what stands in a template's braces, with conversion and format: in both languages the same names."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@cache
def heard(path: Path) -> tuple[list[Said], list[str]]:
    """Return what a module says, and where it speaks with what is no text: its tree takes long to make."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return list(said_in(tree)), unmarked(tree)


def said_in(tree: ast.AST) -> Iterator[Said]:
    """Yield each marked text of a module."""
    for call in _calls(tree):
        if _name(call) in MARKS and call.args and (template := _literal(call.args[0])) is not None:
            yield Said(template, frozenset(each.arg for each in call.keywords if each.arg), call.lineno)


def said_as_data(path: Path) -> Iterator[Said]:
    """Yield each string of a module that is nothing but words: a quiz, or the predictions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (table,) = (each for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign) and _is_table(each.value))
    names = {id(key) for key in table.value.keys} if isinstance(table.value, ast.Dict) else set()
    for node in ast.walk(table.value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in names:
            yield Said(node.value, frozenset(), node.lineno)


def unmarked(tree: ast.AST) -> list[str]:
    """Return where a module speaks to people with what is no text, or marks what is no literal."""
    found = []
    for call in _calls(tree):
        name = _name(call)
        if name in MARKS:
            if len(call.args) != 1 or _literal(call.args[0]) is None:
                found.append(f"line {call.lineno}: {name}() takes a literal template, and its values by name")
            found += [
                f"line {value.lineno}: words in a value are a Text, not {ast.unparse(value)}"
                for keyword in call.keywords
                for value in _alternatives(keyword.value)
                if _has_words(value)
            ]
        elif name in SINKS:
            arguments = [*call.args[SINKS[name] :], *(keyword.value for keyword in call.keywords)]
            found += [
                f"line {each.lineno}: {name}() speaks to people, and {ast.unparse(each)} is no Text"
                for argument in arguments
                for each in _alternatives(argument)
                if _has_words(each)
            ]
    found += [
        f"line {each.lineno}: a check's praise is a Text, not {ast.unparse(each)}"
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef) and _is_check(function)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Return) and statement.value is not None
        for each in _alternatives(statement.value)
        if _has_words(each)
    ]
    return found


def _calls(tree: ast.AST) -> Iterable[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """Yield each of those of which one is taken: ``a if x else b``, ``a or b``."""
    match node:
        case ast.IfExp():
            yield from _alternatives(node.body)
            yield from _alternatives(node.orelse)
        case ast.BoolOp():
            for value in node.values:
                yield from _alternatives(value)
        case _:
            yield node


def _has_words(node: ast.expr) -> bool:
    """Tell whether it is a literal, an f-string or a sum with letters of its own."""
    match node:
        case ast.Constant(value=str(text)):
            return any(map(str.isalpha, text))
        case ast.JoinedStr(values):
            return any(isinstance(part, ast.Constant) and _has_words(part) for part in values)
        case ast.BinOp():
            return _has_words(node.left) or _has_words(node.right)
    return False


def _is_check(function: ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id.endswith("exercise") for each in function.decorator_list)


def _is_table(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Tuple | ast.Dict)
