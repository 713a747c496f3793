"""Tests are where one looks for them: a folder is its marker, and what helps them stands in tests/support."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

from tests.support.places import ROOT

TESTS = ROOT / "tests"
SOURCES = sorted(path for path in TESTS.rglob("*.py") if "node_modules" not in path.parts)
HELPERS = [path for path in SOURCES if path.is_relative_to(TESTS / "support")]
OTHERS = [path for path in SOURCES if path not in HELPERS]
OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
MARKERS = {line.partition(":")[0] for line in OPTIONS["markers"]}


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")


def test_support_has_helpers_and_no_tests():
    """There, nothing would ever be collected."""
    assert [path.name for path in HELPERS if any(map(is_test, nodes(path)))] == []


def test_everything_else_is_a_file_of_tests():
    """A helper is where others find it, too."""
    files = [path for path in OTHERS if path.name != "conftest.py"]

    assert [path for path in files if not (path.name.startswith("test_") and any(map(is_test, nodes(path))))] == []


def test_tests_never_import_each_other():
    """A file of tests can be read, moved and run by itself."""
    for path in SOURCES:
        imported = {node.module or "" for node in nodes(path) if isinstance(node, ast.ImportFrom)}
        assert {it for it in imported if it.startswith("tests.") and not it.startswith("tests.support")} == set(), path


def test_a_folder_is_its_marker():
    """No test bears a folder's mark by itself; and what `make test-fast` leaves out can be looked at."""
    for path in SOURCES:
        marks = {ast.unparse(node) for node in nodes(path) if isinstance(node, ast.Attribute)}
        assert marks.isdisjoint({f"pytest.mark.{marker}" for marker in MARKERS}), path
    assert {marker for marker in MARKERS if not (TESTS / marker).is_dir()} == set()
