"""The workflow that runs elsewhere, and cannot run here: that it says what the Makefile can do, and asks for little."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tests.support.places import ROOT
from tests.support.targets import targets
from tools import pythons, site

TEXT = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
EVENTS = WORKFLOW[True]  # YAML 1.1 takes the key "on" for a truth value; GitHub does not

PUBLISHER = "pages"

each_job = pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
each_of_ours = pytest.mark.parametrize("name", [name for name in JOBS if name != PUBLISHER])


def commands(job: dict[str, Any]) -> Iterator[str]:
    """Yield each line that a job runs as often as its matrix has it, with what the matrix puts in."""
    matrix = job.get("strategy", {}).get("matrix", {})
    lines = [line.strip() for step in job["steps"] for line in step.get("run", "").splitlines()]
    for command in filter(None, lines):
        named = re.findall(r"\$\{\{ matrix\.(\w+) \}\}", command)
        assert len(named) <= 1, "this test puts in one value"
        for value in matrix[named[0]] if named else [""]:
            yield re.sub(r"\$\{\{.*?\}\}", str(value), command)


def is_door(command: str) -> bool:
    """Tell whether a command is one of the project's own, and nothing else beside it."""
    match re.fullmatch(r"(make|python -m) ([\w.-]+)(?: [\w.=-]+)*", command):
        case re.Match() as said if said[1] == "make":
            return said[2] in targets()
        case re.Match() as said:
            return said[2].startswith("tools.") and importlib.util.find_spec(said[2]) is not None
    return False


@each_of_ours
def test_a_job_runs_targets_and_modules_that_exist(name):
    """The same door for a person and for a machine, in every line."""
    said = list(commands(JOBS[name]))

    assert said
    assert [command for command in said if not is_door(command)] == []


def test_every_line_of_a_run_is_read():
    """Also behind the first, and behind a target that is one."""
    run = "make lint\n\n  make no-such-target\nmake test; curl x.org\npython -m tools.nothing\npython -m tools.lock\n"
    said = list(commands({"steps": [{"uses": "x"}, {"run": run}, {"run": "make test PYTHON=python"}]}))

    assert [command for command in said if is_door(command)] == [
        "make lint",
        "python -m tools.lock",
        "make test PYTHON=python",
    ]
    assert len(said) == 6


@each_job
def test_every_action_is_pinned_by_its_commit(job):
    """A tag can be moved to another's code, a commit cannot; which version it is stands behind it."""
    used = [step["uses"] for step in job["steps"] if "uses" in step]

    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
        assert re.search(rf"uses: {action} # v\d+\.\d+\.\d+$", TEXT, flags=re.MULTILINE)


@each_of_ours
def test_a_job_may_read_and_no_more(name):
    """Nothing of it can write to the repository, also not through what a checkout leaves behind."""
    job = JOBS[name]
    checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]

    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert "secrets." not in TEXT
    assert "pull_request_target" not in EVENTS
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


def test_the_site_is_published_by_a_job_that_runs_nothing_of_ours():
    """It may write pages, and that is all; what it publishes was built by another, and has passed every test."""
    job, builder = JOBS[PUBLISHER], JOBS["site"]

    assert job["permissions"] == {"pages": "write", "id-token": "write"}
    assert [sorted(step) for step in job["steps"]] == [["id", "uses"]]
    assert job["steps"][0]["uses"].startswith("actions/deploy-pages@")
    assert sorted(job["needs"]) == ["everything", "site"]
    assert builder["if"] == "github.event_name == 'push' && github.event.repository.has_pages"
    assert EVENTS["push"] == {"branches": ["main"]}
    assert builder["steps"][-1]["with"] == {"path": f"build/{site.PLACE}"}


@each_job
def test_a_job_ends(job):
    """What hangs is stopped, and an older run of a pull request makes way for the newer one."""
    assert 0 < job["timeout-minutes"] <= 40
    assert "cancel-in-progress" in WORKFLOW["concurrency"]


def test_every_python_and_system_has_its_run():
    """Those that the package says it supports; everything at once on the oldest."""
    supported = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"])

    for name in ("fast", "windows"):
        assert tuple(JOBS[name]["strategy"]["matrix"]["python"]) == pythons.VERSIONS
    assert [version for version in pythons.VERSIONS if version not in supported] == []
    assert f">={pythons.VERSIONS[0]}" == str(supported)
    systems = [*JOBS["fast"]["strategy"]["matrix"]["os"], JOBS["windows"]["runs-on"]]
    assert [system.partition("-")[0] for system in systems] == ["ubuntu", "macos", "windows"]
    assert pythons.VERSIONS[0] in [step["with"]["python-version"] for step in JOBS["everything"]["steps"][1:2]]


def test_once_a_week_the_newest_releases_are_tried():
    """A push is judged by the frozen versions: what somebody else published since is no fault of it."""
    assert re.fullmatch(r"\d+ \d+ \* \* \d", EVENTS["schedule"][0]["cron"])
    constraint = WORKFLOW["env"]["PIP_CONSTRAINT"]
    assert "binder/constraints.txt" in constraint
    assert (ROOT / "binder" / "constraints.txt").exists()
    assert set(re.findall(r'"(\w+)"', constraint)) == {"push", "pull_request"}
