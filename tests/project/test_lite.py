"""What the course in a browser tab is made of: pinned in one place, whole, and found where the page looks for it."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import tomllib
import zipfile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.places import ROOT
from tools import lite, lite_cells, lite_parts, notebooks

PARTS = lite_parts.Parts.pinned()
SETTINGS = json.loads((lite.SETTINGS / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
KERNEL = SETTINGS["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]


def wheel(folder, name, version="1.0", *, needs=(), files=()):
    """Put a wheel there; return its path."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {each}" for each in needs)]
    with zipfile.ZipFile(path, "w") as file:
        for within in files or [f"{name}/__init__.py"]:
            file.writestr(within, "")
        file.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(["Metadata-Version: 2.1", *lines, "", ""]))
    return path


def test_every_part_is_pinned_by_its_digest():
    """So a registry can give us this file and no other; the names are in order, and none is there twice."""
    for pins in (PARTS.tools, PARTS.wheels):
        assert [pin.name for pin in pins] == sorted({pin.name for pin in pins})
        assert [pin for pin in pins if not re.fullmatch(r"[0-9a-f]{64}", pin.sha256)] == []
    assert re.fullmatch(r"sha512-[\w+/]{86}==", PARTS.integrity)
    assert "://" not in lite_parts.PINS.read_text(encoding="utf-8")


def test_what_chatlib_asks_for_is_among_them():
    """And in a version that it can use."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [Requirement(line) for line in project["dependencies"]]
    versions = {pin.name: pin.version for pin in PARTS.wheels}

    assert {canonicalize_name(it.name) for it in asked} - versions.keys() == {"ipykernel"}  # the kernel has a stand-in
    assert [it for it in asked if it.name in versions and versions[it.name] not in it.specifier] == []


def test_a_pin_is_a_line_for_pip():
    """With its digest, and with nothing that pip could choose."""
    assert lite_parts.Pin("comm", "0.2.3", "ab" * 32).requirement == f"comm==0.2.3 --hash=sha256:{'ab' * 32}\n"


def test_what_is_pinned_can_be_written_and_read_again(tmp_path, monkeypatch):
    """The file says all."""
    monkeypatch.setattr(lite_parts, "PINS", tmp_path / "parts.json")
    PARTS.write()

    assert lite_parts.Parts.pinned() == PARTS


def test_needed_is_what_a_browser_needs(tmp_path):
    """Not what other systems, older Pythons or extras need, and nothing for which a server would have to be there."""
    needs = [
        'pexpect; sys_platform != "win32" and sys_platform != "emscripten"',
        'tomli; python_version < "3.11"',
        'black; extra == "dev"',
        "widgetsnbextension~=4.0",
        "Typing_Extensions>=4",
    ]

    assert lite_parts.needs(wheel(tmp_path, "one", needs=needs), "3.14") == ["typing-extensions"]


@pytest.fixture
def parts(tmp_path):
    """A folder with a made-up Pyodide, and two wheels."""
    core = tmp_path / "pyodide"
    core.mkdir()
    lock = {"info": {"python": "3.14.2"}, "packages": {"numpy": {"file_name": "numpy.whl"}}}
    (core / "pyodide-lock.json").write_text(json.dumps(lock))
    (core / "pyodide.mjs").write_text("")
    (tmp_path / "wheels").mkdir()
    return tmp_path


def test_the_lock_file_names_what_is_there_and_nothing_else(parts):
    """Whatever is not named would be looked for elsewhere; what is named is loaded by its digest."""
    files = ["one/__init__.py", "_one.py", "one-1.0.data/data/x.py", "share/x.json"]
    one = wheel(parts / "wheels", "one", needs=["Two", "jupyterlab-widgets"], files=files)
    two = wheel(parts / "wheels", "two")
    front_end = wheel(parts / "wheels", "jupyterlab_widgets")
    lite.write_core(parts / "out", parts=parts, wheels=[one, two, front_end])
    lock = json.loads((parts / "out" / "pyodide-lock.json").read_text())

    assert lock["packages"].keys() == {"one", "two"}
    entry = lock["packages"]["one"]
    assert (entry["depends"], entry["imports"]) == (["two"], ["_one", "one"])
    assert entry["sha256"] == hashlib.sha256((parts / "out" / entry["file_name"]).read_bytes()).hexdigest()
    names = {"pyodide-lock.json", "pyodide.mjs", one.name, two.name}
    assert {path.name for path in (parts / "out").iterdir()} == names


def test_what_a_kernel_loads_first_is_named_and_is_ours():
    """No address of the settings leads to another host; without `pyodideUrl` a network of others is asked."""
    assert KERNEL["pyodideUrl"] == f"./{lite.CORE}/pyodide.mjs"
    assert KERNEL["loadPyodideOptions"]["lockFileURL"] == f"./{lite.CORE}/pyodide-lock.json"
    assert KERNEL["disablePyPIFallback"] is True
    assert "://" not in json.dumps(SETTINGS)
    known = {pin.name for pin in PARTS.wheels} | {"chatlib", "ipykernel", "piplite", "pyodide-kernel"}
    assert set(KERNEL["loadPyodideOptions"]["packages"]) <= known


def test_the_course_is_there_as_a_learner_gets_it(tmp_path):
    """Each folder's listing has what is in it; no cell has been run, and no answer stands before its question."""
    lite.write_files(tmp_path)
    root = json.loads((tmp_path / "api" / "contents" / "all.json").read_text())
    solutions = json.loads((tmp_path / "api" / "contents" / "solutions" / "all.json").read_text())

    assert (root["type"], root["path"]) == ("directory", "")
    found = {each["path"]: each["type"] for each in [*root["content"], *solutions["content"]]}
    there = [path.relative_to(tmp_path / "files").as_posix() for path in (tmp_path / "files").rglob("*")]
    assert sorted(found) == sorted(there)
    assert {name for name, kind in found.items() if kind == "notebook"} == {path.name for path in notebooks.find()}
    assert found["solutions"] == "directory"
    assert found["solutions/02_echo_three.py"] == "file"
    cells = json.loads((tmp_path / "files" / "02_talk_to_an_echo_server.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs")] == []


def test_a_tool_that_fails_is_quoted(tmp_path):
    """What it said, and how it was called."""
    with pytest.raises(lite_parts.PartsError, match=r"(?s)this failed: .*no-such-option"):
        lite_parts.fetch(lite_parts.Parts("1", "", "3.14", (lite_parts.Pin("no-such-option", "1", ""),), ()), tmp_path)


DIFFERING = [(path, file) for path in notebooks.find() for file in lite_cells.differing(path.name).values()]


@pytest.mark.parametrize(("path", "file"), DIFFERING, ids=lambda path: path.stem)
def test_what_differs_in_a_tab_is_a_cell_of_the_course(path, file):
    """Of its kind; its text says where that is so, its code is code."""
    kinds = {cell.id: cell.cell_type for cell in notebooks.read(path).cells}
    text = file.read_text(encoding="utf-8")

    assert (kinds[file.stem], file.suffix) in {("code", ".py"), ("markdown", ".md")}
    if file.suffix == ".py":
        compile(text, file.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    else:
        assert re.match(r"(after: .*\n)?> \*\*(In|Not in) this browser tab\*\*", text)
    assert lite_cells.in_a_tab(notebooks.read(path), path.name)["cells"], "each note has its place"


def test_a_notebook_that_calls_its_kernel_an_example_says_that_a_tab_is_none():
    """Elsewhere a WebSocket leads from the page to it."""
    examples = re.compile(r"\b(?:WebSocket.*kernel|kernel.*WebSocket)", re.DOTALL)
    for path in notebooks.find():
        for cell in notebooks.read(path).cells:
            _, _, real_world = cell.source.partition("## In the real world\n")
            if any(examples.search(each) for each in real_world.partition("\n## ")[0].split("\n\n")):
                assert cell.id in lite_cells.differing(path.name), path.stem


def test_a_notebook_that_can_only_be_read_has_no_cell_to_run():
    """It says so in its title."""
    for path in [path for path in notebooks.find() if path.name.partition("_")[0] in lite_cells.ONLY_READ]:
        cells = lite_cells.in_a_tab(notebooks.read(path), path.name)["cells"]
        assert {cell["cell_type"] for cell in cells} == {"markdown"}
        assert "**Not in this browser tab**" in "".join(cells[0]["source"])
        assert any("```python\n" in "".join(cell["source"]) for cell in cells)


def test_no_file_differs_from_nothing():
    """Each is of a notebook that there is."""
    assert sorted(file for _, file in DIFFERING) == sorted(lite_cells.CELLS.rglob("*.*"))


def test_a_note_stands_below_what_it_corrects(monkeypatch, tmp_path):
    """And not at the end of a cell that speaks of something else by then."""
    (tmp_path / "07").mkdir()
    note = tmp_path / "07" / "two.md"
    monkeypatch.setattr(lite_cells, "CELLS", tmp_path)
    lines = ["The first.\n", "\n", "The second,\n", "and more.\n", "\n", "## Last"]
    course = {"cells": [{"id": "two", "cell_type": "markdown", "source": lines, "metadata": {}}]}

    note.write_text("after: second\n> Not so here.\n")
    (cell,) = lite_cells.in_a_tab(course, "07_design.ipynb")["cells"]
    assert "".join(cell["source"]) == "The first.\n\nThe second,\nand more.\n\n> Not so here.\n\n## Last"
    note.write_text("after: third\n> Not so here.\n")
    with pytest.raises(ValueError, match="'third', and of those there are 0"):
        lite_cells.in_a_tab(course, "07_design.ipynb")


def test_a_cell_that_differs_takes_the_place_of_the_other(monkeypatch, tmp_path):
    """A text stands below; what is put in for code raises nothing; whatever has no file stays as it was."""
    (tmp_path / "07").mkdir()
    (tmp_path / "07" / "one.py").write_text("1 + 1\n")
    (tmp_path / "07" / "two.md").write_text("> **In this browser tab** not.\n")
    monkeypatch.setattr(lite_cells, "CELLS", tmp_path)
    cells = [
        {"id": "one", "cell_type": "code", "source": ["x"], "metadata": {"tags": ["raises-exception", "volatile"]}},
        {"id": "two", "cell_type": "markdown", "source": ["Hear.\n", "See."], "metadata": {}},
        {"id": "three", "cell_type": "code", "source": ["y"], "metadata": {}},
    ]
    code, text, other = lite_cells.in_a_tab({"cells": cells}, "07_design.ipynb")["cells"]

    assert (code["source"], code["metadata"]["tags"]) == (["1 + 1"], ["volatile"])
    assert "".join(text["source"]) == "Hear.\nSee.\n\n> **In this browser tab** not."
    assert other == cells[2]
