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
from tools import pythons

TEXT = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
EVENTS = WORKFLOW[True]  # YAML 1.1 takes the key "on" for a truth value; GitHub does not

each_job = pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)


def commands(job: dict[str, Any]) -> Iterator[str]:
    """Yield each command of a job as often as its matrix has it, with what the matrix puts in."""
    matrix = job.get("strategy", {}).get("matrix", {})
    for command in [step["run"] for step in job["steps"] if "run" in step]:
        named = re.findall(r"\$\{\{ matrix\.(\w+) \}\}", command)
        assert len(named) <= 1, "this test puts in one value"
        for value in matrix[named[0]] if named else [""]:
            yield re.sub(r"\$\{\{.*?\}\}", str(value), command)


@each_job
def test_a_job_runs_targets_and_modules_that_exist(job):
    """The same door for a person and for a machine."""
    said = list(commands(job))
    made = {target for command in said for target in re.findall(r"^make ([a-z-]+)", command)}
    modules = {module for command in said for module in re.findall(r"^python -m (tools\.\w+)", command)}

    assert all(re.match(r"make |python -m tools\.", command) for command in said)
    assert made or modules
    assert made <= targets()
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


@each_job
def test_every_action_is_pinned_by_its_commit(job):
    """A tag can be moved to another's code, a commit cannot; which version it is stands behind it."""
    used = [step["uses"] for step in job["steps"] if "uses" in step]

    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
        assert re.search(rf"uses: {action} # v\d+\.\d+\.\d+$", TEXT, flags=re.MULTILINE)


@each_job
def test_a_job_may_read_and_no_more(job):
    """Nothing of it can write to the repository, also not through what a checkout leaves behind."""
    checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]

    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert "secrets." not in TEXT
    assert "pull_request_target" not in EVENTS
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


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
