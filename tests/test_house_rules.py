"""The rules of the house (design, section 2): who may import whom, read from the sources."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tests.lab import ROOT
from tools import notebooks

PACKAGE = ROOT / "chatlib"
SOURCES = sorted(PACKAGE.rglob("*.py"))
PURE = ["errors", "wire", "hub"]
FOREIGN = ("websockets", "ipykernel")

NEVER = [
    ("server", {"websocket", "chat_client"}),
    ("websocket", {"server"}),
    ("chat_client", {"server"}),
    ("hub", {"server"}),
]
IMPURE = {"asyncio", "time", "datetime", "random", "secrets", "uuid", "socket", "threading", "selectors", "os"}


def imports(source: str, module: str = "") -> Iterator[str]:
    """Yield the full name of everything that a source imports, wherever the import stands.

    ``module`` is the importing module's own name, for relative imports.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(module.split(".")[: -node.level]) if node.level else ""
            origin = ".".join(filter(None, [start, node.module]))
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def attributes(source: str) -> Iterator[str]:
    """Yield every dotted name that a source uses, such as ``websockets.frames.Frame``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts)


def imported_modules(name: str) -> set[str]:
    """Return the modules of chatlib that one of them imports, by their first name below ``chatlib``."""
    path = PACKAGE / f"{name}.py"
    names = imports(path.read_text(encoding="utf-8"), f"chatlib.{name}") if path.exists() else []
    return {full.split(".")[1] for full in names if full.startswith("chatlib.")}


def private(dotted: str) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in dotted.split("."))


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_the_standard_library_and_each_other_only(name):
    """The whole chat can be stepped in a test or in a cell with no socket, no clock and no chance."""
    names = set(imports((PACKAGE / f"{name}.py").read_text(encoding="utf-8"), f"chatlib.{name}"))
    tops = {full.split(".")[0] for full in names}

    assert tops <= {*sys.stdlib_module_names, "chatlib"}
    assert tops.isdisjoint(IMPURE)
    assert imported_modules(name) <= set(PURE)


@pytest.mark.parametrize(("name", "others"), NEVER)
def test_ends_of_a_connection_do_not_know_each_other(name, others):
    """The server knows no client and the client no server: they meet on the wire only."""
    assert imported_modules(name).isdisjoint(others)


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parent == PACKAGE], ids=lambda path: path.stem)
def test_nothing_imports_the_widgets(path):
    """The library works with no page; only ``chatlib/__init__`` hands them out, and only when asked."""
    if path.stem == "__init__":
        top_level = ast.parse(path.read_text(encoding="utf-8")).body
        source = "\n".join(ast.unparse(node) for node in top_level if isinstance(node, ast.Import | ast.ImportFrom))
    else:
        source = path.read_text(encoding="utf-8")

    assert [name for name in imports(source, module_name(path)) if name.startswith("chatlib.widgets")] == []


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_only_public_names_of_websockets_and_ipykernel_are_used(path):
    """A release of theirs must not break a classroom: no name with a leading underscore."""
    source = path.read_text(encoding="utf-8")
    used = [*imports(source, module_name(path)), *attributes(source)]

    assert [name for name in used if name.split(".")[0] in FOREIGN and private(name)] == []


def test_importing_chatlib_loads_no_widgets_and_no_redis():
    """`import chatlib` is quick, and works where neither is installed."""
    script = "import sys, chatlib; print(*sorted({'redis', 'ipywidgets', 'anywidget', 'IPython'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.split() == []


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda path: path.stem)
def test_notebooks_import_public_names_only(path):
    """What a lesson uses is what a learner may use: names without underscore, that their module really has."""
    for cell in notebooks.read(path).cells:
        if cell.cell_type == "code":
            source = TransformerManager().transform_cell(cell.source)  # magics become calls
            names = [*imports(source), *attributes(source)]
            ours = [name for name in names if name.split(".")[0] in {"chatlib", *FOREIGN}]
            assert [name for name in ours if private(name)] == []
            assert [name for name in ours if name.startswith("chatlib.") and not exists(name)] == []


def exists(name):
    """Tell whether a dotted name leads to a module, or to what a module has."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True
