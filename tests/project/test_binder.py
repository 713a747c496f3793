"""What a click on the badge leads to: the Lab as binder/ sets it up, its workspace for the chat, and the badge itself.

That repo2docker builds it is `make test-binder`'s affair, that the workspace opens tests/lab/test_workspace.py's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
import venv
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.places import ROOT
from tools import badge

CHAT = ["08a_chat_between_notebooks.ipynb", "08b_chat_between_notebooks.ipynb"]


@pytest.fixture
def built(tmp_path) -> Path:
    """A checkout of the course, with an environment in env/, in which binder/postBuild ran."""
    for folder in ("binder", "notebooks", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    venv.create(tmp_path / "env")
    path = f"{tmp_path / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PATH": path}
    subprocess.run([tmp_path / "binder/postBuild"], cwd=tmp_path, env=environment, check=True, timeout=60)
    return tmp_path


def test_the_lab_starts_in_the_copy_of_the_notebooks_and_opens_the_first(built):
    """Where Binder puts the repository is known only there; the same script sets up what `make lab` opens."""
    settings = json.loads((built / "env/etc/jupyter/jupyter_server_config.json").read_text())
    first = min(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))

    assert settings["ServerApp"]["root_dir"] == str(built / "my-notebooks")
    assert settings["LabApp"]["default_url"] == settings["ServerApp"]["default_url"] == f"/lab/tree/{first}"
    assert sorted(path.name for path in (built / "my-notebooks").glob("[!.]*")) == sorted(
        path.name for path in (ROOT / "notebooks").glob("[!.]*")
    )


def test_the_notebooks_of_the_workspace_exist():
    """A notebook that was given another name must not leave an empty half."""
    workspace = json.loads((ROOT / "notebooks/chat.jupyterlab-workspace").read_text())["data"]
    halves = workspace["layout-restorer:data"]["main"]["dock"]["children"]

    assert [half["widgets"] for half in halves] == [[f"notebook:{name}"] for name in CHAT]
    assert [workspace[f"notebook:{name}"]["data"]["path"] for name in CHAT] == CHAT
    assert [name for name in CHAT if not (ROOT / "notebooks" / name).exists()] == []


def test_the_readme_has_the_badge_of_the_repository_that_pyproject_names():
    """One place names it; as long as it names none there is no badge, which could only lead nowhere."""
    name = badge.repository((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert badge.with_badge(readme, name) == readme
    assert bool(name) == ("mybinder.org/badge" in readme)


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A checkout whose README and pyproject.toml name no repository."""
    pyproject = re.sub(r"\[project.urls\]\n.*\n\n", "", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    (tmp_path / "README.md").write_text("# A course\n\nWhat it is.\n\nMore.\n", encoding="utf-8")
    monkeypatch.setattr(badge, "ROOT", tmp_path)
    return tmp_path


def test_a_badge_is_made_and_follows_the_repository(checkout):
    """The same again changes nothing; a fork's name takes the place of the first."""
    readme = checkout / "README.md"
    badge.main([])
    assert readme.read_text() == "# A course\n\nWhat it is.\n\nMore.\n"

    for name in ("ada/course", "ada/course", "bo-b/course.fork"):
        badge.main([name])
        title, line, *rest = readme.read_text().split("\n\n")
        links = re.findall(r"\((https://mybinder\.org/v2/[^)]*)\)", line)
        assert (title, rest) == ("# A course", ["What it is.", "More.\n"])
        assert [urlsplit(link).path for link in links] == [f"/v2/gh/{name}/HEAD"] * 2
        assert f"({badge.site_of(name)})" in line
        assert tomllib.loads((checkout / "pyproject.toml").read_text())["project"]["urls"] == {
            "Source": f"https://github.com/{name}"
        }


def test_the_reading_site_is_where_github_publishes_it():
    """Below the owner's host, which has no capitals; a repository of that host's name is the host itself."""
    assert badge.site_of("Ada/Course.Fork") == "https://ada.github.io/Course.Fork/"
    assert badge.site_of("Ada/Ada.github.io") == "https://ada.github.io/"


def test_the_badge_opens_files_that_exist():
    """The Lab's root on Binder is a copy of notebooks/."""
    for path in (badge.FIRST, badge.CHAT):
        assert (ROOT / "notebooks" / path.removeprefix("lab/tree/")).exists()


@pytest.mark.parametrize("name", ["course", "https://github.com/ada/course", "ada/course/", "ada/co urse"])
def test_what_is_no_repository_is_refused(checkout, name):
    """Nothing is written then."""
    with pytest.raises(SystemExit, match="owner/name"):
        badge.main([name])
    assert "mybinder" not in (checkout / "README.md").read_text()
