"""What a stranger types first: the two commands, the pip lines, Binder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.places import ROOT
from tests.support.scripts import put
from tests.support.targets import targets

REQUIRED = ["jupyterlab", "ipywidgets", "websockets", "nest-asyncio", "anywidget", "jupyter-server-proxy"]


def lines(path: str) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def make(*arguments: str) -> str:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout


def test_requirements_are_loose_names_and_this_repository():
    """What a learner installs, with no version to go stale; pip finds `-e .` from the directory it is started in."""
    assert lines("requirements.txt") == [*REQUIRED, "-e ."]


def test_the_package_itself_needs_what_requirements_names():
    """`pip install .[lab]` and `pip install -r requirements.txt` give the same environment."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {Requirement(line).name for line in project["dependencies"] + project["optional-dependencies"]["lab"]}

    assert named >= set(REQUIRED)


def test_binder_installs_the_same_frozen():
    """With a binder/ folder nothing at the root is read: it has to point there, and pin every version."""
    assert lines("binder/requirements.txt") == ["-r ../requirements.txt", "-c constraints.txt"]

    pins = [Requirement(line) for line in lines("binder/constraints.txt")]
    assert {canonicalize_name(pin.name) for pin in pins} >= set(REQUIRED)
    assert [str(pin) for pin in pins if not re.fullmatch(r"==[\w.+!]+", str(pin.specifier))] == []
    assert "://" not in (ROOT / "binder/constraints.txt").read_text()


def test_binder_has_a_python_that_this_package_supports():
    """The default of repo2docker is too old for websockets; the versions were frozen with the Python named there."""
    (runtime,) = lines("binder/runtime.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python = runtime.removeprefix("python-")

    assert Version(python) in Requirement(f"python{project['requires-python']}").specifier
    assert runtime in (ROOT / "binder/constraints.txt").read_text().splitlines()[0]


def test_lab_asks_no_question_at_its_first_start(tmp_path):
    """JupyterLab's one pop-up is switched off where JupyterLab looks: beside its files, whatever the environment."""
    put(tmp_path, "python", f'#!/bin/sh\necho "{tmp_path}/prefix"\n')
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([ROOT / "binder/postBuild"], cwd=ROOT, env=environment, check=True, timeout=60)

    settings = json.loads((tmp_path / "prefix/share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_help_lists_every_target():
    """`make` alone says what can be made."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)[0].split()
    listed = re.findall(r"^  make (\S+)  +\S", make(), flags=re.MULTILINE)

    assert sorted(listed) == sorted(phony) == sorted(targets())
    assert {"lab", "test", "notebooks", "fix"} <= set(listed)


def test_commands_in_the_readme_exist():
    """Every `make` that the README names is a target."""
    named = re.findall(r"\bmake ([a-z-]+)\b", "\n".join(code_of("README.md")))

    assert {"lab", "test"} <= set(named) <= targets()


def test_lint_checks_every_language():
    """Python by ruff and mypy, JavaScript and CSS by Biome, the types of JavaScript by tsc; a warning is a failure."""
    commands = make("--dry-run", "lint")

    for command in (
        "ruff check",
        "ruff format --check",
        "mypy",
        "biome check --error-on-warnings",
        "tsc",
        "tsc -p tests/front_end",
    ):
        assert re.search(rf"/(?:python -m )?{command}$", commands, re.MULTILINE), command


def test_commit_hooks_call_make():
    """They check what `make test` checks first, and fetch nothing."""
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    targets = re.findall(r"^  make (\S+)", make("help"), flags=re.MULTILINE)

    assert repository["repo"] == "local"
    assert {hook["entry"] for hook in repository["hooks"]} <= {f"make {target}" for target in targets}


def test_node_packages_are_pinned_and_come_from_whatever_registry_there_is():
    """`npm ci` installs what the lock names, by its digest; the lock names no host."""
    package = json.loads((ROOT / "tests/node/package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "tests/node/package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = package["dependencies"] | package["devDependencies"]

    assert {name for name, version in wanted.items() if not re.fullmatch(r"[\d.]+", version)} == set()
    assert {"@biomejs/biome", "typescript"} <= set(wanted)
    assert [name for name, entry in lock.items() if name and not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in lock.items() if "resolved" in entry] == []


def code_of(path: str) -> list[str]:
    """Return what a Markdown file shows as code, in blocks and in lines."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL)


@pytest.mark.parametrize("found", [("python3", "#!/bin/sh\nexit 1\n"), None], ids=["too old or without venv", "none"])
def test_make_says_what_to_install_when_no_python_will_do(tmp_path, found):
    """An old Python, or one that its distribution sells without venv, is told apart from ours in words."""
    for name in ("make", "sh", "id", "awk"):
        (tmp_path / name).symlink_to(shutil.which(name))
    if found:
        put(tmp_path, *found)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "Makefile").write_text((ROOT / "Makefile").read_text())
    done = subprocess.run(
        [tmp_path / "make", ".venv/made"], cwd=checkout, env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )

    assert done.returncode != 0
    assert "3.11" in done.stderr
    assert "python3-venv" in done.stderr


WITHOUT_POSIX = """
import asyncio, os, signal, sys, threading

for name in ("resource", "fcntl", "pwd", "grp", "termios"):
    sys.modules[name] = None  # what Windows has: ImportError
for name in ("fork", "register_at_fork", "geteuid", "getuid", "getpgid", "killpg", "fchmod", "O_CLOEXEC", "O_NOFOLLOW"):
    if hasattr(os, name):
        delattr(os, name)

def no_signals(*arguments):
    raise NotImplementedError

asyncio.SelectorEventLoop.add_signal_handler = no_signals

import chatlib

server = chatlib.serve(port=0)

async def talk():
    from websockets import connect

    async with connect(server.url + "/echo", proxy=None) as connection:
        await connection.send("hi")
        return await connection.recv()

print(asyncio.run(asyncio.wait_for(talk(), 20)))
server.stop()
"""


def test_it_serves_where_only_portable_modules_are(tmp_path):
    """Windows has no `resource`, no `fork`, no signal handlers on the loop: nothing may need them."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert (done.stdout.split(), done.stderr) == (["hi"], "")
