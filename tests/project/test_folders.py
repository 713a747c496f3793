"""Tests are where one looks for them: a folder is its marker, and what helps them stands in tests/support."""

from __future__ import annotations

import re
import shlex
import tomllib

from tests.support.places import ROOT
from tests.support.sources import facts
from tests.support.targets import MAKEFILE
from tools import steady

TESTS = ROOT / "tests"
SOURCES = sorted(path for path in TESTS.rglob("*.py") if "node_modules" not in path.parts)
HELPERS = [path for path in SOURCES if path.is_relative_to(TESTS / "support")]
OTHERS = [path for path in SOURCES if path not in HELPERS]
OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
MARKERS = {line.partition(":")[0] for line in OPTIONS["markers"]}


def test_support_has_helpers_and_no_tests():
    """There, nothing would ever be collected."""
    assert [path.name for path in HELPERS if facts(path).has_tests] == []


def test_everything_else_is_a_file_of_tests():
    """A helper is where others find it, too."""
    files = [path for path in OTHERS if path.name != "conftest.py"]

    assert [path for path in files if not (path.name.startswith("test_") and facts(path).has_tests)] == []


def test_tests_never_import_each_other():
    """A file of tests can be read, moved and run by itself."""
    for path in SOURCES:
        assert {
            it for it in facts(path).imports if it.startswith("tests.") and not it.startswith("tests.support")
        } == set(), path


def test_a_name_is_imported_from_its_home():
    """Who looks for it finds it there; what a helper imports for itself is not for others."""
    homes = {f"tests.support.{path.stem}": facts(path).defines for path in HELPERS}
    homes |= {f"tools.{path.stem}": facts(path).defines for path in (ROOT / "tools").glob("*.py")}
    for path in SOURCES:
        asked = [name.rpartition(".") for name in facts(path).imports]
        assert {name for home, _, name in asked if home in homes and name not in homes[home]} == set(), path


def test_a_folder_is_its_marker():
    """No test bears a folder's mark by itself; and what `make test-fast` leaves out can be looked at."""
    for path in SOURCES:
        assert facts(path).attributes.isdisjoint({f"pytest.mark.{marker}" for marker in MARKERS}), path
    assert {marker for marker in MARKERS if not (TESTS / marker).is_dir()} == set()


def test_the_fast_tests_are_those_of_no_such_folder():
    """The Makefile and the tools that run them again mean the same ones, and run them alike."""
    makefile = MAKEFILE.read_text(encoding="utf-8")
    said = dict(re.findall(r"^(pytest|fast) := (.*)$", makefile, flags=re.MULTILINE))

    assert shlex.split(f"{said['pytest']} {said['fast']}") == ["$(python)", "-m", "pytest", *steady.FAST]
    left_out = {word.removeprefix("--ignore=tests/") for word in steady.FAST if word.startswith("--ignore=")}
    assert left_out == MARKERS
