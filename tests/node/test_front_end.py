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
const [page, ...modules] = process.argv.slice(2);
await import(page);
for (const path of modules) {
    const module = await import(path);
    console.log(JSON.stringify({ names: Object.keys(module), renders: typeof module.default?.render }));
}
"""
# Have TypeScript write JavaScript anew, in one form, without its comments.
WRITE = ["--allowJs", "--noCheck", "--removeComments", "--ignoreConfig", "--target", "esnext", "--module", "esnext"]


def node(node_path, *arguments) -> subprocess.CompletedProcess[str]:
    return subprocess.run([node_path, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def load(node_path, tmp_path_factory):
    """Return how to load modules in Node; it returns what each exports."""
    script = tmp_path_factory.mktemp("load") / "load.mjs"
    script.write_text(LOAD)

    def load(*paths):
        page = ROOT / "tests" / "support" / "page.mjs"
        done = node(node_path, script, page.as_uri(), *(path.as_uri() for path in paths))
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return load


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_unit_tests(node_path, suite):
    """Every test of the file is run, and passes."""
    done = node(node_path, "--test-reporter=tap", suite)
    count = len(re.findall(r"^test\b", suite.read_text(encoding="utf-8"), re.MULTILINE))

    assert count
    assert done.returncode == 0, done.stdout
    assert f"\n# pass {count}\n" in done.stdout


@pytest.mark.parametrize("path", sorted({*MODULES} - {*LOADABLE}), ids=lambda path: path.stem)
def test_a_bundle_is_a_module(node_path, tmp_path, path):
    """Its syntax is right, and no name is declared twice. (What exports something is loaded.)"""
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


def test_a_bundle_exports_what_the_module_does(load, tmp_path):
    """What anywidget loads from a Blob URL is what the reading site serves; what can be mounted is a widget, too."""
    bundles = [tmp_path / f"{path.stem}.mjs" for path in LOADABLE]
    for path, bundle in zip(LOADABLE, bundles, strict=True):
        bundle.write_text(front_end(path.stem), encoding="utf-8")

    loaded = dict(zip(LOADABLE, load(*bundles), strict=True))
    assert loaded == dict(zip(LOADABLE, load(*LOADABLE), strict=True))
    for path, module in loaded.items():
        assert module["renders"] == ("function" if "mount" in module["names"] else "undefined"), path.name


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

    (loaded,) = load(bundle)
    assert loaded["names"] == ["main"]
