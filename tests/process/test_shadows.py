"""Files that hide modules, in real folders: the doctor lives, names them, and knows what a kernel imports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path
from unittest import mock

import pytest
from jupyter_client.manager import KernelManager

from chatlib.diagnostics import imports
from chatlib.diagnostics.imports import imported_by_the_course
from tests.support.places import ROOT
from tools.ports import kernel_ports

SECONDS = 60
BROKEN = "raise RuntimeError(f'{__name__} is hidden')\n"


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=SECONDS
    )


@pytest.fixture(scope="module")
def imported() -> frozenset[str]:
    with mock.patch.object(imports, "PATIENCE_SECONDS", SECONDS):  # a new environment is compiled at its first import
        return imported_by_the_course()


@pytest.fixture(scope="module")
def before_chatlib(tmp_path_factory) -> set[str]:
    """What ``python -m`` itself imports before it comes to the package: that must be there before anything is."""
    folder = tmp_path_factory.mktemp("probe")
    (folder / "probe").mkdir()
    (folder / "probe" / "__init__.py").write_text("import sys; print(*{name.split('.')[0] for name in sys.modules})")
    (folder / "probe" / "__main__.py").touch()
    return set(run("-m", "probe", cwd=folder).stdout.split())


def test_the_doctor_outlives_every_file_at_once_and_names_them_all(tmp_path, imported, before_chatlib):
    """One for each module that a kernel of the course imports, each of which raises when it is imported."""
    # What debugpy brings along stands in no folder where anybody looks, and what is built or frozen in comes first.
    can_be_hidden = {
        name
        for name in imported - before_chatlib - {"chatlib", "__future__"}
        if PathFinder.find_spec(name) and not (BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name))
    }
    for name in can_be_hidden:
        (tmp_path / f"{name}.py").write_text(BROKEN)
    done = run("-m", "chatlib", "doctor", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (1, "")
    named = {Path(path).stem for path in re.findall(r"^red +Files +(\S+) hides", done.stdout, re.MULTILINE)}
    assert named == can_be_hidden
    assert {"random", "json", "socket", "typing", "asyncio", "websockets", "traitlets", "debugpy"} <= named
    assert "could not be looked at" not in done.stdout


def test_a_server_starts_beside_such_files_too(tmp_path):
    """`python -m chatlib serve` in a learner's folder."""
    for name in ("random", "json", "socket", "websockets"):
        (tmp_path / f"{name}.py").write_text(BROKEN)
    done = run("-m", "chatlib", "serve", "--rate", "-1", cwd=tmp_path)

    assert re.fullmatch("chatlib serve: .*rate.*\n", done.stderr)


def test_a_kernel_imports_nothing_that_is_not_known(tmp_path, imported):
    """A real one, with a panel, a server and a client."""
    code = """
        import chatlib, importlib, pkgutil, sys
        for module in pkgutil.walk_packages(chatlib.__path__, "chatlib."):
            if not module.name.startswith("chatlib.browser."):
                importlib.import_module(module.name)
        with chatlib.serve(port=0) as server:
            panel = chatlib.ChatPanel(server.chat_url)
            display(panel)
            await panel.client.joined()
            panel.close()
        print(*{name.split(".")[0] for name in sys.modules})
    """
    seen = set(in_kernel(code, tmp_path).split())
    cells = [
        "".join(cell["source"])
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code" and "raises-exception" not in cell["metadata"].get("tags", [])
    ]
    typed = set(re.findall(r"^(?:import|from) (\w+)", "\n".join(cells), re.MULTILINE))

    frozen = {name for name in seen if FrozenImporter.find_spec(name)}
    assert len(typed) > 5
    assert (seen - frozen) | typed <= imported


def test_what_is_imported_only_when_it_is_needed_is_known_too(imported):
    """A limit of open files, a name that has to be cut, a lesson on loops: these come after every look at a kernel."""
    assert {"resource", "wcwidth", "nest_asyncio"} <= imported
    assert not {"pytest", "js"} & imported


def in_kernel(code: str, folder: Path) -> str:
    manager = KernelManager(kernel_name="python3", **kernel_ports())
    manager.start_kernel(cwd=folder)
    client = manager.blocking_client()
    said: list[str] = []

    def hear(message: dict) -> None:
        said.extend(str(message["content"][key]) for key in ("text", "traceback") if key in message["content"])

    try:
        client.start_channels()
        client.wait_for_ready(timeout=SECONDS)
        client.execute_interactive(code, timeout=SECONDS, output_hook=hear)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(said)


def test_a_notebook_s_doctor_lives_beside_such_files_and_names_them(tmp_path):
    """A kernel has imported some of these already and others not."""
    names = ["random", "json", "secrets", "socket", "websockets", "traitlets", "psutil", "sqlite3", "concurrent"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(BROKEN)
    said = in_kernel("import chatlib; print(chatlib.doctor())", tmp_path)

    assert sorted(re.findall(r"hides the module (\w+),", said)) == sorted(names)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_console_shows_what_it_can_and_the_rest_escaped(tmp_path, encoding):
    """A report, never a UnicodeEncodeError: in a folder with a Chinese name, and one below that is no text at all."""
    folder = tmp_path / "课程" / os.fsdecode(b"\xff")
    folder.mkdir(parents=True)
    (folder / "random.py").touch()
    done = run("-m", "chatlib", "doctor", cwd=folder, PYTHONIOENCODING=encoding)

    assert (done.returncode, done.stderr) == (1, "")
    assert "random.py hides" in done.stdout
    assert "green  Journal" in done.stdout
