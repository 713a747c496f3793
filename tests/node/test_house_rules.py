"""The rules of the house for JavaScript: how long a thing may be."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.sources import MOST, Part, too_long

TYPESCRIPT = ROOT / "tests" / "node" / "node_modules" / "typescript"


def parts(node_path: str, project: Path) -> list[Part]:
    """Return each module, class and function of what a tsconfig.json includes."""
    script = ROOT / "tests" / "support" / "parts.mjs"
    command = [node_path, script, TYPESCRIPT, project]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [Part(**part) for part in json.loads(done.stdout)]


@pytest.mark.parametrize("project", ["tsconfig.json", "tests/front_end/tsconfig.json"])
def test_what_is_written_can_be_read_in_one_go(node_path, project):
    """As Python's: one idea a file; a class that is longer has two lives, a function two tasks."""
    found = parts(node_path, ROOT / project)

    assert {"module", "class", "function"} == {part.kind for part in found}
    assert too_long(found) == []


def test_every_script_is_in_a_project():
    """What is in none is neither measured nor type-checked."""
    said = {
        path: [(path.parent / name).parent.resolve() for name in json.loads(path.read_text("utf-8"))["include"]]
        for path in (ROOT / "tsconfig.json", ROOT / "tests" / "front_end" / "tsconfig.json")
    }
    included = {folder for folders in said.values() for folder in folders}
    scripts = [path for folder in ("chatlib", "tests") for path in (ROOT / folder).rglob("*.*js")]

    assert {path.parent for path in scripts if "node_modules" not in path.parts} <= included


def test_the_rule_bites(node_path, tmp_path):
    """A class, its methods and its arrow functions, each counted whole; braces in a text or a comment are none."""
    method = '  m() {\n    return "{"; // }\n' + "    //\n" * (MOST["function"] - 2) + "  }\n"
    source = "export class A {\n" + method * 5 + "}\n" + "const f = () => {\n" + "\n" * 58 + "};\n" + "//\n" * 300
    (tmp_path / "a.js").write_text(source)
    options = {"allowJs": True, "noEmit": True, "types": []}
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["*.js"]}))

    name = (tmp_path / "a.js").as_posix()
    assert too_long(parts(node_path, tmp_path / "tsconfig.json")) == [
        f"the module {name} has 667 lines, 600 at the most",
        "the class A has 307 lines, 300 at the most",
        *["the function m has 61 lines, 60 at the most"] * 5,
    ]
