"""The front ends' modules in Node, with no page: their unit tests, and what their bundles export."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from chatlib.front_end.bundle import HERE, front_end, script, widget_script, without_comments
from tests.support.places import ROOT
from tools import site

SUITES = sorted((ROOT / "tests" / "front_end").glob("*.test.js"))
MODULES = sorted(HERE.glob("*.js"))
LOADABLE = [path for path in MODULES if re.search(r"^export\b", path.read_text(encoding="utf-8"), re.MULTILINE)]

LOAD = """
await import(process.argv[2]);
const module = await import(process.argv[3]);
console.log(JSON.stringify({ names: Object.keys(module), renders: typeof module.default?.render }));
"""
# Have TypeScript write JavaScript anew, in one form, without its comments.
WRITE = ["--allowJs", "--noCheck", "--removeComments", "--ignoreConfig", "--target", "esnext", "--module", "esnext"]


def node(node_path, *arguments) -> subprocess.CompletedProcess[str]:
    return subprocess.run([node_path, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.fixture
def load(node_path, tmp_path):
    """Return how to load a module in Node; it returns what the module exports."""
    script = tmp_path / "load.mjs"
    script.write_text(LOAD)

    def load(path):
        page = ROOT / "tests" / "support" / "page.mjs"
        done = node(node_path, script, page.as_uri(), path.as_uri())
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return load


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_unit_tests(node_path, suite):
    """Every test of the file is run, and passes."""
    done = node(node_path, "--test", "--test-reporter=tap", suite)
    count = len(re.findall(r"^test\b", suite.read_text(encoding="utf-8"), re.MULTILINE))

    assert count
    assert done.returncode == 0, done.stdout
    assert f"\n# pass {count}\n" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_bundle_is_a_module(node_path, tmp_path, path):
    """Its syntax is right, and no name is declared twice."""
    bundle = tmp_path / "bundle.mjs"
    bundle.write_text(front_end(path.stem), encoding="utf-8")
    done = node(node_path, "--check", bundle)

    assert done.returncode == 0, done.stderr


def test_the_scripts_of_the_site_are_scripts(node_path, tmp_path):
    """Their syntax is right, and they are no modules."""
    path = tmp_path / "reading_site.cjs"
    widgets = "".join(widget_script(name) for name in site.widgets())
    path.write_text(widgets + script("reading_site"), encoding="utf-8")
    done = node(node_path, "--check", path)

    assert done.returncode == 0, done.stderr


def test_without_comments_a_module_is_the_same(tmp_path):
    """TypeScript writes both alike: no line of a text was taken for a comment."""

    def written(folder):
        command = [ROOT / "tests" / "node" / "node_modules" / ".bin" / "tsc", *WRITE, "--outDir", folder / "written"]
        subprocess.run([*command, *sorted(folder.glob("*.js"))], cwd=folder, check=True, timeout=60)
        return {path.name: path.read_text(encoding="utf-8") for path in (folder / "written").iterdir()}

    whole, bare = tmp_path / "whole", tmp_path / "bare"
    for folder, change in [(whole, str), (bare, without_comments)]:
        folder.mkdir()
        for path in MODULES:
            (folder / path.name).write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    assert written(bare) == written(whole)
    assert {path.name for path in MODULES} == set(written(whole))


@pytest.mark.parametrize("path", LOADABLE, ids=lambda path: path.stem)
def test_a_bundle_exports_what_the_module_does(load, tmp_path, path):
    """What anywidget loads from a Blob URL is what the reading site serves; what can be mounted is a widget, too."""
    bundle = tmp_path / "bundle.mjs"
    bundle.write_text(front_end(path.stem), encoding="utf-8")

    loaded = load(bundle)
    assert loaded == load(path)
    assert loaded["renders"] == ("function" if "mount" in loaded["names"] else "undefined")


def test_modules_do_not_share_their_private_names(load, tmp_path):
    """And one that is imported twice is evaluated once."""
    modules = {
        "count": "const secret = { n: 0 };\nexport function next() {\n  secret.n += 1;\n  return secret.n;\n}",
        "a": 'import { next } from "./count.js";\nconst secret = next();\nexport const one = secret;',
        "main": 'import { one } from "./a.js";\nimport { next } from "./count.js";\nconst secret = next();\n'
        "if (one !== 1 || secret !== 2) throw new Error(`${one} ${secret}`);\nexport const main = secret;",
    }
    for name, text in modules.items():
        (tmp_path / f"{name}.js").write_text(text)
    bundle = tmp_path / "bundle.mjs"
    bundle.write_text(front_end("main", tmp_path))

    assert load(bundle)["names"] == ["main"]
